//! The add-in as 1C calls it: by the tables of its object. tests/onec/native_api.h says what stands where.

use libloading::Library;
use std::ffi::{c_long, c_ulong, c_void};
use std::ptr::null_mut;

/// `tVariant` on 64-bit Linux, as far as texts need it.
#[repr(C)]
#[derive(Clone, Copy)]
struct Variant {
    pointer: *const u16,
    len: u32,
    _rest_of_the_union: [u64; 5],
    _element_size: u32,
    kind: u16,
}

const _: () = assert!(size_of::<Variant>() == 64);
const PWSTR: u16 = 22;

impl Variant {
    fn text(units: &[u16]) -> Self {
        Self {
            pointer: units.as_ptr(),
            len: units.len() as u32,
            _rest_of_the_union: [0; 5],
            _element_size: 0,
            kind: PWSTR,
        }
    }
}

/// The platform's memory: malloc's.
#[repr(C)]
struct MemoryManager {
    table: &'static [*const c_void; 4],
}

// SAFETY: the functions of a table that nobody writes.
unsafe impl Sync for MemoryManager {}

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(pointer: *mut c_void);
}

unsafe extern "C" fn allocate(_manager: *mut c_void, pointer: *mut *mut c_void, size: c_ulong) -> u8 {
    // SAFETY: the add-in's place for the pointer.
    unsafe { *pointer = malloc(size as usize) };
    1
}

static MEMORY: MemoryManager = {
    const NOTHING: *const c_void = std::ptr::null();
    static TABLE: Table = Table([NOTHING, NOTHING, allocate as *const c_void, NOTHING]);
    struct Table([*const c_void; 4]);
    // SAFETY: as above.
    unsafe impl Sync for Table {}
    MemoryManager { table: &TABLE.0 }
};

type Object = *mut [*const *const c_void; 2];
type SetMemoryManager = unsafe extern "C" fn(*mut c_void, *const MemoryManager) -> u8;
type FindMethod = unsafe extern "C" fn(*mut c_void, *const u16) -> c_long;
type CallProcedure = unsafe extern "C" fn(*mut c_void, c_long, *mut Variant, c_long) -> u8;
type CallFunction = unsafe extern "C" fn(*mut c_void, c_long, *mut Variant, *mut Variant, c_long) -> u8;

/// An object of the class, ready to sign.
pub struct Addin {
    language_extender: *mut c_void,
    call_function: CallFunction,
    authorization: c_long,
    // Unloaded last; the object goes with the process.
    _library: Library,
}

impl Addin {
    pub fn open(path: &str, key: &str, secret: &str, token: &str, token_secret: &str) -> Self {
        type Create = unsafe extern "C" fn(*const u16, *mut Object) -> c_long;
        // SAFETY: the add-in is ours, and the slots are those of 1C's interface where C++ has two for a destructor.
        unsafe {
            let library = Library::new(path).unwrap_or_else(|error| panic!("{path}: {error}; run `make onec`"));
            let create = library.get::<Create>(b"GetClassObject").unwrap();
            let mut object: Object = null_mut();
            assert_ne!(create(units("OSign\0").as_ptr(), &raw mut object), 0);
            let [init_done, extender] = *object;
            let set_memory_manager: SetMemoryManager = std::mem::transmute(*init_done.add(3));
            assert_ne!(set_memory_manager(object.cast(), &raw const MEMORY), 0);
            let language_extender = object.cast::<*const c_void>().add(1).cast::<c_void>();
            let find_method: FindMethod = std::mem::transmute(*extender.add(11));
            let call_procedure: CallProcedure = std::mem::transmute(*extender.add(16));
            let call_function: CallFunction = std::mem::transmute(*extender.add(17));
            for (name, one, two) in [("SetConsumer\0", key, secret), ("SetToken\0", token, token_secret)] {
                let method = find_method(language_extender, units(name).as_ptr());
                let (one, two) = (units(one), units(two));
                let mut arguments = [Variant::text(&one), Variant::text(&two)];
                assert_ne!(call_procedure(language_extender, method, arguments.as_mut_ptr(), 2), 0);
            }
            let authorization = find_method(language_extender, units("Authorization\0").as_ptr());
            Self { language_extender, call_function, authorization, _library: library }
        }
    }

    /// One header, and its memory back; its length.
    pub fn authorization(&self, method: &[u16], url: &[u16]) -> usize {
        let none = Variant::text(&[]);
        let mut arguments = [Variant::text(method), Variant::text(url), none, none];
        let mut result = none;
        // SAFETY: the object lives, and the arguments outlive the call.
        unsafe {
            let done = (self.call_function)(
                self.language_extender,
                self.authorization,
                &raw mut result,
                arguments.as_mut_ptr(),
                4,
            );
            assert_ne!(done, 0);
            free(result.pointer.cast_mut().cast());
        }
        result.len as usize
    }
}

pub fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
