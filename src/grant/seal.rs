//! A grant as one line of text: its secrets sealed, the rest to be read by whoever may read the store.
//!
//! The secrets are sealed by XChaCha20-Poly1305 with a random nonce. What belongs to them is bound as associated data: the
//! store, the environment, the name, the generation, the key, and what a person set. So a record cannot take another's place,
//! not even an older one of the same grant that of a newer one, and nobody without the key makes a client's secret go
//! elsewhere.

use super::key::{Key, Keys};
use super::record::{Grant, Secrets, Settings, State};
use super::sealed;
use crate::error::{Error, Keeping};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use zeroize::Zeroizing;

/// What a record's first field says.
const FORMAT: &str = "osign-grant-1";
/// The most bytes of a record, which other hosts keep in columns of their databases.
pub const MOST: usize = 8 * 1024;
/// So many of them an intent takes, and what a service said.
const NOTES: usize = 512;
pub use super::sealed::NONCE;

/// What seals and opens the records of one store.
#[derive(Clone, Debug)]
pub struct Sealer {
    keys: Keys,
    store: String,
    environment: String,
    /// What was opened last of each name: the same text opens to the same grant.
    opened: Arc<Mutex<HashMap<String, (String, Grant)>>>,
}

/// How many grants stay open, for programs that ask again and again.
const OPEN: usize = 64;

/// Leaves something out of what is sealed.
type Less = fn(&mut Secrets, &Grant);

const NO_PREVIOUS: Less = |secrets, _| secrets.previous = None;
const NO_UNREAD: Less = |secrets, _| secrets.unread = None;
const ONE_ALTERNATE: Less = |secrets, _| secrets.alternates.truncate(1);
const NO_ALTERNATES: Less = |secrets, _| secrets.alternates.clear();
/// Where a refresh brings another.
const NO_ACCESS: Less = |secrets, grant| {
    if grant.settings.kind.is_renewed() {
        secrets.access = None;
    }
};

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    format: &'a str,
    // A host's id may have what JSON escapes.
    #[serde(borrow)]
    store: std::borrow::Cow<'a, str>,
    environment: &'a str,
    name: std::borrow::Cow<'a, str>,
    generation: u64,
    key: &'a str,
    #[serde(borrow)]
    settings: &'a RawValue,
    state: State,
    sealed: &'a str,
}

/// What anybody reads of a record, without a key.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The grant's name.
    pub name: String,
    /// Its generation.
    pub generation: u64,
    /// The id of the key that sealed it.
    pub key: String,
    /// What a person set.
    pub settings: Settings,
    /// How it stands.
    pub state: State,
}

impl Sealer {
    /// For a store and an environment, which are any texts that stay the same.
    #[must_use]
    pub fn new(keys: Keys, store: &str, environment: &str) -> Self {
        Self { keys, store: store.to_owned(), environment: environment.to_owned(), opened: Arc::default() }
    }

    /// The same, opened also by an older key.
    #[must_use]
    pub fn and_older(self, key: Key) -> Self {
        Self { keys: self.keys.and_older(key), opened: Arc::default(), ..self }
    }

    /// The record of a grant. A nonce must not come twice.
    ///
    /// What serves recovery alone is left out where the record would be too long: the refresh token before this one, an answer
    /// that nobody could read, the refresh tokens of other pairs but the newest, then the access token, where a refresh brings
    /// another, and last that newest. The refresh token never is, nor a key.
    ///
    /// # Errors
    /// [`Keeping::LargeRecord`].
    pub fn seal(&self, grant: &Grant, nonce: &[u8; NONCE]) -> Result<String, Error> {
        self.seal_less(grant, nonce, &[NO_PREVIOUS, NO_UNREAD, ONE_ALTERNATE, NO_ACCESS, NO_ALTERNATES], MOST)
    }

    /// The same with the refresh tokens of all other pairs, of which one is kept nowhere else; and with room for what is noted next.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), of more records.
    pub(super) fn seal_spares(&self, grant: &Grant, nonce: &[u8; NONCE]) -> Result<String, Error> {
        self.seal_less(grant, nonce, &[NO_PREVIOUS, NO_UNREAD, NO_ACCESS], MOST - NOTES)
    }

    fn seal_less(&self, grant: &Grant, nonce: &[u8; NONCE], less: &[Less], most: usize) -> Result<String, Error> {
        let mut text = self.write(grant, &grant.secrets, nonce)?;
        let mut secrets = None;
        for less in less {
            if text.len() <= most {
                break;
            }
            let secrets = secrets.get_or_insert_with(|| grant.secrets.clone());
            less(secrets, grant);
            text = self.write(grant, secrets, nonce)?;
        }
        if text.len() > most {
            return Err(Keeping::LargeRecord { name: grant.name.clone(), most: MOST }.into());
        }
        Ok(text)
    }

    fn write(&self, grant: &Grant, secrets: &Secrets, nonce: &[u8; NONCE]) -> Result<String, Error> {
        let unreadable = || Error::from(Keeping::Unreadable { name: grant.name.clone() });
        let settings = serde_json::value::to_raw_value(&grant.settings).map_err(|_| unreadable())?;
        let plain = Zeroizing::new(serde_json::to_vec(secrets).map_err(|_| unreadable())?);
        let key = self.keys.first();
        let id = key.id();
        let generation = grant.generation.to_string();
        let parts = self.associated(&grant.name, &generation, &id, settings.get());
        let sealed = STANDARD.encode(sealed::seal(key, nonce, &plain, &parts).ok_or_else(unreadable)?);
        let record = Record {
            format: FORMAT,
            store: self.store.as_str().into(),
            environment: &self.environment,
            name: grant.name.as_str().into(),
            generation: grant.generation,
            key: &id,
            settings: &settings,
            state: State {
                unread_at: grant.state.unread_at.filter(|_| secrets.unread.is_some()),
                ..grant.state.clone()
            },
            sealed: &sealed,
        };
        serde_json::to_string(&record).map_err(|_| unreadable())
    }

    /// Opens the record that stands under a name.
    ///
    /// # Errors
    /// [`Keeping::Unreadable`] and [`Keeping::NewerRecord`] of what is no record; [`Keeping::ForeignKey`]; and
    /// [`Keeping::Tampered`] of one that was changed, or is another grant's or store's.
    pub fn open(&self, name: &str, text: &str) -> Result<Grant, Error> {
        let find = |opened: &HashMap<String, (String, Grant)>| {
            opened.get(name).filter(|(last, _)| last == text).map(|(_, grant)| grant.clone())
        };
        if let Some(grant) = self.opened().and_then(|opened| find(&opened)) {
            return Ok(grant);
        }
        let grant = self.open_anew(name, text)?;
        if let Some(mut opened) = self.opened() {
            if opened.len() >= OPEN {
                opened.clear();
            }
            opened.insert(name.to_owned(), (text.to_owned(), grant.clone()));
        }
        Ok(grant)
    }

    /// Nobody waits for this: a child could find it held for ever, by a thread of its parent. Who does not get it opens the
    /// record once more.
    fn opened(&self) -> Option<MutexGuard<'_, HashMap<String, (String, Grant)>>> {
        match self.opened.try_lock() {
            Ok(opened) => Some(opened),
            Err(TryLockError::Poisoned(opened)) => Some(opened.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn open_anew(&self, name: &str, text: &str) -> Result<Grant, Error> {
        let record = read(name, text)?;
        let tampered = || Error::from(Keeping::Tampered { name: name.to_owned() });
        let key = self.keys.find(record.key).ok_or_else(|| Keeping::ForeignKey { name: name.to_owned() })?;
        if record.name != name || record.store != self.store || record.environment != self.environment {
            return Err(tampered());
        }
        let sealed = STANDARD.decode(record.sealed).map_err(|_| tampered())?;
        let generation = record.generation.to_string();
        let parts = self.associated(name, &generation, record.key, record.settings.get());
        let plain = sealed::open(key, &sealed, &parts).ok_or_else(tampered)?;
        Ok(Grant {
            name: name.to_owned(),
            generation: record.generation,
            settings: serde_json::from_str(record.settings.get()).map_err(|_| unreadable(name))?,
            state: record.state,
            secrets: sealed::json(&plain).ok_or_else(|| unreadable(name))?,
        })
    }

    /// The record of a grant in a store that is adopted: it was sealed in another environment, or is older than it should be,
    /// and says from now on that there was another one. None of a record that is damaged, which stays as it is: it must not
    /// keep the others from being adopted.
    ///
    /// # Errors
    /// [`Keeping::ForeignKey`], [`Keeping::NewerRecord`]: another key, or a newer version, could open it.
    pub fn adopt(&self, name: &str, text: &str, from: &str, nonce: &[u8; NONCE]) -> Result<Option<String>, Error> {
        self.open_of(name, text, from)?.map_or(Ok(None), |mut grant| {
            grant.state.adopted = Some(grant.generation);
            self.seal(&grant, nonce).map(Some)
        })
    }

    /// The grant in a record that was sealed in another environment; None where it is damaged.
    ///
    /// # Errors
    /// As [`adopt`](Self::adopt).
    pub(super) fn open_of(&self, name: &str, text: &str, from: &str) -> Result<Option<Grant>, Error> {
        Self::new(self.keys.clone(), &self.store, from).unless_damaged(name, text)
    }

    /// The same record, sealed with the key that seals now; None where it is, and of one that is damaged.
    ///
    /// # Errors
    /// As [`adopt`](Self::adopt).
    pub fn rekey(&self, name: &str, text: &str, nonce: &[u8; NONCE]) -> Result<Option<String>, Error> {
        match self.unless_damaged(name, text)? {
            Some(_) if self.is_current(&outside(name, text)?) => Ok(None),
            Some(grant) => self.seal(&grant, nonce).map(Some),
            None => Ok(None),
        }
    }

    /// The grant in a record; None where that was changed, belongs elsewhere, or is none.
    ///
    /// # Errors
    /// As [`adopt`](Self::adopt).
    pub(super) fn unless_damaged(&self, name: &str, text: &str) -> Result<Option<Grant>, Error> {
        match self.open_anew(name, text) {
            Err(Error::Keeping(Keeping::Tampered { .. } | Keeping::Unreadable { .. })) => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// Whether a record is sealed by the key that seals now.
    #[must_use]
    pub fn is_current(&self, outside: &Outside) -> bool {
        outside.key == self.keys.first().id()
    }

    /// Whether a record says that it is sealed by one of the keys.
    pub(super) fn has_key(&self, outside: &Outside) -> bool {
        self.keys.find(&outside.key).is_some()
    }

    /// What the secrets of a record belong to.
    fn associated<'a>(&'a self, name: &'a str, generation: &'a str, key: &'a str, settings: &'a str) -> [&'a str; 7] {
        [FORMAT, &self.store, &self.environment, name, generation, key, settings]
    }
}

/// Reads what needs no key.
///
/// # Errors
/// [`Keeping::Unreadable`], [`Keeping::NewerRecord`].
pub fn outside(name: &str, text: &str) -> Result<Outside, Error> {
    let record = read(name, text)?;
    // Who shows one grant for another lies, key or no key.
    if record.name != name {
        return Err(Keeping::Tampered { name: name.to_owned() }.into());
    }
    Ok(Outside {
        name: record.name.into_owned(),
        generation: record.generation,
        key: record.key.to_owned(),
        settings: serde_json::from_str(record.settings.get()).map_err(|_| unreadable(name))?,
        state: record.state,
    })
}

/// The store and the environment that a record says it belongs to; None of what is no record.
#[must_use]
pub fn origin(text: &str) -> Option<(String, String)> {
    let record = read("", text).ok()?;
    Some((record.store.into_owned(), record.environment.to_owned()))
}

/// The name that a record has of itself, if it is one.
#[must_use]
pub fn name_of(text: &str) -> Option<String> {
    read("", text).ok().map(|record| record.name.into_owned())
}

/// How each record of a store in an environment begins.
#[must_use]
pub fn start(store: &str, environment: &str) -> String {
    // Text is always JSON.
    let text = |text: &str| serde_json::to_string(text).unwrap_or_default();
    format!(r#"{{"format":"{FORMAT}","store":{},"environment":{},"#, text(store), text(environment))
}

fn read<'a>(name: &str, text: &'a str) -> Result<Record<'a>, Error> {
    match serde_json::from_str::<Record<'_>>(text) {
        Ok(record) if record.format == FORMAT => Ok(record),
        Ok(_) => Err(Keeping::NewerRecord { name: name.to_owned() }.into()),
        Err(_) if text.starts_with(r#"{"format":"osign-grant-"#) && !text.contains(FORMAT) => {
            Err(Keeping::NewerRecord { name: name.to_owned() }.into())
        }
        Err(_) => Err(unreadable(name)),
    }
}

fn unreadable(name: &str) -> Error {
    Keeping::Unreadable { name: name.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::kept::Kept;
    use crate::grant::key::Key;
    use crate::grant::record::{Kind, UnreadAnswer};

    fn grant() -> Grant {
        Grant {
            name: "crm".to_owned(),
            generation: 3,
            settings: Settings {
                kind: Kind::Code,
                provider: "amocrm".to_owned(),
                profile: None,
                client_id: "id".to_owned(),
                redirect_uri: None,
                scope: None,
                account: Some("sub.amocrm.ru".to_owned()),
                overrides: Vec::new(),
                allow_insecure_http: false,
                place: None,
            },
            state: State::new(),
            secrets: Secrets {
                client_secret: Some(Kept::new("hunter2-client")),
                access: Some(Kept::new("hunter2-access")),
                refresh: Some(Kept::new("hunter2-refresh")),
                ..Secrets::default()
            },
        }
    }

    fn sealer(key: u8) -> Sealer {
        Sealer::new(Keys::new(Key::from_random(&[key; 32])), "store", "environment")
    }

    #[test]
    fn what_was_sealed_opens() {
        let text = sealer(1).seal(&grant(), &[9; NONCE]).unwrap();
        assert!(!text.contains("hunter2"));
        assert_eq!(sealer(1).open("crm", &text).unwrap(), grant());
        assert_eq!(outside("crm", &text).unwrap().settings, grant().settings);
    }

    /// Whatever else goes: a refresh token that came is nowhere else.
    #[test]
    fn a_spare_is_kept_or_refused() {
        let long = |letter: &str| Kept::new(&letter.repeat(2400));
        let mut grant = grant();
        grant.secrets.access = Some(long("a"));
        grant.secrets.refresh = Some(long("b"));
        grant.secrets.alternates = vec![long("c"), Kept::new("old")];
        grant.secrets.previous = Some((long("d"), 1));
        let open = |text: &str| sealer(1).open("crm", text).unwrap().secrets;
        let kept = open(&sealer(1).seal_spares(&grant, &[9; NONCE]).unwrap());
        assert_eq!((kept.alternates, kept.previous, kept.access), (grant.secrets.alternates.clone(), None, None));
        // What is written again and again keeps the token that is in use, and the newest spare where it can.
        let kept = open(&sealer(1).seal(&grant, &[9; NONCE]).unwrap());
        assert_eq!((kept.alternates, kept.access), (vec![long("c")], None));
        grant.secrets.alternates = vec![Kept::new("new"), long("c")];
        assert_eq!(open(&sealer(1).seal(&grant, &[9; NONCE]).unwrap()).alternates, [Kept::new("new")]);
        grant.secrets.client_secret = Some(long("e"));
        let large = Keeping::LargeRecord { name: "crm".to_owned(), most: MOST };
        assert_eq!(sealer(1).seal_spares(&grant, &[9; NONCE]), Err(large.into()));
        assert!(sealer(1).seal(&grant, &[9; NONCE]).is_ok());
    }

    #[test]
    fn each_fault_has_its_reason() {
        let text = sealer(1).seal(&grant(), &[9; NONCE]).unwrap();
        let name = || "crm".to_owned();
        let tampered = Err(Keeping::Tampered { name: name() }.into());
        assert_eq!(sealer(2).open("crm", &text), Err(Keeping::ForeignKey { name: name() }.into()));
        assert_eq!(sealer(1).open("crm", "{}"), Err(Keeping::Unreadable { name: name() }.into()));
        assert_eq!(sealer(1).open("crm", &text[..100]), Err(Keeping::Unreadable { name: name() }.into()));
        assert_eq!(
            sealer(1).open("crm", &text.replace("osign-grant-1", "osign-grant-2")),
            Err(Keeping::NewerRecord { name: name() }.into())
        );
        for (was, is) in [
            (r#""generation":3"#, r#""generation":4"#),
            ("sub.amocrm.ru", "sub.kommo.com"),
            (r#""store":"store""#, r#""store":"other""#),
            (r#""environment":"environment""#, r#""environment":"other""#),
            (r#""sealed":"CQ"#, r#""sealed":"CR"#),
        ] {
            assert!(text.contains(was), "{was}");
            assert_eq!(sealer(1).open("crm", &text.replace(was, is)), tampered, "{was}");
        }
        let other = sealer(1).seal(&Grant { name: "erp".to_owned(), ..grant() }, &[9; NONCE]).unwrap();
        assert_eq!(sealer(1).open("crm", &other), tampered);
        assert_eq!(sealer(1).open("crm", &other.replace("erp", "crm")), tampered);
    }

    #[test]
    fn an_older_key_opens_too() {
        let text = sealer(1).seal(&grant(), &[9; NONCE]).unwrap();
        let both = Keys::new(Key::from_random(&[2; 32])).and_older(Key::from_random(&[1; 32]));
        let both = Sealer::new(both, "store", "environment");
        assert_eq!(both.open("crm", &text).unwrap(), grant());
        assert!(!both.is_current(&outside("crm", &text).unwrap()));
    }

    #[test]
    fn a_long_record_keeps_the_refresh_token() {
        let mut grant = grant();
        let long = |len| Some(Kept::new(&"a".repeat(len)));
        grant.secrets.access = long(3000);
        grant.secrets.refresh = long(2000);
        grant.secrets.previous = long(2000).map(|token| (token, 0));
        let opened = |grant: &Grant| {
            let text = sealer(1).seal(grant, &[9; NONCE]).unwrap();
            assert!(text.len() <= MOST);
            sealer(1).open("crm", &text).unwrap().secrets
        };
        assert_eq!(opened(&grant), Secrets { previous: None, ..grant.secrets.clone() });
        grant.secrets.unread = Some(UnreadAnswer::new(502, &b"token ".repeat(500)));
        grant.state.unread_at = Some(7);
        assert_eq!(opened(&grant).unread, None);
        let text = sealer(1).seal(&grant, &[9; NONCE]).unwrap();
        assert_eq!(outside("crm", &text).unwrap().state.unread_at, None, "what is not there is not told of");
        grant.secrets.access = long(5000);
        assert_eq!(opened(&grant), Secrets { previous: None, unread: None, access: None, ..grant.secrets.clone() });
        grant.secrets.refresh = long(7000);
        assert!(sealer(1).seal(&grant, &[9; NONCE]).is_err());
    }
}
