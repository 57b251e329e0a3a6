//! When tokens end, from what an answer says of it.

use super::object::{Object, Value};

/// A hundred years: what is said to live longer is not said to end, or in another unit.
const ABSURD: f64 = 100.0 * 365.25 * 86_400.0;

/// Above this, a number of seconds is a time of Unix and no lifetime (it was reached in 2001).
const TIME: f64 = 1e9;

/// When the access token ends, in Unix milliseconds: by its lifetime if there is one, since that needs no clock of the
/// service's, else by the time that it names.
///
/// `created_at`, which some send beside (Doorkeeper, so GitLab), adds nothing: the lifetime is counted from the answer.
pub(super) fn access_end(object: &Object<'_>, sent_at_ms: i64, usual: Option<u32>) -> Option<i64> {
    lifetime(&object.get("expires_in"))
        .map(|seconds| after(sent_at_ms, seconds))
        .or_else(|| ["expires_at", "expires"].iter().find_map(|name| time(&object.get(name), sent_at_ms)))
        .or_else(|| usual.map(|seconds| after(sent_at_ms, i64::from(seconds))))
}

/// When the refresh token ends unless it is used.
pub(super) fn refresh_end(object: &Object<'_>, sent_at_ms: i64, usual: Option<u32>) -> Option<i64> {
    // draft-ietf-oauth-refresh-token-expiration-03, Intuit, many, Keycloak.
    const NAMES: [&str; 4] =
        ["refresh_token_timeout", "x_refresh_token_expires_in", "refresh_token_expires_in", "refresh_expires_in"];
    first(object, &NAMES).or(usual.map(i64::from)).map(|seconds| after(sent_at_ms, seconds))
}

/// When the whole authorization ends.
pub(super) fn authorization_end(object: &Object<'_>, sent_at_ms: i64, usual: Option<u32>) -> Option<i64> {
    const NAMES: [&str; 2] = ["authorization_expires_in", "x_refresh_token_hard_expires_in"];
    first(object, &NAMES).or(usual.map(i64::from)).map(|seconds| after(sent_at_ms, seconds))
}

fn first(object: &Object<'_>, names: &[&str]) -> Option<i64> {
    names.iter().find_map(|name| lifetime(&object.get(name)))
}

fn after(sent_at_ms: i64, seconds: i64) -> i64 {
    sent_at_ms.saturating_add(seconds.saturating_mul(1000))
}

/// A lifetime in seconds: from one second to a hundred years, as a number or as text.
fn lifetime(value: &Value) -> Option<i64> {
    number(value).filter(|seconds| (1.0..=ABSURD).contains(seconds)).map(whole)
}

/// A time in Unix seconds that lies ahead, in milliseconds; or a lifetime under a name for times (as Facebook's was).
fn time(value: &Value, sent_at_ms: i64) -> Option<i64> {
    let seconds = number(value)?;
    if seconds < TIME {
        return lifetime(value).map(|seconds| after(sent_at_ms, seconds));
    }
    let ms = whole(seconds).saturating_mul(1000);
    // By a clock that is wrong, ours or theirs, it would have ended already, or never end.
    (ms > sent_at_ms && ms < after(sent_at_ms, whole(ABSURD))).then_some(ms)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[allow(clippy::cast_possible_truncation, reason = "both ways it ends at the nearest that there is")]
const fn whole(number: f64) -> i64 {
    number as i64
}
