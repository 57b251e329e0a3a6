//! What the command line fails with: one sentence, and an exit code.

use crate::{advice, shown};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use osign::error::Keeping;
use osign::{Error, Status};
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// Some lines of a batch failed.
pub(crate) const SOME_FAILED: u8 = 1;
const USAGE: u8 = 2;
const INPUT: u8 = 3;
const KEY: u8 = 4;
const IO: u8 = 5;
/// The base strings that were compared differ.
pub(crate) const DIFFERENT: u8 = 6;
/// A person must log in again, or act.
pub(crate) const PERSON: u8 = 10;
pub(crate) const LATER: u8 = 11;
/// The store or its key cannot be used.
pub(crate) const STORE: u8 = 12;
/// Something ends soon.
pub(crate) const SOON: u8 = 13;
/// The configuration is wrong, or the login was denied.
pub(crate) const CONFIGURATION: u8 = 14;
/// As with curl: the status of an answer is 400 or above.
pub(crate) const REFUSED: u8 = 22;
pub(crate) const INTERNAL: u8 = 70;

const NO_CREDENTIALS: &str = "credentials are never taken from the command line, where others can read them; use \
                              --credentials FILE, the environment (OSIGN_CONSUMER_SECRET, …) or the prompt";

/// Why osign ends without having done what it was asked for.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// None when the reader of our output has gone: it wants no more, not even an error.
    message: Option<String>,
}

impl Failure {
    /// The command line makes no sense.
    pub(crate) fn usage(mut error: clap::Error) -> Self {
        // clap repeats what it was given.
        for kind in [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
            if let Some(ContextValue::String(text)) = error.get(kind) {
                let text = ContextValue::String(shown::text(text));
                error.insert(kind, text);
            }
        }
        let argument = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) => argument.as_str(),
            _ => "",
        };
        let message = match error.kind() {
            ErrorKind::UnknownArgument if Self::is_credential(argument) => NO_CREDENTIALS.to_owned(),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => no_command(&error.render().to_string()),
            // What is no option may be anything, so it is not repeated.
            ErrorKind::UnknownArgument if !argument.starts_with('-') => {
                "there is an argument too many; put quotes around text that holds spaces or &".to_owned()
            }
            _ => {
                let text = error.render().to_string();
                let first = text.split("\n\n").next().unwrap_or_default();
                let words: Vec<&str> = first.trim_start_matches("error:").split_whitespace().collect();
                words.join(" ")
            }
        };
        Self { code: USAGE, message: Some(format!("{message} (see osign --help)")) }
    }

    /// Whether a name is one that credentials have.
    pub(crate) fn is_credential(name: &str) -> bool {
        ["secret", "token", "consumer", "key"].iter().any(|word| name.contains(word))
    }

    /// Credentials were given in the command line.
    pub(crate) fn credential_in_arguments() -> Self {
        Self::usage_message(NO_CREDENTIALS)
    }

    /// Options that do not go together, or an argument that cannot be read.
    pub(crate) fn usage_message(message: impl Into<String>) -> Self {
        Self { code: USAGE, message: Some(message.into()) }
    }

    /// Anything else that has a documented code.
    pub(crate) fn of(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()) }
    }

    /// Input that cannot be signed.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self { code: INPUT, message: Some(message.into()) }
    }

    /// Credentials that are missing or unreadable.
    pub(crate) fn credentials(message: impl Into<String>) -> Self {
        Self { code: KEY, message: Some(message.into()) }
    }

    /// A file or stream that cannot be read or written.
    pub(crate) fn io(what: impl Display, error: &io::Error) -> Self {
        Self { code: IO, message: Some(format!("{what}: {error}")) }
    }

    /// Writing our output failed; quietly if its reader has gone.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self { code: 0, message: None },
            _ => Self::io("cannot write the output", error),
        }
    }

    /// The same, with another code.
    pub(crate) fn with(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// What stderr says.
    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The documented code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error.status() {
            // What is said of the store is an argument, and the store's all the same.
            _ if matches!(error, Error::Keeping(Keeping::BadStoreUrl { .. } | Keeping::BadStoreParameter { .. })) => {
                STORE
            }
            Status::NeedsLogin | Status::ForeignState => PERSON,
            Status::TryLater => LATER,
            Status::InvalidAnswer | Status::UnknownGrant | Status::GrantExists => INPUT,
            Status::EntropyUnavailable => IO,
            status => match status.code() {
                100..300 => INPUT,
                300..400 => KEY,
                500..600 | 602 | 700..800 => CONFIGURATION,
                600..700 => STORE,
                _ => INTERNAL,
            },
        };
        debug_assert_ne!(error.status(), Status::Ok);
        Self { code, message: Some(error.worded(advice::command)) }
    }
}

/// Which command there is none of: the help that clap would show names it.
fn no_command(help: &str) -> String {
    let usage = help.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
    match usage.and_then(|usage| usage.split(['<', '[']).next()).map(str::trim) {
        Some(command) if command != "osign" => format!("{command} wants one more word; {command} --help says which"),
        _ => {
            "there is no command: write osign sign, explain, token, call, grant, provider, store, key, nonce, version, \
              completions or man"
                .to_owned()
        }
    }
}
