//! What is done with single grants of an open store.

use super::OpenStore;
use crate::error::{Error, Keeping};
use crate::grant::bundle::{self, Purpose};
use crate::grant::seal::NONCE;
use crate::grant::settings::NewGrant;
use crate::grant::{Grant, name};

impl OpenStore {
    /// Adds a grant.
    ///
    /// # Errors
    /// Those of [`NewGrant::grant`]; [`Keeping::GrantExists`].
    pub fn add(&self, name: &str, grant: NewGrant) -> Result<(), Error> {
        let (grant, _) = grant.grant(name, self.now())?;
        self.add_grant(&grant)
    }

    /// Adds a grant that was looked at already.
    ///
    /// # Errors
    /// As [`Keeper::add`](crate::grant::keep::Keeper::add).
    pub fn add_grant(&self, grant: &Grant) -> Result<(), Error> {
        self.keep(|keeper| keeper.add(grant))
    }

    /// Puts a grant in the place of another of the name, or adds it. A new secret or address of the same client costs nobody a
    /// login.
    ///
    /// # Errors
    /// Those of [`NewGrant::grant`]; what the store says.
    pub fn replace(&self, name: &str, grant: NewGrant, patience: i64) -> Result<(), Error> {
        let (grant, _) = grant.grant(name, self.now())?;
        self.replace_grant(&grant, patience).map(drop)
    }

    /// The same with a grant that was looked at already; whether one was there to be replaced.
    ///
    /// # Errors
    /// As [`Keeper::replace`](crate::grant::keep::Keeper::replace).
    pub fn replace_grant(&self, grant: &Grant, patience: i64) -> Result<bool, Error> {
        self.keep(|keeper| match keeper.replace(grant, patience) {
            Err(Error::Keeping(Keeping::UnknownGrant { .. })) => keeper.add(grant).map(|()| false),
            result => result.map(|()| true),
        })
    }

    /// A grant as sealed text of its own, and the revision that it was made of. It goes on here until
    /// [`exported`](Self::exported) is told that the text is where it belongs.
    ///
    /// # Errors
    /// What the store says; a passphrase that is too short.
    pub fn export(&self, name: &str, purpose: Purpose, lock: bundle::Lock<'_>) -> Result<(String, u64), Error> {
        let (grant, revision) = self.keep(|keeper| keeper.grant_at(name))?;
        Ok((self.sealed(&grant, purpose, lock)?, revision))
    }

    /// Moves a grant elsewhere, where `put` makes its sealed text durable; nobody renews it meanwhile.
    ///
    /// # Errors
    /// Those of `put`, after which nothing has changed; as [`export`](Self::export).
    pub fn move_by(
        &self,
        name: &str,
        lock: bundle::Lock<'_>,
        patience: i64,
        put: impl FnOnce(&str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.keep(|keeper| keeper.export(name, patience, |grant| put(&self.sealed(grant, Purpose::Move, lock)?)))
    }

    /// The text of this revision is durable elsewhere: the secrets are taken out of this store.
    ///
    /// # Errors
    /// [`Keeping::ChangedMeanwhile`] where the grant was renewed, or a request for it was begun, so that the text is of no use:
    /// export it once more.
    pub fn exported(&self, name: &str, revision: u64, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.exported(name, revision, patience))
    }

    /// Takes a grant in that was exported, under a name of its own or another. It waits for [`adopt`](Self::adopt).
    ///
    /// # Errors
    /// Those of [`bundle::open`]; [`Keeping::GrantExists`].
    pub fn import(&self, text: &str, lock: bundle::Lock<'_>, name: Option<&str>) -> Result<(String, Purpose), Error> {
        let (grant, purpose) = bundle::open(text, lock)?;
        let name = name.unwrap_or(&grant.name).to_owned();
        self.import_grant(grant, &name)?;
        Ok((name, purpose))
    }

    /// The same with a grant that was opened already.
    ///
    /// # Errors
    /// [`Keeping::GrantExists`]; what the store says.
    pub fn import_grant(&self, grant: Grant, name: &str) -> Result<(), Error> {
        name::check(name)?;
        self.keep(|keeper| keeper.import(grant, name))
    }

    /// Goes on with a grant that was imported.
    ///
    /// # Errors
    /// What the store says.
    pub fn adopt(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.adopt(name, patience))
    }

    /// Revokes a grant, at the service too where that has a way; whether it was told.
    ///
    /// # Errors
    /// As [`Keeper::revoke`](crate::grant::keep::Keeper::revoke).
    pub fn revoke(&self, name: &str, patience: i64) -> Result<bool, Error> {
        self.keep(|keeper| keeper.revoke(name, patience))
    }

    /// Ends a grant here alone: at the service it lives on.
    ///
    /// # Errors
    /// What the store says.
    pub fn revoke_here(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.revoke_here(name, patience))
    }

    /// Removes a grant from the store. At the service it lives on.
    ///
    /// # Errors
    /// What the store says.
    pub fn remove(&self, name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.remove(name, patience))
    }

    /// Gives a grant another name.
    ///
    /// # Errors
    /// [`Keeping::GrantExists`]; what the store says.
    pub fn rename(&self, name: &str, new_name: &str, patience: i64) -> Result<(), Error> {
        self.keep(|keeper| keeper.rename(name, new_name, patience))
    }

    /// A grant as text that nobody else reads.
    fn sealed(&self, grant: &Grant, purpose: Purpose, lock: bundle::Lock<'_>) -> Result<String, Error> {
        let (mut salt, mut nonce) = ([0; 16], [0; NONCE]);
        self.fill(&mut salt)?;
        self.fill(&mut nonce)?;
        bundle::seal(grant, purpose, lock, salt, &nonce)
    }
}
