//! What is done with an open store as a whole.

use super::super::listed::Listed;
use super::super::sqlite::Info;
use super::OpenStore;
use crate::error::{Error, Status};
use crate::grant::report::Finding;
use crate::grant::seal::{NONCE, Outside};
use crate::grant::store::{Happening, Store};
use crate::grant::{name, pages};
use std::path::Path;

impl OpenStore {
    /// All names, sorted.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        self.store.names()
    }

    /// What a grant shows of itself; see [`report::fields`](crate::grant::report::fields).
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`](crate::error::Keeping::UnknownGrant); a record that cannot be read.
    pub fn outside(&self, grant: &str) -> Result<Outside, Error> {
        self.store.outside(grant)
    }

    /// All grants, as far as they are known without a key.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn listed(&self) -> Result<Vec<Listed>, Error> {
        self.store.listed()
    }

    /// What in the store and all its grants needs a person, or ends within so many milliseconds. A record that cannot be read is
    /// a finding.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn check(&self, warn: i64) -> Result<Vec<Finding>, Error> {
        let now = self.now();
        let mut found = self.store.findings()?;
        for grant in self.store.each_listed() {
            found.extend(grant?.findings(warn, now));
        }
        Ok(found)
    }

    /// What there is to know of the store, for people.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn info(&self) -> Result<Info, Error> {
        self.store.info()
    }

    /// Copies the store to a file that is not there yet; its key is not in it. A server's is copied by its own tools.
    ///
    /// # Errors
    /// As [`AnyStore::backup`](crate::store::AnyStore::backup).
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        self.store.backup(to)
    }

    /// The last lines of a grant's history, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn history(&self, grant: &str, most: usize) -> Result<Vec<Happening>, Error> {
        name::check(grant)?;
        self.store.history(grant, most)
    }

    /// Goes on with a store that was moved, copied or restored: how many grants there are; 0 where it needs no adoption.
    ///
    /// # Errors
    /// What the store says; nothing has changed then.
    pub fn adopt_store(&self) -> Result<usize, Error> {
        self.store.adopt(|name, record, environment| {
            let mut nonce = [0; NONCE];
            self.fill(&mut nonce)?;
            self.sealer.adopt(name, record, environment, &nonce)
        })
    }

    /// Seals anew with the store's key what an older one sealed ([`and_older`](Self::and_older)); how many grants that were. What
    /// does not open stays what it is: see [`damaged`](Self::damaged).
    ///
    /// # Errors
    /// [`Keeping::ForeignKey`](crate::error::Keeping::ForeignKey) where a record is sealed with neither, and nothing has changed
    /// then; what the store says.
    pub fn rekey(&self) -> Result<usize, Error> {
        self.store.rekey(|name, record| {
            let mut nonce = [0; NONCE];
            self.fill(&mut nonce)?;
            self.sealer.rekey(name, record, &nonce)
        })
    }

    /// Why records do not open, if they do not. They keep nobody from the others.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn damaged(&self) -> Result<Vec<Error>, Error> {
        let mut damaged = Vec::new();
        for name in pages::names(&self.store) {
            let name = name?;
            if let Some(stored) = self.store.load(&name)?
                && let Err(error) = self.sealer.open(&name, &stored.record)
                && error.status() == Status::DamagedRecord
            {
                damaged.push(error);
            }
        }
        Ok(damaged)
    }
}
