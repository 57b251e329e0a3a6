//! `osign_hosted`: grants in a table of the host's own, for hosts that cannot be called back.

use super::super::arguments::{bytes, free, optional_text, shared, text};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::bundle::kept_lock;
use super::grant::osign_grant;
use super::hosted_work::osign_hosted_work;
use super::options::osign_store_options;
use super::text::{generation, http_status, milliseconds};
use crate::error::{Error, Keeping};
use crate::grant::bundle::Purpose;
use crate::store::open::{MARGIN, OpenStore};
use crate::store::steps::Work;
use std::ffi::{c_char, c_int, c_void};

/// Grants that are kept in a table of the host's own database.
///
/// Any number of threads may use it at once; one a process is enough. It depends on nothing else, opens nothing, and sends
/// nothing. A child of fork() may go on with its parent's.
///
/// The table has a row for each grant: its name (up to 100 characters, 400 bytes of UTF-8, unique, compared as it is), two whole
/// numbers of 64 bits, the generation and the revision, and the record, text of up to 8192 bytes of ASCII or UTF-8. A row is
/// written on a condition, by one statement or in one transaction, and is durable before the library is told.
/// docs/tokens.md has the contract.
///
/// What the table does not take is kept in a folder of this user's, and so is how far each grant has come, by which a table
/// that was restored is noticed. Where the store is quarantined, or a record does not open, the errors are those of
/// osign_store.
#[derive(Debug)]
pub struct osign_hosted {
    store: OpenStore,
    patience: i64,
}

/// Makes one. Free it with osign_hosted_free().
///
/// `id` tells this table from others, such as an infobase's id: 1 to 200 characters, and always the same, since every record is
/// bound to it. `options` have the key or a passphrase, as for osign_store_open_with(); "environment" tells a copy of the
/// table from the original, and without it a copy is not noticed. "ca_file" has no meaning here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_new(
    id: *const c_char,
    options: *const osign_store_options,
    hosted: *mut *mut osign_hosted,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: text, a shared handle and a place for the result, as the header asks.
        let (id, options, out) =
            unsafe { (text(id, "id")?, &shared(options, "options")?.0, Out::new(hosted, "hosted")?) };
        out.set_handle(osign_hosted { store: options.in_steps(id)?, patience: options.patience() });
        Ok(())
    })
}

/// Frees it, and wipes its key. NULL is allowed. No thread may be using it. Works that were begun with it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_free(hosted: *mut osign_hosted) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(hosted) }
}

/// Begins a work whose result is a token: osign_hosted_work_token(). As osign_store_access_token(). Free it, as all works, with
/// osign_hosted_work_free().
///
/// A work goes on by its steps; see osign_hosted_work_step(). What is wrong with arguments is said at once; all else by the call
/// after which the work has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_access_token(
    hosted: *const osign_hosted,
    grant: *const c_char,
    min_validity: i64,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::access_token(&hosted.store, grant, milliseconds(min_validity), hosted.patience))
        })
    }
}

/// Begins a work whose result is another token than the one that a service turned down, by its generation and an HTTP status. As
/// osign_store_refused().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_refused(
    hosted: *const osign_hosted,
    grant: *const c_char,
    generation: i64,
    http_status: c_int,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let (generation, status) = (self::generation(generation)?, self::http_status(http_status)?);
            Ok(Work::refused(&hosted.store, grant, generation, status, hosted.patience))
        })
    }
}

/// Begins a work whose result is a number: 1 where an answer of the service's API says that the token has ended, else 0. As
/// osign_store_is_expired().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_is_expired(
    hosted: *const osign_hosted,
    grant: *const c_char,
    http_status: c_int,
    body: *const c_void,
    body_len: usize,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let body = Some(bytes(body, body_len, "body")?).filter(|body| !body.is_empty());
            Ok(Work::is_expired(&hosted.store, grant, self::http_status(http_status)?, body))
        })
    }
}

/// Begins a work whose result is a request as it must be sent: osign_hosted_work_authorized(). As osign_store_authorize().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_authorize(
    hosted: *const osign_hosted,
    grant: *const c_char,
    method: *const c_char,
    url: *const c_char,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let request = (text(method, "method")?, text(url, "url")?);
            let (content_type, body) = (optional_text(content_type, "content_type")?, bytes(body, body_len, "body")?);
            let content_type = content_type.or((!body.is_empty()).then_some("application/octet-stream"));
            let body = content_type.map(|content_type| (content_type, body));
            Ok(Work::authorize(&hosted.store, grant, request, body, MARGIN, hosted.patience))
        })
    }
}

/// Begins a work whose result is a text: the address where a person agrees. As osign_oauth2_login_begin().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_login_begin(
    hosted: *const osign_hosted,
    grant: *const c_char,
    account: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::begin_login(&hosted.store, grant, optional_text(account, "account")?))
        })
    }
}

/// Begins a work whose result is a token: a login is finished with what the browser came to. As osign_oauth2_login_finish().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_login_finish(
    hosted: *const osign_hosted,
    grant: *const c_char,
    callback: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::finish_login(&hosted.store, grant, text(callback, "callback")?, hosted.patience))
        })
    }
}

/// Begins a work whose result is a token: a code is exchanged that came in another way. As osign_oauth2_login_exchange().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_login_exchange(
    hosted: *const osign_hosted,
    grant: *const c_char,
    code: *const c_char,
    account: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let account = optional_text(account, "account")?;
            Ok(Work::exchange(&hosted.store, grant, text(code, "code")?, account, hosted.patience))
        })
    }
}

/// Begins a work that adds a grant. As osign_store_add().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_add(
    hosted: *const osign_hosted,
    name: *const c_char,
    grant: *const osign_grant,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, name, "name", work, error, |hosted, name| {
            Ok(Work::add(&hosted.store, name, shared(grant, "grant")?.0.clone()))
        })
    }
}

/// Begins a work that puts a grant in the place of another. As osign_store_replace().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_replace(
    hosted: *const osign_hosted,
    name: *const c_char,
    grant: *const osign_grant,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, name, "name", work, error, |hosted, name| {
            Ok(Work::replace(&hosted.store, name, shared(grant, "grant")?.0.clone(), hosted.patience))
        })
    }
}

/// Begins a work that asks for a longer life of the token of a grant of OAuth 1.0a. As osign_store_renew().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_renew(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::renew(&hosted.store, grant, hosted.patience))
        })
    }
}

/// Begins a work that revokes a grant; its result is a number: 1 where the service was told. As osign_store_revoke().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_revoke(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::revoke(&hosted.store, grant, hosted.patience))
        })
    }
}

/// Begins a work that revokes a grant here alone. As osign_store_revoke_here().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_revoke_here(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::revoke_here(&hosted.store, grant, hosted.patience))
        })
    }
}

/// Begins a work that removes a grant. As osign_store_remove().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_remove(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::remove(&hosted.store, grant, hosted.patience))
        })
    }
}

/// Begins a work that gives a grant another name. As osign_store_rename().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_rename(
    hosted: *const osign_hosted,
    grant: *const c_char,
    new_name: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            Ok(Work::rename(&hosted.store, grant, text(new_name, "new_name")?, hosted.patience))
        })
    }
}

/// Begins a work whose result is a text, a grant as one sealed line, and a number, the revision that it was made of. As
/// osign_store_export().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_export(
    hosted: *const osign_hosted,
    grant: *const c_char,
    purpose: *const c_char,
    key: *const c_void,
    key_len: usize,
    passphrase: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let purpose = Purpose::from_name(text(purpose, "purpose")?)?;
            let lock = kept_lock(bytes(key, key_len, "key")?, optional_text(passphrase, "passphrase")?)?;
            Ok(Work::export(&hosted.store, grant, purpose, lock))
        })
    }
}

/// Begins a work that takes the secrets of an exported grant out of the table. As osign_store_exported().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_exported(
    hosted: *const osign_hosted,
    grant: *const c_char,
    revision: i64,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, grant, "grant", work, error, |hosted, grant| {
            let revision = u64::try_from(revision).map_err(|_| Keeping::NegativeNumber { name: "revision" })?;
            Ok(Work::exported(&hosted.store, grant, revision, hosted.patience))
        })
    }
}

/// Begins a work that takes in a grant that was exported; its result is a text: the grant's name here. As osign_store_import().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_import(
    hosted: *const osign_hosted,
    bundle_text: *const c_char,
    key: *const c_void,
    key_len: usize,
    passphrase: *const c_char,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin(hosted, bundle_text, "bundle_text", work, error, |hosted, bundle_text| {
            let lock = kept_lock(bytes(key, key_len, "key")?, optional_text(passphrase, "passphrase")?)?;
            Ok(Work::import(&hosted.store, bundle_text, lock, optional_text(grant, "grant")?))
        })
    }
}

/// Begins a work that goes on with what is quarantined: a grant, or with `grant` NULL all of them. As osign_store_adopt().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_adopt(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe {
        begin_any(hosted, work, error, |hosted| {
            Ok(Work::adopt(&hosted.store, optional_text(grant, "grant")?, hosted.patience))
        })
    }
}

/// Begins a work that changes the store's key, whose result is a number: how many grants were sealed anew, with the key of the
/// options, by what "old_key" or "old_passphrase" opens. As osign_store_rekey(); but it is OSIGN_BUSY while somebody renews a
/// grant: begin it again then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_rekey(
    hosted: *const osign_hosted,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe { begin_any(hosted, work, error, |hosted| Ok(Work::rekey(&hosted.store))) }
}

/// Begins a work whose result is a text: JSON of one grant, or with `grant` NULL of all. As osign_store_list().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_list(
    hosted: *const osign_hosted,
    grant: *const c_char,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe { begin_any(hosted, work, error, |hosted| Ok(Work::list(&hosted.store, optional_text(grant, "grant")?))) }
}

/// Begins a work whose result is a text: JSON of what needs a person, or ends within `warn` seconds. As osign_store_check().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_check(
    hosted: *const osign_hosted,
    warn: i64,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    // SAFETY: as the header asks.
    unsafe { begin_any(hosted, work, error, |hosted| Ok(Work::check(&hosted.store, milliseconds(warn)))) }
}

/// # Safety
/// A shared handle, text, a place for the result and one for the error, as the header asks of all of them.
unsafe fn begin(
    hosted: *const osign_hosted,
    name: *const c_char,
    what: &'static str,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
    job: impl FnOnce(&osign_hosted, &str) -> Result<Work, Error>,
) -> osign_status {
    // SAFETY: the caller's promise.
    unsafe { begin_any(hosted, work, error, |hosted| job(hosted, text(name, what)?)) }
}

/// # Safety
/// As [`begin`].
unsafe fn begin_any(
    hosted: *const osign_hosted,
    work: *mut *mut osign_hosted_work,
    error: *mut *mut osign_error,
    job: impl FnOnce(&osign_hosted) -> Result<Work, Error>,
) -> osign_status {
    guard(error, || {
        // SAFETY: the caller's promise.
        let (hosted, out) = unsafe { (shared(hosted, "hosted")?, Out::new(work, "work")?) };
        out.set_handle(osign_hosted_work::new(job(hosted)?)?);
        Ok(())
    })
}
