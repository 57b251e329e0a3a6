//! What an answer that refuses says, as far as it is fit to be shown: known words, and text that cannot be a secret.
//!
//! There is no standard for it. Many services follow the extension OAuth Problem Reporting, by fields of the body or of the
//! header `WWW-Authenticate`; others have words of their own, which the profile explains.

use super::fields::Fields;
use super::names::{ADVICE, PROBLEM};
use crate::error::{Error, Protocol};
use crate::form;
use crate::http::Answer;
use crate::provider::{Meaning, Profile, Refusal, Sentence};
use zeroize::Zeroizing;

/// The words of the extension.
const KNOWN: [&str; 21] = [
    "version_rejected",
    "parameter_absent",
    "parameter_rejected",
    "timestamp_refused",
    "nonce_used",
    "signature_method_rejected",
    "signature_invalid",
    "consumer_key_unknown",
    "consumer_key_rejected",
    "consumer_key_refused",
    "token_used",
    "token_expired",
    "token_revoked",
    "token_rejected",
    "token_not_authorized",
    "verifier_invalid",
    "additional_authorization_required",
    "permission_unknown",
    "permission_denied",
    "user_refused",
    "method_not_allowed",
];

/// Those that, where a login ends, tell of what it brought: the verifier and the temporary token.
const OF_LOGIN: [&str; 6] =
    ["verifier_invalid", "token_used", "token_expired", "token_rejected", "token_revoked", "token_not_authorized"];

/// Those that tell of a token which is good no more. `token_rejected` does not: the service takes it not, and does not say why.
const OF_END: [&str; 2] = ["token_expired", "token_revoked"];

/// A known word of the extension.
pub(super) fn known(problem: &str) -> Option<&'static str> {
    KNOWN.into_iter().find(|known| *known == problem)
}

/// Whether an error shows a service's own words. It may say a password again, and a password of somebody's can be any word.
#[derive(Clone, Copy)]
pub(super) enum Words {
    Shown,
    Hidden,
}

/// Why nothing can be taken from an answer, where its status or its problem says that it is none of success.
pub(super) fn of_answer(profile: &Profile, answer: &Answer, fields: Option<&Fields>, words: Words) -> Option<Error> {
    let problem = said(answer, fields, PROBLEM);
    if (200..300).contains(&answer.status) && problem.is_none() {
        return None;
    }
    let advice = match words {
        Words::Shown => said(answer, fields, ADVICE).unwrap_or_default(),
        Words::Hidden => Zeroizing::default(),
    };
    Some(refused(profile, answer, &problem.unwrap_or_default(), &advice))
}

/// So much of an API's answer is looked at: a refusal is short.
const MOST: usize = 64 * 1024;

/// What the profile advises where an answer of the service's API says what one of its rows has: by its text or its problem, as its
/// status alone tells little of it. None of the service's own words is in it.
#[must_use]
pub fn advice<'a>(profile: &'a Profile, answer: &Answer) -> Option<&'a Sentence> {
    profile.oauth1()?;
    let body = answer.body();
    let problem = problem(answer).unwrap_or_default();
    profile.advice(&refusal(answer.status, &problem, &body[..body.len().min(MOST)]))
}

/// The error of the answer that was to end a login: the consumer is not to blame for what the login brought.
pub(super) fn of_login(answer: &Answer, error: Error) -> Error {
    match error {
        Error::Protocol(Protocol::RequestRefused { http_status, said }) if tells_of_login(answer) => {
            Protocol::LoginNotTaken { http_status, said }.into()
        }
        error => error,
    }
}

fn tells_of_login(answer: &Answer) -> bool {
    problem(answer).is_some_and(|problem| OF_LOGIN.contains(&problem.as_str()))
}

/// Whether an answer says that the token which signed has ended.
pub(super) fn tells_of_end(answer: &Answer) -> bool {
    problem(answer).is_some_and(|problem| OF_END.contains(&problem.as_str()))
}

/// What an answer that is none of success means, if the profile knows it.
pub(super) fn meaning(profile: &Profile, answer: &Answer) -> Option<Meaning> {
    let problem = problem(answer).unwrap_or_default();
    profile.meaning(&refusal(answer.status, &problem, answer.body())).map(|(meaning, _)| meaning)
}

/// What an answer has as its problem.
fn problem(answer: &Answer) -> Option<Zeroizing<String>> {
    said(answer, Fields::read(answer).ok().as_ref(), PROBLEM)
}

/// What an answer has under a name, in its body or its header.
fn said(answer: &Answer, fields: Option<&Fields>, name: &str) -> Option<Zeroizing<String>> {
    let in_body = fields.and_then(|fields| fields.text(name)).map(str::to_owned);
    in_body.or_else(|| in_challenge(answer, name)).map(Zeroizing::new)
}

/// The error of an answer that refuses, with this code.
pub(super) fn refused(profile: &Profile, answer: &Answer, code: &str, advice: &str) -> Error {
    let refusal = refusal(answer.status, code, answer.body());
    // What the profile says of it comes before the service's own words.
    let (meaning, advice) = match profile.meaning(&refusal) {
        None => (None, public(advice)),
        Some((meaning, None)) => (Some(meaning), public(advice)),
        Some((meaning, Some(sentence))) => (Some(meaning), sentence.en.clone()),
    };
    let code = known(code).or_else(|| Some(code).filter(|code| profile.knows_code(code))).unwrap_or_default();
    let said = match (code.is_empty(), advice.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(" ({code})"),
        (true, false) => format!(" ({advice})"),
        (false, false) => format!(" ({code}: {advice})"),
    };
    let http_status = answer.status;
    let is_passing = match meaning {
        Some(Meaning::TooEarly | Meaning::Throttled | Meaning::NotConsumed) => true,
        Some(Meaning::Rejected | Meaning::Configuration) => false,
        None => http_status == 429 || !(200..500).contains(&http_status) || (300..400).contains(&http_status),
    };
    if is_passing {
        Protocol::ServiceFailed { http_status, said }.into()
    } else {
        Protocol::RequestRefused { http_status, said }.into()
    }
}

fn refusal(status: u16, code: &str, body: &[u8]) -> Refusal {
    Refusal {
        status,
        code: Zeroizing::new(code.to_owned()),
        description: Zeroizing::new(String::from_utf8_lossy(body).into_owned()),
        ..Refusal::default()
    }
}

/// The value that a challenge has under a name, percent-encoded and in quotes, or bare.
fn in_challenge(answer: &Answer, name: &str) -> Option<String> {
    let challenge = answer.challenge.as_deref()?;
    let parts = challenge.split(',').map(|part| part.trim().trim_start_matches("OAuth").trim_start());
    let value = parts.filter_map(|part| part.split_once('=')).find(|(known, _)| known.trim() == name)?.1;
    let value = value.trim().trim_matches('"');
    let (_, decoded) = form::decode(format!("x={value}").as_bytes()).pop()?;
    String::from_utf8(decoded).ok()
}

/// What of a service's own text can be no secret: words of letters, as sentences have them. Each other word, which a token, a
/// secret or a PIN would be, becomes an ellipsis.
fn public(text: &str) -> String {
    const LONGEST: usize = 15;
    const MOST: usize = 40;
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\'' | '"'));
        let is_cased = word.chars().skip(1).all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '\''));
        word.len() <= LONGEST && is_cased && word.chars().take(1).all(|c| c.is_ascii_alphabetic())
    };
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace().take(MOST) {
        let shown = if is_word(word) || known(word).is_some() { word } else { "…" };
        if !(shown == "…" && words.last() == Some(&"…")) {
            words.push(shown);
        }
    }
    if words == ["…"] { String::new() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (text, shown) in [
            ("", ""),
            ("hunter2", ""),
            ("Please provide credentials with the request.", "Please provide credentials with the request."),
            ("the token hunter2 is not good", "the token … is not good"),
            ("timestamp 137131200 refused, it's too old!", "timestamp … refused, it's too old!"),
            ("token nnch734d00sl2jdk pfkkdhi9sl3r4s00 (GdE8) 8234572", "token …"),
            ("abcdefghijklmnopqrst", ""),
            ("a\nb\tc\u{7}d é <b>", "a b …"),
            ("OAuth", ""),
            ("see signature_invalid", "see signature_invalid"),
        ] {
            assert_eq!(public(text), shown, "{text}");
        }
        assert_eq!(public(&"word ".repeat(1000)).len(), 5 * 40 - 1);
    }
}
