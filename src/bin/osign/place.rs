//! Where the store and its key are: options, environment, or the user's folder of data.

use crate::args::Place;
use crate::failure::{self, Failure};
use crate::{key, shown};
use osign::grant::key::Key;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const STORE: &str = "OSIGN_STORE";
const KEY_FILE: &str = "OSIGN_STORE_KEY_FILE";
/// A key that still opens what is not sealed anew yet, while keys are changed.
const OLD_KEY_FILE: &str = "OSIGN_STORE_OLD_KEY_FILE";
/// The key itself, where files cannot be had.
const KEY: &str = "OSIGN_STORE_KEY";

/// The store's file.
pub(crate) fn store(place: &Place) -> Result<PathBuf, Failure> {
    let given = match (&place.store, variable(STORE)?) {
        (Some(text), _) => Some((text.clone(), "--store")),
        (None, Some(text)) => Some((text, STORE)),
        (None, None) => None,
    };
    match given {
        None => Ok(folder("--store sqlite:PATH", STORE)?.join("grants.sqlite")),
        Some((text, from)) => match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
            _ => Err(unusable(format!("{from} is none that is known; write sqlite:PATH"))),
        },
    }
}

/// The store's key, which must be there.
pub(crate) fn key(place: &Place) -> Result<Key, Failure> {
    match find(place)? {
        Found::Key(key) => Ok(key),
        Found::Missing(file) => Err(missing(&file)),
    }
}

/// The key before this one, while keys are changed.
pub(crate) fn old_key() -> Result<Option<Key>, Failure> {
    variable(OLD_KEY_FILE)?.map(|file| read_key(Path::new(&file))).transpose()
}

/// The store's key; where none was named, and none is there, a new one. The file of a new one comes back too.
pub(crate) fn key_or_new(place: &Place) -> Result<(Key, Option<PathBuf>), Failure> {
    match find(place)? {
        Found::Key(key) => Ok((key, None)),
        Found::Missing(file) if is_named(place) => Err(missing(&file)),
        Found::Missing(file) => {
            make_folder(&file)?;
            Ok((key::make(&file)?, Some(file)))
        }
    }
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

enum Found {
    Key(Key),
    Missing(PathBuf),
}

fn find(place: &Place) -> Result<Found, Failure> {
    if !is_named(place)
        && let Some(line) = variable(KEY)?.map(Zeroizing::new)
    {
        let key = Key::read(line.as_bytes()).map_err(|error| unusable(format!("{KEY}: {error}")))?;
        return Ok(Found::Key(key));
    }
    let file = match (&place.key_file, variable(KEY_FILE)?) {
        (Some(file), _) => file.clone(),
        (None, Some(file)) => PathBuf::from(file),
        (None, None) => folder("--key-file FILE", KEY_FILE)?.join("store.key"),
    };
    Ok(try_read_key(&file)?.map_or(Found::Missing(file), Found::Key))
}

fn is_named(place: &Place) -> bool {
    place.key_file.is_some() || env::var_os(KEY_FILE).is_some_and(|value| !value.is_empty())
}

fn try_read_key(file: &Path) -> Result<Option<Key>, Failure> {
    let shown = shown::path(file);
    let failed = |error: std::io::Error| unusable(format!("cannot read the key file {shown}: {error}"));
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(metadata) if metadata.is_dir() => return Err(unusable(format!("{shown} is a folder, and no key file"))),
        Ok(metadata) => refuse_if_open_to_others(&shown, &metadata)?,
    }
    let bytes = Zeroizing::new(fs::read(file).map_err(failed)?);
    Key::read(&bytes).map(Some).map_err(|error| unusable(format!("{shown}: {error}")))
}

/// A group may read it, as the secrets of containers are often mounted so; nobody else.
#[cfg(unix)]
fn refuse_if_open_to_others(file: &str, metadata: &fs::Metadata) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o027 == 0 {
        return Ok(());
    }
    let message = format!(
        "other users may read or change the key file {file} (its mode is {mode:03o}); make it yours alone: chmod 600 {file}"
    );
    Err(unusable(message))
}

#[cfg(not(unix))]
fn refuse_if_open_to_others(_: &str, _: &fs::Metadata) -> Result<(), Failure> {
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
