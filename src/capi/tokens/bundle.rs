//! `osign_bundle`: a grant on its way to another store.

use super::super::arguments::{bytes, free, number_of, optional_text, shared, text, text_of};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::store::osign_store;
use super::text::{c_text, from_generation};
use crate::error::{Error, Keeping};
use crate::grant::Kept;
use crate::grant::bundle::{Lock, Purpose};
use crate::grant::key::Key;
use crate::store::steps::Lock as KeptLock;
use std::ffi::{CString, c_char, c_void};
use zeroize::Zeroizing;

/// A grant as a sealed text of its own.
///
/// It depends on nothing else, and nothing changes it, so any number of threads may read it.
#[derive(Debug)]
pub struct osign_bundle {
    text: Zeroizing<CString>,
    revision: i64,
}

/// A grant as one line of sealed text, to be taken in by another store. Free it with osign_bundle_free().
///
/// `purpose` is "move", or "backup" for one that goes on here. It is sealed with a key, as osign_store_open() takes it, where
/// `passphrase` is NULL; or by a passphrase of at least 12 bytes, where the key is (NULL, 0).
///
/// To move a grant: export it, bring the text to where it belongs, and when it is there call osign_store_exported(), which
/// takes the secrets out of this store; then osign_store_import() and osign_store_adopt() there. Until then the grant
/// goes on here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_export(
    store: *const osign_store,
    grant: *const c_char,
    purpose: *const c_char,
    key: *const c_void,
    key_len: usize,
    passphrase: *const c_char,
    bundle: *mut *mut osign_bundle,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts, bytes and a place for the result, as the header asks.
        let ((store, _), grant, purpose, key, passphrase, out) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(grant, "grant")?,
                text(purpose, "purpose")?,
                bytes(key, key_len, "key")?,
                optional_text(passphrase, "passphrase")?,
                Out::new(bundle, "bundle")?,
            )
        };
        let purpose = Purpose::from_name(purpose)?;
        let (text, revision) = with_lock(key, passphrase, |lock| store.export(grant, purpose, lock))?;
        out.set_handle(osign_bundle { text: c_text(&text), revision: from_generation(revision) });
        Ok(())
    })
}

/// The text; "" for NULL. It is valid until the bundle is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_bundle_text(bundle: *const osign_bundle) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(bundle, |bundle| &bundle.text) }
}

/// The revision of the record that it was made of, for osign_store_exported(); 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_bundle_revision(bundle: *const osign_bundle) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(bundle, |bundle| bundle.revision) }
}

/// Frees a bundle. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_bundle_free(bundle: *mut osign_bundle) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(bundle) }
}

/// The text of this revision is safe where it belongs: the grant goes on there, and its secrets are taken out of this
/// store. OSIGN_TRY_LATER where the grant was renewed or changed meanwhile: the text is of no use then, and it must be exported again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_exported(
    store: *const osign_store,
    grant: *const c_char,
    revision: i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        let revision = u64::try_from(revision).map_err(|_| Keeping::NegativeNumber { name: "revision" })?;
        store.exported(grant, revision, patience)
    })
}

/// Takes in a grant that was exported, under this name, or under its own where `grant` is NULL. It is used once
/// osign_store_adopt() was told so. Key and passphrase are those that it was sealed with: OSIGN_WRONG_STORE_KEY for others.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_import(
    store: *const osign_store,
    bundle_text: *const c_char,
    key: *const c_void,
    key_len: usize,
    passphrase: *const c_char,
    grant: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, texts and bytes, as the header asks.
        let ((store, _), bundle, key, passphrase, grant) = unsafe {
            (
                shared(store, "store")?.parts(),
                text(bundle_text, "bundle_text")?,
                bytes(key, key_len, "key")?,
                optional_text(passphrase, "passphrase")?,
                optional_text(grant, "grant")?,
            )
        };
        with_lock(key, passphrase, |lock| store.import(bundle, lock, grant)).map(drop)
    })
}

fn with_lock<T>(
    key: &[u8],
    passphrase: Option<&str>,
    seal: impl FnOnce(Lock<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    seal(kept_lock(key, passphrase)?.of())
}

/// What seals a bundle: the one of both that is given.
pub(super) fn kept_lock(key: &[u8], passphrase: Option<&str>) -> Result<KeptLock, Error> {
    match passphrase {
        None if !key.is_empty() => Ok(KeptLock::Key(Key::read(key)?)),
        Some(passphrase) if key.is_empty() => Ok(KeptLock::Passphrase(Kept::new(passphrase))),
        _ => Err(Keeping::KeyOrPassphrase.into()),
    }
}
