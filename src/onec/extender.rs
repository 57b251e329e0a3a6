//! `ILanguageExtenderBase`: what the platform asks of the class's members. Calls of its methods are in `call`.

use super::abi::{Bool, LanguageExtender, Variant, WChar};
use super::call::{call_as_func, call_as_proc};
use super::component::{Component, component, destructors, guard};
use super::exception::Exception;
use super::members::{self, CLASS_NAME, METHODS, PROPERTIES};
use super::parameter::Names;
use super::text::name;
use super::value::Returned;
use std::ffi::{c_long, c_void};
use std::mem::offset_of;
use std::ptr::null;

const OFFSET: usize = offset_of!(Component, tables.language_extender);

pub(super) static LANGUAGE_EXTENDER: LanguageExtender = LanguageExtender {
    destructors: destructors::<OFFSET>(),
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

fn number(found: Option<usize>) -> c_long {
    found.and_then(|index| c_long::try_from(index).ok()).unwrap_or(-1)
}

unsafe extern "system" fn register_extension_as(this: *mut c_void, out: *mut *mut WChar) -> Bool {
    guard(0, || {
        if out.is_null() {
            return 0;
        }
        // SAFETY: the platform's object.
        let memory = unsafe { component::<OFFSET>(&this) }.state().memory;
        let Some(copy) = memory.text(CLASS_NAME) else { return 0 };
        // SAFETY: not NULL, and the platform's place for the name.
        unsafe { out.write(copy.pointer) };
        1
    })
}

// --- Names ---

unsafe extern "system" fn find_prop(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text, which ends in NUL.
    unsafe { found(wanted, members::find_property) }
}

unsafe extern "system" fn find_method(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text, which ends in NUL.
    unsafe { found(wanted, members::find_method) }
}

/// # Safety
/// `wanted` is NULL or ends in NUL.
unsafe fn found(wanted: *const WChar, find: fn(&str) -> Option<usize>) -> c_long {
    // SAFETY: the caller's promise.
    guard(-1, || number(unsafe { name(wanted) }.and_then(|name| find(&name))))
}

unsafe extern "system" fn get_prop_name(this: *mut c_void, property: c_long, language: c_long) -> *const WChar {
    // SAFETY: the platform's object.
    unsafe { name_of(this, members::property(property).map(|property| property.names), language) }
}

unsafe extern "system" fn get_method_name(this: *mut c_void, method: c_long, language: c_long) -> *const WChar {
    // SAFETY: the platform's object.
    unsafe { name_of(this, members::method(method).map(|method| method.names), language) }
}

/// A name in the platform's memory, which it frees; NULL when there is none.
///
/// # Safety
/// As for [`component`].
unsafe fn name_of(this: *mut c_void, names: Option<Names>, language: c_long) -> *const WChar {
    guard(null(), || {
        let name = match (names, language) {
            (Some((english, _)), 0) => english,
            (Some((_, russian)), 1) => russian,
            _ => return null(),
        };
        // SAFETY: the caller's promise.
        let memory = unsafe { component::<OFFSET>(&this) }.state().memory;
        memory.text(name).map_or(null(), |copy| copy.pointer.cast_const())
    })
}

// --- Properties ---

unsafe extern "system" fn get_n_props(_this: *mut c_void) -> c_long {
    number(Some(PROPERTIES.len()))
}

unsafe extern "system" fn get_prop_val(this: *mut c_void, property: c_long, value: *mut Variant) -> Bool {
    guard(0, || {
        let Some(property) = members::property(property) else { return 0 };
        if value.is_null() {
            return 0;
        }
        // SAFETY: the platform's object.
        let component = unsafe { component::<OFFSET>(&this) };
        let state = component.state();
        let (returned, memory) = ((property.get)(&state.class), state.memory);
        drop(state); // The platform is called without the lock.
        // SAFETY: not NULL, and the platform's place for the value.
        let written = unsafe { returned.write(memory, value) };
        if !written {
            component.refuse(&Exception::NoMemoryForResult);
        }
        Bool::from(written)
    })
}

unsafe extern "system" fn set_prop_val(_this: *mut c_void, _property: c_long, _value: *mut Variant) -> Bool {
    0
}

unsafe extern "system" fn is_prop_readable(_this: *mut c_void, property: c_long) -> Bool {
    Bool::from(members::property(property).is_some())
}

unsafe extern "system" fn is_prop_writable(_this: *mut c_void, _property: c_long) -> Bool {
    0
}

// --- Methods ---

unsafe extern "system" fn get_n_methods(_this: *mut c_void) -> c_long {
    number(Some(METHODS.len()))
}

unsafe extern "system" fn get_n_params(_this: *mut c_void, method: c_long) -> c_long {
    number(Some(members::method(method).map_or(0, |method| method.parameters.len())))
}

unsafe extern "system" fn get_param_def_value(
    this: *mut c_void,
    method: c_long,
    parameter: c_long,
    value: *mut Variant,
) -> Bool {
    guard(0, || {
        let parameter = members::method(method).and_then(|method| members::at(method.parameters, parameter));
        let Some(parameter) = parameter else { return 0 };
        if value.is_null() {
            return 0;
        }
        // Where there is no default, the value is none, and the parameter must be given.
        let returned = parameter.default.map_or(Returned::Nothing, Returned::from);
        // SAFETY: the platform's object.
        let memory = unsafe { component::<OFFSET>(&this) }.state().memory;
        // SAFETY: not NULL, and the platform's place for the value.
        Bool::from(unsafe { returned.write(memory, value) })
    })
}

unsafe extern "system" fn has_ret_val(_this: *mut c_void, method: c_long) -> Bool {
    Bool::from(members::method(method).is_some_and(|method| method.has_result))
}
