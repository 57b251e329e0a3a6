//! The command line.

#![cfg(feature = "cli")]

mod cli;
#[cfg(target_os = "linux")]
#[allow(dead_code)] // The tests of the store use more of it.
#[path = "support/folder.rs"]
mod folder;
#[allow(dead_code)] // The tests of signed grants use more of it.
#[path = "support/oauth1.rs"]
mod oauth1;
mod support;
