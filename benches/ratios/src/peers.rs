//! The peers: liboauth, cpprestsdk, Go's gomodule, the crate oauth1-request, OpenSSL's one-shot HMAC and its RSA.

use libloading::Library;
use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use std::ptr::{null, null_mut};

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
    fn EVP_sha256() -> *const c_void;
    fn BIO_new_mem_buf(text: *const c_void, len: c_int) -> *mut c_void;
    fn BIO_free(bio: *mut c_void) -> c_int;
    fn PEM_read_bio_PrivateKey(
        bio: *mut c_void,
        key: *mut *mut c_void,
        password: *const c_void,
        argument: *mut c_void,
    ) -> *mut c_void;
    fn EVP_PKEY_free(key: *mut c_void);
    fn EVP_MD_CTX_new() -> *mut c_void;
    fn EVP_MD_CTX_free(context: *mut c_void);
    fn EVP_DigestSignInit(
        context: *mut c_void,
        key_context: *mut *mut c_void,
        digest: *const c_void,
        engine: *mut c_void,
        key: *mut c_void,
    ) -> c_int;
    fn EVP_DigestSign(
        context: *mut c_void,
        signature: *mut c_uchar,
        len: *mut usize,
        data: *const c_uchar,
        data_len: usize,
    ) -> c_int;
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

/// RSA with SHA-256 by OpenSSL, under a key that it has read.
pub struct OpensslRsa(*mut c_void);

impl OpensslRsa {
    pub fn new(pem: &str) -> Self {
        // SAFETY: a text with its length, which outlives the BIO.
        unsafe {
            let bio = BIO_new_mem_buf(pem.as_ptr().cast(), pem.len() as c_int);
            let key = PEM_read_bio_PrivateKey(bio, null_mut(), null(), null_mut());
            BIO_free(bio);
            assert!(!key.is_null(), "a private key");
            Self(key)
        }
    }

    pub fn sign(&self, data: &[u8]) -> [u8; 256] {
        let (mut signature, mut len) = ([0; 256], 256);
        // SAFETY: the key of this object, pointers with their lengths, and a context that is freed once.
        unsafe {
            let context = EVP_MD_CTX_new();
            assert_eq!(EVP_DigestSignInit(context, null_mut(), EVP_sha256(), null_mut(), self.0), 1);
            assert_eq!(EVP_DigestSign(context, signature.as_mut_ptr(), &raw mut len, data.as_ptr(), data.len()), 1);
            EVP_MD_CTX_free(context);
        }
        assert_eq!(len, 256);
        signature
    }
}

impl Drop for OpensslRsa {
    fn drop(&mut self) {
        // SAFETY: the key of this object, freed once.
        unsafe { EVP_PKEY_free(self.0) }
    }
}

/// A peer in another language, as a library that benches/run.sh makes of a file in benches/ratios/peers.
pub struct Peer {
    headers: Headers,
    // A library of Go's is never unloaded.
    _library: std::mem::ManuallyDrop<Library>,
}

type Headers = unsafe extern "C" fn(
    url: *const c_char,
    key: *const c_char,
    secret: *const c_char,
    token: *const c_char,
    token_secret: *const c_char,
    count: usize,
) -> usize;

impl Peer {
    pub fn open(path: &str) -> Self {
        // SAFETY: the library is ours.
        unsafe {
            let library = Library::new(path).unwrap_or_else(|error| panic!("{path}: {error}; run benches/run.sh"));
            let headers = *library.get::<Headers>(b"peer_headers").unwrap();
            Self { headers, _library: std::mem::ManuallyDrop::new(library) }
        }
    }

    /// Makes so many headers; the length of the last.
    pub fn headers(
        &self,
        url: &CStr,
        key: &CStr,
        secret: &CStr,
        token: &CStr,
        token_secret: &CStr,
        count: usize,
    ) -> usize {
        let [url, key, secret, token, token_secret] = [url, key, secret, token, token_secret].map(CStr::as_ptr);
        // SAFETY: texts that end in NUL.
        let len = unsafe { (self.headers)(url, key, secret, token, token_secret, count) };
        assert!(len > 200, "a header");
        len
    }
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
