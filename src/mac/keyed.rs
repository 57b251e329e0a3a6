//! HMAC whose key is set up before, and the bare hash, of messages that come block by block (RFC 2104 §4).
//!
//! Of a key only the two states are kept that the hash has after its first block; a MAC begins with a copy of one. A header
//! takes some 50 ns of 730 less so than with a hash's own buffer, cloned and wiped for each MAC.

use super::sha::{PADDING, Sha, WIDEST_BLOCK, pad};
use zeroize::Zeroize;

/// A key of HMAC, ready for use. It is wiped when dropped.
pub(crate) struct Keyed<H: Sha> {
    inner: H::State,
    outer: H::State,
}

impl<H: Sha> Keyed<H> {
    #[inline(never)] // Once for each hash is enough.
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = [0; WIDEST_BLOCK];
        if key.len() > H::BLOCK {
            Digest::<H>::bare().finish_slice(key, &mut block); // §2: a longer key is hashed first.
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let after = |pad: u8| {
            let mut padded = block.map(|byte| byte ^ pad);
            let mut state = H::INITIAL;
            H::compress(&mut state, &padded[..H::BLOCK]);
            padded.zeroize();
            state
        };
        let keyed = Self { inner: after(0x36), outer: after(0x5C) };
        block.zeroize();
        keyed
    }

    /// A MAC that waits for its message.
    #[inline]
    pub(crate) const fn begin(&self) -> Digest<'_, H> {
        Digest { state: self.inner, taken: H::BLOCK as u64, outer: Some(&self.outer) }
    }
}

impl<H: Sha> Drop for Keyed<H> {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// A MAC or a hash in the making. It is wiped when dropped.
pub(crate) struct Digest<'k, H: Sha> {
    state: H::State,
    /// How many bytes were taken in, the key's block among them.
    taken: u64,
    /// For a MAC, the state that its hash is hashed with.
    outer: Option<&'k H::State>,
}

impl<H: Sha> Digest<'_, H> {
    /// A hash without a key.
    pub(crate) const fn bare() -> Self {
        Self { state: H::INITIAL, taken: 0, outer: None }
    }

    /// Takes in those of the bytes that make whole blocks, and tells how many they are.
    #[inline]
    pub(crate) fn update(&mut self, bytes: &[u8]) -> usize {
        let whole = bytes.len() - bytes.len() % H::BLOCK;
        H::compress(&mut self.state, &bytes[..whole]);
        self.taken += whole as u64;
        whole
    }

    /// Takes in the last `len` bytes, which `buffer` begins with, and writes the MAC or the hash to `out`; tells its length.
    /// Behind these bytes the buffer has [`PADDING`] more.
    #[inline]
    pub(crate) fn finish(&mut self, buffer: &mut [u8], len: usize, out: &mut [u8]) -> usize {
        let end = pad::<H>(buffer, len, self.taken + len as u64);
        H::compress(&mut self.state, &buffer[..end]);
        if let Some(outer) = self.outer {
            // The hash makes one block with its padding.
            let mut block = [0; WIDEST_BLOCK];
            H::write(&self.state, &mut block);
            block[H::LEN] = 0x80;
            block[H::BLOCK - 8..H::BLOCK].copy_from_slice(&(8 * (H::BLOCK + H::LEN) as u64).to_be_bytes());
            self.state = *outer;
            H::compress(&mut self.state, &block[..H::BLOCK]);
        }
        H::write(&self.state, out);
        H::LEN
    }

    /// Takes in the last bytes from where they are, and writes the MAC or the hash to `out`; tells its length.
    pub(crate) fn finish_slice(mut self, bytes: &[u8], out: &mut [u8]) -> usize {
        let rest = &bytes[self.update(bytes)..];
        let mut buffer = [0; WIDEST_BLOCK + PADDING];
        buffer[..rest.len()].copy_from_slice(rest);
        let len = self.finish(&mut buffer, rest.len(), out);
        buffer.zeroize();
        len
    }
}

impl<H: Sha> Drop for Digest<'_, H> {
    #[inline]
    fn drop(&mut self) {
        self.state.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::super::sha::{Sha1, Sha256, Sha384, Sha512};
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};

    /// Keys of many lengths and messages of every length, whole and in two pieces, beside another implementation.
    fn agrees_with<H: Sha, M: Mac + KeyInit + Clone, D: sha2::Digest>() {
        let bytes: Vec<u8> = (0..=300_u16).map(|i| (i * 7 + i / 256) as u8).collect();
        // Around a block and twice a block every length; in between, some.
        for key_len in (0..=200).filter(|len| len % 64 < 3 || len % 64 > 61 || len % 16 == 5) {
            let keyed = Keyed::<H>::new(&bytes[..key_len]);
            let theirs = <M as KeyInit>::new_from_slice(&bytes[..key_len]).unwrap();
            for len in 0..=300 {
                let message = &bytes[..len];
                let expected = theirs.clone().chain_update(message).finalize().into_bytes();
                let mut out = [0; 64];
                let out_len = keyed.begin().finish_slice(message, &mut out);
                assert_eq!(out[..out_len], expected[..], "key of {key_len}, message of {len}");
                if key_len == 0 {
                    let out_len = Digest::<H>::bare().finish_slice(message, &mut out);
                    assert_eq!(out[..out_len], D::digest(message)[..], "message of {len}");
                }
                // What is left of the first piece goes before the second, as in the buffer of a base string.
                let mut running = keyed.begin();
                let mut rest = message[running.update(&message[..len / 2])..].to_vec();
                rest.drain(..running.update(&rest));
                let left = rest.len();
                rest.resize(left + PADDING, 0xFF);
                let out_len = running.finish(&mut rest, left, &mut out);
                assert_eq!(out[..out_len], expected[..], "key of {key_len}, message of {len} in two pieces");
            }
        }
    }

    #[test]
    fn every_length_agrees_with_another_implementation() {
        agrees_with::<Sha1, Hmac<sha1::Sha1>, sha1::Sha1>();
        agrees_with::<Sha256, Hmac<sha2::Sha256>, sha2::Sha256>();
        agrees_with::<Sha384, Hmac<sha2::Sha384>, sha2::Sha384>();
        agrees_with::<Sha512, Hmac<sha2::Sha512>, sha2::Sha512>();
    }
}
