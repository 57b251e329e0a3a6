//! Calls of the class's methods.

use super::abi::{Bool, Variant};
use super::arguments::Arguments;
use super::component::{Tables, caught, component, guard};
use super::exception::Exception;
use super::member::{Class, at};
use super::value::Value;
use std::ffi::{c_long, c_void};
use std::mem::offset_of;

const OFFSET: usize = offset_of!(Tables, language_extender);

pub(super) unsafe extern "system" fn call_as_proc<C: Class>(
    this: *mut c_void,
    method: c_long,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    // SAFETY: the platform's object and its arguments.
    unsafe { call::<C>(this, method, None, arguments, count) }
}

pub(super) unsafe extern "system" fn call_as_func<C: Class>(
    this: *mut c_void,
    method: c_long,
    result: *mut Variant,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    // Who gives no place for the result wants none.
    let result = (!result.is_null()).then_some(result);
    // SAFETY: the platform's object, its arguments, and its place for the result.
    unsafe { call::<C>(this, method, result, arguments, count) }
}

/// # Safety
/// As for [`component`]; `arguments` is NULL or leads to `count` values; `result` may be written.
unsafe fn call<C: Class>(
    this: *mut c_void,
    method: c_long,
    result: Option<*mut Variant>,
    arguments: *mut Variant,
    count: c_long,
) -> Bool {
    let outcome = caught(|| {
        let Some(method) = at(C::METHODS, method) else { return Ok(false) };
        let given = if arguments.is_null() { 0 } else { usize::try_from(count).unwrap_or(0) };
        let read = |index| {
            // SAFETY: the caller's promise; it is one of the values.
            if index < given { unsafe { Value::read(arguments.add(index)) } } else { Ok(Value::Undefined) }
        };
        let values = (0..method.parameters.len()).map(read).collect::<Result<_, _>>()?;
        // SAFETY: the caller's promise.
        let component = unsafe { component::<C, OFFSET>(&this) };
        let mut state = component.state();
        state.said.begin();
        let arguments = Arguments { parameters: method.parameters, values, language: state.said.language };
        let returned = (method.action)(&mut state.class, &arguments)?;
        if let Some(remark) = state.class.remark() {
            state.said.note(&remark);
        }
        let memory = state.memory;
        drop(state); // The platform is called without the lock.
        // SAFETY: the caller's promise.
        let written = result.is_none_or(|result| unsafe { returned.write(memory, result) });
        if !written {
            return Err(Exception::NoMemoryForResult);
        }
        (method.after)(&mut component.state().class, true);
        Ok(true)
    });
    match outcome.and_then(|outcome| outcome) {
        Ok(known) => Bool::from(known),
        Err(exception) => {
            guard((), || {
                // SAFETY: the caller's promise.
                let component = unsafe { component::<C, OFFSET>(&this) };
                if let Some(method) = at(C::METHODS, method) {
                    (method.after)(&mut component.state().class, false);
                }
                component.refuse(&exception);
            });
            0
        }
    }
}
