//! What tells one state from another.

use crate::world::{PROCESS, World};
use std::hash::Hasher;

/// Of all that makes a world another one, but for which process is which: FNV-1a's step over the words that are hashed (128 bits). Each step is one-to-one, so two
/// worlds that differ in one word have different ones. Bytes collected for a cryptographic hash took half of the search.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint(u128);

/// Takes what is hashed, and for the name of a process its rank.
struct Words<'a> {
    sum: u128,
    ranks: &'a [usize],
}

impl Fingerprint {
    /// Processes are ranked by what they do, so that a world and the same one with other names are one state.
    pub(crate) fn of(world: &World) -> Self {
        let nobody = vec![0; world.processes()];
        let mut order: Vec<_> = (0..world.processes()).collect();
        order.sort_by_cached_key(|index| Words::sum(&nobody, |words| world.hash_process(*index, words)));
        let mut ranks = nobody.clone();
        for (rank, index) in order.iter().enumerate() {
            ranks[*index] = rank;
        }
        Self(Words::sum(&ranks, |words| world.hash_ranked(&order, &ranks, words)))
    }
}

impl<'a> Words<'a> {
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    /// Odd, and with bits everywhere, so that small numbers reach all of it: the digits of pi.
    const FACTOR: u128 = 0x243f_6a88_85a3_08d3_1319_8a2e_0370_7345;

    fn sum(ranks: &'a [usize], hash: impl FnOnce(&mut Self)) -> u128 {
        let mut words = Self { sum: Self::START, ranks };
        hash(&mut words);
        words.sum
    }

    fn add(&mut self, word: u128) {
        let mixed = (self.sum ^ word).wrapping_mul(Self::FACTOR);
        self.sum = mixed ^ (mixed >> 64);
    }
}

impl Hasher for Words<'_> {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(digit) = bytes.strip_prefix(PROCESS.as_bytes()) {
            return self.add(self.ranks[usize::from(digit[0] - b'0')] as u128);
        }
        for chunk in bytes.chunks(16) {
            let mut word = [0; 16];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u128::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.add(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.add(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u128);
    }

    fn finish(&self) -> u64 {
        unreachable!("all of it is wanted")
    }
}
