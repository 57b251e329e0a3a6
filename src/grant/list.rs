//! The grants of a store, as far as they are known without a key.

use super::pages;
use super::seal::{Outside, outside};
use super::store::Store;
use crate::error::Error;

/// A grant of a store.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What anybody may read of it; or why its record cannot be read.
    pub outside: Result<Outside, Error>,
}

/// All grants, by name. One whose record is damaged is there with the reason, and hides no other.
///
/// # Errors
/// Where the store cannot be read.
pub fn list(store: &impl Store) -> Result<Vec<Listed>, Error> {
    let mut grants = Vec::new();
    for name in pages::names(store) {
        let name = name?;
        // One that was removed a moment ago is none.
        if let Some(stored) = store.load(&name)? {
            let outside = outside(&name, &stored.record);
            grants.push(Listed { name, outside });
        }
    }
    Ok(grants)
}
