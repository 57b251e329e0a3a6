//! What a service said, as sentences carry it.

use crate::error::Keeping;
use crate::oauth2::verdict::Said;

/// That it must be waited, and what the last try was told.
pub(in crate::grant) fn waiting(name: &str, said: Option<&str>, until: i64, now: i64) -> Keeping {
    let said = said.unwrap_or_default().trim().trim_matches(['(', ')']);
    Keeping::Waiting {
        name: name.to_owned(),
        said: if said.is_empty() { String::new() } else { format!(" ({said})") },
        seconds: u64::try_from(until.saturating_sub(now - 999) / 1000).unwrap_or(0).max(1),
    }
}

/// What the service said, as a sentence carries it.
pub(in crate::grant) fn in_brackets(said: &Said) -> String {
    let mut text = format!(" (HTTP {}", said.http_status);
    for part in [&said.code, &said.advice] {
        if !part.is_empty() {
            text.push_str(", ");
            text.push_str(part);
        }
    }
    text.push(')');
    if said.http_status == 0 { String::new() } else { text }
}
