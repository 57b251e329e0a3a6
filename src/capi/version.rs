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

/// The version of the library at run time as a number, to compare: major * 1000000 + minor * 1000 + patch.
///
/// OSIGN_VERSION_NUMBER is that of the header.
#[unsafe(no_mangle)]
pub extern "C" fn osign_version_number() -> u32 {
    const {
        let major = number(env!("CARGO_PKG_VERSION_MAJOR"));
        let minor = number(env!("CARGO_PKG_VERSION_MINOR"));
        let patch = number(env!("CARGO_PKG_VERSION_PATCH"));
        assert!(minor < 1000 && patch < 1000, "there is no place for such a version in the number");
        major * 1_000_000 + minor * 1000 + patch
    }
}

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("Cargo's versions are numbers"),
    }
}

/// The version of the binary interface, which is also the number in the library's SONAME. It grows when
/// something is removed or changes its meaning, and not when something is added.
///
/// A host that loads the library by name may compare it with OSIGN_ABI_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn osign_abi_version() -> u32 {
    0
}
