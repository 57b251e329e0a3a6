//! Where grants are kept, behind [`grant::store::Store`](crate::grant::store::Store): SQLite, in a file of this machine;
//! PostgreSQL, for several hosts; or a table of the host's own, behind [`Records`].
//!
//! Beside SQLite's file `PATH` lie its write-ahead log (`PATH-wal`, `PATH-shm`), and `PATH-locks`, a folder with a lock for each
//! grant and with what the database did not take. [`Sqlite::backup`] makes a copy that needs none of them.

mod anchor;
mod any;
mod beside;
mod environment;
mod host;
mod listed;
#[cfg(feature = "http")]
pub mod open;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod process;
#[cfg(feature = "http")]
mod reports;
#[cfg(feature = "http")]
pub mod settings;
mod spill;
mod sqlite;
#[cfg(feature = "http")]
pub mod steps;
mod world;

pub use any::{AnyLock, AnyStore, Kind};
pub use host::{HostLock, HostStore, Records, records_failed};
pub use listed::Listed;
#[cfg(feature = "postgres")]
pub use postgres::{Lease, Postgres};
pub use sqlite::{GrantLock, Info, Options, Sqlite};

use std::fmt::Write;
use std::fs::{DirBuilder, OpenOptions};
use std::path::Path;

/// How a file is opened that is written, and that is this user's alone if it is made.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder that is this user's alone.
fn make_private_folder(path: &Path) -> std::io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "there are no modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The user's folder for what programs keep.
fn data_folder() -> Option<std::path::PathBuf> {
    let set = |variable| std::env::var_os(variable).filter(|value| !value.is_empty()).map(std::path::PathBuf::from);
    let data = if cfg!(windows) {
        set("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        set("HOME")?.join("Library/Application Support")
    } else {
        set("XDG_DATA_HOME").filter(|path| path.is_absolute()).or_else(|| Some(set("HOME")?.join(".local/share")))?
    };
    Some(data.join("osign"))
}

/// Bytes as lower-case hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The name of a grant's files, whatever letters the grant's own has.
fn file_name(grant: &str) -> String {
    use sha2::{Digest, Sha256};
    hexadecimal(&Sha256::digest(grant.as_bytes())[..16])
}
