//! The grants of a store, as far as they are known without its key.

use super::any::AnyStore;
use crate::error::{Error, Keeping};
use crate::explain::Fields;
use crate::grant::name;
use crate::grant::report::{self, Finding, summary};
use crate::grant::seal::{Outside, outside};

/// A grant of a store.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What anybody may read of it; or why its record cannot be read.
    pub outside: Result<Outside, Error>,
}

impl AnyStore {
    /// All grants, by name, also while the store is quarantined. One whose record is damaged is there with the reason, and hides
    /// no other.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn listed(&self) -> Result<Vec<Listed>, Error> {
        self.each_listed().collect()
    }

    /// The same one after another, in memory that does not grow with their number.
    pub fn each_listed(&self) -> impl Iterator<Item = Result<Listed, Error>> {
        self.records().map(|stored| {
            let (name, stored) = stored?;
            let outside = outside(&name, &stored.record);
            Ok(Listed { name, outside })
        })
    }

    /// The grants of these names.
    ///
    /// # Errors
    /// [`Keeping::BadName`], [`Keeping::UnknownGrant`].
    pub fn listed_of(&self, names: &[String]) -> Result<Vec<Listed>, Error> {
        let look_at = |name: &String| {
            name::check(name)?;
            self.look_at(name).ok_or_else(|| unknown(name))
        };
        names.iter().map(look_at).collect()
    }

    /// What a grant shows of itself.
    ///
    /// # Errors
    /// [`Keeping::BadName`], [`Keeping::UnknownGrant`]; a record that cannot be read.
    pub fn outside(&self, name: &str) -> Result<Outside, Error> {
        name::check(name)?;
        self.look_at(name).ok_or_else(|| unknown(name))?.outside
    }

    /// What keeps the whole store, or a pair of one of its grants, from its use.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn findings(&self) -> Result<Vec<Finding>, Error> {
        let info = self.info()?;
        Ok(report::findings_of_store(info.quarantine, &info.spilled))
    }

    fn look_at(&self, name: &str) -> Option<Listed> {
        let outside = match self.peek(name) {
            Ok(stored) => outside(name, &stored?.record),
            Err(error) => Err(error),
        };
        Some(Listed { name: name.to_owned(), outside })
    }
}

impl Listed {
    /// What scripts ask for; see [`summary`]. One whose record cannot be read has the status `damaged`, and a message.
    #[must_use]
    pub fn summary(&self) -> Fields<'_> {
        match &self.outside {
            Ok(grant) => summary(grant),
            Err(error) => vec![
                ("grant", self.name.as_str().into()),
                ("status", "damaged".into()),
                ("message", error.to_string().into()),
            ],
        }
    }

    /// What in it needs a person, or ends within so many milliseconds.
    #[must_use]
    pub fn findings(&self, warn: i64, now: i64) -> Vec<Finding> {
        match &self.outside {
            Ok(grant) => report::findings(grant, warn, now),
            Err(error) => vec![report::damaged(&self.name, error)],
        }
    }
}

fn unknown(name: &str) -> Error {
    Keeping::UnknownGrant { name: name.to_owned() }.into()
}
