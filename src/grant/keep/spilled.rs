//! Pairs that could not be saved and lie beside the store, until they find their place or are nobody's any more.

use super::{Keeper, Read};
use crate::error::{Error, Keeping};
use crate::grant::kept::Kept;
use crate::grant::record::{Grant, Kind, Status};
use crate::grant::seal::outside;
use crate::grant::store::Store;

/// So often a pair that lies beside the store is tried to be put beside another one, while others write.
const TRIES_BESIDE: u32 = 3;

impl<S: Store> Keeper<'_, S> {
    /// A pair that an earlier process could not save finds its place: whether nothing lies beside the store any more that did
    /// before. Nobody else has the lock.
    pub(super) fn take_in_spilled(&self, name: &str) -> Result<bool, Error> {
        let Some(record) = self.store.spilled(name)? else { return Ok(false) };
        // Of another grant, which had this name before or has it in another program's store: it stays there for a person.
        if !self.is_of_this_grant(name, &record)? {
            return Ok(false);
        }
        let Some(spilled) = self.open_spilled(name, &record)? else { return Ok(false) };
        let has_place = match self.find_place(name, &record, &spilled) {
            // The grant has longer settings by now. It stays there, and keeps nobody from the grant either.
            Err(Error::Keeping(Keeping::LargeRecord { .. })) => false,
            has_place => has_place?,
        };
        if has_place {
            self.store.forget_spilled(name)?;
        }
        Ok(has_place)
    }

    /// What was spilled. None of what does not open: it stays there for a person, and keeps nobody from the grant. Another host may
    /// have sealed the table with another key since, or a newer osign have written it.
    fn open_spilled(&self, name: &str, record: &str) -> Result<Option<Grant>, Error> {
        match self.sealer.unless_damaged(name, record) {
            Err(Error::Keeping(Keeping::ForeignKey { .. } | Keeping::NewerRecord { .. })) => Ok(None),
            opened => opened,
        }
    }

    /// Whether what was spilled is needed beside the store no more.
    fn find_place(&self, name: &str, record: &str, spilled: &Grant) -> Result<bool, Error> {
        let read = match self.try_read(name) {
            // What stands there does not open, and this one does.
            Err(Error::Keeping(Keeping::Tampered { .. } | Keeping::Unreadable { .. })) => None,
            read => read?,
        };
        let Some(read) = read else { return self.store.commit(name, spilled.generation - 1, record) };
        if self.is_held_by_others(&read.grant, spilled) {
            return Ok(false);
        }
        match &spilled.secrets.refresh {
            _ if spilled.settings.kind == Kind::OAuth1 => self.take_in_signed(name, spilled, read),
            _ if self.commit_spilled(name, record, spilled, &read.grant)? => Ok(true),
            Some(refresh) => self.put_beside(name, spilled, refresh),
            None => Ok(true),
        }
    }

    /// Whether somebody has begun something that this was not the end of: what was asked for before is as old as its intent.
    fn is_held_by_others(&self, stored: &Grant, spilled: &Grant) -> bool {
        let is_own = stored.state.intent.as_ref().is_some_and(|intent| intent.at <= spilled.state.obtained_at);
        !is_own && self.holder(&stored.state).is_some()
    }

    /// Puts what was spilled in the place of the generation before it, if that stands there, with a login that was begun since.
    fn commit_spilled(&self, name: &str, record: &str, spilled: &Grant, stored: &Grant) -> Result<bool, Error> {
        let before = spilled.generation - 1;
        let begun = stored.secrets.login.as_ref().filter(|login| login.at > spilled.state.obtained_at);
        let with_login = begun.and_then(|login| {
            let mut grant = spilled.clone();
            grant.secrets.login = Some(login.clone());
            // Where there is no room for it, it is begun anew.
            self.seal(&grant).ok()
        });
        self.store.commit(name, before, with_login.as_deref().unwrap_or(record))
    }

    /// Another generation was committed meanwhile, and which of two pairs the service keeps nobody knows. Whether this one could
    /// be put beside the other now.
    fn put_beside(&self, name: &str, spilled: &Grant, refresh: &Kept) -> Result<bool, Error> {
        for _ in 0..TRIES_BESIDE {
            let Read { mut grant, revision } = self.read(name)?;
            // It was ended here, for good.
            if has_ended(&grant) {
                return Ok(true);
            }
            // Whoever renews it now would put a record in place without this one; it stays where it is until then.
            if self.is_held_by_others(&grant, spilled) {
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

/// Whether a grant goes on here no more, whatever comes.
pub(super) fn has_ended(grant: &Grant) -> bool {
    matches!(grant.state.status, Status::Revoked | Status::Exported)
}
