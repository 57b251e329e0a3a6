//! A store in a SQLite database.

mod connection;
mod keep;
mod lock;
mod reseal;
mod schema;
mod shared;

pub use lock::GrantLock;

use super::anchor::{self, Anchor};
use super::environment::environment;
use super::place::{self, failure, shown};
use super::process::Call;
use super::spill::{self, Spill, sync_folder};
use super::{file_name, hexadecimal, make_private_folder, private_file};
use crate::error::{Error, Keeping, Quarantine};
use crate::grant::pages;
use crate::system;
use connection::Failure;
use rusqlite::Connection;
use schema::{Meta, Standing};
use shared::Shared;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// What is noted of a quarantine.
const MOVED: u8 = 1;
const RESTORED: u8 = 2;

/// How a store is opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// A text that tells this environment from others, such as that of an infobase; else the machine and the path do.
    pub environment: Option<String>,
    /// The folder of anchors; else `OSIGN_ANCHORS`, or the user's folder for what programs remember.
    pub anchors: Option<PathBuf>,
    /// The folder for what a server did not take; else the user's folder of data. SQLite has it beside its file.
    pub beside: Option<PathBuf>,
    /// How long a lock lasts at a server, instead of what two requests take; for tests.
    pub lease: Option<Duration>,
}

/// A store in a SQLite database of this machine.
///
/// Threads and processes may use it at the same time. It holds a few connections while none is in use; a child of `fork()`
/// makes its own. Dropping it closes them.
pub struct Sqlite {
    shared: Arc<Shared>,
    meta: Meta,
    environment: String,
    anchor: Option<Anchor>,
    /// What was found last; see [`Self::allow`].
    quarantine: AtomicU8,
}

/// What there is to know of a store, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The database; of a server, its URL without user and password.
    pub path: PathBuf,
    /// The server and the database there, where it is one.
    pub server: Option<(String, String)>,
    /// The folder of locks, and of what the database did not take; of a server, the latter alone.
    pub locks: PathBuf,
    /// The anchor, if anybody knows a place for it.
    pub anchor: Option<PathBuf>,
    /// The version of the schema.
    pub schema: u32,
    /// The store's id.
    pub id: String,
    /// The environment that it belongs to.
    pub environment: String,
    /// The environment that it is in.
    pub here: String,
    /// Why nothing is written to it, if so.
    pub quarantine: Option<Quarantine>,
    /// How many commits there were.
    pub commits: u64,
    /// How many grants there are.
    pub grants: u64,
    /// The grants of which a newer record lies beside the database.
    pub spilled: Vec<String>,
}

impl Info {
    /// The file beside the store that has a newer record of a grant, where there is one.
    #[must_use]
    pub fn spilled_file(&self, grant: &str) -> PathBuf {
        spill::file(&self.locks, grant)
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("path", &self.shared.path()).finish_non_exhaustive()
    }
}

impl Sqlite {
    /// Makes a store where nothing is, whole or not at all, and opens it.
    ///
    /// # Errors
    /// [`Keeping::StoreExists`]; a reason why none can be at that path.
    pub fn create(path: &Path, options: &Options) -> Result<Self, Error> {
        let settled = place::settle(path)?;
        if fs::symlink_metadata(&settled).is_ok() {
            place::inspect(&settled)?;
            return Err(Keeping::StoreExists { path: shown(path) }.into());
        }
        // SQLite would take what another store's log holds for this one's.
        for end in ["-wal", "-journal"] {
            let left = beside(&settled, end);
            if fs::symlink_metadata(&left).is_ok() {
                return Err(Keeping::StoreExists { path: shown(&left) }.into());
            }
        }
        let environment = environment(options.environment.as_deref(), &settled);
        put_in_place(&settled, |beside| schema::create(beside, &environment))?;
        Self::open(path, options)
    }

    /// Opens a store. One of an older schema is brought up to date.
    ///
    /// A store that is a copy, or was restored, opens as well; see [`quarantine`](Self::quarantine).
    ///
    /// # Errors
    /// [`Keeping::NoStore`]; a reason why none can be at that path; [`Keeping::ForeignFile`], [`Keeping::NewerStore`],
    /// [`Keeping::DamagedStore`], [`Keeping::ReadOnlyStore`]. Nothing is overwritten.
    pub fn open(path: &Path, options: &Options) -> Result<Self, Error> {
        let path = place::settle(path)?;
        let found = place::inspect(&path)?;
        let call = Call::begin()?;
        let shared = Shared::of(&call, &path, &found)?;
        let meta = shared.with(&call, |connection| {
            schema::migrate(connection)?;
            Meta::read(connection)
        })?;
        let environment = environment(options.environment.as_deref(), &path);
        let anchor = options
            .anchors
            .clone()
            .or_else(anchor::folder)
            .map(|folder| Anchor::new(&folder, &meta.id, &environment, &meta.secret));
        let store = Self { shared, meta, environment, anchor, quarantine: AtomicU8::new(0) };
        store.shared.with(&call, |connection| store.examine(connection).map(drop))?;
        Ok(store)
    }

    /// The store's id, which every record is bound to.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.meta.id
    }

    /// The environment that the store is in, which every record is bound to.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// What a passphrase is mixed with to make this store's key.
    #[must_use]
    pub fn salt(&self) -> &[u8; 16] {
        &self.meta.salt
    }

    /// Its path.
    #[must_use]
    pub fn shown(&self) -> String {
        shown(self.shared.path())
    }

    /// Why nothing is written to the store, and no lock given, until somebody [`adopt`](Self::adopt)s it; None where all is
    /// well.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        let call = Call::begin()?;
        self.shared.with(&call, |connection| self.examine(connection))
    }

    /// What there is to know, for people.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn info(&self) -> Result<Info, Error> {
        let call = Call::begin()?;
        let (quarantine, schema, standing, grants) = self.shared.with(&call, |connection| {
            let grants = keep::count(connection)?;
            Ok((self.examine(connection)?, schema::version(connection)?, Standing::read(connection)?, grants))
        })?;
        let spilled = spill::names_in(&self.folder(), pages::names(self))?;
        Ok(Info {
            path: self.shared.path().to_owned(),
            server: None,
            locks: self.folder(),
            anchor: self.anchor.as_ref().map(|anchor| anchor.path().to_owned()),
            schema,
            id: self.meta.id.clone(),
            environment: standing.environment,
            here: self.environment.clone(),
            quarantine,
            commits: standing.commits,
            grants,
            spilled,
        })
    }

    /// Makes a copy, whole or not at all, as it is at one moment while others write. It is quarantined wherever it is opened
    /// but at this path.
    ///
    /// # Errors
    /// [`Keeping::StoreExists`]; where the copy cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        let settled = place::settle(to)?;
        if fs::symlink_metadata(&settled).is_ok() {
            return Err(Keeping::StoreExists { path: shown(to) }.into());
        }
        let call = Call::begin()?;
        self.shared.with(&call, |connection| {
            put_in_place(&settled, |beside| connection::copy(connection, beside)).map_err(Failure::from)
        })
    }

    /// The folder beside the database.
    fn folder(&self) -> PathBuf {
        beside(self.shared.path(), "-locks")
    }

    /// The same, and it is there.
    fn made_folder(&self) -> Result<PathBuf, Error> {
        let folder = self.folder();
        match make_private_folder(&folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failure(self.shared.path(), &error)),
            _ => place::inspect_folder(&folder).map(|()| folder),
        }
    }

    fn spill_of(&self, name: &str) -> Spill {
        Spill::new(&self.folder(), &file_name(name))
    }

    /// Looks whether the store is one of two. The anchor is read first: others may commit meanwhile, and then raise it.
    fn examine(&self, connection: &Connection) -> Result<Option<Quarantine>, Failure> {
        let known = self.anchor.as_ref().and_then(Anchor::commits).unwrap_or(0);
        let standing = Standing::read(connection)?;
        let found = if standing.environment != self.environment {
            Some(Quarantine::Moved)
        } else if standing.commits < known || !standing.adds_up {
            Some(Quarantine::Restored)
        } else {
            None
        };
        let code = match found {
            None => 0,
            Some(Quarantine::Moved) => MOVED,
            Some(Quarantine::Restored) => RESTORED,
        };
        self.quarantine.store(code, Ordering::Release);
        Ok(found)
    }

    /// Whether the store may be written to. What was found at opening holds, and what was found at the last lock; only a
    /// quarantine is looked at again, since somebody may have lifted it.
    fn allow(&self, connection: &Connection) -> Result<(), Failure> {
        if self.quarantine.load(Ordering::Acquire) == 0 {
            return Ok(());
        }
        self.examine_strictly(connection)
    }

    /// Whether records may be given out: not those of a store that was moved or copied.
    fn allow_reading(&self, connection: &Connection) -> Result<(), Failure> {
        if self.quarantine.load(Ordering::Acquire) == MOVED && self.examine(connection)? == Some(Quarantine::Moved) {
            return Err(Error::from(Keeping::Quarantined { why: Quarantine::Moved }).into());
        }
        Ok(())
    }

    fn examine_strictly(&self, connection: &Connection) -> Result<(), Failure> {
        match self.examine(connection)? {
            Some(why) => Err(Error::from(Keeping::Quarantined { why }).into()),
            None => Ok(()),
        }
    }

    fn raise(&self, commits: u64) {
        if let Some(anchor) = &self.anchor {
            anchor.raise(commits);
        }
    }
}

/// A path that begins as another does.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Makes a file under a name of its own, for this user alone, and gives it its name once it is whole and durable.
fn put_in_place(path: &Path, make: impl FnOnce(&Path) -> Result<(), Failure>) -> Result<(), Error> {
    let new = beside(path, &format!(".new-{}", hexadecimal(&system::seed()?[..8])));
    let result =
        private_file().create_new(true).open(&new).map(drop).map_err(|error| failure(path, &error)).and_then(|()| {
            make(&new).map_err(|error| error.of(path))?;
            // A link takes no name that is taken. Where there are no links, nobody else can be so quick.
            let placed = fs::hard_link(&new, path).or_else(|error| match error.kind() {
                ErrorKind::AlreadyExists => Err(error),
                _ if fs::symlink_metadata(path).is_ok() => Err(ErrorKind::AlreadyExists.into()),
                _ => fs::rename(&new, path),
            });
            match placed.and_then(|()| sync_folder(path)) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    Err(Keeping::StoreExists { path: shown(path) }.into())
                }
                placed => placed.map_err(|error| failure(path, &error)),
            }
        });
    for end in ["", "-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(&new, end));
    }
    result
}
