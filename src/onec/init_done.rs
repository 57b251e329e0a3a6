//! `IInitDoneBase`: how an object's life begins and ends.

use super::abi::{Bool, Connection, InitDone, MemoryManager};
use super::component::{Tables, component, destructors, guard};
use super::host::{Host, PlatformMemory};
use super::member::Class;
use std::ffi::{c_long, c_void};
use std::mem::offset_of;

const OFFSET: usize = offset_of!(Tables, init_done);

pub(super) const fn init_done<C: Class>() -> InitDone {
    InitDone {
        destructors: destructors::<OFFSET>(),
        init: init::<C>,
        set_mem_manager: set_mem_manager::<C>,
        get_info,
        done: done::<C>,
    }
}

unsafe extern "system" fn init<C: Class>(this: *mut c_void, connection: *mut Connection) -> Bool {
    guard(0, || {
        // SAFETY: the platform's object and its own connection, which lasts until `Done`.
        unsafe { component::<C, OFFSET>(&this).state().host = Host::new(connection) };
        1
    })
}

unsafe extern "system" fn set_mem_manager<C: Class>(this: *mut c_void, manager: *mut MemoryManager) -> Bool {
    guard(0, || {
        // SAFETY: the platform's own manager, which lasts as long as the object.
        let memory = unsafe { PlatformMemory::new(manager) };
        // SAFETY: the platform's object.
        unsafe { component::<C, OFFSET>(&this) }.state().memory = memory;
        Bool::from(memory.is_there())
    })
}

/// The version of the interface that we follow; below 2 the platform would make objects of its own.
unsafe extern "system" fn get_info(_this: *mut c_void) -> c_long {
    2000
}

/// The last call before the object is destroyed, also when `Init` failed.
unsafe extern "system" fn done<C: Class>(this: *mut c_void) {
    guard((), || {
        // SAFETY: the platform's object.
        let mut state = unsafe { component::<C, OFFSET>(&this) }.state();
        state.class = C::new(); // Its secrets are wiped.
        state.said.begin();
        state.host = Host::NONE;
    });
}
