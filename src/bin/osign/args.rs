//! The command line's definition: help, completions and the man pages are made of it.
//!
//! None of it has `Debug`: URLs, bodies and parameters may be private.

mod grants;
mod use_grants;

pub(crate) use grants::*;
pub(crate) use use_grants::*;

use clap::builder::{PossibleValuesParser, RangedI64ValueParser};
use clap::{Args, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use osign::oauth1::SignatureMethod;
use std::env;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Credentials are never taken from the command line, where other users of the machine can read
them. Each one comes from the first place that has it:
  1. the environment: OSIGN_CONSUMER_KEY, OSIGN_CONSUMER_SECRET, OSIGN_TOKEN,
     OSIGN_TOKEN_SECRET, OSIGN_PRIVATE_KEY_FILE, OSIGN_SIGNATURE_METHOD, OSIGN_REALM;
     a variable that is set counts even when it is empty, unless it names a file
  2. a file in TOML or JSON, named by --credentials or else by OSIGN_CREDENTIALS, with the
     keys consumer_key, consumer_secret, token, token_secret, private_key (PEM text) or
     private_key_file (relative to the file; read for the RSA methods alone),
     signature_method, realm
  3. a prompt, when both stdin and stderr are a terminal
--method and --realm come before all of them.

Examples:
  osign sign GET 'https://api.example.com/items?limit=5' --credentials shop.toml
  osign sign POST https://api.example.com/items --data 'name=Tea&size=2' --curl
  osign sign POST https://api.example.com/items --data-file item.json \\
    --content-type application/json --body-hash
  osign explain GET https://api.example.com/items --server-base-string @server.txt
  osign sign --batch < requests.jsonl > answers.jsonl

Grants of OAuth 2.0 and 1.0a, and static keys, are kept in a store, sealed by a key of its own:
  the store  --store, or OSIGN_STORE: sqlite:PATH, or postgresql://USER@HOST/DATABASE; else one in the user's folder of data
  the key    --key-file, or OSIGN_STORE_KEY_FILE, or the key itself in OSIGN_STORE_KEY; else
             one in that folder. `osign grant add` makes both where none are named
  or a passphrase in its place: --passphrase asks for it, and --passphrase-file or
             OSIGN_STORE_PASSPHRASE_FILE name a file that holds it
  OSIGN_STORE_OLD_KEY_FILE and OSIGN_STORE_OLD_PASSPHRASE_FILE open what is still sealed with
  what came before
  OSIGN_ENVIRONMENT  any text that tells this environment from a clone of its machine, and OSIGN_ANCHORS
             a folder that no backup brings back: docs/tokens.md says what they are for
  OSIGN_CA_FILE names certificate authorities to trust beside the system's; HTTPS_PROXY,
  ALL_PROXY and NO_PROXY are heeded

  osign grant add crm --provider amocrm --client-id 3f1d7c0e --redirect-uri https://example.com/cb
  osign grant login crm
  osign call crm GET https://sub.amocrm.ru/api/v4/account

Exit codes:
  0   done, or the reader of the output closed the pipe
  1   sign --batch: some lines failed; their answers say why
  2   the command line makes no sense
  3   the request cannot be signed: bad URL, method, parameter or other input
  4   credentials or key are missing or unusable
  5   a file or stream cannot be read or written, or the system gives no randomness
  6   explain --server-base-string: the base strings differ
  10  a person must log in again, or act
  11  try again later: no network, too many requests, another process renews the grant
  12  the store, its key or passphrase, or a record in it is unusable
  13  grant check: something ends soon
  14  the configuration is wrong (client, secret, redirect URI, profile, an origin that may not
      see the token), or the login was denied
  22  call --fail: the status of the answer is 400 or above
  70  internal error: a defect of osign";

/// Signs API requests (OAuth 1.0a, RFC 5849), explains signatures, and keeps grants of OAuth
#[derive(Parser)]
#[command(name = "osign", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line.
    ///
    /// To describe every command takes longer than to sign. So one that programs start again and again is read by its own
    /// description; what that does not take gets its sentence, or its help, from all of them.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let alone = env::args_os().nth(1).and_then(|name| alone(name.to_str()?));
        let read = alone.and_then(|command| {
            let matches = command.try_get_matches().ok()?;
            Self::from_arg_matches(&matches).ok()
        });
        read.map_or_else(Self::try_parse, Ok)
    }
}

/// The description of one command.
fn alone(name: &str) -> Option<clap::Command> {
    let named = clap::Command::new;
    let command = match name {
        "sign" => Sign::augment_args(named("sign")),
        "explain" => Explain::augment_args(named("explain")),
        "token" => Token::augment_args(named("token")),
        "call" => Call::augment_args(named("call")),
        "nonce" => Nonce::augment_args(named("nonce")),
        _ => return None,
    };
    Some(named("osign").subcommand(command))
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Sign(Sign),
    Explain(Explain),
    Token(Token),
    Call(Call),
    /// Grants: add them, log in, look after them
    #[command(subcommand)]
    Grant(Grant),
    /// The services that osign knows
    #[command(subcommand)]
    Provider(Provider),
    /// The store: where it is, backup, another key
    #[command(subcommand)]
    Store(Store),
    /// Keys of stores
    #[command(subcommand)]
    Key(Key),
    Nonce(Nonce),
    Version(Version),
    Completions(Completions),
    Man(Man),
}

const SIGN_HELP: &str = "\
Printed is the value of the Authorization header; with --transmission query the URL to send;
with --transmission body the body to send, without a line break when the output is no terminal.

With --grant the credentials are those of a grant of any kind, and go to its API origins alone.
Printed is what carries them: the header's value (of a header that is not Authorization all of
it), or the URL.

Send the very URL that was signed: a client may spell it otherwise, such as /é. The command of
--curl does, and the answer of --json has it as url.

--batch reads one request a line, as JSON, and writes one answer a line, in the same order:
  {\"id\": 1, \"method\": \"GET\", \"url\": \"https://api.example.com/items\"}
Fields: method and url, and at will id (anything; it comes back), content_type, body or
body_base64, realm, transmission, parameters (an object, or a list of [name, value]), nonce,
timestamp. --realm and --transmission hold for lines without their own, --set for all. Unlike
with --data, a body without content_type is no form. An answer has the fields of --json, or
  {\"id\": 1, \"error\": {\"status\": 200, \"name\": \"OSIGN_INVALID_URL\",
            \"reason\": \"relative-url\", \"message\": \"…\"}}
With --header-only it is {\"id\": 1, \"authorization\": \"…\"}.
A line that fails does not stop the rest; the exit code is then 1. Empty lines are passed over.

Examples:
  osign sign GET 'https://api.example.com/items?limit=5'
  osign sign GET 'https://api.example.com/items?limit=5' --curl | sh
  osign sign POST https://api.example.com/items --data 'name=Tea' --curl | sh
  osign sign --grant shop GET https://api.example.com/items --curl | sh

osign --help says where the credentials come from, and what the exit codes mean.";

/// Sign a request: prints the Authorization header's value, or everything as JSON, or a curl command
#[derive(Args)]
#[command(after_help = SIGN_HELP, override_usage = "osign sign [OPTIONS] <METHOD> <URL>\n       osign sign [OPTIONS] --batch")]
pub(crate) struct Sign {
    /// The HTTP method: GET, POST, …
    #[arg(value_name = "METHOD", required_unless_present_any = ["batch", "header_only"])]
    pub(crate) http_method: Option<String>,
    /// The absolute URL, with its query
    #[arg(value_name = "URL", required_unless_present_any = ["batch", "header_only"])]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) request: RequestOptions,
    #[command(flatten)]
    pub(crate) signer: SignerOptions,
    /// Print everything as JSON: header, URL, body, signature, base string, nonce, timestamp
    #[arg(long, conflicts_with = "curl")]
    pub(crate) json: bool,
    /// Print a curl command that sends the signed request, quoted for a POSIX shell
    #[arg(long)]
    pub(crate) curl: bool,
    /// Read one JSON request a line from stdin and write one JSON answer a line
    #[arg(long, conflicts_with_all = [
        "http_method", "url", "data", "data_file", "content_type", "parameter", "nonce", "timestamp", "json", "curl",
        "grant",
    ])]
    pub(crate) batch: bool,
    /// With --batch, answer with the Authorization header alone, and id
    #[arg(long, requires = "batch", conflicts_with_all = ["http_method", "transmission"])]
    pub(crate) header_only: bool,
}

const EXPLAIN_HELP: &str = "\
Neither of the two secrets nor the private key is printed. Parameters, token and header are:
look them over before you show them to a server's support.

With --server-base-string the request is signed with the server's nonce and timestamp, unless
--nonce or --timestamp say otherwise, and the first difference is named in words. The exit
code is then 6, and 0 where both are the same.

With --grant it is the signature of a grant of OAuth 1.0a; of another grant it says what a
request carries, and where it may go.

Examples:
  osign explain GET 'https://api.example.com/items?name=a+b'
  osign explain GET https://api.example.com/items --server-base-string @answer.txt

osign --help says where the credentials come from, and what the exit codes mean.";

/// Explain a signature step by step, and where a server's base string differs
#[derive(Args)]
#[command(after_help = EXPLAIN_HELP)]
pub(crate) struct Explain {
    /// The HTTP method: GET, POST, …
    #[arg(value_name = "METHOD")]
    pub(crate) http_method: String,
    /// The absolute URL, with its query
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) request: RequestOptions,
    #[command(flatten)]
    pub(crate) signer: SignerOptions,
    /// Compare with the base string that the server reports; @FILE reads it from a file, @- from stdin
    #[arg(long, value_name = "TEXT|@FILE")]
    pub(crate) server_base_string: Option<String>,
    /// Print the steps as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a request is made of, besides its method and URL.
#[derive(Args)]
pub(crate) struct RequestOptions {
    /// The body; from a file with --data-file. Without --content-type it is a form
    /// (application/x-www-form-urlencoded), as with curl
    #[arg(long, value_name = "TEXT", conflicts_with = "data_file")]
    pub(crate) data: Option<String>,
    /// A file that holds the body, byte for byte; - is stdin. Without --content-type it is a form, as with curl
    #[arg(long, value_name = "FILE")]
    pub(crate) data_file: Option<PathBuf>,
    /// The value of the Content-Type header; empty for a body that has none
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
    /// Where the protocol parameters travel
    #[arg(long, value_name = "WHERE", default_value = "header",
          value_parser = PossibleValuesParser::new(["header", "query", "body"]))]
    pub(crate) transmission: String,
    /// One more protocol parameter, such as oauth_callback=oob; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) parameter: Vec<String>,
    /// Sign with this nonce instead of a fresh one
    #[arg(long, value_name = "TEXT")]
    pub(crate) nonce: Option<String>,
    /// Sign with this timestamp, in Unix seconds, instead of the clock's
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(crate) timestamp: Option<i64>,
}

/// Who signs, and how.
#[derive(Args)]
pub(crate) struct SignerOptions {
    /// A grant of a store, which says how; so none of the options that do
    #[arg(long, value_name = "NAME", conflicts_with_all = [
        "credentials", "method", "realm", "clock_offset", "no_version", "url_form", "body_hash", "set", "transmission",
    ])]
    pub(crate) grant: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// A file with the credentials, in TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// The signature method [default: HMAC-SHA1]
    #[arg(long, alias = "signature-method", value_name = "NAME",
          value_parser = PossibleValuesParser::new(SignatureMethod::ALL.map(SignatureMethod::name)))]
    pub(crate) method: Option<String>,
    /// Send this realm in the header, which alone can carry it; it is never signed
    #[arg(long, value_name = "TEXT")]
    pub(crate) realm: Option<String>,
    /// Add so many seconds to the clock, for a clock that is off
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 0,
        allow_negative_numbers = true,
        conflicts_with = "timestamp"
    )]
    pub(crate) clock_offset: i64,
    /// Leave out oauth_version
    #[arg(long)]
    pub(crate) no_version: bool,
    /// In which form the URL is signed: what is handed back with it is signed in the normal form of RFC 3986 §6.2.2, and
    /// a header alone as it is given
    #[arg(long, value_name = "FORM", default_value = "usual", hide_default_value = true,
          value_parser = PossibleValuesParser::new(["usual", "as-given", "normal"]))]
    pub(crate) url_form: String,
    /// Sign oauth_body_hash where the body is no form
    #[arg(long)]
    pub(crate) body_hash: bool,
    /// A setting that few services need: version (what oauth_version says), send_empty_token, send_empty_realm,
    /// plaintext_nonce or mastercard_form (each true or false); may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
}

/// Print fresh nonces, one a line: 120 random bits in letters and digits
#[derive(Args)]
pub(crate) struct Nonce {
    /// How many
    // A negative number is read too, to be told the range.
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true,
          value_parser = RangedI64ValueParser::<u64>::new().range(0..=i64::MAX))]
    pub(crate) count: u64,
}

/// Print the version
#[derive(Args)]
pub(crate) struct Version {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print a completion script for a shell
#[derive(Args)]
#[command(after_help = "Example:\n  osign completions bash > ~/.local/share/bash-completion/completions/osign")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

/// Print the man page, or write the pages of all commands
#[derive(Args)]
#[command(after_help = "Examples:\n  osign man | man -l -\n  osign man --out ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Write osign.1, osign-sign.1, … into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
