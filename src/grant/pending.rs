//! A login of OAuth 1.0a between two web requests, sealed into one line of text.
//!
//! The text can be kept where a person could read it, such as a cookie: nobody without the key reads or changes it, and it opens
//! for what it was sealed for alone. It cannot know that it was used: a host that must take each once remembers its [`id`] for
//! [`HOURS`]. Services take temporary credentials once themselves (RFC 5849 §2.3).

use super::kept::{Kept, Print};
use super::key::Key;
use super::sealed::{self, NONCE};
use crate::error::{Error, Protocol};
use crate::oauth1::flow::Pending;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use crate::oauth1::flow::HOURS;

/// What a text begins with.
const FORMAT: &str = "osign-pending-1";
/// The most bytes of a text.
const MOST: usize = 64 * 1024;

/// A login as it is kept, here and in the record of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The temporary token.
    pub token: Kept,
    /// Its secret.
    pub secret: Kept,
    /// Where the browser comes back to, or `oob`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub callback: String,
    /// The account's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// When it was begun, in Unix milliseconds.
    pub begun_at: i64,
}

impl Record {
    /// Of a login under way.
    #[must_use]
    pub fn of(pending: &Pending) -> Self {
        Self {
            token: Kept::new(pending.token.text()),
            secret: Kept::new(pending.secret.text()),
            callback: pending.callback.clone(),
            account: pending.account.clone(),
            begun_at: pending.begun_at,
        }
    }

    /// The login.
    ///
    /// # Errors
    /// [`Protocol::OldPending`].
    pub fn pending(self, now: i64) -> Result<Pending, Error> {
        let pending = Pending {
            token: Secret::new(self.token.expose().as_bytes()),
            secret: Secret::new(self.secret.expose().as_bytes()),
            callback: self.callback,
            account: self.account,
            begun_at: self.begun_at,
        };
        pending.check_age(now)?;
        Ok(pending)
    }
}

/// What tells a login from others, and does not tell its token.
#[must_use]
pub fn id(pending: &Pending) -> Print {
    Kept::new(pending.token.text()).print()
}

/// Seals a login for what `parts` say, which open it: any texts that stay the same, such as the service, the consumer and the
/// identifier of the person's session. A nonce must not come twice. The text is of letters, digits, `-`, `_` and `.`.
///
/// # Errors
/// [`Protocol::NoPending`] where it is longer than any login.
pub fn seal(pending: &Pending, key: &Key, parts: &[&str], nonce: &[u8; NONCE]) -> Result<String, Error> {
    let plain = plain(pending)?;
    let text = sealed::to_text(FORMAT, key, nonce, &plain, parts).ok_or(Protocol::NoPending)?;
    if text.len() <= MOST { Ok(text) } else { Err(Protocol::NoPending.into()) }
}

/// How many bytes [`seal`] makes of a login, with whatever nonce.
///
/// # Errors
/// As [`seal`].
pub fn sealed_len(pending: &Pending) -> Result<usize, Error> {
    let sealed = base64::encoded_len(sealed::sealed_len(plain(pending)?.len()), false);
    let len = sealed.map(|sealed| FORMAT.len() + 1 + sealed);
    len.filter(|len| *len <= MOST).ok_or_else(|| Protocol::NoPending.into())
}

fn plain(pending: &Pending) -> Result<Zeroizing<Vec<u8>>, Error> {
    Ok(Zeroizing::new(serde_json::to_vec(&Record::of(pending)).map_err(|_| Protocol::NoPending)?))
}

/// Opens what was sealed for these parts. `now` is in Unix milliseconds.
///
/// # Errors
/// [`Protocol::NoPending`]; [`Protocol::OldPending`].
pub fn open(text: &str, key: &Key, parts: &[&str], now: i64) -> Result<Pending, Error> {
    let text = Some(text).filter(|text| text.len() <= MOST).ok_or(Protocol::NoPending)?;
    let plain = sealed::of_text(FORMAT, key, text, parts).ok_or(Protocol::NoPending)?;
    let record: Record = sealed::json(&plain).ok_or(Protocol::NoPending)?;
    record.pending(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;
    const DAY: i64 = 86_400_000;
    const PARTS: [&str; 2] = ["photos", "key"];

    fn pending() -> Pending {
        Pending {
            token: Secret::new(b"hunter2-token"),
            secret: Secret::new(b"hunter2-secret"),
            callback: "https://example.com/cb".to_owned(),
            account: Some("1234567-sb1.suitetalk.api.netsuite.com".to_owned()),
            begun_at: NOW,
        }
    }

    fn key(byte: u8) -> Key {
        Key::from_random(&[byte; 32])
    }

    #[test]
    fn what_was_sealed_opens_for_a_day() {
        let text = seal(&pending(), &key(1), &PARTS, &[9; NONCE]).unwrap();
        for callback in ["", "oob", "https://example.com/cb?x=1", "https://example.com/\"\u{1}"] {
            let pending = Pending { callback: callback.to_owned(), ..pending() };
            let text = seal(&pending, &key(1), &PARTS, &[9; NONCE]).unwrap();
            assert_eq!(sealed_len(&pending).unwrap(), text.len(), "{callback}");
        }
        assert!(text.starts_with("osign-pending-1.CQkJ") && !text.contains("hunter2"));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        for now in [NOW - DAY, NOW, NOW + DAY] {
            let opened = open(&text, &key(1), &PARTS, now).unwrap();
            assert_eq!((opened.token.text(), opened.secret.text()), ("hunter2-token", "hunter2-secret"));
            assert_eq!((opened.callback, opened.account), (pending().callback, pending().account));
            assert_eq!(opened.begun_at, NOW);
        }
        for now in [NOW - DAY - 1, NOW + DAY + 1, i64::MIN, i64::MAX] {
            let old = Protocol::OldPending { hours: 24 }.into();
            assert_eq!(open(&text, &key(1), &PARTS, now).unwrap_err(), old);
        }
        assert!(!format!("{:?}", pending()).contains("hunter2"));
        assert_eq!(id(&pending()), Kept::new("hunter2-token").print());
    }

    #[test]
    fn what_was_changed_or_belongs_elsewhere_does_not() {
        let text = seal(&pending(), &key(1), &PARTS, &[9; NONCE]).unwrap();
        let none = Error::from(Protocol::NoPending);
        let refused = |text: &str, key: &Key, parts: &[&str]| open(text, key, parts, NOW).unwrap_err();
        assert_eq!(refused(&text, &key(2), &PARTS), none);
        for parts in [&["photo", "skey"][..], &["photos"], &["photos", "key", ""], &[]] {
            assert_eq!(refused(&text, &key(1), parts), none);
        }
        let others = ["", "osign-pending-1", "osign-pending-1.", "osign-pending-2.AAAA", "osign-pending-1.===="];
        for other in others.into_iter().chain([&text[1..], &text[..99]]) {
            assert_eq!(refused(other, &key(1), &PARTS), none, "{other}");
        }
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(refused(std::str::from_utf8(&changed).unwrap(), &key(1), &PARTS), none, "{at}");
        }
        let long = Pending { callback: "a".repeat(MOST), ..pending() };
        assert_eq!(seal(&long, &key(1), &PARTS, &[9; NONCE]).unwrap_err(), none);
        assert_eq!(sealed_len(&long).unwrap_err(), none);
    }
}
