//! The object that the platform calls: four tables of functions, and what they reach.
//!
//! Each function reads its arguments, calls the class and hands the answer back. No panic leaves one, since it would
//! end the platform's process with all of its sessions. The platform may move an object from thread to thread, and
//! calls it from one at a time; the lock is for a host that does not.

use super::abi::{Deleting, Destructors, InitDone, LanguageExtender, Locale, UserLanguage};
use super::exception::Exception;
use super::host::{Host, PlatformMemory};
use super::language::Language;
use super::member::Class;
use super::shortage::RanOut;
use crate::caught::caught_as;
use std::ffi::c_void;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An object of a class: what C++ sees is its tables.
#[repr(C)]
pub(super) struct Component<C> {
    object: Object,
    state: Mutex<State<C>>,
}

/// What an object of any class begins with.
#[repr(C)]
pub(super) struct Object {
    tables: Tables,
    destroy: unsafe fn(*mut Self),
}

/// The functions of its four base classes, in their order.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) init_done: &'static InitDone,
    pub(super) language_extender: &'static LanguageExtender,
    pub(super) locale: &'static Locale,
    pub(super) user_language: &'static UserLanguage,
}

pub(super) struct State<C> {
    pub(super) class: C,
    pub(super) said: Said,
    pub(super) host: Host,
    pub(super) memory: PlatformMemory,
    /// Whether the language of the interface was told, which then counts more than the locale.
    pub(super) knows_interface: bool,
}

/// What is said of the last call, and in which language.
#[derive(Default)]
pub(super) struct Said {
    pub(super) language: Language,
    pub(super) last_error: String,
    pub(super) error_code: i32,
    pub(super) error_reason: &'static str,
}

impl Said {
    /// Forgets what the last call came to: another one begins.
    pub(super) fn begin(&mut self) {
        (self.error_code, self.error_reason, self.last_error) = (0, "", String::new());
    }

    /// Keeps what `LastError` and its kin answer until the next call.
    pub(super) fn note(&mut self, exception: &Exception) {
        self.last_error = exception.text(self.language);
        (self.error_code, self.error_reason) = (exception.status().code(), exception.word());
    }
}

impl<C: Class> Component<C> {
    /// A new object in memory of its own; [`Object::destroy`] frees it.
    pub(super) fn create(tables: Tables) -> *mut Object {
        let component = Self {
            object: Object { tables, destroy: Self::destroy },
            state: Mutex::new(State {
                class: C::new(),
                said: Said::default(),
                host: Host::NONE,
                memory: PlatformMemory::NONE,
                knows_interface: false,
            }),
        };
        Box::into_raw(Box::new(component)).cast()
    }

    /// # Safety
    /// As [`Object::destroy`], of an object of this class.
    unsafe fn destroy(object: *mut Object) {
        // SAFETY: the caller's promise.
        guard((), || drop(unsafe { Box::from_raw(object.cast::<Self>()) }));
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an exception, and raises it in the code that called us.
    pub(super) fn refuse(&self, exception: &Exception) {
        let mut state = self.state();
        state.said.note(exception);
        let (host, text) = (state.host, state.said.last_error.clone());
        drop(state); // The platform is called without the lock.
        host.raise(C::NAME, &text, exception.status().code());
    }
}

impl Object {
    /// # Safety
    /// `object` came from [`Component::create`], no call of it is under way, and it is not used again.
    pub(super) unsafe fn destroy(object: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe { ((*object).destroy)(object) }
    }
}

/// Runs a function's body; should it panic, the answer is `default`.
pub(super) fn guard<T>(default: T, body: impl FnOnce() -> T) -> T {
    caught(body).unwrap_or(default)
}

/// Runs a function's body; should it panic or find no memory, it has failed.
pub(super) fn caught<T>(body: impl FnOnce() -> T) -> Result<T, Exception> {
    caught_as(body, |payload| if payload.is::<RanOut>() { Exception::NoMemory } else { Exception::Panic })
}

/// The object whose table's pointer, `OFFSET` bytes after its beginning, stands at `this`; for as long as the call of
/// the platform's lasts that has `this` among its arguments.
///
/// # Safety
/// The platform has called a function of that table of the class `C` with `*this`, and destroys the object in no other thread before
/// that function returns: who destroys an object in C++ must have ended its calls.
pub(super) unsafe fn component<C, const OFFSET: usize>(this: &*mut c_void) -> &Component<C> {
    // SAFETY: the caller's promise: the object is one of `Component::create` of this class, and alive.
    unsafe { &*this.byte_sub(OFFSET).cast::<Component<C>>() }
}

/// The destructors of the base class whose table's pointer stands so many bytes after the object's beginning.
pub(super) const fn destructors<const OFFSET: usize>() -> Destructors {
    let deleting: Deleting = deleting::<OFFSET>;
    Destructors {
        #[cfg(not(windows))]
        complete,
        deleting,
    }
}

#[cfg(not(windows))]
unsafe extern "C" fn complete(_this: *mut c_void) {
    // Nobody destroys an object in place: all of them are ours, and on the heap.
}

#[cfg(not(windows))]
unsafe extern "C" fn deleting<const OFFSET: usize>(this: *mut c_void) {
    // SAFETY: C++ deletes an object once, through one of its bases, when its calls have ended.
    unsafe { Object::destroy(this.byte_sub(OFFSET).cast()) }
}

#[cfg(windows)]
macro_rules! deleting {
    ($convention:literal) => {
        unsafe extern $convention fn deleting<const OFFSET: usize>(this: *mut c_void, flags: u32) -> *mut c_void {
            if flags & 1 != 0 {
                // SAFETY: C++ deletes an object once, through one of its bases, when its calls have ended.
                unsafe { Object::destroy(this.byte_sub(OFFSET).cast()) }
            }
            this
        }
    };
}
#[cfg(all(windows, target_arch = "x86"))]
deleting!("thiscall");
#[cfg(all(windows, not(target_arch = "x86")))]
deleting!("system");
