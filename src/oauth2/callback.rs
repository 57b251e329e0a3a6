//! The authorization response: what the browser brings back (RFC 6749 §4.1.2).

use super::codes;
use crate::error::{Error, Protocol};
use crate::form;
use crate::provider::Profile;
use crate::secret::Secret;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What the browser brought back.
#[derive(Debug)]
pub struct Callback {
    /// The code, which works once.
    pub code: Secret,
    /// The host of the account, where the service has one for each; one that the profile allows.
    pub account: Option<String>,
    /// Parameters that the profile keeps, such as `realmId`, by name. None is a secret.
    pub kept: Vec<(String, String)>,
}

/// Reads the address that the browser came to, or its query alone. `state` is the one of this login.
///
/// # Errors
/// - [`ForeignState`](crate::Status::ForeignState) where it answers another login; nothing else of it is believed then;
/// - [`Denied`](crate::Status::Denied) where the person or the service refused;
/// - [`UntrustedHost`](crate::Status::UntrustedHost) where it names an account's host that the profile does not allow;
/// - [`InvalidAnswer`](crate::Status::InvalidAnswer) where it is malformed, or lacks something.
pub fn read_callback(profile: &Profile, callback: &str, state: &str) -> Result<Callback, Error> {
    let parameters = parameters(callback.trim())?;
    let given = one(&parameters, "state")?.ok_or(Protocol::NoState)?;
    if state.is_empty() || !bool::from(given.ct_eq(state.as_bytes())) {
        return Err(Protocol::OtherState.into());
    }
    if let Some(error) = one(&parameters, "error")? {
        return Err(match codes::known(&String::from_utf8_lossy(error)) {
            Some("access_denied") => Protocol::AccessDenied,
            code => Protocol::LoginRefused { code: code.unwrap_or("an unknown error") },
        }
        .into());
    }
    let code = one(&parameters, "code")?.filter(|code| is_sendable(code)).ok_or(Protocol::NoCode)?;
    let mut account = None;
    for name in profile.account_parameters() {
        if let (None, Some(value)) = (&account, text(&parameters, name)) {
            account = Some(profile.arrived_account(name, value)?);
        }
    }
    if let (None, [name, ..]) = (&account, profile.account_parameters()) {
        return Err(Protocol::NoCallbackField { name: name.clone() }.into());
    }
    let mut kept = Vec::new();
    for name in profile.kept_of_callback() {
        let value = text(&parameters, name).ok_or_else(|| Protocol::NoCallbackField { name: name.clone() })?;
        kept.push((name.clone(), value.to_owned()));
    }
    Ok(Callback { code: Secret::new(code), account, kept })
}

type Pairs = Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>;

fn parameters(callback: &str) -> Result<Pairs, Error> {
    let before_fragment = callback.split('#').next().unwrap_or_default();
    let query = before_fragment.split_once('?').map_or(before_fragment, |(_, query)| query);
    if !query.contains('=') {
        return Err(Protocol::NotCallback.into());
    }
    Ok(form::decode(query.as_bytes()).into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect())
}

/// The value of a parameter, which may stand there once (RFC 6749 §3.1); an empty one is none.
fn one<'a>(parameters: &'a Pairs, name: &'static str) -> Result<Option<&'a [u8]>, Error> {
    let mut values = parameters.iter().filter(|(known, _)| known == name.as_bytes()).map(|(_, value)| value.as_slice());
    let value = values.next();
    if values.next().is_some() {
        return Err(Protocol::RepeatedParameter { name }.into());
    }
    Ok(value.filter(|value| !value.is_empty()))
}

/// A parameter of the service's own, if it is short text that stands there once.
fn text<'a>(parameters: &'a Pairs, name: &str) -> Option<&'a str> {
    let mut values = parameters.iter().filter(|(known, _)| known == name.as_bytes());
    let (Some((_, value)), None) = (values.next(), values.next()) else { return None };
    let text = std::str::from_utf8(value).ok()?;
    (!text.is_empty() && text.len() <= 512 && !text.contains(char::is_control)).then_some(text)
}

/// Whether a code is what RFC 6749 Appendix A.11 says: visible ASCII and spaces.
fn is_sendable(code: &[u8]) -> bool {
    code.len() <= 8192 && code.iter().all(|byte| (b' '..=b'~').contains(byte))
}
