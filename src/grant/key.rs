//! The keys that seal a store.

use crate::error::{Error, Keeping};
use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// What a key file's line begins with.
const PREFIX: &str = "osign-key-1:";
/// The digits of 32 bytes.
const ENCODED: usize = 44;
/// The fewest characters of a passphrase.
const PASSPHRASE: usize = 12;

/// A key of 32 bytes; wiped when dropped, never shown.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// The key of 32 random bytes.
    #[must_use]
    pub fn from_random(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Reads what every surface takes for a key: the line that [`line`](Self::line) writes, with or without white space around
    /// it, or 32 raw bytes.
    ///
    /// # Errors
    /// [`Keeping::BadStoreKey`].
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        if let Ok(raw) = <[u8; 32]>::try_from(bytes) {
            return Ok(Self(Zeroizing::new(raw)));
        }
        let line = std::str::from_utf8(bytes).ok().and_then(|text| text.trim().strip_prefix(PREFIX));
        let mut key = Self(Zeroizing::new([0; 32]));
        match line.map(|line| Base64::decode(line, &mut *key.0).map(<[u8]>::len)) {
            Some(Ok(32)) => Ok(key),
            _ => Err(Keeping::BadStoreKey.into()),
        }
    }

    /// The key that a passphrase makes for one store, by Argon2id (RFC 9106 §4, the second recommended option: 64 MiB, three
    /// passes, four lanes). It takes a moment, as it should.
    ///
    /// # Errors
    /// [`Keeping::ShortPassphrase`].
    pub fn from_passphrase(passphrase: &[u8], salt: &[u8; 16]) -> Result<Self, Error> {
        Self::check_passphrase(passphrase)?;
        let mut key = Zeroizing::new([0; 32]);
        Params::new(64 * 1024, 3, 4, Some(32))
            .and_then(|params| {
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(passphrase, salt, &mut *key)
            })
            .map_err(|_| Keeping::BadStoreKey)?;
        Ok(Self(key))
    }

    /// Whether a passphrase is long enough. What is no UTF-8 counts by its bytes.
    ///
    /// # Errors
    /// [`Keeping::ShortPassphrase`].
    pub fn check_passphrase(passphrase: &[u8]) -> Result<(), Error> {
        let length = std::str::from_utf8(passphrase).map_or(passphrase.len(), |text| text.chars().count());
        if length < PASSPHRASE {
            return Err(Keeping::ShortPassphrase { least: PASSPHRASE }.into());
        }
        Ok(())
    }

    /// The bytes of its line.
    pub const LINE: usize = PREFIX.len() + ENCODED;

    /// The line of a key file, without a line break.
    #[must_use]
    pub fn line(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new([0; ENCODED]);
        let encoded = Base64::encode(&*self.0, &mut *text).unwrap_or_default();
        let mut line = Zeroizing::new(String::with_capacity(Self::LINE));
        line.push_str(PREFIX);
        line.push_str(encoded);
        line
    }

    /// What tells this key from others, and does not tell the key: 16 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"osign key id 1\0");
        hash.update(*self.0);
        hash.finalize()[..8].iter().fold(String::with_capacity(16), |mut id, byte| {
            use fmt::Write;
            let _ = write!(id, "{byte:02x}");
            id
        })
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The keys of a store: the first seals, each opens. While keys are changed there are two.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// A store's only key.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self(vec![key])
    }

    /// Adds an older key, which opens what is not sealed again yet.
    #[must_use]
    pub fn and_older(mut self, key: Key) -> Self {
        self.0.push(key);
        self
    }

    pub(super) fn first(&self) -> &Key {
        &self.0[0]
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = Key::from_random(&[7; 32]);
        let line = key.line();
        assert_eq!(*line, "osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        for text in [line.as_bytes(), format!(" {}\r\n", *line).as_bytes(), &[7; 32]] {
            assert_eq!(Key::read(text).unwrap().bytes(), key.bytes());
        }
        assert_eq!(format!("{key:?}"), "[redacted]");
        assert_eq!(key.id().len(), 16);
    }

    #[test]
    fn other_text_is_no_key() {
        for text in [
            &b""[..],
            b"osign-key-1:",
            b"osign-key-1:AAAA",
            b"osign-key-2:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
            b"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
            &[7; 31],
            &[7; 33],
            b"osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH",
        ] {
            assert_eq!(Key::read(text).unwrap_err(), Keeping::BadStoreKey.into());
        }
    }

    #[test]
    fn a_passphrase_makes_one_key_a_salt() {
        let key = |salt| Key::from_passphrase(b"correct horse battery", &[salt; 16]).unwrap().id();
        assert_eq!(key(1), key(1));
        assert_ne!(key(1), key(2));
        assert!(Key::from_passphrase(b"short", &[1; 16]).is_err());
    }

    #[test]
    fn a_passphrase_is_as_long_as_its_characters() {
        let short = Err(Keeping::ShortPassphrase { least: 12 }.into());
        for (passphrase, is_long) in [
            ("correct hors".as_bytes(), true),
            ("correct hor".as_bytes(), false),
            ("правильная л".as_bytes(), true),
            ("правильная ".as_bytes(), false),
            ("🐎🐎🐎".as_bytes(), false),
            (&[0xFF; 12], true),
            (&[0xFF; 11], false),
        ] {
            assert_eq!(Key::check_passphrase(passphrase), if is_long { Ok(()) } else { short.clone() });
        }
        assert!(Key::from_passphrase("пароль".as_bytes(), &[1; 16]).is_err());
    }
}
