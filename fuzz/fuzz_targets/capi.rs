//! The C surface with arbitrary arguments, NULL among them. Texts and bytes stand in memory of their exact size, so
//! that AddressSanitizer sees a byte read past their end; on failure every output must be as it was.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use osign::capi::*;
use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};

#[derive(Arbitrary, Debug)]
struct Input {
    consumer_key: Text,
    consumer_secret: Text,
    token: Option<(Text, Text)>,
    realm: Option<Text>,
    signature_method: Choice,
    private_key: Option<Key>,
    clock_offset: i64,
    send_version: u8,
    body_hash: u8,
    method: Choice,
    url: Url,
    content_type: Choice,
    body: Option<Vec<u8>>,
    null_body_with_length: bool,
    parameters: Vec<(Text, Text)>,
    nonce: Option<Text>,
    timestamp: Option<i64>,
    transmission: Choice,
    cap: u16,
    null_handles: u8,
    want_errors: bool,
    equal: (Vec<u8>, Vec<u8>),
}

/// NUL-terminated bytes, or NULL.
#[derive(Arbitrary, Debug)]
enum Text {
    Usual,
    Null,
    Bytes(Vec<u8>),
    Unicode(String),
}

/// One of the right answers, or anything.
#[derive(Arbitrary, Debug)]
enum Choice {
    Right(u8),
    Other(Text),
}

#[derive(Arbitrary, Debug)]
enum Url {
    Query(Vec<u8>),
    Path(Vec<u8>),
    Authority(Vec<u8>),
    Any(Text),
}

#[derive(Arbitrary, Debug)]
enum Key {
    Right,
    Wrong(Text),
}

/// Memory of exactly the text and its NUL.
struct CText(Option<CString>);

impl CText {
    fn new(bytes: &[u8]) -> Self {
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        Self(Some(CString::new(&bytes[..end]).unwrap()))
    }

    fn ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(null(), |text| text.as_ptr())
    }
}

impl Text {
    fn c(&self, usual: &str) -> CText {
        match self {
            Self::Usual => CText::new(usual.as_bytes()),
            Self::Null => CText(None),
            Self::Bytes(bytes) => CText::new(bytes),
            Self::Unicode(text) => CText::new(text.as_bytes()),
        }
    }
}

impl Choice {
    fn c(&self, right: &[&str]) -> CText {
        match self {
            Self::Right(index) => CText::new(right[usize::from(*index) % right.len()].as_bytes()),
            Self::Other(text) => text.c(right[0]),
        }
    }
}

impl Url {
    fn c(&self) -> CText {
        match self {
            Self::Query(bytes) => CText::new(&[b"http://host/path?", &bytes[..]].concat()),
            Self::Path(bytes) => CText::new(&[b"https://host:8443/", &bytes[..]].concat()),
            Self::Authority(bytes) => CText::new(&[b"http://", &bytes[..], b"/p?a=1"].concat()),
            Self::Any(text) => text.c("http://host/?b=2&a=1&a=1"),
        }
    }
}

/// A pointer that no call could have made.
fn sentinel<T>() -> *mut T {
    std::ptr::without_provenance_mut(0x5EED_5EED)
}

/// Makes a call with room for an error and checks what it did with it. Returns whether it worked.
fn call(want: bool, body: impl FnOnce(*mut *mut osign_error) -> osign_status) -> osign_status {
    let mut error = sentinel::<osign_error>();
    let status = body(if want { &raw mut error } else { null_mut() });
    assert_ne!(status, OSIGN_PANIC);
    let name = unsafe { CStr::from_ptr(osign_status_name(status)) };
    assert_ne!(name, c"OSIGN_UNKNOWN");
    if !want {
        assert_eq!(error, sentinel());
    } else if status == OSIGN_OK {
        assert!(error.is_null());
    } else {
        assert!(!error.is_null() && error != sentinel());
        unsafe {
            assert_eq!(osign_error_status(error), status);
            assert!(!CStr::from_ptr(osign_error_message(error)).to_str().unwrap().is_empty());
            osign_error_free(error);
        }
    }
    status
}

/// Makes a call that fills a caller's buffer: asks, tries with `cap` bytes, and again with what it was told.
fn fill(
    want: bool,
    cap: usize,
    nul: usize,
    body: impl Fn(*mut u8, usize, *mut usize, *mut *mut osign_error) -> osign_status,
) -> Option<Vec<u8>> {
    const UNTOUCHED: usize = usize::MAX / 3;
    let mut asked = UNTOUCHED;
    let asked_status = call(want, |error| body(null_mut(), 0, &raw mut asked, error));
    assert_eq!(asked_status == OSIGN_OK, asked != UNTOUCHED);
    // No place for the length, and no buffer of one byte.
    assert_ne!(call(want, |error| body(null_mut(), 0, null_mut(), error)), OSIGN_OK);
    assert_ne!(call(want, |error| body(null_mut(), 1, &raw mut asked, error)), OSIGN_OK);
    let mut cap = cap;
    loop {
        let mut buffer = vec![0xA5_u8; cap].into_boxed_slice();
        let mut len = UNTOUCHED;
        // A dangling pointer is no NULL, so that with cap 0 this is a buffer and no question.
        let status = call(want, |error| body(buffer.as_mut_ptr(), cap, &raw mut len, error));
        if status == OSIGN_OK {
            assert!(asked_status == OSIGN_OK && len + nul <= cap && len + nul <= asked);
            assert!(nul == 0 || buffer[len] == 0);
            assert!(buffer[len + nul..].iter().all(|&byte| byte == 0xA5));
            return Some(buffer[..len].to_vec());
        }
        assert!(buffer.iter().all(|&byte| byte == 0xA5));
        if status != OSIGN_BUFFER_TOO_SMALL {
            assert_eq!(len, UNTOUCHED);
            return None;
        }
        assert!(len > cap && len <= asked, "told {len}, asked {asked}, had {cap}");
        cap = len;
    }
}

/// Makes a call that hands out a handle.
fn make<T>(want: bool, body: impl FnOnce(*mut *mut T, *mut *mut osign_error) -> osign_status) -> Option<*mut T> {
    let mut handle = sentinel();
    let status = call(want, |error| body(&raw mut handle, error));
    assert_eq!(status == OSIGN_OK, handle != sentinel());
    assert!(!handle.is_null());
    (status == OSIGN_OK).then_some(handle)
}

fn text(pointer: *const c_char) -> String {
    assert!(!pointer.is_null());
    unsafe { CStr::from_ptr(pointer) }.to_str().expect("what comes out is UTF-8").to_owned()
}

const KEY: &str = include_str!("../../tests/vectors/oauth1/keys/wiki-rsa-1024.pem");

fuzz_target!(|input: Input| {
    let want = input.want_errors;
    let body = input.body.as_deref().map(Box::<[u8]>::from);
    let (body_ptr, body_len) = match &body {
        Some(body) => (body.as_ptr().cast(), body.len()),
        None => (null(), usize::from(input.null_body_with_length)),
    };
    let cap = usize::from(input.cap);

    unsafe {
        assert_eq!(
            osign_equal_constant_time(
                input.equal.0.as_ptr().cast(),
                input.equal.0.len(),
                input.equal.1.as_ptr().cast(),
                input.equal.1.len()
            ),
            i32::from(input.equal.0 == input.equal.1)
        );
        let encoded = fill(want, cap, 1, |buf, cap, len, error| {
            osign_percent_encode(body_ptr, body_len, buf.cast(), cap, len, error)
        });
        assert_eq!(encoded.is_some(), !body_ptr.is_null() || body_len == 0);
        let algorithm = input.signature_method.c(&["SHA1", "SHA256", "SHA512"]);
        fill(want, cap, 0, |buf, cap, len, error| {
            osign_hmac(algorithm.ptr(), body_ptr, body_len, body_ptr, body_len, buf, cap, len, error)
        });

        let (key, secret) = (input.consumer_key.c("key"), input.consumer_secret.c("secret"));
        assert_ne!(call(want, |error| osign_oauth1_signer_new(key.ptr(), secret.ptr(), null_mut(), error)), OSIGN_OK);
        let signer = make(want, |out, error| osign_oauth1_signer_new(key.ptr(), secret.ptr(), out, error));
        let Some(signer) = signer else { return };
        if let Some((token, secret)) = &input.token {
            let (token, secret) = (token.c("token"), secret.c("token secret"));
            call(want, |error| osign_oauth1_signer_set_token(signer, token.ptr(), secret.ptr(), error));
        }
        if let Some(realm) = &input.realm {
            let realm = realm.c("realm");
            call(want, |error| osign_oauth1_signer_set_realm(signer, realm.ptr(), error));
        }
        if let Some(key) = &input.private_key {
            let pem = match key {
                Key::Right => CText::new(KEY.as_bytes()),
                Key::Wrong(text) => text.c("-----BEGIN PUBLIC KEY-----"),
            };
            call(want, |error| osign_oauth1_signer_set_private_key(signer, pem.ptr(), error));
        }
        let name = input.signature_method.c(&[
            "HMAC-SHA1",
            "HMAC-SHA256",
            "HMAC-SHA512",
            "RSA-SHA1",
            "RSA-SHA256",
            "RSA-SHA512",
            "RSA-PSS-SHA256",
            "PLAINTEXT",
        ]);
        call(want, |error| osign_oauth1_signer_set_signature_method(signer, name.ptr(), error));
        call(want, |error| osign_oauth1_signer_set_clock_offset(signer, input.clock_offset, error));
        call(want, |error| osign_oauth1_signer_set_send_version(signer, i32::from(input.send_version), error));
        call(want, |error| osign_oauth1_signer_set_body_hash(signer, i32::from(input.body_hash), error));

        let null_handle = |bit: u8| input.null_handles & bit != 0;
        let shared = if null_handle(1) { null() } else { signer.cast_const() };
        let method = input.method.c(&["GET", "POST", "patch"]);
        let url = input.url.c();
        let content_type =
            input.content_type.c(&["application/x-www-form-urlencoded", "application/json", "text/plain; charset=x"]);
        let short = fill(want, cap, 1, |buf, cap, len, error| {
            osign_oauth1_authorization(
                shared,
                method.ptr(),
                url.ptr(),
                content_type.ptr(),
                body_ptr,
                body_len,
                buf.cast(),
                cap,
                len,
                error,
            )
        });

        let request = make(want, |out, error| osign_oauth1_request_new(method.ptr(), url.ptr(), out, error));
        if let Some(request) = request {
            let body_set = call(want, |error| {
                osign_oauth1_request_set_body(request, content_type.ptr(), body_ptr, body_len, error)
            }) == OSIGN_OK;
            let signed = make(want, |out, error| osign_oauth1_sign(shared, request, out, error));
            // The two ways agree on what can be signed.
            if body_set {
                assert_eq!(signed.is_some(), short.is_some());
            }
            osign_oauth1_signed_free(signed.unwrap_or(null_mut()));

            for (name, value) in &input.parameters {
                let (name, value) = (name.c("oauth_callback"), value.c("oob"));
                call(want, |error| osign_oauth1_request_set_parameter(request, name.ptr(), value.ptr(), error));
            }
            if let Some(nonce) = &input.nonce {
                let nonce = nonce.c("nonce");
                call(want, |error| osign_oauth1_request_set_nonce(request, nonce.ptr(), error));
            }
            if let Some(timestamp) = input.timestamp {
                call(want, |error| osign_oauth1_request_set_timestamp(request, timestamp, error));
            }
            let transmission = input.transmission.c(&["header", "query", "body"]);
            call(want, |error| osign_oauth1_request_set_transmission(request, transmission.ptr(), error));
            let of = if null_handle(2) { null() } else { request.cast_const() };
            let signed = make(want, |out, error| osign_oauth1_sign(shared, of, out, error));
            osign_oauth1_request_free(request);
            if let Some(signed) = signed {
                osign_oauth1_signer_free(signer); // What was signed outlives both.
                let header = text(osign_oauth1_signed_authorization(signed));
                assert!(header.bytes().all(|byte| (b' '..0x7F).contains(&byte)));
                assert!(!text(osign_oauth1_signed_url(signed)).bytes().any(|byte| byte <= b' ' || byte >= 0x7F));
                assert!(!text(osign_oauth1_signed_signature(signed)).is_empty());
                assert_eq!(text(osign_oauth1_signed_base_string(signed)).matches('&').count(), 2);
                assert!(!text(osign_oauth1_signed_nonce(signed)).is_empty());
                assert!(osign_oauth1_signed_timestamp(signed) > 0);
                let mut len = 7;
                let sent = osign_oauth1_signed_body(signed, &raw mut len);
                assert_eq!(sent.is_null(), len == 0);
                if !sent.is_null() {
                    // Read, for AddressSanitizer to see.
                    let sum: usize = std::slice::from_raw_parts(sent, len).iter().map(|&byte| usize::from(byte)).sum();
                    std::hint::black_box(sum);
                }
                osign_oauth1_signed_body(signed, null_mut());
                osign_oauth1_signed_free(signed);
                return;
            }
        }
        osign_oauth1_signer_free(signer);
    }
});
