//! Bytes that need no heap while they are few.

use arrayvec::ArrayVec;

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

/// Grows like a vector; its first `N` items stand inside itself, so do not move it.
#[derive(Debug)]
pub(crate) struct Buffer<T, const N: usize> {
    /// Everything; or, once it was too small, full of what does not count, so that one look at the room left
    /// tells both.
    inline: ArrayVec<T, N>,
    /// Everything, once it has a capacity.
    heap: Vec<T>,
}

impl<T: Copy, const N: usize> Buffer<T, N> {
    pub(crate) const fn new() -> Self {
        Self { inline: ArrayVec::new_const(), heap: Vec::new() }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[T] {
        if self.heap.capacity() == 0 { &self.inline } else { &self.heap }
    }

    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        if self.heap.capacity() == 0 { &mut self.inline } else { &mut self.heap }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        if self.inline.try_push(item).is_err() {
            self.push_heap(item);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_heap(&mut self, item: T) {
        if self.heap.capacity() == 0 {
            self.heap.reserve(4 * N);
            self.heap.extend_from_slice(&self.inline);
        }
        self.heap.push(item);
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

    #[test]
    fn it_moves_to_the_heap_whole() {
        let mut buffer = Buffer::<u8, 4>::new();
        for count in 0..40 {
            assert_eq!(buffer.as_slice(), (0..count).collect::<Vec<_>>());
            buffer.push(count);
            buffer.as_mut_slice()[0] = 0;
        }
    }
}
