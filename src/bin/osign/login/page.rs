//! The page that tells a person in the browser what happened: no script, nothing from elsewhere.

use crate::advice;
use osign::language::russian_worded;
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

/// What the page says: a heading, why it is so, and what to do.
struct Words {
    title: &'static str,
    /// None where the error's own sentence says it best.
    why: Option<&'static str>,
    next: &'static str,
    /// Whether the command that begins a login stands below.
    again: bool,
}

/// The whole page about a login for the grant of this name, which goes on or is over.
pub(super) fn page(language: Language, grant: &str, result: Result<(), &Error>, goes_on: bool) -> String {
    let outcome = Outcome::of(result, goes_on);
    let words = match language {
        Language::English => english(outcome),
        Language::Russian => russian(outcome),
    };
    let (code, of_grant) = match language {
        Language::English => ("en", "Grant"),
        Language::Russian => ("ru", "Доступ"),
    };
    let why = match (words.why, result, language) {
        (Some(why), _, _) => why.to_owned(),
        (None, Err(error), Language::English) => sentence(&error.worded(advice::command)),
        (None, Err(error), Language::Russian) => sentence(&russian_worded(error, advice::command_in_russian)),
        (None, Ok(()), _) => String::new(),
    };
    let (grant, why, next, title) = (escaped(grant), escaped(&why), words.next, words.title);
    let why = if why.is_empty() { why } else { format!("<p>{why}</p>\n") };
    let again = if words.again { format!("<pre>osign grant login {grant}</pre>\n") } else { String::new() };
    let (mark, kind) = match outcome {
        Outcome::Done => ("\u{2713}", "good"),
        Outcome::Foreign | Outcome::Unasked => ("!", "odd"),
        _ => ("\u{2715}", "bad"),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} — osign</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main class=\"{kind}\">\n\
         <div class=\"mark\" aria-hidden=\"true\">{mark}</div>\n<h1>{title}</h1>\n{why}<p>{next}</p>\n{again}\
         <footer>osign · {of_grant}: {grant}</footer>\n</main>\n</body>\n</html>\n"
    )
}

/// Light or dark as the person's system is, and as wide as the screen allows.
const STYLE: &str = "\
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --text: #1c2024; --soft: #5b6570; --line: #d9dee3;
  --good: #1a7f37; --bad: #b42318; --odd: #8a6100 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --card: #1e2226; --text: #e8eaed; --soft: #a0a8b0; --line: #363c42;
    --good: #4ac26b; --bad: #ff8a7a; --odd: #e0b341 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--ground); color: var(--text); font: 1.0625rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 32rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; overflow-wrap: anywhere }
.good { --tone: var(--good) } .bad { --tone: var(--bad) } .odd { --tone: var(--odd) }
.mark { width: 3rem; height: 3rem; border: .16rem solid var(--tone); border-radius: 50%; color: var(--tone);
  font: 700 1.5rem/2.7rem system-ui, sans-serif; text-align: center }
h1 { margin: 1rem 0 .5rem; font-size: 1.5rem; line-height: 1.25 }
p { margin: .5rem 0 }
pre { margin: .75rem 0 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .4rem;
  white-space: pre-wrap; font: .95rem/1.4 ui-monospace, monospace }
footer { margin-top: 1.5rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem }
";

/// What came of a login, as a person is told of it.
#[derive(Clone, Copy)]
enum Outcome {
    Done,
    /// The person said no.
    Denied,
    /// The browser came from another login, and this one goes on.
    Foreign,
    /// The browser came from nowhere, and this login goes on.
    Unasked,
    OldCode,
    /// By the service.
    Refused,
    Failed,
}

impl Outcome {
    fn of(result: Result<(), &Error>, goes_on: bool) -> Self {
        let Err(error) = result else { return Self::Done };
        match (error.word(), error.status()) {
            (_, Status::ForeignState) if goes_on => Self::Foreign,
            _ if goes_on => Self::Unasked,
            ("access-denied", _) => Self::Denied,
            ("code-rejected", _) => Self::OldCode,
            (_, Status::Denied | Status::NeedsLogin) => Self::Refused,
            _ => Self::Failed,
        }
    }
}

fn english(outcome: Outcome) -> Words {
    let again = "To try again, begin the login anew in the terminal:";
    let (title, why, next, again) = match outcome {
        Outcome::Done => ("Done: you are logged in", None, "You can close this page.", false),
        Outcome::Denied => (
            "The login was denied",
            Some("Somebody said no, or has no right to agree. Nothing has changed."),
            again,
            true,
        ),
        Outcome::Foreign => (
            "This answers another login",
            Some("It is not the login that the terminal waits for: an old tab, perhaps. Nothing has changed."),
            "Go on in the page that was opened last.",
            false,
        ),
        Outcome::Unasked => (
            "This is no answer to a login",
            Some("A service sends people back to another address than this."),
            "The terminal still waits: go on in the page that was opened last.",
            false,
        ),
        Outcome::OldCode => (
            "The service did not take this login",
            Some("Its code was used before, or is too old: codes live for a short time, and work once."),
            again,
            true,
        ),
        Outcome::Refused => ("The service did not take this login", None, again, true),
        Outcome::Failed => ("The login did not succeed", None, again, true),
    };
    Words { title, why, next, again }
}

fn russian(outcome: Outcome) -> Words {
    let again = "Чтобы попробовать ещё раз, начните вход в терминале заново:";
    let (title, why, next, again) = match outcome {
        Outcome::Done => ("Готово: вход выполнен", None, "Эту страницу можно закрыть.", false),
        Outcome::Denied => (
            "Вход отклонён",
            Some("Кто-то ответил отказом или не вправе соглашаться. Ничего не изменилось."),
            again,
            true,
        ),
        Outcome::Foreign => (
            "Это ответ на другой вход",
            Some("Терминал ждёт не этот вход: возможно, это старая вкладка. Ничего не изменилось."),
            "Продолжите на странице, открытой последней.",
            false,
        ),
        Outcome::Unasked => (
            "Это не ответ на вход",
            Some("Сервис возвращает людей по другому адресу."),
            "Терминал всё ещё ждёт: продолжите на странице, открытой последней.",
            false,
        ),
        Outcome::OldCode => (
            "Сервис не принял этот вход",
            Some("Код уже использован или устарел: коды живут недолго и действуют один раз."),
            again,
            true,
        ),
        Outcome::Refused => ("Сервис не принял этот вход", None, again, true),
        Outcome::Failed => ("Войти не удалось", None, again, true),
    };
    Words { title, why, next, again }
}

/// With a capital at its start and a full stop at its end.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str() + "."
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
    use osign::error::Keeping;

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
        let said = " (HTTP 400, <script>)".to_owned();
        let error = Error::from(Keeping::ClientRefused { name: "<b>".to_owned(), said });
        for language in [Language::English, Language::Russian] {
            let page = page(language, "<b>", Err(&error), false);
            assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
            assert!(page.contains("osign grant login &lt;b&gt;") && !page.contains("<b>"), "{page}");
        }
    }
}
