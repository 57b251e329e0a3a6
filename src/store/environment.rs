//! Where a store belongs: a copy of it elsewhere would spend the tokens of the original.

use super::hexadecimal;
use sha2::{Digest, Sha256};
use std::path::Path;

/// What tells this machine and this path from others, or the text that the host gave, as 32 hexadecimal digits.
///
/// A system without a machine id, such as many containers, is told by the path alone: a host name would change with every
/// start.
pub(super) fn environment(given: Option<&str>, canonical: &Path) -> String {
    let mut hash = Sha256::new();
    match given {
        Some(text) => {
            hash.update(b"osign environment 1, given\0");
            hash.update(text.as_bytes());
        }
        None => {
            hash.update(b"osign environment 1, found\0");
            hash.update(machine().as_bytes());
            hash.update(b"\0");
            hash.update(canonical.as_os_str().as_encoded_bytes());
        }
    }
    hexadecimal(&hash.finalize()[..16])
}

/// What tells a database from others, or the text that the host gave.
#[cfg(feature = "postgres")]
pub(super) fn of_database(given: Option<&str>, identity: &str) -> String {
    let mut hash = Sha256::new();
    match given {
        Some(text) => {
            hash.update(b"osign environment 1, given\0");
            hash.update(text.as_bytes());
        }
        None => {
            hash.update(b"osign environment 1, database\0");
            hash.update(identity.as_bytes());
        }
    }
    hexadecimal(&hash.finalize()[..16])
}

/// What tells a host's store from others, or the text that the host gave.
pub(super) fn of_hosted(given: Option<&str>, id: &str) -> String {
    let mut hash = Sha256::new();
    match given {
        Some(text) => {
            hash.update(b"osign environment 1, given\0");
            hash.update(text.as_bytes());
        }
        None => {
            hash.update(b"osign environment 1, hosted\0");
            hash.update(id.as_bytes());
        }
    }
    hexadecimal(&hash.finalize()[..16])
}

/// The machine's id; empty where there is none.
fn machine() -> String {
    ["/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostid"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|id| id.trim().to_owned())
        .find(|id| !id.is_empty() && id != "uninitialized")
        .or_else(|| std::env::var("COMPUTERNAME").ok().filter(|_| cfg!(windows)))
        .unwrap_or_default()
}
