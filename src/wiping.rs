//! Memory that is wiped before it is given back.
//!
//! Arithmetic leaves a key's numbers in many blocks of the heap, and no crate that we use wipes all of them. So every
//! artefact that is shipped has an allocator that does (feature `wiping`): it wipes what is freed, and what moves as it
//! grows.
//!
//! A Rust program has one allocator, and it is the program's choice. One that turns that feature off loses nothing but
//! this, and gets it back by a line of its own:
//!
//! ```ignore
//! #[global_allocator]
//! static ALLOCATOR: osign::wiping::Wiping = osign::wiping::Wiping(std::alloc::System);
//! ```

pub mod stack;

use std::alloc::{GlobalAlloc, Layout, System};
use zeroize::optimization_barrier;

#[cfg(feature = "wiping")]
#[global_allocator]
static ALLOCATOR: Wiping = Wiping(System);

/// An allocator that wipes each block before another allocator gets it back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wiping<A = System>(pub A);

// `realloc` stays the trait's own: it asks for a new block, copies, and frees the old one by `dealloc`. Another
// allocator's would leave a copy behind where it moves, and the end of what shrinks.
//
// SAFETY: each call goes to an allocator with the same promises, and a block is written to only while it is still its
// owner's to free.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is of that size, and nobody else's.
        unsafe { block.write_bytes(0, layout.size()) };
        // Or the compiler leaves out what nobody seems to read before it is freed.
        // SAFETY: all of it was just written.
        optimization_barrier(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        // SAFETY: the caller's promise.
        unsafe { self.0.dealloc(block, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Keeps what it is given back, so that it can be looked at.
    struct Keeping(Cell<Vec<*mut u8>>);

    // SAFETY: the system's blocks, which are never given twice.
    unsafe impl GlobalAlloc for Keeping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
            let mut freed = self.0.take();
            freed.push(block);
            self.0.set(freed);
        }
    }

    /// What grows and what shrinks keeps its bytes, and the old block is wiped; so is what is freed.
    #[test]
    fn what_is_freed_or_moves_is_wiped() {
        let allocator = Wiping(Keeping(Cell::default()));
        for (old, new) in [(24, 1 << 20), (1 << 20, 24)] {
            let layout = |size| Layout::from_size_align(size, 8).unwrap();
            // SAFETY: sizes and blocks as they were asked for; what was freed is not lost, see above.
            unsafe {
                let block = allocator.alloc(layout(old));
                block.write_bytes(b'S', old);
                let moved = allocator.realloc(block, layout(old), new);
                assert_ne!(moved, block);
                let kept = std::slice::from_raw_parts(moved, old.min(new));
                assert!(kept.iter().all(|&byte| byte == b'S'));
                allocator.dealloc(moved, layout(new));
                assert_eq!(allocator.0.0.take(), [block, moved]);
                for (freed, size) in [(block, old), (moved, old.min(new))] {
                    assert!(std::slice::from_raw_parts(freed, size).iter().all(|&byte| byte == 0));
                    System.dealloc(freed, layout(if freed == block { old } else { new }));
                }
            }
        }
    }
}
