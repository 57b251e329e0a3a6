//! A signed request.

use super::base_string::normalized_parameters;
use crate::secret::wipe;
use std::fmt;
use std::mem::take;

/// A signed request: what to send, and what signing it produced.
///
/// With PLAINTEXT it carries the secrets, and of a form the base string holds every value: such a one is wiped on drop.
#[derive(Clone)]
#[non_exhaustive]
pub struct Signed {
    /// The URL to send, exactly.
    pub url: String,
    /// The body to send when it is another than the request's: with body transmission.
    pub body: Option<Vec<u8>>,
    /// The value of the `Authorization` header; empty unless the transmission is by header.
    pub authorization: String,
    /// The signature, in base64 (for PLAINTEXT the encoded secrets), not percent-encoded.
    pub signature: String,
    /// The signature base string.
    pub base_string: String,
    /// The nonce that was signed.
    pub nonce: String,
    /// The timestamp that was signed, in Unix seconds.
    pub timestamp: i64,
    /// Whether any of it can hold a secret.
    pub(super) is_secret: bool,
}

impl Signed {
    /// The normalised parameters (RFC 5849 §3.4.1.3.2), read from the base string.
    #[must_use]
    pub fn normalized_parameters(&self) -> String {
        normalized_parameters(self.base_string.as_bytes())
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("nonce", &self.nonce).field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

impl Drop for Signed {
    fn drop(&mut self) {
        if !self.is_secret {
            return;
        }
        let Self { url, authorization, signature, base_string, .. } = self;
        for text in [url, authorization, signature, base_string] {
            wipe(take(text).into_bytes());
        }
        wipe(self.body.take().unwrap_or_default());
    }
}
