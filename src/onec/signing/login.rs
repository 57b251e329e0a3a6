//! What an object keeps of a login.

use crate::error::Error;
use crate::grant::kept::Kept;
use crate::oauth1::flow::Flow;
use crate::provider::{self, Profile};
use crate::setting::Value;

/// A login under way, and what the last one brought.
#[derive(Default)]
pub(super) struct Login {
    /// What is known of the service, beside what each step is given.
    profile: Option<Profile>,
    pub(super) flow: Option<Flow>,
    /// What the service told beside token and secret.
    pub(super) fields: Vec<(String, Kept)>,
}

impl Login {
    /// Sets something that concerns logins alone.
    pub(super) fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        let mut profile = self.unset()?;
        profile.set(name, value)?;
        self.profile = Some(profile);
        Ok(())
    }

    /// The profile of a flow to come.
    pub(super) fn unset(&self) -> Result<Profile, Error> {
        self.profile.clone().map_or_else(|| provider::builtin("custom-oauth1"), Ok)
    }
}
