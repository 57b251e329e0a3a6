//! Ctrl-C while a call waits for others, or for a service that asks to.

use super::raised::Raised;
use crate::store::open::Waits;
use pyo3::prelude::*;
use std::thread;
use std::time::{Duration, Instant};

/// How long a signal waits at most.
const SLICE: Duration = Duration::from_millis(100);

/// Looks for signals while calls wait, and keeps what their handlers raise.
#[derive(Debug, Default)]
pub(super) struct Signals(pub(super) Raised);

impl Waits for Signals {
    fn rest(&self, time: Duration) -> bool {
        let begun = Instant::now();
        loop {
            let left = time.saturating_sub(begun.elapsed());
            thread::sleep(left.min(SLICE));
            // In the main thread alone there are any. Where the interpreter is about to end, nothing is called any more.
            match Python::try_attach(|py| py.check_signals()) {
                Some(Err(raised)) => {
                    self.0.put(raised);
                    return false;
                }
                _ if left <= SLICE => return true,
                _ => {}
            }
        }
    }
}
