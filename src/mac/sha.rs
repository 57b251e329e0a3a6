//! SHA-1 and SHA-2 as their compression functions see them: whole blocks (FIPS 180-4).
//!
//! What hands blocks on as they stand in its own buffer, and pads them there, needs no buffer of the hash's.

use sha1::block_api::compress;
use sha1::digest::array::Array;
use sha1::digest::consts::{U64, U128};
use sha2::block_api::{compress256, compress512};
use zeroize::Zeroize;

/// A hash function.
pub(crate) trait Sha {
    /// What it has taken in.
    type State: Copy + Zeroize;

    /// The state before the first block (§5.3).
    const INITIAL: Self::State;

    /// How many bytes a block has.
    const BLOCK: usize;

    /// How many bytes a hash has.
    const LEN: usize;

    /// Takes whole blocks in (§6).
    fn compress(state: &mut Self::State, blocks: &[u8]);

    /// Writes the hash that a state is after the last block.
    fn write(state: &Self::State, hash: &mut [u8]);
}

/// The largest block.
pub(crate) const WIDEST_BLOCK: usize = 128;

/// How many bytes a message of `len` bytes may need behind it in its buffer, for [`pad`].
pub(crate) const PADDING: usize = WIDEST_BLOCK + WIDEST_BLOCK / 8;

/// Pads a message of `total` bytes, the last `len` of which `buffer` begins with, and tells how long they are then: whole
/// blocks (§5.1).
#[inline(always)]
pub(crate) fn pad<H: Sha>(buffer: &mut [u8], len: usize, total: u64) -> usize {
    let end = (len + 1 + H::BLOCK / 8).next_multiple_of(H::BLOCK);
    // Of a size that is known, so that nothing is called: all that a padding can have.
    buffer[len..len + H::BLOCK + H::BLOCK / 8].fill(0);
    buffer[len] = 0x80;
    buffer[end - 8..end].copy_from_slice(&(8 * total).to_be_bytes());
    end
}

macro_rules! sha {
    ($name:ident, [$word:ty; $words:literal], $compress:ident, $block:ty, $len:literal, $initial:expr) => {
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $name {}

        impl Sha for $name {
            type State = [$word; $words];
            const INITIAL: Self::State = $initial;
            const BLOCK: usize = 16 * size_of::<$word>();
            const LEN: usize = $len;

            #[inline]
            fn compress(state: &mut Self::State, blocks: &[u8]) {
                let (blocks, rest) = Array::<u8, $block>::slice_as_chunks(blocks);
                debug_assert!(rest.is_empty(), "blocks are whole");
                $compress(state, Array::cast_slice_to_core(blocks));
            }

            #[inline]
            fn write(state: &Self::State, hash: &mut [u8]) {
                for (bytes, word) in hash[..$len].chunks_exact_mut(size_of::<$word>()).zip(state) {
                    bytes.copy_from_slice(&word.to_be_bytes());
                }
            }
        }
    };
}

sha!(Sha1, [u32; 5], compress, U64, 20, [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]);
sha!(
    Sha256,
    [u32; 8],
    compress256,
    U64,
    32,
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,]
);
#[cfg(feature = "oauth2")]
sha!(
    Sha224,
    [u32; 8],
    compress256,
    U64,
    28,
    [0xC105_9ED8, 0x367C_D507, 0x3070_DD17, 0xF70E_5939, 0xFFC0_0B31, 0x6858_1511, 0x64F9_8FA7, 0xBEFA_4FA4]
);
sha!(
    Sha384,
    [u64; 8],
    compress512,
    U128,
    48,
    [
        0xCBBB_9D5D_C105_9ED8,
        0x629A_292A_367C_D507,
        0x9159_015A_3070_DD17,
        0x152F_ECD8_F70E_5939,
        0x6733_2667_FFC0_0B31,
        0x8EB4_4A87_6858_1511,
        0xDB0C_2E0D_64F9_8FA7,
        0x47B5_481D_BEFA_4FA4,
    ]
);
sha!(
    Sha512,
    [u64; 8],
    compress512,
    U128,
    64,
    [
        0x6A09_E667_F3BC_C908,
        0xBB67_AE85_84CA_A73B,
        0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1,
        0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B,
        0x5BE0_CD19_137E_2179,
    ]
);
