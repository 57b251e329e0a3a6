//! How a grant in a host's table stands beside what this machine has seen of it: a table that was copied, or was restored.

use crate::grant::seal::{origin, outside};
use crate::grant::store::Stored;
use crate::store::anchor::{self, Anchor};
use crate::store::file_name;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

/// So many grants are remembered of which the anchor need not be read.
const MOST_NOTED: usize = 1024;

#[derive(Clone)]
pub(super) struct Standing {
    folder: Option<PathBuf>,
    id: String,
    environment: String,
    /// How each record begins that belongs here.
    start: String,
    /// The generation of each name that stands in its anchor at least.
    noted: Arc<Mutex<HashMap<String, u64>>>,
}

impl Standing {
    pub(super) fn new(folder: Option<&Path>, id: &str, environment: &str) -> Self {
        let folder = folder.map(Path::to_owned).or_else(anchor::folder);
        let (id, environment) = (id.to_owned(), environment.to_owned());
        let start = crate::grant::seal::start(&id, &environment);
        Self { folder, id, environment, start, noted: Arc::default() }
    }

    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Whether a record is this store's and was sealed in another environment. Of another store's its seal will tell.
    pub(super) fn is_elsewhere_s(&self, record: &str) -> bool {
        !record.starts_with(&self.start)
            && origin(record).is_some_and(|(store, environment)| store == self.id && environment != self.environment)
    }

    /// The environment that a record was sealed in.
    pub(super) fn environment_of(&self, record: &str) -> String {
        origin(record).map_or_else(|| self.environment.clone(), |(_, environment)| environment)
    }

    /// The generation that was seen of the grant, as far as is known. The anchor is read each time: other processes write it.
    pub(super) fn known(&self, name: &str, record: &str) -> Option<u64> {
        self.anchor(name, record)?.commits()
    }

    /// Whether two records of a name are of one grant, and not of one that took the name of another.
    pub(super) fn is_same(name: &str, one: &str, other: &str) -> bool {
        added_at(name, one) == added_at(name, other)
    }

    /// Notes how far a grant has come. The number beside a record is anybody's until the record says the same: one wrong answer
    /// must not make all true ones look restored for ever.
    pub(super) fn raise(&self, name: &str, stored: &Stored) {
        if self.noted().is_some_and(|noted| noted.get(name).is_some_and(|noted| *noted == stored.generation)) {
            return;
        }
        if outside(name, &stored.record).map(|outside| outside.generation) != Ok(stored.generation) {
            return;
        }
        if let Some(anchor) = self.anchor(name, &stored.record) {
            anchor.raise(stored.generation);
        }
        if let Some(mut noted) = self.noted() {
            if noted.len() >= MOST_NOTED {
                noted.clear();
            }
            noted.insert(name.to_owned(), stored.generation);
        }
    }

    /// Goes on from here, though more was seen.
    pub(super) fn adopt(&self, name: &str, stored: &Stored) {
        self.forget(name);
        if let Some(anchor) = self.anchor(name, &stored.record)
            && anchor.commits().is_some_and(|commits| commits > stored.generation)
        {
            let _ = anchor.write(0, stored.generation);
        }
    }

    /// Another grant may take this name.
    pub(super) fn forget(&self, name: &str) {
        self.noted().map(|mut noted| noted.remove(name));
    }

    /// The anchor of a grant: of this name, and added when it was, since another one may have had its name before.
    fn anchor(&self, name: &str, record: &str) -> Option<Anchor> {
        let folder = self.folder.as_ref()?;
        let added_at = added_at(name, record)?;
        let grant = file_name(&format!("{}\0{name}\0{added_at}", self.id));
        // There is no secret that only the table has: whoever writes to this folder could write to the table as well.
        Some(Anchor::new(folder, &grant, &self.environment, self.id.as_bytes()))
    }

    /// Nobody waits for this: a child of `fork()` could find it held for ever.
    fn noted(&self) -> Option<MutexGuard<'_, HashMap<String, u64>>> {
        match self.noted.try_lock() {
            Ok(noted) => Some(noted),
            Err(TryLockError::Poisoned(noted)) => Some(noted.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

fn added_at(name: &str, record: &str) -> Option<i64> {
    outside(name, record).ok()?.state.added_at
}
