//! The reasons of errors, and the words of an explanation, in other languages than English, which stands beside them.
//!
//! Each language is an exhaustive match, so that the compiler names what it lacks. Hosts alone read this module.

mod russian;
mod russian_explanation;

pub use russian::{russian, russian_term, russian_worded};
pub use russian_explanation::RUSSIAN_EXPLANATION;
