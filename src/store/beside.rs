//! The folder beside a store that is elsewhere: what that did not take, until it does.

use super::place::{self, failure};
use super::spill::Spill;
use super::{data_folder, file_name, make_private_folder};
use crate::error::{Error, Keeping};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder of one store; None where nobody knows a place for it.
#[derive(Clone, Debug)]
pub(super) struct Beside(Option<PathBuf>);

impl Beside {
    /// In the folder that was given, or the user's, by this name.
    pub(super) fn new(given: Option<&Path>, name: &str) -> Self {
        let folder = given.map(Path::to_owned).or_else(|| Some(data_folder()?.join("beside")));
        Self(folder.map(|folder| folder.join(name)))
    }

    /// It, if anybody knows one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// The files of a grant, whose folder is there.
    ///
    /// # Errors
    /// Where it cannot be made; [`Keeping::LocksOpenToOthers`].
    pub(super) fn made(&self, grant: &str) -> Result<Option<Spill>, Error> {
        let Some(folder) = &self.0 else { return Ok(None) };
        if !folder.is_dir() {
            let parents = folder.parent().map_or(Ok(()), std::fs::create_dir_all);
            match parents.and_then(|()| make_private_folder(folder)) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failure(folder, &error)),
                _ => {}
            }
        }
        place::inspect_folder(folder)?;
        Ok(self.of(grant))
    }

    /// Sees to it that there is room for a record of a grant.
    ///
    /// # Errors
    /// Where there is none.
    pub(super) fn reserve(&self, grant: &str) -> Result<(), Error> {
        self.made(grant)?.map_or(Ok(()), |spill| spill.reserve().map_err(|error| self.failure(&error)))
    }

    /// Keeps a record of a grant.
    ///
    /// # Errors
    /// [`Keeping::NotKept`] where nobody knows a place; where it cannot be written.
    pub(super) fn keep(&self, grant: &str, record: &str) -> Result<(), Error> {
        let spill = self.made(grant)?.ok_or_else(|| Keeping::NotKept { name: grant.to_owned() })?;
        spill.keep(record).map_err(|error| self.failure(&error))
    }

    /// What is kept of a grant.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn kept(&self, grant: &str) -> Result<Option<String>, Error> {
        let kept = self.of(grant).map(|spill| spill.kept()).transpose();
        kept.map(Option::flatten).map_err(|error| self.failure(&error))
    }

    /// Forgets it.
    ///
    /// # Errors
    /// Where that fails.
    pub(super) fn forget(&self, grant: &str) -> Result<(), Error> {
        self.of(grant).map_or(Ok(()), |spill| spill.forget()).map_err(|error| self.failure(&error))
    }

    /// Puts another record in the place of the one that is kept, if there is one.
    ///
    /// # Errors
    /// Those of `reseal`; where it cannot be written.
    #[cfg(feature = "postgres")]
    pub(super) fn reseal(
        &self,
        grant: &str,
        reseal: impl FnOnce(&str) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        if let Some(record) = self.kept(grant)?
            && let Some(record) = reseal(&record)?
        {
            self.keep(grant, &record)?;
        }
        Ok(())
    }

    pub(super) fn failure(&self, error: &std::io::Error) -> Error {
        failure(self.0.as_deref().unwrap_or(Path::new("")), error)
    }

    fn of(&self, grant: &str) -> Option<Spill> {
        self.0.as_ref().map(|folder| Spill::new(folder, &file_name(grant)))
    }
}
