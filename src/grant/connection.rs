//! What a host of OAuth 1.0a that keeps no grants keeps of a connection: one sealed line of text, to be written at once.

use super::kept::Kept;
use super::key::Key;
use super::pending;
use super::sealed::{self, NONCE};
use crate::error::{Error, Keeping};
use crate::oauth1::Signer;
use crate::oauth1::flow::Pending;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What a text begins with.
const FORMAT: &str = "osign-connection-1";
/// The most bytes of a text.
const MOST: usize = 64 * 1024;

/// Consumer and token with their secrets, what the service told besides, and a login under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    consumer_key: String,
    consumer_secret: Kept,
    token: Kept,
    token_secret: Kept,
    /// What the service told, such as `realmId`, by name.
    pub fields: Vec<(String, Kept)>,
    login: Option<pending::Record>,
}

impl Connection {
    /// That of a signer.
    #[must_use]
    pub fn of(signer: &Signer, fields: Vec<(String, Kept)>, login: Option<&Pending>) -> Self {
        let kept = |secret: &Secret| Kept::new(secret.text());
        let [(consumer_key, consumer_secret), (token, token_secret)] = signer.credentials();
        Self {
            consumer_key: consumer_key.to_owned(),
            consumer_secret: kept(consumer_secret),
            token: Kept::new(token),
            token_secret: kept(token_secret),
            fields,
            login: login.map(pending::Record::of),
        }
    }

    /// Has a signer sign for it from now on; its other settings stay.
    ///
    /// # Errors
    /// As [`Signer::set_consumer`] and [`Signer::set_token`].
    pub fn set_up(&self, signer: &mut Signer) -> Result<(), Error> {
        signer.set_consumer(&self.consumer_key, self.consumer_secret.expose())?;
        signer.set_token(self.token.expose(), self.token_secret.expose())
    }

    /// The login under way, where there is one and it is not too old. `now` is in Unix milliseconds.
    #[must_use]
    pub fn login(&self, now: i64) -> Option<Pending> {
        self.login.clone()?.pending(now).ok()
    }

    /// Seals it for a context, any text that stays the same, such as whose connection it is. A nonce must not come twice under a
    /// key. The text is of letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    /// [`Keeping::LargeSealed`].
    pub fn seal(&self, key: &Key, context: &str, nonce: &[u8; NONCE]) -> Result<String, Error> {
        let large = || Error::from(Keeping::LargeSealed { most: MOST });
        let plain = Zeroizing::new(serde_json::to_vec(self).map_err(|_| large())?);
        let text = sealed::to_text(FORMAT, key, nonce, &plain, &[context]);
        text.filter(|text| text.len() <= MOST).ok_or_else(large)
    }

    /// Opens what was sealed for this context.
    ///
    /// # Errors
    /// [`Keeping::NotSealed`].
    pub fn open(text: &str, key: &Key, context: &str) -> Result<Self, Error> {
        let plain = sealed::of_text(FORMAT, key, text, &[context]).ok_or(Keeping::NotSealed)?;
        sealed::json(&plain).ok_or_else(|| Keeping::NotSealed.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn a_connection_is_the_same_once_it_is_opened() {
        let mut signer = Signer::new("consumer", "hunter2-consumer").unwrap();
        signer.set_token("token", "hunter2-token").unwrap();
        let login = Pending {
            token: Secret::new(b"temporary"),
            secret: Secret::new(b"hunter2-temporary"),
            callback: "oob".to_owned(),
            account: None,
            begun_at: NOW,
        };
        let fields = vec![("realmId".to_owned(), Kept::new("123"))];
        let connection = Connection::of(&signer, fields, Some(&login));
        let (key, other) = (Key::from_random(&[1; 32]), Key::from_random(&[2; 32]));
        let text = connection.seal(&key, "owner", &[9; NONCE]).unwrap();
        assert!(!text.contains("hunter2") && !format!("{connection:?}").contains("hunter2"));
        let opened = Connection::open(&text, &key, "owner").unwrap();
        assert_eq!(opened, connection);
        assert_eq!(opened.login(NOW).unwrap().secret.text(), "hunter2-temporary");
        assert!(opened.login(NOW + 2 * 86_400_000).is_none());
        let mut set_up = Signer::new("-", "").unwrap();
        opened.set_up(&mut set_up).unwrap();
        assert_eq!(Connection::of(&set_up, Vec::new(), None), Connection::of(&signer, Vec::new(), None));
        let none = Error::from(Keeping::NotSealed);
        assert_eq!(Connection::open(&text, &other, "owner"), Err(none.clone()));
        assert_eq!(Connection::open(&text, &key, "another"), Err(none.clone()));
        // A text that was sealed as something else is none.
        let sealed = sealed::seal_text(b"{}", &key, "owner", &[9; NONCE]).unwrap();
        assert_eq!(Connection::open(&sealed, &key, "owner"), Err(none));
    }
}
