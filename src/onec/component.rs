//! The object that the platform calls: four tables of functions, and what they reach.
//!
//! Each function reads its arguments, calls the class and hands the answer back. No panic leaves one, since it would
//! end the platform's process with all of its sessions. The platform may move an object from thread to thread, and
//! calls it from one at a time; the lock is for a host that does not.

use super::abi::{
    Bool, Connection, Destructors, InitDone, LanguageExtender, Locale, MemoryManager, UserLanguage, Variant, WChar,
};
use super::class::Class;
use super::failure::Failure;
use super::host::{Host, Memory};
use super::language::Language;
use super::members::{self, CLASS_NAME, METHODS, PROPERTIES};
use super::text;
use super::value::{Answer, Value};
use std::ffi::{c_long, c_void};
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An object of the class: what C++ sees is its first four pointers.
#[repr(C)]
pub(super) struct Component {
    init_done: &'static InitDone,
    language_extender: &'static LanguageExtender,
    locale: &'static Locale,
    user_language: &'static UserLanguage,
    state: Mutex<State>,
}

struct State {
    class: Class,
    host: Host,
    memory: Memory,
    /// Whether the language of the interface was told, which then counts more than the locale.
    knows_interface: bool,
}

impl Component {
    /// A new object in memory of its own; [`destroy`](Self::destroy) frees it.
    pub(super) fn create() -> *mut Self {
        Box::into_raw(Box::new(Self {
            init_done: &INIT_DONE,
            language_extender: &LANGUAGE_EXTENDER,
            locale: &LOCALE,
            user_language: &USER_LANGUAGE,
            state: Mutex::new(State {
                class: Class::new(),
                host: Host::NONE,
                memory: Memory::NONE,
                knows_interface: false,
            }),
        }))
    }

    /// # Safety
    /// `component` came from [`create`](Self::create) and is not used again.
    pub(super) unsafe fn destroy(component: *mut Self) {
        // SAFETY: the caller's promise.
        guard((), || drop(unsafe { Box::from_raw(component) }));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a function's body; should it panic, the answer is `default`.
pub(super) fn guard<T>(default: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        std::mem::forget(payload); // Its destructor could panic again.
        default
    })
}

/// The object whose table's pointer stands at `this`.
///
/// # Safety
/// `this` is what the platform calls a function of that table with: a pointer into an object that is not destroyed.
unsafe fn component<'a>(this: *mut c_void, offset: usize) -> &'a Component {
    // SAFETY: the caller's promise; the object is alive and its tables are never written.
    unsafe { &*this.byte_sub(offset).cast::<Component>() }
}

/// UTF-16 up to its NUL.
///
/// # Safety
/// `text` is NULL or ends in NUL, and stays unchanged for `'a`.
pub(super) unsafe fn name(text: *const WChar) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    let units = unsafe {
        let len = (0..).take_while(|&index| *text.add(index) != 0).count();
        std::slice::from_raw_parts(text, len)
    };
    text::decode(units).map(|text| text.to_string())
}

fn number(found: Option<usize>) -> c_long {
    found.and_then(|index| c_long::try_from(index).ok()).unwrap_or(-1)
}

fn member<T>(members: &[T], number: c_long) -> Option<(usize, &T)> {
    let index = usize::try_from(number).ok()?;
    members.get(index).map(|member| (index, member))
}

// --- The destructors, which the table of each base class begins with ---

macro_rules! destructors {
    ($table:ident) => {{
        #[cfg(not(windows))]
        unsafe extern "C" fn complete(_this: *mut c_void) {
            // Nobody destroys an object in place: all of them are ours, and on the heap.
        }
        #[cfg(not(windows))]
        unsafe extern "C" fn deleting(this: *mut c_void) {
            // SAFETY: C++ deletes an object once, through one of its bases.
            unsafe { Component::destroy(this.byte_sub(offset_of!(Component, $table)).cast()) }
        }
        #[cfg(all(windows, target_arch = "x86"))]
        unsafe extern "thiscall" fn deleting(this: *mut c_void, flags: u32) -> *mut c_void {
            if flags & 1 != 0 {
                // SAFETY: C++ deletes an object once, through one of its bases.
                unsafe { Component::destroy(this.byte_sub(offset_of!(Component, $table)).cast()) }
            }
            this
        }
        #[cfg(all(windows, not(target_arch = "x86")))]
        unsafe extern "system" fn deleting(this: *mut c_void, flags: u32) -> *mut c_void {
            if flags & 1 != 0 {
                // SAFETY: C++ deletes an object once, through one of its bases.
                unsafe { Component::destroy(this.byte_sub(offset_of!(Component, $table)).cast()) }
            }
            this
        }
        Destructors {
            #[cfg(not(windows))]
            complete,
            deleting,
        }
    }};
}

// --- IInitDoneBase ---

static INIT_DONE: InitDone = InitDone { destructors: destructors!(init_done), init, set_mem_manager, get_info, done };

unsafe extern "system" fn init(this: *mut c_void, connection: *mut Connection) -> Bool {
    guard(0, || {
        // SAFETY: the platform's object and its own connection, which lasts until `Done`.
        unsafe { component(this, offset_of!(Component, init_done)).state().host = Host::new(connection) };
        1
    })
}

unsafe extern "system" fn set_mem_manager(this: *mut c_void, manager: *mut MemoryManager) -> Bool {
    guard(0, || {
        // SAFETY: the platform's object and its own manager, which lasts as long as the object.
        let memory = unsafe { Memory::new(manager) };
        // SAFETY: as above.
        unsafe { component(this, offset_of!(Component, init_done)) }.state().memory = memory;
        Bool::from(memory.is_there())
    })
}

/// The version of the interface that we follow; below 2 the platform would make objects of its own.
unsafe extern "system" fn get_info(_this: *mut c_void) -> c_long {
    2000
}

/// The last call before the object is destroyed, also when `Init` failed.
unsafe extern "system" fn done(this: *mut c_void) {
    guard((), || {
        // SAFETY: the platform's object.
        let mut state = unsafe { component(this, offset_of!(Component, init_done)) }.state();
        let language = state.class.language;
        state.class = Class::new(); // Its secrets are wiped.
        state.class.language = language;
        state.host = Host::NONE;
    });
}

// --- ILanguageExtenderBase ---

static LANGUAGE_EXTENDER: LanguageExtender = LanguageExtender {
    destructors: destructors!(language_extender),
    register_extension_as,
    get_n_props,
    find_prop,
    get_prop_name,
    get_prop_val,
    set_prop_val,
    is_prop_readable,
    is_prop_writable,
    get_n_methods,
    find_method,
    get_method_name,
    get_n_params,
    get_param_def_value,
    has_ret_val,
    call_as_proc,
    call_as_func,
};

const LANGUAGE_EXTENDER_OFFSET: usize = offset_of!(Component, language_extender);

unsafe extern "system" fn register_extension_as(this: *mut c_void, out: *mut *mut WChar) -> Bool {
    guard(0, || {
        if out.is_null() {
            return 0;
        }
        // SAFETY: the platform's object.
        let memory = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) }.state().memory;
        let Some(copy) = memory.text(CLASS_NAME) else { return 0 };
        // SAFETY: not NULL, and the platform's place for the name.
        unsafe { out.write(copy.pointer) };
        1
    })
}

unsafe extern "system" fn get_n_props(_this: *mut c_void) -> c_long {
    number(Some(PROPERTIES.len()))
}

unsafe extern "system" fn find_prop(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text.
    guard(-1, || number(unsafe { name(wanted) }.and_then(|name| members::find_property(&name))))
}

unsafe extern "system" fn get_prop_name(this: *mut c_void, property: c_long, language: c_long) -> *const WChar {
    // SAFETY: the platform's object.
    guard(null(), || unsafe {
        copy_of_name(this, member(&PROPERTIES, property).map(|(_, property)| property.names), language)
    })
}

unsafe extern "system" fn get_prop_val(this: *mut c_void, property: c_long, value: *mut Variant) -> Bool {
    guard(0, || {
        let Some((_, property)) = member(&PROPERTIES, property) else { return 0 };
        // SAFETY: the platform's object.
        let state = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) }.state();
        let (answer, memory) = ((property.get)(&state.class), state.memory);
        drop(state);
        // SAFETY: the platform's place for the value.
        Bool::from(unsafe { answer.write(memory, value) })
    })
}

unsafe extern "system" fn set_prop_val(_this: *mut c_void, _property: c_long, _value: *mut Variant) -> Bool {
    0
}

unsafe extern "system" fn is_prop_readable(_this: *mut c_void, property: c_long) -> Bool {
    Bool::from(member(&PROPERTIES, property).is_some())
}

unsafe extern "system" fn is_prop_writable(_this: *mut c_void, _property: c_long) -> Bool {
    0
}

unsafe extern "system" fn get_n_methods(_this: *mut c_void) -> c_long {
    number(Some(METHODS.len()))
}

unsafe extern "system" fn find_method(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text.
    guard(-1, || number(unsafe { name(wanted) }.and_then(|name| members::find_method(&name))))
}

unsafe extern "system" fn get_method_name(this: *mut c_void, method: c_long, language: c_long) -> *const WChar {
    // SAFETY: the platform's object.
    guard(null(), || unsafe { copy_of_name(this, member(METHODS, method).map(|(_, method)| method.names), language) })
}

/// A name in the platform's memory, which it frees; NULL when there is none.
///
/// # Safety
/// `this` is the platform's object.
unsafe fn copy_of_name(this: *mut c_void, names: Option<members::Names>, language: c_long) -> *const WChar {
    let name = match (names, language) {
        (Some((english, _)), 0) => english,
        (Some((_, russian)), 1) => russian,
        _ => return null(),
    };
    // SAFETY: the caller's promise.
    let memory = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) }.state().memory;
    memory.text(name).map_or(null(), |copy| copy.pointer.cast_const())
}

unsafe extern "system" fn get_n_params(_this: *mut c_void, method: c_long) -> c_long {
    number(member(METHODS, method).map_or(Some(0), |(_, method)| Some(method.parameters.len())))
}

unsafe extern "system" fn get_param_def_value(
    this: *mut c_void,
    method: c_long,
    parameter: c_long,
    value: *mut Variant,
) -> Bool {
    guard(0, || {
        let parameter = member(METHODS, method).and_then(|(_, method)| member(method.parameters, parameter));
        let Some((_, parameter)) = parameter else { return 0 };
        // Where there is no default, the value is none, and the parameter must be given.
        let answer = parameter.default.map_or(Answer::Nothing, Answer::from);
        // SAFETY: the platform's object.
        let memory = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) }.state().memory;
        // SAFETY: the platform's place for the value.
        Bool::from(unsafe { answer.write(memory, value) })
    })
}

unsafe extern "system" fn has_ret_val(_this: *mut c_void, method: c_long) -> Bool {
    Bool::from(member(METHODS, method).is_some_and(|(_, method)| method.has_result))
}

unsafe extern "system" fn call_as_proc(
    this: *mut c_void,
    method: c_long,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    // SAFETY: the platform's object and its arguments.
    unsafe { call(this, method, None, arguments, count) }
}

unsafe extern "system" fn call_as_func(
    this: *mut c_void,
    method: c_long,
    result: *mut Variant,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    // SAFETY: the platform's object, its arguments, and its place for the result.
    unsafe { call(this, method, Some(result), arguments, count) }
}

/// # Safety
/// `this` is the platform's object; `arguments` is NULL or leads to `count` values; `result` is NULL or may be written.
unsafe fn call(
    this: *mut c_void,
    method: c_long,
    result: Option<*mut Variant>,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    let outcome = guard(Err(Failure::Panic), || {
        let Some((index, method)) = member(METHODS, method) else { return Ok(false) };
        let given = if arguments.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) };
        let read = |at| {
            // SAFETY: the caller's promise.
            if at < given { unsafe { Value::read(arguments.add(at)) } } else { Value::Undefined }
        };
        let values = (0..method.parameters.len()).map(read).collect();
        // SAFETY: the caller's promise.
        let component = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) };
        let mut state = component.state();
        let answer = state.class.call(index, values)?;
        let memory = state.memory;
        drop(state); // The platform is called without the lock.
        // SAFETY: the caller's promise.
        let written = result.is_none_or(|result| unsafe { answer.write(memory, result) });
        if !written {
            return Err(Failure::NoMemory);
        }
        if method.signs {
            component.state().class.forget_parameters();
        }
        Ok(true)
    });
    match outcome {
        Ok(known) => Bool::from(known),
        Err(failure) => {
            guard((), || {
                // SAFETY: the caller's promise.
                let mut state = unsafe { component(this, LANGUAGE_EXTENDER_OFFSET) }.state();
                state.class.note(Some(&failure));
                let (host, text) = (state.host, state.class.last_error().to_owned());
                drop(state);
                host.raise(&text, failure.status().code());
            });
            0
        }
    }
}

// --- LocaleBase, UserLanguageBase ---

static LOCALE: Locale = Locale { destructors: destructors!(locale), set_locale };

unsafe extern "system" fn set_locale(this: *mut c_void, locale: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object and text.
        let (component, locale) = unsafe { (component(this, offset_of!(Component, locale)), name(locale)) };
        let mut state = component.state();
        if let (Some(language), false) = (locale.as_deref().and_then(Language::of), state.knows_interface) {
            state.class.language = language;
        }
    });
}

static USER_LANGUAGE: UserLanguage =
    UserLanguage { destructors: destructors!(user_language), set_user_interface_language_code };

unsafe extern "system" fn set_user_interface_language_code(this: *mut c_void, code: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object and text.
        let (component, code) = unsafe { (component(this, offset_of!(Component, user_language)), name(code)) };
        let mut state = component.state();
        if let Some(language) = code.as_deref().and_then(Language::of) {
            state.class.language = language;
            state.knows_interface = true;
        }
    });
}
