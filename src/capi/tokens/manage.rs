//! What is done with the grants of an `osign_store`.

use super::super::arguments::{optional_text, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::grant::osign_grant;
use super::store::osign_store;
use std::ffi::c_char;
use std::path::Path;

/// Adds a grant under this name: 1 to 100 letters and digits of any language, with '-', '_', '.' and '@' between them; another
/// name is OSIGN_INVALID_ARGUMENT. OSIGN_GRANT_EXISTS where there is one already.
///
/// What is missing or does not go together is said now: OSIGN_NOT_CONFIGURED, OSIGN_UNKNOWN_PROVIDER, OSIGN_INVALID_PROFILE,
/// OSIGN_INVALID_ARGUMENT. A grant of the kind "code" needs a login from here on; others are good at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_add(
    store: *const osign_store,
    name: *const c_char,
    grant: *const osign_grant,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: shared handles and text, as the header asks.
        let ((store, _), name, grant) =
            unsafe { (shared(store, "store")?.parts(), text(name, "name")?, shared(grant, "grant")?) };
        store.add(name, grant.0.clone())
    })
}

/// Puts a grant in the place of another of this name, or adds it. A new secret or address of the same client costs nobody a
/// login.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_replace(
    store: *const osign_store,
    name: *const c_char,
    grant: *const osign_grant,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: shared handles and text, as the header asks.
        let ((store, patience), name, grant) =
            unsafe { (shared(store, "store")?.parts(), text(name, "name")?, shared(grant, "grant")?) };
        store.replace(name, grant.0.clone(), patience)
    })
}

/// Removes a grant from the store. At the service it lives on: see osign_store_revoke().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_remove(
    store: *const osign_store,
    grant: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        store.remove(grant, patience)
    })
}

/// Gives a grant another name. OSIGN_GRANT_EXISTS where there is one of the new name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_rename(
    store: *const osign_store,
    grant: *const c_char,
    new_name: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and texts, as the header asks.
        let ((store, patience), grant, new_name) =
            unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?, text(new_name, "new_name")?) };
        store.rename(grant, new_name, patience)
    })
}

/// Asks the service for a longer life of the token of a grant of OAuth 1.0a, where it gives one: the same token lives on, or another
/// is kept in its place. It signs what follows; nothing is handed out. All else is renewed by itself.
///
/// OSIGN_NOT_CONFIGURED for a grant of another kind, and where no address for that is known; OSIGN_DENIED where the service
/// refused, with what it says of it; OSIGN_INVALID_ANSWER for an answer that is none; OSIGN_TRY_LATER where the service was not
/// reached, and, with the reason "too-early", where it renews in the last days of a token's life alone, which are still to come;
/// OSIGN_NEEDS_LOGIN where nobody has logged in, and, with the reason "renewal-lost", where an answer was lost or unreadable that
/// may have had another token. The grant is as it was then. OSIGN_NOT_SAVED where the store did not take the new credentials:
/// they lie beside it, sealed, and the next call that can write takes them in; with the reason "not-kept" they are gone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_renew(
    store: *const osign_store,
    grant: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        store.renew(grant, patience).map(drop)
    })
}

/// Revokes a grant for good: at the service, where that has a way (RFC 7009), and here. *told is 0 where the service has
/// none, or was not told of tokens that lie beside the store as well; `told` may be NULL. OSIGN_TRY_LATER where the service was not reached or cannot be told, and nothing has changed then:
/// osign_store_revoke_here() is left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_revoke(
    store: *const osign_store,
    grant: *const c_char,
    told: *mut i32,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        let was_told = store.revoke(grant, patience)?;
        // SAFETY: a place for the result, as the header asks; NULL is none.
        if let Ok(told) = unsafe { Out::new(told, "told") } {
            told.set(was_told.into());
        }
        Ok(())
    })
}

/// Revokes a grant for good here alone: at the service it lives on, until somebody ends it there. Nobody is asked, and nothing that
/// lies beside the store comes back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_revoke_here(
    store: *const osign_store,
    grant: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?) };
        store.revoke_here(grant, patience)
    })
}

/// Goes on with what is quarantined: a grant that was imported, or with `grant` NULL the whole store, which was moved, copied
/// or restored. Where the store that it was copied from goes on too, the first refresh of either can end the other's grants:
/// adopt one alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_adopt(
    store: *const osign_store,
    grant: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, and text or NULL, as the header asks.
        let ((store, patience), grant) = unsafe { (shared(store, "store")?.parts(), optional_text(grant, "grant")?) };
        match grant {
            Some(grant) => store.adopt(grant, patience),
            None => store.adopt_store().map(drop),
        }
    })
}

/// Changes the store's key: seals anew, with the key that the store was opened with, what the option "old_key" or
/// "old_passphrase" opens. *count is how many grants that were; `count` may be NULL. It waits for whoever renews a grant, and
/// where it is interrupted it goes on when it is called again.
///
/// So that no process is ever without the key it needs, open the store everywhere with the new key and the old one first; then
/// call this once; then leave the old one out. Keep it for old backups. A grant that opens with neither is
/// OSIGN_WRONG_STORE_KEY; one whose record is damaged stays as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_rekey(
    store: *const osign_store,
    count: *mut i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, as the header asks.
        let (store, _) = unsafe { shared(store, "store") }?.parts();
        let sealed = store.rekey()?;
        // SAFETY: a place for the result, as the header asks; NULL is none.
        if let Ok(count) = unsafe { Out::new(count, "count") } {
            count.set(i64::try_from(sealed).unwrap_or(i64::MAX));
        }
        Ok(())
    })
}

/// Copies the store to a file that is not there yet; other processes go on meanwhile. The key is not in it. A copy is
/// quarantined where it is opened, until osign_store_adopt(). OSIGN_STORE_UNUSABLE where the file cannot be made, or is there;
/// a store in PostgreSQL is copied by the server's own tools.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_backup(
    store: *const osign_store,
    path: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and text, as the header asks.
        let ((store, _), path) = unsafe { (shared(store, "store")?.parts(), text(path, "path")?) };
        store.backup(Path::new(path))
    })
}
