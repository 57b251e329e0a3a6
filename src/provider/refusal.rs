//! What an answer that refuses says, and what the profile makes of it.

use super::format::{ErrorRow, Meaning, Sentence};
use super::profile::Profile;
use zeroize::Zeroizing;

/// What an answer that refuses says. Any of it may be text of the service's own, which can repeat what was sent to it.
#[derive(Default)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// `error` (RFC 6749 §5.2).
    pub(crate) code: Zeroizing<String>,
    /// `title` (RFC 9457 §3.1).
    pub(crate) title: Zeroizing<String>,
    pub(crate) hint: Zeroizing<String>,
    /// `error_description`, `detail` or `message`.
    pub(crate) description: Zeroizing<String>,
}

impl Profile {
    /// What the first row of the table that matches says.
    pub(crate) fn meaning(&self, refusal: &Refusal) -> Option<(Meaning, Option<&Sentence>)> {
        let row = self.file.errors.iter().find(|row| row.matches(refusal))?;
        Some((row.means, row.advice.as_ref()))
    }

    /// What to do about an answer of the API, by the first row that tells it by more than its status. What looks like success is a
    /// refusal only where the row is about that status: an answer may speak of anything.
    pub(crate) fn advice(&self, refusal: &Refusal) -> Option<&Sentence> {
        let of_text = |row: &&ErrorRow| {
            (row.code.is_some() || row.description.is_some())
                && (refusal.status >= 400 || row.status == Some(refusal.status))
        };
        self.file.errors.iter().filter(of_text).find(|row| row.matches(refusal))?.advice.as_ref()
    }

    /// Whether a row names this code, so that it is one of the service's own words.
    pub(crate) fn knows_code(&self, code: &str) -> bool {
        self.file.errors.iter().any(|row| row.code.as_deref() == Some(code))
    }
}

impl ErrorRow {
    fn matches(&self, refusal: &Refusal) -> bool {
        let contains =
            |part: &Option<String>, whole: &str| part.as_ref().is_none_or(|part| whole.contains(part.as_str()));
        // What a failing service says of a token counts only where the row is about that failure.
        self.status.map_or(refusal.status < 500, |status| status == refusal.status)
            && self.code.as_ref().is_none_or(|code| *code == *refusal.code)
            && contains(&self.title, &refusal.title)
            && contains(&self.hint, &refusal.hint)
            && contains(&self.description, &refusal.description)
    }
}
