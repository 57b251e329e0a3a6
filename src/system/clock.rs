//! The system's clock.

/// The time in whole seconds since 1970-01-01 00:00 UTC; negative before.
///
/// On Linux it is the time of the kernel's last tick, a few milliseconds old at most, and costs no
/// system call.
#[must_use]
#[inline]
#[cfg(target_os = "linux")]
pub fn timestamp() -> i64 {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::RealtimeCoarse).tv_sec
}

/// The time in whole seconds since 1970-01-01 00:00 UTC; negative before.
#[must_use]
#[cfg(not(target_os = "linux"))]
pub fn timestamp() -> i64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// The time in whole milliseconds since 1970-01-01 00:00 UTC; negative before.
#[must_use]
pub fn milliseconds() -> i64 {
    use std::time::{SystemTime, UNIX_EPOCH};
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |time| -time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_in_this_century() {
        assert!((1_700_000_000..4_100_000_000).contains(&timestamp()));
    }
}
