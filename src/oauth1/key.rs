//! What signs: a keyed HMAC, an RSA private key, or the secrets themselves (RFC 5849 §3.4.2 to §3.4.4).

use super::hash::Hash;
use super::method::{Mechanism, SignatureMethod};
use super::private_key::{PrivateKey, Scheme};
use super::running::{LongestMac, Running};
use super::signature::{Plaintext, Signature, encoded_base64_bound};
use crate::error::{Crypto, Error};
use crate::mac::{Keyed, Sha1, Sha256, Sha384, Sha512};
use crate::percent::{Once, encode_into};
use crate::secret::Secret;
use crate::system::Fresh;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// A key for one signature method, ready for use.
pub(crate) enum Key {
    HmacSha1(Keyed<Sha1>),
    HmacSha256(Keyed<Sha256>),
    HmacSha384(Box<Keyed<Sha384>>),
    HmacSha512(Box<Keyed<Sha512>>),
    Rsa(Scheme),
    Plaintext(Plaintext),
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Key {
    /// The two secrets, each encoded, joined by `&`, which stands there even when one is empty (§3.4.2).
    pub(crate) fn new(method: SignatureMethod, consumer_secret: &[u8], token_secret: &[u8]) -> Self {
        // Room for the longest encoding: a vector that grew would leave a copy behind.
        let mut key = Zeroizing::new(Vec::with_capacity(3 * (consumer_secret.len() + token_secret.len()) + 1));
        encode_into::<Once>(consumer_secret, &mut *key);
        key.push(b'&');
        encode_into::<Once>(token_secret, &mut *key);
        match method.mechanism() {
            Mechanism::Hmac(Hash::Sha1) => Self::HmacSha1(Keyed::new(&key)),
            Mechanism::Hmac(Hash::Sha256) => Self::HmacSha256(Keyed::new(&key)),
            Mechanism::Hmac(Hash::Sha384) => Self::HmacSha384(Box::new(Keyed::new(&key))),
            Mechanism::Hmac(Hash::Sha512) => Self::HmacSha512(Box::new(Keyed::new(&key))),
            Mechanism::Rsa(scheme) => Self::Rsa(scheme),
            Mechanism::Plaintext => {
                let mut encoded = Zeroizing::new(Vec::with_capacity(3 * key.len()));
                encode_into::<Once>(&key, &mut *encoded);
                Self::Plaintext(Plaintext { text: Secret::new(&key), encoded: Secret::new(&encoded) })
            }
        }
    }

    /// Begins a signature: the MAC, or RSA's message, that takes the base string in.
    #[inline]
    pub(crate) fn begin(&self) -> Running<'_> {
        match self {
            Self::HmacSha1(key) => Running::Sha1(key.begin()),
            Self::HmacSha256(key) => Running::Sha256(key.begin()),
            Self::HmacSha384(key) => Running::Sha384(key.begin()),
            Self::HmacSha512(key) => Running::Sha512(key.begin()),
            Self::Rsa(_) => Running::Rsa(Zeroizing::new(Vec::new())),
            Self::Plaintext(_) => Running::None,
        }
    }

    /// The signature, whose MAC `mac` begins with; RSA's message is what was taken in.
    #[inline]
    pub(crate) fn finish<'a>(
        &'a self,
        mac: &'a LongestMac,
        mac_len: usize,
        running: &Running<'_>,
        private_key: Option<&PrivateKey>,
        fresh: &mut dyn Fresh,
    ) -> Result<Signature<'a>, Error> {
        Ok(match self {
            Self::Plaintext(secrets) => Signature::Plaintext(secrets),
            Self::Rsa(scheme) => {
                let private_key = private_key.ok_or(Crypto::NoPrivateKey)?;
                let signature = private_key.sign(*scheme, running.message(), fresh)?;
                Signature::Rsa(STANDARD.encode(signature).into_bytes())
            }
            Self::HmacSha1(_) | Self::HmacSha256(_) | Self::HmacSha384(_) | Self::HmacSha512(_) => {
                Signature::Hmac { mac, len: mac_len }
            }
        })
    }

    /// A length that no signature of this key exceeds once it is percent-encoded.
    pub(crate) fn encoded_signature_bound(&self, private_key: Option<&PrivateKey>) -> Result<usize, Error> {
        Ok(match self {
            Self::HmacSha1(_) => encoded_base64_bound(20),
            Self::HmacSha256(_) => encoded_base64_bound(32),
            Self::HmacSha384(_) => encoded_base64_bound(48),
            Self::HmacSha512(_) => encoded_base64_bound(64),
            Self::Rsa(scheme) => {
                let private_key = private_key.ok_or(Crypto::NoPrivateKey)?;
                private_key.check(*scheme)?;
                encoded_base64_bound(private_key.signature_len())
            }
            Self::Plaintext(secrets) => secrets.encoded.len(),
        })
    }
}
