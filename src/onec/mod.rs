//! The native add-in for 1C:Enterprise 8 (Native API): five exports, and the class `OSign`.
//!
//! From the ground up: `abi` is the interface as it lies in memory, `host` what we call in the platform, `value` and
//! `arguments` what a call is given, `member` what a class is, `signing` the class `OSign`,
//! `component` the object that the platform calls, by the tables of `init_done`, `extender` with `call`,
//! and `locales`, which `exports` puts together.

mod abi;
mod arguments;
mod call;
mod component;
mod exception;
#[allow(unreachable_pub, reason = "the platform looks them up by name")]
mod exports;
mod extender;
mod fresh;
mod host;
mod init_done;
mod language;
mod limits;
mod locales;
mod member;
mod parameter;
mod shortage;
mod signing;
mod text;
#[cfg(feature = "onec-tokens")]
mod tokens;
mod value;
mod wording;
