//! Secrets: wiped when dropped, never shown.

use std::fmt;
use zeroize::Zeroizing;

/// Bytes that are wiped from memory on drop and that `Debug` shows as `[redacted]`.
///
/// There is no `Display`, no `PartialEq` and no `Clone` by accident: what needs the bytes calls
/// [`expose`](Self::expose), which is easy to find in a review.
pub struct Secret(Zeroizing<Box<[u8]>>);

impl Secret {
    /// Copies `bytes` into memory of their own, of their exact size, so that no growth leaves a copy behind.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The same as text; "" where it is none.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.expose()).unwrap_or_default()
    }

    /// How many bytes it holds; fit to be shown.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whether a text that anybody may see holds one of these secrets; what is shorter than a token ever is must be the whole of it.
#[cfg(feature = "oauth2")]
pub(crate) fn repeats(text: &str, secrets: &[&[u8]]) -> bool {
    const SHORT: usize = 8;
    secrets.iter().filter(|secret| !secret.is_empty()).any(|secret| {
        text.as_bytes() == *secret
            || (secret.len() >= SHORT && text.as_bytes().windows(secret.len()).any(|part| part == *secret))
    })
}

/// Wipes bytes and frees them.
#[inline(never)] // It is long, and stands in many drops.
pub(crate) fn wipe(bytes: Vec<u8>) {
    drop(Zeroizing::new(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new(b"hunter2")), "[redacted]");
    }
}
