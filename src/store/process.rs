//! What a child of `fork()` must know before it touches a store.
//!
//! SQLite keeps what it has locked in memory, and the system gives a child none of those locks. A child can put that right
//! as long as no other thread of its parent was in the midst of a call: it closes what it inherited, and opens anew. Else
//! memory says things of which no thread is left that could take them back.

use crate::error::{Error, Keeping};
use std::sync::atomic::{AtomicU64, Ordering};

/// The process, its calls under way, and whether it is a child that was forked in the midst of one.
///
/// One number, so that of a child's threads exactly one finds that there was a fork.
static CALLS: AtomicU64 = AtomicU64::new(0);

/// The mark of a child that was forked in the midst of a call.
const BROKEN: u64 = 1 << 31;
/// The bits that count.
const COUNT: u64 = BROKEN - 1;

/// A call under way.
#[derive(Debug)]
pub(super) struct Call {
    /// The process that made it.
    pub(super) process: u32,
}

impl Call {
    /// Begins a call.
    ///
    /// # Errors
    /// [`Keeping::ForkedStore`].
    pub(super) fn begin() -> Result<Self, Error> {
        let process = std::process::id();
        let mut calls = CALLS.load(Ordering::Acquire);
        loop {
            let begun = begin(calls, process);
            match CALLS.compare_exchange_weak(calls, begun, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if begun & BROKEN != 0 => return Err(Keeping::ForkedStore.into()),
                Ok(_) => return Ok(Self { process }),
                Err(now) => calls = now,
            }
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let _ = CALLS.fetch_update(Ordering::AcqRel, Ordering::Acquire, |calls| end(calls, self.process));
    }
}

fn begin(calls: u64, process: u32) -> u64 {
    let ours = u64::from(process) << 32;
    if calls >> 32 == u64::from(process) {
        if calls & BROKEN == 0 { calls + 1 } else { calls }
    } else if calls & (BROKEN | COUNT) == 0 {
        ours | 1
    } else {
        ours | BROKEN
    }
}

/// None where the call was begun by another process, and so is not counted in this one.
fn end(calls: u64, process: u32) -> Option<u64> {
    (calls >> 32 == u64::from(process) && calls & COUNT != 0).then(|| calls - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_of_a_call_is_broken_and_another_is_not() {
        let one = begin(0, 7);
        assert_eq!(begin(one, 7), (7 << 32) | 2);
        assert_eq!(begin(one, 8), (8 << 32) | BROKEN);
        assert_eq!(begin((8 << 32) | BROKEN, 8), (8 << 32) | BROKEN);
        assert_eq!(begin((8 << 32) | BROKEN, 9), (9 << 32) | BROKEN);
        let none = end(one, 7).unwrap();
        assert_eq!(begin(none, 8), (8 << 32) | 1);
        assert_eq!(end(none, 7), None);
        assert_eq!(end(one, 8), None);
    }
}
