//! The languages that we speak.

/// The language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    Russian,
    English,
}

impl Language {
    /// The language of a locale or a language code: `ru`, `ru_RU`, `rus_RUS`; all others read English. An empty one
    /// tells nothing.
    pub(super) fn of(code: &str) -> Option<Self> {
        let is_russian = code.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("ru"));
        (!code.is_empty()).then_some(if is_russian { Self::Russian } else { Self::English })
    }

    /// One of two texts.
    pub(super) const fn choose<'a>(self, english: &'a str, russian: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Russian => russian,
        }
    }
}
