//! `IInitDoneBase`: how an object's life begins and ends.

use super::abi::{Bool, Connection, InitDone, MemoryManager};
use super::class::Class;
use super::component::{Component, component, destructors, guard};
use super::host::{Host, PlatformMemory};
use std::ffi::{c_long, c_void};
use std::mem::offset_of;

const OFFSET: usize = offset_of!(Component, tables.init_done);

pub(super) static INIT_DONE: InitDone =
    InitDone { destructors: destructors::<OFFSET>(), init, set_mem_manager, get_info, done };

unsafe extern "system" fn init(this: *mut c_void, connection: *mut Connection) -> Bool {
    guard(0, || {
        // SAFETY: the platform's object and its own connection, which lasts until `Done`.
        unsafe { component::<OFFSET>(&this).state().host = Host::new(connection) };
        1
    })
}

unsafe extern "system" fn set_mem_manager(this: *mut c_void, manager: *mut MemoryManager) -> Bool {
    guard(0, || {
        // SAFETY: the platform's own manager, which lasts as long as the object.
        let memory = unsafe { PlatformMemory::new(manager) };
        // SAFETY: the platform's object.
        unsafe { component::<OFFSET>(&this) }.state().memory = memory;
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
        let mut state = unsafe { component::<OFFSET>(&this) }.state();
        let language = state.class.language;
        state.class = Class::new(); // Its secrets are wiped.
        state.class.language = language;
        state.host = Host::NONE;
    });
}
