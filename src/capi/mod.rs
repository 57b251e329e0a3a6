//! The C surface: what `include/osign.h` is made from.
//!
//! Every export is three steps: read the arguments, call the core, hand the result back. The prose of
//! the items is the header's, and is written for a C reader; the contract that all of them share (text
//! is NUL-terminated UTF-8, a `const T *` may be shared, and so on) stands once, at the header's top, in
//! `cbindgen.toml`. That contract is what every `SAFETY:` line here leans on.
//!
//! What is there with the features `http` and `sqlite` alone stands in `tokens`.

#![allow(non_camel_case_types, reason = "the names are the header's")]
#![allow(clippy::missing_safety_doc, reason = "the contract of every export stands at the header's top")]

mod arguments;
mod at_load;
mod error;
mod guard;
mod output;
mod primitives;
mod request;
mod signed;
mod signer;
#[cfg(test)]
mod tests;
#[cfg(all(feature = "http", feature = "sqlite"))]
mod tokens;
mod version;

pub use error::*;
#[cfg(osign_panics)]
pub use guard::osign_panic_for_tests;
pub use primitives::*;
pub use request::*;
pub use signed::*;
pub use signer::*;
#[cfg(all(feature = "http", feature = "sqlite"))]
pub use tokens::*;
pub use version::*;
