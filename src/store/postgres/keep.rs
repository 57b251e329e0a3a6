//! What a store must be able to do, by PostgreSQL. Each write is one statement, and its condition stands in it.

use super::Postgres;
use super::connection::{Connection, Failure, Row};
use super::lease::{self, Lease};
use crate::error::{Error, Keeping};
use crate::grant::pages;
use crate::grant::store::{Happening, Lock, Store, Stored};
use crate::store::process::Call;
use std::time::Duration;

/// The most lines of history that are kept of a grant.
const MOST_HISTORY: usize = 1000;
/// How often a write is tried that the server takes back since another one was at it.
const TRIES: usize = 5;

/// Behind the condition of a write: nothing that was written is lost, whatever the role or the database has set. It holds for
/// this transaction alone, whose end looks at it.
macro_rules! durably {
    () => {
        "CASE WHEN current_setting('synchronous_commit') IN ('on', 'remote_apply') THEN ''
              ELSE set_config('synchronous_commit', 'on', true) END"
    };
}

/// So many records at most, sorted by name: those behind this one.
pub(super) fn records_after(
    connection: &mut Connection,
    name: &str,
    most: usize,
) -> Result<Vec<(String, Stored)>, Failure> {
    let sql =
        "SELECT name, generation, revision, record FROM osign_grants WHERE name > $1 ORDER BY name LIMIT $2::bigint";
    let rows = connection.query(sql, &[name, &most.to_string()])?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), stored(row, 1)?))).collect()
}

/// How many grants there are.
pub(super) fn count(connection: &mut Connection) -> Result<u64, Failure> {
    let rows = connection.query("SELECT count(*) FROM osign_grants", &[])?;
    rows.first().map_or(Ok(0), |row| row.number(0))
}

/// Three columns, from one on.
fn stored(row: &Row, first: usize) -> Result<Stored, Failure> {
    let record = row.text(first + 2)?.to_owned();
    Ok(Stored { generation: row.number(first)?, revision: row.number(first + 1)?, record })
}

impl Postgres {
    /// The record of a name, also while the store is quarantined: for what needs no key. One round trip.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn peek(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.read(|connection| {
            let rows =
                connection.query("SELECT generation, revision, record FROM osign_grants WHERE name = $1", &[name])?;
            rows.first().map(|row| stored(row, 0)).transpose()
        })
    }

    /// The call that all reads make.
    fn read<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Failure>) -> Result<T, Error> {
        self.shared.with(&Call::begin()?, work)
    }

    /// So many records at most behind a name, sorted by name; also while the store is quarantined.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn peek_after(&self, name: &str, most: usize) -> Result<Vec<(String, Stored)>, Error> {
        self.read(|connection| records_after(connection, name, most))
    }

    /// One statement that is durable when this returns; whether it changed a row. Its first column tells of a commit what is
    /// counted, where it was one.
    fn write(&self, call: &Call, sql: &str, values: &[&str]) -> Result<bool, Error> {
        self.allow(call)?;
        let mut tries = TRIES;
        loop {
            tries -= 1;
            let told = self.shared.try_with(call, |connection| {
                let rows = connection.query(sql, values)?;
                rows.first().map(|row| Ok(if row.has(0) { Some(row.number(0)?) } else { None })).transpose()
            });
            match told {
                Ok(told) => {
                    if let Some(told) = told.flatten() {
                        self.raise(told);
                    }
                    return Ok(told.is_some());
                }
                // Another grant got this name a moment ago.
                Err(failure) if failure.is("23505") => return Ok(false),
                // Taken back, for certain: where a role works in isolation that lets two at once not pass.
                Err(failure) if tries > 0 && (failure.is("40001") || failure.is("40P01")) => {}
                Err(failure) => return Err(failure.of(&self.shared.address)),
            }
        }
    }

    /// Puts a record in place of exactly this one. Where a lease is had of the name, it must not be over.
    pub(super) fn replace(
        &self,
        call: &Call,
        name: &str,
        generation: u64,
        revision: u64,
        record: &str,
    ) -> Result<bool, Error> {
        let lease = self.shared.lease(call, name);
        let token = lease.as_deref().unwrap_or_default();
        let values = [name, &generation.to_string(), &revision.to_string(), record, token];
        let sql = concat!(
            "UPDATE osign_grants SET record = $4, revision = revision + 1
             WHERE name = $1 AND generation = $2::bigint AND revision = $3::bigint AND ($5::text = '' OR EXISTS (
                SELECT FROM osign_leases WHERE name = $1 AND token = $5 AND until > clock_timestamp()))
             RETURNING NULL, ",
            durably!()
        );
        let is_written = self.write(call, sql, &values)?;
        if !is_written && lease.is_some() && !self.has_lease(call, name, token)? {
            return Err(Keeping::LeaseEnded { name: name.to_owned() }.into());
        }
        Ok(is_written)
    }

    fn has_lease(&self, call: &Call, name: &str, token: &str) -> Result<bool, Error> {
        self.shared.with(call, |connection| {
            let sql = "SELECT FROM osign_leases WHERE name = $1 AND token = $2 AND until > clock_timestamp()";
            Ok(!connection.query(sql, &[name, token])?.is_empty())
        })
    }
}

impl Store for Postgres {
    type Lock = Lease;

    fn lease(&self) -> Option<Duration> {
        Some(self.lease)
    }

    /// Of a store that was moved or copied nothing is given out that its key could open.
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.allow_reading()?;
        self.peek(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.replace(&Call::begin()?, name, generation, revision, record)
    }

    /// By the generation alone: a lease that ended must not cost the only pair.
    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        let sql = concat!(
            "UPDATE osign_grants SET record = $3, generation = generation + 1, revision = revision + 1
             WHERE name = $1 AND generation = $2::bigint RETURNING osign_counted(), ",
            durably!()
        );
        self.write(&Call::begin()?, sql, &[name, &generation.to_string(), record])
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        let sql = concat!(
            "INSERT INTO osign_grants VALUES ($1, 1, 1, $2) ON CONFLICT DO NOTHING RETURNING osign_counted(), ",
            durably!()
        );
        self.write(&Call::begin()?, sql, &[name, record])
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        let sql = concat!(
            "DELETE FROM osign_grants WHERE name = $1 AND generation = $2::bigint RETURNING osign_counted(), ",
            durably!()
        );
        self.write(&Call::begin()?, sql, &[name, &generation.to_string()])
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        let sql = concat!(
            "WITH renamed AS (
                UPDATE osign_grants SET name = $3, record = $4, revision = revision + 1
                WHERE name = $1 AND generation = $2::bigint AND NOT EXISTS (SELECT FROM osign_grants WHERE name = $3)
                RETURNING osign_counted() AS commits, ",
            durably!(),
            "), followed AS (UPDATE osign_history SET name = $3 WHERE name = $1 AND EXISTS (SELECT FROM renamed))
             SELECT commits FROM renamed"
        );
        self.write(&Call::begin()?, sql, &[name, &generation.to_string(), new_name, record])
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        pages::names(self).collect()
    }

    fn names_after(&self, name: &str, most: usize) -> Result<Vec<String>, Error> {
        self.read(|connection| {
            let sql = "SELECT name FROM osign_grants WHERE name > $1 ORDER BY name LIMIT $2::bigint";
            let rows = connection.query(sql, &[name, &most.to_string()])?;
            rows.iter().map(|row| Ok(row.text(0)?.to_owned())).collect()
        })
    }

    fn lock(&self, name: &str, owner: &str) -> Result<Lock<Self::Lock>, Error> {
        let call = Call::begin()?;
        self.examine_strictly(&call)?;
        let spill = self.beside.made(name)?;
        let lock = lease::take(&self.shared, &call, name, owner, self.lease, self.beside.folder())?;
        if let (Lock::Taken(_), Some(spill)) = (&lock, spill) {
            spill.reserve().map_err(|error| self.beside.failure(&error))?;
        }
        Ok(lock)
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        self.beside.keep(name, record)
    }

    fn spilled(&self, name: &str) -> Result<Option<String>, Error> {
        self.beside.kept(name)
    }

    fn forget_spilled(&self, name: &str) -> Result<(), Error> {
        self.beside.forget(name)
    }

    /// Not durable by itself: to wait for the disk once more would cost as much as a commit.
    fn note(&self, name: &str, happening: &Happening) -> Result<(), Error> {
        self.allow(&Call::begin()?)?;
        self.read(|connection| {
            let sql = "WITH noted AS (
                    INSERT INTO osign_history (name, at, generation, event, detail, owner)
                    VALUES ($1, $2::bigint, $3::bigint, $4, $5, $6)
                    RETURNING set_config('synchronous_commit', 'off', true)
                 )
                 DELETE FROM osign_history WHERE name = $1 AND id <=
                 (SELECT id FROM osign_history WHERE name = $1 ORDER BY id DESC LIMIT 1 OFFSET $7::bigint)";
            let (at, generation) = (happening.at.to_string(), happening.generation.to_string());
            let (event, detail, owner) = (&happening.event, &happening.detail, &happening.owner);
            // The line that is added is not among those that are counted.
            let most = (MOST_HISTORY - 1).to_string();
            connection.query(sql, &[name, &at, &generation, event, detail, owner, &most]).map(drop)
        })
    }

    fn history(&self, name: &str, most: usize) -> Result<Vec<Happening>, Error> {
        self.read(|connection| {
            let sql = "SELECT at, generation, event, detail, owner FROM osign_history WHERE name = $1
                       ORDER BY id DESC LIMIT $2::bigint";
            let rows = connection.query(sql, &[name, &most.min(MOST_HISTORY).to_string()])?;
            rows.iter()
                .map(|row| {
                    Ok(Happening {
                        at: row.text(0)?.parse().unwrap_or(0),
                        generation: row.number(1)?,
                        event: row.text(2)?.to_owned(),
                        detail: row.text(3)?.to_owned(),
                        owner: row.text(4)?.to_owned(),
                    })
                })
                .collect()
        })
    }
}
