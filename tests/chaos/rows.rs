//! A host's table in a SQLite database: each conditional write is one `UPDATE`, as docs/tokens.md has them.

use osign::error::Error;
use osign::grant::store::Stored;
use osign::store::{Records, records_failed};
use rusqlite::{Connection, OptionalExtension, Params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

pub(crate) struct Rows(Mutex<Connection>);

impl Rows {
    /// In a file, with the table that is made where it is not there.
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.busy_timeout(Duration::from_secs(20))?;
            connection.execute_batch(
                "PRAGMA synchronous = FULL;
                 CREATE TABLE IF NOT EXISTS grants (name TEXT PRIMARY KEY, generation INTEGER NOT NULL,
                                                    revision INTEGER NOT NULL, record TEXT NOT NULL);",
            )?;
            Ok(Self(Mutex::new(connection)))
        };
        open().map_err(|error: rusqlite::Error| failed(&error))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap()
    }

    fn run(&self, sql: &str, values: impl Params) -> Result<bool, Error> {
        self.connection().execute(sql, values).map(|changed| changed == 1).map_err(|error| failed(&error))
    }

    /// Copies it.
    pub(crate) fn copy(path: &Path, to: &Path) -> Result<(), Error> {
        let connection = Connection::open(path).map_err(|error| failed(&error))?;
        connection.busy_timeout(Duration::from_secs(20)).map_err(|error| failed(&error))?;
        let _ = std::fs::remove_file(to);
        let copied = connection.execute("VACUUM INTO ?1", [to.to_str().unwrap()]);
        copied.map(drop).map_err(|error| failed(&error))
    }
}

fn failed(error: &rusqlite::Error) -> Error {
    records_failed(&error.to_string())
}

impl Records for Rows {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        let sql = "SELECT generation, revision, record FROM grants WHERE name = ?1";
        let row = self.connection().query_row(sql, [name], |row| {
            let number = |index| row.get(index).map(i64::cast_unsigned);
            Ok(Stored { generation: number(0)?, revision: number(1)?, record: row.get(2)? })
        });
        row.optional().map_err(|error| failed(&error))
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        let sql = "UPDATE grants SET record = ?4, revision = revision + 1
                   WHERE name = ?1 AND generation = ?2 AND revision = ?3";
        self.run(sql, (name, generation.cast_signed(), revision.cast_signed(), record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        let sql = "UPDATE grants SET record = ?3, generation = generation + 1, revision = revision + 1
                   WHERE name = ?1 AND generation = ?2";
        self.run(sql, (name, generation.cast_signed(), record))
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.run("INSERT INTO grants VALUES (?1, 1, 1, ?2) ON CONFLICT DO NOTHING", (name, record))
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.run("DELETE FROM grants WHERE name = ?1 AND generation = ?2", (name, generation.cast_signed()))
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        let sql = "UPDATE OR IGNORE grants SET name = ?3, record = ?4, revision = revision + 1
                   WHERE name = ?1 AND generation = ?2";
        self.run(sql, (name, generation.cast_signed(), new_name, record))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let connection = self.connection();
        let mut names = connection.prepare("SELECT name FROM grants").map_err(|error| failed(&error))?;
        let names = names.query_map([], |row| row.get(0)).map_err(|error| failed(&error))?;
        names.collect::<Result<_, _>>().map_err(|error| failed(&error))
    }
}
