//! What a store tells of its grants, as JSON. No secret is in it, and no key is needed for it; times are Unix seconds.

use super::open::OpenStore;
use crate::error::{Error, Keeping};
use crate::explain::{Field, Fields, List, json};
use crate::grant::report::{Finding, fields, summary};
use crate::grant::seal::Outside;
use crate::grant::store::Happening;

impl OpenStore {
    /// A list of all grants in short, one of them in a few fields; see [`summary`]. One whose record cannot be read has the
    /// status `damaged`, and a message.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn list_as_json(&self) -> Result<String, Error> {
        let mut grants = Vec::new();
        for name in self.names()? {
            match self.outside(&name) {
                Ok(grant) => grants.push(Listed::Grant(Box::new(grant))),
                // Somebody removed it a moment ago.
                Err(Error::Keeping(Keeping::UnknownGrant { .. })) => {}
                Err(error) => grants.push(Listed::Damaged(name, error)),
            }
        }
        Ok(json(&List::of(&grants, Listed::field).into()))
    }

    /// All of one grant; see [`fields`].
    ///
    /// # Errors
    /// As [`outside`](Self::outside).
    pub fn grant_as_json(&self, name: &str) -> Result<String, Error> {
        Ok(json(&fields(&self.outside(name)?).into()))
    }

    /// What [`check`](Self::check) finds.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_as_json(&self, warn: i64) -> Result<String, Error> {
        let found = self.check(warn)?;
        Ok(json(&List::of(&found, |finding: &Finding| finding.fields().into()).into()))
    }

    /// The last lines of a grant's history, the newest first.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub fn history_as_json(&self, name: &str, most: usize) -> Result<String, Error> {
        let lines = self.history(name, most)?;
        Ok(json(&List::of(&lines, |line: &Happening| line.fields().into()).into()))
    }
}

/// A grant of a list.
enum Listed {
    Grant(Box<Outside>),
    Damaged(String, Error),
}

impl Listed {
    fn field(&self) -> Field<'_> {
        let fields: Fields<'_> = match self {
            Self::Grant(grant) => return summary(grant).into(),
            Self::Damaged(name, error) => vec![
                ("grant", name.as_str().into()),
                ("status", "damaged".into()),
                ("message", error.to_string().into()),
            ],
        };
        fields.into()
    }
}
