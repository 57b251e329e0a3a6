//! Shortage of memory, noticed before it does harm: memory is asked for before it is needed. Rust ends the process where it gets none, and that process is the platform's,
//! with all of its sessions: so whatever may be large is refused first, and whatever else finds none ends the call.

use super::exception::Exception;
use super::limits::{LARGEST_EXPLAINED, LARGEST_REQUEST};
use std::hint::black_box;

/// What a call is unwound with that found no memory.
pub(super) struct RanOut;

/// Has Rust unwind a call that finds no memory, where it would end the process. The standard library's hook for that is not
/// stable yet: the add-in is built for it all the same, with `--cfg osign_alloc_error_hook`.
pub(super) fn unwind_without_memory() {
    #[cfg(osign_alloc_error_hook)]
    std::alloc::set_alloc_error_hook(|_| {
        // Where there is no memory to unwind with, that brings us here again.
        if !std::thread::panicking() {
            std::panic::resume_unwind(Box::new(RanOut));
        }
    });
}

/// An empty vector that holds so many bytes without growing, if there is memory.
pub(super) fn bytes(len: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).ok()?;
    Some(bytes)
}

/// What the core needs at most while it works, beside what it is given; tests/onec/shortage.cpp shows that it is enough.
#[derive(Clone, Copy)]
pub(super) struct Need {
    /// The largest sum of bytes that it is given.
    largest: usize,
    per_byte: usize,
    /// For each name and value, which may be of one byte.
    per_pair: usize,
}

// A header needs a list of the pairs alone; a URL is made with its base string, in vectors that grow; and an explanation
// holds each piece several times, and escapes it.
pub(super) const TO_SIGN: Need = Need { largest: LARGEST_REQUEST, per_byte: 4, per_pair: 48 };
pub(super) const TO_SIGN_URL: Need = Need { largest: LARGEST_REQUEST, per_byte: 32, per_pair: 48 };
pub(super) const TO_EXPLAIN: Need = Need { largest: LARGEST_EXPLAINED, per_byte: 192, per_pair: 768 };

impl Need {
    /// The same and a base string in a vector that grows: of five bytes for one, twice at the end, and again while it moves.
    pub(super) fn with_base_string(self) -> Self {
        Self { per_byte: self.per_byte + 3 * 5, ..self }
    }

    /// Refuses pieces of a request that are too large, or more than there is memory for. Another thread may take that
    /// memory before we do; then [`unwind_without_memory`] is what helps.
    /// `settings` is how long all is that was set beforehand and is signed along.
    pub(super) fn check(self, pieces: &[&[u8]], settings: usize) -> Result<(), Exception> {
        const ALWAYS_THERE: usize = 4096;
        let len = pieces.iter().fold(0, |sum: usize, piece| sum.saturating_add(piece.len()));
        if len > self.largest {
            return Err(Exception::LargeRequest { largest: self.largest });
        }
        let len = len.saturating_add(settings);
        if len <= ALWAYS_THERE {
            return Ok(());
        }
        let pairs = pieces.iter().flat_map(|piece| piece.iter()).filter(|&&byte| byte == b'&').count();
        let needed = len.saturating_mul(self.per_byte).saturating_add(pairs.saturating_mul(self.per_pair));
        // Unless somebody could look at it, the compiler may leave memory out that is freed at once.
        bytes(needed).map(|asked_for| drop(black_box(asked_for))).ok_or(Exception::NoMemory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused() {
        let piece = vec![b'a'; LARGEST_EXPLAINED];
        assert!(TO_EXPLAIN.check(&[&piece], 0).is_ok());
        assert!(matches!(
            TO_EXPLAIN.check(&[&piece, b"a"], 0),
            Err(Exception::LargeRequest { largest: LARGEST_EXPLAINED })
        ));
        assert!(TO_SIGN.check(&[&piece, b"a"], 0).is_ok());
    }

    #[test]
    fn what_no_memory_holds_is_refused() {
        let need = Need { largest: LARGEST_REQUEST, per_byte: 1 << (usize::BITS - 14), per_pair: 0 };
        assert!(matches!(need.check(&[&[0; 5000]], 0), Err(Exception::NoMemory)));
        assert!(need.check(&[&[0; 4000]], 0).is_ok());
        assert!(matches!(need.check(&[&[0; 4000]], 1000), Err(Exception::NoMemory)));
        assert!(bytes(usize::MAX).is_none());
    }
}
