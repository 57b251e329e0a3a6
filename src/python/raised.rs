//! What Python raised in the midst of a call of the core's, which goes on; it is raised once that has ended.

use pyo3::PyErr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{ThreadId, current};

/// The last one of each thread that is in a call.
#[derive(Debug, Default)]
pub(super) struct Raised {
    all: Mutex<Vec<(ThreadId, PyErr)>>,
    /// How many they are: most calls need no lock, which a child of `fork()` could find held for ever.
    count: AtomicUsize,
}

impl Raised {
    pub(super) fn put(&self, raised: PyErr) {
        self.take();
        if let Ok(mut all) = self.all.lock() {
            all.push((current().id(), raised));
            self.count.store(all.len(), Ordering::Release);
        }
    }

    /// This thread's, once.
    pub(super) fn take(&self) -> Option<PyErr> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut all = self.all.lock().ok()?;
        let at = all.iter().position(|(thread, _)| *thread == current().id())?;
        let (_, raised) = all.swap_remove(at);
        self.count.store(all.len(), Ordering::Release);
        Some(raised)
    }
}
