//! Why a line of a batch was not signed.

use osign::{Error, Status};
use std::fmt;

/// Why a line was not signed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request that it describes cannot be signed.
    Unsigned(Error),
    /// It is not UTF-8.
    NotUtf8,
    /// It describes no request; the sentence repeats none of its values.
    NoRequest(String),
    /// It has a body twice.
    TwoBodies,
    /// `body_base64` is no base64.
    NotBase64,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Unsigned(error)
    }
}

impl Refusal {
    pub(super) const fn status(&self) -> Status {
        match self {
            Self::Unsigned(error) => error.status(),
            Self::NotUtf8 => Status::InvalidUtf8,
            Self::NoRequest(_) | Self::TwoBodies | Self::NotBase64 => Status::InvalidArgument,
        }
    }

    /// The reason in one stable word.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Unsigned(error) => error.word(),
            Self::NotUtf8 => "not-utf8",
            Self::NoRequest(_) => "no-request",
            Self::TwoBodies => "two-bodies",
            Self::NotBase64 => "not-base64",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(error) => error.fmt(f),
            Self::NotUtf8 => f.write_str("the line is not UTF-8; put other bytes into body_base64"),
            Self::NoRequest(sentence) => f.write_str(sentence),
            Self::TwoBodies => f.write_str("the line has both body and body_base64; keep one"),
            Self::NotBase64 => f.write_str("body_base64 is no base64 (RFC 4648 §4)"),
        }
    }
}
