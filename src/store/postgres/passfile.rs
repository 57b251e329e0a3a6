//! The password file (PostgreSQL's documentation, "The Password File").

use super::folder::user_folder;
use crate::grant::Kept;
use std::fs;
use std::path::{Path, PathBuf};

/// What was found of it.
pub(super) enum Found {
    Lines(Kept),
    /// Others may read it, so that it is left alone.
    OpenToOthers,
    Nothing,
}

/// Where it is if nobody says.
pub(super) fn usual() -> Option<PathBuf> {
    let folder = user_folder()?;
    if cfg!(windows) { Some(folder.join("pgpass.conf")) } else { Some(folder.with_file_name(".pgpass")) }
}

pub(super) fn read(file: &Path) -> Found {
    let Some(found) = fs::metadata(file).ok().filter(fs::Metadata::is_file) else { return Found::Nothing };
    if is_open_to_others(&found) {
        return Found::OpenToOthers;
    }
    fs::read_to_string(file).map_or(Found::Nothing, |text| Found::Lines(Kept::new(&text)))
}

/// As libpq judges it: nothing for the group, and nothing for others.
#[cfg(unix)]
pub(super) fn is_open_to_others(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(found) & 0o077 != 0
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// The password of the first line that fits: `host:port:database:user:password`, where `*` is any, and a backslash is before
/// a colon or a backslash.
pub(super) fn password(lines: &Kept, host: &str, port: u16, database: &str, user: &str) -> Option<Kept> {
    // Sockets in the folder where they usually are count as this machine.
    let host = if host == "/var/run/postgresql" || host == "/tmp" { "localhost" } else { host };
    let port = port.to_string();
    let lines = lines.expose().lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| fits(line, &[host, &port, database, user])).next()
}

fn fits(line: &str, wanted: &[&str]) -> Option<Kept> {
    let mut rest = line;
    for wanted in wanted {
        let (raw, field, behind) = field(rest)?;
        if raw != "*" && field != *wanted {
            return None;
        }
        rest = behind?;
    }
    let (_, password, _) = field(rest)?;
    Some(Kept::new(&zeroize::Zeroizing::new(password)))
}

/// A field as it stands there, the same without backslashes, and what follows behind a colon.
fn field(text: &str) -> Option<(&str, String, Option<&str>)> {
    let (mut field, mut is_escaped) = (String::new(), false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\\' if !is_escaped => is_escaped = true,
            ':' if !is_escaped => return Some((&text[..at], field, Some(&text[at + 1..]))),
            _ => {
                field.push(letter);
                is_escaped = false;
            }
        }
    }
    Some((text, field, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let lines =
            Kept::new("# a comment\ndb1:5432:other:u:no\ndb\\:2:*:*:u:colon\\:and\\\\slash\n*:5432:grants:u:yes\n");
        let found = |host, port, database| password(&lines, host, port, database, "u").map(|p| p.expose().to_owned());
        assert_eq!(found("db1", 5432, "grants").as_deref(), Some("yes"));
        assert_eq!(found("db1", 5432, "other").as_deref(), Some("no"));
        assert_eq!(found("db:2", 1, "x").as_deref(), Some("colon:and\\slash"));
        assert_eq!(found("db3", 1, "x"), None);
    }
}
