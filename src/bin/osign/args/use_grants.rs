//! The definition of what uses grants, and of their services and stores: token, call, provider, store.

use super::grants::Common;
use clap::builder::{PossibleValuesParser, RangedI64ValueParser};
use clap::{Args, Subcommand};
use std::path::PathBuf;

const TOKEN_HELP: &str = "\
Formats: env is OSIGN_ACCESS_TOKEN=…; curl a line for curl --config; header a whole header; json an object with \
access_token, generation, expires_at (Unix seconds, or null) and kind.

Examples:
  curl --config <(osign token crm --format curl) https://api.example.com/v1/me
  osign token crm --min-validity 300
  osign token crm --refused 7";

/// Print an access token that is good now
#[derive(Args)]
#[command(after_help = TOKEN_HELP)]
pub(crate) struct Token {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// How long it must live on; 0 is until it ends
    #[arg(long, value_name = "SECONDS", default_value_t = 60, allow_negative_numbers = true,
          value_parser = RangedI64ValueParser::<i64>::new().range(0..=i64::from(i32::MAX)))]
    pub(crate) min_validity: i64,
    /// How long to wait for another process that renews it, or for a service that asks to
    #[arg(long, value_name = "SECONDS", default_value_t = 30, allow_negative_numbers = true,
          value_parser = RangedI64ValueParser::<i64>::new().range(0..=86400))]
    pub(crate) wait: i64,
    /// The service turned the token of this generation down: print the one that is good now
    #[arg(long, value_name = "GENERATION")]
    pub(crate) refused: Option<u64>,
    /// The HTTP status by which it did
    #[arg(long, value_name = "STATUS", default_value_t = 401, requires = "refused")]
    pub(crate) status: u16,
    /// How to print it [default: the token alone]
    #[arg(long, value_name = "FORMAT", conflicts_with = "json",
          value_parser = PossibleValuesParser::new(["env", "curl", "header", "json"]))]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) common: Common,
}

const CALL_HELP: &str = "\
The credentials are sent to origins that the service's profile names, or the grant's --api-origin, and to no others. \
Redirects are not followed. After an answer that says the token has ended, the request is sent once more with another. A grant \
of OAuth 1.0a signs the request with its body, and sends it once.

Examples:
  osign call crm GET https://sub.amocrm.ru/api/v4/account
  osign call crm POST https://api.example.com/items --data-file item.json \\
    --header 'Content-Type: application/json' --fail";

/// Send a request with a grant's credentials, and print the answer's body
#[derive(Args)]
#[command(after_help = CALL_HELP)]
pub(crate) struct Call {
    /// The grant
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The HTTP method: GET, POST, …
    #[arg(value_name = "METHOD")]
    pub(crate) http_method: String,
    /// The absolute URL, with its query
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// The body. Without a header for its type it is a form, as with curl
    #[arg(long, value_name = "TEXT", conflicts_with = "data_file", allow_hyphen_values = true)]
    pub(crate) data: Option<String>,
    /// A file that holds the body, byte for byte; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) data_file: Option<PathBuf>,
    /// A header, as 'Name: value'; may be repeated
    #[arg(long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,
    /// End with the code 22 where the answer's status is 400 or above
    #[arg(long)]
    pub(crate) fail: bool,
    /// How long to wait for the answer, and for a token
    #[arg(long, value_name = "SECONDS", default_value_t = 60, allow_negative_numbers = true,
          value_parser = RangedI64ValueParser::<i64>::new().range(1..=86400))]
    pub(crate) wait: i64,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Subcommand)]
pub(crate) enum Provider {
    List(ProviderList),
    Show(ProviderShow),
}

/// List the services that osign knows
#[derive(Args)]
pub(crate) struct ProviderList {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show what is known of a service, in the format of a file of your own
#[derive(Args)]
pub(crate) struct ProviderShow {
    /// A name that `osign provider list` shows, or a file of your own, which is checked
    #[arg(value_name = "NAME|FILE")]
    pub(crate) provider: String,
    /// The main points as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Store {
    Info(StoreInfo),
    Backup(StoreBackup),
    Rekey(StoreRekey),
}

/// Tell where the store and what belongs to it are, and how it stands
#[derive(Args)]
pub(crate) struct StoreInfo {
    #[command(flatten)]
    pub(crate) common: Common,
}

/// Copy the store while it is in use; the copy is not used before somebody adopts it
#[derive(Args)]
pub(crate) struct StoreBackup {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) common: Common,
}

const REKEY_HELP: &str = "\
Until it is done, programs that have what is new open the store with what is old as well, which OSIGN_STORE_OLD_KEY_FILE \
or OSIGN_STORE_OLD_PASSPHRASE_FILE names.

Examples:
  osign store rekey new.key
  osign store rekey --new-passphrase
  osign store rekey store.key --passphrase";

/// Seal all grants with another key or passphrase. Where it is interrupted, the same command goes on
#[derive(Args)]
#[command(after_help = REKEY_HELP)]
pub(crate) struct StoreRekey {
    /// The file with the new key, which `osign key new` makes
    #[arg(value_name = "FILE", required_unless_present_any = ["new_passphrase", "new_passphrase_file"],
          conflicts_with_all = ["new_passphrase", "new_passphrase_file"])]
    pub(crate) new_key_file: Option<PathBuf>,
    /// From now on a passphrase opens the store; it is asked for
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub(crate) new_passphrase: bool,
    /// From now on the passphrase in this file opens the store; - is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}
