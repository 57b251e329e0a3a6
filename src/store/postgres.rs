//! A store in a PostgreSQL database, for programs on several hosts.

mod address;
mod connection;
mod counters;
mod folder;
mod keep;
mod lease;
mod passfile;
mod schema;
mod shared;
mod socket;
mod tls;
mod witness;

pub use lease::Lease;

use super::anchor::{self, Anchor};
use super::beside::Beside;
use super::process::Call;
use super::spill;
use super::sqlite::{Info, Options};
use crate::error::{Error, Keeping, Quarantine};
use crate::grant::pages::{self, Pages};
use crate::grant::store::{Lock, Store, Stored};
use address::Address;
use connection::{Connection, Failure};
use counters::Commits;
use schema::{Meta, Standing};
use shared::Shared;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// What is noted of a quarantine.
const MOVED: u8 = 1;
const RESTORED: u8 = 2;
/// The most records that are held at once.
const PAGE: usize = 256;
/// How long a lease lasts: two requests of one call, each with its deadline and margin, and what is between.
const LEASE: Duration = Duration::from_secs(75);
/// How long a change of keys waits for whoever renews a grant: longer than a lease lasts.
const PATIENCE: Duration = Duration::from_secs(90);

/// A store in a PostgreSQL database.
///
/// Threads and processes, on any number of hosts, may use it at the same time. It holds a few connections while none is in
/// use; a child of `fork()` makes its own. No thread is left of a call.
pub struct Postgres {
    shared: Arc<Shared>,
    meta: Meta,
    /// What the host gave for an environment, and what is one with it.
    given: Option<String>,
    environment: String,
    anchor: Option<Anchor>,
    /// Where lies what the database did not take.
    beside: Beside,
    lease: Duration,
    /// What was found last; see [`Self::allow`].
    quarantine: AtomicU8,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("store", &self.shared).finish_non_exhaustive()
    }
}

impl Postgres {
    /// Makes a store in a database that has none, whole or not at all, and opens it. The role must be allowed to make tables.
    ///
    /// # Errors
    /// [`Keeping::DatabaseHasStore`]; those of [`open`](Self::open).
    pub fn create(url: &str, options: &Options) -> Result<Self, Error> {
        let shared = Shared::new(Address::read(url)?);
        let call = Call::begin()?;
        let store = shared.address.to_string();
        shared.with(&call, |connection| schema::create(connection, options.environment.as_deref(), &store))?;
        Self::of(shared, &call, options)
    }

    /// Opens a store. One of an older schema is brought up to date, for which the role must own the tables.
    ///
    /// A store that is a copy, or that has lost commits, opens as well; see [`quarantine`](Self::quarantine).
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`], [`Keeping::BadStoreParameter`]; why the server is not reached; [`Keeping::NoStore`],
    /// [`Keeping::NewerStore`], [`Keeping::UnsafeServer`].
    pub fn open(url: &str, options: &Options) -> Result<Self, Error> {
        Self::of(Shared::new(Address::read(url)?), &Call::begin()?, options)
    }

    fn of(shared: Shared, call: &Call, options: &Options) -> Result<Self, Error> {
        let given = options.environment.clone();
        let store = shared.address.to_string();
        let (meta, standing) = shared.with(call, |connection| {
            schema::migrate(connection, &store)?;
            let meta = Meta::read(connection, &store)?;
            Ok((meta, Standing::read(connection, given.as_deref())?))
        })?;
        let environment = standing.here;
        let anchor = options
            .anchors
            .clone()
            .or_else(anchor::folder)
            .map(|folder| Anchor::new(&folder, &meta.id, &environment, &meta.secret));
        let beside = Beside::new(options.beside.as_deref(), &meta.id);
        let (lease, quarantine) = (options.lease.unwrap_or(LEASE), AtomicU8::new(0));
        let store = Self { shared: Arc::new(shared), meta, given, environment, anchor, beside, lease, quarantine };
        store.examine(call)?;
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

    /// Where it is, without user and password.
    #[must_use]
    pub fn shown(&self) -> String {
        self.shared.address.to_string()
    }

    /// Why nothing is written to the store, and no lock given, until somebody [`adopt`](Self::adopt)s it; None where all is
    /// well.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn quarantine(&self) -> Result<Option<Quarantine>, Error> {
        self.examine(&Call::begin()?)
    }

    /// Makes this store the one to go on with, as [`Sqlite::adopt`](super::Sqlite::adopt) does.
    ///
    /// # Errors
    /// Those of `reseal`, after which nothing has changed; where the store cannot be written.
    pub fn adopt(
        &self,
        mut reseal: impl FnMut(&str, &str, &str) -> Result<Option<String>, Error>,
    ) -> Result<usize, Error> {
        let call = Call::begin()?;
        let known = self.known();
        let (count, commits) = self.shared.with(&call, |connection| {
            connection.transaction(|connection| {
                schema::require_durability(connection)?;
                // Nobody commits meanwhile.
                connection.run("LOCK TABLE osign_grants IN SHARE ROW EXCLUSIVE MODE")?;
                let standing = Standing::read(connection, self.given.as_deref())?;
                if self.judge(&standing, &known).is_none() {
                    return Ok((0, standing.commits));
                }
                let mut count = 0;
                each_page(connection, |connection, name, stored| {
                    let Some(record) = reseal(name, &stored.record, &standing.environment)? else { return Ok(()) };
                    count += 1;
                    let sql = "UPDATE osign_grants SET record = $2, revision = revision + 1 WHERE name = $1";
                    connection.query(sql, &[name, &record]).map(drop)
                })?;
                // What lies beside is sealed before the commit: behind it nobody would know where it was sealed for.
                each_page(connection, |_, name, _| {
                    Ok(self.beside.reseal(name, |record| reseal(name, record, &standing.environment))?)
                })?;
                let commits = standing.commits.adopted(&known);
                for (part, commits) in commits.parts() {
                    let (part, commits) = (part.to_string(), commits.to_string());
                    let sql = "UPDATE osign_counters SET commits = $2::bigint WHERE part = $1::integer";
                    match part.as_str() {
                        "0" => connection.query(
                            "UPDATE osign_meta SET environment = $1, commits = $2::bigint, restored = false",
                            &[&self.environment, &commits],
                        )?,
                        _ => connection.query(sql, &[&part, &commits])?,
                    };
                }
                Ok((count, commits))
            })
        })?;
        self.quarantine.store(0, Ordering::Release);
        self.raise_all(&commits, &known);
        Ok(count)
    }

    /// Seals records again, as [`Sqlite::rekey`](super::Sqlite::rekey) does.
    ///
    /// # Errors
    /// Those of `reseal`; where the store cannot be written; [`Keeping::Busy`].
    pub fn rekey(&self, mut reseal: impl FnMut(&str, &str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
        let call = Call::begin()?;
        let mut count = 0;
        loop {
            self.allow(&call)?;
            let mut changed = 0;
            for found in Pages::new(|after: &str, most| self.peek_after(after, most), |(name, _): &(String, _)| name) {
                let (name, stored) = &found?;
                if reseal(name, &stored.record)?.is_none() && self.spilled(name)?.is_none() {
                    continue;
                }
                // Whoever renews it now has opened it with the old key, and would commit with that once this has ended.
                let _lock = self.wait_for_lock(name)?;
                let Some(stored) = self.load(name)? else { continue };
                if let Some(record) = reseal(name, &stored.record)? {
                    changed += 1;
                    count += usize::from(self.replace(&call, name, stored.generation, stored.revision, &record)?);
                }
                self.beside.reseal(name, |record| reseal(name, record))?;
            }
            if changed == 0 {
                return Ok(count);
            }
        }
    }

    /// What there is to know, for people.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn info(&self) -> Result<Info, Error> {
        let call = Call::begin()?;
        let quarantine = self.examine(&call)?;
        let (standing, grants) = self.shared.with(&call, |connection| {
            Ok((Standing::read(connection, self.given.as_deref())?, keep::count(connection)?))
        })?;
        let spilled = match self.beside.folder() {
            Some(folder) => spill::names_in(folder, pages::names(self))?,
            None => Vec::new(),
        };
        Ok(Info {
            path: PathBuf::from(self.shared.address.to_string()),
            server: Some((self.shared.address.servers(), self.shared.address.database.clone())),
            locks: self.beside.folder().map(Path::to_owned).unwrap_or_default(),
            anchor: self.anchor.as_ref().map(|anchor| anchor.path().to_owned()),
            schema: schema::known(),
            id: self.meta.id.clone(),
            environment: standing.environment,
            here: standing.here,
            quarantine,
            commits: standing.commits.sum(),
            grants,
            spilled,
        })
    }

    /// The lock of a grant, whose owner has the time to come to an end.
    fn wait_for_lock(&self, name: &str) -> Result<Lease, Error> {
        let begun = Instant::now();
        loop {
            match self.lock(name, "a change of keys")? {
                Lock::Taken(lock) => return Ok(lock),
                Lock::Held(_) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(50)),
                Lock::Held(holder) => return Err(Keeping::Busy { name: name.to_owned(), holder }.into()),
            }
        }
    }

    /// Looks whether the store is one of two. The anchor is read first: others may commit meanwhile, and then raise it.
    ///
    /// # Errors
    /// [`Keeping::UnsafeServer`]; where the store cannot be read.
    fn examine(&self, call: &Call) -> Result<Option<Quarantine>, Error> {
        let known = self.known();
        let (standing, found) = self.shared.with(call, |connection| {
            let standing = Standing::read(connection, self.given.as_deref())?;
            let found = self.judge(&standing, &known);
            if found == Some(Quarantine::Restored) && !standing.restored {
                self.tell_others(connection);
            }
            Ok((standing, found))
        })?;
        if !standing.is_durable {
            return Err(Keeping::UnsafeServer { store: self.shared.address.to_string() }.into());
        }
        let code = match found {
            // What other hosts have committed is known here from now on.
            None => {
                self.raise_all(&standing.commits, &known);
                0
            }
            Some(Quarantine::Moved) => MOVED,
            Some(Quarantine::Restored) => RESTORED,
        };
        self.quarantine.store(code, Ordering::Release);
        Ok(found)
    }

    fn judge(&self, standing: &Standing, known: &Commits) -> Option<Quarantine> {
        if standing.environment != standing.here {
            Some(Quarantine::Moved)
        } else if standing.restored || standing.commits.are_behind(known) {
            Some(Quarantine::Restored)
        } else {
            None
        }
    }

    /// Other hosts have not seen what this one has. Where it cannot be written, they are as well off as without.
    fn tell_others(&self, connection: &mut Connection) {
        let _: Result<_, Failure> = connection.query("UPDATE osign_meta SET restored = true", &[]);
    }

    /// Whether the store may be written to. What was found at opening holds, and what was found at the last lock; only a
    /// quarantine is looked at again, since somebody may have lifted it.
    fn allow(&self, call: &Call) -> Result<(), Error> {
        if self.quarantine.load(Ordering::Acquire) == 0 { Ok(()) } else { self.examine_strictly(call) }
    }

    /// Whether records may be given out: not those of a store that was moved or copied.
    fn allow_reading(&self) -> Result<(), Error> {
        let is_moved = self.quarantine.load(Ordering::Acquire) == MOVED;
        match is_moved && self.examine(&Call::begin()?)? == Some(Quarantine::Moved) {
            true => Err(Keeping::Quarantined { why: Quarantine::Moved }.into()),
            false => Ok(()),
        }
    }

    fn examine_strictly(&self, call: &Call) -> Result<(), Error> {
        self.examine(call)?.map_or(Ok(()), |why| Err(Keeping::Quarantined { why }.into()))
    }

    /// What this host knows of how many commits there were.
    fn known(&self) -> Commits {
        Commits::known(self.anchor.as_ref().map_or_else(Vec::new, |anchor| anchor.parts(1 + counters::PARTS)))
    }

    /// Notes what a commit told.
    fn raise(&self, told: u64) {
        if let Some(anchor) = &self.anchor {
            let (part, commits) = counters::told(told);
            anchor.raise_part(part, commits);
        }
    }

    /// Notes what is more than was known.
    fn raise_all(&self, commits: &Commits, known: &Commits) {
        let Some(anchor) = &self.anchor else { return };
        for ((part, commits), (_, known)) in commits.parts().zip(known.parts()) {
            if commits > known {
                anchor.raise_part(part, commits);
            }
        }
    }
}

/// Does something with each record in a transaction, a page at a time.
fn each_page(
    connection: &mut Connection,
    mut work: impl FnMut(&mut Connection, &str, &Stored) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let page = keep::records_after(connection, &after, PAGE)?;
        for (name, stored) in &page {
            work(connection, name, stored)?;
        }
        match page.into_iter().nth(PAGE - 1) {
            Some((last, _)) => after = last,
            None => return Ok(()),
        }
    }
}
