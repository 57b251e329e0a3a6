//! What becomes of a grant besides being renewed: another name, another store, its end.

use super::{Keeper, Read};
use crate::error::{Error, Keeping};
use crate::grant::record::{Grant, Secrets, Status};
use crate::grant::service::may_keep_tokens;
use crate::grant::store::Store;

impl<S: Store> Keeper<'_, S> {
    /// Gives a grant another name.
    ///
    /// # Errors
    /// [`Keeping::BadName`], [`Keeping::GrantExists`], and what the store says.
    pub fn rename(&self, name: &str, new_name: &str, patience: i64) -> Result<(), Error> {
        crate::grant::name::check(new_name)?;
        let patience = self.clock.now().saturating_add(patience);
        let _lock = self.lock(name, patience)?;
        let Read { mut grant, .. } = self.read(name)?;
        self.forget_left(new_name)?;
        new_name.clone_into(&mut grant.name);
        if !self.store.rename(name, grant.generation, new_name, &self.seal(&grant)?)? {
            return Err(Keeping::GrantExists { name: new_name.to_owned() }.into());
        }
        self.note(&grant, "renamed", name);
        Ok(())
    }

    /// Puts a grant in the place of the one of its name, as a generation of its own. A new secret, or another redirect URI, of
    /// the same client costs nobody a login. Of another client, or another service, nothing of the old one is kept: its tokens
    /// would go to whom they are none of.
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`]; [`Keeping::ForeignKey`] where the rest is sealed with another key; and what the store says.
    pub fn replace(&self, new: &Grant, patience: i64) -> Result<(), Error> {
        self.check_key(&new.name)?;
        self.change(&new.name, "replaced", patience, |grant| {
            let is_same_client = may_keep_tokens(&grant.settings, &new.settings);
            let account = new.settings.account.clone().or(grant.settings.account.take());
            grant.settings = new.settings.clone();
            if is_same_client {
                grant.settings.account = account;
                grant.secrets.client_secret.clone_from(&new.secrets.client_secret);
                grant.state.not_before = None;
                grant.state.failures = 0;
                grant.state.last_error = None;
                grant.state.last_reason = None;
            } else {
                grant.state = new.state.clone();
                grant.secrets = new.secrets.clone();
            }
            Ok(())
        })
    }

    /// Removes a grant. At the service it lives on.
    ///
    /// One that does not open is removed as well: there is no other way to be rid of it.
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`], and what the store says.
    pub fn remove(&self, name: &str, patience: i64) -> Result<(), Error> {
        crate::grant::name::check(name)?;
        let patience = self.clock.now().saturating_add(patience);
        let unknown = || Keeping::UnknownGrant { name: name.to_owned() };
        let _lock = loop {
            match self.store.lock(name, self.owner)? {
                crate::grant::store::Lock::Taken(lock) => break lock,
                crate::grant::store::Lock::Held(_) if self.clock.now() < patience && !self.clock.is_given_up() => {
                    self.clock.sleep_until(self.clock.now() + 20);
                }
                crate::grant::store::Lock::Held(holder) => {
                    return Err(Keeping::Busy { name: name.to_owned(), holder }.into());
                }
            }
        };
        let stored = self.store.load(name)?.ok_or_else(unknown)?;
        if !self.store.remove(name, stored.generation)? {
            return Err(unknown().into());
        }
        self.store.forget_spilled(name)
    }

    /// Moves a grant elsewhere: once `put` has made it durable there, its secrets are gone from here.
    ///
    /// # Errors
    /// Those of `put`, after which nothing has changed; what the store says.
    pub fn export(
        &self,
        name: &str,
        patience: i64,
        put: impl FnOnce(&Grant) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.change(name, "exported", patience, |grant| {
            if grant.state.status == Status::Exported {
                return Err(Keeping::Exported { name: grant.name.clone() }.into());
            }
            put(grant)?;
            give_up(grant);
            Ok(())
        })
    }

    /// The same for what was sealed of the grant's record at a revision ([`grant_at`](Self::grant_at)), and is durable elsewhere.
    ///
    /// # Errors
    /// [`Keeping::ChangedMeanwhile`] where the record is another by now: an answer that came, or one that is awaited, would be
    /// lost with it. What the store says.
    pub fn exported(&self, name: &str, revision: u64, patience: i64) -> Result<(), Error> {
        let patience = self.clock.now().saturating_add(patience);
        let _lock = self.lock(name, patience)?;
        self.commit_change(name, "exported", |grant, found| {
            if found != revision {
                return Err(Keeping::ChangedMeanwhile { name: name.to_owned() }.into());
            }
            give_up(grant);
            Ok(())
        })
    }

    /// Takes a grant in that was exported elsewhere, under a name. It waits for [`adopt`](Self::adopt).
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn import(&self, mut grant: Grant, name: &str) -> Result<(), Error> {
        name.clone_into(&mut grant.name);
        grant.generation = 1;
        if grant.state.status == Status::Active {
            grant.state.status = Status::Imported;
        }
        self.add(&grant)
    }

    /// Goes on with a grant that was imported; or with one that a process was renewing of which nobody knows whether it lives:
    /// it has ended, says a person.
    ///
    /// # Errors
    /// [`Keeping::NotImported`], and what the store says.
    pub fn adopt(&self, name: &str, patience: i64) -> Result<(), Error> {
        let now = self.clock.now();
        self.change(name, "adopted", patience, |grant| {
            let open = grant.state.open_intent().map(|intent| intent.at);
            if let Some(at) = open {
                grant.state.failed_at = Some(at.max(now));
            }
            if grant.state.status == Status::Imported {
                grant.state.status = Status::Active;
                // This is a generation of its own, and the tokens are those of the other one.
                grant.state.adopted = Some(grant.generation + 1);
            } else if open.is_none() {
                return Err(Keeping::NotImported { name: grant.name.clone() }.into());
            }
            Ok(())
        })
    }
}

/// A grant goes on elsewhere, and its secrets with it.
fn give_up(grant: &mut Grant) {
    grant.state.status = Status::Exported;
    grant.state.expires_at = None;
    grant.state.intent = None;
    let client_secret = grant.secrets.client_secret.take();
    grant.secrets = Secrets { client_secret, ..Secrets::default() };
}
