//! Pairs that could not be saved and lie beside the store, until they find their place or are nobody's any more.

use super::{Keeper, Read};
use crate::error::Error;
use crate::grant::kept::Kept;
use crate::grant::record::{Grant, Kind};
use crate::grant::seal::outside;
use crate::grant::store::Store;

/// So often a pair that lies beside the store is tried to be put beside another one, while others write.
const TRIES_BESIDE: u32 = 3;

impl<S: Store> Keeper<'_, S> {
    /// A pair that an earlier process could not save finds its place. The lock is ours.
    pub(super) fn take_in_spilled(&self, name: &str) -> Result<(), Error> {
        let Some(record) = self.store.spilled(name)? else { return Ok(()) };
        // Of another grant, which had this name before or has it in another program's store: it stays there for a person.
        if !self.is_of_this_grant(name, &record)? {
            return Ok(());
        }
        // What does not open stays there for a person, and keeps nobody from the grant.
        let Some(spilled) = self.sealer.unless_damaged(name, &record)? else { return Ok(()) };
        if self.store.commit(name, spilled.generation - 1, &record)? || self.reconcile(name, &spilled)? {
            self.store.forget_spilled(name)?;
        }
        Ok(())
    }

    /// Another generation was committed meanwhile. Whether what was spilled is needed beside the store no more.
    fn reconcile(&self, name: &str, spilled: &Grant) -> Result<bool, Error> {
        match &spilled.secrets.refresh {
            _ if spilled.settings.kind == Kind::OAuth1 => self.take_in_later(name, spilled),
            Some(refresh) => self.put_beside(name, refresh),
            None => Ok(true),
        }
    }

    /// Which of two pairs the service keeps nobody knows. Whether this one could be put beside the other now.
    fn put_beside(&self, name: &str, refresh: &Kept) -> Result<bool, Error> {
        for _ in 0..TRIES_BESIDE {
            let Read { mut grant, revision } = self.read(name)?;
            // Whoever renews it now would put a record in place without this one; it stays where it is until then.
            if self.holder(&grant.state).is_some() {
                return Ok(false);
            }
            if !grant.keep_beside(refresh)
                || self.store.acquire(name, grant.generation, revision, &self.seal(&grant)?)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether what lies beside the store is of the grant that has the name now. A generation does not tell: each counts its own.
    fn is_of_this_grant(&self, name: &str, spilled: &str) -> Result<bool, Error> {
        let Some(stored) = self.store.load(name)? else { return Ok(false) };
        Ok(match (outside(name, &stored.record), outside(name, spilled)) {
            (Ok(stored), Ok(spilled)) => stored.state.added_at == spilled.state.added_at,
            _ => true,
        })
    }

    /// What lies beside the store for a name that no grant has is of one that was removed.
    pub(super) fn forget_left(&self, name: &str) -> Result<(), Error> {
        if self.store.load(name)?.is_none() { self.forget_own_spilled(name) } else { Ok(()) }
    }

    /// Forgets what lies beside the store; not what another key has sealed: it is of another program's grant of that name.
    pub(super) fn forget_own_spilled(&self, name: &str) -> Result<(), Error> {
        match self.store.spilled(name)?.map(|record| outside(name, &record)) {
            Some(Ok(outside)) if !self.sealer.has_key(&outside) => Ok(()),
            Some(_) => self.store.forget_spilled(name),
            None => Ok(()),
        }
    }
}
