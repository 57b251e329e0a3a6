//! What we call in the platform: its memory, and its messages.

use super::abi::{Connection, Counted, MemoryManager, WChar};
use super::text::{encode, length};
use std::ffi::{c_char, c_long, c_ulong, c_void};
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

/// The platform's memory: what it is handed must come from here, and the platform frees it.
#[derive(Clone, Copy)]
pub(super) struct PlatformMemory(*mut MemoryManager);

impl PlatformMemory {
    pub(super) const NONE: Self = Self(null_mut());

    /// # Safety
    /// `manager` is NULL, or the platform's for as long as this is used.
    pub(super) const unsafe fn new(manager: *mut MemoryManager) -> Self {
        Self(manager)
    }

    pub(super) const fn is_there(self) -> bool {
        !self.0.is_null()
    }

    /// A copy of bytes in the platform's memory; none when it gives no memory.
    pub(super) fn bytes(self, bytes: &[u8]) -> Option<Counted<c_char>> {
        let len = u32::try_from(bytes.len()).ok()?;
        let place = self.allocate::<u8>(bytes.len())?;
        // SAFETY: it has so many bytes.
        unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Some(Counted { pointer: place.cast(), len })
    }

    /// A copy of text as UTF-16 with a NUL, which is not counted; none when the platform gives no memory.
    pub(super) fn text(self, text: &str) -> Option<Counted<WChar>> {
        let count = length(text);
        let len = u32::try_from(count).ok()?;
        // As pairs of bytes, the units need no alignment.
        let place = self.allocate::<[u8; 2]>(count + 1)?;
        // SAFETY: it has so many units, which need not hold anything yet.
        let units = unsafe { slice::from_raw_parts_mut(place.cast::<MaybeUninit<[u8; 2]>>(), count + 1) };
        if count == text.len() {
            // ASCII, then: no other text has as many units as bytes.
            for (unit, byte) in units.iter_mut().zip(text.bytes()) {
                unit.write(WChar::from(byte).to_ne_bytes());
            }
        } else {
            for (unit, own) in units.iter_mut().zip(text.encode_utf16()) {
                unit.write(own.to_ne_bytes());
            }
        }
        units[count].write([0; 2]);
        Some(Counted { pointer: place.cast(), len })
    }

    /// A place for so many items, aligned or not, and for one at least.
    fn allocate<T>(self, count: usize) -> Option<*mut T> {
        if self.0.is_null() {
            return None;
        }
        let size = c_ulong::try_from(count.max(1).checked_mul(size_of::<T>())?).ok()?;
        let mut pointer: *mut c_void = null_mut();
        // SAFETY: the platform's manager, with a place for the result; what it gives is `size` bytes large, and ours to
        // fill.
        let given = unsafe { ((*(*self.0).table).alloc_memory)(self.0.cast(), &raw mut pointer, size) };
        (given != 0 && !pointer.is_null()).then_some(pointer.cast())
    }
}

/// Whether the platform hears of errors: the one that tells its capabilities does.
static HEARS: AtomicBool = AtomicBool::new(false);

/// Notes that it does, for the whole process.
pub(super) fn hears() {
    HEARS.store(true, Ordering::Relaxed);
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

    /// Raises an exception in the code that called us, once we return: a code other than 0 makes it one. Not where nobody
    /// hears: OneScript tells no capabilities, and frees what this would call.
    pub(super) fn raise(self, source: &str, description: &str, code: i32) {
        const FAILURE: u16 = 1006; // ADDIN_E_FAIL
        if self.0.is_null() || !HEARS.load(Ordering::Relaxed) {
            return;
        }
        let (source, description) = (encode(source), encode(description));
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
