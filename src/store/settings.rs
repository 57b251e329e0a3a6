//! How a store is opened: what a program sets of it, by name, as every host does.

use super::Records;
use super::open::{OpenStore, Options, PATIENCE, StoreKey};
use crate::error::{Argument, Error, Keeping};
use crate::grant::Kept;
use crate::secret::Secret;
use crate::setting::{self, Setting, Value};
use std::sync::Arc;

/// What can be set before a store is opened.
pub const SETTINGS: [Setting<StoreSettings>; 10] = [
    // The line that `osign key new` writes.
    Setting::secret("key", |store, text| {
        store.key = Some(Kept::new(text));
        Ok(())
    }),
    // Of which Argon2id makes the key.
    Setting::secret("passphrase", |store, text| {
        store.passphrase = Some(Kept::new(text));
        Ok(())
    }),
    // What opened the store before, while its key is changed.
    Setting::secret("old_key", |store, text| {
        store.old_key = Some(Kept::new(text));
        Ok(())
    }),
    Setting::secret("old_passphrase", |store, text| {
        store.old_passphrase = Some(Kept::new(text));
        Ok(())
    }),
    // A text that tells this environment from others, where the machine and the path do not.
    Setting::text("environment", |store, text| {
        store.options.environment = Some(text.to_owned());
        Ok(())
    }),
    // The folder of anchors, by which a store that was restored is noticed.
    Setting::text("anchors", |store, text| {
        store.options.anchors = Some(text.into());
        Ok(())
    }),
    // The folder for new tokens that a store did not take which is elsewhere, until it does.
    Setting::text("beside", |store, text| {
        store.options.beside = Some(text.into());
        Ok(())
    }),
    // A PEM file of certificate authorities to trust beside the system's.
    Setting::text("ca_file", |store, text| {
        store.options.ca_file = Some(text.into());
        Ok(())
    }),
    // The proxy that token requests go through; the environment tells of one otherwise. It may have a name and a password.
    Setting::secret("proxy", |store, text| {
        store.options.proxy = Some(Arc::new(Secret::new(text.as_bytes())));
        Ok(())
    }),
    // How long a call waits for others, and for a service that asks to.
    Setting::seconds("patience", |store, seconds| {
        store.patience = u32::try_from(seconds)
            .map_err(|_| Argument::NotSeconds { name: "patience" })
            .map(|seconds| i64::from(seconds) * 1000)?;
        Ok(())
    }),
];

/// A store to open or to make.
#[derive(Clone, Debug)]
pub struct StoreSettings {
    key: Option<Kept>,
    passphrase: Option<Kept>,
    old_key: Option<Kept>,
    old_passphrase: Option<Kept>,
    options: Options,
    patience: i64,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            key: None,
            passphrase: None,
            old_key: None,
            old_passphrase: None,
            options: Options::default(),
            patience: PATIENCE,
        }
    }
}

impl StoreSettings {
    /// Of which nothing is set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what has this name in [`SETTINGS`].
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where there is no such setting, or it takes something else.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(&SETTINGS, self, name, value)
    }

    /// How long a call waits for others, in milliseconds.
    #[must_use]
    pub const fn patience(&self) -> i64 {
        self.patience
    }

    /// Opens the store at a URL.
    ///
    /// # Errors
    /// [`Keeping::KeyOrPassphrase`]; as [`OpenStore::open`].
    pub fn open(&self, url: &str) -> Result<OpenStore, Error> {
        let (key, old) = (self.store_key()?, self.old_store_key()?);
        and_older(OpenStore::open(url, key, &self.options)?, old)
    }

    /// Makes a store where nothing is, and opens it. There is nothing yet that an old key would open.
    ///
    /// # Errors
    /// [`Keeping::KeyOrPassphrase`]; as [`OpenStore::create`].
    pub fn create(&self, url: &str) -> Result<OpenStore, Error> {
        OpenStore::create(url, self.store_key()?, &self.options)
    }

    /// A store in a table of the host's own; see [`OpenStore::hosted`].
    ///
    /// # Errors
    /// [`Keeping::KeyOrPassphrase`]; as [`OpenStore::hosted`].
    pub fn hosted(&self, id: &str, records: Arc<dyn Records>) -> Result<OpenStore, Error> {
        let (key, old) = (self.store_key()?, self.old_store_key()?);
        and_older(OpenStore::hosted(id, records, key, &self.options)?, old)
    }

    /// The same for what is done in steps alone ([`Work`](super::steps::Work)).
    ///
    /// # Errors
    /// As [`hosted`](Self::hosted).
    pub fn in_steps(&self, id: &str) -> Result<OpenStore, Error> {
        self.hosted(id, Arc::<super::steps::Script>::default())
    }

    fn store_key(&self) -> Result<StoreKey<'_>, Error> {
        one_of(self.key.as_ref(), self.passphrase.as_ref())?.ok_or_else(|| Keeping::KeyOrPassphrase.into())
    }

    fn old_store_key(&self) -> Result<Option<StoreKey<'_>>, Error> {
        one_of(self.old_key.as_ref(), self.old_passphrase.as_ref())
    }
}

/// The same store, opened also by the key that it had before, if there is one.
fn and_older(store: OpenStore, old: Option<StoreKey<'_>>) -> Result<OpenStore, Error> {
    match old {
        Some(old) => store.and_older(old),
        None => Ok(store),
    }
}

/// A key or a passphrase; none where neither is set.
fn one_of<'a>(key: Option<&'a Kept>, passphrase: Option<&'a Kept>) -> Result<Option<StoreKey<'a>>, Error> {
    match (key, passphrase) {
        (Some(key), None) => Ok(Some(StoreKey::Key(key.expose().as_bytes()))),
        (None, Some(passphrase)) => Ok(Some(StoreKey::Passphrase(passphrase.expose().as_bytes()))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Keeping::KeyOrPassphrase.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_or_a_passphrase_is_needed() {
        let mut settings = StoreSettings::new();
        let refused = |settings: &StoreSettings| settings.open("sqlite:/nowhere/at-all").unwrap_err();
        assert_eq!(refused(&settings), Keeping::KeyOrPassphrase.into());
        settings.set("passphrase", Value::Text("correct horse battery")).unwrap();
        assert_ne!(refused(&settings), Keeping::KeyOrPassphrase.into());
        settings.set("key", Value::Text("osign-key-1:")).unwrap();
        assert_eq!(refused(&settings), Keeping::KeyOrPassphrase.into());
        let mut settings = StoreSettings::new();
        for name in ["passphrase", "old_key"] {
            settings.set(name, Value::Text("correct horse battery")).unwrap();
            assert_ne!(refused(&settings), Keeping::KeyOrPassphrase.into());
        }
        settings.set("old_passphrase", Value::Text("correct horse battery")).unwrap();
        assert_eq!(refused(&settings), Keeping::KeyOrPassphrase.into());
        assert_eq!(settings.patience(), 30_000);
        settings.set("patience", Value::Text("5")).unwrap();
        assert_eq!(settings.patience(), 5000);
        for wrong in ["-1", "5s", "99999999999"] {
            let error = settings.set("patience", Value::Text(wrong)).unwrap_err();
            assert_eq!(error, Argument::NotSeconds { name: "patience" }.into());
        }
    }
}
