//! What can be done in steps: the operations of an [`OpenStore`], of the same names and arguments. Each begins a [`Work`], whose
//! outcome is said here, and whose errors are the operation's.

use super::script::LONGEST_PATIENCE;
use super::{Outcome, Work};
use crate::error::Error;
use crate::grant::Kept;
use crate::grant::bundle::{self, Purpose};
use crate::grant::key::Key;
use crate::grant::settings::NewGrant;
use crate::secret::Secret;
use crate::store::open::OpenStore;
use std::sync::OnceLock;

/// What seals a bundle, to be kept for as long as the work takes.
#[derive(Clone, Debug)]
pub enum Lock {
    /// A key.
    Key(Key),
    /// A passphrase.
    Passphrase(Kept),
}

impl Lock {
    /// It, as it is used.
    #[must_use]
    pub fn of(&self) -> bundle::Lock<'_> {
        match self {
            Self::Key(key) => bundle::Lock::Key(key),
            Self::Passphrase(text) => bundle::Lock::Passphrase(text.expose().as_bytes()),
        }
    }
}

fn done(result: Result<(), Error>) -> Result<Outcome, Error> {
    result.map(|()| Outcome::Done)
}

/// What the work comes to is its outcome.
impl Work {
    /// A token.
    #[must_use]
    pub fn access_token(store: &OpenStore, name: &str, min_validity: i64, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| store.access_token(&name, min_validity, patience).map(Outcome::Token)))
    }

    /// A token, another one than was turned down.
    #[must_use]
    pub fn refused(store: &OpenStore, name: &str, generation: u64, http_status: u16, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        let job = move |store: &OpenStore| store.refused(&name, generation, http_status, patience).map(Outcome::Token);
        Self::begin(store, Box::new(job))
    }

    /// A request, with what it carries.
    #[must_use]
    pub fn authorize(
        store: &OpenStore,
        name: &str,
        (method, url): (&str, &str),
        body: Option<(&str, &[u8])>,
        min_validity: i64,
        patience: i64,
    ) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let (name, method, url) = (name.to_owned(), method.to_owned(), Kept::new(url));
        let body = body.map(|(content_type, body)| (content_type.to_owned(), Secret::new(body)));
        let job = move |store: &OpenStore| {
            let body = body.as_ref().map(|(content_type, body)| (content_type.as_str(), body.expose()));
            let authorized = store.authorize(&name, &method, url.expose(), body, min_validity, patience);
            authorized.map(|(request, generation)| Outcome::Request(request, generation))
        };
        Self::begin(store, Box::new(job))
    }

    /// A flag: whether an answer says that the token has ended.
    #[must_use]
    pub fn is_expired(store: &OpenStore, name: &str, http_status: u16, body: Option<&[u8]>) -> Self {
        let (name, body) = (name.to_owned(), body.map(Secret::new));
        let job = move |store: &OpenStore| {
            store.is_expired(&name, http_status, body.as_ref().map(Secret::expose)).map(Outcome::Flag)
        };
        Self::begin(store, Box::new(job))
    }

    /// A text: the address where a person agrees.
    #[must_use]
    pub fn begin_login(store: &OpenStore, name: &str, account: Option<&str>) -> Self {
        let (name, account) = (name.to_owned(), account.map(str::to_owned));
        let job =
            move |store: &OpenStore| store.begin_login(&name, account.as_deref()).map(|url| Outcome::Text(url, 0));
        Self::begin(store, Box::new(job))
    }

    /// A token.
    #[must_use]
    pub fn finish_login(store: &OpenStore, name: &str, callback: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let (name, callback) = (name.to_owned(), Kept::new(callback));
        let job = move |store: &OpenStore| store.finish_login(&name, callback.expose(), patience).map(Outcome::Token);
        Self::begin(store, Box::new(job))
    }

    /// A token.
    #[must_use]
    pub fn exchange(store: &OpenStore, name: &str, code: &str, account: Option<&str>, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let (name, code, account) = (name.to_owned(), Kept::new(code), account.map(str::to_owned));
        let job = move |store: &OpenStore| {
            store.exchange(&name, code.expose(), account.as_deref(), patience).map(Outcome::Token)
        };
        Self::begin(store, Box::new(job))
    }

    /// Nothing more.
    #[must_use]
    pub fn add(store: &OpenStore, name: &str, grant: NewGrant) -> Self {
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| done(store.add(&name, grant.clone()))))
    }

    /// Nothing more.
    #[must_use]
    pub fn replace(store: &OpenStore, name: &str, grant: NewGrant, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| done(store.replace(&name, grant.clone(), patience))))
    }

    /// A token.
    #[must_use]
    pub fn renew(store: &OpenStore, name: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| store.renew(&name, patience).map(Outcome::Token)))
    }

    /// A flag: whether the service was told, also of tokens that lie beside the store.
    #[must_use]
    pub fn revoke(store: &OpenStore, name: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| store.revoke(&name, patience).map(Outcome::Flag)))
    }

    /// Nothing more.
    #[must_use]
    pub fn revoke_here(store: &OpenStore, name: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| done(store.revoke_here(&name, patience))))
    }

    /// Nothing more.
    #[must_use]
    pub fn remove(store: &OpenStore, name: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| done(store.remove(&name, patience))))
    }

    /// Nothing more.
    #[must_use]
    pub fn rename(store: &OpenStore, name: &str, new_name: &str, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let (name, new_name) = (name.to_owned(), new_name.to_owned());
        Self::begin(store, Box::new(move |store| done(store.rename(&name, &new_name, patience))))
    }

    /// A text, and the revision that it was made of.
    #[must_use]
    pub fn export(store: &OpenStore, name: &str, purpose: Purpose, lock: Lock) -> Self {
        let name = name.to_owned();
        let job = move |store: &OpenStore| {
            store.export(&name, purpose, lock.of()).map(|(text, revision)| Outcome::Text(text, revision))
        };
        Self::begin(store, Box::new(job))
    }

    /// Nothing more.
    #[must_use]
    pub fn exported(store: &OpenStore, name: &str, revision: u64, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.to_owned();
        Self::begin(store, Box::new(move |store| done(store.exported(&name, revision, patience))))
    }

    /// A text: the name that it has here.
    #[must_use]
    pub fn import(store: &OpenStore, text: &str, lock: Lock, name: Option<&str>) -> Self {
        let (text, name) = (text.to_owned(), name.map(str::to_owned));
        // A passphrase is slow by intent, and each step runs the job anew.
        let opened = OnceLock::new();
        let job = move |store: &OpenStore| {
            let (grant, _) = opened.get_or_init(|| bundle::open(&text, lock.of())).clone()?;
            let name = name.as_ref().unwrap_or(&grant.name).clone();
            store.import_grant(grant, &name)?;
            Ok(Outcome::Text(name, 0))
        };
        Self::begin(store, Box::new(job))
    }

    /// Nothing more. Without a name it is the whole store that is adopted.
    #[must_use]
    pub fn adopt(store: &OpenStore, name: Option<&str>, patience: i64) -> Self {
        let patience = patience.min(LONGEST_PATIENCE);
        let name = name.map(str::to_owned);
        let job = move |store: &OpenStore| {
            done(match &name {
                Some(name) => store.adopt(name, patience),
                None => store.adopt_store().map(drop),
            })
        };
        Self::begin(store, Box::new(job))
    }

    /// A text that is empty, and how many grants were sealed anew.
    #[must_use]
    pub fn rekey(store: &OpenStore) -> Self {
        let job = |store: &OpenStore| {
            store.rekey().map(|count| Outcome::Text(String::new(), u64::try_from(count).unwrap_or(u64::MAX)))
        };
        Self::begin(store, Box::new(job))
    }

    /// A text: JSON of one grant, or of all in short.
    #[must_use]
    pub fn list(store: &OpenStore, name: Option<&str>) -> Self {
        let Some(name) = name.map(str::to_owned) else {
            let job = |store: &OpenStore| store.list_as_json().map(|json| Outcome::Text(json, 0));
            return Self::begin_over_all(store, Box::new(job));
        };
        Self::begin(store, Box::new(move |store| store.grant_as_json(&name).map(|json| Outcome::Text(json, 0))))
    }

    /// A text: JSON of what needs a person, or ends within so many milliseconds.
    #[must_use]
    pub fn check(store: &OpenStore, warn: i64) -> Self {
        let job = move |store: &OpenStore| store.check_as_json(warn).map(|json| Outcome::Text(json, 0));
        Self::begin_over_all(store, Box::new(job))
    }
}
