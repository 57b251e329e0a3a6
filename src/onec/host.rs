//! What we call in the platform: its memory, and its messages.

use super::abi::{Connection, MemoryManager, WChar};
use super::text::encode;
use std::ffi::{c_long, c_ulong, c_void};
use std::ptr::null_mut;

/// The platform's memory: what it is handed must come from here, and the platform frees it.
#[derive(Clone, Copy)]
pub(super) struct Memory(*mut MemoryManager);

impl Memory {
    pub(super) const NONE: Self = Self(null_mut());

    /// # Safety
    /// `manager` is NULL, or the platform's for as long as this is used.
    pub(super) const unsafe fn new(manager: *mut MemoryManager) -> Self {
        Self(manager)
    }

    pub(super) const fn is_there(self) -> bool {
        !self.0.is_null()
    }

    /// A copy of `items` in the platform's memory, at least one item large; none when it gives no memory.
    pub(super) fn copy<T: Copy>(self, items: &[T]) -> Option<*mut T> {
        if self.0.is_null() {
            return None;
        }
        let size = c_ulong::try_from(size_of_val(items).max(size_of::<T>())).ok()?;
        let mut pointer: *mut c_void = null_mut();
        // SAFETY: the platform's manager, with a place for the result; what it gives is `size` bytes large, aligned
        // for anything, and ours to fill.
        unsafe {
            if ((*(*self.0).table).alloc_memory)(self.0.cast(), &raw mut pointer, size) == 0 || pointer.is_null() {
                return None;
            }
            let pointer = pointer.cast::<T>();
            pointer.copy_from_nonoverlapping(items.as_ptr(), items.len());
            Some(pointer)
        }
    }
}

/// The platform's side of an object.
#[derive(Clone, Copy)]
pub(super) struct Host(*mut Connection);

impl Host {
    pub(super) const NONE: Self = Self(null_mut());

    /// # Safety
    /// `connection` is NULL, or the platform's until `Done`.
    pub(super) const unsafe fn new(connection: *mut Connection) -> Self {
        Self(connection)
    }

    /// Raises an exception in the code that called us, once we return: a code other than 0 makes it one.
    pub(super) fn raise(self, description: &str, code: i32) {
        const FAILURE: u16 = 1006; // ADDIN_E_FAIL
        if self.0.is_null() {
            return;
        }
        let source: [WChar; 6] = [b'O', b'S', b'i', b'g', b'n', 0].map(WChar::from);
        let description = encode(description);
        // SAFETY: the platform's connection; it copies the texts.
        unsafe {
            ((*(*self.0).table).add_error)(
                self.0.cast(),
                FAILURE,
                source.as_ptr(),
                description.as_ptr(),
                c_long::from(code),
            );
        }
    }
}
