//! What an answer means, or that none came: what is noted of it, and whether one more request may follow.

use super::said::{in_brackets, waiting};
use super::step::{Spend, Step};
use super::{Attempt, Next, Refresh, Stage};
use crate::error::{Error, Keeping};
use crate::grant::access::{self, living};
use crate::grant::record::{Grant, Status};
use crate::oauth2::verdict::{Said, Unread, Verdict};

/// The back-off after the first failure, and at most, in milliseconds.
const FIRST_WAIT: i64 = 1_000;
const LONGEST_WAIT: i64 = 300_000;
/// What to wait where a service says "too many requests" and not for how long; and at most, if it says.
const USUAL_THROTTLE: i64 = 30_000;
const LONGEST_THROTTLE: i64 = 3_600_000;
/// What it said then.
const TOO_MANY: &str = "too many requests";
/// How many requests one call sends at most: the first, and one more after it was lost.
const SENDS: u32 = 2;

impl Refresh {
    /// What an answer means.
    pub(super) fn judge(&mut self, attempt: Attempt, verdict: Verdict, now: i64) -> Step {
        match verdict {
            Verdict::Tokens(tokens) => self.renew(attempt, tokens, now),
            Verdict::Rejected(said) => {
                self.stage = Stage::Rereading { attempt, said };
                Step::Load
            }
            Verdict::TooEarly(said) => self.too_early(attempt, &said, now),
            // There is nothing at that address, and so nobody who has looked at the client.
            Verdict::Configuration(said) if said.http_status == 404 && said.code.is_empty() => {
                let error = Keeping::NoSuchEndpoint { name: self.name.clone() };
                self.withdraw(attempt, in_brackets(&said), None, Some(error.into()), now)
            }
            Verdict::Configuration(said) => {
                let error = Keeping::ClientRefused { name: self.name.clone(), said: in_brackets(&said) };
                self.withdraw(attempt, in_brackets(&said), None, Some(error.into()), now)
            }
            Verdict::Throttled { retry_after } => {
                let asked = retry_after
                    .and_then(|seconds| i64::try_from(seconds).ok())
                    .map_or(USUAL_THROTTLE, |s| s.saturating_mul(1000));
                let until = now + asked.clamp(FIRST_WAIT, LONGEST_THROTTLE);
                self.not_consumed(attempt, TOO_MANY.to_owned(), Some(until), now)
            }
            Verdict::NotConsumed(said) => self.not_consumed(attempt, in_brackets(&said), None, now),
            Verdict::Ambiguous(unread) => self.lost(attempt, in_brackets(&unread.said), Some(&unread), now),
        }
    }

    /// The service turned the token down, and the grant was read again.
    pub(super) fn rejected(&mut self, attempt: Attempt, said: Said, mut grant: Grant, now: i64) -> Step {
        if grant.generation != attempt.grant.generation {
            return self.look(grant, now);
        }
        let was_sent = grant.state.intent.as_ref().is_some_and(|intent| intent.sends > 1);
        let lost = was_sent || grant.secrets.unread.is_some();
        let Some(print) = attempt.spend.print() else {
            // A client that asks for itself spends nothing: what was turned down is the client.
            let error = Keeping::ClientRefused { name: self.name.clone(), said: in_brackets(&said) };
            return self.withdraw(attempt, in_brackets(&said), None, Some(error.into()), now);
        };
        if self.want.consent.is_some() {
            let error = Keeping::CodeRejected { name: self.name.clone(), said: in_brackets(&said) };
            // What stood there before stays as good as it was; the code was sent, and is not again.
            let mut grant = attempt.grant;
            grant.state.intent = attempt.before;
            return self.note_until(grant, in_brackets(&said), now, Some(error.into()), false, now);
        }
        if !grant.state.rejected.contains(&print) {
            grant.state.rejected.push(print);
        }
        grant.state.intent = None;
        if self.choose(&grant, now).is_some() {
            return self.note(Box::new(grant), Next::Again);
        }
        grant.state.last_error = Some(in_brackets(&said));
        grant.state.last_reason = None;
        self.needs_login_after(grant, lost, &said, now)
    }

    pub(super) fn needs_login(&mut self, grant: Grant, said: &Said, now: i64) -> Step {
        self.needs_login_after(grant, false, said, now)
    }

    /// Only a definitive refusal ends a grant. It is one write on this generation, and silence from then on.
    fn needs_login_after(&mut self, mut grant: Grant, lost: bool, said: &Said, now: i64) -> Step {
        let lives = self.want.refused.is_none() && living(&grant, now);
        // Once there is a pair of our own the other one can do nothing to it, save where it costs the family.
        let own = |adopted: &u64| *adopted < grant.generation && !self.rules.revokes_family;
        let elsewhere = grant.state.adopted.filter(|adopted| !own(adopted));
        grant.state.status = Status::NeedsLogin { since: now, lost, said: in_brackets(said), elsewhere };
        let result = match (access::token(&grant), access::needs_login(&grant)) {
            (Some(token), _) if lives => Ok(token),
            (_, reason) => Err(reason.unwrap_or(Keeping::NoRefreshToken { name: self.name.clone() }).into()),
        };
        self.note(Box::new(grant), Next::Done(result))
    }

    /// The service renews only later. No verdict on the token, and no further request before that.
    fn too_early(&mut self, attempt: Attempt, said: &Said, now: i64) -> Step {
        let end = attempt.grant.state.expires_at.filter(|end| *end > now);
        // Our clock says that it has ended, and the service says that it has not.
        let until = end.unwrap_or(now + back_off(attempt.grant.state.failures).max(10 * FIRST_WAIT));
        self.withdraw(attempt, in_brackets(said), Some(until), None, now)
    }

    /// Nothing was spent.
    pub(super) fn not_consumed(&mut self, attempt: Attempt, said: String, until: Option<i64>, now: i64) -> Step {
        self.withdraw(attempt, said, until, None, now)
    }

    /// This attempt has come to nothing: its intent goes, and what stood there before comes back.
    pub(super) fn withdraw(
        &mut self,
        attempt: Attempt,
        said: String,
        until: Option<i64>,
        error: Option<Error>,
        now: i64,
    ) -> Step {
        let mut grant = attempt.grant;
        grant.state.intent = attempt.before;
        if let Spend::Code(code) = &attempt.spend {
            grant.state.codes.retain(|print| *print != code.print());
        }
        // Nothing was spent: who waits is served by this very call, unless waiting helps nothing.
        let goes_on = error.is_none();
        let until = until.unwrap_or(now + back_off(grant.state.failures));
        self.note_until(grant, said, until, error, goes_on, now)
    }

    /// Nobody knows whether the token was spent: the intent stays. Where that is safe it is sent once more, in a moment.
    pub(super) fn lost(&mut self, attempt: Attempt, said: String, unread: Option<&Unread>, now: i64) -> Step {
        let mut grant = attempt.grant;
        if self.want.consent.is_some() {
            // What stood there before stays as good as it was.
            grant.state.intent = attempt.before;
            let error = Keeping::LoginLost { name: self.name.clone() };
            return self.note_until(grant, said, now, Some(error.into()), false, now);
        }
        let came = unread.and_then(|unread| grant.keep_unread(unread, now));
        let until = now + back_off(grant.state.failures);
        if self.sends < SENDS && !self.rules.revokes_family && until <= self.want.patience {
            grant.state.failures = grant.state.failures.saturating_add(1);
            grant.state.not_before = Some(until);
            grant.state.failed_at = Some(now);
            grant.state.last_error = Some(said);
            grant.state.last_reason = None;
            return self.note_with(grant, Next::Rest(until), came);
        }
        let step = self.note_until(grant, said, until, None, false, now);
        if let Stage::Noting { came: place, .. } = &mut self.stage {
            *place = came;
        }
        step
    }

    /// Notes that no request may be sent before `until`. Where the caller has the time, and it may go on, one more is.
    fn note_until(
        &mut self,
        mut grant: Box<Grant>,
        said: String,
        until: i64,
        error: Option<Error>,
        goes_on: bool,
        now: i64,
    ) -> Step {
        let is_login = self.want.consent.is_some();
        // A login that fails leaves the grant as it was.
        if !is_login {
            grant.state.failures = grant.state.failures.saturating_add(1);
            grant.state.not_before = Some(until);
            grant.state.failed_at = Some(now);
            grant.state.last_error = Some(said.clone());
            grant.state.last_reason = error.as_ref().map(|error| error.word().to_owned());
        }
        let lives = !is_login && self.want.refused.is_none() && living(&grant, now);
        let next = match access::token(&grant) {
            Some(token) if lives => Next::Done(Ok(token)),
            _ if goes_on && self.sends < SENDS && until <= self.want.patience => Next::Rest(until),
            _ => Next::Done(Err(error.unwrap_or_else(|| waiting(&self.name, Some(&said), until, now).into()))),
        };
        self.note(grant, next)
    }
}

/// How long to wait after so many failures: a second, then twice as long each time.
fn back_off(failures: u32) -> i64 {
    FIRST_WAIT.saturating_mul(1_i64.checked_shl(failures.min(20)).unwrap_or(i64::MAX)).min(LONGEST_WAIT)
}
