//! Ways to notice that the process has forked, after which parent and child would draw the same nonces.

/// A way to notice a fork.
pub trait Notice {
    /// The mark of the present process; none when the system refuses to tell of forks.
    fn mark() -> Option<Mark>;

    /// Whether this may be another process by now than the one that was marked.
    fn is_gone(mark: Mark) -> bool;
}

/// What a process is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// By how many forks it has seen.
    Forks(usize),
    /// By its number.
    Number(u32),
}

/// The system tells of forks, on Linux; elsewhere the process's number does.
#[cfg(target_os = "linux")]
pub type Usual = Watched;
/// The process's number tells of forks.
#[cfg(not(target_os = "linux"))]
pub type Usual = ByProcessNumber;

/// By asking for the process's number each time, which is a system call.
///
/// For hosts that cannot be told of forks: one that is linked for an old C library without the start-up files that take
/// a handler back, for once it is unloaded, a fork would call into nothing. And for other systems than Linux, which may
/// not take a handler back either, or know no fork. A child of a child that got the number of its dead grandfather would
/// be taken for him: the system gives a number away again only after all others.
#[derive(Clone, Copy, Debug)]
pub struct ByProcessNumber;

impl Notice for ByProcessNumber {
    fn mark() -> Option<Mark> {
        Some(Mark::Number(std::process::id()))
    }

    fn is_gone(mark: Mark) -> bool {
        Some(mark) != Self::mark()
    }
}

#[cfg(target_os = "linux")]
mod watched;
#[cfg(target_os = "linux")]
pub use watched::{Watched, watch};

/// Has the system tell of forks from now on; false when it refuses. Where it cannot, there is nothing to do.
#[cfg(not(target_os = "linux"))]
pub fn watch() -> bool {
    true
}
