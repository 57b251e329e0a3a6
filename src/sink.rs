//! Where text goes as it is made.

/// Where text goes as it is made.
pub trait Sink {
    /// Appends bytes.
    fn extend(&mut self, bytes: &[u8]);

    /// Appends the first `len` bytes of a word. What does not count may be written behind them for the time being: so
    /// seven bytes more must follow, lest memory of a caller's is changed that lies behind the text.
    #[inline]
    fn put(&mut self, word: [u8; 8], len: usize) {
        self.extend(&word[..len]);
    }
}

impl Sink for Vec<u8> {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn put(&mut self, word: [u8; 8], len: usize) {
        // What does not count is no reason to grow, which would leave a copy behind that is not wiped.
        if self.capacity() - self.len() < word.len() {
            return self.extend_from_slice(&word[..len]);
        }
        let end = self.len() + len;
        self.extend_from_slice(&word); // Of a size that is known, so that nothing is called.
        self.truncate(end);
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn extend(&mut self, bytes: &[u8]) {
        (**self).extend(bytes);
    }

    fn put(&mut self, word: [u8; 8], len: usize) {
        (**self).put(word, len);
    }
}

/// Appends what is `LEN` bytes long as a rule: a copy of a known size needs no call.
#[inline]
pub(crate) fn extend_usual<const LEN: usize>(bytes: &[u8], out: &mut impl Sink) {
    match <&[u8; LEN]>::try_from(bytes) {
        Ok(bytes) => out.extend(bytes),
        Err(_) => out.extend(bytes),
    }
}

/// Keeps only the count of what it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count(usize);

impl Count {
    /// How many bytes it was given.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub const fn len(&self) -> usize {
        self.0
    }
}

impl Sink for Count {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_with_room_for_what_counts_stays_where_it_is() {
        for capacity in 3..12 {
            let mut out = Vec::with_capacity(capacity);
            let before = (out.as_ptr(), out.capacity());
            for _ in 0..capacity / 3 {
                out.put(*b"%2Babcde", 3);
            }
            assert_eq!(out, b"%2B".repeat(capacity / 3));
            assert_eq!((out.as_ptr(), out.capacity()), before);
        }
    }
}
