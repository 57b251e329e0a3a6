//! A lock for each grant that dies with its owner, however it dies.
//!
//! On Unix it is a record lock of fcntl(2): unlike one of flock(2), a child of `fork()` has no part in it, so a process that
//! was killed leaves none behind in its children. Such a lock is the process's, and is gone once the process closes the file
//! by whatever descriptor. So a table says which locks this process has, for its threads, and nobody opens the file of one
//! that is held.

use super::shared::Shared;
use crate::error::Error;
use crate::grant::store::Lock;
use crate::store::place::failure;
use crate::store::private_file;
use crate::store::process::Call;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

/// The most bytes that are read of who holds a lock.
const OWNER: u64 = 200;

/// The lock of a grant. It is given back when this is dropped, and when the process dies.
#[derive(Debug)]
pub struct GrantLock {
    shared: Arc<Shared>,
    file_name: String,
    process: u32,
    /// Closing it gives the lock back. It goes first: then others of this process may open the file.
    file: Option<File>,
}

impl Drop for GrantLock {
    fn drop(&mut self) {
        // In a child the lock is not ours to give back. Nor does closing its file: the lock is the parent's.
        match Call::begin() {
            Ok(call) if call.process == self.process => {
                drop(self.file.take());
                self.shared.release(&call, &self.file_name);
            }
            _ => drop(self.file.take()),
        }
    }
}

/// Takes the lock of a file in a folder, without waiting.
///
/// # Errors
/// [`Keeping`](crate::error::Keeping): the file cannot be made or locked.
pub(super) fn take(
    shared: &Arc<Shared>,
    call: &Call,
    folder: &Path,
    file_name: &str,
    owner: &str,
) -> Result<Lock<GrantLock>, Error> {
    if !shared.claim(call, file_name) {
        return Ok(Lock::Held(format!("another thread of process {}", call.process)));
    }
    let path = folder.join(file_name);
    let taken = lock_file(&path);
    match taken {
        Ok(Ok(mut file)) => {
            // For people. The lock itself is not in the text. Not emptied before: some file systems flush such a file to the
            // disk when it is closed.
            let written = file.write_all(owner.as_bytes()).and_then(|()| file.set_len(owner.len() as u64));
            let lock = GrantLock {
                shared: shared.clone(),
                file_name: file_name.to_owned(),
                process: call.process,
                file: Some(file),
            };
            match written {
                // There is no room for a few bytes, and so none for what the lock is for.
                Err(error) => Err(failure(&path, &error)),
                Ok(()) => Ok(Lock::Taken(lock)),
            }
        }
        Ok(Err(holder)) => {
            shared.release(call, file_name);
            Ok(Lock::Held(holder))
        }
        Err(error) => {
            shared.release(call, file_name);
            Err(failure(&path, &error))
        }
    }
}

/// The file, locked; or who holds it.
fn lock_file(path: &Path) -> std::io::Result<Result<File, String>> {
    loop {
        let mut file = open(path)?;
        if !try_lock(&file)? {
            return Ok(Err(holder(&mut file)));
        }
        // Files are never removed here; but who cleans up may have, and then another process locks another file.
        if is_same(&file, path) {
            return Ok(Ok(file));
        }
    }
}

fn holder(file: &mut File) -> String {
    let mut text = Vec::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(OWNER).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    match text.trim() {
        text if read.is_ok() && !text.is_empty() => text.chars().filter(|c| !c.is_control()).collect(),
        _ => "another process".to_owned(),
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = private_file();
    options.read(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    options.open(path)
}

#[cfg(unix)]
fn try_lock(file: &File) -> std::io::Result<bool> {
    use rustix::fs::{FlockOperation, fcntl_lock};
    use rustix::io::Errno;
    match fcntl_lock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::AGAIN | Errno::ACCESS) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> std::io::Result<bool> {
    use std::fs::TryLockError;
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether a file is still the one of its path.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(ours), Ok(there)) => (ours.dev(), ours.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// An open file is not removed on Windows.
#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    path.exists()
}
