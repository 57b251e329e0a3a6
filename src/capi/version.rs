//! Which library this is.

use std::ffi::c_char;

/// The version of the library at run time, such as "0.1.0". The text is static.
///
/// OSIGN_VERSION is the version of the header that a program was compiled with.
#[unsafe(no_mangle)]
pub extern "C" fn osign_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// The version of the binary interface, which is also the number in the library's SONAME. It grows when
/// something is removed or changes its meaning, and not when something is added.
///
/// A host that loads the library by name may compare it with OSIGN_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn osign_abi_version() -> u32 {
    0
}
