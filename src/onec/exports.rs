//! What the platform looks up in the library by name.

use super::abi::WChar;
use super::component::{Component, Tables, guard};
use super::extender::LANGUAGE_EXTENDER;
use super::host::hears;
use super::init_done::INIT_DONE;
use super::locales::{LOCALE, USER_LANGUAGE};
use super::members::CLASS_NAME;
use super::shortage::unwind_without_memory;
use super::text::{name, same_name};
use std::ffi::{c_int, c_long};
use std::ptr::null_mut;

/// The classes of this library, separated by `|`: there is one. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn GetClassNames() -> *const WChar {
    const NAMES: [WChar; CLASS_NAME.len() + 1] = {
        let mut units = [0; CLASS_NAME.len() + 1];
        let mut index = 0;
        while index < CLASS_NAME.len() {
            units[index] = CLASS_NAME.as_bytes()[index] as WChar;
            index += 1;
        }
        units
    };
    static TEXT: [WChar; CLASS_NAME.len() + 1] = NAMES;
    TEXT.as_ptr()
}

/// Makes an object of a class; 0 when there is no such class.
///
/// # Safety
/// `class` is NULL or ends in NUL; `object` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetClassObject(class: *const WChar, object: *mut *mut Component) -> c_long {
    guard(0, || {
        // SAFETY: the caller's promise.
        let known = unsafe { name(class) }.is_some_and(|class| same_name(&class, CLASS_NAME));
        if !known || object.is_null() {
            return 0;
        }
        unwind_without_memory();
        let created = Component::create(Tables {
            init_done: &INIT_DONE,
            language_extender: &LANGUAGE_EXTENDER,
            locale: &LOCALE,
            user_language: &USER_LANGUAGE,
        });
        // SAFETY: not NULL, and the caller's promise.
        unsafe { object.write(created) };
        1
    })
}

/// Destroys an object and forgets its pointer; 0 when all went well.
///
/// # Safety
/// `object` is NULL or leads to NULL or to an object of `GetClassObject` that is not used again and
/// in no other thread still called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DestroyObject(object: *mut *mut Component) -> c_long {
    guard(-1, || {
        // SAFETY: the caller's promise.
        unsafe {
            if object.is_null() || (*object).is_null() {
                return -1;
            }
            Component::destroy(object.replace(null_mut()));
        }
        0
    })
}

/// The level of the interface that we work with: 3, which has the interface's language. A platform that asks hears of errors.
#[unsafe(no_mangle)]
pub extern "C" fn SetPlatformCapabilities(_platform: c_int) -> c_int {
    hears();
    3
}

/// In whose process we may run: 3, in either, the platform's or one of our own.
#[unsafe(no_mangle)]
pub extern "C" fn GetAttachType() -> c_int {
    3
}
