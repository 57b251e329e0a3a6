//! How a signature comes about, as a person reads it, and where a server's base string differs.
//!
//! [`Signer::explain`](super::Signer::explain) signs a request and keeps every step as data, which
//! [`Explanation::fields`] hands to programs and [`Explanation::write`] lays out for people, in any language's [`Words`].
//! [`compare_base_strings`] finds the first difference to the base string that a server reports; what it says in English
//! is apart from the data (`compare_text`).

mod clean;
mod compare;
mod compare_text;
mod compare_value;
mod difference;
mod english;
mod explanation;
mod fields;
mod key_shape;
mod page;
mod parameter;
mod steps;
mod to_send;
mod uri_notes;
mod warning;
mod words;

pub use clean::{Cleaning, base_string_parameter};
pub use compare::{Comparison, compare_base_strings};
pub use compare_value::Recoding;
pub use difference::Difference;
pub use english::ENGLISH;
pub use explanation::{BodyUse, Explanation};
pub use key_shape::{KeyShape, SecretShape};
pub use parameter::{Origin, Parameter};
pub use uri_notes::UriNote;
pub use warning::{SecretName, Warning, is_unsigned_form};
pub use words::Words;

#[cfg(test)]
mod tests;
