//! Waiting, as a host does it.

use crate::grant::keep::Clock;
use crate::system;
use std::cell::Cell;
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

/// The time of this machine.
pub(super) struct System<'a> {
    waits: &'a dyn Waits,
    is_given_up: Cell<bool>,
}

impl<'a> System<'a> {
    pub(super) fn new(waits: &'a dyn Waits) -> Self {
        Self { waits, is_given_up: Cell::new(false) }
    }
}

impl Clock for System<'_> {
    fn now(&self) -> i64 {
        system::milliseconds()
    }

    fn sleep_until(&self, time: i64) {
        let left = u64::try_from(time.saturating_sub(self.now())).unwrap_or(0);
        let mut jitter = [0];
        let _ = system::fill(&mut jitter);
        if !self.waits.rest(Duration::from_millis(left + u64::from(jitter[0] % 16))) {
            self.is_given_up.set(true);
        }
    }

    fn is_given_up(&self) -> bool {
        self.is_given_up.get()
    }
}
