//! What comes before a request: whether one may be sent, and what it spends.

use super::said::waiting;
use super::step::{Spend, Step};
use super::{Attempt, Next, Refresh, Stage};
use crate::error::{Error, Keeping};
use crate::grant::access::{self, Decision, charge, decide, living};
use crate::grant::record::{Grant, Intent, Kind};
use crate::oauth2::verdict::Said;

impl Refresh {
    /// The grant was read, with the lock or without it.
    pub(super) fn look(&mut self, grant: Grant, now: i64) -> Step {
        if let Some(consent) = &self.want.consent {
            // A code works once, also where nobody knows what became of it: a second use would cost what the first brought.
            if grant.state.codes.contains(&consent.code.print()) {
                return self.fail(Keeping::CodeUsed { name: grant.name });
            }
            if self.may_send(now) {
                let spend = Spend::Code(consent.code.clone());
                return self.acquire(grant, spend, now);
            }
            return self.lock(grant, now);
        }
        match decide(&grant, &self.rules, &self.want, now) {
            Decision::HandOut => self.hand_out(&grant),
            Decision::Fail(reason) => self.fail(reason),
            Decision::Wait(until) => self.wait(&grant, until, now),
            Decision::Refresh if self.may_send(now) => self.prepare(grant, now),
            Decision::Refresh => self.lock(grant, now),
        }
    }

    pub(super) fn hand_out(&mut self, grant: &Grant) -> Step {
        match access::token(grant) {
            Some(token) => self.done(Ok(token)),
            None => self.fail(Keeping::NoRefreshToken { name: grant.name.clone() }),
        }
    }

    /// The store lets no refresh begin. A token that lives is handed out all the same: its end tells how long.
    pub(super) fn not_begun(&mut self, grant: &Grant, error: Error, now: i64) -> Step {
        if self.want.refused.is_none() && self.want.consent.is_none() && living(grant, now) {
            return self.hand_out(grant);
        }
        self.done(Err(error))
    }

    /// A new token may not be asked for before `until`.
    fn wait(&mut self, grant: &Grant, until: i64, now: i64) -> Step {
        if until <= self.want.patience && !self.locked {
            return self.go_on(Next::Rest(until));
        }
        self.fail(waiting(&self.name, grant.state.last_error.as_deref(), until, now))
    }

    /// Somebody else refreshes. What they bring serves us too; time alone never makes their lock ours.
    pub(super) fn busy(&mut self, grant: &Grant, holder: String, now: i64) -> Step {
        if now < self.want.patience {
            return self.go_on(Next::Rest(now + self.rules.pause));
        }
        if self.want.refused.is_none() && self.want.consent.is_none() && living(grant, now) {
            return self.hand_out(grant);
        }
        self.fail(Keeping::Busy { name: self.name.clone(), holder })
    }

    /// The lock is ours, and a token must be had: what to spend is chosen, and the intent written.
    fn prepare(&mut self, mut grant: Grant, now: i64) -> Step {
        let spend = match self.choose(&grant, now) {
            Some(spend) => spend,
            // A refusal of every token was noted, and the verdict was not.
            None => return self.needs_login(grant, &Said::default(), now),
        };
        // Whoever wrote it is dead, or has given up. Its request may be under way still, and where a second use of a token costs
        // the family it must have arrived, or vanished, before the token is sent again.
        let same = grant.state.intent.as_ref().filter(|intent| intent.token.is_some() && intent.token == spend.print());
        if let Some(intent) = same.filter(|_| self.rules.revokes_family) {
            // Or they live, and hold the pair: that their lease has ended proves nothing (`token-rotation.md` §5.6 (2)).
            if self.rules.lease.is_some() && grant.state.open_intent().is_some() {
                let error = Keeping::OwnerUnknown { name: self.name.clone(), holder: intent.owner.clone() };
                return self.not_begun(&grant, error.into(), now);
            }
            let whole = self.rules.deadline + self.rules.margin;
            // By a clock that was put back since it is waited for from now on, and not for ever.
            if intent.at > now.saturating_add(whole) {
                grant.state.intent = Some(Intent { at: now, ..intent.clone() });
                return self.note(Box::new(grant), Next::Again);
            }
            let until = intent.at.saturating_add(whole);
            if now < until {
                return self.wait_locked(&grant, until, now);
            }
        }
        // What was to be waited for is over, or is by a clock that is ahead: nobody waits for it beside us.
        grant.state.not_before = grant.state.not_before.filter(|until| *until <= now);
        charge(&mut grant, &self.want, now);
        self.acquire(grant, spend, now)
    }

    /// The intent is written: from here on whoever finds it knows that the token may have been spent.
    fn acquire(&mut self, mut grant: Grant, spend: Spend, now: i64) -> Step {
        let token = spend.print();
        grant.state.keep_to_clock(now);
        let before = grant.state.intent.take();
        let same = before.as_ref().filter(|intent| intent.token == token);
        if let Spend::Code(code) = &spend {
            grant.note_code(code);
        }
        grant.state.refused |= self.want.refused.is_some_and(|(generation, _)| generation == grant.generation);
        grant.state.intent = Some(Intent {
            token,
            at: now,
            sends: same.map_or(0, |intent| intent.sends).saturating_add(1),
            owner: self.owner.clone(),
        });
        let grant = Box::new(grant);
        self.stage = Stage::Acquiring(Attempt { spend, at: now, grant: grant.clone(), before });
        Step::Acquire(grant)
    }

    /// The write took so long that the lock may end while the request is under way, or has ended: a second one could be beside
    /// it. Nothing was sent, and so the record is as it was; then it is looked at again.
    pub(super) fn held_up(&mut self, attempt: Attempt, now: i64) -> Step {
        self.locked = false;
        let Attempt { spend, mut grant, before, .. } = attempt;
        grant.state.intent = before;
        if let Spend::Code(code) = &spend {
            grant.state.codes.retain(|print| *print != code.print());
        }
        let lives = self.want.refused.is_none() && self.want.consent.is_none() && living(&grant, now);
        let next = match access::token(&grant) {
            _ if now < self.want.patience => Next::Again,
            Some(token) if lives => Next::Done(Ok(token)),
            _ => Next::Done(Err(waiting(&self.name, grant.state.last_error.as_deref(), now, now).into())),
        };
        self.note(grant, next)
    }

    /// A family's request may be under way. Nobody else can do better, so the lock is kept while waiting.
    fn wait_locked(&mut self, grant: &Grant, until: i64, now: i64) -> Step {
        if self.want.refused.is_none() && living(grant, now) {
            return self.hand_out(grant);
        }
        if until <= self.want.patience {
            self.go_on(Next::Rest(until))
        } else {
            self.fail(waiting(&self.name, grant.state.last_error.as_deref(), until, now))
        }
    }

    /// The current refresh token; once that was turned down, one of another pair, or the one before where that may still work.
    pub(super) fn choose(&self, grant: &Grant, now: i64) -> Option<Spend> {
        if grant.settings.kind == Kind::ClientCredentials {
            return Some(Spend::Nothing);
        }
        let secrets = &grant.secrets;
        let previous = secrets
            .previous
            .iter()
            .filter(|(_, at)| self.rules.forgives(now.saturating_sub(*at)))
            .map(|(token, _)| token);
        let mut all = secrets.refresh.iter().chain(&secrets.alternates).chain(previous);
        all.find(|token| !grant.state.rejected.contains(&token.print())).cloned().map(Spend::Refresh)
    }
}
