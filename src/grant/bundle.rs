//! A grant as a sealed text of its own, on its way to another store, or put away.

use super::key::{Key, Keys};
use super::record::Grant;
use super::seal::{NONCE, Sealer, outside};
use crate::error::{Error, Keeping};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "osign-bundle-1";

/// What a grant is sealed for: this goes along, so that nobody makes one of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Purpose {
    /// It goes on elsewhere, and no more where it came from.
    Move,
    /// It goes on where it came from.
    Backup,
}

/// What seals a bundle: a key, or a passphrase (at least 12 characters).
#[derive(Clone, Copy, Debug)]
pub enum Lock<'a> {
    /// A key.
    Key(&'a Key),
    /// A passphrase, made a key by Argon2id.
    Passphrase(&'a [u8]),
}

impl Purpose {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Backup => "backup",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Bundle {
    format: String,
    purpose: Purpose,
    grant: String,
    /// What the passphrase is mixed with; random also where a key seals.
    salt: [u8; 16],
    record: String,
}

/// Seals a grant into one line of text.
///
/// # Errors
/// [`Keeping::LargeRecord`]; a passphrase that is too short.
pub fn seal(
    grant: &Grant,
    purpose: Purpose,
    lock: Lock<'_>,
    salt: [u8; 16],
    nonce: &[u8; NONCE],
) -> Result<String, Error> {
    let record = Sealer::new(Keys::new(key(lock, &salt)?), FORMAT, purpose.name()).seal(grant, nonce)?;
    let bundle = Bundle { format: FORMAT.to_owned(), purpose, grant: grant.name.clone(), salt, record };
    serde_json::to_string(&bundle).map_err(|_| Keeping::NoBundle.into())
}

/// Whether a text is one that [`seal`] wrote.
///
/// # Errors
/// [`Keeping::NoBundle`], [`Keeping::OtherBundle`].
pub fn check(text: &str) -> Result<(), Error> {
    read(text).map(drop)
}

/// The grant that a text holds, and what it was sealed for.
///
/// # Errors
/// Those of [`check`]; [`Keeping::BundleKey`]; a record that was changed.
pub fn open(text: &str, lock: Lock<'_>) -> Result<(Grant, Purpose), Error> {
    let bundle = read(text)?;
    let key = key(lock, &bundle.salt)?;
    if outside(&bundle.grant, &bundle.record)?.key != key.id() {
        return Err(Keeping::BundleKey.into());
    }
    let grant = Sealer::new(Keys::new(key), FORMAT, bundle.purpose.name()).open(&bundle.grant, &bundle.record)?;
    Ok((grant, bundle.purpose))
}

fn read(text: &str) -> Result<Bundle, Error> {
    let bundle: Bundle = serde_json::from_str(text).map_err(|_| Keeping::NoBundle)?;
    if bundle.format == FORMAT { Ok(bundle) } else { Err(Keeping::OtherBundle.into()) }
}

fn key(lock: Lock<'_>, salt: &[u8; 16]) -> Result<Key, Error> {
    match lock {
        Lock::Key(key) => Ok(key.clone()),
        Lock::Passphrase(passphrase) => Key::from_passphrase(passphrase, salt),
    }
}
