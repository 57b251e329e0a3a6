//! The steps of a signature in the interface's language.

use crate::language::RUSSIAN_EXPLANATION;
use crate::oauth1::Explanation;
use crate::oauth1::explain::ENGLISH;
use crate::onec::language::Language;

/// The steps as a person reads them. No secret is in them.
pub(super) fn text(explanation: &Explanation, language: Language) -> String {
    explanation.text(match language {
        Language::English => &ENGLISH,
        Language::Russian => &RUSSIAN_EXPLANATION,
    })
}
