//! A store in a table of the host's own: the library says what is to be written on which condition, and the host says whether
//! it was.
//!
//! The table has a row for each grant: its name, which is unique; two whole numbers, the generation and the revision; and the
//! record, text of at most [`MOST`](crate::grant::seal::MOST) bytes. Two writes of a row are conditional, one by the
//! revision and one by the generation; docs/tokens.md has the contract, and `tests/store_contract` tests whoever keeps it.
//!
//! There are no locks in such a table. Who has begun a request stands in the record, as an intent with a time, and the write
//! of it is conditional: so one sends, and the others wait until that is a lease old.

mod standing;

use super::beside::Beside;
use super::environment::of_hosted;
use super::spill::names_in;
use super::sqlite::{Info, Options};
use super::world::Once;
use crate::error::{Error, Keeping, Quarantine};
use crate::grant::seal::outside;
use crate::grant::store::{Happening, Lock, Store, Stored};
use crate::system;
use sha2::{Digest, Sha256};
use standing::Standing;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long an intent keeps others from sending, as a lease at a server does.
const LEASE: Duration = Duration::from_secs(75);
/// So many rounds in a row none of what is to be sealed again is written; then it is an error.
const MOST_IN_VAIN: u32 = 3;
/// The most characters of a store's id.
const MOST_ID: usize = 200;
/// The most characters that are repeated of what a host says.
const MOST_SAID: usize = 300;

/// The rows of the host's table.
///
/// Each write is one step: it stands there whole and durable before the call returns, or nothing of it does. Threads may call
/// at the same time, and other processes and hosts may write to the same table. Where a call fails, nobody knows whether
/// it has written; what the host says of it is told by [`records_failed`].
pub trait Records: Send + Sync {
    /// The row of a name. It must be the newest: no replica that lags behind, and no snapshot of a transaction.
    ///
    /// # Errors
    /// Where the table cannot be read.
    fn load(&self, name: &str) -> Result<Option<Stored>, Error>;

    /// `UPDATE … SET record = :record, revision = revision + 1 WHERE name = :name AND generation = :generation AND revision =
    /// :revision`: whether a row was changed.
    ///
    /// # Errors
    /// Where the table cannot be written.
    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error>;

    /// `UPDATE … SET record = :record, generation = generation + 1, revision = revision + 1 WHERE name = :name AND generation =
    /// :generation`: whether a row was changed. By the generation alone: a change of something else must not cost a pair.
    ///
    /// # Errors
    /// Where the table cannot be written.
    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error>;

    /// `INSERT … VALUES (:name, 1, 1, :record)`: false where there is a row of that name.
    ///
    /// # Errors
    /// Where the table cannot be written.
    fn add(&self, name: &str, record: &str) -> Result<bool, Error>;

    /// `DELETE … WHERE name = :name AND generation = :generation`: whether a row went.
    ///
    /// # Errors
    /// Where the table cannot be written.
    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error>;

    /// `UPDATE … SET name = :new_name, record = :record, revision = revision + 1 WHERE name = :name AND generation =
    /// :generation`: whether a row was changed; false where there is one of the new name.
    ///
    /// # Errors
    /// Where the table cannot be written.
    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error>;

    /// All names, in any order.
    ///
    /// # Errors
    /// Where the table cannot be read.
    fn names(&self) -> Result<Vec<String>, Error>;
}

/// That a host's store failed, in the host's own words, which are for people and must hold no secret.
#[must_use]
pub fn records_failed(said: &str) -> Error {
    let error: String = said.chars().filter(|c| !c.is_control()).take(MOST_SAID).collect();
    let error = if error.trim().is_empty() { "it did not say why".to_owned() } else { error.trim().to_owned() };
    Keeping::RecordsFailed { error }.into()
}

/// A store in a table of the host's own.
///
/// What the table did not take lies in a folder of this machine, and how far each grant has come is noted there as well, so
/// that a table which was restored is noticed. It has no history.
pub struct HostStore {
    records: Arc<dyn Records>,
    id: String,
    environment: String,
    salt: [u8; 16],
    beside: Beside,
    standing: Standing,
    lease: Duration,
    once: Option<Arc<dyn Once>>,
}

impl fmt::Debug for HostStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostStore").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The lock of a grant, which is no more than the intent in its record.
#[derive(Debug)]
pub struct HostLock(());

impl HostStore {
    /// In these rows, for an id that tells the host's store from others and stays the same: every record is bound to it.
    /// `environment` tells a copy of the table from the original; without it, a copy under the same id is not noticed.
    ///
    /// # Errors
    /// [`Keeping::BadStoreId`].
    pub fn new(id: &str, records: Arc<dyn Records>, options: &Options) -> Result<Self, Error> {
        let is_sound = id.trim() == id && !id.is_empty() && !id.contains(char::is_control);
        if !is_sound || id.chars().count() > MOST_ID {
            return Err(Keeping::BadStoreId.into());
        }
        let environment = of_hosted(options.environment.as_deref(), id);
        let mut salt = [0; 16];
        salt.copy_from_slice(&Sha256::new().chain_update(b"osign salt 1, hosted\0").chain_update(id).finalize()[..16]);
        let beside = Beside::new(options.beside.as_deref(), &super::file_name(&format!("{id}\0{environment}")));
        let standing = Standing::new(options.anchors.as_deref(), id, &environment);
        let lease = options.lease.unwrap_or(LEASE);
        Ok(Self { records, id: id.to_owned(), environment, salt, beside, standing, lease, once: None })
    }

    /// The same store over other rows, for calls that are begun again and again.
    #[cfg(feature = "http")]
    pub(super) fn over(&self, records: Arc<dyn Records>, once: Arc<dyn Once>) -> Self {
        Self {
            records,
            id: self.id.clone(),
            environment: self.environment.clone(),
            salt: self.salt,
            beside: self.beside.clone(),
            standing: self.standing.clone(),
            lease: self.lease,
            once: Some(once),
        }
    }

    /// Does what concerns this machine, or tells what came of it when it was done.
    fn here(&self, mut work: impl FnMut() -> Result<Option<String>, Error>) -> Result<Option<String>, Error> {
        match &self.once {
            Some(once) => once.here(&mut work),
            None => work(),
        }
    }

    /// The store's id, which every record is bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The environment that the store is in, which every record is bound to.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// What a passphrase is mixed with to make this store's key.
    #[must_use]
    pub fn salt(&self) -> &[u8; 16] {
        &self.salt
    }

    /// Its id, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        self.id.clone()
    }

    /// The row of a name, also of a grant that is quarantined.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub fn peek(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.records.load(name)
    }

    /// Why nothing is written of some grant until somebody [`adopt`](Self::adopt)s the store; None where all are well. It reads
    /// every row.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        self.info().map(|info| info.quarantine)
    }

    /// Why nothing is written of a grant.
    fn judge(&self, name: &str, stored: &Stored) -> Result<Option<Quarantine>, Error> {
        if self.standing.is_elsewhere_s(&stored.record) {
            return Ok(Some(Quarantine::Moved));
        }
        let known = self.here(|| Ok(self.standing.known(name, &stored.record).map(|known| known.to_string())))?;
        let known = known.and_then(|known| known.parse().ok()).unwrap_or(0);
        if stored.generation >= known {
            return Ok(None);
        }
        // Others may have written since the row was read, and raised the anchor then. So it is read once more.
        if let Some(once) = &self.once {
            once.doubt(name);
        }
        let is_older = |now: &Stored| now.generation < known && Standing::is_same(name, &now.record, &stored.record);
        Ok(self.peek(name)?.filter(is_older).map(|_| Quarantine::Restored))
    }

    /// Makes this table the one to go on with, in its present environment: each record that is quarantined is sealed again. Tells
    /// how many there were. `reseal` is that of [`Sqlite::adopt`](super::Sqlite::adopt).
    ///
    /// # Errors
    /// Those of `reseal`, after which nothing has changed; where the table cannot be written, after which calling it again goes
    /// on.
    pub fn adopt(
        &self,
        mut reseal: impl FnMut(&str, &str, &str) -> Result<Option<String>, Error>,
    ) -> Result<usize, Error> {
        let mut changes = Vec::new();
        for name in self.names()? {
            let Some(stored) = self.peek(&name)? else { continue };
            if self.judge(&name, &stored)?.is_none() {
                continue;
            }
            let from = self.standing.environment_of(&stored.record);
            if let Some(record) = reseal(&name, &stored.record, &from)? {
                changes.push((name, stored, record, from));
            }
        }
        let mut count = 0;
        for (name, stored, record, from) in changes {
            self.reseal_spilled(&name, |record| reseal(&name, record, &from))?;
            // Somebody else has adopted it meanwhile, or renews it, as they may.
            if self.records.acquire(&name, stored.generation, stored.revision, &record)? {
                let stored = Stored { record, ..stored };
                self.here(|| {
                    self.standing.adopt(&name, &stored);
                    Ok(None)
                })?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Seals records again, as [`Sqlite::rekey`](super::Sqlite::rekey) does.
    ///
    /// # Errors
    /// Those of `reseal`; where the table cannot be written; [`Keeping::Busy`] where a grant is being renewed.
    pub fn rekey(&self, mut reseal: impl FnMut(&str, &str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
        let (mut count, mut in_vain) = (0, 0);
        loop {
            let (mut changed, before) = (0, count);
            for name in self.names()? {
                let Some(stored) = self.load(&name)? else { continue };
                self.reseal_spilled(&name, |record| reseal(&name, record))?;
                let Some(record) = reseal(&name, &stored.record)? else { continue };
                // Whoever renews it now has opened it with the old key, and would commit with that once this has ended.
                let age = |at: i64| system::milliseconds().saturating_sub(at).unsigned_abs();
                if let Some(intent) = outside(&name, &stored.record)?.state.open_intent()
                    && u128::from(age(intent.at)) < self.lease.as_millis()
                {
                    return Err(Keeping::Busy { name, holder: intent.owner.clone() }.into());
                }
                changed += 1;
                count += usize::from(self.records.acquire(&name, stored.generation, stored.revision, &record)?);
            }
            if changed == 0 {
                return Ok(count);
            }
            in_vain = if count == before { in_vain + 1 } else { 0 };
            if in_vain == MOST_IN_VAIN {
                return Err(records_failed("the table takes no write"));
            }
        }
    }

    fn reseal_spilled(
        &self,
        name: &str,
        reseal: impl FnOnce(&str) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        if let Some(record) = self.spilled(name)?
            && let Some(record) = reseal(&record)?
        {
            self.spill(name, &record)?;
        }
        Ok(())
    }

    /// What there is to know, for people.
    ///
    /// # Errors
    /// Where the table cannot be read.
    pub fn info(&self) -> Result<Info, Error> {
        let names = self.names()?;
        let mut environment = self.environment.clone();
        let (mut commits, mut quarantine) = (0, None);
        for name in &names {
            let Some(stored) = self.peek(name)? else { continue };
            commits = u64::saturating_add(commits, stored.generation);
            match self.judge(name, &stored)? {
                Some(Quarantine::Moved) => {
                    environment = self.standing.environment_of(&stored.record);
                    quarantine = Some(Quarantine::Moved);
                }
                other => quarantine = quarantine.or(other),
            }
        }
        let grants = names.len() as u64;
        let folder = self.beside.folder();
        let spilled = folder.map_or(Ok(Vec::new()), |folder| names_in(folder, names.into_iter().map(Ok)))?;
        Ok(Info {
            path: PathBuf::from(&self.id),
            server: None,
            locks: self.beside.folder().map(Path::to_owned).unwrap_or_default(),
            anchor: self.standing.folder().map(Path::to_owned),
            schema: 1,
            id: self.id.clone(),
            environment,
            here: self.environment.clone(),
            quarantine,
            commits,
            grants,
            spilled,
        })
    }
}

impl Store for HostStore {
    type Lock = HostLock;

    fn lease(&self) -> Option<Duration> {
        Some(self.lease)
    }

    fn locks_are_intents(&self) -> bool {
        true
    }

    fn examine(&self, name: &str, stored: &Stored) -> Result<(), Error> {
        self.judge(name, stored)?.map_or(Ok(()), |why| Err(Keeping::Quarantined { why }.into()))
    }

    /// Of a record that was moved or copied here nothing is given out that its key could open.
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        let stored = self.peek(name)?;
        if let Some(stored) = &stored {
            if self.standing.is_elsewhere_s(&stored.record) {
                return Err(Keeping::Quarantined { why: Quarantine::Moved }.into());
            }
            self.standing.raise(name, stored);
        }
        Ok(stored)
    }

    fn load_foreign(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.peek(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.records.acquire(name, generation, revision, record)
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        let is_written = self.records.commit(name, generation, record)?;
        if is_written {
            self.standing.raise(name, &Stored { generation: generation + 1, revision: 0, record: record.to_owned() });
        }
        Ok(is_written)
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.records.add(name, record)
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        let is_removed = self.records.remove(name, generation)?;
        self.standing.forget(name);
        Ok(is_removed)
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.records.rename(name, generation, new_name, record)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = self.records.names()?;
        names.sort_unstable();
        Ok(names)
    }

    /// It is always taken: whose it is stands in the record.
    fn lock(&self, name: &str, _: &str) -> Result<Lock<Self::Lock>, Error> {
        self.here(|| self.beside.reserve(name).map(|()| None))?;
        Ok(Lock::Taken(HostLock(())))
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        self.here(|| self.beside.keep(name, record).map(|()| None)).map(drop)
    }

    fn spilled(&self, name: &str) -> Result<Option<String>, Error> {
        self.here(|| self.beside.kept(name))
    }

    fn forget_spilled(&self, name: &str) -> Result<(), Error> {
        self.here(|| self.beside.forget(name).map(|()| None)).map(drop)
    }

    /// There is none.
    fn note(&self, _: &str, _: &Happening) -> Result<(), Error> {
        Ok(())
    }

    /// There is none.
    fn history(&self, _: &str, _: usize) -> Result<Vec<Happening>, Error> {
        Ok(Vec::new())
    }
}
