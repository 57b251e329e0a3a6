//! The time and the randomness of this machine.

use super::super::world::World;
use super::waits::Waits;
use crate::error::Error;
use crate::grant::keep::Clock;
use crate::system;
use std::cell::Cell;
use std::time::Duration;

/// Those of this machine, for one call; it waits as the host does.
pub(super) struct System<'a> {
    waits: &'a dyn Waits,
    is_given_up: Cell<bool>,
}

impl<'a> System<'a> {
    pub(super) fn new(waits: &'a dyn Waits) -> Self {
        Self { waits, is_given_up: Cell::new(false) }
    }
}

impl World for System<'_> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        system::fill(bytes)
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
