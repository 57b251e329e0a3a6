//! `osign_oauth1_flow`: the steps of a login.

use super::super::arguments::{bytes, exclusive, free, optional_text, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::{CallerBuffer, Out};
use super::http_request::osign_http_request;
use super::oauth1_credentials::osign_oauth1_credentials;
use super::text::{answered_status, content_type, put, put_drawn};
use crate::error::Error;
use crate::grant::key::Key;
use crate::grant::pending;
use crate::grant::seal::NONCE;
use crate::http::{Answer, Request};
use crate::oauth1::flow::Flow;
use crate::setting::Value;
use crate::system::{self, System};
use std::ffi::{c_char, c_int, c_void};

/// A login at a service of OAuth 1.0a (RFC 5849 section 2), whose requests the host sends with a client of its own.
///
/// One thread at a time. It depends on nothing else: what it is given is copied. Its secrets are wiped when it is freed. Nothing
/// of it is kept anywhere: between two web requests see osign_oauth1_flow_seal().
///
/// In order: osign_oauth1_flow_request_temporary(), send it, osign_oauth1_flow_read_temporary(); a person agrees at
/// osign_oauth1_flow_authorize_url(); osign_oauth1_flow_read_callback(); osign_oauth1_flow_request_token(), send it,
/// osign_oauth1_flow_read_token(); then osign_oauth1_flow_signer() makes what signs requests of the API. A step out of its turn is
/// OSIGN_INVALID_ARGUMENT, and changes nothing.
#[allow(missing_debug_implementations, reason = "it holds secrets")]
pub struct osign_oauth1_flow {
    pub(super) flow: Flow,
    /// Further parameters of the address where a person agrees.
    parameters: Vec<(String, String)>,
    challenge: Option<String>,
}

impl osign_oauth1_flow {
    /// An answer as C hands it over.
    ///
    /// # Safety
    /// `content_type` is NULL or points to NUL-terminated memory, and `body` is NULL or points to `body_len` bytes.
    pub(super) unsafe fn answer(
        &mut self,
        http_status: c_int,
        content_type: *const c_char,
        body: *const c_void,
        body_len: usize,
    ) -> Result<Answer, Error> {
        // SAFETY: the caller's promise.
        let (content_type, body) = unsafe { (self::content_type(content_type), bytes(body, body_len, "body")?) };
        let mut answer = Answer::new(answered_status(http_status), body);
        answer.content_type = content_type;
        answer.challenge = self.challenge.take();
        Ok(answer)
    }
}

/// Hands out the request that a step of a flow makes.
///
/// # Safety
/// `flow` is NULL or a handle of this thread's, `request` and `error` are NULL or places for a handle.
pub(super) unsafe fn hand_out(
    flow: *mut osign_oauth1_flow,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
    step: fn(&mut Flow, &mut System) -> Result<Request, Error>,
) -> osign_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        let (flow, out) = unsafe { (exclusive(flow, "flow")?, Out::new(request, "request")?) };
        let request = step(&mut flow.flow, &mut System)?;
        out.set_handle(osign_http_request::new(&request, 0));
        Ok(())
    })
}

/// Makes a flow for a consumer of a service. Free it with osign_oauth1_flow_free().
///
/// `provider` is a service of OAuth 1.0a that osign knows, such as "quickbooks-oauth1"; NULL, or "custom-oauth1", is one of which
/// nothing is known but what osign_oauth1_flow_set() says. Or `profile` is the text of a profile of one's own, and `provider`
/// NULL. OSIGN_UNKNOWN_PROVIDER, OSIGN_INVALID_PROFILE; OSIGN_NOT_CONFIGURED for a service of OAuth 2.0;
/// OSIGN_INVALID_PARAMETER for a consumer key that is empty or holds control characters. `consumer_secret` may be "".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_new(
    provider: *const c_char,
    profile: *const c_char,
    consumer_key: *const c_char,
    consumer_secret: *const c_char,
    flow: *mut *mut osign_oauth1_flow,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: texts or NULL, texts, and a place for the result, as the header asks.
        let (provider, profile, key, secret, out) = unsafe {
            (
                optional_text(provider, "provider")?,
                optional_text(profile, "profile")?,
                text(consumer_key, "consumer_key")?,
                text(consumer_secret, "consumer_secret")?,
                Out::new(flow, "flow")?,
            )
        };
        let flow = Flow::of_service(provider, profile, key, secret)?;
        out.set_handle(osign_oauth1_flow { flow, parameters: Vec::new(), challenge: None });
        Ok(())
    })
}

/// Sets what the login goes by, by name. Flags are "true" or "1", "false" or "0"; seconds are digits. A name or a value that is none
/// is OSIGN_INVALID_ARGUMENT, or what the value is refused with. The names:
///   - "callback": where the browser comes back to, or "oob" where the service shows a code instead;
///   - "account": the account's host, where the service has one for each; or its id there, where that tells the host;
///   - "request_token_url", "authorize_url", "access_token_url", "renew_url", "revoke_url": addresses, in place of the profile's;
///   - "signature_method": as osign_oauth1_signer_set_signature_method() has them; "private_key": of the RSA methods, as PEM;
///   - "realm"; "transmission": "header", "query" or "body"; "http_method": "POST" or "GET"; "user_agent";
///   - "callback_in": "authorize" for services of OAuth 1.0, whose callbacks have no verifier, else "request-token";
///   - "callback_confirmed": whether the first answer must say oauth_callback_confirmed=true, as RFC 5849 section 2.1 has it;
///   - "send_empty_token", "version", "send_version", "plaintext_nonce", "clock_offset": as of a signer;
///   - "xauth": whether the service takes a name and a password;
///   - "allow_insecure_http": whether http will do on this machine, for tests.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_set(
    flow: *mut osign_oauth1_flow,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (flow, name, value) = unsafe { (exclusive(flow, "flow")?, text(name, "name")?, text(value, "value")?) };
        flow.flow.set(name, Value::Text(value))
    })
}

/// The request for temporary credentials (RFC 5849 section 2.1): send it once, as it is. Free it with
/// osign_http_request_free(). It begins a new login; one that was under way is given up.
///
/// OSIGN_NOT_CONFIGURED where an address or an account is missing; OSIGN_UNTRUSTED_HOST for an address that is not https;
/// OSIGN_INVALID_KEY for an RSA method without a key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_request_temporary(
    flow: *mut osign_oauth1_flow,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: a handle of this thread's and a place for the result, as the header asks.
    unsafe { hand_out(flow, request, error, |flow, fresh| flow.request_temporary(fresh)) }
}

/// The answer that comes next says by its header WWW-Authenticate why the service refuses: some do so there alone. Call it before
/// the answer is read, where there is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_set_challenge(
    flow: *mut osign_oauth1_flow,
    www_authenticate: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (flow, challenge) = unsafe { (exclusive(flow, "flow")?, text(www_authenticate, "www_authenticate")?) };
        flow.challenge = Some(challenge.to_owned());
        Ok(())
    })
}

/// Reads the answer to osign_oauth1_flow_request_temporary(). `content_type` is the answer's Content-Type, or NULL.
///
/// OSIGN_DENIED where the service refused, with what it says of it; OSIGN_INVALID_ARGUMENT before the request was made;
/// OSIGN_INVALID_ANSWER for what is no form with a token and its secret, each once, or does not confirm the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_read_temporary(
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
        flow.flow.read_temporary(&answer, system::milliseconds())
    })
}

/// A further parameter of the address where a person agrees, such as "screen_name", "perms" or "scope"; an empty value leaves
/// out what the profile has under that name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_set_parameter(
    flow: *mut osign_oauth1_flow,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (flow, name, value) = unsafe { (exclusive(flow, "flow")?, text(name, "name")?, text(value, "value")?) };
        flow.parameters.retain(|(known, _)| known != name);
        flow.parameters.push((name.to_owned(), value.to_owned()));
        Ok(())
    })
}

/// Writes the address where a person agrees (RFC 5849 section 2.2), for a browser to open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_authorize_url(
    flow: *const osign_oauth1_flow,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a caller's buffer, as the header asks.
        let (flow, out) = unsafe { (shared(flow, "flow")?, CallerBuffer::text(buf, cap, len)?) };
        let parameters: Vec<_> = flow.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        put(&out, &flow.flow.authorize_url(&parameters)?)
    })
}

/// Reads what the browser came to: the whole URL, or its query; or the code that the service showed and a person typed, where
/// the callback is none or "oob".
///
/// OSIGN_FOREIGN_STATE for a callback of another login; OSIGN_DENIED where the person refused; OSIGN_INVALID_ANSWER for what is
/// no callback. The login goes on then: anybody can open a URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_read_callback(
    flow: *mut osign_oauth1_flow,
    callback: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (flow, callback) = unsafe { (exclusive(flow, "flow")?, text(callback, "callback")?) };
        flow.flow.read_callback(callback)
    })
}

/// The request for token credentials (RFC 5849 section 2.3): send it once, as it is. Free it with osign_http_request_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_request_token(
    flow: *mut osign_oauth1_flow,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: a handle of this thread's and a place for the result, as the header asks.
    unsafe { hand_out(flow, request, error, |flow, fresh| flow.request_token(fresh)) }
}

/// The request for token credentials by a person's name and password, at once, where a service takes them: send it once, as it
/// is. Free it with osign_http_request_free(). OSIGN_NOT_CONFIGURED where the service takes none, by its profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_request_xauth(
    flow: *mut osign_oauth1_flow,
    user_name: *const c_char,
    password: *const c_char,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, texts and a place for the result, as the header asks.
        let (flow, user_name, password, out) = unsafe {
            (
                exclusive(flow, "flow")?,
                text(user_name, "user_name")?,
                text(password, "password")?,
                Out::new(request, "request")?,
            )
        };
        let request = flow.flow.request_xauth(user_name, password, &mut System)?;
        out.set_handle(osign_http_request::new(&request, 0));
        Ok(())
    })
}

/// Reads the answer to osign_oauth1_flow_request_token(), or to osign_oauth1_flow_request_xauth(). Free what it brings with
/// osign_oauth1_credentials_free(). Errors are as with osign_oauth1_flow_read_temporary().
///
/// The temporary credentials are used up when this succeeds, and after OSIGN_DENIED. After another failure the request may be made
/// once more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_read_token(
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
        let credentials = flow.flow.read_token(&answer)?;
        out.set_handle(osign_oauth1_credentials::new(&credentials, flow.flow.account()));
        Ok(())
    })
}

/// Writes the login under way as one line of sealed text, to be kept between two web requests, in a session or a cookie: letters,
/// digits, '-', '_' and '.'. osign_oauth1_flow_open() goes on with it, within 24 hours.
///
/// The key is as osign_store_open() takes it. `context` is a text that opening must say again, such as the identifier of the
/// person's session; the service and the consumer are part of it anyway. The text cannot know that it was used: who must see to
/// that remembers osign_oauth1_flow_id() for a day. Asking for the size draws no randomness.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_seal(
    flow: *const osign_oauth1_flow,
    key: *const c_void,
    key_len: usize,
    context: *const c_char,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, bytes, text and a caller's buffer, as the header asks.
        let (flow, key, context, out) = unsafe {
            (
                shared(flow, "flow")?,
                bytes(key, key_len, "key")?,
                text(context, "context")?,
                CallerBuffer::text(buf, cap, len)?,
            )
        };
        let (key, login) = (Key::read(key)?, flow.flow.under_way()?);
        put_drawn(&out, pending::sealed_len(login)?, || {
            let mut nonce = [0; NONCE];
            system::fill(&mut nonce)?;
            pending::seal(login, &key, &flow.flow.belonging(context), &nonce)
        })
    })
}

/// Goes on with a login that osign_oauth1_flow_seal() wrote, in a flow of the same service and consumer, with the same key and
/// context. Settings are not part of the text: set them as they were.
///
/// OSIGN_FOREIGN_STATE for what was changed, sealed with another key or for something else, or begun more than 24 hours ago;
/// OSIGN_INVALID_STORE_KEY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_open(
    flow: *mut osign_oauth1_flow,
    key: *const c_void,
    key_len: usize,
    context: *const c_char,
    sealed: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, bytes and texts, as the header asks.
        let (flow, key, context, sealed) = unsafe {
            (exclusive(flow, "flow")?, bytes(key, key_len, "key")?, text(context, "context")?, text(sealed, "sealed")?)
        };
        let now = system::milliseconds();
        let pending = pending::open(sealed, &Key::read(key)?, &flow.flow.belonging(context), now)?;
        flow.flow.resume(pending, now)
    })
}

/// Writes what tells the login under way from others, and does not tell its token: 16 hexadecimal digits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_id(
    flow: *const osign_oauth1_flow,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a caller's buffer, as the header asks.
        let (flow, out) = unsafe { (shared(flow, "flow")?, CallerBuffer::text(buf, cap, len)?) };
        put(&out, &pending::id(flow.flow.under_way()?).to_string())
    })
}

/// Frees a flow and wipes its secrets. NULL is allowed. Requests and credentials that it made live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_flow_free(flow: *mut osign_oauth1_flow) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(flow) }
}
