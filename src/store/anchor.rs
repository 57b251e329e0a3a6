//! The anchor: how far a store has come, written down outside of it, so that a backup put in its place is noticed.
//!
//! It is a hint and no proof: it is written after each commit without waiting for the disk, and where it is missing or
//! unreadable, nothing is known. But where it says more than the store knows, the store is an older copy.
//!
//! A store that counts its commits in several parts, each by itself, has a text for each part. The first stands alone, as the only
//! one of another store does; the others stand in a file beside it, one behind the other. All have the same length, so that each is
//! written over by itself. Not in one file: a process of another version that knows of one text alone cuts its file to that.

use super::{file_name, hexadecimal, private_file};
use crate::mac::hmac;
use std::fs;
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What the first line says. Of a further part it is as long.
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
        self.known(0)
    }

    /// How many there were of each of so many parts; 0 where nothing is known.
    #[cfg(feature = "postgres")]
    pub(super) fn parts(&self, count: usize) -> Vec<u64> {
        let files = [self.place(0).0, self.place(1).0].map(|path| fs::read(path).unwrap_or_default());
        (0..count).map(|part| self.read(&files[usize::from(part > 0)], part).unwrap_or(0)).collect()
    }

    /// Writes down how many there were, if it is more than stands there.
    ///
    /// That it fails must not fail what is committed already.
    pub(super) fn raise(&self, commits: u64) {
        self.raise_part(0, commits);
    }

    /// The same of a part.
    pub(super) fn raise_part(&self, part: usize, commits: u64) {
        let known = self.known(part);
        if known.is_none_or(|known| known < commits) {
            let _ = self.write(part, commits);
        }
    }

    /// How many there were of a part, as far as is known.
    fn known(&self, part: usize) -> Option<u64> {
        self.read(&fs::read(self.place(part).0).ok()?, part)
    }

    /// The file that a part stands in, and where it begins there.
    fn place(&self, part: usize) -> (PathBuf, usize) {
        match part.checked_sub(1) {
            None => (self.path.clone(), 0),
            Some(before) => {
                let mut name = self.path.clone().into_os_string();
                name.push(".parts");
                (name.into(), before * self.len())
            }
        }
    }

    /// What its file says of a part.
    fn read(&self, file: &[u8], part: usize) -> Option<u64> {
        let text = file.get(self.place(part).1..)?.get(..self.len())?;
        let commits = std::str::from_utf8(text).ok()?.lines().nth(2)?.parse().ok()?;
        (text == self.text(part, commits).as_bytes()).then_some(commits)
    }

    /// Over what stands there, in one piece of the same length. A file of its own that takes the place of the other would be
    /// flushed to the disk by some file systems, which costs as much as the commit did.
    pub(super) fn write(&self, part: usize, commits: u64) -> std::io::Result<()> {
        let (path, start) = self.place(part);
        let open = || private_file().create(true).truncate(false).open(&path);
        let mut file = match open() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(self.path.parent().unwrap_or(Path::new(".")))?;
                open()?
            }
            other => other?,
        };
        file.seek(SeekFrom::Start(start as u64))?;
        file.write_all(self.text(part, commits).as_bytes())
    }

    fn text(&self, part: usize, commits: u64) -> String {
        let format = if part == 0 { FORMAT.to_owned() } else { format!("osign-part-{part:03}") };
        let said = format!("{format}\n{} {}\n{commits:020}\n", self.store, self.environment);
        let mac = hmac("SHA256", &self.secret, said.as_bytes()).unwrap_or_default();
        format!("{said}{}\n", hexadecimal(&mac))
    }

    /// How long the text of a part is: four lines, of which the second has two identifiers, the third 20 digits, and the last
    /// the 64 of a hash.
    fn len(&self) -> usize {
        FORMAT.len() + 1 + self.store.len() + 1 + self.environment.len() + 1 + 20 + 1 + 64 + 1
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

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    fn anchor(name: &str, secret: &[u8]) -> Anchor {
        Anchor::new(&std::env::temp_dir().join(format!("osign-{name}-{}", std::process::id())), "store", "here", secret)
    }

    #[test]
    fn each_part_is_known_by_itself() {
        let anchor = anchor("anchor-parts", b"secret");
        assert_eq!((anchor.commits(), anchor.parts(4)), (None, vec![0; 4]));
        anchor.raise_part(3, 7);
        assert_eq!((anchor.commits(), anchor.parts(4)), (None, vec![0, 0, 0, 7]));
        anchor.raise(5);
        anchor.raise_part(1, 2);
        anchor.raise_part(3, 6);
        assert_eq!((anchor.commits(), anchor.parts(5)), (Some(5), vec![5, 2, 0, 7, 0]));
        assert_eq!(anchor.text(0, 5).len(), anchor.len());
        assert_eq!(anchor.text(31, u64::MAX).len(), anchor.len());

        // One part's text in the place of another's says nothing.
        let (path, start) = anchor.place(3);
        let mut file = fs::read(&path).unwrap();
        file.copy_within(start.., anchor.place(2).1);
        fs::write(path, file).unwrap();
        assert_eq!(anchor.parts(4), [5, 2, 0, 7]);
        let other = Anchor { secret: b"other".to_vec(), ..anchor.clone() };
        assert_eq!(other.parts(4), [0; 4]);

        // As a process of another version does, which knows of one text.
        fs::OpenOptions::new().write(true).open(anchor.path()).unwrap().set_len(anchor.len() as u64).unwrap();
        assert_eq!((anchor.commits(), anchor.parts(4)), (Some(5), vec![5, 2, 0, 7]));
        assert_eq!(fs::read(anchor.path()).unwrap().len(), anchor.len());
        fs::remove_dir_all(anchor.path().parent().unwrap()).unwrap();
    }
}
