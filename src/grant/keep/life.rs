//! What becomes of a grant besides being renewed: another name, another store, its end.

use super::Keeper;
use crate::error::{Error, Keeping};
use crate::grant::record::{Grant, Status};
use crate::grant::seal::origin;
use crate::grant::service::may_keep_tokens;
use crate::grant::store::{Lock, Store};

impl<S: Store> Keeper<'_, S> {
    /// Gives a grant another name.
    ///
    /// # Errors
    /// [`Keeping::BadName`], [`Keeping::GrantExists`], and what the store says.
    pub fn rename(&self, name: &str, new_name: &str, patience: i64) -> Result<(), Error> {
        crate::grant::name::check(new_name)?;
        let patience = self.clock.now().saturating_add(patience);
        let _lock = self.lock(name, patience)?;
        self.forget_left(new_name)?;
        let claimed = self.claim(name)?;
        let mut grant = claimed.grant.clone();
        new_name.clone_into(&mut grant.name);
        let renamed = self.seal(&grant).and_then(|record| self.store.rename(name, grant.generation, new_name, &record));
        if !matches!(renamed, Ok(true)) {
            self.give_back(name, &claimed);
        }
        if !renamed? {
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
            // Who gives a token does not want the one that there was.
            let is_same_client = new.secrets.access.is_none() && may_keep_tokens(&grant.settings, &new.settings);
            let account = new.settings.account.clone().or(grant.settings.account.take());
            grant.settings = new.settings.clone();
            if is_same_client {
                grant.settings.account = account;
                grant.secrets.client_secret.clone_from(&new.secrets.client_secret);
                grant.secrets.private_key.clone_from(&new.secrets.private_key);
                grant.state.not_before = None;
                grant.state.failures = 0;
                grant.state.last_error = None;
                grant.state.last_reason = None;
            } else {
                grant.state = new.state.clone();
                grant.state.added_at = Some(self.clock.now());
                grant.secrets = new.secrets.clone();
            }
            Ok(())
        })
    }

    /// Removes a grant. At the service it lives on.
    ///
    /// One that does not open is removed as well: there is no other way to be rid of it. So is what one that was removed elsewhere has
    /// left beside the store.
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`]; [`Keeping::ForeignKey`] where no grant has the name, and what lies beside the store for it is sealed
    /// with another key; and what the store says.
    pub fn remove(&self, name: &str, patience: i64) -> Result<(), Error> {
        crate::grant::name::check(name)?;
        let patience = self.clock.now().saturating_add(patience);
        let unknown = || Keeping::UnknownGrant { name: name.to_owned() };
        let _lock = loop {
            match self.try_lock_to_end(name) {
                Ok(Lock::Taken(lock)) => break Some(lock),
                Ok(Lock::Held(holder)) => self.wait_for(name, holder, patience)?,
                // A person may adopt what came from elsewhere or was restored, unless it is damaged.
                Err(Error::Keeping(Keeping::Quarantined { .. })) if self.is_damaged(name)? => break None,
                Err(error) => return Err(error),
            }
        };
        let Some(stored) = self.store.load_foreign(name)? else {
            let is_left = || self.store.spilled(name).map(|spilled| spilled.is_some());
            if !is_left()? {
                return Err(unknown().into());
            }
            self.forget_own_spilled(name)?;
            return if is_left()? { Err(Keeping::ForeignKey { name: name.to_owned() }.into()) } else { Ok(()) };
        };
        if !self.store.remove(name, stored.generation)? {
            return Err(unknown().into());
        }
        // Where that fails, it is told of as what no grant has the name of.
        let _ = self.forget_own_spilled(name);
        Ok(())
    }

    /// Whether nothing opens the record of a name, in no environment.
    fn is_damaged(&self, name: &str) -> Result<bool, Error> {
        let Some(stored) = self.store.load_foreign(name)? else { return Ok(false) };
        let Some((_, environment)) = origin(&stored.record) else { return Ok(true) };
        Ok(self.sealer.open_of(name, &stored.record, &environment)?.is_none())
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
        // Its generations are counted anew.
        grant.state.consented = grant.state.consented.map(|(_, at)| (1, at));
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
    grant.secrets.keep_client();
}
