//! What is told about a signature, whatever its protocol: a page for people, and fields for programs.

mod field;
#[cfg(feature = "oauth2")]
mod json;
mod page;
mod shown;

pub use field::{Field, Fields, List};
#[cfg(feature = "oauth2")]
pub use json::{Json, json};
pub use page::{Page, Paint, Role};
pub use shown::shown;
