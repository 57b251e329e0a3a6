//! The tables, and how a store is told from what is none.

use super::connection::Failure;
use crate::error::{Error, Keeping};
use crate::store::hexadecimal;
use crate::store::place::{failure, shown};
use crate::system;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

/// What SQLite's header says of whose database it is: `oSG1`.
const APPLICATION: u32 = 0x6F53_4731;
/// Each step leads from one version of the schema to the next, from nothing on.
const STEPS: [&str; 1] = ["
    -- One row.
    CREATE TABLE meta (
        id          TEXT NOT NULL,
        environment TEXT NOT NULL,
        salt        BLOB NOT NULL,
        secret      BLOB NOT NULL,
        -- Each new state of a grant counts: the generations add up to what is left of it.
        commits     INTEGER NOT NULL,
        gone        INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE grants (
        name        TEXT PRIMARY KEY,
        generation  INTEGER NOT NULL,
        revision    INTEGER NOT NULL,
        record      TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (
        id          INTEGER PRIMARY KEY,
        name        TEXT NOT NULL,
        at          INTEGER NOT NULL,
        generation  INTEGER NOT NULL,
        event       TEXT NOT NULL,
        detail      TEXT NOT NULL,
        owner       TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_by_name ON history (name, id);
    CREATE TRIGGER renamed AFTER UPDATE OF name ON grants BEGIN
        UPDATE history SET name = new.name WHERE name = old.name;
    END;
"];

/// The version of the schema that the steps lead to.
const VERSION: u32 = STEPS.len() as u32;

/// What a store is born with.
pub(super) struct Meta {
    pub(super) id: String,
    pub(super) salt: [u8; 16],
    /// What the anchor is authenticated with, so that no other store's is taken for it.
    pub(super) secret: Vec<u8>,
}

impl Meta {
    pub(super) fn read(connection: &Connection) -> Result<Self, Failure> {
        Ok(connection.query_row("SELECT id, salt, secret FROM meta", [], |row| {
            Ok(Self { id: row.get(0)?, salt: row.get(1)?, secret: row.get(2)? })
        })?)
    }
}

/// How a store stands.
pub(super) struct Standing {
    /// The environment that it belongs to.
    pub(super) environment: String,
    /// How many commits there were.
    pub(super) commits: u64,
    /// Whether all of it is of one time. A database that is put in place of another whose log is left there is not.
    pub(super) adds_up: bool,
}

impl Standing {
    pub(super) fn read(connection: &Connection) -> Result<Self, Failure> {
        let mut select = connection.prepare_cached(
            "SELECT environment, commits, commits = gone + (SELECT coalesce(sum(generation), 0) FROM grants) FROM meta",
        )?;
        Ok(select.query_row([], |row| {
            let commits = row.get::<_, i64>(1)?.cast_unsigned();
            Ok(Self { environment: row.get(0)?, commits, adds_up: row.get(2)? })
        })?)
    }
}

/// The version of the schema.
pub(super) fn version(connection: &Connection) -> Result<u32, Failure> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Makes a store of a file that is there and empty.
pub(super) fn create(path: &Path, environment: &str) -> Result<(), Failure> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for step in STEPS {
        transaction.execute_batch(step)?;
    }
    let (id, more) = (system::seed()?, system::seed()?);
    transaction.execute(
        "INSERT INTO meta VALUES (?1, ?2, ?3, ?4, 0, 0)",
        params![hexadecimal(&id[..16]), environment, &id[16..], &more[..]],
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Brings a store up to date.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Failure> {
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let from = version(&transaction)?;
    for step in STEPS.iter().skip(from as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", from.max(VERSION))?;
    Ok(transaction.commit()?)
}

/// Whether a file is a store that this version can work with, before SQLite touches it.
///
/// # Errors
/// [`Keeping::ForeignFile`], [`Keeping::NewerStore`], [`Keeping::DamagedStore`], [`Keeping::ReadOnlyStore`].
pub(super) fn recognise(path: &Path) -> Result<(), Error> {
    let failed = |error| failure(path, &error);
    let mut header = Vec::with_capacity(100);
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
    (&file).take(100).read_to_end(&mut header).map_err(failed)?;
    let shown = shown(path);
    // The header of SQLite's file format, §1.3.
    if !header.starts_with(b"SQLite format 3\0") {
        let cut = header.is_empty() || b"SQLite format 3\0".starts_with(&header);
        return Err(
            if cut { Keeping::DamagedStore { path: shown } } else { Keeping::ForeignFile { path: shown } }.into()
        );
    }
    let number = |at: usize| -> Option<u32> { Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?)) };
    let (Some(application), Some(version), Some(pages)) = (number(68), number(60), number(28)) else {
        return Err(Keeping::DamagedStore { path: shown }.into());
    };
    if application != APPLICATION {
        return Err(Keeping::ForeignFile { path: shown }.into());
    }
    if version > VERSION {
        return Err(Keeping::NewerStore { path: shown }.into());
    }
    // Pages that the log has yet are not counted here, so that a file that is shorter was cut off. A checkpoint under way
    // writes the header when it likes.
    let page = u64::from(u16::from_be_bytes([header[16], header[17]]));
    let page = if page == 1 { 65_536 } else { page };
    let len = file.metadata().map_err(failed)?.len();
    let quiet = !fs::metadata(super::beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    if version == 0 || (quiet && len < page * u64::from(pages)) {
        return Err(Keeping::DamagedStore { path: shown }.into());
    }
    Ok(())
}
