//! The time of a test, which all its processes share: the system's, and what was skipped since.

use osign::grant::keep;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Longer waits than this are skipped, after a while in which what is under way arrives.
const LONG: i64 = 300;
/// That while: after a back-off, and where a wait is to make certain that all has arrived.
const WHILE: [Duration; 2] = [Duration::from_millis(60), Duration::from_millis(500)];

#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<File>);

impl Clock {
    /// That of a folder, which is made.
    pub(crate) fn of(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join("clock"));
        Self(Arc::new(file.unwrap()))
    }

    /// Unix milliseconds.
    pub(crate) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        i64::try_from(since.as_millis()).unwrap() + self.skipped()
    }

    fn skipped(&self) -> i64 {
        let mut bytes = [0; 8];
        self.0.read_exact_at(&mut bytes, 0).map_or(0, |()| i64::from_le_bytes(bytes))
    }

    /// Time goes on by so many milliseconds, for everybody; it goes back where that is negative.
    pub(crate) fn skip(&self, milliseconds: i64) {
        self.0.write_all_at(&(self.skipped() + milliseconds).to_le_bytes(), 0).unwrap();
    }
}

impl keep::Clock for Clock {
    fn now(&self) -> i64 {
        self.now()
    }

    fn sleep_until(&self, time: i64) {
        if time - self.now() > LONG {
            thread::sleep(WHILE[usize::from(time - self.now() > 10_000)]);
            self.0.lock().unwrap();
            let ahead = time - self.now();
            if ahead > 0 {
                self.skip(ahead);
            }
            self.0.unlock().unwrap();
        }
        let left = u64::try_from(time - self.now()).unwrap_or(0);
        thread::sleep(Duration::from_millis(left + if left > 0 { 1 } else { 0 }));
    }
}
