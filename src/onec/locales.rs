//! `LocaleBase` and `UserLanguageBase`: what the platform tells of languages.

use super::abi::{Locale, UserLanguage, WChar};
use super::component::{Component, State, component, destructors, guard};
use super::language::Language;
use super::text::name;
use std::ffi::c_void;
use std::mem::offset_of;

const LOCALE_OFFSET: usize = offset_of!(Component, tables.locale);
const USER_LANGUAGE_OFFSET: usize = offset_of!(Component, tables.user_language);

pub(super) static LOCALE: Locale = Locale { destructors: destructors::<LOCALE_OFFSET>(), set_locale };

pub(super) static USER_LANGUAGE: UserLanguage =
    UserLanguage { destructors: destructors::<USER_LANGUAGE_OFFSET>(), set_user_interface_language_code };

/// The locale is how numbers look. It tells the language until the interface's is told.
unsafe extern "system" fn set_locale(this: *mut c_void, locale: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object, and its text, which ends in NUL.
        let (component, locale) = unsafe { (component::<LOCALE_OFFSET>(&this), name(locale)) };
        let mut state = component.state();
        if !state.knows_interface {
            tell(&mut state, locale);
        }
    });
}

unsafe extern "system" fn set_user_interface_language_code(this: *mut c_void, code: *const WChar) {
    guard((), || {
        // SAFETY: the platform's object, and its text, which ends in NUL.
        let (component, code) = unsafe { (component::<USER_LANGUAGE_OFFSET>(&this), name(code)) };
        let mut state = component.state();
        state.knows_interface |= tell(&mut state, code);
    });
}

/// Whether the code tells a language, which then is the object's.
fn tell(state: &mut State, code: Option<String>) -> bool {
    let language = code.as_deref().and_then(Language::of);
    if let Some(language) = language {
        state.class.language = language;
    }
    language.is_some()
}
