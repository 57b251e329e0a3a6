//! What is told about a signature, whatever its protocol: a page for people.

mod page;
mod shown;

pub use page::{Page, Paint, Role};
pub use shown::shown;
