//! Reading what C hands us.

use crate::caught::{Panicked, caught};
use crate::error::{Argument, Error};
use crate::percent::fast::is_ascii;
use std::ffi::{CStr, c_char, c_void};

/// NUL-terminated UTF-8 that must be there.
///
/// # Safety
/// `text` is NULL or points to NUL-terminated memory that stays unchanged for `'a`.
#[inline(always)]
pub(super) unsafe fn text<'a>(text: *const c_char, name: &'static str) -> Result<&'a str, Error> {
    // SAFETY: the caller's promise.
    utf8(unsafe { terminated(text, name) }?, name)
}

/// What should be such a text, for who wants to see first what else it may be.
///
/// # Safety
/// As [`text`].
#[inline(always)]
pub(super) unsafe fn terminated<'a>(bytes: *const c_char, name: &'static str) -> Result<&'a [u8], Error> {
    if bytes.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, and the caller's promise.
    Ok(unsafe { CStr::from_ptr(bytes) }.to_bytes())
}

/// Bytes that must be UTF-8.
#[inline(always)]
pub(super) fn utf8<'a>(text: &'a [u8], name: &str) -> Result<&'a str, Error> {
    if is_ascii(text) {
        // SAFETY: ASCII is UTF-8, and sooner told.
        return Ok(unsafe { std::str::from_utf8_unchecked(text) });
    }
    checked_utf8(text, name)
}

#[inline(never)]
fn checked_utf8<'a>(text: &'a [u8], name: &str) -> Result<&'a str, Error> {
    std::str::from_utf8(text).map_err(|_| Argument::NotUtf8 { name: name.to_owned() }.into())
}

/// NUL-terminated UTF-8, or NULL for none.
///
/// # Safety
/// As [`text`].
#[inline(always)]
pub(super) unsafe fn optional_text<'a>(pointer: *const c_char, name: &'static str) -> Result<Option<&'a str>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { text(pointer, name) }.map(Some)
}

/// Bytes; NULL with 0 is empty, NULL with a length is an error.
///
/// # Safety
/// `data` is NULL or points to `len` bytes that stay unchanged for `'a`.
pub(super) unsafe fn bytes<'a>(data: *const c_void, len: usize, name: &'static str) -> Result<&'a [u8], Error> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Argument::NullBytes { name, len }.into());
    }
    if isize::try_from(len).is_err() {
        return Err(Argument::ImpossibleLength { name }.into());
    }
    // SAFETY: not NULL, a possible length, and the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(data.cast(), len) })
}

/// A handle that may be shared.
///
/// # Safety
/// `handle` is NULL or came from its `_new`, is not freed yet, and nobody changes it for `'a`.
pub(super) unsafe fn shared<'a, T>(handle: *const T, name: &'static str) -> Result<&'a T, Error> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| null(name))
}

/// A handle that one thread has to itself.
///
/// # Safety
/// `handle` is NULL or came from its `_new`, is not freed yet, and nobody else uses it for `'a`.
pub(super) unsafe fn exclusive<'a, T>(handle: *mut T, name: &'static str) -> Result<&'a mut T, Error> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_mut() }.ok_or_else(|| null(name))
}

/// Frees a handle; NULL is none.
///
/// # Safety
/// `handle` is NULL or came from [`Out::set_handle`](super::output::Out::set_handle), and is not used again.
pub(super) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: not NULL, and the caller's promise: it was a box, and is ours again.
        let (Ok(()) | Err(Panicked)) = caught(|| drop(unsafe { Box::from_raw(handle) }));
    }
}

/// A text of a handle; "" for NULL.
///
/// # Safety
/// `handle` is NULL or a handle that nobody frees while the text is used.
pub(super) unsafe fn text_of<T>(handle: *const T, text: impl FnOnce(&T) -> &CStr) -> *const c_char {
    // SAFETY: the caller's promise.
    caught(|| unsafe { handle.as_ref() }.map_or(c"".as_ptr(), |handle| text(handle).as_ptr())).unwrap_or(c"".as_ptr())
}

/// A number of a handle; 0 for NULL.
///
/// # Safety
/// `handle` is NULL or a handle.
pub(super) unsafe fn number_of<T, N: Default>(handle: *const T, number: impl FnOnce(&T) -> N) -> N {
    // SAFETY: the caller's promise.
    caught(|| unsafe { handle.as_ref() }.map(number).unwrap_or_default()).unwrap_or_default()
}

#[cold]
pub(super) fn null(name: &'static str) -> Error {
    Argument::Null { name }.into()
}
