//! The languages that we speak.

/// The language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    Russian,
    English,
}

impl Language {
    /// The language of a locale or a language code: `ru`, `ru_RU`, `rus_RUS`; all others read English. None is told by
    /// an empty one, nor by `C` and `POSIX`, which is what a Linux server has that nobody has asked for a language.
    pub(super) fn of(code: &str) -> Option<Self> {
        let locale = code.split(['.', '@']).next().unwrap_or_default(); // `C.UTF-8`
        if ["", "C", "POSIX"].iter().any(|none| locale.eq_ignore_ascii_case(none)) {
            return None;
        }
        let is_russian = locale.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("ru"));
        Some(if is_russian { Self::Russian } else { Self::English })
    }

    /// One of two texts.
    pub(super) const fn choose<'a>(self, english: &'a str, russian: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Russian => russian,
        }
    }
}
