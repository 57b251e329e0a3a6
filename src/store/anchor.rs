//! The anchor: how far a store has come, written down outside of it, so that a backup put in its place is noticed.
//!
//! It is a hint and no proof: it is written after each commit without waiting for the disk, and where it is missing or
//! unreadable, nothing is known. But where it says more than the store knows, the store is an older copy.

use super::{file_name, hexadecimal, private_file};
use crate::mac::hmac;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What the first line says.
const FORMAT: &str = "osign-anchor-1";

/// A store's anchor.
#[derive(Clone)]
pub(super) struct Anchor {
    path: PathBuf,
    store: String,
    environment: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Anchor").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Anchor {
    /// In a folder; for a store in an environment, since a copy that was adopted elsewhere goes on by itself.
    pub(super) fn new(folder: &Path, store: &str, environment: &str, secret: &[u8]) -> Self {
        Self {
            path: folder.join(file_name(&format!("{store} {environment}"))),
            store: store.to_owned(),
            environment: environment.to_owned(),
            secret: secret.to_owned(),
        }
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many commits there were, as far as is known.
    pub(super) fn commits(&self) -> Option<u64> {
        let text = fs::read_to_string(&self.path).ok()?;
        let commits = text.lines().nth(2)?.parse().ok()?;
        (text == self.text(commits)).then_some(commits)
    }

    /// Writes down how many there were, if it is more than stands there.
    ///
    /// That it fails must not fail what is committed already.
    pub(super) fn raise(&self, commits: u64) {
        if self.commits().is_none_or(|known| known < commits) {
            let _ = self.write(commits);
        }
    }

    /// Over what stands there, in one piece of the same length. A file of its own that takes the place of the other would be
    /// flushed to the disk by some file systems, which costs as much as the commit did.
    pub(super) fn write(&self, commits: u64) -> std::io::Result<()> {
        let open = || private_file().create(true).truncate(false).open(&self.path);
        let mut file = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
                open()?
            }
            other => other?,
        };
        let text = self.text(commits);
        file.write_all(text.as_bytes())?;
        if file.metadata()?.len() != text.len() as u64 { file.set_len(text.len() as u64) } else { Ok(()) }
    }

    fn text(&self, commits: u64) -> String {
        let said = format!("{FORMAT}\n{} {}\n{commits:020}\n", self.store, self.environment);
        let mac = hmac("SHA256", &self.secret, said.as_bytes()).unwrap_or_default();
        format!("{said}{}\n", hexadecimal(&mac))
    }
}

/// Where anchors stand: `OSIGN_ANCHORS`, or the folder of this user for what programs remember. None where nobody knows one.
pub(super) fn folder() -> Option<PathBuf> {
    let set = |variable| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("OSIGN_ANCHORS") {
        return Some(folder);
    }
    let state = if cfg!(windows) {
        set("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        set("HOME")?.join("Library/Application Support")
    } else {
        set("XDG_STATE_HOME").filter(|path| path.is_absolute()).or_else(|| Some(set("HOME")?.join(".local/state")))?
    };
    Some(state.join("osign").join("anchors"))
}
