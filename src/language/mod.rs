//! The reasons of errors in other languages than English, whose sentences stand beside the reasons themselves.
//!
//! Each language is an exhaustive match, so that the compiler names what it lacks. Hosts alone read this module.

mod russian;

pub use russian::{russian, russian_term};
