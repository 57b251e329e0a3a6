//! The stack is wiped at the end, as the allocator wipes what is freed (see `osign::wiping`): nothing that was secret is
//! left in memory.

use std::hint::black_box;

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
