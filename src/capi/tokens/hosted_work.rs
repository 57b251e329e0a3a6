//! `osign_hosted_work`: the steps of what is done over a host's table, and what they come to.

use super::super::arguments::{bytes, exclusive, free, number_of, optional_text, shared, text, text_of};
use super::super::error::{osign_error, osign_status};
use super::super::guard::guard;
use super::super::output::Out;
use super::http_request::osign_http_request;
use super::text::{answered_status, c_text, content_type, from_generation, generation};
use super::token::osign_token;
use crate::error::{Error, Keeping};
use crate::grant::store::Stored;
use crate::http::{Answer, Sent, Trouble};
use crate::store::steps::{Outcome, Step, Work, Write};
use crate::system;
use std::ffi::{CString, c_char, c_int, c_void};
use zeroize::Zeroizing;

/// osign_hosted_work_step(): it has ended by an error, which was reported when it came; or it is NULL.
pub const OSIGN_HOSTED_ENDED: i32 = 0;
/// osign_hosted_work_step(): it is done, and has its result.
pub const OSIGN_HOSTED_DONE: i32 = 1;
/// osign_hosted_work_step(): read the row of a name.
pub const OSIGN_HOSTED_LOAD: i32 = 2;
/// osign_hosted_work_step(): write a record where name, generation and revision are as said.
pub const OSIGN_HOSTED_ACQUIRE: i32 = 3;
/// osign_hosted_work_step(): write a record and the next generation where name and generation are as said.
pub const OSIGN_HOSTED_COMMIT: i32 = 4;
/// osign_hosted_work_step(): add a row where there is none of the name.
pub const OSIGN_HOSTED_ADD: i32 = 5;
/// osign_hosted_work_step(): remove the row where name and generation are as said.
pub const OSIGN_HOSTED_REMOVE: i32 = 6;
/// osign_hosted_work_step(): write another name and a record where name and generation are as said.
pub const OSIGN_HOSTED_RENAME: i32 = 7;
/// osign_hosted_work_step(): read all names.
pub const OSIGN_HOSTED_NAMES: i32 = 8;
/// osign_hosted_work_step(): send a request.
pub const OSIGN_HOSTED_SEND: i32 = 9;
/// osign_hosted_work_step(): wait.
pub const OSIGN_HOSTED_WAIT: i32 = 10;

/// Something that is done over a host's table, in steps.
///
/// One thread at a time. It keeps what it needs, so what it was begun with may be freed before it. A process may end between two
/// steps, or free the work: what was written says how far it came, and whoever comes next goes on from there; an answer that
/// was on its way is lost then, and for up to 75 seconds others wait for it. A child of fork() can only free it.
///
/// What its functions return is valid until the next call that tells it something, and until it is freed; it is wiped then.
#[allow(missing_debug_implementations, reason = "it may hold secrets")]
pub struct osign_hosted_work {
    work: Work,
    retry_after: Option<u64>,
    challenge: Option<String>,
    outcome: Option<Outcome>,
    name: Zeroizing<CString>,
    new_name: Zeroizing<CString>,
    record: Zeroizing<CString>,
    text: Zeroizing<CString>,
}

impl osign_hosted_work {
    pub(super) fn new(work: Work) -> Result<Self, Error> {
        let empty = || c_text("");
        let (name, new_name, record, text) = (empty(), empty(), empty(), empty());
        let mut work = Self { work, retry_after: None, challenge: None, outcome: None, name, new_name, record, text };
        work.settle()?;
        Ok(work)
    }

    fn tell(&mut self, tell: impl FnOnce(&mut Work) -> Result<(), Error>) -> Result<(), Error> {
        tell(&mut self.work)?;
        self.settle()
    }

    /// Tells what came of the request, of which alone a Retry-After and a WWW-Authenticate were.
    fn sent(&mut self, sent: Sent) -> Result<(), Error> {
        if matches!(self.work.step(), Some(Step::Send(_))) {
            (self.retry_after, self.challenge) = (None, None);
        }
        self.tell(|work| work.sent(sent))
    }

    /// Keeps for C what there is to say now.
    fn settle(&mut self) -> Result<(), Error> {
        let (mut name, mut new, mut written, mut text) = ("", "", "", "");
        match self.work.step() {
            Some(Step::Load { name: row }) => name = row,
            Some(Step::Write(write)) => {
                (name, new, written) = (write.name(), write.new_name(), write.record());
            }
            _ => {}
        }
        (self.name, self.new_name, self.record) = (c_text(name), c_text(new), c_text(written));
        let result = self.work.take().transpose();
        if let Ok(Some(outcome)) = &result
            && let Outcome::Text(said, _) = outcome
        {
            text = said;
        }
        self.text = c_text(text);
        self.outcome = result?;
        Ok(())
    }

    /// The write that the host is to make now.
    fn write(&self) -> Option<&Write> {
        match self.work.step() {
            Some(Step::Write(write)) => Some(write),
            _ => None,
        }
    }

    fn step(&self) -> i32 {
        match self.work.step() {
            None if self.outcome.is_some() => OSIGN_HOSTED_DONE,
            None => OSIGN_HOSTED_ENDED,
            Some(Step::Load { .. }) => OSIGN_HOSTED_LOAD,
            Some(Step::Write(Write::Acquire { .. })) => OSIGN_HOSTED_ACQUIRE,
            Some(Step::Write(Write::Commit { .. })) => OSIGN_HOSTED_COMMIT,
            Some(Step::Write(Write::Add { .. })) => OSIGN_HOSTED_ADD,
            Some(Step::Write(Write::Remove { .. })) => OSIGN_HOSTED_REMOVE,
            Some(Step::Write(Write::Rename { .. })) => OSIGN_HOSTED_RENAME,
            Some(Step::Names) => OSIGN_HOSTED_NAMES,
            Some(Step::Send(_)) => OSIGN_HOSTED_SEND,
            Some(Step::Wait(_)) => OSIGN_HOSTED_WAIT,
        }
    }
}

/// What is to be done next; then tell what came of it:
///   - OSIGN_HOSTED_LOAD: SELECT generation, revision, record WHERE name = osign_hosted_work_name(): the newest row, of no replica
///     and no older snapshot; osign_hosted_work_loaded();
///   - OSIGN_HOSTED_ACQUIRE: UPDATE SET record = osign_hosted_work_record(), revision = revision + 1 WHERE name =
///     osign_hosted_work_name() AND generation = osign_hosted_work_generation() AND revision = osign_hosted_work_revision();
///     osign_hosted_work_written();
///   - OSIGN_HOSTED_COMMIT: UPDATE SET record = ..., generation = generation + 1, revision = revision + 1 WHERE name = ... AND
///     generation = ..., whatever the revision; osign_hosted_work_written();
///   - OSIGN_HOSTED_ADD: INSERT name, generation 1, revision 1, record, unless there is a row of the name;
///     osign_hosted_work_written();
///   - OSIGN_HOSTED_REMOVE: DELETE WHERE name = ... AND generation = ...; osign_hosted_work_written();
///   - OSIGN_HOSTED_RENAME: UPDATE SET name = osign_hosted_work_new_name(), record = ..., revision = revision + 1 WHERE name = ...
///     AND generation = ..., unless there is a row of the new name; osign_hosted_work_written();
///   - OSIGN_HOSTED_NAMES: SELECT name; osign_hosted_work_names();
///   - OSIGN_HOSTED_SEND: send osign_hosted_work_request() once, within 30 seconds; osign_hosted_work_answer(),
///     osign_hosted_work_not_sent() or osign_hosted_work_lost();
///   - OSIGN_HOSTED_WAIT: wait for osign_hosted_work_wait_milliseconds(); osign_hosted_work_waited();
///   - OSIGN_HOSTED_DONE: take the result. OSIGN_HOSTED_ENDED: a call failed, and said why.
///
/// A call that fails by an argument of its own leaves the step as it is, and may be made again: OSIGN_NULL_ARGUMENT,
/// OSIGN_INVALID_UTF8, and OSIGN_INVALID_ARGUMENT for a negative number and for what the step does not ask for. After any other
/// error the step is OSIGN_HOSTED_ENDED; it tells the one from the other in every case.
///
/// Where the table cannot be read or written it is osign_hosted_work_failed(). Let each row and write be a transaction of its own,
/// committed before it is told, and keep none open while a request is sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_step(work: *const osign_hosted_work) -> i32 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(work, osign_hosted_work::step) }
}

/// The name of the row that is to be read or written; "" otherwise, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_name(work: *const osign_hosted_work) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(work, |work| &work.name) }
}

/// The name that a row is to have from now on; "" where it is not to be renamed, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_new_name(work: *const osign_hosted_work) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(work, |work| &work.new_name) }
}

/// The record to write, whose secrets are sealed; "" where none is to be written, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_record(work: *const osign_hosted_work) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(work, |work| &work.record) }
}

/// The generation that the row must have for the write; 0 where it need have none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_generation(work: *const osign_hosted_work) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(work, |work| from_generation(work.write().map_or(0, Write::generation))) }
}

/// The generation that the row has after the write: one more than before for OSIGN_HOSTED_COMMIT, 1 for OSIGN_HOSTED_ADD, the
/// same for the others; 0 where nothing is to be written, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_new_generation(work: *const osign_hosted_work) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(work, |work| from_generation(work.write().map_or(0, Write::new_generation))) }
}

/// The revision that the row must have for OSIGN_HOSTED_ACQUIRE; 0 for the other steps, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_revision(work: *const osign_hosted_work) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe { number_of(work, |work| from_generation(work.write().map_or(0, Write::revision))) }
}

/// The row that was read; `record` NULL where there is none of that name. OSIGN_INVALID_ARGUMENT where the step is another, and
/// nothing has changed. Any other error is the end of the work: it is what the call that began it would say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_loaded(
    work: *mut osign_hosted_work,
    generation: i64,
    revision: i64,
    record: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, and text or NULL, as the header asks.
        let (work, record) = unsafe { (exclusive(work, "work")?, optional_text(record, "record")?) };
        let stored = record.map(|record| {
            let revision = u64::try_from(revision).map_err(|_| Keeping::NegativeNumber { name: "revision" })?;
            Ok::<_, Error>(Stored { generation: self::generation(generation)?, revision, record: record.to_owned() })
        });
        let stored = stored.transpose()?;
        work.tell(|work| work.loaded(stored))
    })
}

/// All names, each on a line of its own, in any order; "" where there are none. Errors are as with osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_names(
    work: *mut osign_hosted_work,
    names: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (work, names) = unsafe { (exclusive(work, "work")?, text(names, "names")?) };
        let names = names.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        work.tell(|work| work.names(names))
    })
}

/// The write was done, and is durable: `changed` is 1; or no row was as it had to be, and nothing was written: 0. Errors are as
/// with osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_written(
    work: *mut osign_hosted_work,
    changed: i32,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(work, "work") }?.tell(|work| work.written(changed != 0))
    })
}

/// The table could not be read or written, or nobody knows whether it was written. `said` is for people, in whose error it is
/// repeated: no secret must be in it, and it may be NULL. New tokens are written again some times, then kept on this machine,
/// until the table takes them: OSIGN_NOT_SAVED. Other errors are OSIGN_STORE_UNUSABLE, or as with osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_failed(
    work: *mut osign_hosted_work,
    said: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, and text or NULL, as the header asks.
        let (work, said) = unsafe { (exclusive(work, "work")?, optional_text(said, "said")?) };
        work.tell(|work| work.failed(said.unwrap_or_default()))
    })
}

/// The request to send, once, as it is. Free it with osign_http_request_free(). OSIGN_INVALID_ARGUMENT unless the step is
/// OSIGN_HOSTED_SEND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_request(
    work: *const osign_hosted_work,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (work, out) = unsafe { (shared(work, "work")?, Out::new(request, "request")?) };
        let Some(Step::Send(request)) = work.work.step() else { return Err(Keeping::OutOfStep.into()) };
        out.set_handle(osign_http_request::new(request, 0));
        Ok(())
    })
}

/// The answer that comes next asked to wait for so many seconds; see osign_refresh_set_retry_after().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_set_retry_after(
    work: *mut osign_hosted_work,
    seconds: i64,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        let work = unsafe { exclusive(work, "work") }?;
        work.retry_after = Some(u64::try_from(seconds).map_err(|_| Keeping::NegativeNumber { name: "seconds" })?);
        Ok(())
    })
}

/// The answer that comes next says by its header WWW-Authenticate why the service refuses: some of OAuth 1.0a do so there alone, as
/// that a token has ended already which is to be revoked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_set_challenge(
    work: *mut osign_hosted_work,
    www_authenticate: *const c_char,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's and text, as the header asks.
        let (work, challenge) = unsafe { (exclusive(work, "work")?, text(www_authenticate, "www_authenticate")?) };
        work.challenge = Some(challenge.to_owned());
        Ok(())
    })
}

/// An answer came, whole, whatever its status; see osign_refresh_answer(). A new token is not durable yet: the next steps write it.
/// Errors are as with osign_hosted_work_loaded(). Where the step is OSIGN_HOSTED_SEND still, nothing was told: tell it again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_answer(
    work: *mut osign_hosted_work,
    http_status: c_int,
    content_type: *const c_char,
    body: *const c_void,
    body_len: usize,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, text or NULL, and bytes, as the header asks.
        let (work, content_type, body) =
            unsafe { (exclusive(work, "work")?, self::content_type(content_type), bytes(body, body_len, "body")?) };
        let mut answer = Answer::new(answered_status(http_status), body);
        answer.content_type = content_type;
        (answer.retry_after, answer.challenge) = (work.retry_after, work.challenge.clone());
        work.sent(Sent::Answer(answer))
    })
}

/// Nothing of the request can have reached the service: no name, no connection, no TLS. Errors are as with
/// osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_not_sent(
    work: *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(work, "work") }?.sent(Sent::NotSent(Trouble::NoConnection))
    })
}

/// The request may have reached the service, and no answer came, or no whole one: say so in every case of doubt. Errors are as
/// with osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_lost(
    work: *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(work, "work") }?.sent(Sent::Lost(Trouble::Broken))
    })
}

/// For how many milliseconds to wait from now on; 0 where the step is not OSIGN_HOSTED_WAIT, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_wait_milliseconds(work: *const osign_hosted_work) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe {
        number_of(work, |work| match work.work.step() {
            Some(Step::Wait(until)) => until.saturating_sub(system::milliseconds()).max(0),
            _ => 0,
        })
    }
}

/// The wait is over. Errors are as with osign_hosted_work_loaded().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_waited(
    work: *mut osign_hosted_work,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a handle of this thread's, as the header asks.
        unsafe { exclusive(work, "work") }?.tell(Work::waited)
    })
}

/// The token that it was about. Free it with osign_token_free(). OSIGN_INVALID_ARGUMENT where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_token(
    work: *const osign_hosted_work,
    token: *mut *mut osign_token,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (work, out) = unsafe { (shared(work, "work")?, Out::new(token, "token")?) };
        let Some(Outcome::Token(token)) = &work.outcome else { return Err(Keeping::OutOfStep.into()) };
        out.set_handle(osign_token::new(token));
        Ok(())
    })
}

/// The request of osign_hosted_authorize(), to be sent to the service's API. Free it with osign_http_request_free().
/// OSIGN_INVALID_ARGUMENT where there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_authorized(
    work: *const osign_hosted_work,
    request: *mut *mut osign_http_request,
    error: *mut *mut osign_error,
) -> osign_status {
    guard(error, || {
        // SAFETY: a shared handle and a place for the result, as the header asks.
        let (work, out) = unsafe { (shared(work, "work")?, Out::new(request, "request")?) };
        let Some(Outcome::Request(request, generation)) = &work.outcome else {
            return Err(Keeping::OutOfStep.into());
        };
        out.set_handle(osign_http_request::new(request, *generation));
        Ok(())
    })
}

/// The text that it was about: the address of a login, an exported grant, a name, JSON; "" where there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_text(work: *const osign_hosted_work) -> *const c_char {
    // SAFETY: a shared handle, as the header asks.
    unsafe { text_of(work, |work| &work.text) }
}

/// The number that it was about: 1 for yes and 0 for no, the revision of an exported grant, or how many grants were sealed
/// anew; 0 where there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_number(work: *const osign_hosted_work) -> i64 {
    // SAFETY: a shared handle or NULL, as the header asks.
    unsafe {
        number_of(work, |work| match &work.outcome {
            Some(Outcome::Flag(flag)) => i64::from(*flag),
            Some(Outcome::Text(_, number)) => from_generation(*number),
            _ => 0,
        })
    }
}

/// Frees a work and wipes it. NULL is allowed. One whose request is under way has lost the answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn osign_hosted_work_free(work: *mut osign_hosted_work) {
    // SAFETY: a handle that is not used again, as the header asks.
    unsafe { free(work) }
}
