//! What errors speak of: texts that a caller gives, and where protocol parameters come from.

use std::fmt;

/// A text that a caller gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Term {
    /// The consumer key.
    ConsumerKey,
    /// The token.
    Token,
    /// The realm.
    Realm,
    /// The value of `oauth_version`.
    Version,
    /// The nonce.
    Nonce,
    /// The value of the `Content-Type` header.
    ContentType,
    /// The name of an extra protocol parameter.
    ParameterName,
    /// The value of an extra protocol parameter.
    ParameterValue,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConsumerKey => "the consumer key",
            Self::Token => "the token",
            Self::Realm => "the realm",
            Self::Version => "the version",
            Self::Nonce => "the nonce",
            Self::ContentType => "the content type",
            Self::ParameterName => "a protocol parameter's name",
            Self::ParameterValue => "a protocol parameter's value",
        })
    }
}

/// Where a protocol parameter comes from, so that it cannot be set as an extra one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The signer's consumer key.
    ConsumerKey,
    /// The signer's token.
    Token,
    /// The signer's signature method.
    SignatureMethod,
    /// Whether the signer sends `oauth_version`.
    SendVersion,
    /// The request's nonce.
    Nonce,
    /// The request's timestamp.
    Timestamp,
    /// Signing itself.
    Signing,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ConsumerKey => "the signer's consumer key",
            Self::Token => "the signer's token",
            Self::SignatureMethod => "the signer's signature method",
            Self::SendVersion => "the signer's send_version",
            Self::Nonce => "the request's nonce",
            Self::Timestamp => "the request's timestamp",
            Self::Signing => "signing",
        })
    }
}
