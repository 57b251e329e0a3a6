//! A store that is opened with its key, and all that keeps its grants: this process's clock, randomness and HTTP client.

use super::any::{AnyLock, AnyStore, Kind as StoreKind};
use super::host::{HostStore, Records};
use super::sqlite::Options as StoreOptions;
use super::world::{Once, World};
use crate::error::{Error, Keeping};
use crate::grant::access::{Consent, Token, Want};
use crate::grant::bundle::{self, Purpose};
use crate::grant::credential::authorized;
use crate::grant::keep::{Clock, Keeper, Progress, Run};
use crate::grant::key::{Key, Keys};
use crate::grant::record::{Kind, Status};
use crate::grant::report::{self, Finding};
use crate::grant::seal::{NONCE, Outside, Sealer, outside};
use crate::grant::service::Service;
use crate::grant::settings::NewGrant;
use crate::grant::store::{Happening, Store};
use crate::grant::{Grant, Kept, name};
use crate::http::client::{Client, Options as ClientOptions};
use crate::http::{Request, Sender, Sent, Trouble};
use crate::{oauth1, system};
use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long a call waits for other processes where nobody says, in milliseconds.
pub const PATIENCE: i64 = 30_000;

/// How long the token lives on that a request is sent with, where nobody says, in milliseconds.
pub const MARGIN: i64 = 30_000;

/// What opens the store.
#[derive(Clone, Copy)]
#[non_exhaustive]
#[allow(missing_debug_implementations, reason = "it is a secret")]
pub enum StoreKey<'a> {
    /// The line that `osign key new` writes, or 32 bytes.
    Key(&'a [u8]),
    /// A passphrase, of which Argon2id makes the key.
    Passphrase(&'a [u8]),
}

/// How a store is opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// A text that tells this environment from others; else the machine and the path do.
    pub environment: Option<String>,
    /// The folder of anchors; see [`StoreOptions`].
    pub anchors: Option<PathBuf>,
    /// The folder for what a store that is elsewhere did not take; see [`StoreOptions`].
    pub beside: Option<PathBuf>,
    /// How long a lock lasts that ends by time; for tests.
    pub lease: Option<Duration>,
    /// A PEM file of certificate authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
}

/// A store, opened. Any number of threads may use one at once; one a process is enough, and a child of `fork()` may go on
/// with its parent's.
pub struct OpenStore {
    store: AnyStore,
    sealer: Sealer,
    /// What a host sends by, in the place of the client that is built in.
    sender: Option<Arc<dyn Sender + Send + Sync>>,
    world: Arc<dyn World>,
    client: ClientOptions,
    /// Made when it is needed: most calls send nothing, and reading the system's certificates takes longer than all else.
    ///
    /// Nobody waits for the lock: a child could find it held for ever. Who does not get it makes a client of its own; and so does
    /// a child, since the client's cache of TLS sessions has a lock that waits. So the process that made it stands beside it.
    made: Mutex<Option<(u32, Client)>>,
}

impl std::fmt::Debug for OpenStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenStore").field("store", &self.store).finish_non_exhaustive()
    }
}

impl OpenStore {
    /// Opens the store at a URL, `sqlite:PATH` or `postgresql://USER@HOST/DATABASE`.
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`]; those of [`AnyStore::open`]; a key that is none.
    pub fn open(url: &str, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        Self::with(AnyStore::open(url, &options.of_store())?, key, options)
    }

    /// Makes a store where nothing is, and opens it.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Keeping::StoreExists`].
    pub fn create(url: &str, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        StoreKind::of(url)?;
        // Looked at before anything is made.
        match key {
            StoreKey::Key(bytes) => Key::read(bytes).map(drop)?,
            StoreKey::Passphrase(text) => Key::check_passphrase(text)?,
        }
        Self::with(AnyStore::create(url, &options.of_store())?, key, options)
    }

    fn with(store: AnyStore, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        let key = match key {
            StoreKey::Key(bytes) => Key::read(bytes)?,
            StoreKey::Passphrase(text) => Key::from_passphrase(text, store.salt())?,
        };
        let sealer = Sealer::new(Keys::new(key), store.id(), store.environment());
        let mut client = ClientOptions::default();
        client.ca_file.clone_from(&options.ca_file);
        Ok(Self { store, sealer, sender: None, world: Arc::new(System), client, made: Mutex::new(None) })
    }

    /// Opens the store at a URL, which is made where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create).
    pub fn open_or_create(url: &str, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        match Self::open(url, key, options) {
            Err(Error::Keeping(Keeping::NoStore { .. })) => match Self::create(url, key, options) {
                // Somebody else was quicker.
                Err(Error::Keeping(Keeping::StoreExists { .. })) => Self::open(url, key, options),
                created => created,
            },
            opened => opened,
        }
    }

    /// Opens a store in a table of the host's own, which `id` tells from others: an infobase, a tenant. It must stay the same,
    /// as every record is bound to it.
    ///
    /// # Errors
    /// [`Keeping::BadStoreId`]; a key that is none.
    pub fn hosted(id: &str, records: Arc<dyn Records>, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        Self::with(AnyStore::Host(HostStore::new(id, records, &options.of_store())?), key, options)
    }

    /// The same store of a host's, for which this stands in for rows, answers, time and randomness. None of another store.
    pub(super) fn over<All>(&self, all: &Arc<All>) -> Option<Self>
    where
        All: Records + Sender + World + Once + 'static,
    {
        let AnyStore::Host(store) = &self.store else { return None };
        Some(Self {
            store: AnyStore::Host(store.over(all.clone(), all.clone())),
            sealer: self.sealer.clone(),
            sender: Some(all.clone()),
            world: all.clone(),
            client: ClientOptions::default(),
            made: Mutex::new(None),
        })
    }

    /// The same store, whose requests a client of the host's sends, in the place of the one that is built in.
    #[must_use]
    pub fn with_sender(mut self, sender: Arc<dyn Sender + Send + Sync>) -> Self {
        self.sender = Some(sender);
        self
    }

    /// A token that lives on for so many milliseconds; renewed where it must be, by the client that is built in.
    ///
    /// # Errors
    /// The 600 family.
    pub fn access_token(&self, name: &str, min_validity: i64, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.access_token(name, min_validity, patience))
    }

    /// A service turned the token of a generation down: the one that is good now.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn refused(&self, name: &str, generation: u64, http_status: u16, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.refused(name, generation, http_status, patience))
    }

    /// A request of the service's API as it must be sent under a grant of whatever kind, and the generation of its token.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token); a method or a content type that is none, and a URL that the credential may not be
    /// sent to, before one is had.
    pub fn authorize(
        &self,
        name: &str,
        method: &str,
        url: &str,
        body: Option<(&str, &[u8])>,
        min_validity: i64,
        patience: i64,
    ) -> Result<(Request, u64), Error> {
        oauth1::Request::new(method, url).check()?;
        if let Some((content_type, _)) = body {
            oauth1::Request::check_content_type(content_type)?;
        }
        let grant = self.grant(name)?;
        // A place that the token must not go to is refused before one is had. A login may tell the account, and so the place.
        if !matches!(grant.state.status, Status::New) {
            authorized(&grant, &Token::nobody_s(), method, url)?;
        }
        let (token, grant) = self
            .keep(|keeper| keeper.with_grant(name, patience, || keeper.access_token(name, min_validity, patience)))?;
        let mut request = authorized(&grant, &token, method, url)?;
        if let Some((content_type, body)) = body {
            request.set_body(content_type, body);
        }
        Ok((request, token.generation))
    }

    /// Whether an answer of the service's API means that the token has ended: what [`refused`](Self::refused) is to be told of.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_expired(&self, name: &str, http_status: u16, body: Option<&[u8]>) -> Result<bool, Error> {
        let grant = self.grant(name)?;
        // Nobody can renew a static key.
        Ok(grant.settings.kind != Kind::Static && Service::of(&grant)?.profile().is_expired(http_status, body))
    }

    /// Begins a login: the address where a person agrees.
    ///
    /// # Errors
    /// What the store or the profile says.
    pub fn begin_login(&self, name: &str, account: Option<&str>) -> Result<String, Error> {
        self.keep(|keeper| keeper.begin_login(name, account))
    }

    /// Ends a login with the URL that the browser came to, or its query.
    ///
    /// # Errors
    /// As [`Keeper::finish_login`].
    pub fn finish_login(&self, name: &str, callback: &str, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.finish_login(name, callback, patience))
    }

    /// Exchanges a code that was had in another way.
    ///
    /// # Errors
    /// As [`Keeper::exchange`]; an account that the profile does not allow.
    pub fn exchange(&self, name: &str, code: &str, account: Option<&str>, patience: i64) -> Result<Token, Error> {
        let grant = self.grant(name)?;
        let account = account.map(|account| Service::of(&grant)?.profile().account(Some(account))).transpose()?;
        let consent = Consent { code: Kept::new(code), account, kept: Vec::new() };
        self.keep(|keeper| keeper.exchange(name, consent, patience))
    }

    /// A token at once, or a run whose requests the caller sends: [`answer`](Self::answer) and [`wake`](Self::wake) go on.
    /// `refused` is a generation whose token a service turned down, and by which status.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn begin_refresh(
        &self,
        name: &str,
        min_validity: i64,
        refused: Option<(u64, u16)>,
        patience: i64,
    ) -> Result<Progress<AnyLock>, Error> {
        let patience = self.world.now().saturating_add(patience);
        self.keep_with(&Nobody, |keeper| keeper.begin(name, Want { min_validity, refused, patience, consent: None }))
    }

    /// The same for the code of a login.
    ///
    /// # Errors
    /// As [`finish_login`](Self::finish_login).
    pub fn begin_finish(&self, name: &str, callback: &str, patience: i64) -> Result<Progress<AnyLock>, Error> {
        self.keep_with(&Nobody, |keeper| keeper.begin_finish(name, callback, patience))
    }

    /// Goes on with what came of sending a run's request.
    #[must_use]
    pub fn answer(&self, run: Run<AnyLock>, sent: Sent) -> Progress<AnyLock> {
        self.go_on(|keeper| keeper.answer(run, sent))
    }

    /// Goes on after a run's wait.
    #[must_use]
    pub fn wake(&self, run: Run<AnyLock>) -> Progress<AnyLock> {
        self.go_on(|keeper| keeper.wake(run))
    }

    /// Adds a grant.
    ///
    /// # Errors
    /// Those of [`NewGrant::grant`]; [`Keeping::GrantExists`].
    pub fn add(&self, name: &str, grant: NewGrant) -> Result<(), Error> {
        let (grant, _) = grant.grant(name, self.world.now())?;
        self.keep(|keeper| keeper.add(&grant))
    }

    /// Puts a grant in the place of another of the name, or adds it. A new secret or address of the same client costs nobody a
    /// login.
    ///
    /// # Errors
    /// Those of [`NewGrant::grant`]; what the store says.
    pub fn replace(&self, name: &str, grant: NewGrant, patience: i64) -> Result<(), Error> {
        let (grant, _) = grant.grant(name, self.world.now())?;
        self.keep(|keeper| match keeper.replace(&grant, patience) {
            Err(Error::Keeping(Keeping::UnknownGrant { .. })) => keeper.add(&grant),
            result => result,
        })
    }

    /// All names, sorted.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        self.store.names()
    }

    /// What a grant shows of itself; see [`report::fields`].
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`]; a record that cannot be read.
    pub fn outside(&self, grant: &str) -> Result<Outside, Error> {
        name::check(grant)?;
        let stored = self.store.peek(grant)?.ok_or_else(|| unknown(grant))?;
        outside(grant, &stored.record)
    }

    /// What in the store and all its grants needs a person, or ends within so many milliseconds. A record that cannot be read is
    /// a finding.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn check(&self, warn: i64) -> Result<Vec<Finding>, Error> {
        let now = self.world.now();
        let info = self.store.info()?;
        let mut found = report::findings_of_store(info.quarantine, &info.spilled);
        for name in self.names()? {
            match self.outside(&name) {
                Ok(outside) => found.extend(report::findings(&outside, warn, now)),
                // Somebody removed it a moment ago.
                Err(Error::Keeping(Keeping::UnknownGrant { .. })) => {}
                Err(error) => found.push(report::damaged(&name, &error)),
            }
        }
        Ok(found)
    }

    /// The last lines of a grant's history, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, grant: &str, most: usize) -> Result<Vec<Happening>, Error> {
        name::check(grant)?;
        self.store.history(grant, most)
    }

    /// A grant as sealed text of its own, and the revision that it was made of. It goes on here until
    /// [`exported`](Self::exported) is told that the text is where it belongs.
    ///
    /// # Errors
    /// What the store says; a passphrase that is too short.
    pub fn export(&self, name: &str, purpose: Purpose, lock: bundle::Lock<'_>) -> Result<(String, u64), Error> {
        let (grant, revision) = self.keep(|keeper| keeper.grant_at(name))?;
        let (mut salt, mut nonce) = ([0; 16], [0; NONCE]);
        self.world.fill(&mut salt)?;
        self.world.fill(&mut nonce)?;
        Ok((bundle::seal(&grant, purpose, lock, salt, &nonce)?, revision))
    }

    /// The text of this revision is durable elsewhere: the secrets are taken out of this store.
    ///
    /// # Errors
    /// [`Keeping::ChangedMeanwhile`] where the grant was renewed, or a request for it was begun, so that the text is of no use:
    /// export it once more.
    pub fn exported(&self, name: &str, revision: u64, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.exported(name, revision, patience))
    }

    /// Takes a grant in that was exported, under a name of its own or another. It waits for [`adopt`](Self::adopt).
    ///
    /// # Errors
    /// Those of [`bundle::open`]; [`Keeping::GrantExists`].
    pub fn import(&self, text: &str, lock: bundle::Lock<'_>, name: Option<&str>) -> Result<(String, Purpose), Error> {
        let (grant, purpose) = bundle::open(text, lock)?;
        let name = name.unwrap_or(&grant.name).to_owned();
        name::check(&name)?;
        self.keep(|keeper| keeper.import(grant, &name))?;
        Ok((name, purpose))
    }

    /// Goes on with a grant that was imported.
    ///
    /// # Errors
    /// What the store says.
    pub fn adopt(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.adopt(name, patience))
    }

    /// Goes on with a store that was moved, copied or restored: how many grants there are; 0 where it needs no adoption.
    ///
    /// # Errors
    /// What the store says; nothing has changed then.
    pub fn adopt_store(&self) -> Result<usize, Error> {
        self.store.adopt(|name, record, environment| {
            let mut nonce = [0; NONCE];
            self.world.fill(&mut nonce)?;
            self.sealer.adopt(name, record, environment, &nonce)
        })
    }

    /// Revokes a grant, at the service too where that has a way; whether it was told.
    ///
    /// # Errors
    /// As [`Keeper::revoke`].
    pub fn revoke(&self, name: &str, patience: i64) -> Result<bool, Error> {
        self.keep(|keeper| keeper.revoke(name, patience))
    }

    /// Ends a grant here alone: at the service it lives on.
    ///
    /// # Errors
    /// What the store says.
    pub fn revoke_here(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.revoke_here(name, patience))
    }

    /// Removes a grant from the store. At the service it lives on.
    ///
    /// # Errors
    /// What the store says.
    pub fn remove(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.remove(name, patience))
    }

    /// Gives a grant another name.
    ///
    /// # Errors
    /// [`Keeping::GrantExists`]; what the store says.
    pub fn rename(&self, name: &str, new_name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.rename(name, new_name, patience))
    }

    fn grant(&self, name: &str) -> Result<Grant, Error> {
        self.keep(|keeper| keeper.grant(name))
    }

    fn keep<T>(&self, ask: impl FnOnce(&Keeper<'_, AnyStore>) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(sender) = &self.sender {
            return self.keep_with(&**sender, ask);
        }
        let network = Network { store: self, failed: RefCell::new(None) };
        // A client that could not be set up explains the rest.
        self.keep_with(&network, ask).map_err(|error| network.failed.take().unwrap_or(error))
    }

    fn go_on(&self, go_on: impl FnOnce(&Keeper<'_, AnyStore>) -> Progress<AnyLock>) -> Progress<AnyLock> {
        self.keep_with(&Nobody, |keeper| Ok(go_on(keeper))).unwrap_or_else(|error| Progress::Done(Err(error)))
    }

    /// Whatever needs a keeper; what it sends goes out by this.
    fn keep_with<T>(
        &self,
        sender: &dyn Sender,
        ask: impl FnOnce(&Keeper<'_, AnyStore>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let owner = self.store.owner();
        let keeper = Keeper {
            store: &self.store,
            sealer: &self.sealer,
            sender,
            clock: &*self.world,
            random: &|bytes| self.world.fill(bytes),
            owner: &owner,
        };
        ask(&keeper)
    }

    fn client(&self) -> Result<Client, Error> {
        self.client_of(std::process::id())
    }

    fn client_of(&self, process: u32) -> Result<Client, Error> {
        let Ok(mut made) = self.made.try_lock() else { return Client::new(&self.client) };
        if let Some((maker, client)) = &*made
            && *maker == process
        {
            return Ok(client.clone());
        }
        let client = Client::new(&self.client)?;
        // The parent's is left as it is, locks and all: to drop it could mean to wait.
        std::mem::forget(made.replace((process, client.clone())));
        Ok(client)
    }
}

impl Options {
    fn of_store(&self) -> StoreOptions {
        let mut options = StoreOptions::default();
        options.environment.clone_from(&self.environment);
        options.anchors.clone_from(&self.anchors);
        options.beside.clone_from(&self.beside);
        options.lease = self.lease;
        options
    }
}

/// The client of a call.
struct Network<'a> {
    store: &'a OpenStore,
    failed: RefCell<Option<Error>>,
}

impl Network<'_> {
    fn client(&self) -> Option<Client> {
        self.store.client().map_err(|error| self.failed.replace(Some(error))).ok()
    }
}

impl Sender for Network<'_> {
    fn resolve(&self, request: &Request) {
        // What fails here fails again when it is sent, and is told then.
        let _ = self.client().map(|client| client.resolve(request));
    }

    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        match self.client() {
            Some(client) => client.send(request, deadline_ms),
            None => Sent::NotSent(Trouble::NoConnection),
        }
    }
}

/// Of a run whose requests the caller sends: nothing is asked of it.
struct Nobody;

impl Sender for Nobody {
    fn send(&self, _: &Request, _: u64) -> Sent {
        Sent::NotSent(Trouble::NoConnection)
    }
}

struct System;

impl World for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        system::fill(bytes)
    }
}

impl Clock for System {
    fn now(&self) -> i64 {
        system::milliseconds()
    }

    fn sleep_until(&self, time: i64) {
        let left = u64::try_from(time.saturating_sub(self.now())).unwrap_or(0);
        let mut jitter = [0];
        let _ = system::fill(&mut jitter);
        thread::sleep(Duration::from_millis(left + u64::from(jitter[0] % 16)));
    }
}

fn unknown(name: &str) -> Error {
    Keeping::UnknownGrant { name: name.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fork needs code that is not safe, and another process id shows the same.
    #[test]
    fn a_child_makes_a_client_of_its_own() {
        let folder = std::env::temp_dir().join(format!("osign-open-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let options = Options { anchors: Some(folder.join("anchors")), ..Options::default() };
        let url = format!("sqlite:{}", folder.join("store.db").display());
        let store = OpenStore::create(&url, StoreKey::Key(&[7; 32]), &options).unwrap();
        let made = |process| {
            store.client_of(process).unwrap();
            let made = store.made.lock().unwrap();
            made.as_ref().map(|(process, client)| (*process, client.clone())).unwrap()
        };
        let (parent, ours) = made(1);
        assert!(parent == 1 && made(1).1.is_same(&ours));
        let (child, its_own) = made(2);
        assert!(child == 2 && !its_own.is_same(&ours));
        assert!(made(2).1.is_same(&its_own));
        drop(store);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
