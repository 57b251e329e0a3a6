//! Names of grants.

use crate::error::{Error, Keeping};

/// The most letters of a name.
const MOST: usize = 100;

/// Whether `name` can be a grant's: 1 to 100 letters and digits of any language, and `-`, `_`, `.`, `@` between them.
///
/// So it can stand in a file's name, a URL, a table and a log without being taken for something else.
///
/// # Errors
/// [`Keeping::BadName`], which does not repeat it.
pub fn check(name: &str) -> Result<(), Error> {
    let letter = char::is_alphanumeric;
    let sound = name.starts_with(letter)
        && name.ends_with(letter)
        && name.len() <= 4 * MOST
        && name.chars().count() <= MOST
        && name.chars().all(|c| letter(c) || matches!(c, '-' | '_' | '.' | '@'))
        && !name.contains("..");
    if sound { Ok(()) } else { Err(Keeping::BadName.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_none_are_refused() {
        for name in ["crm", "amo.crm-2", "Продажи", "a@b", "7", &"a".repeat(100)] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "../x",
            "a/b",
            "a..b",
            ".a",
            "a.",
            "-a",
            "a b",
            "a\n",
            "a\u{0}",
            "a\u{85}",
            &"a".repeat(101),
            &"я".repeat(10_000),
        ] {
            assert_eq!(check(name), Err(Keeping::BadName.into()), "{name:?}");
        }
    }
}
