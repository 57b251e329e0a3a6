//! What programs ask that send by clients of their own and keep the credentials themselves: whether an answer or a callback counts
//! (RFC 5849 §2), and then all that stands in it.

use super::answer::{read_temporary, read_token};
use super::callback::read_callback;
use super::fields::form_of;
use super::names::{DENIED, TOKEN, VERIFIER};
use crate::error::Error;
use crate::form;
use crate::http::Answer;
use crate::provider::{Brought, Profile, builtin};
use crate::setting::Value;
use zeroize::Zeroizing;

/// Names and values, in their order. Each may be secret.
pub type Pairs = Vec<(String, Zeroizing<String>)>;

/// The fields of an answer with temporary credentials (§2.1), and whether it must confirm a callback.
///
/// # Errors
/// As [`read_temporary`](super::read_temporary).
pub fn temporary_fields(answer: &Answer, confirmed: bool) -> Result<Pairs, Error> {
    read_temporary(&service("callback_confirmed", Value::Flag(confirmed))?, answer)?;
    Ok(texts(form::decode(form_of(answer))))
}

/// The fields of an answer with token credentials (§2.3).
///
/// # Errors
/// As [`read_token`](super::read_token).
pub fn token_fields(answer: &Answer) -> Result<Pairs, Error> {
    read_token(&service("callback_confirmed", Value::Flag(false))?, answer)?;
    Ok(texts(form::decode(form_of(answer))))
}

/// The parameters of the address that a browser came to (§2.2), or of its query; or the code that a person typed, as
/// `oauth_verifier`. Where there is no `token`, there is nothing to compare the callback's with. A verifier need not be there: by
/// services of OAuth 1.0 comes none, and programs may have theirs from elsewhere.
///
/// # Errors
/// As [`read_callback`](super::read_callback).
pub fn callback_parameters(callback: &str, token: Option<&str>) -> Result<Pairs, Error> {
    let callback = callback.trim();
    let brought = Brought::read(callback);
    let of_it = |name| brought.as_ref()?.one(name).ok()?.and_then(|value| std::str::from_utf8(value).ok());
    let ours = token.or_else(|| of_it(TOKEN)).or_else(|| of_it(DENIED)).unwrap_or_default();
    let read = read_callback(&service("callback_in", Value::Text("authorize"))?, callback, ours)?;
    let mut found = match &brought {
        Some(brought) => texts(brought.pairs()),
        None => texts(token.map(|token| (TOKEN, token))),
    };
    match &read.verifier {
        None => found.retain(|(name, _)| name != VERIFIER),
        Some(_) if found.iter().any(|(name, _)| name == VERIFIER) => {}
        Some(typed) => found.push((VERIFIER.to_owned(), Zeroizing::new(typed.text().to_owned()))),
    }
    Ok(found)
}

/// A service that nothing is known of but this.
fn service(name: &str, value: Value<'_>) -> Result<Profile, Error> {
    let mut profile = builtin("custom-oauth1")?;
    profile.set(name, value)?;
    Ok(profile)
}

/// What is not UTF-8 is replaced, as no token is.
fn texts(pairs: impl IntoIterator<Item = (impl AsRef<[u8]>, impl AsRef<[u8]>)>) -> Pairs {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    pairs.into_iter().map(|(name, value)| (text(name.as_ref()), Zeroizing::new(text(value.as_ref())))).collect()
}
