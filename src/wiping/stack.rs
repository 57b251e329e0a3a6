//! The stack, wiped after what leaves secrets on it.

use std::hint::black_box;

/// Runs `run`, and overwrites `N` bytes of the stack from where it began: more than it reaches, or the rest stays.
///
/// `run` is not part of the caller's frame, so that what the caller holds is not wiped, and what `run` held is.
pub fn wiped_after<const N: usize, R>(run: impl FnOnce() -> R) -> R {
    let result = below(run);
    wipe::<N>();
    result
}

#[inline(never)]
fn below<R>(run: impl FnOnce() -> R) -> R {
    run()
}

#[inline(never)]
fn wipe<const N: usize>() {
    black_box([0_u8; N]);
}
