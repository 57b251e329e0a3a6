//! `osign_oauth1_credentials`: what a login brings.

use super::super::arguments::{free, number_of, text, text_of};
use super::text::c_text;
use crate::caught::caught;
use crate::oauth1::flow::Credentials;
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::ffi::{CString, c_char};
use std::ptr::null;
use zeroize::Zeroizing;

/// Token credentials (RFC 5849 section 2.3): what osign_oauth1_flow_signer() makes signs requests with them for whoever agreed.
///
/// They depend on nothing else. Nothing changes them, so any number of threads may read them. What their functions return is valid
/// until they are freed; they are wiped then.
#[allow(missing_debug_implementations, reason = "it holds secrets")]
pub struct osign_oauth1_credentials {
    token: Zeroizing<CString>,
    secret: Zeroizing<CString>,
    session_handle: Zeroizing<CString>,
    account: Zeroizing<CString>,
    expires_in: i64,
    authorization_expires_in: i64,
    fields: Vec<(String, Zeroizing<CString>)>,
    json: Zeroizing<CString>,
}

impl osign_oauth1_credentials {
    pub(super) fn new(credentials: &Credentials, account: Option<&str>) -> Self {
        let mut json = BTreeMap::new();
        json.extend(credentials.fields());
        // Texts by their names are always JSON.
        let json = Zeroizing::new(serde_json::to_string(&json).unwrap_or_default());
        // What is told by name is text of C; whatever else there may be stands in the JSON.
        let fields = credentials.fields().filter(|(_, value)| !value.contains('\0'));
        Self {
            token: c_text(credentials.token()),
            secret: c_text(credentials.secret()),
            session_handle: c_text(credentials.session_handle.as_ref().map_or("", Secret::text)),
            account: c_text(account.unwrap_or_default()),
            expires_in: credentials.expires_in.map_or(0, i64::from),
            authorization_expires_in: credentials.authorization_expires_in.map_or(0, i64::from),
            fields: fields.map(|(name, value)| (name.to_owned(), c_text(value))).collect(),
            json: c_text(&json),
        }
    }
}

/// The token; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_token(credentials: *const osign_oauth1_credentials) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(credentials, |credentials| &credentials.token) }
}

/// The token's secret, which some services leave empty; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_token_secret(
    credentials: *const osign_oauth1_credentials,
) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(credentials, |credentials| &credentials.secret) }
}

/// What renews the token, where the service sends something for that; "" where it does not, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_session_handle(
    credentials: *const osign_oauth1_credentials,
) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(credentials, |credentials| &credentials.session_handle) }
}

/// The account's host, where the service has one for each; "" where it has not, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_account(
    credentials: *const osign_oauth1_credentials,
) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(credentials, |credentials| &credentials.account) }
}

/// The seconds that the token lives from when it was asked for; 0 where it is not known to end, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_expires_in(credentials: *const osign_oauth1_credentials) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(credentials, |credentials| credentials.expires_in) }
}

/// The seconds that the whole authorization lives, renewed or not; 0 where it is not known to end, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_authorization_expires_in(
    credentials: *const osign_oauth1_credentials,
) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(credentials, |credentials| credentials.authorization_expires_in) }
}

/// A field of the answer or of the callback, such as "user_id", "screen_name" or "realmId"; NULL where there is none of that name,
/// and for NULL. What a profile does not keep may be anything, also secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_field(
    credentials: *const osign_oauth1_credentials,
    name: *const c_char,
) -> *const c_char {
    caught(|| {
        // SAFETY: a shared handle or NULL, and text or NULL, as the header asks.
        let (credentials, name) = unsafe { (credentials.as_ref()?, text(name, "name").ok()?) };
        credentials.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ptr())
    })
    .ok()
    .flatten()
    .unwrap_or(null())
}

/// Every field as one JSON object of texts, "oauth_token" and "oauth_token_secret" among them: it is as secret as they are. ""
/// for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_json(credentials: *const osign_oauth1_credentials) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(credentials, |credentials| &credentials.json) }
}

/// Frees credentials and wipes them. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_credentials_free(credentials: *mut osign_oauth1_credentials) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(credentials) }
}
