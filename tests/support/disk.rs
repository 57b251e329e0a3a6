//! Children whose disk is cut off at a step of theirs.

use crate::folder::Folder;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Compiles the disk that is cut off.
fn disk() -> &'static Path {
    static DISK: OnceLock<PathBuf> = OnceLock::new();
    DISK.get_or_init(|| {
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/disk.c");
        let status = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).status();
        assert!(status.is_ok_and(|status| status.success()), "cc does not compile {source}");
        library
    })
}

/// A child whose disk is cut off at a step; the steps are those in the folder alone.
pub(crate) fn cut(folder: &Folder, step: u32, synced: Option<&Path>) -> Command {
    let mut command = folder.command();
    command
        .env("LD_PRELOAD", disk())
        .env("OSIGN_DISK_FOLDER", folder.path("store.db"))
        .env("OSIGN_DISK_STEP", step.to_string());
    if let Some(synced) = synced {
        command.env("OSIGN_DISK_SYNCED", synced.join("store.db"));
    }
    command
}
