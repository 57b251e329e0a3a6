//! `osign_grant`: a grant to come.

use super::super::arguments::{exclusive, free, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use crate::grant::settings::NewGrant;
use crate::setting::Value;
use std::ffi::c_char;

/// A grant to come: what is set of it before it is added to a store.
///
/// It depends on nothing else: what it is given is copied. One thread at a time may change it; any number may add it to
/// stores at once. Its secrets are wiped when it is freed.
#[derive(Debug)]
pub struct osign_grant(pub(super) NewGrant);

/// Makes a grant of which nothing is set. Free it with osign_grant_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_grant_new(grant: *mut *mut osign_grant, error: *mut *mut osign_error) -> osign_status {
    guard(error, || {
        // SAFETY: a place for the result, as the header asks.
        let out = unsafe { Out::new(grant, "grant") }?;
        out.set_handle(osign_grant(NewGrant::new()));
        Ok(())
    })
}

/// Sets what has this name. Flags are "true" or "1", "false" or "0"; times are digits. A name or a value that is none is
/// OSIGN_INVALID_ARGUMENT; whether it all goes together is seen when the grant is added. The names:
///   - "kind": "code" (a person logs in), "client-credentials", "static" (a key that nobody renews) or "oauth1" (each request is
///     signed); the service tells all but "static" apart;
///   - "provider": a service that osign knows, such as "amocrm", or "custom", of which the addresses below say all; or "profile":
///     the text of a profile of one's own;
///   - "client_id", "client_secret", "redirect_uri", "scope": as they are registered with the service;
///   - "consumer_key", "consumer_secret", "callback": the same of OAuth 1.0a, where a callback of "oob" has the service show the
///     person a code; "private_key": in PEM, for the RSA methods; "token", "token_secret": credentials that there are already,
///     so that nobody logs in, and an empty token where the service has none;
///   - "account": the account's host, where the service has one for each; or its id there, where that tells the host;
///   - "authorize_url", "token_url", "refresh_url", "revoke_url", "rotation", "user_agent", "pkce": in place of what the service's
///     profile says; of OAuth 1.0a "request_token_url", "access_token_url", "renew_url", "signature_method", "realm",
///     "transmission", "http_method", "callback_in", "callback_confirmed", "send_empty_token";
///   - "authorize_parameter": of OAuth 1.0a, one more parameter of the address where a person agrees, as NAME=VALUE, such as
///     "perms=write"; an empty value leaves out one of the profile's; may be set more than once;
///   - "api_origin": an origin (scheme and host) that the token may be sent to; may be set more than once;
///   - "allow_insecure_http": whether http will do on this machine, for tests;
///   - "secret": the static key itself; "header": where it goes, such as "X-Api-Key: {}", unless it is "Authorization: Bearer {}";
///     or "query": the parameter of the query that it goes into; "expires_at": when it ends, in Unix seconds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_grant_set(
    grant: *mut osign_grant,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (grant, name, value) = unsafe { (exclusive(grant, "grant")?, text(name, "name")?, text(value, "value")?) };
        grant.0.set(name, Value::Text(value))
    })
}

/// Frees a grant to come and wipes its secrets. NULL is allowed. What was added of it lives on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_grant_free(grant: *mut osign_grant) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(grant) }
}
