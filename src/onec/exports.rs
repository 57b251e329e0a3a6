//! What the platform looks up in the library by name.

use super::abi::WChar;
use super::component::{Component, Object, Tables, guard};
use super::extender::language_extender;
use super::host::hears;
use super::init_done::init_done;
use super::locales::{locale, user_language};
use super::member::Class;
use super::shortage::unwind_without_memory;
use super::signing::Signing;
use super::text::{name, same_name};
#[cfg(feature = "onec-tokens")]
use super::tokens::Tokens;
use std::ffi::{c_int, c_long};
use std::ptr::null_mut;

/// A class of this library.
struct Made {
    name: &'static str,
    create: fn() -> *mut Object,
}

/// The one that the bundle is called after stands first.
const CLASSES: &[Made] = &[
    #[cfg(feature = "onec-tokens")]
    made::<Tokens>(),
    made::<Signing>(),
];

const fn made<C: Class>() -> Made {
    Made { name: C::NAME, create: create::<C> }
}

fn create<C: Class>() -> *mut Object {
    Component::<C>::create(Tables {
        init_done: const { &init_done::<C>() },
        language_extender: const { &language_extender::<C>() },
        locale: const { &locale::<C>() },
        user_language: const { &user_language::<C>() },
    })
}

/// The classes of this library, separated by `|`. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn GetClassNames() -> *const WChar {
    /// The names, each with what separates it from the next, or ends the last.
    const LEN: usize = {
        let (mut len, mut class) = (0, 0);
        while class < CLASSES.len() {
            len += CLASSES[class].name.len() + 1;
            class += 1;
        }
        len
    };
    static TEXT: [WChar; LEN] = {
        let mut units = [0; LEN];
        let (mut at, mut class) = (0, 0);
        while class < CLASSES.len() {
            let (name, mut index) = (CLASSES[class].name.as_bytes(), 0);
            while index < name.len() {
                units[at] = name[index] as WChar;
                (at, index) = (at + 1, index + 1);
            }
            class += 1;
            units[at] = if class < CLASSES.len() { b'|' as WChar } else { 0 };
            at += 1;
        }
        units
    };
    TEXT.as_ptr()
}

/// Makes an object of a class; 0 when there is no such class.
///
/// # Safety
/// `class` is NULL or ends in NUL; `object` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn GetClassObject(class: *const WChar, object: *mut *mut Object) -> c_long {
    guard(0, || {
        // SAFETY: the caller's promise.
        let Some(wanted) = (unsafe { name(class) }) else { return 0 };
        let Some(class) = CLASSES.iter().find(|class| same_name(&wanted, class.name)) else { return 0 };
        if object.is_null() {
            return 0;
        }
        unwind_without_memory();
        let created = (class.create)();
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
pub unsafe extern "C" fn DestroyObject(object: *mut *mut Object) -> c_long {
    guard(-1, || {
        // SAFETY: the caller's promise.
        unsafe {
            if object.is_null() || (*object).is_null() {
                return -1;
            }
            Object::destroy(object.replace(null_mut()));
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
