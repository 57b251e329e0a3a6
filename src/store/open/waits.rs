//! Waiting, as a host does it.

use crate::grant::keep::Clock;
use crate::system;
use std::thread;
use std::time::Duration;

/// What a host does while one of its calls waits: it may say so to a person.
pub trait Waits: Send + Sync {
    /// A request goes out, and its answer is waited for.
    fn for_answer(&self) {}

    /// Waits so long: for others, or for a service that asks to.
    fn rest(&self, time: Duration) {
        thread::sleep(time);
    }

    /// The call is over.
    fn over(&self) {}
}

/// Of a host that has nothing to say.
pub(super) struct Sleeps;

impl Waits for Sleeps {}

/// The time of this machine.
pub(super) struct System<'a>(pub(super) &'a dyn Waits);

impl Clock for System<'_> {
    fn now(&self) -> i64 {
        system::milliseconds()
    }

    fn sleep_until(&self, time: i64) {
        let left = u64::try_from(time.saturating_sub(self.now())).unwrap_or(0);
        let mut jitter = [0];
        let _ = system::fill(&mut jitter);
        self.0.rest(Duration::from_millis(left + u64::from(jitter[0] % 16)));
    }
}
