//! What a store must be able to do, by SQLite. Each write is one statement, and its condition stands in it.

use super::Sqlite;
use super::connection::Failure;
use super::lock::{self, GrantLock};
use crate::error::Error;
use crate::grant::store::{Happening, Lock, Store, Stored};
use crate::store::file_name;
use crate::store::place::failure;
use crate::store::process::Call;
use rusqlite::{Connection, OptionalExtension, Params, TransactionBehavior, params};

/// The most lines of history that are kept of a grant.
const MOST_HISTORY: i64 = 1000;

/// So many records at most, sorted by name: those behind this one.
pub(super) fn records_after(
    connection: &Connection,
    name: &str,
    most: usize,
) -> Result<Vec<(String, Stored)>, Failure> {
    let mut select = connection.prepare_cached(
        "SELECT name, generation, revision, record FROM grants WHERE name > ?1 ORDER BY name LIMIT ?2",
    )?;
    let rows = select.query_map(params![name, limit(most)], |row| Ok((row.get(0)?, stored(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The same of the names alone.
pub(super) fn names_after(connection: &Connection, name: &str, most: usize) -> Result<Vec<String>, Failure> {
    let mut select = connection.prepare_cached("SELECT name FROM grants WHERE name > ?1 ORDER BY name LIMIT ?2")?;
    Ok(select.query_map(params![name, limit(most)], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How many grants there are.
pub(super) fn count(connection: &Connection) -> Result<u64, Failure> {
    Ok(connection.query_row("SELECT count(*) FROM grants", [], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// All names, sorted.
pub(super) fn names(connection: &Connection) -> Result<Vec<String>, Failure> {
    names_after(connection, "", usize::MAX)
}

/// Three columns, from one on.
fn stored(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Stored> {
    let number = |index| row.get::<_, i64>(index).map(i64::cast_unsigned);
    Ok(Stored { generation: number(first)?, revision: number(first + 1)?, record: row.get(first + 2)? })
}

impl Sqlite {
    /// The record of a name, also while the store is quarantined: for what needs no key.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn peek(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.read(|connection| select(connection, name))
    }

    /// So many records at most behind a name, sorted by name; also while the store is quarantined.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn peek_after(&self, name: &str, most: usize) -> Result<Vec<(String, Stored)>, Error> {
        self.read(|connection| records_after(connection, name, most))
    }

    /// The call that all reads make.
    fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Failure>) -> Result<T, Error> {
        let call = Call::begin()?;
        self.shared.with(&call, work)
    }

    /// One statement in a transaction that is durable when this returns; whether it changed a row.
    ///
    /// Where the statement is a new state of a grant, it counts as a commit, and `gone` is how far the generations fall behind
    /// by it.
    fn write(&self, call: &Call, gone: Option<u64>, sql: &str, values: impl Params) -> Result<bool, Error> {
        let (changed, commits) = self.shared.with(call, |connection| {
            self.allow(connection)?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let changed = transaction.prepare_cached(sql)?.execute(values)? == 1;
            let mut commits = None;
            if let (true, Some(gone)) = (changed, gone) {
                let mut count = transaction
                    .prepare_cached("UPDATE meta SET commits = commits + 1, gone = gone + ?1 RETURNING commits")?;
                commits = Some(count.query_row([gone.cast_signed()], |row| row.get::<_, i64>(0))?.cast_unsigned());
            }
            transaction.commit()?;
            Ok((changed, commits))
        })?;
        if let Some(commits) = commits {
            self.raise(commits);
        }
        Ok(changed)
    }

    /// Puts a record in place of exactly this one.
    pub(super) fn replace(
        &self,
        call: &Call,
        name: &str,
        generation: u64,
        revision: u64,
        record: &str,
    ) -> Result<bool, Error> {
        self.write(
            call,
            None,
            "UPDATE grants SET record = ?4, revision = revision + 1 WHERE name = ?1 AND generation = ?2 AND revision = ?3",
            params![name, generation.cast_signed(), revision.cast_signed(), record],
        )
    }
}

fn select(connection: &Connection, name: &str) -> Result<Option<Stored>, Failure> {
    let mut select = connection.prepare_cached("SELECT generation, revision, record FROM grants WHERE name = ?1")?;
    Ok(select.query_row([name], |row| stored(row, 0)).optional()?)
}

impl Store for Sqlite {
    type Lock = GrantLock;

    /// Of a store that was moved or copied nothing is given out that its key could open.
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.read(|connection| {
            self.allow_reading(connection)?;
            select(connection, name)
        })
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.replace(&Call::begin()?, name, generation, revision, record)
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.write(
            &Call::begin()?,
            Some(0),
            "UPDATE grants SET record = ?3, generation = generation + 1, revision = revision + 1
             WHERE name = ?1 AND generation = ?2",
            params![name, generation.cast_signed(), record],
        )
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.write(
            &Call::begin()?,
            Some(0),
            "INSERT INTO grants VALUES (?1, 1, 1, ?2) ON CONFLICT DO NOTHING",
            params![name, record],
        )
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.write(
            &Call::begin()?,
            Some(generation + 1),
            "DELETE FROM grants WHERE name = ?1 AND generation = ?2",
            params![name, generation.cast_signed()],
        )
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.write(
            &Call::begin()?,
            Some(1),
            "UPDATE OR IGNORE grants SET name = ?3, record = ?4, revision = revision + 1
             WHERE name = ?1 AND generation = ?2",
            params![name, generation.cast_signed(), new_name, record],
        )
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.read(|connection| names(connection))
    }

    fn names_after(&self, name: &str, most: usize) -> Result<Vec<String>, Error> {
        self.read(|connection| names_after(connection, name, most))
    }

    fn lock(&self, name: &str, owner: &str) -> Result<Lock<Self::Lock>, Error> {
        let call = Call::begin()?;
        self.shared.with(&call, |connection| self.examine_strictly(connection))?;
        let folder = self.made_folder()?;
        let lock = lock::take(&self.shared, &call, &folder, &file_name(name), owner)?;
        if let Lock::Taken(_) = &lock {
            self.spill_of(name).reserve().map_err(|error| failure(self.shared.path(), &error))?;
        }
        Ok(lock)
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        self.made_folder()?;
        self.spill_of(name).keep(record).map_err(|error| failure(self.shared.path(), &error))
    }

    fn spilled(&self, name: &str) -> Result<Option<String>, Error> {
        self.spill_of(name).kept().map_err(|error| failure(self.shared.path(), &error))
    }

    fn forget_spilled(&self, name: &str) -> Result<(), Error> {
        self.spill_of(name).forget().map_err(|error| failure(self.shared.path(), &error))
    }

    /// Not durable by itself, but with the next commit: to wait for the disk once more would cost as much as a commit.
    fn note(&self, name: &str, happening: &Happening) -> Result<(), Error> {
        self.read(|connection| {
            self.allow(connection)?;
            connection.execute_batch("PRAGMA synchronous = NORMAL")?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction
                .prepare_cached(
                    "INSERT INTO history (name, at, generation, event, detail, owner) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    name,
                    happening.at,
                    happening.generation.cast_signed(),
                    happening.event,
                    happening.detail,
                    happening.owner
                ])?;
            transaction
                .prepare_cached(
                    "DELETE FROM history WHERE name = ?1 AND id <=
                     (SELECT id FROM history WHERE name = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                )?
                .execute(params![name, MOST_HISTORY])?;
            transaction.commit()?;
            // Where this fails the connection is closed, and no commit is made by it that is less than durable.
            Ok(connection.execute_batch("PRAGMA synchronous = FULL")?)
        })
    }

    fn history(&self, name: &str, most: usize) -> Result<Vec<Happening>, Error> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT at, generation, event, detail, owner FROM history WHERE name = ?1 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = select.query_map(params![name, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
                Ok(Happening {
                    at: row.get(0)?,
                    generation: row.get::<_, i64>(1)?.cast_unsigned(),
                    event: row.get(2)?,
                    detail: row.get(3)?,
                    owner: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
