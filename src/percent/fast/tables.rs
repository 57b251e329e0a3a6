//! Every byte as it is encoded, once or twice, in a table: a byte costs one look and one copy of a word.
//!
//! Text that a signature base string carries is encoded twice: once as a parameter (RFC 5849 §3.4.1.3.2), once as part
//! of the string (§3.4.1.1). Of text encoded once, encoding it again changes only `%` to `%25`, and that keeps its order
//! as bytes. So [`Twice`] writes the second form straight away, and what is sorted by either form is sorted right.

use crate::percent::is_unreserved;

/// How often text is encoded on its way into a sink.
pub trait Depth {
    /// `=` between a name and its value.
    const EQUALS: Encoded;

    /// One byte: as itself when it is unreserved, else escaped.
    fn encode(byte: u8) -> Encoded;
}

/// An encoded byte: so few bytes that they are copied as one word, with what does not count behind them.
#[derive(Clone, Copy, Debug)]
pub struct Encoded {
    /// The first byte is the lowest.
    pub(crate) word: u64,
    pub(crate) len: usize,
}

impl Encoded {
    pub(crate) const fn new(text: [u8; 8], len: usize) -> Self {
        Self { word: u64::from_le_bytes(text), len }
    }

    /// The bytes that count come first.
    #[inline]
    pub(crate) const fn bytes(self) -> [u8; 8] {
        self.word.to_le_bytes()
    }
}

/// Encoded once: a space is `%20`.
#[derive(Debug)]
pub struct Once;
impl Depth for Once {
    const EQUALS: Encoded = Encoded::new(*b"=\0\0\0\0\0\0\0", 1);
    #[inline]
    fn encode(byte: u8) -> Encoded {
        let entry = ONCE[usize::from(byte)];
        Encoded { word: entry.into(), len: (entry >> 24) as usize }
    }
}

/// Encoded twice: a space is `%2520`.
#[derive(Debug)]
pub struct Twice;
impl Depth for Twice {
    const EQUALS: Encoded = Encoded::new(*b"%3D\0\0\0\0\0", 3);
    #[inline]
    fn encode(byte: u8) -> Encoded {
        let entry = TWICE[usize::from(byte)];
        Encoded { word: entry, len: (entry >> 56) as usize }
    }
}

/// Every byte, encoded once, and in the highest byte how many bytes of that count.
const ONCE: [u32; 256] = {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "below 256")]
        let itself = byte as u8;
        table[byte] = u32::from_le_bytes(if is_unreserved(itself) {
            [itself, 0, 0, 1]
        } else {
            [b'%', HEX[byte >> 4], HEX[byte & 15], 3]
        });
        byte += 1;
    }
    table
};

/// The same, encoded twice.
const TWICE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = u64::from_le_bytes(match ONCE[byte].to_le_bytes() {
            [_, high, low, 3] => [b'%', b'2', b'5', high, low, 0, 0, 5],
            [itself, ..] => [itself, 0, 0, 0, 0, 0, 0, 1],
        });
        byte += 1;
    }
    table
};
