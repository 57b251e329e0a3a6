//! `osign_report`: what a store tells of its grants.

use super::super::arguments::{free, optional_text, shared, text, text_of};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::store::osign_store;
use super::text::{c_text, milliseconds};
use std::ffi::{CString, c_char};
use zeroize::Zeroizing;

/// What a store tells of its grants, as JSON. No secret is in it; times are Unix seconds.
///
/// It depends on nothing else, and nothing changes it, so any number of threads may read it.
#[derive(Debug)]
pub struct osign_report(Zeroizing<CString>);

/// All of one grant, as an object; or with `grant` NULL all grants, as an array of objects with fewer fields, sorted by
/// name. Free it with osign_report_free().
///
/// The fields of both: "grant", "provider", "kind", "status" ("not logged in", "active", "needs login", "revoked", "exported",
/// "imported"; in the array also "damaged", with a "message"), "account", "generation", "expires_at", "refresh_expires_at",
/// "authorization_expires_at". Of one alone: "client_id", "redirect_uri", "consumer_key", "callback", "scope", "token_type",
/// "place", "obtained_at", "refused_since", "refused_with", "not_before", "failures", "last_error", "unread_answer_since",
/// "sending_since", "sending_by", "key_id", "kept".
/// What is not known is null. More fields may come.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_list(
    store: *const osign_store,
    grant: *const c_char,
    report: *mut *mut osign_report,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text or NULL, and a place for the result, as the header asks.
        let ((store, _), grant, out) =
            unsafe { (shared(store, "store")?.parts(), optional_text(grant, "grant")?, Out::new(report, "report")?) };
        let json = grant.map_or_else(|| store.list_as_json(), |grant| store.grant_as_json(grant))?;
        out.set_handle(osign_report(c_text(&json)));
        Ok(())
    })
}

/// What in all grants needs a person, or ends within `warn` seconds, as an array of objects; "[]" where all is well. Free it
/// with osign_report_free().
///
/// The fields: "grant", "what" ("not-logged-in", "needs-login", "imported", "idle", "grant-ends", "token-ends" (which
/// osign_store_renew() mends), "key-ends", "failing", or the reason why a record cannot be read), "urgent" (whether a person must act now), "ends_at", "said" (by the service).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_check(
    store: *const osign_store,
    warn: i64,
    report: *mut *mut osign_report,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let ((store, _), out) = unsafe { (shared(store, "store")?.parts(), Out::new(report, "report")?) };
        out.set_handle(osign_report(c_text(&store.check_as_json(milliseconds(warn))?)));
        Ok(())
    })
}

/// The last lines of a grant's history, at most so many, the newest first, as an array of objects; "[]" where there is none.
/// Free it with osign_report_free().
///
/// The fields: "at", "generation", "event" (such as "added", "logged-in", "refreshed", "turned-down", "revoked"), "detail",
/// "owner" (the process).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_history(
    store: *const osign_store,
    grant: *const c_char,
    most: usize,
    report: *mut *mut osign_report,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle, text and a place for the result, as the header asks.
        let ((store, _), grant, out) =
            unsafe { (shared(store, "store")?.parts(), text(grant, "grant")?, Out::new(report, "report")?) };
        out.set_handle(osign_report(c_text(&store.history_as_json(grant, most)?)));
        Ok(())
    })
}

/// What there is to know of the store itself, as an object. Free it with osign_report_free().
///
/// The fields: "path", "host" and "database" of a server's, "locks" (the folder), "anchor" (the file by which a restored copy is
/// noticed), "schema", "id", "grants" and "commits" (numbers), "quarantine" ("moved" or "restored" until osign_store_adopt()),
/// "not_saved" (the names of grants whose new tokens lie beside the store). What is not known, or is not so, is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_store_info(
    store: *const osign_store,
    report: *mut *mut osign_report,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let ((store, _), out) = unsafe { (shared(store, "store")?.parts(), Out::new(report, "report")?) };
        out.set_handle(osign_report(c_text(&store.info_as_json()?)));
        Ok(())
    })
}

/// The report as one line of JSON in UTF-8; "" for NULL. It is valid until the report is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_report_json(report: *const osign_report) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(report, |report| &report.0) }
}

/// Frees a report. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_report_free(report: *mut osign_report) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(report) }
}
