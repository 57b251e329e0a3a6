//! Nothing that was secret is left in memory: what is freed or moved is wiped, and so is the stack at the end.

#![allow(unsafe_code, reason = "an allocator is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

struct Wiping;

// SAFETY: the system's allocator does all of it. `realloc` is the trait's own: it allocates, copies, and frees here.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is the system's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block has this size, and nobody reads it any more. The compiler has to take it for read.
        unsafe { black_box(block).write_bytes(0, layout.size()) };
        // SAFETY: the caller's promise is the system's.
        unsafe { System.dealloc(black_box(block), layout) }
    }
}

/// Runs `run`, and wipes the part of the stack that it used.
pub(crate) fn wiped_after<R>(run: impl FnOnce() -> R) -> R {
    let result = below(run);
    wipe_stack();
    result
}

/// Calls it in a frame of its own, and not in the caller's.
#[inline(never)]
fn below<R>(run: impl FnOnce() -> R) -> R {
    run()
}

/// Overwrites more of the stack than any command reaches, from where `below` began.
#[inline(never)]
fn wipe_stack() {
    black_box([0_u8; 1 << 18]);
}
