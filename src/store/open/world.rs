//! What a call is told of the world: the time, and randomness.

use super::waits::Waits;
use crate::error::Error;
use crate::grant::keep::Clock;
use crate::system;
use std::sync::Arc;
use std::time::Duration;

/// The time, and randomness.
pub(in crate::store) trait World: Clock + Send + Sync {
    /// Fills bytes with randomness.
    ///
    /// # Errors
    /// Where the system has none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// Those of this machine; it waits as the host does.
pub(super) struct System(pub(super) Arc<dyn Waits>);

impl World for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        system::fill(bytes)
    }
}

impl Clock for System {
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
