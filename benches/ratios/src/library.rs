//! The shared library as a host loads it.

use libloading::{Library, Symbol};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

type Authorization = unsafe extern "C" fn(
    *const Signer,
    *const c_char,
    *const c_char,
    *const c_char,
    *const c_void,
    usize,
    *mut c_char,
    usize,
    *mut usize,
    *mut *mut Error,
) -> i32;

pub enum Signer {}
pub enum Error {}

/// A signer of a library that was loaded by its path.
pub struct Loaded {
    signer: *mut Signer,
    authorization: Authorization,
    // Unloaded last.
    library: Library,
}

// SAFETY: a signer may be shared by threads once it is set up, as osign.h says.
unsafe impl Sync for Loaded {}

impl Loaded {
    pub fn open(path: &str, key: &CStr, secret: &CStr, token: &CStr, token_secret: &CStr) -> Self {
        type New = unsafe extern "C" fn(*const c_char, *const c_char, *mut *mut Signer, *mut *mut Error) -> i32;
        type Set = unsafe extern "C" fn(*mut Signer, *const c_char, *const c_char, *mut *mut Error) -> i32;
        // SAFETY: the library is ours, and the types are those of osign.h.
        unsafe {
            let library = Library::new(path).unwrap_or_else(|error| panic!("{path}: {error}; run `make build`"));
            let new: Symbol<'_, New> = library.get(b"osign_oauth1_signer_new").unwrap();
            let set: Symbol<'_, Set> = library.get(b"osign_oauth1_signer_set_token").unwrap();
            let authorization = *library.get::<Authorization>(b"osign_oauth1_authorization").unwrap();
            let mut signer = null_mut();
            assert_eq!(new(key.as_ptr(), secret.as_ptr(), &raw mut signer, null_mut()), 0);
            assert_eq!(set(signer, token.as_ptr(), token_secret.as_ptr(), null_mut()), 0);
            Self { signer, authorization, library }
        }
    }

    /// One header into `buf`; its length.
    pub fn authorization(&self, method: &CStr, url: &CStr, buf: &mut [u8]) -> usize {
        let mut len = 0;
        // SAFETY: the signer lives as long as `self`, and the buffer is as long as it says.
        let status = unsafe {
            (self.authorization)(
                self.signer,
                method.as_ptr(),
                url.as_ptr(),
                null(),
                null(),
                0,
                buf.as_mut_ptr().cast(),
                buf.len(),
                &raw mut len,
                null_mut(),
            )
        };
        assert_eq!(status, 0);
        len
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // SAFETY: the signer is freed once, before its library goes.
        unsafe {
            let free = self.library.get::<unsafe extern "C" fn(*mut Signer)>(b"osign_oauth1_signer_free").unwrap();
            free(self.signer);
        }
    }
}
