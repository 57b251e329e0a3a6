//! `osign_oauth1_flow`: what follows a login, a signer, a renewal and a disconnect.

use super::super::arguments::{exclusive, optional_text, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::super::signer::osign_oauth1_signer;
use super::http_request::osign_http_request;
use super::oauth1_credentials::osign_oauth1_credentials;
use super::oauth1_flow::{hand_out, osign_oauth1_flow};
use std::ffi::{c_char, c_int, c_void};

/// Makes a signer of the service's API with the token credentials that the flow has: with the method, key, clock and version that
/// were set or that the service wants, its realm, the hash of a body where it wants one, and Mastercard's form where that is its.
/// Free it with osign_oauth1_signer_free(); it owes the flow nothing, and a renewal does not change it.
///
/// Where the protocol parameters travel is said of each request, by osign_oauth1_request_set_transmission(): it is no setting of a
/// signer's, and the "transmission" of a flow is that of its own requests. OSIGN_INVALID_ARGUMENT where the flow has no token
/// credentials yet; OSIGN_NOT_CONFIGURED where the realm needs an account that is not known; OSIGN_INVALID_KEY for an RSA method
/// without a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_signer(
    flow: *const osign_oauth1_flow,
    signer: *mut *mut osign_oauth1_signer,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (flow, out) = unsafe { (shared(flow, "flow")?, Out::new(signer, "signer")?) };
        out.set_handle(osign_oauth1_signer(flow.flow.signer()?));
        Ok(())
    })
}

/// Goes on with token credentials of an earlier login, for osign_oauth1_flow_signer(), osign_oauth1_flow_request_renewal() and
/// osign_oauth1_flow_request_disconnect(). `session_handle` is osign_oauth1_credentials_session_handle(), or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_set_credentials(
    flow: *mut osign_oauth1_flow,
    token: *const c_char,
    token_secret: *const c_char,
    session_handle: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, texts, and text or NULL, as the header asks.
        let (flow, token, secret, handle) = unsafe {
            (
                exclusive(flow, "flow")?,
                text(token, "token")?,
                text(token_secret, "token_secret")?,
                optional_text(session_handle, "session_handle")?,
            )
        };
        flow.flow.set_credentials(token, secret, handle)
    })
}

/// The request that gives the token a longer life, where the service has one: send it once, as it is. Free it with
/// osign_http_request_free(). OSIGN_NOT_CONFIGURED where its address is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_request_renewal(
    flow: *mut osign_oauth1_flow,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: a handle of this thread's and a place for the result, as the header asks.
    unsafe { hand_out(flow, request, error, |flow, fresh| flow.request_renewal(fresh)) }
}

/// Reads the answer to osign_oauth1_flow_request_renewal(): the credentials from now on, which are the same where the service lets
/// the token live on. Free them with osign_oauth1_credentials_free(). Errors are as with osign_oauth1_flow_read_temporary().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_read_renewal(
    flow: *mut osign_oauth1_flow,
    http_status: c_int,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    credentials: *mut *mut osign_oauth1_credentials,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text or NULL, bytes, and a place for the result, as the header asks.
        let (flow, out, answer) = unsafe {
            let (flow, out) = (exclusive(flow, "flow")?, Out::new(credentials, "credentials")?);
            let answer = flow.answer(http_status, content_type, body, body_len)?;
            (flow, out, answer)
        };
        let credentials = flow.flow.read_renewal(&answer)?;
        out.set_handle(osign_oauth1_credentials::new(&credentials, flow.flow.account()));
        Ok(())
    })
}

/// The request that ends the token, where the service has one: send it once, as it is. Free it with osign_http_request_free().
/// OSIGN_NOT_CONFIGURED where its address is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_request_disconnect(
    flow: *mut osign_oauth1_flow,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: a handle of this thread's and a place for the result, as the header asks.
    unsafe { hand_out(flow, request, error, |flow, fresh| flow.request_disconnect(fresh)) }
}

/// Reads the answer to osign_oauth1_flow_request_disconnect(): on success the token is good no more. Errors are as with
/// osign_oauth1_flow_read_temporary().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_read_disconnect(
    flow: *mut osign_oauth1_flow,
    http_status: c_int,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text or NULL, and bytes, as the header asks.
        let (flow, answer) = unsafe {
            let flow = exclusive(flow, "flow")?;
            let answer = flow.answer(http_status, content_type, body, body_len)?;
            (flow, answer)
        };
        flow.flow.read_disconnect(&answer)
    })
}
