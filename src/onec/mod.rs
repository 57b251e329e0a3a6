//! The native add-in for 1C:Enterprise 8 (Native API): five exports, and the class `OSign`.
//!
//! From the ground up: `abi` is the interface as it lies in memory, `host` what we call in the platform, `value` and
//! `arguments` what a call is given, `members` the names, `class` what the methods do, `component` the object that the
//! platform calls.

mod abi;
mod arguments;
mod class;
mod component;
mod explanation;
#[allow(unreachable_pub, reason = "the platform looks them up by name")]
mod exports;
mod failure;
mod host;
mod language;
mod members;
mod russian;
mod text;
mod value;
