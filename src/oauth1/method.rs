//! The signature methods (RFC 5849 §3.4).

use super::hash::Hash;
use super::private_key::Scheme;
use crate::error::{Error, Input};
use std::fmt;

/// How a signature is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SignatureMethod {
    /// RFC 5849 §3.4.2; the default.
    #[default]
    HmacSha1,
    /// As HMAC-SHA1, with SHA-256: NetSuite, Magento, WooCommerce, HERE.
    HmacSha256,
    /// As HMAC-SHA1, with SHA-512.
    HmacSha512,
    /// RFC 5849 §3.4.3: RSASSA-PKCS1-v1_5.
    RsaSha1,
    /// As RSA-SHA1, with SHA-256: Mastercard.
    RsaSha256,
    /// As RSA-SHA1, with SHA-512.
    RsaSha512,
    /// RSASSA-PSS (RFC 8017 §8.1) with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes; no RFC names it for
    /// OAuth 1.0a: Mastercard's newer keys.
    RsaPssSha256,
    /// RFC 5849 §3.4.4: the secrets themselves. Only over TLS.
    Plaintext,
}

impl SignatureMethod {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
        Self::RsaPssSha256,
        Self::Plaintext,
    ];

    /// The method with this name, exactly as `oauth_signature_method` carries it.
    ///
    /// # Errors
    /// [`Input::UnknownSignatureMethod`] when it is none of these.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|method| method.name() == name).ok_or_else(|| Input::UnknownSignatureMethod.into())
    }

    /// The value of `oauth_signature_method`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::RsaPssSha256 => "RSA-PSS-SHA256",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// Whether it signs with an RSA private key.
    #[must_use]
    pub const fn is_rsa(self) -> bool {
        self.scheme().is_some()
    }

    /// How it signs with an RSA private key.
    pub(crate) const fn scheme(self) -> Option<Scheme> {
        match self {
            Self::HmacSha1 | Self::HmacSha256 | Self::HmacSha512 | Self::Plaintext => None,
            Self::RsaSha1 => Some(Scheme::Pkcs1Sha1),
            Self::RsaSha256 => Some(Scheme::Pkcs1Sha256),
            Self::RsaSha512 => Some(Scheme::Pkcs1Sha512),
            Self::RsaPssSha256 => Some(Scheme::PssSha256),
        }
    }

    /// The hash it signs with and hashes bodies with; PLAINTEXT, which has none, takes SHA-1 for bodies.
    pub(crate) const fn hash(self) -> Hash {
        match self {
            Self::HmacSha1 | Self::RsaSha1 | Self::Plaintext => Hash::Sha1,
            Self::HmacSha256 | Self::RsaSha256 | Self::RsaPssSha256 => Hash::Sha256,
            Self::HmacSha512 | Self::RsaSha512 => Hash::Sha512,
        }
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
