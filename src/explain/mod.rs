//! What is told about a signature, whatever its protocol: a page for people, and fields for programs.

mod field;
mod page;
mod shown;

pub use field::{Field, Fields, List};
pub use page::{Page, Paint, Role};
pub use shown::shown;
