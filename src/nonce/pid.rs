//! Tells that the process has forked, by asking for its number.
//!
//! For the add-in of 1C, which is linked for an old C library without the start-up files that take a handler back: once
//! it is unloaded, a fork would call into nothing. The system call that this costs is small beside the platform's own
//! way to a method. And for other systems than Linux: they may not take a handler back either, or know no fork. A child of a child that got the number of
//! its dead grandfather would be taken for him: the system gives a number away again only after all others.

/// The process in which it was made.
pub(super) struct Process(u32);

impl Process {
    /// The present one.
    #[allow(clippy::unnecessary_wraps, reason = "where a handler is registered, the system may refuse it")]
    pub(super) fn present() -> Option<Self> {
        Some(Self(std::process::id()))
    }

    /// Whether this is another process by now.
    pub(super) fn is_gone(&self) -> bool {
        self.0 != std::process::id()
    }
}
