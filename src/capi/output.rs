//! Handing results back: through a pointer, or into a caller's buffer.

use super::arguments::null;
use crate::error::{Argument, Error};
use crate::sink::Sink;
use std::ffi::c_char;
use std::ptr::NonNull;

/// Where a result goes. Its memory may be uninitialised, so it is written and never read.
#[derive(Clone, Copy)]
pub(super) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// # Safety
    /// `pointer` is NULL or may be written until the call returns.
    pub(super) unsafe fn new(pointer: *mut T, name: &'static str) -> Result<Self, Error> {
        NonNull::new(pointer).map(Self).ok_or_else(|| null(name))
    }

    pub(super) fn set(self, value: T) {
        // SAFETY: `new` was promised memory that may be written.
        unsafe { self.0.write(value) }
    }
}

impl<T> Out<*mut T> {
    pub(super) fn set_handle(self, value: T) {
        self.set(Box::into_raw(Box::new(value)));
    }
}

/// A caller's buffer: `(buf, cap, len)`.
pub(super) struct CallerBuffer {
    /// NULL when the caller only asks for the size.
    buf: *mut u8,
    cap: usize,
    len: Out<usize>,
}

impl CallerBuffer {
    /// # Safety
    /// `buf` is NULL or may be written for `cap` bytes, and `len` is NULL or may be written, both until
    /// the call returns.
    pub(super) unsafe fn new(buf: *mut u8, cap: usize, len: *mut usize) -> Result<Self, Error> {
        // SAFETY: the caller's promise.
        let len = unsafe { Out::new(len, "len") }?;
        if buf.is_null() && cap > 0 {
            return Err(Argument::NullBuffer.into());
        }
        Ok(Self { buf, cap, len })
    }

    /// # Safety
    /// As [`new`](Self::new).
    pub(super) unsafe fn text(buf: *mut c_char, cap: usize, len: *mut usize) -> Result<Self, Error> {
        // SAFETY: the caller's promise.
        unsafe { Self::new(buf.cast(), cap, len) }
    }

    /// Whether the caller only asks for the size.
    pub(super) fn is_query(&self) -> bool {
        self.buf.is_null()
    }

    /// Answers a question for the size.
    pub(super) fn answer(&self, size: usize) {
        self.len.set(size);
    }

    /// Whether a text of this length fits, with its NUL.
    #[inline]
    pub(super) fn has_room_for(&self, len: usize) -> bool {
        self.cap > len
    }

    /// Hands back the text that `write` writes, at most `len` bytes, and a NUL.
    ///
    /// `enough` tells a size in bytes, with the NUL, that every later call will do with.
    #[inline]
    pub(super) fn put_text(
        &self,
        len: usize,
        enough: impl FnOnce() -> Result<usize, Error>,
        write: impl FnOnce(&mut Writer),
    ) -> Result<(), Error> {
        if !self.has_room_for(len) {
            return self.too_small(enough()?);
        }
        let mut writer = Writer { next: self.buf, left: self.cap };
        write(&mut writer);
        let len = self.cap - writer.left;
        writer.extend(b"\0");
        self.len.set(len);
        Ok(())
    }

    /// Hands back bytes, without a NUL.
    pub(super) fn put_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        if self.is_query() {
            self.answer(bytes.len());
            return Ok(());
        }
        if self.cap < bytes.len() {
            return self.too_small(bytes.len());
        }
        Writer { next: self.buf, left: self.cap }.extend(bytes);
        self.len.set(bytes.len());
        Ok(())
    }

    #[cold]
    fn too_small(&self, enough: usize) -> Result<(), Error> {
        self.len.set(enough);
        Err(Argument::SmallBuffer { held: self.cap, enough }.into())
    }
}

/// Writes to a caller's buffer from its start. What does not fit is dropped, so that a wrong length is
/// never a write out of bounds; the callers check the length first.
pub(super) struct Writer {
    next: *mut u8,
    left: usize,
}

impl Writer {
    /// Writes `bytes`, of which `len` count: what comes next stands where the others do.
    #[inline(always)]
    fn write(&mut self, bytes: &[u8], len: usize) -> bool {
        if bytes.len() > self.left {
            return false;
        }
        // SAFETY: `CallerBuffer::new` was promised `cap` writable bytes, of which `left` follow `next`; what
        // the core hands us is none of the caller's memory that overlaps them.
        unsafe {
            self.next.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            self.next = self.next.add(len);
        }
        self.left -= len;
        true
    }
}

impl Sink for Writer {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        let fits = self.write(bytes, bytes.len());
        debug_assert!(fits, "the length was told wrong");
        if !fits {
            self.left = 0;
        }
    }

    #[inline]
    fn put(&mut self, word: [u8; 8], len: usize) {
        if !self.write(&word, len) {
            self.extend(&word[..len]);
        }
    }
}
