//! A store that is opened with its key, and all that keeps its grants: this process's clock, randomness and HTTP client.

mod grants;
mod machine;
mod network;
mod tokens;
mod waits;
mod whole;

pub use waits::Waits;

use super::any::{AnyStore, Kind as StoreKind};
use super::host::{HostStore, Records};
use super::sqlite::Options as StoreOptions;
use super::world::{Once, World};
use crate::error::{Error, Keeping};
use crate::grant::Grant;
use crate::grant::keep::Keeper;
use crate::grant::key::{Key, Keys};
use crate::grant::profiles::Profiles;
use crate::grant::seal::Sealer;
use crate::http::{Request, Sender, Sent};
use crate::secret::Secret;
use crate::system;
use machine::System;
use network::{Clients, Network};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use waits::Sleeps;

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

impl StoreKey<'_> {
    /// Whether it can be one, before there is a store.
    ///
    /// # Errors
    /// A key that is none; a passphrase that is too short.
    pub fn check(self) -> Result<(), Error> {
        match self {
            Self::Key(bytes) => Key::read(bytes).map(drop),
            Self::Passphrase(text) => Key::check_passphrase(text),
        }
    }

    /// The key of the store with this salt.
    fn read(self, salt: &[u8; 16]) -> Result<Key, Error> {
        match self {
            Self::Key(bytes) => Key::read(bytes),
            Self::Passphrase(text) => Key::from_passphrase(text, salt),
        }
    }
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
    /// The address of a proxy for token requests; without it the environment tells of one.
    pub proxy: Option<Arc<Secret>>,
}

/// A store, opened. Any number of threads may use one at once; one a process is enough, and a child of `fork()` may go on
/// with its parent's.
pub struct OpenStore {
    store: AnyStore,
    sealer: Sealer,
    /// What a host sends by, in the place of the client that is built in.
    sender: Option<Arc<dyn Sender + Send + Sync>>,
    clients: Clients,
    profiles: Profiles,
    waits: Arc<dyn Waits>,
    /// What stands in the place of this machine's time and randomness.
    script: Option<Arc<dyn World + Send + Sync>>,
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
        key.check()?;
        Self::with(AnyStore::create(url, &options.of_store())?, key, options)
    }

    fn with(store: AnyStore, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        let key = key.read(store.salt())?;
        Ok(Self::over(store, Keys::new(key), options))
    }

    /// Over a store that is opened already, with the keys of whoever has read them.
    #[must_use]
    pub fn over(store: AnyStore, keys: Keys, options: &Options) -> Self {
        let sealer = Sealer::new(keys, store.id(), store.environment());
        let clients = Clients::new(options.ca_file.as_deref(), options.proxy.as_ref());
        Self {
            store,
            sealer,
            sender: None,
            clients,
            profiles: Profiles::default(),
            waits: Arc::new(Sleeps),
            script: None,
        }
    }

    /// Opens the store at a URL, which is made where there is none.
    ///
    /// # Errors
    /// As [`open`](Self::open) and [`create`](Self::create).
    pub fn open_or_create(url: &str, key: StoreKey<'_>, options: &Options) -> Result<Self, Error> {
        match Self::open(url, key, options) {
            Err(Error::Keeping(Keeping::NoStore { .. })) => match Self::create(url, key, options) {
                // Somebody else was quicker.
                Err(Error::Keeping(Keeping::StoreExists { .. } | Keeping::DatabaseHasStore { .. })) => {
                    Self::open(url, key, options)
                }
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
    pub(super) fn scripted<All>(&self, all: &Arc<All>) -> Option<Self>
    where
        All: Records + Sender + World + Once + Send + Sync + 'static,
    {
        let AnyStore::Host(store) = &self.store else { return None };
        Some(Self {
            store: AnyStore::Host(store.over(all.clone(), all.clone())),
            sealer: self.sealer.clone(),
            sender: Some(all.clone()),
            clients: Clients::new(None, None),
            profiles: Profiles::default(),
            waits: Arc::new(Sleeps),
            script: Some(all.clone()),
        })
    }

    /// The same store, whose requests a client of the host's sends, in the place of the one that is built in.
    #[must_use]
    pub fn with_sender(mut self, sender: Arc<dyn Sender + Send + Sync>) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The same store, opened also by the key that it had before: of what is not sealed anew yet; see
    /// [`rekey`](Self::rekey).
    ///
    /// # Errors
    /// A key that is none.
    pub fn and_older(mut self, key: StoreKey<'_>) -> Result<Self, Error> {
        self.sealer = self.sealer.and_older(key.read(self.store.salt())?);
        Ok(self)
    }

    /// The same store, whose calls wait as a host says.
    #[must_use]
    pub fn with_waits(mut self, waits: Arc<dyn Waits>) -> Self {
        self.waits = waits;
        self
    }

    /// The grant of a name, opened: with its secrets.
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`], and what the store says.
    pub fn grant(&self, name: &str) -> Result<Grant, Error> {
        self.keep(|keeper| keeper.grant(name))
    }

    /// Sends a request of the service's API, once, by the client that is built in; its answer may have so many bytes.
    ///
    /// # Errors
    /// A client that cannot be set up: a CA file, or a proxy.
    pub fn send(&self, request: &Request, deadline_ms: u64, longest: u64) -> Result<Sent, Error> {
        let client = self.clients.get()?;
        self.waits.for_answer();
        let sent = client.with_longest_answer(longest).send(request, deadline_ms);
        self.waits.over();
        Ok(sent)
    }

    /// The time, in Unix milliseconds.
    fn now(&self) -> i64 {
        self.script.as_ref().map_or_else(system::milliseconds, |script| script.now())
    }

    /// Fills bytes with randomness.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        match &self.script {
            Some(script) => script.fill(bytes),
            None => system::fill(bytes),
        }
    }

    /// Whatever needs a keeper; what it sends goes out by the host's client, and else by the one that is built in.
    fn keep<T>(&self, ask: impl FnOnce(&Keeper<'_, AnyStore>) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(sender) = &self.sender {
            return self.keep_with(&**sender, ask);
        }
        let network = Network::new(&self.clients, &*self.waits);
        // A client that could not be set up explains the rest.
        self.keep_with(&network, ask).map_err(|error| network.failed().unwrap_or(error))
    }

    /// The same, and what it sends goes out by this.
    fn keep_with<T>(
        &self,
        sender: &dyn Sender,
        ask: impl FnOnce(&Keeper<'_, AnyStore>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let owner = self.store.owner();
        let machine = System::new(&*self.waits);
        let world: &dyn World = match &self.script {
            Some(script) => &**script,
            None => &machine,
        };
        let result = ask(&Keeper {
            store: &self.store,
            sealer: &self.sealer,
            sender,
            clock: world,
            random: &|bytes| world.fill(bytes),
            owner: &owner,
        });
        self.waits.over();
        result
    }
}

impl Options {
    /// The same for the store alone.
    #[must_use]
    pub fn of_store(&self) -> StoreOptions {
        let mut options = StoreOptions::default();
        options.environment.clone_from(&self.environment);
        options.anchors.clone_from(&self.anchors);
        options.beside.clone_from(&self.beside);
        options.lease = self.lease;
        options
    }
}
