//! The authorization response: what the browser brings back (RFC 6749 §4.1.2).

use super::codes;
use crate::error::{Error, Protocol};
use crate::provider::{Brought, Profile};
use crate::secret::Secret;
use subtle::ConstantTimeEq;

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
    let brought = Brought::read(callback.trim()).ok_or(Protocol::NotCallback)?;
    let given = brought.one("state")?.ok_or(Protocol::NoState)?;
    if state.is_empty() || !bool::from(given.ct_eq(state.as_bytes())) {
        return Err(Protocol::OtherState.into());
    }
    if let Some(error) = brought.one("error")? {
        return Err(match codes::known(&String::from_utf8_lossy(error)) {
            Some("access_denied") => Protocol::AccessDenied,
            code => Protocol::LoginRefused { code: code.unwrap_or("an unknown error") },
        }
        .into());
    }
    let code = brought.one("code")?.filter(|code| is_sendable(code)).ok_or(Protocol::NoCode)?;
    Ok(Callback { code: Secret::new(code), account: brought.account(profile)?, kept: brought.kept(profile)? })
}

/// Whether a code is what RFC 6749 Appendix A.11 says: visible ASCII and spaces.
fn is_sendable(code: &[u8]) -> bool {
    code.len() <= 8192 && code.iter().all(|byte| (b' '..=b'~').contains(byte))
}
