//! Waiting, as a host does it.

use std::thread;
use std::time::Duration;

/// What a host does while one of its calls waits: it may say so to a person.
pub trait Waits: Send + Sync {
    /// A request goes out, and its answer is waited for.
    fn for_answer(&self) {}

    /// Waits so long: for others, or for a service that asks to. Whether the caller waits on; else the call ends, once what is
    /// under way has.
    fn rest(&self, time: Duration) -> bool {
        thread::sleep(time);
        true
    }

    /// The call is over.
    fn over(&self) {}
}

/// Of a host that has nothing to say.
pub(super) struct Sleeps;

impl Waits for Sleeps {}
