//! What must always hold.

use super::{Process, World, number};
use osign::error::Keeping;
use osign::grant::record::Status;
use osign::{Error, Status as Code};

/// A rule that was broken.
#[derive(Debug)]
#[allow(dead_code, reason = "Debug prints them")]
pub(crate) enum Broken {
    /// Two requests of living holders under way at a time.
    TwoSends,
    /// A token was handed out that is not in the store.
    NotDurable(u64),
    /// A generation fell, or something older took the place of something newer.
    WentBack,
    /// More requests than the first, one for each crash or loss, and one for each other token that was kept.
    TooMany(u32),
    /// A grant was given up although the service would take a token of it.
    GivenUp,
    /// A grant was given up although no pair was lost.
    LostWithoutLoss,
    /// A request after the grant was given up.
    NotSilent,
    /// A request before the time that was noted.
    TooSoon(i64),
    /// A request for somebody whose token was had by a refusal itself.
    NoReason(u64),
    /// A caller got the very token that was turned down.
    RefusedAgain(u64),
    /// A call failed although the first token lived.
    NotHandedOut(Error),
    /// A call came to no end.
    Stuck,
    /// A call failed for a reason that nothing explains.
    Unexplained(Error),
}

impl World {
    /// What is wrong with this state, if anything is.
    pub(crate) fn broken(&self) -> Option<Broken> {
        let waiting = self.processes.iter().filter(|process| matches!(process, Process::Waiting(..))).count();
        // Of two who live, the lease of one of them has ended; never where that could cost the family.
        if waiting > 1 && (self.expired == 0 || self.rules.revokes_family) {
            return Some(Broken::TwoSends);
        }
        if self.went_back {
            return Some(Broken::WentBack);
        }
        if let Some((generation, value)) = &self.handed_out {
            let there = self.stored.generation > *generation
                || self.stored.secrets.access.as_ref().is_some_and(|access| access.expose() == value);
            if !there {
                return Some(Broken::NotDurable(*generation));
            }
        }
        if let Some(until) = self.too_soon {
            return Some(Broken::TooSoon(until));
        }
        if let Some(generation) = self.no_reason {
            return Some(Broken::NoReason(generation));
        }
        if let Some(generation) = self.refused_again {
            return Some(Broken::RefusedAgain(generation));
        }
        if let Some(error) = &self.not_handed_out {
            return Some(Broken::NotHandedOut(error.clone()));
        }
        // Whoever was paused between the intent and the request sends it when they wake.
        if self.silent_since.is_some_and(|sends| self.sends > sends + self.expired) {
            return Some(Broken::NotSilent);
        }
        // One for the token, one more for each crash and loss; and those of other pairs that were kept, once each.
        let spare = u32::try_from(self.spares.len() + 1).unwrap_or(u32::MAX);
        if self.sends > 1 + self.crashes + self.losses + self.expired + self.reasons + self.early + spare {
            return Some(Broken::TooMany(self.sends));
        }
        if matches!(self.stored.state.status, Status::NeedsLogin { .. }) {
            let secrets = &self.stored.secrets;
            let previous = secrets.previous.iter().filter(|_| !self.rules.revokes_family).map(|(token, _)| token);
            let known = secrets.refresh.iter().chain(&secrets.alternates);
            let known = known.chain(previous.filter(|_| self.rules.forgives(0)));
            if known.into_iter().any(|token| self.service.would_take(number(token), self.now)) {
                return Some(Broken::GivenUp);
            }
            // A holder whose lease has ended brings it back.
            if self.expired == 0 && self.losses + self.crashes == 0 && !self.spilled {
                return Some(Broken::LostWithoutLoss);
            }
        }
        match &self.error {
            Some(error) if !self.explains(error) => Some(Broken::Unexplained(error.clone())),
            _ => None,
        }
    }

    /// Whether something that happened explains an error.
    fn explains(&self, error: &Error) -> bool {
        match error.status() {
            // It was so when it was written; whoever was paused may have brought the grant back since.
            Code::NeedsLogin => matches!(self.stored.state.status, Status::NeedsLogin { .. }) || self.expired > 0,
            _ if matches!(error, Error::Keeping(Keeping::Busy { .. })) => self.processes.len() > 1,
            // The second of two refusals is of a token that was had by the first.
            _ if matches!(error, Error::Keeping(Keeping::RefusedAtOnce { .. })) => self.stored.state.by_refusal,
            Code::TryLater => self.losses + self.crashes + self.expired + self.early > 0,
            Code::NotSaved | Code::InvalidStoreKey => true, // What `Move::Fail` says.
            _ => false,
        }
    }

    /// What is wrong once nothing can happen any more.
    pub(crate) fn at_the_end(&self) -> Option<Broken> {
        let over = self.processes.iter().all(|process| matches!(process, Process::Idle(0)));
        if !over || self.lock.is_some() {
            return Some(Broken::Stuck);
        }
        let is_lost = matches!(self.stored.state.status, Status::NeedsLogin { .. });
        // A service that revokes a family without saying so costs what a paused holder had.
        let explained =
            self.losses + self.crashes > 0 || self.spilled || (self.expired > 0 && self.service.surprises(&self.rules));
        if is_lost && !explained { Some(Broken::LostWithoutLoss) } else { None }
    }
}
