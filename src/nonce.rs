//! Nonces and the clock: the only place that asks the system for either.
//!
//! A nonce costs no system call on Linux, where the system tells of forks (with the feature `onec` it cannot): each thread
//! keeps a ChaCha12 generator, seeded once from the system, and seeded anew in a child process after `fork()`. The
//! generator has no destructor, so that a host may unload the library while its threads live on.

#[cfg(all(target_os = "linux", not(feature = "onec")))]
mod fork;
#[cfg(not(all(target_os = "linux", not(feature = "onec"))))]
#[path = "nonce/pid.rs"]
mod fork;

use crate::error::{Error, Status};
use chacha20::ChaCha12Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::fmt;
use std::mem::{ManuallyDrop, needs_drop};
use zeroize::Zeroizing;

/// What a signature needs that must differ from call to call. The core takes it as an argument, which
/// is what makes it testable byte for byte; [`System`] is the real one.
pub trait Fresh {
    /// A nonce never given before.
    ///
    /// # Errors
    /// [`Status::EntropyUnavailable`] when the system gives no randomness.
    fn nonce(&mut self) -> Result<Nonce, Error>;

    /// The time in whole seconds since 1970-01-01 00:00 UTC.
    fn timestamp(&mut self) -> i64;

    /// 32 secret random bytes that blind one RSA operation.
    ///
    /// # Errors
    /// [`Status::EntropyUnavailable`] when the system gives no randomness.
    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error>;
}

/// The system's randomness and clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Fresh for System {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        nonce()
    }

    fn timestamp(&mut self) -> i64 {
        timestamp()
    }

    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        seed()
    }
}

/// One in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;

/// 24 letters and digits that carry 120 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce([u8; Self::LEN]);

impl Nonce {
    /// Its length in characters, always.
    pub const LEN: usize = 24;

    /// Random bytes as text: the low five bits of each choose one of 32 characters.
    #[must_use]
    #[inline]
    pub fn from_random(random: [u64; Self::LEN / 8]) -> Self {
        // Eight at once, and never in memory before they are done.
        let mut text = [0; Self::LEN];
        for (eight, random) in text.chunks_exact_mut(8).zip(random) {
            let digits = random & (31 * ONES);
            let letters_left = digits + (0x80 - 26) * ONES;
            let is_number = letters_left >> 7 & ONES;
            let characters = digits + u64::from(b'a') * ONES - is_number * u64::from(b'a' + 26 - b'2');
            eight.copy_from_slice(&characters.to_le_bytes());
        }
        Self(text)
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

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Nonce").field(&self.as_str()).finish()
    }
}

/// A new nonce. Any thread may call; no two are equal across threads and across `fork()`.
///
/// # Errors
/// [`Status::EntropyUnavailable`] when the generator of this thread could not be seeded.
pub fn nonce() -> Result<Nonce, Error> {
    GENERATOR.with_borrow_mut(|slot| {
        if slot.as_mut().is_some_and(|generator| generator.process.is_gone()) {
            *slot = None; // Gone even when seeding its successor fails: its next words are the parent's.
        }
        let generator = match slot {
            Some(generator) => generator,
            None => slot.insert(Generator::new()?),
        };
        Ok(generator.nonce())
    })
}

/// The time in whole seconds since 1970-01-01 00:00 UTC; negative before.
///
/// On Linux it is the time of the kernel's last tick, a few milliseconds old at most, and costs no
/// system call.
#[must_use]
#[cfg(target_os = "linux")]
pub fn timestamp() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::RealtimeCoarse).tv_sec
}

/// The time in whole seconds since 1970-01-01 00:00 UTC; negative before.
#[must_use]
#[cfg(not(target_os = "linux"))]
pub fn timestamp() -> i64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

struct Generator {
    // Should a dependent turn on the generator's `zeroize` feature, it must still have no destructor.
    random: ManuallyDrop<ChaCha12Rng>,
    process: fork::Process,
}

thread_local! {
    static GENERATOR: RefCell<Option<Generator>> = const { RefCell::new(None) };
}

// A thread-local with a destructor would be run by threads that outlive `dlclose`.
const _: () = assert!(!needs_drop::<RefCell<Option<Generator>>>());

impl Generator {
    #[cold]
    fn new() -> Result<Self, Error> {
        // First: so that a fork before the seed is drawn is seen at the next nonce.
        let process = fork::Process::present()
            .ok_or_else(|| Error::new(Status::EntropyUnavailable, "the system refused to tell of forks"))?;
        Ok(Self { random: ManuallyDrop::new(ChaCha12Rng::from_seed(*seed()?)), process })
    }

    fn nonce(&mut self) -> Nonce {
        Nonce::from_random(std::array::from_fn(|_| self.random.next_u64()))
    }
}

fn seed() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(|error| {
        Error::filled(Status::EntropyUnavailable, "the system's random generator failed: {}", &[&error.to_string()])
    })?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn five_bits_are_one_character() {
        let digits = |from: u8| {
            let word = |i: u8| u64::from_le_bytes(std::array::from_fn(|j| from + 8 * i + j as u8));
            Nonce::from_random([word(0), word(1), word(2)])
        };
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

    #[test]
    fn the_clock_is_in_this_century() {
        assert!((1_700_000_000..4_100_000_000).contains(&timestamp()));
    }
}
