//! The native add-in for 1C:Enterprise 8 (Native API): five exports, and the class `OSign`.
//!
//! From the ground up: `abi` is the interface as it lies in memory, `host` what we call in the platform, `value` and
//! `arguments` what a call is given, `members` the names, `class` what the methods do, `component` the object that the
//! platform calls, by the tables of `init_done`, `extender` with `call`, and `locales`.

mod abi;
mod arguments;
mod call;
mod class;
mod component;
mod english;
mod exception;
mod explanation;
#[allow(unreachable_pub, reason = "the platform looks them up by name")]
mod exports;
mod extender;
mod fresh;
mod host;
mod init_done;
mod language;
mod locales;
mod members;
mod russian;
mod sentence;
mod shortage;
mod text;
mod value;
