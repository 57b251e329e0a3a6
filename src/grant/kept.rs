//! Secret text that a grant holds, and its print.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;
use std::hash::{Hash, Hasher};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Secret text, such as a token: wiped when dropped, never shown, compared in constant time.
#[derive(Clone)]
pub struct Kept(Zeroizing<String>);

impl Kept {
    /// A copy of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What tells this text from others, and does not tell the text.
    #[must_use]
    pub fn print(&self) -> Print {
        let mut hash = Sha256::new();
        hash.update(b"osign print 1\0");
        hash.update(self.0.as_bytes());
        let hash = hash.finalize();
        Print(u64::from_be_bytes(hash[..8].try_into().unwrap_or_default()))
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Kept {}

impl Hash for Kept {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Zeroizing::new(String::deserialize(deserializer)?)))
    }
}

/// The first 64 bits of a hash of a secret text. Tokens have far more randomness than that, so nobody guesses one by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Print(u64);

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Print {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_tells_texts_apart_and_not_the_text() {
        assert_eq!(Kept::new("a").print(), Kept::new("a").print());
        assert_ne!(Kept::new("a").print(), Kept::new("b").print());
        assert_eq!(format!("{:?}", Kept::new("hunter2")), "[redacted]");
        let print = Kept::new("hunter2").print();
        let json = serde_json::to_string(&print).unwrap();
        assert_eq!(json.len(), 18);
        assert_eq!(serde_json::from_str::<Print>(&json).unwrap(), print);
    }
}
