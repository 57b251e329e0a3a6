//! Writes that are refused again and again though nobody else has written: as of a table whose rows may be read and not changed, or
//! that is read from a copy which lags behind.

use super::{Keeper, busy};
use crate::error::{Error, Keeping};
use crate::grant::store::Store;

/// So often in a row a write is refused at one state of a row; then it is an error.
const MOST: u32 = 3;

/// How often in a row a write was refused, and at which generation and revision.
#[derive(Default)]
pub(super) struct Refusals {
    at: (u64, Option<u64>),
    count: u32,
}

impl<S: Store> Keeper<'_, S> {
    /// What came of a write that asks for this generation and revision, noted.
    ///
    /// # Errors
    /// Those of the write; [`Keeping::RecordsFailed`] of a host's table that takes no write, and [`Keeping::Busy`] of another.
    pub(super) fn unless_refused(
        &self,
        refusals: &mut Refusals,
        name: &str,
        at: (u64, Option<u64>),
        written: Result<bool, Error>,
    ) -> Result<bool, Error> {
        if written != Ok(false) {
            *refusals = Refusals::default();
            return written;
        }
        let count = if refusals.at == at { refusals.count + 1 } else { 1 };
        *refusals = Refusals { at, count };
        match count < MOST {
            true => Ok(false),
            false if self.store.locks_are_intents() => {
                Err(Keeping::RecordsFailed { error: NO_WRITE.to_owned() }.into())
            }
            false => Err(busy(name)),
        }
    }
}

/// In English, as what a host says of its table is in its own words.
const NO_WRITE: &str = "the table takes no write, though nobody else has changed the row";
