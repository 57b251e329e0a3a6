//! `LocaleBase` and `UserLanguageBase`: what the platform tells of languages.

use super::abi::{Locale, UserLanguage, WChar};
use super::component::{Said, Tables, component, destructors, guard};
use super::language::Language;
use super::member::Class;
use super::text::name;
use std::ffi::c_void;
use std::mem::offset_of;

const LOCALE_OFFSET: usize = offset_of!(Tables, locale);
const USER_LANGUAGE_OFFSET: usize = offset_of!(Tables, user_language);

pub(super) const fn locale<C: Class>() -> Locale {
    Locale { destructors: destructors::<LOCALE_OFFSET>(), set_locale: set_locale::<C> }
}

pub(super) const fn user_language<C: Class>() -> UserLanguage {
    UserLanguage {
        destructors: destructors::<USER_LANGUAGE_OFFSET>(),
        set_user_interface_language_code: set_user_interface_language_code::<C>,
    }
}

/// The locale is how numbers look. It tells the language until the interface's is told.
unsafe extern "system" fn set_locale<C: Class>(this: *mut c_void, locale: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object, and its text, which ends in NUL.
        let (component, locale) = unsafe { (component::<C, LOCALE_OFFSET>(&this), name(locale)) };
        let mut state = component.state();
        if !state.knows_interface {
            tell(&mut state.said, locale);
        }
    });
}

unsafe extern "system" fn set_user_interface_language_code<C: Class>(this: *mut c_void, code: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object, and its text, which ends in NUL.
        let (component, code) = unsafe { (component::<C, USER_LANGUAGE_OFFSET>(&this), name(code)) };
        let mut state = component.state();
        let is_told = tell(&mut state.said, code);
        state.knows_interface |= is_told;
    });
}

/// Whether the code tells a language, which then is the object's.
fn tell(said: &mut Said, code: Option<String>) -> bool {
    let language = code.as_deref().and_then(Language::of);
    if let Some(language) = language {
        said.language = language;
    }
    language.is_some()
}
