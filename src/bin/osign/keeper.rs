//! A store that is opened, and what keeps its grants: this process's clock, randomness and HTTP client.

use crate::args::Place;
use crate::failure::{self, Failure};
use crate::place::Secret;
use crate::waiting::Waiting;
use crate::{place, shown};
use osign::Error;
use osign::error::Keeping;
use osign::grant::Grant;
use osign::grant::keep::{Clock, Keeper};
use osign::grant::key::{Key, Keys};
use osign::grant::seal::{Outside, Sealer, outside};
use osign::http::client::{Client, Options};
use osign::http::{Request, Sender, Sent, Trouble};
use osign::store::{AnyStore, Kind};
pub(crate) use osign::system::{fill as random, milliseconds as now};
use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// A store and its key.
pub(crate) struct Opened {
    pub(crate) store: AnyStore,
    pub(crate) sealer: Sealer,
    network: Network,
    owner: String,
}

impl Opened {
    /// The store that is there.
    pub(crate) fn open(place: &Place) -> Result<Self, Failure> {
        let store = open_store(place)?;
        let key = place::secret(place)?.key(store.salt())?;
        let old = place::old_secret()?.map(|secret| secret.key(store.salt())).transpose()?;
        Ok(Self::new(store, key, old))
    }

    /// The same, made where it is not there. What was made is said once it is.
    pub(crate) fn open_or_make(place: &Place) -> Result<Self, Failure> {
        let url = place::store(place)?;
        let is_there = match Kind::of(&url)? {
            Kind::Sqlite(path) => path.symlink_metadata().is_ok(),
            Kind::Postgres(url) => match AnyStore::open(url, &place::options()?) {
                Ok(_) => true,
                Err(Error::Keeping(Keeping::NoStore { .. })) => false,
                Err(error) => return Err(error.into()),
            },
            _ => false,
        };
        if is_there {
            // Nobody makes a key for a store that has one.
            return Self::open(place);
        }
        let (secret, made) = place::new_secret(place)?;
        if let Kind::Sqlite(path) = Kind::of(&url)? {
            place::make_folder(path)?;
        }
        let store = match AnyStore::create(&url, &place::options()?) {
            Ok(store) => store,
            Err(error) => {
                if let Some(file) = made {
                    let _ = std::fs::remove_file(file);
                }
                return Err(error.into());
            }
        };
        let key = secret.key(store.salt())?;
        say_what_was_made(&store.shown(), made.as_deref(), &secret);
        Ok(Self::new(store, key, None))
    }

    fn new(store: AnyStore, key: Key, old: Option<Key>) -> Self {
        let keys = Keys::new(key);
        let keys = old.into_iter().fold(keys, Keys::and_older);
        let sealer = Sealer::new(keys, store.id(), store.environment());
        let owner = store.owner();
        Self { store, sealer, network: Network::default(), owner }
    }

    /// What hands out tokens.
    pub(crate) fn keeper(&self) -> Keeper<'_, AnyStore> {
        Keeper {
            store: &self.store,
            sealer: &self.sealer,
            sender: &self.network,
            clock: &self.network,
            random: &random,
            owner: &self.owner,
        }
    }

    /// The grant of a name; what is sent from now on is sent for it.
    pub(crate) fn grant(&self, name: &str) -> Result<Grant, Failure> {
        let grant = self.keeper().grant(name)?;
        self.network.allow_loopback_http.set(grant.settings.allow_insecure_http);
        Ok(grant)
    }

    /// What came of asking the keeper. A client that could not be set up explains the rest.
    pub(crate) fn told<T>(&self, result: Result<T, Error>) -> Result<T, Failure> {
        self.network.waiting.over();
        result.map_err(|error| self.network.failed.take().unwrap_or(error).into())
    }

    /// Says on the terminal what is waited for.
    pub(crate) fn wait_for(&self, what: &'static str) {
        self.network.waiting.for_what(what);
    }

    /// No line on the terminal any more.
    pub(crate) fn quiet(&self) {
        self.network.waiting.over();
    }

    /// Sends a request of this grant, once; its answer may have so many bytes.
    pub(crate) fn send(&self, request: &Request, deadline_ms: u64, longest: u64) -> Result<Sent, Failure> {
        self.network.waiting.for_what("waiting for the service");
        let sent = match self.network.client() {
            Some(client) => client.with_longest_answer(longest).send(request, deadline_ms),
            None => Sent::NotSent(Trouble::NoConnection),
        };
        self.network.waiting.over();
        self.network.failed.take().map_or(Ok(sent), |error| Err(error.into()))
    }
}

/// The store alone, for what needs no key.
pub(crate) fn open_store(place: &Place) -> Result<AnyStore, Failure> {
    let url = place::store(place)?;
    if let Kind::Sqlite(path) = Kind::of(&url)?
        && place::is_in_data_folder(path)
        && path.symlink_metadata().is_err()
    {
        let shown = shown::path(path);
        return Err(Failure::of(failure::STORE, format!("there is no store yet, {shown}; osign grant add makes one")));
    }
    Ok(AnyStore::open(&url, &place::options()?)?)
}

/// What may be read of a grant without a key.
pub(crate) fn read_outside(store: &AnyStore, name: &str) -> Result<Outside, Failure> {
    osign::grant::name::check(name)?;
    let unknown = || osign::error::Keeping::UnknownGrant { name: name.to_owned() };
    let stored = store.peek(name)?.ok_or_else(|| Error::from(unknown()))?;
    Ok(outside(name, &stored.record)?)
}

fn say_what_was_made(store: &str, key: Option<&Path>, secret: &Secret) {
    crate::report(&match (key.map(shown::path), secret) {
        (Some(key), _) => format!(
            "made the store {store} and its key {key}; back up the key now, apart from the store, and the store by osign \
             store backup: without the key nobody opens it"
        ),
        (None, Secret::Passphrase(_)) => format!(
            "made the store {store}; back it up by osign store backup, and keep the passphrase elsewhere: without it nobody \
             opens the store"
        ),
        (None, Secret::Key(_)) => format!("made the store {store}"),
    });
}

/// The clock, and a client that is made when it is needed: most calls send nothing, and reading the system's certificates
/// takes longer than all else.
#[derive(Default)]
struct Network {
    client: OnceCell<Option<Client>>,
    failed: RefCell<Option<Error>>,
    allow_loopback_http: Cell<bool>,
    waiting: Waiting,
}

impl Network {
    fn client(&self) -> Option<Client> {
        let client = self.client.get_or_init(|| {
            let mut options = Options::default();
            options.ca_file = std::env::var_os("OSIGN_CA_FILE").filter(|path| !path.is_empty()).map(Into::into);
            Client::new(&options).map_err(|error| self.failed.replace(Some(error))).ok()
        });
        client.as_ref().map(|client| client.with_loopback_http(self.allow_loopback_http.get()))
    }
}

impl Sender for Network {
    fn resolve(&self, request: &Request) {
        // What fails here fails again when it is sent, and is told then.
        let _ = self.client().map(|client| client.resolve(request));
    }

    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        self.waiting.for_what("waiting for the service");
        match self.client() {
            Some(client) => client.send(request, deadline_ms),
            None => Sent::NotSent(Trouble::NoConnection),
        }
    }
}

impl Clock for Network {
    fn now(&self) -> i64 {
        now()
    }

    fn sleep_until(&self, time: i64) {
        self.waiting.for_what("waiting for another process, or for the service");
        let left = u64::try_from(time.saturating_sub(now())).unwrap_or(0);
        let mut jitter = [0];
        let _ = random(&mut jitter);
        thread::sleep(Duration::from_millis(left + u64::from(jitter[0] % 16)));
    }
}
