//! The peers: liboauth, the crate oauth1-request, OpenSSL's one-shot HMAC.

use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use std::ptr::null_mut;

unsafe extern "C" {
    fn oauth_sign_url2(
        url: *const c_char,
        post_arguments: *mut *mut c_char,
        method: c_int,
        http_method: *const c_char,
        consumer_key: *const c_char,
        consumer_secret: *const c_char,
        token: *const c_char,
        token_secret: *const c_char,
    ) -> *mut c_char;
    fn free(pointer: *mut c_void);
    fn EVP_sha1() -> *const c_void;
    fn HMAC(
        digest: *const c_void,
        key: *const c_void,
        key_len: c_int,
        data: *const c_uchar,
        data_len: usize,
        mac: *mut c_uchar,
        mac_len: *mut u32,
    ) -> *mut c_uchar;
}

/// liboauth's way: a URL with the parameters of the signature in its query.
pub fn liboauth(url: &CStr, key: &CStr, secret: &CStr, token: &CStr, token_secret: &CStr) -> usize {
    const HMAC_SHA1: c_int = 0;
    // SAFETY: texts that end in NUL; the result is ours to free.
    unsafe {
        let signed = oauth_sign_url2(
            url.as_ptr(),
            null_mut(),
            HMAC_SHA1,
            c"GET".as_ptr(),
            key.as_ptr(),
            secret.as_ptr(),
            token.as_ptr(),
            token_secret.as_ptr(),
        );
        let len = CStr::from_ptr(signed).count_bytes();
        free(signed.cast());
        len
    }
}

/// OpenSSL's HMAC-SHA1 in one call, which sets up its key each time.
pub fn openssl_hmac_sha1(key: &[u8], data: &[u8]) -> [u8; 20] {
    let mut mac = [0; 20];
    let mut len = 20;
    // SAFETY: pointers with their lengths, and room for the 20 bytes of a SHA-1.
    unsafe {
        HMAC(
            EVP_sha1(),
            key.as_ptr().cast(),
            key.len() as c_int,
            data.as_ptr(),
            data.len(),
            mac.as_mut_ptr(),
            &raw mut len,
        );
    }
    mac
}

/// The request of the benchmark as oauth1-request takes it: its parameters are split already.
#[derive(oauth1_request::Request)]
pub struct Timeline {
    pub count: u32,
    pub include_entities: bool,
    pub trim_user: u32,
}

pub fn oauth1_request(uri: &str, token: &oauth1_request::Token<&str>) -> String {
    let request = Timeline { count: 100, include_entities: true, trim_user: 1 };
    oauth1_request::get(uri, &request, token, oauth1_request::HMAC_SHA1)
}
