//! Pairs that could not be saved and lie beside the store, until they find their place or are nobody's any more.

use super::{Keeper, Read};
use crate::error::{Error, Keeping};
use crate::grant::kept::Kept;
use crate::grant::record::{Grant, Kind, Secrets};
use crate::grant::seal::outside;
use crate::grant::service::may_keep_tokens;
use crate::grant::store::Store;

/// So often a pair that lies beside the store is tried to be put beside another one, while others write.
const TRIES_BESIDE: u32 = 3;

impl<S: Store> Keeper<'_, S> {
    /// A pair that an earlier process could not save finds its place: whether nothing lies beside the store any more that did
    /// before. Nobody else has the lock.
    pub(super) fn take_in_spilled(&self, name: &str) -> Result<bool, Error> {
        let Some((record, spilled)) = self.find_spilled(name)? else { return Ok(false) };
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

    /// What lies beside the store of the grant that has a name now.
    pub(super) fn own_spilled(&self, name: &str) -> Result<Option<Grant>, Error> {
        Ok(self.find_spilled(name)?.map(|(_, spilled)| spilled))
    }

    fn find_spilled(&self, name: &str) -> Result<Option<(String, Grant)>, Error> {
        let Some(record) = self.store.spilled(name)? else { return Ok(None) };
        // Of another grant, which had this name before or has it in another program's store: it stays there for a person.
        if !self.is_of_this_grant(name, &record)? {
            return Ok(None);
        }
        Ok(self.open_spilled(name, &record)?.map(|spilled| (record, spilled)))
    }

    /// What was spilled. None of what is damaged: it stays there for a person, and keeps nobody from the grant. Nor does what another
    /// key opens, or a newer osign, where the store has several hosts: on another one it may have been sealed anew, and the others
    /// go on in any case. A store of this machine alone seals both anew, and a token that is in it may cost the pair that lies here.
    fn open_spilled(&self, name: &str, record: &str) -> Result<Option<Grant>, Error> {
        match self.sealer.unless_damaged(name, record) {
            Err(Error::Keeping(Keeping::ForeignKey { .. } | Keeping::NewerRecord { .. }))
                if self.store.lease().is_some() =>
            {
                Ok(None)
            }
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
        if spilled.settings.kind == Kind::OAuth1 {
            return self.take_in_signed(name, spilled, read);
        }
        if self.commit_spilled(name, record, spilled, &read.grant)? {
            return Ok(true);
        }
        for _ in 0..TRIES_BESIDE {
            if let Some(has_place) = self.put_beside(name, spilled)? {
                return Ok(has_place);
            }
        }
        Ok(false)
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
            self.seal_over(&Grant { secrets: Secrets::default(), ..grant.clone() }, &grant).ok()
        });
        self.store.commit(name, before, with_login.as_deref().unwrap_or(record))
    }

    /// Another generation was committed meanwhile. Whether this one is needed beside the store no more; None where others write.
    fn put_beside(&self, name: &str, spilled: &Grant) -> Result<Option<bool>, Error> {
        let Read { mut grant, revision } = self.read(name)?;
        let was = grant.clone();
        // Whoever renews it now would put a record in place without this one; it stays where it is until then.
        if self.is_held_by_others(&grant, spilled) {
            return Ok(Some(false));
        }
        match order(spilled, &grant) {
            Order::Needless => return Ok(Some(true)),
            Order::InDoubt => return Ok(Some(false)),
            Order::Login => {
                let mut over = grant.clone();
                take_login_over(&mut over, spilled);
                return self.take_in(name, Read { grant, revision }, over).map(Some);
            }
            Order::Beside(refresh) => _ = grant.keep_came(spilled, refresh),
        }
        Ok(self.store.acquire(name, grant.generation, revision, &self.seal_over(&was, &grant)?)?.then_some(true))
    }

    /// Puts a grant that has what was spilled in it in the place of the one that was read.
    pub(super) fn take_in(&self, name: &str, read: Read, grant: Grant) -> Result<bool, Error> {
        // Tried once: whoever waits for it has other ways, and it is tried again.
        let taken = self
            .claim_read(name, read)
            .and_then(|claimed| self.commit_claimed_by(name, "taken-in", (claimed, grant), 1));
        match taken {
            Err(Error::Keeping(Keeping::Busy { .. })) => Ok(false),
            taken => taken.map(|()| true),
        }
    }

    /// Whether what lies beside the store is of the grant that has the name now. A generation does not tell: each counts its own.
    fn is_of_this_grant(&self, name: &str, spilled: &str) -> Result<bool, Error> {
        let Some(stored) = self.store.load(name)? else { return Ok(false) };
        Ok(match (outside(name, &stored.record), outside(name, spilled)) {
            (Ok(stored), Ok(spilled)) => stored.state.added_at == spilled.state.added_at,
            _ => true,
        })
    }

    /// Puts a grant beside the store, which did not take it; also in the place of what lies there for a person, as the service has
    /// just taken those that this came by.
    pub(super) fn spill(&self, grant: &Grant) -> Result<(), Error> {
        let mut spilled = grant.clone();
        // Where there is no room for it itself, its print tells what is spent.
        if let Some((before, _)) = &grant.secrets.previous {
            spilled.state.instead_of = Some(before.print());
        }
        self.store.spill(&grant.name, &self.seal(&spilled)?)
    }

    /// Forgets what lies beside the store, where it is of the consent that the grant's tokens are of by now.
    pub(super) fn forget_spilled_of(&self, grant: &Grant) -> Result<(), Error> {
        match self.own_spilled(&grant.name)? {
            Some(spilled) if spilled.state.consented.is_some() && is_same_consent(&spilled, grant) => {
                self.store.forget_spilled(&grant.name)
            }
            _ => Ok(()),
        }
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

/// Whether what was spilled is of a login, and what stands there of a consent before: generations tell, and no clocks.
pub(super) fn is_later_login(spilled: &Grant, stored: &Grant) -> bool {
    let is_before = |(generation, _): (u64, i64)| generation < spilled.generation;
    let has_no_token = stored.secrets.access.is_none() && stored.secrets.refresh.is_none();
    spilled.state.is_of_login() && stored.state.consented.map_or(has_no_token, is_before)
}

fn is_same_consent(spilled: &Grant, stored: &Grant) -> bool {
    spilled.state.consented == stored.state.consented && spilled.settings.account == stored.settings.account
}

/// What a pair that was spilled is to the one that stands in the store, of a later generation.
enum Order<'a> {
    /// It is there already, or can be had again by nobody's leave.
    Needless,
    /// It came of the same consent, by the one that stands there, or nobody knows which of the two the service keeps.
    Beside(&'a Kept),
    /// A person has agreed anew for it, which nobody knew who wrote since.
    Login,
    /// It came of another consent, or the grant has ended here: it stays for a person.
    InDoubt,
}

fn order<'a>(spilled: &'a Grant, stored: &Grant) -> Order<'a> {
    let (came, there) = (&spilled.secrets, &stored.secrets);
    let is_there = match &came.refresh {
        Some(refresh) if there.refresh.as_ref() == Some(refresh) => true,
        // It is to be sent before the one that it was had by.
        Some(refresh) => {
            there.alternates.contains(refresh)
                && !there.refresh.as_ref().is_some_and(|stands| spilled.has_spent(stands))
        }
        None => spilled.settings.kind == Kind::ClientCredentials || came.access == there.access,
    };
    match &came.refresh {
        _ if is_there => Order::Needless,
        _ if stored.has_ended() => Order::InDoubt,
        Some(refresh) if is_same_consent(spilled, stored) => Order::Beside(refresh),
        _ if is_later_login(spilled, stored) && may_keep_tokens(&spilled.settings, &stored.settings) => Order::Login,
        _ => Order::InDoubt,
    }
}

/// Puts what a login brought into a grant that others have written since: what was set stays, and a login that was begun since.
fn take_login_over(grant: &mut Grant, spilled: &Grant) {
    let Grant { generation, settings, state, secrets, .. } = grant;
    settings.account = spilled.settings.account.clone().or(settings.account.take());
    let was = std::mem::replace(state, spilled.state.clone());
    state.note_codes(&was.codes);
    state.budget = was.budget;
    state.consented = Some((*generation + 1, spilled.state.obtained_at));
    let begun = secrets.login.take().filter(|login| login.at > spilled.state.obtained_at);
    secrets.keep_client();
    let Secrets { access, refresh, .. } = spilled.secrets.clone();
    *secrets = Secrets { access, refresh, login: begun, ..std::mem::take(secrets) };
}
