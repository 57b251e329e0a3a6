//! A store of any kind, chosen by its URL.

use super::sqlite::{Info, Options, Sqlite};
use super::{GrantLock, HostLock, HostStore};
#[cfg(feature = "postgres")]
use super::{Lease, Postgres};
use crate::error::{Error, Keeping, Quarantine, StoreKinds};
use crate::grant::pages::Pages;
use crate::grant::store::{Happening, Lock, Store, Stored};
use std::path::Path;
use std::time::Duration;

/// A store of any kind.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyStore {
    /// `sqlite:PATH`.
    Sqlite(Sqlite),
    /// `postgresql://USER@HOST/DATABASE`; `postgres://` means the same.
    #[cfg(feature = "postgres")]
    Postgres(Postgres),
    /// A table of the host's own.
    Host(HostStore),
}

/// A lock of a store of any kind.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyLock {
    /// It dies with its process.
    Sqlite(GrantLock),
    /// It ends by time.
    #[cfg(feature = "postgres")]
    Postgres(Lease),
    /// It is an intent in the record.
    Host(HostLock),
}

/// What a URL says of the kind of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind<'a> {
    /// The path of a file of this machine.
    Sqlite(&'a Path),
    /// The whole URL.
    #[cfg(feature = "postgres")]
    Postgres(&'a str),
}

impl<'a> Kind<'a> {
    /// Of a URL.
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`].
    pub fn of(url: &'a str) -> Result<Self, Error> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(Path::new(path))),
            #[cfg(feature = "postgres")]
            Some(("postgresql" | "postgres", _)) => Ok(Self::Postgres(url)),
            _ => Err(bad_url()),
        }
    }
}

/// What is said of a URL of another kind: what this build can open.
pub(super) fn bad_url() -> Error {
    let kinds = if cfg!(feature = "postgres") { StoreKinds::FileOrServer } else { StoreKinds::File };
    Keeping::BadStoreUrl { kinds }.into()
}

/// The same call of whichever it is.
macro_rules! each {
    ($store:expr, $name:ident => $call:expr) => {
        match $store {
            AnyStore::Sqlite($name) => $call,
            #[cfg(feature = "postgres")]
            AnyStore::Postgres($name) => $call,
            AnyStore::Host($name) => $call,
        }
    };
}

impl AnyStore {
    /// Opens the store at a URL.
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`]; those of [`Sqlite::open`], or of the server.
    pub fn open(url: &str, options: &Options) -> Result<Self, Error> {
        match Kind::of(url)? {
            Kind::Sqlite(path) => Sqlite::open(path, options).map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Kind::Postgres(url) => Postgres::open(url, options).map(Self::Postgres),
        }
    }

    /// Makes a store where none is, and opens it.
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`]; those of [`Sqlite::create`], or of the server.
    pub fn create(url: &str, options: &Options) -> Result<Self, Error> {
        match Kind::of(url)? {
            Kind::Sqlite(path) => Sqlite::create(path, options).map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Kind::Postgres(url) => Postgres::create(url, options).map(Self::Postgres),
        }
    }

    /// The store's id, which every record is bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        each!(self, store => store.id())
    }

    /// The environment that the store is in, which every record is bound to.
    #[must_use]
    pub fn environment(&self) -> &str {
        each!(self, store => store.environment())
    }

    /// What a passphrase is mixed with to make this store's key.
    #[must_use]
    pub fn salt(&self) -> &[u8; 16] {
        each!(self, store => store.salt())
    }

    /// Where it is, as messages say it: no user, and no password.
    #[must_use]
    pub fn shown(&self) -> String {
        each!(self, store => store.shown())
    }

    /// How this process is named to others that use the store: where they may be on other hosts, with this one's name.
    #[must_use]
    pub fn owner(&self) -> String {
        let process = format!("process {}", std::process::id());
        match self {
            Self::Sqlite(_) => process,
            _ => host().map_or_else(|| process.clone(), |host| format!("{process} on {host}")),
        }
    }

    /// Why nothing is written to the store; see [`Sqlite::quarantine`].
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        each!(self, store => store.quarantine())
    }

    /// Makes this store the one to go on with; see [`Sqlite::adopt`].
    ///
    /// # Errors
    /// Those of `reseal`; where the store cannot be written.
    pub fn adopt(&self, reseal: impl FnMut(&str, &str, &str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
        each!(self, store => store.adopt(reseal))
    }

    /// Seals records again; see [`Sqlite::rekey`].
    ///
    /// # Errors
    /// Those of `reseal`; where the store cannot be written.
    pub fn rekey(&self, reseal: impl FnMut(&str, &str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
        each!(self, store => store.rekey(reseal))
    }

    /// What there is to know, for people.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn info(&self) -> Result<Info, Error> {
        each!(self, store => store.info())
    }

    /// The record of a name, also while the store is quarantined.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn peek(&self, name: &str) -> Result<Option<Stored>, Error> {
        each!(self, store => store.peek(name))
    }

    /// The records of all names, sorted, as [`peek`](Self::peek) tells them. Of a store that osign keeps, in memory that does not
    /// grow with their number: it is read a page at a time.
    pub fn records(&self) -> Box<dyn Iterator<Item = Result<(String, Stored), Error>> + '_> {
        fn name<T>((name, _): &(String, T)) -> &str {
            name
        }
        match self {
            Self::Sqlite(store) => Box::new(Pages::new(|after: &str, most| store.peek_after(after, most), name)),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => Box::new(Pages::new(|after: &str, most| store.peek_after(after, most), name)),
            Self::Host(store) => match store.names() {
                Ok(names) => Box::new(names.into_iter().filter_map(|name| {
                    let stored = store.peek(&name).transpose()?;
                    Some(stored.map(|stored| (name, stored)))
                })),
                Err(error) => Box::new(std::iter::once(Err(error))),
            },
        }
    }

    /// Copies a store in a file; a server's is copied by its own tools.
    ///
    /// # Errors
    /// [`Keeping::ServerBackup`]; those of [`Sqlite::backup`].
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        match self {
            Self::Sqlite(store) => store.backup(to),
            _ => Err(Keeping::ServerBackup.into()),
        }
    }
}

impl Store for AnyStore {
    type Lock = AnyLock;

    fn lease(&self) -> Option<Duration> {
        each!(self, store => store.lease())
    }

    fn locks_are_intents(&self) -> bool {
        each!(self, store => store.locks_are_intents())
    }

    fn examine(&self, name: &str, stored: &Stored) -> Result<(), Error> {
        each!(self, store => store.examine(name, stored))
    }

    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        each!(self, store => store.load(name))
    }

    fn load_foreign(&self, name: &str) -> Result<Option<Stored>, Error> {
        each!(self, store => store.load_foreign(name))
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        each!(self, store => store.acquire(name, generation, revision, record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        each!(self, store => store.commit(name, generation, record))
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        each!(self, store => store.add(name, record))
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        each!(self, store => store.remove(name, generation))
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        each!(self, store => store.rename(name, generation, new_name, record))
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        each!(self, store => store.names())
    }

    fn names_after(&self, name: &str, most: usize) -> Result<Vec<String>, Error> {
        each!(self, store => store.names_after(name, most))
    }

    fn lock(&self, name: &str, owner: &str) -> Result<Lock<Self::Lock>, Error> {
        fn any<L>(lock: Lock<L>, wrap: impl FnOnce(L) -> AnyLock) -> Lock<AnyLock> {
            match lock {
                Lock::Taken(lock) => Lock::Taken(wrap(lock)),
                Lock::Held(holder) => Lock::Held(holder),
            }
        }
        match self {
            Self::Sqlite(store) => store.lock(name, owner).map(|lock| any(lock, AnyLock::Sqlite)),
            #[cfg(feature = "postgres")]
            Self::Postgres(store) => store.lock(name, owner).map(|lock| any(lock, AnyLock::Postgres)),
            Self::Host(store) => store.lock(name, owner).map(|lock| any(lock, AnyLock::Host)),
        }
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        each!(self, store => store.spill(name, record))
    }

    fn spilled(&self, name: &str) -> Result<Option<String>, Error> {
        each!(self, store => store.spilled(name))
    }

    fn forget_spilled(&self, name: &str) -> Result<(), Error> {
        each!(self, store => store.forget_spilled(name))
    }

    fn note(&self, name: &str, happening: &Happening) -> Result<(), Error> {
        each!(self, store => store.note(name, happening))
    }

    fn history(&self, name: &str, most: usize) -> Result<Vec<Happening>, Error> {
        each!(self, store => store.history(name, most))
    }
}

/// The name of this host, if it says one.
#[cfg(unix)]
fn host() -> Option<String> {
    let name = rustix::system::uname().nodename().to_str().ok()?.to_owned();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(not(unix))]
fn host() -> Option<String> {
    std::env::var("COMPUTERNAME").ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_another_kind_it_is_said_what_this_build_can_open() {
        for url in ["", "sqlite:", "mysql://db/grants", "grants.sqlite"] {
            let error = Kind::of(url).unwrap_err();
            let (english, russian) = (error.to_string(), crate::language::russian(&error));
            assert!(english.contains("sqlite:PATH") && russian.contains("sqlite:ПУТЬ"), "{english}");
            for said in [english.as_str(), &russian] {
                assert_eq!(said.contains("postgresql://"), cfg!(feature = "postgres"), "{said}");
            }
        }
        assert_eq!(Kind::of("postgresql://db/grants").is_ok(), cfg!(feature = "postgres"));
    }
}
