//! The exports as C calls them, in buffers of the exact size: what Miri runs over the unsafe layer (`make miri`).
//!
//! They are quick and call no C library, or Miri could not follow. What the exports answer in full is in tests/c/.

mod refusals;

use super::*;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr::{null, null_mut};

const FORM: &CStr = c"application/x-www-form-urlencoded";

/// No place for an error.
const NONE: *mut *mut osign_error = null_mut();

/// The RFC's example credentials (RFC 5849 §1.2).
fn signer() -> *mut osign_oauth1_signer {
    let mut signer = null_mut();
    // SAFETY: texts, a place for the result, and then a handle of this thread's.
    unsafe {
        let made =
            osign_oauth1_signer_new(c"dpf43f3p2l4k3l03".as_ptr(), c"kd94hf93k423kf44".as_ptr(), &raw mut signer, NONE);
        assert_eq!(made, 0);
        let (token, secret) = (c"nnch734d00sl2jdk", c"pfkkdhi9sl3r4s00");
        assert_eq!(osign_oauth1_signer_set_token(signer, token.as_ptr(), secret.as_ptr(), NONE), 0);
    }
    signer
}

/// A request with a nonce and a timestamp of its own.
fn request(method: &CStr, url: &CStr, nonce: &CStr, timestamp: i64) -> *mut osign_oauth1_request {
    let mut request = null_mut();
    // SAFETY: texts, a place for the result, and then a handle of this thread's.
    unsafe {
        assert_eq!(osign_oauth1_request_new(method.as_ptr(), url.as_ptr(), &raw mut request, NONE), 0);
        assert_eq!(osign_oauth1_request_set_nonce(request, nonce.as_ptr(), NONE), 0);
        assert_eq!(osign_oauth1_request_set_timestamp(request, timestamp, NONE), 0);
    }
    request
}

fn sign(signer: *const osign_oauth1_signer, request: *const osign_oauth1_request) -> *mut osign_oauth1_signed {
    let mut signed = null_mut();
    // SAFETY: live handles and a place for the result.
    assert_eq!(unsafe { osign_oauth1_sign(signer, request, &raw mut signed, NONE) }, 0);
    signed
}

/// A copy of the text, up to its NUL.
fn text(text: *const c_char) -> String {
    // SAFETY: what the exports hand out is valid until its handle is freed, which the tests do later.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

/// Memory of the heap's that nobody has written yet, so that a byte too many is found, and one too few.
fn room(size: usize) -> Box<[MaybeUninit<u8>]> {
    Box::new_uninit_slice(size)
}

/// The first bytes of it, which a call has written.
fn written(room: &[MaybeUninit<u8>], len: usize) -> &[u8] {
    // SAFETY: the call said that it wrote so many; Miri finds out if it did not.
    unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), len) }
}

/// Calls with a place for the error and without; the sentence.
#[track_caller]
fn refused(status: osign_status, call: &mut dyn FnMut(*mut *mut osign_error) -> osign_status) -> String {
    assert_eq!(call(NONE), status);
    let mut error = null_mut();
    assert_eq!(call(&raw mut error), status);
    // SAFETY: the call has just made the error.
    unsafe {
        assert_eq!(osign_error_status(error), status);
        let message = text(osign_error_message(error));
        osign_error_free(error);
        assert!(!message.contains("MARKER"), "{message}");
        message
    }
}

#[test]
fn the_example_of_the_rfc() {
    let signer = signer();
    let request =
        request(c"get", c"http://photos.example.net/photos?file=vacation.jpg&size=original", c"chapoH", 137_131_202);
    // SAFETY: live handles of this thread's, texts, and places for results.
    unsafe {
        assert_eq!(osign_oauth1_signer_set_send_version(signer, 1, NONE), 0);
        assert_eq!(osign_oauth1_signer_set_send_version(signer, 0, NONE), 0);
        assert_eq!(osign_oauth1_signer_set_body_hash(signer, 0, NONE), 0);
        assert_eq!(osign_oauth1_signer_set_realm(signer, c"Photos".as_ptr(), NONE), 0);
        assert_eq!(osign_oauth1_signer_set_clock_offset(signer, i64::MIN, NONE), 0);
        assert_eq!(osign_oauth1_signer_set_signature_method(signer, c"HMAC-SHA1".as_ptr(), NONE), 0);
        let signed = sign(signer, request);
        // It outlives what it was made of.
        osign_oauth1_signer_free(signer);
        osign_oauth1_request_free(request);
        assert_eq!(
            text(osign_oauth1_signed_authorization(signed)),
            "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"chapoH\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_token=\"nnch734d00sl2jdk\", \
             oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\""
        );
        let url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
        assert_eq!(text(osign_oauth1_signed_url(signed)), url);
        assert_eq!(text(osign_oauth1_signed_signature(signed)), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
        let parameters = "file=vacation.jpg&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&\
                          oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk&\
                          size=original";
        assert_eq!(text(osign_oauth1_signed_normalized_parameters(signed)), parameters);
        let encoded = parameters.replace('=', "%3D").replace('&', "%26");
        let base_string = format!("GET&http%3A%2F%2Fphotos.example.net%2Fphotos&{encoded}");
        assert_eq!(text(osign_oauth1_signed_base_string(signed)), base_string);
        assert_eq!(text(osign_oauth1_signed_nonce(signed)), "chapoH");
        assert_eq!(osign_oauth1_signed_timestamp(signed), 137_131_202);
        let mut len = 77;
        assert!(osign_oauth1_signed_body(signed, &raw mut len).is_null());
        assert_eq!(len, 0);
        osign_oauth1_signed_free(signed);
    }
}

/// What the signed request says is the body to send.
fn body(signed: *const osign_oauth1_signed) -> String {
    let mut len = 0;
    // SAFETY: a live handle; its body is valid until it is freed, and copied here.
    unsafe {
        let body = osign_oauth1_signed_body(signed, &raw mut len);
        assert_eq!(osign_oauth1_signed_body(signed, null_mut()), body);
        String::from_utf8(std::slice::from_raw_parts(body, len).to_vec()).unwrap()
    }
}

#[test]
fn bodies_and_transmissions() {
    let signer = signer();
    let request = request(c"POST", c"http://h/", c"n", 1);
    let set_body = |form: &[u8]| {
        // SAFETY: a handle of this thread's, text and bytes.
        unsafe { osign_oauth1_request_set_body(request, FORM.as_ptr(), form.as_ptr().cast(), form.len(), NONE) }
    };
    // SAFETY: live handles of this thread's, texts, and places for results.
    unsafe {
        assert_eq!(set_body(&[b'x'; 100]), 0);
        let former = sign(signer, request);
        assert_eq!(set_body(b"a=1"), 0);
        let signed = sign(signer, request);
        assert_eq!((body(former), body(signed)), ("x".repeat(100), "a=1".to_owned()));
        osign_oauth1_signed_free(former);
        osign_oauth1_signed_free(signed);

        assert_eq!(osign_oauth1_request_set_transmission(request, c"body".as_ptr(), NONE), 0);
        let signed = sign(signer, request);
        let ours = "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&\
                    oauth_timestamp=1&oauth_token=nnch734d00sl2jdk&oauth_version=1.0&\
                    oauth_signature=treUKJ6F6Npp9CXid8A%2BVtOPnN0%3D";
        assert_eq!(body(signed), format!("a=1&{ours}"));
        assert_eq!(text(osign_oauth1_signed_authorization(signed)), "");
        osign_oauth1_signed_free(signed);

        // A parameter replaces a former one of its name.
        for verifier in [c"first, and longer", c"v"] {
            let name = c"oauth_verifier";
            assert_eq!(osign_oauth1_request_set_parameter(request, name.as_ptr(), verifier.as_ptr(), NONE), 0);
        }
        assert_eq!(osign_oauth1_request_set_transmission(request, c"query".as_ptr(), NONE), 0);
        assert_eq!(osign_oauth1_signer_set_signature_method(signer, c"PLAINTEXT".as_ptr(), NONE), 0);
        let signed = sign(signer, request);
        let ours = "http://h/?oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=n&oauth_signature_method=PLAINTEXT&\
                    oauth_timestamp=1&oauth_token=nnch734d00sl2jdk&oauth_version=1.0&oauth_verifier=v&\
                    oauth_signature=kd94hf93k423kf44%26pfkkdhi9sl3r4s00";
        assert_eq!(text(osign_oauth1_signed_url(signed)), ours);
        osign_oauth1_request_free(request);
        assert_eq!(body(signed), "a=1");
        osign_oauth1_signed_free(signed);
        osign_oauth1_signer_free(signer);
    }
}

/// The short way, with a form.
fn authorization(
    signer: *const osign_oauth1_signer,
    buf: *mut u8,
    cap: usize,
    len: *mut usize,
    error: *mut *mut osign_error,
) -> osign_status {
    let (method, url, kind, form) = (c"POST", c"http://h/?\xC3\xBC=1", FORM.as_ptr(), b"a=1".to_vec());
    let (method, url, form, form_len) = (method.as_ptr(), url.as_ptr(), form.as_ptr().cast(), form.len());
    // SAFETY: a live handle, texts, bytes, a buffer of `cap` bytes and a place for its length.
    unsafe { osign_oauth1_authorization(signer, method, url, kind, form, form_len, buf.cast(), cap, len, error) }
}

#[test]
fn the_short_way_in_buffers_of_the_exact_size() {
    let signer = signer();
    // With PLAINTEXT every header is as long as the next, so that the size asked for is the exact one.
    // SAFETY: a live handle of this thread's and text.
    assert_eq!(unsafe { osign_oauth1_signer_set_signature_method(signer, c"PLAINTEXT".as_ptr(), NONE) }, 0);
    let (mut probe, mut len) = (room(1024), 0);
    assert_eq!(authorization(signer, probe.as_mut_ptr().cast(), probe.len(), &raw mut len, NONE), 0);
    let exact = len + 1;
    let mut enough = 0;
    assert_eq!(authorization(signer, null_mut(), 0, &raw mut enough, NONE), 0);
    assert!(enough >= exact);
    for size in [exact, enough] {
        let mut buf = room(size);
        assert_eq!(authorization(signer, buf.as_mut_ptr().cast(), size, &raw mut len, NONE), 0);
        assert_eq!(len + 1, exact);
        let header = std::str::from_utf8(written(&buf, exact)).unwrap();
        assert!(header.starts_with("OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\""), "{header}");
        assert!(header.ends_with("oauth_signature=\"kd94hf93k423kf44%26pfkkdhi9sl3r4s00\"\0"), "{header}");
    }
    for size in [1, exact - 1] {
        let mut buf = vec![b'#'; size];
        let mut told = 77;
        let said = refused(102, &mut |error| authorization(signer, buf.as_mut_ptr(), size, &raw mut told, error));
        assert_eq!((said, told), (format!("the buffer holds {size} bytes; {enough} are enough"), enough));
        assert!(buf.iter().all(|&byte| byte == b'#'));
    }
    // SAFETY: a live handle that is not used again.
    unsafe { osign_oauth1_signer_free(signer) };
}

/// Digits of a MAC are written with what does not count behind them: never beyond the buffer's end, whatever its size.
#[test]
fn the_short_way_in_buffers_of_every_size() {
    let signer = signer();
    for (method, digits) in [(c"HMAC-SHA1", 28), (c"HMAC-SHA256", 44), (c"HMAC-SHA512", 88)] {
        // SAFETY: a live handle of this thread's and text.
        assert_eq!(unsafe { osign_oauth1_signer_set_signature_method(signer, method.as_ptr(), NONE) }, 0);
        let mut enough = 0;
        assert_eq!(authorization(signer, null_mut(), 0, &raw mut enough, NONE), 0);
        let (mut fitted, mut did_not) = (0, 0);
        // From below the shortest header's, which has no digit escaped and a timestamp of this century, to one that is
        // larger than it need be.
        for cap in (enough - 2 * digits - 20..enough + 9).step_by(if cfg!(miri) { 29 } else { 1 }) {
            let mut buf = vec![b'#'; cap + 16];
            let mut len = 77;
            if authorization(signer, buf.as_mut_ptr(), cap, &raw mut len, NONE) == 0 {
                fitted += 1;
                assert!(len < cap && buf[..len].starts_with(b"OAuth ") && buf[..=len].ends_with(b"%3D\"\0"));
            } else {
                did_not += 1;
                assert_eq!(len, enough);
                assert!(buf.iter().all(|&byte| byte == b'#'));
            }
            assert_eq!(&buf[cap..], b"################", "{method:?} in {cap} bytes");
        }
        assert!(fitted > 0 && did_not > 0, "{method:?}: {fitted} fitted, {did_not} did not");
    }
    // SAFETY: a live handle that is not used again.
    unsafe { osign_oauth1_signer_free(signer) };
}

#[test]
fn primitives_in_buffers_of_the_exact_size() {
    let data = b"a b\xFF".to_vec();
    let encode = |buf: *mut u8, cap, len, error| {
        // SAFETY: bytes, a buffer of `cap` bytes and a place for its length.
        unsafe { osign_percent_encode(data.as_ptr().cast(), data.len(), buf.cast(), cap, len, error) }
    };
    let hmac = |buf: *mut u8, cap, len, error| {
        let (key, data) = (b"key".to_vec(), b"The quick brown fox jumps over the lazy dog".to_vec());
        // SAFETY: text, bytes, a buffer of `cap` bytes and a place for its length.
        unsafe {
            let (key, key_len) = (key.as_ptr().cast(), key.len());
            osign_hmac(c"SHA1".as_ptr(), key, key_len, data.as_ptr().cast(), data.len(), buf, cap, len, error)
        }
    };
    let nonce = |buf: *mut u8, cap, len, error| {
        // SAFETY: a buffer of `cap` bytes and a place for its length.
        unsafe { osign_nonce(buf.cast(), cap, len, error) }
    };
    type Call<'a> = &'a dyn Fn(*mut u8, usize, *mut usize, *mut *mut osign_error) -> osign_status;
    // The published HMAC of the fox.
    let fox = b"\xde\x7c\x9b\x85\xb8\xb7\x8a\xa6\xbc\x8a\x7a\x36\xf7\x0a\x90\x70\x1c\x9d\xb4\xd9";
    for (call, size, len, expected) in
        [(&encode as Call<'_>, 9, 8, Some(&b"a%20b%FF\0"[..])), (&hmac, 20, 20, Some(fox)), (&nonce, 25, 24, None)]
    {
        let mut told = 0;
        assert_eq!((call(null_mut(), 0, &raw mut told, NONE), told), (0, size));
        let mut buf = room(size);
        assert_eq!((call(buf.as_mut_ptr().cast(), size, &raw mut told, NONE), told), (0, len));
        let bytes = written(&buf, size);
        match expected {
            Some(expected) => assert_eq!(bytes, expected),
            None => assert!(bytes[..24].iter().all(u8::is_ascii_alphanumeric) && bytes[24] == 0),
        }
        let mut small = vec![b'#'; size - 1];
        refused(102, &mut |error| call(small.as_mut_ptr(), size - 1, &raw mut told, error));
        assert_eq!(told, size);
        assert!(small.iter().all(|&byte| byte == b'#'));
        assert_eq!(
            refused(100, &mut |error| call(null_mut(), 1, &raw mut told, error)),
            "buf is NULL and cap is not 0"
        );
        assert_eq!(refused(100, &mut |error| call(null_mut(), 0, null_mut(), error)), "len is NULL");
    }
    let (a, b) = (b"signature".to_vec(), b"signaturE".to_vec());
    // SAFETY: bytes, or NULL.
    unsafe {
        let (a, b) = (a.as_ptr().cast(), b.as_ptr().cast());
        assert_eq!(osign_equal_constant_time(a, 9, a, 9), 1);
        assert_eq!(osign_equal_constant_time(a, 9, b, 9), 0);
        assert_eq!(osign_equal_constant_time(a, 8, b, 8), 1);
        assert_eq!(osign_equal_constant_time(null(), 0, a, 0), 1);
        assert_eq!(osign_equal_constant_time(null(), 9, a, 9), 0);
        assert_eq!(osign_equal_constant_time(a, usize::MAX, a, usize::MAX), 0);
    }
    assert!(osign_timestamp() > 1_700_000_000);
    assert_eq!(text(osign_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(osign_abi_version(), 0);
}
