//! The store that a command works with, opened as its options and the environment say.

use crate::args::Place;
use crate::failure::{self, Failure};
use crate::place::Secret;
use crate::waiting::Waiting;
use crate::{place, shown};
use osign::Error;
use osign::error::Keeping;
use osign::grant::key::Keys;
use osign::store::open::{OpenStore, PATIENCE};
use osign::store::{AnyStore, Kind};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

/// How long a command waits for another process that nobody told how long, in milliseconds.
pub(crate) const WAIT: i64 = PATIENCE;

/// A store, opened with its key.
pub(crate) struct Opened {
    store: OpenStore,
    waiting: Arc<Waiting>,
}

impl Deref for Opened {
    type Target = OpenStore;

    fn deref(&self) -> &OpenStore {
        &self.store
    }
}

impl Opened {
    /// The store that is there.
    pub(crate) fn open(place: &Place) -> Result<Self, Failure> {
        let store = open_store(place)?;
        let key = place::secret(place)?.key(store.salt())?;
        let old = place::old_secret()?.map(|secret| secret.key(store.salt())).transpose()?;
        let keys = old.into_iter().fold(Keys::new(key), Keys::and_older);
        Self::over(store, keys)
    }

    /// The same, made where it is not there. What was made is said once it is.
    pub(crate) fn open_or_make(place: &Place) -> Result<Self, Failure> {
        let url = place::store(place)?;
        let options = place::options()?;
        let is_there = match Kind::of(&url)? {
            Kind::Sqlite(path) => path.symlink_metadata().is_ok(),
            Kind::Postgres(url) => match AnyStore::open(url, &options.of_store()) {
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
        let store = match AnyStore::create(&url, &options.of_store()) {
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
        Self::over(store, Keys::new(key))
    }

    /// A store that is open, with what its records are sealed by.
    pub(crate) fn over(store: AnyStore, keys: Keys) -> Result<Self, Failure> {
        let waiting = Arc::new(Waiting::default());
        let store = OpenStore::over(store, keys, &place::options()?).with_waits(waiting.clone());
        Ok(Self { store, waiting })
    }

    /// A line on the terminal that says what is waited for, until it is dropped.
    pub(crate) fn waits_for(&self, what: &'static str) -> impl Drop {
        self.waiting.for_what(what)
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
    Ok(AnyStore::open(&url, &place::options()?.of_store())?)
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
