//! What all users of one database share within a process: its connections, and the table of locks that are held.
//!
//! Both are the process's, for the system gives the locks of files to processes, and takes them all once a process closes
//! a file by whatever descriptor. So nobody here opens the database but SQLite, while SQLite has it.

use super::connection::{self, Failure};
use super::schema;
use crate::error::{Error, Keeping};
use crate::store::place::shown;
use crate::store::process::Call;
use rusqlite::Connection;
use std::fmt;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The most connections that are kept while nobody uses them.
const MOST_IDLE: usize = 8;

/// The databases that are open. Empty again once all are closed.
static OPEN: Mutex<Vec<(FileId, Weak<Shared>)>> = Mutex::new(Vec::new());

/// What tells a file from others, whatever its name.
type FileId = (u64, u64);

/// See above. Each method takes a [`Call`], so that no lock is held, nor a connection out, when a child uses them.
pub(crate) struct Shared {
    file: FileId,
    path: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Whose all this is.
    process: u32,
    idle: Vec<Connection>,
    /// The lock files that are held, or about to be.
    claimed: Vec<String>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Shared {
    /// That of a database, which is looked into where it is not open yet.
    ///
    /// # Errors
    /// Those of [`schema::recognise`].
    pub(super) fn of(call: &Call, path: &Path, found: &Metadata) -> Result<Arc<Self>, Error> {
        let file = file_id(path, found);
        let mut open = lock(&OPEN);
        let mut known = open.iter().filter(|(other, _)| *other == file).map(|(_, shared)| shared).peekable();
        // One that is being closed by another thread still has the file open.
        let is_open = known.peek().is_some();
        if let Some(shared) = known.find_map(Weak::upgrade) {
            return Ok(shared);
        }
        if !is_open {
            schema::recognise(path)?;
        }
        let inner = Inner { process: call.process, idle: Vec::new(), claimed: Vec::new() };
        let shared = Arc::new(Self { file, path: path.to_owned(), inner: Mutex::new(inner) });
        open.push((file, Arc::downgrade(&shared)));
        Ok(shared)
    }

    /// The database's path, absolute and without links.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Does something with a connection, which is closed where that fails.
    ///
    /// # Errors
    /// Those of `work`; [`Keeping::ReplacedStore`] where another file stands at the path by now: what would be written to the
    /// one that is open, nobody would find again.
    pub(super) fn with<T>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        if std::fs::symlink_metadata(&self.path).is_ok_and(|found| file_id(&self.path, &found) == self.file) {
            let idle = self.inner(call).idle.pop();
            let mut connection = idle.map_or_else(|| connection::open(&self.path), Ok).map_err(|e| e.of(&self.path))?;
            let done = work(&mut connection).map_err(|error| error.of(&self.path))?;
            let mut inner = self.inner(call);
            if connection.is_autocommit() && inner.idle.len() < MOST_IDLE {
                inner.idle.push(connection);
            }
            Ok(done)
        } else {
            Err(Keeping::ReplacedStore { path: shown(&self.path) }.into())
        }
    }

    /// Says that this thread is about to open a lock file; false where another has it.
    pub(crate) fn claim(&self, call: &Call, file_name: &str) -> bool {
        let claimed = &mut self.inner(call).claimed;
        let free = !claimed.iter().any(|other| other == file_name);
        if free {
            claimed.push(file_name.to_owned());
        }
        free
    }

    /// Says that a lock file is closed.
    pub(crate) fn release(&self, call: &Call, file_name: &str) {
        self.inner(call).claimed.retain(|other| other != file_name);
    }

    /// A child closes what it inherited before it opens anything: only then does SQLite, and does the table, know of no lock
    /// that is not this process's.
    fn inner(&self, call: &Call) -> MutexGuard<'_, Inner> {
        let mut inner = lock(&self.inner);
        if inner.process != call.process {
            inner.idle.clear();
            inner.claimed.clear();
            inner.process = call.process;
        }
        inner
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let mine = std::ptr::from_ref(self);
        let idle = std::mem::take(&mut self.inner.get_mut().unwrap_or_else(PoisonError::into_inner).idle);
        if let Ok(_call) = Call::begin() {
            let mut open = lock(&OPEN);
            drop(idle);
            open.retain(|(_, shared)| !std::ptr::eq(shared.as_ptr(), mine));
            if open.is_empty() {
                *open = Vec::new();
            }
        } else {
            // A child that was forked in the midst of a call: SQLite's own locks may be nobody's.
            std::mem::forget(idle);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn file_id(_: &Path, found: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// Nobody replaces an open database on Windows, so that its name will do.
#[cfg(not(unix))]
fn file_id(path: &Path, _: &Metadata) -> FileId {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    (0, BuildHasherDefault::<DefaultHasher>::default().hash_one(path))
}
