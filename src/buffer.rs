//! Bytes that need no heap while they are few.

use arrayvec::ArrayVec;

/// Where text goes as it is made.
pub trait Sink {
    /// Appends bytes.
    fn extend(&mut self, bytes: &[u8]);

    /// How many bytes it has been given.
    fn len(&self) -> usize;

    /// Whether it has been given none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the first `count` of eight bytes: where a copy of a known size is cheaper, all of them go
    /// there and the rest is taken back.
    #[inline]
    fn extend_run(&mut self, bytes: [u8; 8], count: usize) {
        self.extend(&bytes[..count]);
    }
}

impl Sink for Vec<u8> {
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn len(&self) -> usize {
        self.len()
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn extend(&mut self, bytes: &[u8]) {
        (**self).extend(bytes);
    }

    fn len(&self) -> usize {
        (**self).len()
    }
}

/// Keeps only the count of what it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count(usize);

impl Sink for Count {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    #[inline]
    fn len(&self) -> usize {
        self.0
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

impl<T: Copy + Default, const N: usize> Buffer<T, N> {
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
    pub(crate) fn extend_from_slice(&mut self, items: &[T]) {
        if self.inline.try_extend_from_slice(items).is_err() {
            self.extend_heap(items);
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, item: T) {
        self.extend_from_slice(&[item]);
    }

    /// Makes room for so many more, at once.
    #[inline]
    pub(crate) fn reserve(&mut self, additional: usize) {
        if self.inline.remaining_capacity() < additional {
            self.reserve_heap(additional);
        }
    }

    #[cold]
    #[inline(never)]
    fn reserve_heap(&mut self, additional: usize) {
        if self.heap.capacity() > 0 {
            return self.heap.reserve(additional);
        }
        self.heap.reserve(self.inline.len() + additional);
        self.heap.extend_from_slice(&self.inline);
        while self.inline.try_push(T::default()).is_ok() {}
    }

    #[cold]
    #[inline(never)]
    fn extend_heap(&mut self, items: &[T]) {
        if self.heap.capacity() == 0 {
            self.reserve_heap(N + items.len());
        }
        self.heap.extend_from_slice(items);
    }
}

impl<const N: usize> Sink for Buffer<u8, N> {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    #[inline(always)]
    fn extend_run(&mut self, bytes: [u8; 8], count: usize) {
        let len = self.inline.len();
        if self.inline.try_extend_from_slice(&bytes).is_ok() {
            self.inline.truncate(len + count);
        } else {
            self.extend_from_slice(&bytes[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_to_the_heap_whole() {
        let mut buffer = Buffer::<u8, 4>::new();
        for bytes in [&b"ab"[..], b"", b"cd", b"", b"e", b"fghij"] {
            buffer.extend(bytes);
        }
        assert_eq!((buffer.as_slice(), buffer.len()), (&b"abcdefghij"[..], 10));
        buffer.extend_run(*b"01234567", 2);
        assert_eq!(buffer.as_slice(), b"abcdefghij01");
        buffer.as_mut_slice()[0] = b'A';
        assert_eq!(buffer.as_slice(), b"Abcdefghij01");
    }

    #[test]
    fn room_may_be_made_at_any_time() {
        for first in 0..6 {
            for room in 0..9 {
                let mut buffer = Buffer::<u8, 4>::new();
                buffer.extend(&b"abcdef"[..first]);
                buffer.reserve(room);
                assert_eq!(buffer.as_slice(), &b"abcdef"[..first]);
                buffer.reserve(room);
                buffer.extend(b"");
                buffer.extend(b"gh");
                assert_eq!(buffer.as_slice(), [&b"abcdef"[..first], b"gh"].concat());
            }
        }
    }

    #[test]
    fn runs_are_cut_where_they_end() {
        for room in 0..16 {
            for count in 0..=8 {
                let mut buffer = Buffer::<u8, 16>::new();
                buffer.extend(&b"----------------"[room..]);
                buffer.extend_run(*b"01234567", count);
                buffer.extend(b"+");
                assert_eq!(buffer.as_slice(), [&b"----------------"[room..], &b"01234567"[..count], b"+"].concat());
            }
        }
    }
}
