//! The page that tells a person in the browser what happened: no script, nothing from elsewhere.

use osign::language::russian;
use osign::{Error, Status};

/// The person's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Russian,
}

impl Language {
    /// By `Accept-Language` (RFC 9110 §12.5.4): whichever of the two has more weight, and English where neither has any.
    pub(super) fn of(accept: &str) -> Self {
        let weight = |wanted: &str| {
            let entries = accept.split(',').filter_map(|entry| {
                let (range, rest) = entry.split_once(';').unwrap_or((entry, ""));
                let range = range.trim().to_ascii_lowercase();
                let is_it = range == wanted || range.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('-'));
                let weight =
                    rest.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
                weight.filter(|_| is_it)
            });
            entries.fold(0.0, f32::max)
        };
        if weight("ru") > weight("en") { Self::Russian } else { Self::English }
    }
}

/// The whole page.
pub(super) fn page(language: Language, result: Result<(), &Error>) -> String {
    let (code, title, next) = match (language, result.map_err(Error::status)) {
        (Language::English, Ok(())) => ("en", "Done: you are logged in", "You can close this page."),
        (Language::Russian, Ok(())) => ("ru", "Готово: вход выполнен", "Эту страницу можно закрыть."),
        (Language::English, Err(Status::Denied)) => {
            ("en", "The login was denied", "Nothing has changed. To try again, begin the login anew in the terminal.")
        }
        (Language::Russian, Err(Status::Denied)) => {
            ("ru", "Вход отклонён", "Ничего не изменилось. Чтобы попробовать ещё раз, начните вход в терминале заново.")
        }
        (Language::English, Err(Status::ForeignState)) => (
            "en",
            "This answers another login",
            "Go on in the page that was opened last; the terminal still waits for it.",
        ),
        (Language::Russian, Err(Status::ForeignState)) => {
            ("ru", "Это ответ на другой вход", "Продолжите на странице, открытой последней: терминал всё ещё ждёт её.")
        }
        (Language::English, Err(Status::NeedsLogin)) => {
            ("en", "The service did not take this login", "To try again, begin the login anew in the terminal.")
        }
        (Language::Russian, Err(Status::NeedsLogin)) => {
            ("ru", "Сервис не принял этот вход", "Чтобы попробовать ещё раз, начните вход в терминале заново.")
        }
        (Language::English, Err(_)) => {
            ("en", "The login did not succeed", "The terminal says more. To try again, begin the login anew there.")
        }
        (Language::Russian, Err(_)) => {
            ("ru", "Войти не удалось", "Подробности — в терминале. Чтобы попробовать ещё раз, начните вход там заново.")
        }
    };
    let reason = match (language, result) {
        (_, Ok(())) => String::new(),
        (Language::English, Err(error)) => sentence(&error.to_string()),
        (Language::Russian, Err(error)) => sentence(&russian(error)),
    };
    let colour = if result.is_ok() { "#1a7f37" } else { "#b42318" };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} — osign</title>\n<style>\n\
         :root {{ color-scheme: light dark }}\n\
         body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto 0; padding: 0 1.5rem }}\n\
         h1 {{ font-size: 1.6rem; line-height: 1.25; border-left: .35rem solid {colour}; padding-left: .9rem }}\n\
         </style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{reason}<p>{next}</p>\n</main>\n</body>\n</html>\n"
    )
}

/// As a paragraph of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("<p>{}.</p>\n", escaped(&(first + letters.as_str())))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use osign::error::Protocol;

    #[test]
    fn the_language_with_more_weight() {
        for (accept, language) in [
            ("", Language::English),
            ("ru", Language::Russian),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Language::Russian),
            ("en-GB,en;q=0.9,ru;q=0.8", Language::English),
            ("de, ru;q=0.3", Language::Russian),
            ("run", Language::English),
            ("ru;q=x", Language::English),
        ] {
            assert_eq!(Language::of(accept), language, "{accept}");
        }
    }

    #[test]
    fn a_page_holds_no_markup_of_others() {
        let error = Error::from(Protocol::NoCallbackField { name: "<script>".to_owned() });
        for language in [Language::English, Language::Russian] {
            let page = page(language, Err(&error));
            assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        }
    }
}
