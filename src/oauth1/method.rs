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
    /// As HMAC-SHA1, with SHA-384.
    HmacSha384,
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
    pub const ALL: [Self; 9] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha384,
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
        Self::ALL
            .into_iter()
            .find(|method| method.name() == name)
            .ok_or_else(|| Input::UnknownSignatureMethod { known: NAMES }.into())
    }

    /// The value of `oauth_signature_method`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha384 => "HMAC-SHA384",
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
        matches!(self.mechanism(), Mechanism::Rsa(_))
    }

    /// What it does to a base string.
    pub(crate) const fn mechanism(self) -> Mechanism {
        match self {
            Self::HmacSha1 => Mechanism::Hmac(Hash::Sha1),
            Self::HmacSha256 => Mechanism::Hmac(Hash::Sha256),
            Self::HmacSha384 => Mechanism::Hmac(Hash::Sha384),
            Self::HmacSha512 => Mechanism::Hmac(Hash::Sha512),
            Self::RsaSha1 => Mechanism::Rsa(Scheme::Pkcs1Sha1),
            Self::RsaSha256 => Mechanism::Rsa(Scheme::Pkcs1Sha256),
            Self::RsaSha512 => Mechanism::Rsa(Scheme::Pkcs1Sha512),
            Self::RsaPssSha256 => Mechanism::Rsa(Scheme::PssSha256),
            Self::Plaintext => Mechanism::Plaintext,
        }
    }

    /// The hash it signs with and hashes bodies with; PLAINTEXT, which has none, takes SHA-1 for bodies.
    pub(crate) const fn hash(self) -> Hash {
        match self.mechanism() {
            Mechanism::Hmac(hash) => hash,
            Mechanism::Rsa(scheme) => scheme.hash(),
            Mechanism::Plaintext => Hash::Sha1,
        }
    }
}

/// What a method does to a base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanism {
    /// RFC 5849 §3.4.2.
    Hmac(Hash),
    /// RFC 5849 §3.4.3.
    Rsa(Scheme),
    /// RFC 5849 §3.4.4.
    Plaintext,
}

/// The names of all, as an error lists them.
const NAMES: &str = "HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, RSA-PSS-SHA256, \
                     PLAINTEXT";

impl fmt::Display for SignatureMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_lists_every_name() {
        assert_eq!(NAMES, SignatureMethod::ALL.map(SignatureMethod::name).join(", "));
        for method in SignatureMethod::ALL {
            assert_eq!(SignatureMethod::from_name(method.name()), Ok(method));
        }
    }
}
