//! `ILanguageExtenderBase`: what the platform asks of the class's members. Calls of its methods are in `call`.

use super::abi::{Bool, LanguageExtender, Variant, WChar};
use super::call::{call_as_func, call_as_proc};
use super::component::{Tables, component, destructors, guard};
use super::exception::Exception;
use super::member::{Class, Get, at, find_method, find_property};
use super::parameter::Names;
use super::text::name;
use super::value::Returned;
use std::ffi::{c_long, c_void};
use std::mem::offset_of;
use std::ptr::null;

const OFFSET: usize = offset_of!(Tables, language_extender);

pub(super) const fn language_extender<C: Class>() -> LanguageExtender {
    LanguageExtender {
        destructors: destructors::<OFFSET>(),
        register_extension_as: register_extension_as::<C>,
        get_n_props: get_n_props::<C>,
        find_prop: find_prop::<C>,
        get_prop_name: get_prop_name::<C>,
        get_prop_val: get_prop_val::<C>,
        set_prop_val,
        is_prop_readable: is_prop_readable::<C>,
        is_prop_writable,
        get_n_methods: get_n_methods::<C>,
        find_method: find_method_named::<C>,
        get_method_name: get_method_name::<C>,
        get_n_params: get_n_params::<C>,
        get_param_def_value: get_param_def_value::<C>,
        has_ret_val: has_ret_val::<C>,
        call_as_proc: call_as_proc::<C>,
        call_as_func: call_as_func::<C>,
    }
}

fn number(found: Option<usize>) -> c_long {
    found.and_then(|index| c_long::try_from(index).ok()).unwrap_or(-1)
}

unsafe extern "system" fn register_extension_as<C: Class>(this: *mut c_void, out: *mut *mut WChar) -> Bool {
    guard(0, || {
        if out.is_null() {
            return 0;
        }
        // SAFETY: the platform's object.
        let memory = unsafe { component::<C, OFFSET>(&this) }.state().memory;
        let Some(copy) = memory.text(C::NAME) else { return 0 };
        // SAFETY: not NULL, and the platform's place for the name.
        unsafe { out.write(copy.pointer) };
        1
    })
}

// --- Names ---

unsafe extern "system" fn find_prop<C: Class>(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text, which ends in NUL.
    unsafe { found(wanted, find_property::<C>) }
}

unsafe extern "system" fn find_method_named<C: Class>(_this: *mut c_void, wanted: *const WChar) -> c_long {
    // SAFETY: the platform's text, which ends in NUL.
    unsafe { found(wanted, find_method::<C>) }
}

/// # Safety
/// `wanted` is NULL or ends in NUL.
unsafe fn found(wanted: *const WChar, find: fn(&str) -> Option<usize>) -> c_long {
    // SAFETY: the caller's promise.
    guard(-1, || number(unsafe { name(wanted) }.and_then(|name| find(&name))))
}

unsafe extern "system" fn get_prop_name<C: Class>(
    this: *mut c_void,
    property: c_long,
    language: c_long,
) -> *const WChar {
    // SAFETY: the platform's object.
    unsafe { name_of::<C>(this, at(C::PROPERTIES, property).map(|property| property.names), language) }
}

unsafe extern "system" fn get_method_name<C: Class>(
    this: *mut c_void,
    method: c_long,
    language: c_long,
) -> *const WChar {
    // SAFETY: the platform's object.
    unsafe { name_of::<C>(this, at(C::METHODS, method).map(|method| method.names), language) }
}

/// A name in the platform's memory, which it frees; NULL when there is none.
///
/// # Safety
/// As for [`component`].
unsafe fn name_of<C: Class>(this: *mut c_void, names: Option<Names>, language: c_long) -> *const WChar {
    guard(null(), || {
        let name = match (names, language) {
            (Some((english, _)), 0) => english,
            (Some((_, russian)), 1) => russian,
            _ => return null(),
        };
        // SAFETY: the caller's promise.
        let memory = unsafe { component::<C, OFFSET>(&this) }.state().memory;
        memory.text(name).map_or(null(), |copy| copy.pointer.cast_const())
    })
}

// --- Properties ---

unsafe extern "system" fn get_n_props<C: Class>(_this: *mut c_void) -> c_long {
    number(Some(C::PROPERTIES.len()))
}

unsafe extern "system" fn get_prop_val<C: Class>(this: *mut c_void, property: c_long, value: *mut Variant) -> Bool {
    guard(0, || {
        let Some(property) = at(C::PROPERTIES, property) else { return 0 };
        if value.is_null() {
            return 0;
        }
        // SAFETY: the platform's object.
        let component = unsafe { component::<C, OFFSET>(&this) };
        let state = component.state();
        let returned = match property.get {
            Get::LastError => state.said.last_error.as_str().into(),
            Get::ErrorCode => Returned::Integer(state.said.error_code.into()),
            Get::ErrorReason => state.said.error_reason.into(),
            Get::Of(get) => get(&state.class),
        };
        let memory = state.memory;
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

unsafe extern "system" fn is_prop_readable<C: Class>(_this: *mut c_void, property: c_long) -> Bool {
    Bool::from(at(C::PROPERTIES, property).is_some())
}

unsafe extern "system" fn is_prop_writable(_this: *mut c_void, _property: c_long) -> Bool {
    0
}

// --- Methods ---

unsafe extern "system" fn get_n_methods<C: Class>(_this: *mut c_void) -> c_long {
    number(Some(C::METHODS.len()))
}

unsafe extern "system" fn get_n_params<C: Class>(_this: *mut c_void, method: c_long) -> c_long {
    number(Some(at(C::METHODS, method).map_or(0, |method| method.parameters.len())))
}

unsafe extern "system" fn get_param_def_value<C: Class>(
    this: *mut c_void,
    method: c_long,
    parameter: c_long,
    value: *mut Variant,
) -> Bool {
    guard(0, || {
        let parameter = at(C::METHODS, method).and_then(|method| at(method.parameters, parameter));
        let Some(parameter) = parameter else { return 0 };
        if value.is_null() {
            return 0;
        }
        // Where there is no default, the value is none, and the parameter must be given.
        let returned = parameter.default.map_or(Returned::Nothing, Returned::from);
        // SAFETY: the platform's object.
        let memory = unsafe { component::<C, OFFSET>(&this) }.state().memory;
        // SAFETY: not NULL, and the platform's place for the value.
        Bool::from(unsafe { returned.write(memory, value) })
    })
}

unsafe extern "system" fn has_ret_val<C: Class>(_this: *mut c_void, method: c_long) -> Bool {
    Bool::from(at(C::METHODS, method).is_some_and(|method| method.has_result))
}
