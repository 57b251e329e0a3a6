//! What the browser brings back, or a person types (RFC 5849 §2.2).

use super::answer::oauth1;
use super::names::{DENIED, PROBLEM, TOKEN, VERIFIER};
use super::problem;
use crate::error::{Error, Protocol};
use crate::provider::{Brought, Profile};
use crate::secret::Secret;
use subtle::ConstantTimeEq;

/// The most bytes of a verifier.
const MOST: usize = 1024;

/// What the browser brought back.
#[derive(Debug)]
pub struct Callback {
    /// The verification code; None of a service of OAuth 1.0, which has none.
    pub verifier: Option<Secret>,
    /// The host of the account, where the service has one for each; one that the profile allows.
    pub account: Option<String>,
    /// Parameters that the profile keeps, such as `realmId`, by name. None is a secret.
    pub kept: Vec<(String, String)>,
}

/// Reads the address that the browser came to, its query alone, or the code that the service showed and a person typed.
/// `token` is the one of this login's temporary credentials.
///
/// # Errors
/// - [`ForeignState`](crate::Status::ForeignState) where it answers another login; nothing else of it is believed then;
/// - [`Denied`](crate::Status::Denied) where the person or the service refused;
/// - [`UntrustedHost`](crate::Status::UntrustedHost) where it names an account's host that the profile does not allow;
/// - [`InvalidAnswer`](crate::Status::InvalidAnswer) where it is malformed, or lacks something;
/// - [`NotConfigured`](crate::Status::NotConfigured) where the profile is of another kind.
pub fn read_callback(profile: &Profile, callback: &str, token: &str) -> Result<Callback, Error> {
    let oauth1 = oauth1(profile)?;
    let callback = callback.trim();
    if is_code(callback) {
        let verifier = Some(Secret::new(callback.as_bytes()));
        return Ok(Callback { verifier, account: None, kept: Vec::new() });
    }
    let brought = Brought::read(callback).ok_or(Protocol::NotOAuth1Callback)?;
    if let Some(denied) = brought.one(DENIED)? {
        return Err(if is_ours(denied, token) { Protocol::AccessDenied } else { Protocol::OtherCallbackToken }.into());
    }
    let given = brought.one(TOKEN)?;
    if given.is_some_and(|given| !is_ours(given, token)) {
        return Err(Protocol::OtherCallbackToken.into());
    }
    let (problem, verifier) = (brought.one(PROBLEM)?, brought.one(VERIFIER)?);
    if given.is_none() {
        // Any page can send a browser there: a refusal without a token is nobody's either.
        let is_callback = problem.is_some() || verifier.is_some();
        return Err(if is_callback { Protocol::NoCallbackToken } else { Protocol::NotOAuth1Callback }.into());
    }
    if let Some(problem) = problem {
        return Err(match problem::known(&String::from_utf8_lossy(problem)) {
            Some("user_refused" | "permission_denied") => Protocol::AccessDenied,
            code => Protocol::LoginRefused { code: code.unwrap_or("an unknown error") },
        }
        .into());
    }
    let verifier = verifier.filter(|verifier| is_sendable(verifier)).map(Secret::new);
    if verifier.is_none() && !oauth1.is_before_revision_a() {
        return Err(Protocol::NoVerifier.into());
    }
    Ok(Callback { verifier, account: brought.account(profile)?, kept: brought.kept(profile)? })
}

/// Refuses a code alone where the browser comes back to an address: nobody types one then, and whoever opens that address chooses
/// what stands in it. `callback` is the login's own; one that is not known here may be `oob` all the same.
///
/// # Errors
/// [`Protocol::CodeForAddress`].
pub fn check_typed(text: &str, callback: &str) -> Result<(), Error> {
    if is_code(text) && !matches!(callback, "" | "oob") {
        return Err(Protocol::CodeForAddress.into());
    }
    Ok(())
}

/// Whether it is a code that a person typed: no address, and no query.
fn is_code(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && is_sendable(text.as_bytes()) && !text.contains(['=', '&', '?', '/', ' '])
}

/// Whether a token is the one of this login; where that has none, no token is.
fn is_ours(given: &[u8], token: &str) -> bool {
    !token.is_empty() && bool::from(given.ct_eq(token.as_bytes()))
}

/// Whether a verifier can be sent on: visible ASCII and spaces.
fn is_sendable(verifier: &[u8]) -> bool {
    verifier.len() <= MOST && verifier.iter().all(|byte| (b' '..=b'~').contains(byte))
}
