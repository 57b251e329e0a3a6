//! `osign_oauth1_signer`, and the short way to a header.

use super::arguments::{bytes, exclusive, free, optional_text, shared, terminated, text, utf8};
use super::error::{osign_error, osign_status};
use super::guard::guard;
use super::output::{CallerBuffer, Out};
use crate::oauth1::{Request, SignatureMethod, Signer, check_private_key_bytes};
use crate::setting::Value;
use crate::system::System;
use std::ffi::{c_char, c_void};

/// Credentials and a signature method: what signs requests.
///
/// Set it up in one thread; from then on any number of threads may sign with it at once, and nothing may
/// change it while they do. It depends on nothing else: the texts that it was given are copied. Its
/// secrets are wiped when it is freed.
#[derive(Debug)]
pub struct osign_oauth1_signer(pub(super) Signer);

/// Makes a signer: HMAC-SHA1, no token, no realm, oauth_version sent, no body hash.
///
/// A `consumer_key` that is empty or holds control characters is OSIGN_INVALID_PARAMETER; `consumer_secret`
/// may be "". Free it with osign_oauth1_signer_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_new(
    consumer_key: *const c_char,
    consumer_secret: *const c_char,
    signer: *mut *mut osign_oauth1_signer,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: texts and a place for the result, as the header asks.
        let (key, secret, out) = unsafe {
            (
                text(consumer_key, "consumer_key")?,
                text(consumer_secret, "consumer_secret")?,
                Out::new(signer, "signer")?,
            )
        };
        out.set_handle(osign_oauth1_signer(Signer::new(key, secret)?));
        Ok(())
    })
}

/// Signs with this token from now on: temporary credentials, or an access token.
///
/// An empty `token` is none: oauth_token is not sent (RFC 5849 section 3.1). `token_secret` takes part in the
/// key all the same (section 3.4.2). A token with control characters is OSIGN_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_token(
    signer: *mut osign_oauth1_signer,
    token: *const c_char,
    token_secret: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (signer, token, secret) =
            unsafe { (exclusive(signer, "signer")?, text(token, "token")?, text(token_secret, "token_secret")?) };
        signer.0.set_token(token, secret)
    })
}

/// Signs with this method from now on: "HMAC-SHA1" (the default), "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512",
/// "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "RSA-PSS-SHA256" or "PLAINTEXT"; another is
/// OSIGN_UNSUPPORTED_SIGNATURE_METHOD.
///
/// The RSA methods need osign_oauth1_signer_set_private_key(), before or after. RSA-PSS-SHA256 is some services'
/// own: RSASSA-PSS with SHA-256, MGF1 with SHA-256, and a salt of 32 bytes. PLAINTEXT sends the secrets themselves:
/// use it over https alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_signature_method(
    signer: *mut osign_oauth1_signer,
    name: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (signer, name) = unsafe { (exclusive(signer, "signer")?, text(name, "name")?) };
        signer.0.set_signature_method(SignatureMethod::from_name(name)?);
        Ok(())
    })
}

/// The key for the RSA methods: PEM text of an RSA private key, PKCS#1 ("BEGIN RSA PRIVATE KEY") or
/// PKCS#8 ("BEGIN PRIVATE KEY"), not encrypted, in lines of any length.
///
/// Anything else is OSIGN_INVALID_KEY, and the message says what it is: a public key, an encrypted one,
/// a certificate, a file that is DER or PKCS#12, no PEM at all. So is a key that is not safe to sign with, such as one
/// whose numbers do not fit each other. Setting a key and signing with it need some 44 KB of stack, 76 KB with
/// more than 4096 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_private_key(
    signer: *mut osign_oauth1_signer,
    pem: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (signer, pem) = unsafe { (exclusive(signer, "signer")?, terminated(pem, "pem")?) };
        check_private_key_bytes(pem)?;
        signer.0.set_private_key(utf8(pem, "pem")?)
    })
}

/// Sends this realm first in the header, as a quoted string (RFC 5849 section 3.5.1); it is never signed. "" sends
/// none. It is sent with header transmission alone. One with control characters is OSIGN_INVALID_PARAMETER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_realm(
    signer: *mut osign_oauth1_signer,
    realm: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (signer, realm) = unsafe { (exclusive(signer, "signer")?, text(realm, "realm")?) };
        signer.0.set_realm(realm)
    })
}

/// Adds this many seconds to the clock's time in every timestamp, for a host whose clock is off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_clock_offset(
    signer: *mut osign_oauth1_signer,
    seconds: i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(signer, "signer") }?.0.set_clock_offset(seconds);
        Ok(())
    })
}

/// Whether oauth_version="1.0" is sent and signed: not when `enabled` is 0. It is, unless turned off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_send_version(
    signer: *mut osign_oauth1_signer,
    enabled: i32,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(signer, "signer") }?.0.set_send_version(enabled != 0);
        Ok(())
    })
}

/// Whether oauth_body_hash is sent and signed where the body is no form: not when `enabled` is 0. It is not,
/// unless turned on.
///
/// The hash is SHA-1 with HMAC-SHA1, RSA-SHA1 and PLAINTEXT, and the method's own otherwise; an absent
/// body counts as empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set_body_hash(
    signer: *mut osign_oauth1_signer,
    enabled: i32,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(signer, "signer") }?.0.set_body_hash(enabled != 0);
        Ok(())
    })
}

/// Sets what has this name, in whatever words: what has a function of its own, and the rare settings that have none.
///
/// Flags are "true" or "1", "false" or "0"; seconds are digits. A name or a value that is none is
/// OSIGN_INVALID_ARGUMENT; the rest is as with the functions. The names:
///   - "signature_method", "private_key", "realm", "clock_offset", "send_version", "body_hash": as the functions;
///   - "version": the value of oauth_version in place of "1.0";
///   - "send_empty_token": whether an empty token is sent, as some services want before there is one;
///   - "send_empty_realm": whether an empty realm is sent;
///   - "plaintext_nonce": whether PLAINTEXT sends nonce and timestamp (RFC 5849 section 3.1); it does, unless turned off;
///   - "url_form": in which form a URL is signed: "as-given", "normal" (RFC 3986 sections 6.2.2 and 6.2.3), or "usual",
///     which is normal for osign_oauth1_sign(), and as given for osign_oauth1_authorization();
///   - "mastercard_form": whether requests have the form that Mastercard's own libraries give them, which is not that of
///     RFC 5849: the base string has protocol parameters encoded once, the header as they are,
///     oauth_body_hash is sent whatever the body is, RSA-PSS-SHA256 is called RSA-PSS, and parameters travel by header
///     alone. A library that signs alone lacks it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_set(
    signer: *mut osign_oauth1_signer,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (signer, name, value) =
            unsafe { (exclusive(signer, "signer")?, text(name, "name")?, text(value, "value")?) };
        signer.0.set(name, Value::Text(value))
    })
}

/// Frees a signer and wipes its secrets. NULL is allowed. No thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_signer_free(signer: *mut osign_oauth1_signer) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(signer) }
}

/// The short way: writes the value of the Authorization header for one request, with a fresh nonce and
/// timestamp, into the caller's buffer. With HMAC and PLAINTEXT it allocates nothing for a request of up to
/// 128 parameters, none of them oauth_*, without a body hash; with RSA it does.
///
/// `method` and `url` are those of the request; the URL is absolute, http or https, with its query. Send
/// the URL as it is given here; when it holds a space or a byte outside ASCII, or is not in the normal form that
/// every client sends alike, take the one to send from the full way, osign_oauth1_sign().
///
/// `content_type` is the request's Content-Type, or NULL. The body is read when that says
/// application/x-www-form-urlencoded, with or without a charset, for then it is signed, and when the
/// signer hashes bodies. It is (NULL, 0) for none, and never copied.
///
/// Asking for the size draws no nonce.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_oauth1_authorization(
    signer: *const osign_oauth1_signer,
    method: *const c_char,
    url: *const c_char,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    buf: *mut c_char,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts, bytes and a caller's buffer, as the header asks.
        let (signer, request, out) = unsafe {
            let signer = &shared(signer, "signer")?.0;
            let request = Request::new(text(method, "method")?, text(url, "url")?)
                .with_body(optional_text(content_type, "content_type")?, bytes(body, body_len, "body")?);
            (signer, request, CallerBuffer::text(buf, cap, len)?)
        };
        let enough = || Ok(signer.authorization_bound(&request)? + 1);
        if out.is_query() {
            out.answer(enough()?);
            return Ok(());
        }
        signer.authorization_with(&request, &mut System, |authorization| {
            // The exact length takes longer to tell, and decides where room is scarce alone.
            let bound = authorization.bound();
            let len = if out.has_room_for(bound) { bound } else { authorization.len() };
            out.put_text(len, enough, |out| authorization.write(out))
        })?
    })
}
