//! What proves to processes of one host that one of them has ended, so that its lease need not be waited for
//! (`token-rotation.md` §5.6 (1)).
//!
//! Whoever has a lease holds a lock of this system on a file of this host, and the file has the lease's token. Who gets that lock
//! finds there the token of one who has ended, or who could not give its lease back: that lease, and no other, is free. What
//! is not seen is not taken: another host, another user's folder and a folder on any file system but those that are known to
//! keep locks of this machine ([`proves_by_locks`]) tell nothing, and whoever is paused has its lock. Neither process numbers nor names of hosts are believed, which containers share and machines reuse.
//!
//! The lock is one of flock(2), which is the open file's: a child of `fork()` has part in it, so that it may outlive its owner,
//! and then nothing is proved.

use super::super::place::proves_by_locks;
use super::super::private_file;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The most bytes that are read of a token.
const TOKEN: u64 = 64;

/// The lock of a grant's file on this host.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
    /// The lease of somebody who has ended; empty where there is none.
    pub(super) left: String,
}

impl Witness {
    /// Takes the lock; None where another one has it, or it would prove nothing.
    pub(super) fn take(folder: &Path, file_name: &str) -> Option<Self> {
        let mut options = private_file();
        options.read(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW);
        let mut file = options.open(folder.join(format!("{file_name}.lease"))).ok()?;
        if !proves_by_locks(&file) {
            return None;
        }
        file.try_lock().ok()?;
        let mut left = String::new();
        // Half of a token, of somebody who ended while writing it, is nobody's.
        (&mut file).take(TOKEN).read_to_string(&mut left).ok()?;
        Some(Self { file, left })
    }

    /// Notes the lease that was had.
    pub(super) fn has(&mut self, token: &str) {
        let written = self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.write_all(token.as_bytes()));
        // Where it could not be written, nothing is proved.
        if written.is_err() {
            let _ = self.file.set_len(0);
        }
    }

    /// Gives the lock back; and where its lease was given back as well, nothing is left. Not by closing the file: a child of
    /// `fork()` would still have the lock then.
    pub(super) fn end(mut self, is_given_back: bool) {
        if is_given_back {
            self.left.clear();
            let _ = self.file.set_len(0);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_what_is_left_by_one_who_has_ended_is_found() {
        let folder = std::env::temp_dir().join(format!("osign-witness-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let take = || Witness::take(&folder, "grant");
        let mut witness = take().unwrap();
        assert_eq!(witness.left, "");
        witness.has("0123");
        assert!(take().is_none(), "whoever lives is left alone");
        // As the system does it at a death.
        drop(witness);
        let witness = take().unwrap();
        assert_eq!(witness.left, "0123");
        witness.end(false);
        let witness = take().unwrap();
        assert_eq!(witness.left, "0123", "what was not given back is left");
        witness.end(true);
        assert_eq!(take().unwrap().left, "");
        assert!(Witness::take(&folder.join("none"), "grant").is_none());
        fs::remove_dir_all(folder).unwrap();
    }
}
