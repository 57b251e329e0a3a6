//! One connection to the database: how it is set up, how it waits, and what its errors mean.

use crate::error::{Error, Keeping};
use crate::store::place::shown;
use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a connection waits for others in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest of its waits, in microseconds.
const LONGEST_WAIT: u64 = 4_000;

/// Why a call to the database failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// What was found is the reason.
    Found(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Found(error)
    }
}

impl Failure {
    /// The reason, of a store.
    pub(super) fn of(self, path: &Path) -> Error {
        match self {
            Self::Sqlite(error) => reason(&error, path).into(),
            Self::Found(error) => error,
        }
    }
}

/// Opens a connection to a database that is there.
///
/// Each commit is on the disk when it returns (`synchronous` FULL, and the full flush of macOS).
pub(super) fn open(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(waiting()))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -512;",
    )?;
    Ok(connection)
}

/// Waits that are short and of random length. SQLite's own grow, and starve whoever has waited for long: with eight
/// processes 0.4 to 3.4 s, where these take 0.1 to 0.3 s at most.
fn waiting() -> impl FnMut(i32) -> bool + Send {
    let mut begun = Instant::now();
    // What differs from one connection to the next is random enough to wait by.
    let mut random = u64::from(std::process::id()) ^ (&raw const begun).addr() as u64 | 1;
    move |times| {
        if times == 0 {
            begun = Instant::now();
            random ^= u64::from(begun.elapsed().subsec_nanos()) << 20;
        }
        // Marsaglia, "Xorshift RNGs", 2003.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_micros(100 + random % LONGEST_WAIT));
        begun.elapsed() < PATIENCE
    }
}

/// Copies a database, as it is at one moment, into a file that is there and empty.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<(), Failure> {
    let mut to = Connection::open_with_flags(to, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    Backup::new(from, &mut to)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
    to.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// What an error of SQLite's means for a store. Its text is left out: it may quote.
fn reason(error: &rusqlite::Error, path: &Path) -> Keeping {
    let shown = shown(path);
    let Some(sqlite) = error.sqlite_error() else {
        // A column of another type, or a row that is missing: no store that this version made.
        return Keeping::DamagedStore { path: shown };
    };
    match sqlite.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Keeping::BusyStore { path: shown }
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown => {
            Keeping::DamagedStore { path: shown }
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Keeping::ReadOnlyStore { path: shown },
        ErrorCode::DiskFull => Keeping::FullDisk { path: shown },
        // SQLite does not tell why.
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen if is_full(path) => Keeping::FullDisk { path: shown },
        ErrorCode::CannotOpen if is_read_only(path) => Keeping::ReadOnlyStore { path: shown },
        _ => Keeping::StoreFailed { path: shown, error: format!("SQLite error {}", sqlite.extended_code) },
    }
}

/// Whether the disk has no room for what SQLite makes beside a database.
#[cfg(unix)]
fn is_full(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) < 64 * 1024)
}

#[cfg(unix)]
fn is_read_only(path: &Path) -> bool {
    use rustix::fs::StatVfsMountFlags;
    rustix::fs::statvfs(path).is_ok_and(|disk| disk.f_flag.contains(StatVfsMountFlags::RDONLY))
}

#[cfg(not(unix))]
fn is_full(_: &Path) -> bool {
    false
}

#[cfg(not(unix))]
fn is_read_only(_: &Path) -> bool {
    false
}
