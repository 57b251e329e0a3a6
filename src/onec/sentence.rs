//! The core's sentences in the language of the interface, looked up by their English text.

use super::language::Language;
use super::{english, russian};
use crate::error::{Error, fill};

type Table = [(&'static str, &'static str)];

/// The error's sentence; the core's own where the language has no other.
pub(super) fn of(error: &Error, language: Language) -> String {
    let (sentences, terms): (&Table, &Table) = match language {
        Language::English => (&english::SENTENCES, &english::TERMS),
        Language::Russian => (&russian::SENTENCES, &russian::TERMS),
    };
    let arguments: Vec<&str> = error.arguments().iter().map(|argument| find(terms, argument)).collect();
    fill(find(sentences, error.template()), &arguments)
}

fn find<'a>(table: &Table, text: &'a str) -> &'a str {
    table.iter().find(|(core, _)| *core == text).map_or(text, |&(_, own)| own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// The source of the core that the class calls, without its tests.
    fn core() -> String {
        fn add(path: PathBuf, text: &mut String) {
            if path.is_dir() {
                std::fs::read_dir(path).unwrap().for_each(|entry| add(entry.unwrap().path(), text));
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                let source = std::fs::read_to_string(path).unwrap();
                text.push_str(source.split("#[cfg(test)]\nmod tests").next().unwrap());
            }
        }
        let mut text = String::new();
        for part in ["mac.rs", "nonce.rs", "nonce", "oauth1", "percent.rs", "percent"] {
            add(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(part), &mut text);
        }
        text
    }

    /// The literals that follow such a beginning, each before the end of its call or constant.
    fn literals(source: &str, start: &str) -> BTreeSet<String> {
        let found = source.match_indices(start).filter_map(|(at, _)| {
            let rest = &source[at + start.len()..];
            // A call may hold no literal: then its end comes first.
            let end = rest.find([')', ';']).unwrap_or(rest.len());
            let quote = rest.find('"').filter(|&quote| quote < end)?;
            Some(literal(&rest[quote + 1..]))
        });
        found.collect()
    }

    fn literal(source: &str) -> String {
        let mut text = String::new();
        let mut chars = source.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '"' => break,
                '\\' => match chars.next() {
                    Some('\n') => while chars.next_if(|char| char.is_whitespace()).is_some() {},
                    Some(escaped) => text.push(escaped),
                    None => {}
                },
                _ => text.push(char),
            }
        }
        text
    }

    fn keys(table: &Table) -> BTreeSet<String> {
        let keys: BTreeSet<_> = table.iter().map(|(core, _)| (*core).to_owned()).collect();
        assert_eq!(keys.len(), table.len(), "one stands there twice");
        keys
    }

    /// A sentence that is new in the core, or another there, must be so here; and what the core lost, too.
    #[test]
    fn the_sentences_are_those_of_the_core() {
        let core = core();
        let starts = ["Error::new(", "Error::filled(", "invalid(", "const ENCRYPTED: &str =", "const NOT_RSA: &str ="];
        let found = starts.iter().flat_map(|start| literals(&core, start)).collect();
        assert_eq!(keys(&russian::SENTENCES), found);
        assert_eq!(keys(&english::SENTENCES).difference(&found).next(), None);
    }

    /// What is filled in: the sources of the names that are set elsewhere, and what text is checked.
    #[test]
    fn the_terms_are_those_of_the_core() {
        let core = core();
        let mut found = literals(&core, "check_text(");
        assert!(!found.is_empty());
        let elsewhere = core.split_once("const SET_ELSEWHERE").unwrap().1.split_once("];").unwrap().0;
        let sources: BTreeSet<_> = elsewhere
            .lines()
            .filter_map(|line| Some(line.trim().strip_suffix("\"),")?.rsplit_once('"')?.1.to_owned()))
            .collect();
        assert!(sources.contains("signing") && !sources.contains("oauth_token"));
        found.extend(sources);
        assert_eq!(keys(&russian::TERMS), found);
        assert_eq!(keys(&english::TERMS).difference(&found).next(), None);
    }

    #[test]
    fn as_many_arguments_as_the_core_gives() {
        for (core, own) in russian::SENTENCES.iter().chain(&english::SENTENCES) {
            assert_eq!(core.matches("{}").count(), own.matches("{}").count(), "{core}");
        }
    }

    #[test]
    fn sentences_are_filled() {
        let control = "{} holds a control character, such as a line break at its end; remove it";
        let error = Error::filled(Status::InvalidParameter, control, &["the token"]);
        assert_eq!(
            of(&error, Language::Russian),
            "токен содержит управляющий символ, например перевод строки в конце; удалите его",
        );
        assert_eq!(of(&error, Language::English), error.message());
        let elsewhere = "{} cannot be set as an extra parameter: it comes from {}";
        let error =
            Error::filled(Status::DuplicateProtocolParameter, elsewhere, &["oauth_token", "the signer's token"]);
        assert_eq!(
            of(&error, Language::English),
            "oauth_token cannot be set as an extra parameter: it comes from the token (SetToken)",
        );
        for language in [Language::English, Language::Russian] {
            assert_eq!(of(&Error::new(Status::Panic, "unknown {}"), language), "unknown {}");
        }
    }
}
