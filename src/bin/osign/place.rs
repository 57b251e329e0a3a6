//! Where the store is, and what opens it: options, environment, or the user's folder of data.

use crate::args::Place;
use crate::failure::{self, Failure};
use crate::{key, secrets, shown};
use osign::grant::key::Key;
use osign::store::Kind;
use osign::store::open::Options;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const STORE: &str = "OSIGN_STORE";
const ENVIRONMENT: &str = "OSIGN_ENVIRONMENT";
/// Certificate authorities to trust beside the system's.
const CA_FILE: &str = "OSIGN_CA_FILE";
const KEY_FILE: &str = "OSIGN_STORE_KEY_FILE";
/// The key itself, where files cannot be had.
const KEY: &str = "OSIGN_STORE_KEY";
const PASSPHRASE_FILE: &str = "OSIGN_STORE_PASSPHRASE_FILE";
/// What still opens that which is not sealed anew yet, while keys are changed.
const OLD_KEY_FILE: &str = "OSIGN_STORE_OLD_KEY_FILE";
const OLD_PASSPHRASE_FILE: &str = "OSIGN_STORE_OLD_PASSPHRASE_FILE";

/// What opens a store.
pub(crate) enum Secret {
    Key(Key),
    /// Makes a key with the salt of each store.
    Passphrase(Zeroizing<String>),
}

impl Secret {
    /// The key of the store with this salt.
    pub(crate) fn key(&self, salt: &[u8; 16]) -> Result<Key, Failure> {
        match self {
            Self::Key(key) => Ok(key.clone()),
            Self::Passphrase(passphrase) => Ok(Key::from_passphrase(passphrase.as_bytes(), salt)?),
        }
    }
}

/// The store's URL.
pub(crate) fn store(place: &Place) -> Result<String, Failure> {
    let given = match (&place.store, variable(STORE)?) {
        (Some(text), _) => Some((text.clone(), "--store")),
        (None, Some(text)) => Some((text, STORE)),
        (None, None) => None,
    };
    let Some((url, from)) = given else {
        let file = folder("--store sqlite:PATH", STORE)?.join("grants.sqlite");
        let path = file.into_os_string().into_string();
        return path.map(|path| format!("sqlite:{path}")).map_err(|_| {
            unusable(format!(
                "the path of your folder of data is not UTF-8; name a store with --store sqlite:PATH or {STORE}"
            ))
        });
    };
    // What was written may have a password in it, so that it is not said.
    Kind::of(&url).map_err(|_| {
        unusable(format!("{from} is none that is known; write sqlite:PATH or postgresql://USER@HOST/DATABASE"))
    })?;
    Ok(url)
}

/// What opens the store, which must be there.
pub(crate) fn secret(place: &Place) -> Result<Secret, Failure> {
    match find(place)? {
        Found::Secret(secret) => Ok(secret),
        Found::Asked => ask(secrets::ask),
        Found::Missing(file) => Err(missing(&file)),
        Found::NoneNamed(file) => {
            let file = shown::path(&file);
            Err(unusable(format!(
                "there is no key file {file}; put back the one that the store was made with, or say --passphrase where a \
                 passphrase opens the store"
            )))
        }
    }
}

/// What opened the store before, while keys are changed.
pub(crate) fn old_secret() -> Result<Option<Secret>, Failure> {
    if let Some(file) = variable(OLD_KEY_FILE)? {
        return read_key(Path::new(&file)).map(|key| Some(Secret::Key(key)));
    }
    let passphrase = variable(OLD_PASSPHRASE_FILE)?.map(|file| read_passphrase(Path::new(&file)));
    Ok(passphrase.transpose()?.map(Secret::Passphrase))
}

/// What is to open a store that is not there yet: what was named, and else a key that is made. Its file comes back too.
pub(crate) fn new_secret(place: &Place) -> Result<(Secret, Option<PathBuf>), Failure> {
    let secret = match find(place)? {
        Found::Secret(secret) => secret,
        Found::Asked => ask(secrets::ask_new)?,
        Found::Missing(file) => return Err(missing(&file)),
        Found::NoneNamed(file) => {
            make_folder(&file)?;
            return Ok((Secret::Key(key::make(&file)?), Some(file)));
        }
    };
    // A passphrase that is too short is refused before anything is made.
    secret.key(&[0; 16])?;
    Ok((secret, None))
}

/// How it is opened: what tells this environment from another that has the same machine and path, as a clone has; and whom its
/// client trusts.
pub(crate) fn options() -> Result<Options, Failure> {
    let mut options = Options::default();
    options.environment = variable(ENVIRONMENT)?;
    options.ca_file = env::var_os(CA_FILE).filter(|path| !path.is_empty()).map(Into::into);
    Ok(options)
}

/// Makes the user's folder of data, if that is where a file is to be.
pub(crate) fn make_folder(file: &Path) -> Result<(), Failure> {
    let Some(parent) = file.parent().filter(|_| is_in_data_folder(file)) else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let failed = |error| Failure::io(format_args!("cannot make the folder {}", shown::path(parent)), &error);
    builder.create(parent).map_err(failed)
}

/// Whether it is where a file is that nobody named.
pub(crate) fn is_in_data_folder(file: &Path) -> bool {
    data_folder().is_some_and(|folder| file.parent() == Some(&folder))
}

/// Reads a key's file, which must be its owner's alone.
pub(crate) fn read_key(file: &Path) -> Result<Key, Failure> {
    match try_read_key(file)? {
        Some(key) => Ok(key),
        None => Err(missing(file)),
    }
}

/// Reads a passphrase's file, which must be its owner's alone; `-` is stdin.
pub(crate) fn read_passphrase(file: &Path) -> Result<Zeroizing<String>, Failure> {
    if file.as_os_str() != "-" && !is_there("passphrase", file)? {
        return Err(unusable(format!("there is no passphrase file {}", shown::path(file))));
    }
    secrets::text_in(file, "the passphrase").map_err(|failure| failure.with(failure::STORE))
}

enum Found {
    Secret(Secret),
    /// A person is to type a passphrase.
    Asked,
    /// A key file that was named, and is not there.
    Missing(PathBuf),
    /// Nothing was named; here a key would be.
    NoneNamed(PathBuf),
}

/// What an option names, and else the environment.
fn find(place: &Place) -> Result<Found, Failure> {
    if let Some(file) = &place.key_file {
        return key_in(file, Found::Missing);
    }
    if let Some(file) = &place.passphrase_file {
        return passphrase_in(file);
    }
    if place.passphrase {
        return Ok(Found::Asked);
    }
    match (variable(KEY_FILE)?, variable(PASSPHRASE_FILE)?, variable(KEY)?.map(Zeroizing::new)) {
        (Some(file), None, None) => key_in(Path::new(&file), Found::Missing),
        (None, Some(file), None) => passphrase_in(Path::new(&file)),
        (None, None, Some(line)) => Key::read(line.as_bytes())
            .map(|key| Found::Secret(Secret::Key(key)))
            .map_err(|error| unusable(format!("{KEY}: {error}"))),
        (None, None, None) => key_in(&folder("--key-file FILE", KEY_FILE)?.join("store.key"), Found::NoneNamed),
        _ => Err(unusable(format!("more than one of {KEY_FILE}, {PASSPHRASE_FILE} and {KEY} is set; leave one"))),
    }
}

fn key_in(file: &Path, absent: fn(PathBuf) -> Found) -> Result<Found, Failure> {
    Ok(try_read_key(file)?.map_or_else(|| absent(file.to_owned()), |key| Found::Secret(Secret::Key(key))))
}

fn passphrase_in(file: &Path) -> Result<Found, Failure> {
    read_passphrase(file).map(|passphrase| Found::Secret(Secret::Passphrase(passphrase)))
}

fn ask(ask: fn(&str, &str) -> Result<Zeroizing<String>, Failure>) -> Result<Secret, Failure> {
    let passphrase = ask("passphrase", "--passphrase-file").map_err(|failure| failure.with(failure::STORE))?;
    Ok(Secret::Passphrase(passphrase))
}

fn try_read_key(file: &Path) -> Result<Option<Key>, Failure> {
    if !is_there("key", file)? {
        return Ok(None);
    }
    let shown = shown::path(file);
    let bytes = fs::read(file).map_err(|error| unusable(format!("cannot read the key file {shown}: {error}")))?;
    Key::read(&Zeroizing::new(bytes)).map(Some).map_err(|error| unusable(format!("{shown}: {error}")))
}

/// Whether there is such a file, which must be its owner's alone.
fn is_there(what: &str, file: &Path) -> Result<bool, Failure> {
    let shown = shown::path(file);
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unusable(format!("cannot read the {what} file {shown}: {error}"))),
        Ok(metadata) if metadata.is_dir() => Err(unusable(format!("{shown} is a folder, and no {what} file"))),
        Ok(metadata) => refuse_if_open_to_others(what, &shown, &metadata).map(|()| true),
    }
}

/// A group may read it, as the secrets of containers are often mounted so; nobody else.
#[cfg(unix)]
fn refuse_if_open_to_others(what: &str, file: &str, metadata: &fs::Metadata) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o027 == 0 {
        return Ok(());
    }
    let message = format!(
        "other users may read or change the {what} file {file} (its mode is {mode:03o}); make it yours alone: chmod 600 {file}"
    );
    Err(unusable(message))
}

#[cfg(not(unix))]
fn refuse_if_open_to_others(_: &str, _: &str, _: &fs::Metadata) -> Result<(), Failure> {
    Ok(())
}

fn folder(option: &str, variable: &str) -> Result<PathBuf, Failure> {
    data_folder().ok_or_else(|| {
        unusable(format!("there is no folder of data for this user (no HOME); name one with {option} or {variable}"))
    })
}

/// The user's folder for what programs keep.
fn data_folder() -> Option<PathBuf> {
    let set = |variable| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = if cfg!(windows) {
        set("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        set("HOME")?.join("Library/Application Support")
    } else {
        set("XDG_DATA_HOME").filter(|path| path.is_absolute()).or_else(|| Some(set("HOME")?.join(".local/share")))?
    };
    Some(data.join("osign"))
}

/// A variable that is set and not empty.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(unusable(format!("the environment variable {name} is not UTF-8; write it in UTF-8")))
        }
    }
}

fn missing(file: &Path) -> Failure {
    let shown = shown::path(file);
    unusable(format!("there is no key file {shown}; if none was made yet: osign key new {shown}"))
}

fn unusable(message: String) -> Failure {
    Failure::of(failure::STORE, message)
}
