//! What is signed, pair by pair.

use crate::explain::shown;
use std::fmt;

/// Where a pair comes from (RFC 5849 §3.4.1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The URL's query.
    Query,
    /// A form body.
    FormBody,
    /// The protocol parameters, which signing adds.
    Protocol,
}

impl Origin {
    /// In one word of a stable name: `query`, `form body` or `protocol`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormBody => "form body",
            Self::Protocol => "protocol",
        }
    }
}

/// One name and value that is signed. `Debug` shows neither: a name is all of a body that is no form.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Where it comes from.
    pub origin: Origin,
    /// The name's bytes, decoded.
    pub name: Vec<u8>,
    /// The value's bytes, decoded.
    pub value: Vec<u8>,
    /// The name, percent-encoded (§3.6), or as Mastercard's form has it: what is sorted first.
    pub encoded_name: String,
    /// The value, the same.
    pub encoded_value: String,
}

impl Parameter {
    /// The name, fit to be shown: what is not UTF-8 or not printable is escaped.
    #[must_use]
    pub fn shown_name(&self) -> String {
        shown(&self.name)
    }

    /// The value, fit to be shown.
    #[must_use]
    pub fn shown_value(&self) -> String {
        shown(&self.value)
    }
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter").field("origin", &self.origin).finish_non_exhaustive()
    }
}
