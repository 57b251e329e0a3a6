//! Nonces, drawn from a generator of each thread's own.
//!
//! A nonce costs no system call where the system tells of forks: each thread keeps a ChaCha12 generator, seeded once
//! from the system, and seeded anew in a child process after `fork()`. The generator has no destructor, so that a host
//! may unload the library while its threads live on.

use super::fork::{Mark, Notice};
use super::random::seed;
use crate::error::{Crypto, Error};
use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::fmt;
use std::mem::{ManuallyDrop, needs_drop};

/// 24 letters and digits that carry 120 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce([u8; Self::LEN]);

impl Nonce {
    /// Its length in characters, always.
    pub const LEN: usize = 24;

    /// Random bytes as text: the low five bits of each choose one of 32 characters.
    #[must_use]
    #[inline]
    pub fn from_random(random: [u8; Self::LEN]) -> Self {
        Self(random.map(character))
    }

    /// The characters, all ASCII letters and digits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("letters and digits are UTF-8")
    }
}

/// A random byte as a character. Without a branch, so that many become text at once.
#[inline]
const fn character(random: u8) -> u8 {
    let digit = random & 31;
    digit + if digit < 26 { b'a' } else { b'2' - 26 }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Nonce").field(&self.as_str()).finish()
    }
}

/// A new nonce, as [`nonce`](super::nonce) draws it, for a host that notices forks in its own way.
///
/// # Errors
/// [`Status::EntropyUnavailable`](crate::Status::EntropyUnavailable) when the generator of this thread could not be
/// seeded.
pub fn nonce_by<N: Notice>() -> Result<Nonce, Error> {
    GENERATOR.with_borrow_mut(|slot| match slot {
        Some(generator) if !N::is_gone(generator.process) => Ok(generator.nonce()),
        _ => nonce_of_another::<N>(slot),
    })
}

/// A nonce of a new generator, in place of what there was.
#[cold]
#[inline(never)]
fn nonce_of_another<N: Notice>(slot: &mut Option<Generator>) -> Result<Nonce, Error> {
    *slot = None; // Gone even when seeding its successor fails: its next words are the parent's.
    Ok(slot.insert(Generator::new::<N>()?).nonce())
}

struct Generator {
    // Should a dependent turn on the generator's `zeroize` feature, it must still have no destructor.
    random: ManuallyDrop<ChaCha12Rng>,
    /// The process that it was seeded in.
    process: Mark,
    /// Nonces that were drawn together, from this one on not handed out yet: the generator gives as many bytes at once, and
    /// they become text sixteen at a time.
    drawn: [Nonce; DRAWN],
    next: usize,
}

const DRAWN: usize = 10;

thread_local! {
    static GENERATOR: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

// A thread-local with a destructor would be run by threads that outlive `dlclose`.
const _: () = assert!(!needs_drop::<RefCell<Option<Generator>>>());

impl Generator {
    #[cold]
    fn new<N: Notice>() -> Result<Self, Error> {
        // First: so that a fork before the seed is drawn is seen at the next nonce.
        let process = N::mark().ok_or(Crypto::NoForkNotice)?;
        let random = ManuallyDrop::new(ChaCha12Rng::from_seed(*seed()?));
        Ok(Self { random, process, drawn: [Nonce([0; Nonce::LEN]); DRAWN], next: DRAWN })
    }

    #[inline]
    fn nonce(&mut self) -> Nonce {
        if self.next == DRAWN {
            self.draw();
        }
        let nonce = self.drawn[self.next];
        self.next += 1;
        nonce
    }

    #[cold]
    #[inline(never)]
    fn draw(&mut self) {
        let mut random = [0; DRAWN * Nonce::LEN];
        self.random.fill_bytes(&mut random);
        for byte in &mut random {
            *byte = character(*byte);
        }
        for (nonce, text) in self.drawn.iter_mut().zip(random.chunks_exact(Nonce::LEN)) {
            nonce.0.copy_from_slice(text);
        }
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::nonce;
    use std::collections::HashSet;

    #[test]
    fn five_bits_are_one_character() {
        let digits = |from: u8| Nonce::from_random(std::array::from_fn(|index| from + index as u8));
        assert_eq!(digits(0).as_str(), "abcdefghijklmnopqrstuvwx");
        assert_eq!(digits(20).as_str(), "uvwxyz234567abcdefghijkl");
        assert_eq!(digits(32), digits(0));
    }

    #[test]
    fn nonces_are_letters_and_digits_and_differ() {
        let mut seen = HashSet::new();
        for _ in 0..100_000 {
            let nonce = nonce().unwrap();
            assert!(nonce.as_bytes().iter().all(u8::is_ascii_alphanumeric));
            assert!(seen.insert(nonce), "{nonce:?} came twice");
        }
    }

    #[test]
    fn threads_do_not_share_nonces() {
        let threads: Vec<_> =
            (0..8).map(|_| std::thread::spawn(|| (0..10_000).map(|_| nonce().unwrap()).collect::<Vec<_>>())).collect();
        let all: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 80_000);
    }
}
