//! The command line from outside: exact output, exit codes, and no secret anywhere.

mod batch;
mod credentials;
mod curl;
mod explain;
mod grants;
mod memory;
mod run;
mod setting;
mod shown;
mod sign;
#[cfg(target_os = "linux")]
mod terminal;
mod tools;
mod vectors;
