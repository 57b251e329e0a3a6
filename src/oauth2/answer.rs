//! What an answer of the token endpoint means (RFC 6749 §5).
//!
//! Services say the same in many ways, and some things in the wrong way. The rule is that nothing is guessed: a grant is
//! given up only where the service says so in words that are known, and what nobody can tell is
//! [`Ambiguous`](Verdict::Ambiguous).

use super::codes;
use super::lifetime::{access_end, authorization_end, refresh_end};
use super::object::{Object, Value};
use super::verdict::{Said, Tokens, Unread, Verdict};
use crate::form;
use crate::http::Answer;
use crate::provider::{Meaning, Parameters, Profile, Refusal, is_public_text};
use crate::secret::{Secret, repeats};
use zeroize::Zeroizing;

/// The most that is read of an answer, in bytes.
const MOST: usize = 1 << 20;

/// What a request to the token endpoint was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// [A code](super::code_request).
    Exchange,
    /// [A refresh](super::refresh_request).
    Refresh,
    /// [The client's own token](super::client_credentials_request).
    ClientCredentials,
}

/// Tells what an answer means. `sent_at_ms` is when the request was sent, in Unix milliseconds: lifetimes count from
/// then.
///
/// A received token is never dropped: an answer of success with an access token gives [`Tokens`], whatever its other
/// fields are, and the refresh token with it. Where a token is there and cannot be used, the answer is
/// [`Ambiguous`](Verdict::Ambiguous), and so is an answer that refuses and holds an access token; the refresh token is in
/// [`Unread`] then.
#[must_use]
pub fn read_answer(profile: &Profile, purpose: Purpose, sent_at_ms: i64, answer: &Answer) -> Verdict {
    let text = text(profile, answer);
    let Some(object) = Object::read(&text) else {
        return refusal(profile, purpose, answer, Refusal { status: answer.status, ..Refusal::default() }, None);
    };
    let is_success = (200..300).contains(&answer.status);
    let inner = profile.tokens_in().map(|name| object.object(name));
    let holder = match &inner {
        None => Some(&object),
        Some(inner) => inner.as_ref(),
    };
    let refresh = || holder.and_then(refresh_token);
    match holder.map(|holder| holder.get("access_token")) {
        Some(Value::Text(access)) if !access.is_empty() => {
            let tokens = holder
                .filter(|_| is_success)
                .and_then(|holder| tokens(profile, purpose, sent_at_ms, &access, holder, &object));
            tokens.map_or_else(|| ambiguous(answer, refresh()), Verdict::Tokens)
        }
        Some(Value::Other | Value::Number(_)) => ambiguous(answer, refresh()),
        _ if is_success && holder.is_some_and(|holder| is_there(&holder.get("refresh_token"))) => {
            ambiguous(answer, refresh())
        }
        _ => refusal(profile, purpose, answer, read_refusal(answer.status, &object), refresh()),
    }
}

/// The answer as JSON text; empty where it is longer than anybody reads, and of one that was cut, unless its object is closed:
/// that is whole, while of form data nobody knows what is missing.
fn text(profile: &Profile, answer: &Answer) -> Zeroizing<String> {
    let body = answer.body();
    if body.len() > MOST {
        return Zeroizing::default();
    }
    let is_json = body.trim_ascii_start().starts_with(b"{");
    if answer.is_cut && !is_json {
        return Zeroizing::default();
    }
    if !profile.answers_in_form() || is_json {
        return Zeroizing::new(String::from_utf8_lossy(body).into_owned());
    }
    let mut parameters = Parameters::default();
    for (name, value) in form::decode(body.trim_ascii()) {
        parameters.add(&String::from_utf8_lossy(&name), Zeroizing::new(value));
    }
    Zeroizing::new(String::from_utf8_lossy(&parameters.json()).into_owned())
}

fn is_there(token: &Value) -> bool {
    !matches!(token, Value::Absent) && !matches!(token, Value::Text(text) if text.is_empty())
}

/// The tokens, if the access token can be sent (RFC 6750 §2.1) and the refresh token is one.
fn tokens(
    profile: &Profile,
    purpose: Purpose,
    sent_at_ms: i64,
    access: &str,
    holder: &Object<'_>,
    answer: &Object<'_>,
) -> Option<Tokens> {
    if !access.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let refresh = match holder.get("refresh_token") {
        Value::Absent => None,
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) => Some(Secret::new(text.as_bytes())),
        Value::Number(_) | Value::Other => return None,
    };
    let usual = profile.lifetimes();
    let secrets = [access.as_bytes(), refresh.as_ref().map_or(b"", Secret::expose)];
    let is_public = |text: &String| !repeats(text, &secrets);
    // One that was not handed out anew lives on from its use, where a refresh used it.
    let is_renewed = refresh.is_some() || purpose == Purpose::Refresh;
    let is_login = purpose == Purpose::Exchange;
    Some(Tokens {
        token_type: shown(holder.get("token_type"), 40).filter(is_public).unwrap_or_else(|| "Bearer".to_owned()),
        expires_at: access_end(holder, sent_at_ms, usual.access),
        refresh_expires_at: refresh_end(holder, sent_at_ms, usual.refresh_idle.filter(|_| is_renewed)),
        authorization_expires_at: authorization_end(holder, sent_at_ms, usual.authorization.filter(|_| is_login)),
        scope: scope(profile, holder).filter(is_public),
        kept: kept(profile, holder, answer).into_iter().filter(|(_, value)| is_public(value)).collect(),
        access: Secret::new(access.as_bytes()),
        refresh,
    })
}

fn scope(profile: &Profile, holder: &Object<'_>) -> Option<String> {
    let list = || Some(holder.texts("scope").join(profile.scope_separator())).filter(|scope| !scope.is_empty());
    shown(holder.get("scope"), 4096).or_else(list)
}

/// What the profile keeps, if it is short text or a number, and where it is a host, an allowed one.
fn kept(profile: &Profile, holder: &Object<'_>, answer: &Object<'_>) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for (name, hosts) in profile.kept_of_answer() {
        let Some(value) = shown(holder.get(name), 512).or_else(|| shown(answer.get(name), 512)) else { continue };
        let is_trusted = hosts.is_none_or(|hosts| profile.arrived_host(name, &value, hosts).is_ok());
        if is_trusted {
            kept.push((name.to_owned(), value));
        }
    }
    kept
}

/// Text of one line, and of so many bytes at most; a whole number counts as text.
fn shown(value: Value, most: usize) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.as_str().to_owned(),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        _ => return None,
    };
    is_public_text(&text, most).then_some(text)
}

/// What an answer that refuses says, by RFC 6749 §5.2, RFC 9457, or in the names that are in use.
pub(super) fn read_refusal(status: u16, object: &Object<'_>) -> Refusal {
    let text = |names: &[&str]| {
        let mut texts = names.iter().filter_map(|name| match object.get(name) {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        texts.next().unwrap_or_default()
    };
    Refusal {
        status,
        code: text(&["error", "code"]),
        title: text(&["title"]),
        hint: text(&["hint"]),
        description: text(&["error_description", "detail", "message"]),
    }
}

/// What a refusal means: by the profile's table, then by its code, then by its status.
fn refusal(profile: &Profile, purpose: Purpose, answer: &Answer, refusal: Refusal, refresh: Option<Secret>) -> Verdict {
    if answer.status == 0 {
        return ambiguous(answer, refresh);
    }
    let (said, by_table) = said(profile, &refusal);
    match by_table.or_else(|| by_code_and_status(&refusal.code, answer)) {
        // There is no grant but the client itself.
        Some(Meaning::Rejected) if purpose == Purpose::ClientCredentials => Verdict::Configuration(said),
        Some(Meaning::Rejected) => Verdict::Rejected(said),
        Some(Meaning::TooEarly) => Verdict::TooEarly(said),
        Some(Meaning::Configuration) => Verdict::Configuration(said),
        Some(Meaning::Throttled) => Verdict::Throttled { retry_after: answer.retry_after },
        Some(Meaning::NotConsumed) => Verdict::NotConsumed(said),
        None => Verdict::Ambiguous(Unread { said, refresh, body: Secret::new(answer.body()) }),
    }
}

/// What may be shown of a refusal, and what it means by the profile's table.
pub(super) fn said(profile: &Profile, refusal: &Refusal) -> (Said, Option<Meaning>) {
    let code =
        codes::known(&refusal.code).or_else(|| profile.knows_code(&refusal.code).then_some(refusal.code.as_str()));
    let (meaning, advice) = profile.meaning(refusal).map_or((None, None), |(meaning, advice)| (Some(meaning), advice));
    let said = Said {
        http_status: refusal.status,
        code: code.unwrap_or_default().to_owned(),
        advice: advice.map(|sentence| sentence.en.clone()).unwrap_or_default(),
    };
    (said, meaning)
}

fn by_code_and_status(code: &str, answer: &Answer) -> Option<Meaning> {
    match (answer.status, codes::meaning(code)) {
        (429, _) => Some(Meaning::Throttled),
        (503, _) if answer.retry_after.is_some() => Some(Meaning::Throttled),
        (503, Some(Meaning::NotConsumed)) => Some(Meaning::NotConsumed),
        // A service that fails may have changed its mind, and the token, before.
        (500.., _) => None,
        (_, Some(meaning)) => Some(meaning),
        // Another address, or none that takes such requests: nobody has looked at a token.
        (300..400 | 404 | 405 | 406 | 411 | 413 | 414 | 415 | 421 | 431, None) => Some(Meaning::Configuration),
        _ => None,
    }
}

fn ambiguous(answer: &Answer, refresh: Option<Secret>) -> Verdict {
    let said = Said { http_status: answer.status, ..Said::default() };
    Verdict::Ambiguous(Unread { said, refresh, body: Secret::new(answer.body()) })
}

/// A refresh token that can be sent (RFC 6749 Appendix A.17).
fn refresh_token(holder: &Object<'_>) -> Option<Secret> {
    let Value::Text(text) = holder.get("refresh_token") else { return None };
    let is_token = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_token.then(|| Secret::new(text.as_bytes()))
}
