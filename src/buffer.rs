//! Bytes that need no heap while they are few.

use arrayvec::ArrayVec;

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
    fn it_moves_to_the_heap_whole() {
        let mut buffer = Buffer::<u8, 4>::new();
        for count in 0..40 {
            assert_eq!(buffer.as_slice(), (0..count).collect::<Vec<_>>());
            buffer.push(count);
            buffer.as_mut_slice()[0] = 0;
        }
    }
}
