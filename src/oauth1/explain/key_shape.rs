//! What signed, told by its lengths alone.

/// The shape of what signed: lengths, never a character of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyShape {
    /// HMAC: the two secrets, each encoded, joined by `&` (§3.4.2).
    Hmac {
        /// The consumer secret.
        consumer: SecretShape,
        /// The token secret.
        token: SecretShape,
    },
    /// RSA: the private key; the secrets take no part (§3.4.3).
    Rsa {
        /// The size of the modulus.
        bits: usize,
    },
    /// PLAINTEXT: the signature is the secrets themselves (§3.4.4).
    Plaintext {
        /// The consumer secret.
        consumer: SecretShape,
        /// The token secret.
        token: SecretShape,
    },
}

/// How long a secret is; nothing else of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretShape {
    /// In characters; 0 for none.
    pub characters: usize,
    /// In characters once percent-encoded.
    pub encoded: usize,
}

impl SecretShape {
    pub(super) fn of(secret: &[u8]) -> Self {
        // A UTF-8 character is one byte that continues none.
        let characters = secret.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Self { characters, encoded: crate::percent::encoded_len(secret) }
    }
}
