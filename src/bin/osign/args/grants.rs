//! The definition of what keeps grants: key, grant, token, call, provider, store.

use clap::builder::{PossibleValuesParser, RangedU64ValueParser};
use clap::{Args, Subcommand};
use osign::oauth1::SignatureMethod;
use std::path::PathBuf;

/// Where the grants are kept, and what opens them.
#[derive(Args)]
pub(crate) struct Place {
    /// The store, as sqlite:PATH or postgresql://USER@HOST/DATABASE [default: OSIGN_STORE, or else one in your folder of data]
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// The file with the store's key [default: OSIGN_STORE_KEY_FILE, or else one in your folder of data]
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// A passphrase opens the store in place of a key; it is asked for
    #[arg(long, conflicts_with_all = ["key_file", "passphrase_file"])]
    pub(crate) passphrase: bool,
    /// The file with the passphrase that opens the store; - is stdin [default: OSIGN_STORE_PASSPHRASE_FILE]
    #[arg(long, value_name = "FILE", conflicts_with = "key_file")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// What each command about a store takes.
#[derive(Args)]
pub(crate) struct Common {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Key {
    New(KeyNew),
}

/// Make a key for a store, as one line in a new file that you alone can read
#[derive(Args)]
pub(crate) struct KeyNew {
    /// The file; one that is there is never overwritten
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print the key's id as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Grant {
    Add(Box<GrantAdd>),
    Login(GrantLogin),
    Exchange(GrantExchange),
    List(GrantList),
    Show(GrantShow),
    History(GrantHistory),
    Check(GrantCheck),
    Export(GrantExport),
    Import(GrantImport),
    Adopt(GrantAdopt),
    /// Ask for a longer life of a token of OAuth 1.0a, where the service gives one; all else is renewed by itself
    Renew(OneGrant),
    Revoke(GrantRevoke),
    /// Remove a grant from the store; at the service it lives on
    Remove(OneGrant),
    Rename(GrantRename),
}

/// For what is done with one grant, and needs to know no more.
#[derive(Args)]
pub(crate) struct OneGrant {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Revoke a grant, at the service where it has a way, and here
#[derive(Args)]
pub(crate) struct GrantRevoke {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// End it here alone, and tell the service nothing: there it lives on
    #[arg(long)]
    pub(crate) here: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

const ADD_HELP: &str = "\
Secrets are asked for, or read from a file that a name ending in -file names; - is stdin.

The first grant makes a store and a key where none are named, and says where. With --passphrase, or --passphrase-file, \
a passphrase opens the store that is made, and there is no key.

Examples:
  osign grant add crm --provider amocrm --client-id 3f1d7c0e \\
    --redirect-uri https://example.com/callback
  osign grant add crm --provider custom --client-id my-program \\
    --redirect-uri http://127.0.0.1:8765/callback \\
    --authorize-url https://id.example.com/authorize \\
    --token-url https://id.example.com/token --api-origin https://api.example.com
  osign grant add shop --kind static --header 'X-Api-Key: {}' \\
    --expires 2027-05-01 --api-origin https://api.example.com
  osign grant add photos --kind oauth1 --consumer-key dpf43f3p2l4k3l03 \\
    --request-token-url https://photos.example.net/initiate \\
    --authorize-url https://photos.example.net/authorize \\
    --access-token-url https://photos.example.net/token \\
    --callback http://127.0.0.1:8765/callback --api-origin https://photos.example.net";

/// Add a grant: a service's client that a person then logs in for, a client with access of its own, a static key, or what signs
/// requests (OAuth 1.0a)
#[derive(Args)]
#[command(after_help = ADD_HELP)]
pub(crate) struct GrantAdd {
    /// What it is to be called: letters, digits, and - _ . @ between them
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The service: a name that `osign provider list` shows, or a file of your own
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) provider: Option<String>,
    /// How tokens are had [default: as the service does it]
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(["code", "client-credentials", "static", "oauth1"]))]
    pub(crate) kind: Option<String>,
    /// The identifier that the service gave the client
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file that holds the client's secret
    #[arg(long, value_name = "FILE")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Where the service sends the person back to, letter by letter as the service has it
    #[arg(long, value_name = "URL")]
    pub(crate) redirect_uri: Option<String>,
    /// What to ask for, with spaces between
    #[arg(long, value_name = "SCOPE", allow_hyphen_values = true)]
    pub(crate) scope: Option<String>,
    /// The account's host, where the service has one for each; or its id there, where that tells the host
    #[arg(long, value_name = "HOST")]
    pub(crate) account: Option<String>,
    /// Where codes and refresh tokens are exchanged
    #[arg(long, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    /// Where a person agrees
    #[arg(long, value_name = "URL")]
    pub(crate) authorize_url: Option<String>,
    /// Of OAuth 1.0a: the key that the service gave the application
    #[arg(long, value_name = "KEY")]
    pub(crate) consumer_key: Option<String>,
    /// A file that holds the application's secret, which may be empty
    #[arg(long, value_name = "FILE")]
    pub(crate) consumer_secret_file: Option<PathBuf>,
    /// A file that holds the private key in PEM, for the RSA methods
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key_file: Option<PathBuf>,
    /// Where a login begins
    #[arg(long, value_name = "URL")]
    pub(crate) request_token_url: Option<String>,
    /// Where a login ends with a token
    #[arg(long, value_name = "URL")]
    pub(crate) access_token_url: Option<String>,
    /// Where the service sends the person back to; oob where it shows a code instead [default: oob]
    #[arg(long, value_name = "URL|oob")]
    pub(crate) callback: Option<String>,
    /// The signature method [default: as the service wants it]
    #[arg(long, alias = "signature-method", value_name = "NAME",
          value_parser = PossibleValuesParser::new(SignatureMethod::ALL.map(SignatureMethod::name)))]
    pub(crate) method: Option<String>,
    /// The realm that the header carries; it is never signed
    #[arg(long, value_name = "TEXT")]
    pub(crate) realm: Option<String>,
    /// A file that holds a token which there is already, so that nobody logs in
    #[arg(long, value_name = "FILE", conflicts_with = "no_token")]
    pub(crate) token_file: Option<PathBuf>,
    /// A file that holds that token's secret, which may be empty
    #[arg(long, value_name = "FILE", conflicts_with = "no_token")]
    pub(crate) token_secret_file: Option<PathBuf>,
    /// The service has no tokens: requests are signed for the application alone
    #[arg(long)]
    pub(crate) no_token: bool,
    /// What becomes of an old refresh token: strict, until-used, timed:SECONDS, calendar:SECONDS, idempotent, maybe, none
    #[arg(long, value_name = "POLICY")]
    pub(crate) rotation: Option<String>,
    /// An origin that may see the token, or signed requests, such as https://api.example.com; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) api_origin: Vec<String>,
    /// Another setting of the service: refresh_url, revoke_url, user_agent, pkce (true or false); of OAuth 1.0a renew_url,
    /// transmission, http_method, callback_in, callback_confirmed, send_empty_token, and authorize_parameter, one more parameter
    /// of the address where a person agrees, such as authorize_parameter=perms=write; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Let this grant's addresses do without TLS, on this machine alone
    #[arg(long)]
    pub(crate) allow_insecure_http: bool,
    /// A file that holds the static key
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// The header that carries the static key, which takes the place of {} [default: Authorization: Bearer {}]
    #[arg(long, value_name = "HEADER", conflicts_with = "query")]
    pub(crate) header: Option<String>,
    /// The parameter of the query that carries the static key
    #[arg(long, value_name = "NAME")]
    pub(crate) query: Option<String>,
    /// When the static key ends: 2027-05-01, or 2027-05-01T12:00:00Z
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: Option<String>,
    /// Put it in the place of the grant of this name
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

const LOGIN_HELP: &str = "\
Where the redirect URI, or the callback, is an http address of this machine, osign waits there for the browser. Elsewhere, and \
with --no-browser, the address that the browser came to is pasted: it is read from stdin. So is the code that a service of \
OAuth 1.0a shows the person (--callback oob).

Example:
  osign grant login crm";

/// Log in for a grant: a person agrees in the browser
#[derive(Args)]
#[command(after_help = LOGIN_HELP)]
pub(crate) struct GrantLogin {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Open no browser: print the address, and read the one that the browser came to, or the code, from stdin
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// The account's host, where the service has one for each; or its id there, where that tells the host
    #[arg(long, value_name = "HOST")]
    pub(crate) account: Option<String>,
    /// How long to wait for the person
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = RangedU64ValueParser::<u64>::new().range(1..=86400))]
    pub(crate) timeout: u64,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Exchange a code that was had elsewhere, such as in the service's settings
#[derive(Args)]
pub(crate) struct GrantExchange {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The code, which works once; - reads it from stdin
    #[arg(long, value_name = "CODE")]
    pub(crate) code: String,
    /// The account's host, where the service has one for each; or its id there, where that tells the host
    #[arg(long, value_name = "HOST")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// List the grants
#[derive(Args)]
pub(crate) struct GrantList {
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Show what is known of a grant, and no secret
#[derive(Args)]
pub(crate) struct GrantShow {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Show instead the answer of the service that could not be read, if one is kept; it may hold new tokens
    #[arg(long)]
    pub(crate) unread_answer: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Show what happened to a grant, the newest first
#[derive(Args)]
pub(crate) struct GrantHistory {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How many lines at most
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) last: usize,
    #[command(flatten)]
    pub(crate) common: Common,
}

const CHECK_HELP: &str = "\
The exit code is 12 where a record is damaged, 10 where a person must act now, 13 where something ends soon, and else 0.

Examples:
  osign grant check --warn 14d
  osign grant check --format prometheus --out /var/lib/node_exporter/osign.prom";

/// Tell what ends soon, and where a person must act
#[derive(Args)]
#[command(after_help = CHECK_HELP)]
pub(crate) struct GrantCheck {
    /// The grants; all where none is named
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// How long before its end to speak of it, such as 14d, 36h or 90m
    #[arg(long, value_name = "TIME", default_value = "14d")]
    pub(crate) warn: String,
    /// How to say it
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json",
          value_parser = PossibleValuesParser::new(["text", "json", "prometheus"]))]
    pub(crate) format: String,
    /// Write it into this file, which then has all of it at once
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Move a grant: write it into a sealed file, and give it up here
#[derive(Args)]
pub(crate) struct GrantExport {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Keep the grant here; what is in the file is a copy that must be adopted by a person before it is used
    #[arg(long)]
    pub(crate) backup: bool,
    /// Seal it with the key in this file; else with a passphrase, which is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "bundle_passphrase_file")]
    pub(crate) bundle_key_file: Option<PathBuf>,
    /// Seal it with the passphrase in this file; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

const IMPORT_HELP: &str = "\
A file of osign grant export waits for osign grant adopt. A credentials file, as osign sign takes it, becomes a grant of OAuth \
1.0a that can be used at once, and is needed no more then.

Examples:
  osign grant import crm.bundle
  osign grant import --credentials shop.toml --name shop --api-origin https://api.example.com";

/// Take a grant in that was exported elsewhere, or a credentials file
#[derive(Args)]
#[command(after_help = IMPORT_HELP, override_usage = "osign grant import [OPTIONS] <FILE>\n       \
    osign grant import [OPTIONS] --credentials <FILE> --name <NAME>")]
pub(crate) struct GrantImport {
    /// The file
    #[arg(value_name = "FILE", required_unless_present = "credentials", conflicts_with = "credentials")]
    pub(crate) file: Option<PathBuf>,
    /// A file with credentials of OAuth 1.0a, in TOML or JSON
    #[arg(long, value_name = "FILE", requires = "name",
          conflicts_with_all = ["bundle_key_file", "bundle_passphrase_file"])]
    pub(crate) credentials: Option<PathBuf>,
    /// Give it this name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Of credentials, the service: a name that `osign provider list` shows, or a file of your own
    #[arg(long, value_name = "NAME|FILE", requires = "credentials")]
    pub(crate) provider: Option<String>,
    /// Of credentials, an origin that signed requests may go to, such as https://api.example.com; may be repeated
    #[arg(long, value_name = "ORIGIN", requires = "credentials")]
    pub(crate) api_origin: Vec<String>,
    /// Let addresses of this machine do without TLS
    #[arg(long, requires = "credentials")]
    pub(crate) allow_insecure_http: bool,
    /// The key that it is sealed with; else a passphrase is asked for
    #[arg(long, value_name = "FILE", conflicts_with = "bundle_passphrase_file")]
    pub(crate) bundle_key_file: Option<PathBuf>,
    /// A file with the passphrase that it is sealed with; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) bundle_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Go on with a store that was moved or restored, or with a grant that was imported: the other one must not be used any more
#[derive(Args)]
pub(crate) struct GrantAdopt {
    /// The grant; without a name the store
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Give a grant another name
#[derive(Args)]
pub(crate) struct GrantRename {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Its new name
    #[arg(value_name = "NEW-NAME")]
    pub(crate) new_name: String,
    #[command(flatten)]
    pub(crate) common: Common,
}
