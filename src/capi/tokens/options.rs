//! `osign_store_options`.

use super::super::arguments::{exclusive, free, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use crate::setting::Value;
use crate::store::settings::StoreSettings;
use std::ffi::c_char;

/// How a store is opened, where its key alone does not say it.
///
/// It depends on nothing else: what it is given is copied. One thread at a time may change it; any number may open stores
/// with it at once. Its key or passphrase is wiped when it is freed.
#[derive(Debug)]
pub struct osign_store_options(pub(super) StoreSettings);

/// Makes options of which nothing is set. Free them with osign_store_options_free().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_options_new(
    options: *mut *mut osign_store_options,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a place for the result, as the header asks.
        let out = unsafe { Out::new(options, "options") }?;
        out.set_handle(osign_store_options(StoreSettings::new()));
        Ok(())
    })
}

/// Sets an option. A name or a value that is none is OSIGN_INVALID_ARGUMENT. The names:
///   - "key": the line that osign_store_key_new() or `osign key new` writes; or
///   - "passphrase": at least 12 bytes, of which Argon2id makes the key. That takes a moment and 64 MiB each time a store is
///     opened. Set one of the two, and not both;
///   - "old_key" or "old_passphrase": what opened the store before, while its key is changed: see osign_store_rekey();
///   - "environment": a text that tells this environment from others. Without it the machine and the store's path do, and a
///     store that was moved is quarantined until osign_store_adopt();
///   - "anchors": the folder where the number of commits is noted, by which a store that was restored from a backup is noticed;
///     without it OSIGN_ANCHORS of the environment, or a folder of the user's;
///   - "beside": the folder for new tokens, sealed, that a store at a server or in a program's own table did not take, until it
///     does; without it a folder of the user's. SQLite has its own, beside the database;
///   - "ca_file": a PEM file of certificate authorities that the built-in HTTP client trusts beside the system's;
///   - "proxy": the address of a proxy for the built-in HTTP client, such as http://user:password@proxy:3128; without it
///     HTTPS_PROXY and its kin of the environment tell of one;
///   - "patience": for how many seconds a call waits at most for others who renew the same grant, and for a service that asks
///     to: 30, unless set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_options_set(
    options: *mut osign_store_options,
    name: *const c_char,
    value: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and texts, as the header asks.
        let (options, name, value) =
            unsafe { (exclusive(options, "options")?, text(name, "name")?, text(value, "value")?) };
        options.0.set(name, Value::Text(value))
    })
}

/// Frees options and wipes their secrets. NULL is allowed. The stores that were opened with them live on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_options_free(options: *mut osign_store_options) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(options) }
}
