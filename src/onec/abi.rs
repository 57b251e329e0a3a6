//! 1C's Native API as it lies in memory: C++ interfaces of the platform's compiler on each system.
//!
//! An object begins with one pointer for each of its base classes, each to a table of functions. The tables begin
//! with the destructor: two entries where C++ follows the Itanium ABI (Linux, macOS), one on Windows. Which of the
//! two holds depends on the system alone, since 1C itself is built with Microsoft's compiler there.

use std::ffi::{c_char, c_int, c_long, c_ulong, c_void};

/// A code unit of UTF-16, on every system.
pub(super) type WChar = u16;

/// C++'s `bool`: any value but 0 is true. It is never read as Rust's.
pub(super) type Bool = u8;

/// Declares functions that the platform calls, or that we call in it: `__stdcall` on Windows, C's convention elsewhere.
macro_rules! method {
    (fn($($argument:ty),* $(,)?) $(-> $result:ty)?) => { unsafe extern "system" fn(*mut c_void $(, $argument)*) $(-> $result)? };
}

/// Destroys and frees; on Windows it frees when bit 0 is set, and is no `__stdcall`, whatever the others are.
#[cfg(not(windows))]
pub(super) type Deleting = unsafe extern "C" fn(*mut c_void);
#[cfg(all(windows, target_arch = "x86"))]
pub(super) type Deleting = unsafe extern "thiscall" fn(*mut c_void, u32) -> *mut c_void;
#[cfg(all(windows, not(target_arch = "x86")))]
pub(super) type Deleting = unsafe extern "system" fn(*mut c_void, u32) -> *mut c_void;

/// The destructors' part of a table.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Destructors {
    /// Destroys; leaves the memory.
    #[cfg(not(windows))]
    pub(super) complete: unsafe extern "C" fn(*mut c_void),
    pub(super) deleting: Deleting,
}

/// `IInitDoneBase`.
#[repr(C)]
pub(super) struct InitDone {
    pub(super) destructors: Destructors,
    pub(super) init: method!(fn(*mut Connection) -> Bool),
    pub(super) set_mem_manager: method!(fn(*mut MemoryManager) -> Bool),
    pub(super) get_info: method!(fn() -> c_long),
    pub(super) done: method!(fn()),
}

/// `ILanguageExtenderBase`.
#[repr(C)]
pub(super) struct LanguageExtender {
    pub(super) destructors: Destructors,
    pub(super) register_extension_as: method!(fn(*mut *mut WChar) -> Bool),
    pub(super) get_n_props: method!(fn() -> c_long),
    pub(super) find_prop: method!(fn(*const WChar) -> c_long),
    pub(super) get_prop_name: method!(fn(c_long, c_long) -> *const WChar),
    pub(super) get_prop_val: method!(fn(c_long, *mut Variant) -> Bool),
    pub(super) set_prop_val: method!(fn(c_long, *mut Variant) -> Bool),
    pub(super) is_prop_readable: method!(fn(c_long) -> Bool),
    pub(super) is_prop_writable: method!(fn(c_long) -> Bool),
    pub(super) get_n_methods: method!(fn() -> c_long),
    pub(super) find_method: method!(fn(*const WChar) -> c_long),
    pub(super) get_method_name: method!(fn(c_long, c_long) -> *const WChar),
    pub(super) get_n_params: method!(fn(c_long) -> c_long),
    pub(super) get_param_def_value: method!(fn(c_long, c_long, *mut Variant) -> Bool),
    pub(super) has_ret_val: method!(fn(c_long) -> Bool),
    pub(super) call_as_proc: method!(fn(c_long, *mut Variant, c_long) -> Bool),
    pub(super) call_as_func: method!(fn(c_long, *mut Variant, *mut Variant, c_long) -> Bool),
}

/// `LocaleBase`.
#[repr(C)]
pub(super) struct Locale {
    pub(super) destructors: Destructors,
    pub(super) set_locale: method!(fn(*const WChar)),
}

/// `UserLanguageBase`; a platform that calls it has been told of level 3 by `SetPlatformCapabilities`.
#[repr(C)]
pub(super) struct UserLanguage {
    pub(super) destructors: Destructors,
    pub(super) set_user_interface_language_code: method!(fn(*const WChar)),
}

/// The platform's `IAddInDefBase`, as far as we call it.
#[repr(C)]
pub(super) struct Connection {
    pub(super) table: *const ConnectionTable,
}

#[repr(C)]
pub(super) struct ConnectionTable {
    _destructors: Destructors,
    pub(super) add_error: method!(fn(u16, *const WChar, *const WChar, c_long) -> Bool),
}

/// The platform's `IMemoryManager`: what it frees must come from here.
#[repr(C)]
pub(super) struct MemoryManager {
    pub(super) table: *const MemoryManagerTable,
}

#[repr(C)]
pub(super) struct MemoryManagerTable {
    _destructors: Destructors,
    pub(super) alloc_memory: method!(fn(*mut *mut c_void, c_ulong) -> Bool),
    pub(super) free_memory: method!(fn(*mut *mut c_void)),
}

/// `tVariant`: a value of 1C's language.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Variant {
    pub(super) value: VariantValue,
    pub(super) element_size: u32,
    pub(super) kind: u16,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(super) union VariantValue {
    pub(super) boolean: Bool,
    pub(super) byte: i8,
    pub(super) short: i16,
    pub(super) int: i32,
    pub(super) long_long: i64,
    pub(super) double: f64,
    pub(super) bytes: Counted<c_char>,
    pub(super) text: Counted<WChar>,
    _time: Time,
}

/// A pointer to so many items.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Counted<T> {
    pub(super) pointer: *mut T,
    pub(super) len: u32,
}

/// C's `struct tm`, for its size: it is the largest of the union.
#[repr(C)]
#[derive(Clone, Copy)]
struct Time {
    fields: [c_int; 9],
    #[cfg(not(windows))]
    offset: c_long,
    #[cfg(not(windows))]
    zone: *const c_char,
}

/// What a [`Variant`] holds. The platform's number is compared with these and never read as an enum.
pub(super) mod kind {
    pub(crate) const EMPTY: u16 = 0;
    pub(crate) const NULL: u16 = 1;
    pub(crate) const I2: u16 = 2;
    pub(crate) const I4: u16 = 3;
    pub(crate) const R4: u16 = 4;
    pub(crate) const R8: u16 = 5;
    pub(crate) const DATE: u16 = 6;
    pub(crate) const TM: u16 = 7;
    pub(crate) const PSTR: u16 = 8;
    pub(crate) const ERROR: u16 = 10;
    pub(crate) const BOOL: u16 = 11;
    pub(crate) const I1: u16 = 13;
    pub(crate) const UI1: u16 = 14;
    pub(crate) const UI2: u16 = 15;
    pub(crate) const UI4: u16 = 16;
    pub(crate) const I8: u16 = 17;
    pub(crate) const UI8: u16 = 18;
    pub(crate) const INT: u16 = 19;
    pub(crate) const UINT: u16 = 20;
    pub(crate) const PWSTR: u16 = 22;
    pub(crate) const BLOB: u16 = 23;
}

// The sizes that 1C's compilers give, measured on each system. A wrong one would be a wrong signature at best.
const _: () = {
    use std::mem::{align_of, offset_of, size_of};
    let (size, align, tail, len) = match (cfg!(windows), size_of::<usize>()) {
        (false, 8) => (64, 8, 56, 8),
        (false, _) => (52, 4, 44, 4),
        (true, 8) => (48, 8, 40, 8),
        (true, _) => (48, 8, 40, 4),
    };
    assert!(size_of::<Variant>() == size && align_of::<Variant>() == align);
    assert!(offset_of!(Variant, element_size) == tail && offset_of!(Variant, kind) == tail + 4);
    assert!(offset_of!(Counted<WChar>, len) == len);
};
