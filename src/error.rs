//! The one error model of every host: a [`Status`] and a sentence.

use std::borrow::Cow;
use std::fmt;

/// What went wrong, as a number that never changes its meaning.
///
/// Numbers come in families of a hundred, are never reused, and new ones are appended. The C header
/// carries the same ones as `OSIGN_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Status {
    /// All went well.
    Ok = 0,
    /// A required argument is NULL, or a NULL body has a length.
    NullArgument = 100,
    /// Text is not UTF-8.
    InvalidUtf8 = 101,
    /// The caller's buffer is too small.
    BufferTooSmall = 102,
    /// An argument is outside what the call takes.
    InvalidArgument = 103,
    /// There is no memory for a copy of what the caller handed over.
    OutOfMemory = 104,
    /// The URL cannot be signed: relative, not http(s), without host, or malformed.
    InvalidUrl = 200,
    /// The HTTP method is not a token.
    InvalidMethod = 201,
    /// A parameter's name or value cannot be sent.
    InvalidParameter = 202,
    /// A protocol parameter stands in the request as well as among ours (RFC 5849 §3.1, §3.5).
    DuplicateProtocolParameter = 203,
    /// The signature method is not known.
    UnsupportedSignatureMethod = 204,
    /// A key is missing, of the wrong kind, or unreadable.
    InvalidKey = 300,
    /// The system gives no randomness.
    EntropyUnavailable = 301,
    /// A defect of this library: it panicked. Please report it.
    Panic = 900,
}

impl Status {
    /// Every status, in the order of their numbers.
    pub const ALL: [Self; 14] = [
        Self::Ok,
        Self::NullArgument,
        Self::InvalidUtf8,
        Self::BufferTooSmall,
        Self::InvalidArgument,
        Self::OutOfMemory,
        Self::InvalidUrl,
        Self::InvalidMethod,
        Self::InvalidParameter,
        Self::DuplicateProtocolParameter,
        Self::UnsupportedSignatureMethod,
        Self::InvalidKey,
        Self::EntropyUnavailable,
        Self::Panic,
    ];

    /// The number that crosses every boundary.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The status with this number, if there is one.
    #[must_use]
    pub fn from_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The name as the C header spells it, such as `OSIGN_INVALID_URL`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "OSIGN_OK",
            Self::NullArgument => "OSIGN_NULL_ARGUMENT",
            Self::InvalidUtf8 => "OSIGN_INVALID_UTF8",
            Self::BufferTooSmall => "OSIGN_BUFFER_TOO_SMALL",
            Self::InvalidArgument => "OSIGN_INVALID_ARGUMENT",
            Self::OutOfMemory => "OSIGN_OUT_OF_MEMORY",
            Self::InvalidUrl => "OSIGN_INVALID_URL",
            Self::InvalidMethod => "OSIGN_INVALID_METHOD",
            Self::InvalidParameter => "OSIGN_INVALID_PARAMETER",
            Self::DuplicateProtocolParameter => "OSIGN_DUPLICATE_PROTOCOL_PARAMETER",
            Self::UnsupportedSignatureMethod => "OSIGN_UNSUPPORTED_SIGNATURE_METHOD",
            Self::InvalidKey => "OSIGN_INVALID_KEY",
            Self::EntropyUnavailable => "OSIGN_ENTROPY_UNAVAILABLE",
            Self::Panic => "OSIGN_PANIC",
        }
    }
}

/// A status and a sentence that says what was wrong, with what, and what to do.
///
/// The sentence never holds a secret, nor text of the caller's that could be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    status: Status,
    message: Cow<'static, str>,
    /// What a translator needs of a message that is not fixed.
    #[cfg(feature = "onec")]
    parts: Option<Box<Parts>>,
}

#[cfg(feature = "onec")]
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    template: &'static str,
    arguments: Vec<String>,
}

impl Error {
    /// An error with this status and sentence.
    #[must_use]
    #[cold]
    pub fn new(status: Status, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
            #[cfg(feature = "onec")]
            parts: None,
        }
    }

    /// An error whose sentence has an argument for each `{}` of a template, in their order.
    #[must_use]
    #[cold]
    pub fn filled(status: Status, template: &'static str, arguments: &[&str]) -> Self {
        Self {
            status,
            message: fill(template, arguments).into(),
            #[cfg(feature = "onec")]
            parts: Some(Box::new(Parts {
                template,
                arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            })),
        }
    }

    /// Its number and name.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// The sentence, in English.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The sentence before its arguments are filled in: what another language's sentence is looked up by.
    #[cfg(feature = "onec")]
    #[must_use]
    pub fn template(&self) -> &str {
        self.parts.as_ref().map_or(&self.message, |parts| parts.template)
    }

    /// The arguments of the template.
    #[cfg(feature = "onec")]
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        self.parts.as_ref().map_or(&[], |parts| &parts.arguments)
    }
}

/// A template with an argument for each `{}`.
#[must_use]
pub fn fill(template: &str, arguments: &[&str]) -> String {
    let (mut text, mut rest) = (String::new(), template);
    for argument in arguments {
        let at = rest.find('{').unwrap_or(rest.len());
        text.push_str(&rest[..at]);
        text.push_str(argument);
        rest = rest.get(at + "{}".len()..).unwrap_or_default();
    }
    text + rest
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_one_to_one() {
        for (index, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(Status::from_code(status.code()), Some(status));
            assert!(Status::ALL[..index].iter().all(|s| s.code() < status.code()));
            assert!(Status::ALL[..index].iter().all(|s| s.name() != status.name()));
        }
        assert_eq!(Status::from_code(1), None);
    }

    #[test]
    fn templates_are_filled() {
        let error = Error::filled(Status::InvalidKey, "{} of {}, {}", &["one", "{}"]);
        assert_eq!(error.message(), "one of {}, {}");
        assert_eq!(Error::new(Status::InvalidKey, "no {}").message(), "no {}");
    }

    #[cfg(feature = "onec")]
    #[test]
    fn a_translator_sees_the_template() {
        let error = Error::filled(Status::InvalidKey, "{} of {}", &["one", "two"]);
        assert_eq!((error.template(), error.arguments()), ("{} of {}", &["one".to_owned(), "two".to_owned()][..]));
        let error = Error::new(Status::InvalidKey, "no {}");
        assert_eq!((error.template(), error.arguments()), ("no {}", &[][..]));
    }
}
