//! The native add-in for 1C:Enterprise 8 (Native API): five exports, and the class `OSign`.
//!
//! From the ground up: `abi` is the interface as it lies in memory, `host` what we call in the platform, `value` and
//! `arguments` what a call is given, `settings` what it may set and `class` what else it may do, `members` the list of the
//! methods by name, `component` the object that the platform calls, by the tables of `init_done`, `extender` with `call`,
//! and `locales`, which `exports` puts together.

mod abi;
mod arguments;
mod call;
mod class;
mod component;
mod exception;
mod explanation;
#[allow(unreachable_pub, reason = "the platform looks them up by name")]
mod exports;
mod extender;
mod fresh;
mod host;
mod init_done;
mod language;
mod limits;
mod locales;
mod members;
mod parameter;
mod settings;
mod shortage;
mod text;
mod value;
mod wording;
