//! What the database did not take: the newest record of a grant, in a file beside it.
//!
//! What fails the database is mostly a full disk, which fails any new file as well. So there is a file of the size that is
//! needed before anything is sent that could bring a record.

use super::{file_name, private_file};
use crate::error::Error;
use crate::grant::seal::{MOST, name_of};
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// How the file ends that holds a record.
const KEPT: &str = "spill";

/// The files of one grant.
#[derive(Debug)]
pub(super) struct Spill {
    kept: PathBuf,
    reserve: PathBuf,
}

impl Spill {
    /// In a folder, by the name of the grant's files.
    pub(super) fn new(folder: &Path, file_name: &str) -> Self {
        let file = |kind| folder.join(format!("{file_name}.{kind}"));
        Self { kept: file(KEPT), reserve: file("reserve") }
    }

    /// Sees to it that there is room for a record, whatever becomes of the disk.
    pub(super) fn reserve(&self) -> Result<()> {
        if fs::metadata(&self.reserve).is_ok_and(|found| found.len() == MOST as u64) {
            return Ok(());
        }
        // Not by setting a length: that would take no room.
        let written = create(&self.reserve).and_then(|mut file| {
            file.write_all(&[b' '; MOST])?;
            file.sync_all()
        });
        written.inspect_err(|_| drop(fs::remove_file(&self.reserve)))
    }

    /// Keeps a record, durably, in place of an older one.
    pub(super) fn keep(&self, record: &str) -> Result<()> {
        let beside = self.kept.with_extension("spilling");
        let written = create(&beside).and_then(|file| write(file, record));
        match written {
            Ok(()) => fs::rename(&beside, &self.kept)?,
            Err(_) => {
                let _ = fs::remove_file(&beside);
                write(OpenOptions::new().write(true).open(&self.reserve)?, record)?;
                fs::rename(&self.reserve, &self.kept)?;
            }
        }
        sync_folder(&self.kept)
    }

    /// What is kept.
    pub(super) fn kept(&self) -> Result<Option<String>> {
        match fs::read_to_string(&self.kept) {
            Ok(record) => Ok(Some(record)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Forgets it.
    pub(super) fn forget(&self) -> Result<()> {
        match fs::remove_file(&self.kept) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => sync_folder(&self.kept),
        }
    }
}

/// The file that keeps a record of a grant, in a folder.
pub(super) fn file(folder: &Path, grant: &str) -> PathBuf {
    folder.join(format!("{}.{KEPT}", file_name(grant)))
}

/// Of names, those of which a folder keeps a record, and of what else it keeps the names that no grant has by now. They are not
/// looked at where it keeps none, which is the rule.
pub(super) fn names_in(
    folder: &Path,
    names: impl Iterator<Item = std::result::Result<String, Error>>,
) -> std::result::Result<Vec<String>, Error> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| PathBuf::from(file.file_name()));
    let mut kept: HashSet<_> = files.filter(|file| file.extension().is_some_and(|kind| kind == KEPT)).collect();
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let mut is_kept = |name: &str| kept.remove(Path::new(&format!("{}.{KEPT}", file_name(name))));
    let found: std::result::Result<Vec<_>, Error> =
        names.filter(|name| name.as_ref().map_or(true, |name| is_kept(name))).collect();
    let mut found = found?;
    let gone = kept.iter().filter_map(|file| name_of(&fs::read_to_string(folder.join(file)).ok()?));
    found.extend(gone);
    found.sort_unstable();
    Ok(found)
}

/// Over what the file has already, so that it needs no room where there is enough.
fn write(mut file: File, record: &str) -> Result<()> {
    file.write_all(record.as_bytes())?;
    file.set_len(record.len() as u64)?;
    file.sync_all()
}

fn create(path: &Path) -> Result<File> {
    private_file().create(true).truncate(true).open(path)
}

/// Makes a name durable; what is done for that differs by system, and Windows has nothing.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
