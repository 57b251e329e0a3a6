//! Locks that are no more than intents: a store that is another program's table has no others.
//!
//! Whoever has written an intent less than a lease ago, and has not said that it came to nothing, has the lock. Two who find
//! none both go on, and the conditional write tells them apart: it asks for the revision at which none was found.

use super::{COMMITS, Keeper, Read, busy};
use crate::error::{Error, Keeping};
use crate::grant::record::{Grant, Intent, State};
use crate::grant::seal::outside;
use crate::grant::store::{Lock, Store};

impl<S: Store> Keeper<'_, S> {
    /// Takes the lock of a name, without waiting. What lies beside the store finds its place first.
    pub(super) fn try_lock(&self, name: &str) -> Result<Lock<S::Lock>, Error> {
        self.try_lock_with(name, || self.take_in_spilled(name))
    }

    /// The same for the end of a grant: whatever keeps a pair beside the store keeps nobody from that.
    pub(super) fn try_lock_to_end(&self, name: &str) -> Result<Lock<S::Lock>, Error> {
        self.try_lock_with(name, || Ok(self.take_in_spilled(name).unwrap_or_default()))
    }

    fn try_lock_with(&self, name: &str, take_in: impl FnOnce() -> Result<bool, Error>) -> Result<Lock<S::Lock>, Error> {
        let lock = match self.store.lock(name, self.owner)? {
            Lock::Taken(lock) => lock,
            held => return Ok(held),
        };
        if !self.store.locks_are_intents() {
            take_in()?;
            return Ok(Lock::Taken(lock));
        }
        let mut stored = self.store.load(name)?;
        if let Some(stored) = &stored {
            self.store.examine(name, stored)?;
        }
        // The intent may have been for what lies beside the store.
        if take_in()? {
            stored = self.store.load(name)?;
        }
        // A record that cannot be read has no holder: it can be removed at least.
        let outside = stored.and_then(|stored| outside(name, &stored.record).ok());
        Ok(outside.and_then(|outside| self.holder(&outside.state)).map_or(Lock::Taken(lock), Lock::Held))
    }

    /// Who has the lock of a grant by its record, where locks are intents.
    pub(super) fn holder(&self, state: &State) -> Option<String> {
        let lease = self.store.lease().filter(|_| self.store.locks_are_intents())?;
        let lease = i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let intent = state.open_intent()?;
        // By a clock that was put back it would be held for ever.
        let age = self.clock.now().saturating_sub(intent.at);
        (-lease..lease).contains(&age).then(|| intent.owner.clone())
    }

    /// Waits a moment for whoever has a lock.
    pub(super) fn wait_for(&self, name: &str, holder: String, patience: i64) -> Result<(), Error> {
        let now = self.clock.now();
        if now >= patience || self.clock.is_given_up() {
            return Err(Keeping::Busy { name: name.to_owned(), holder }.into());
        }
        self.clock.sleep_until(now + self.pause());
        Ok(())
    }

    /// How long to wait before a lock is looked for again: a look at an intent is a query of another program's.
    pub(super) fn pause(&self) -> i64 {
        if self.store.locks_are_intents() { 200 } else { 20 }
    }

    /// The grant of a name, for what is done in more than one step. Where locks are intents, one is written: for what the
    /// intent before it was for, as nothing is known of that but what stands there.
    pub(super) fn claim(&self, name: &str) -> Result<Read, Error> {
        let read = self.read(name)?;
        if let Some(holder) = self.holder(&read.grant.state) {
            return Err(Keeping::Busy { name: name.to_owned(), holder }.into());
        }
        self.claim_read(name, read)
    }

    /// The same of a grant that was read, and that nobody holds.
    pub(super) fn claim_read(&self, name: &str, read: Read) -> Result<Read, Error> {
        let Read { grant, mut revision } = read;
        if self.store.locks_are_intents() {
            let (token, sends) = grant.state.intent.as_ref().map_or((None, 0), |intent| (intent.token, intent.sends));
            let now = self.clock.now();
            let intent = Intent { token, at: now, sends, owner: self.owner.to_owned() };
            let mut claimed = grant.clone();
            claimed.state.keep_to_clock(now);
            claimed.state.intent = Some(intent);
            if !self.store.acquire(name, grant.generation, revision, &self.seal(&claimed)?)? {
                return Err(busy(name));
            }
            revision += 1;
        }
        Ok(Read { grant, revision })
    }

    /// It came to nothing: the record is as it was. Where that cannot be written, the claim ends by time.
    pub(super) fn give_back(&self, name: &str, claimed: &Read) {
        if self.store.locks_are_intents()
            && let Ok(record) = self.seal(&claimed.grant)
        {
            let _ = self.store.acquire(name, claimed.grant.generation, claimed.revision, &record);
        }
    }
}

impl<S: Store> Keeper<'_, S> {
    /// Ends what was claimed by another state of the grant, or gives it back.
    pub(super) fn commit_claimed(&self, name: &str, event: &str, claimed: Read, changed: Grant) -> Result<(), Error> {
        self.commit_claimed_by(name, event, (claimed, changed), COMMITS)
    }

    /// The same, tried so often where the store fails.
    pub(super) fn commit_claimed_by(
        &self,
        name: &str,
        event: &str,
        (claimed, changed): (Read, Grant),
        tries: u32,
    ) -> Result<(), Error> {
        let written = self.commit_changed(name, event, changed, tries);
        if written.is_err() {
            self.give_back(name, &claimed);
        }
        written
    }
}
