//! Where libpq looks for a user's files.

use std::env;
use std::path::PathBuf;

/// The folder of the user's files for libpq.
pub(super) fn user_folder() -> Option<PathBuf> {
    let set = |variable| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) { Some(set("APPDATA")?.join("postgresql")) } else { Some(set("HOME")?.join(".postgresql")) }
}
