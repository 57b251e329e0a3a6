//! Tables of a host: one in memory, and one in a plain file that processes share.

use osign::error::Error;
use osign::grant::store::Stored;
use osign::store::{Records, records_failed};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) type Rows = BTreeMap<String, Stored>;

/// What is done to the rows at once.
trait Table: Send + Sync {
    fn read(&self) -> Result<Rows, Error>;

    /// Writes if the change says so, and tells what it said.
    fn write(&self, change: &mut dyn FnMut(&mut Rows) -> bool) -> Result<bool, Error>;
}

/// Each statement of the contract over rows.
macro_rules! records {
    ($table:ty) => {
        impl Records for $table {
            fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
                Ok(self.read()?.get(name).cloned())
            }

            fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
                self.write(&mut |rows| match rows.get_mut(name) {
                    Some(row) if (row.generation, row.revision) == (generation, revision) => {
                        *row = Stored { generation, revision: revision + 1, record: record.to_owned() };
                        true
                    }
                    _ => false,
                })
            }

            fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
                self.write(&mut |rows| match rows.get_mut(name) {
                    Some(row) if row.generation == generation => {
                        let revision = row.revision + 1;
                        *row = Stored { generation: generation + 1, revision, record: record.to_owned() };
                        true
                    }
                    _ => false,
                })
            }

            fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
                self.write(&mut |rows| {
                    let is_new = !rows.contains_key(name);
                    rows.entry(name.to_owned()).or_insert(Stored {
                        generation: 1,
                        revision: 1,
                        record: record.to_owned(),
                    });
                    is_new
                })
            }

            fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
                self.write(&mut |rows| {
                    let is_there = rows.get(name).is_some_and(|row| row.generation == generation);
                    is_there && rows.remove(name).is_some()
                })
            }

            fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
                self.write(&mut |rows| {
                    let is_there = rows.get(name).is_some_and(|row| row.generation == generation);
                    if !is_there || rows.contains_key(new_name) {
                        return false;
                    }
                    let Some(Stored { revision, .. }) = rows.remove(name) else { return false };
                    let row = Stored { generation, revision: revision + 1, record: record.to_owned() };
                    rows.insert(new_name.to_owned(), row).is_none()
                })
            }

            fn names(&self) -> Result<Vec<String>, Error> {
                // In another order than is promised to those who ask for them.
                Ok(self.read()?.into_keys().rev().collect())
            }
        }
    };
}

/// In memory, for the threads of one process.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Rows>>);

impl Memory {
    pub(crate) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap()
    }
}

impl Table for Memory {
    fn read(&self) -> Result<Rows, Error> {
        Ok(self.rows().clone())
    }

    fn write(&self, change: &mut dyn FnMut(&mut Rows) -> bool) -> Result<bool, Error> {
        Ok(change(&mut self.rows()))
    }
}

records!(Memory);

/// In a file, a line a row; who writes has the lock of another file, which stays.
#[derive(Clone)]
pub(crate) struct PlainFile(PathBuf);

impl PlainFile {
    pub(crate) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn rows(&self) -> std::io::Result<Rows> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        let row = |line: &str| {
            let mut parts = line.splitn(4, '\t');
            let mut next = || parts.next().unwrap().to_owned();
            let (name, generation, revision, record) = (next(), next(), next(), next());
            let number = |text: String| text.parse().unwrap();
            (name, Stored { generation: number(generation), revision: number(revision), record })
        };
        Ok(text.lines().map(row).collect())
    }

    fn change(&self, change: &mut dyn FnMut(&mut Rows) -> bool) -> std::io::Result<bool> {
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(self.0.with_extension("lock"))?;
        lock.lock()?;
        let mut rows = self.rows()?;
        let is_changed = change(&mut rows);
        if is_changed {
            let beside = self.0.with_extension("new");
            let mut file = File::create(&beside)?;
            for (name, row) in &rows {
                writeln!(file, "{name}\t{}\t{}\t{}", row.generation, row.revision, row.record)?;
            }
            file.sync_all()?;
            fs::rename(&beside, &self.0)?;
            File::open(self.0.parent().unwrap())?.sync_all()?;
        }
        Ok(is_changed)
    }
}

impl Table for PlainFile {
    fn read(&self) -> Result<Rows, Error> {
        self.rows().map_err(|error| records_failed(&error.to_string()))
    }

    fn write(&self, change: &mut dyn FnMut(&mut Rows) -> bool) -> Result<bool, Error> {
        self.change(change).map_err(|error| records_failed(&error.to_string()))
    }
}

records!(PlainFile);
