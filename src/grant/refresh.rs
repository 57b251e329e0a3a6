//! The state machine of a refresh: what to do next, one step at a time.
//!
//! It does nothing itself. Whoever runs it does what the [`Step`] says and feeds what came of it as an [`Event`]; so the
//! same machine runs over a database, in a host that sends by a client of its own, and under a search through every order
//! of events that there can be (`tests/grant_model`).
//!
//! The order that keeps a grant: the intent is durable, the request is sent once, the new pair is durable, and only then
//! handed out. Nobody sends without the lock, and nobody judges a failure before having looked whether another process
//! was faster.

use super::access::{self, Decision, Token, Want, charge, decide, living};
use super::kept::{Kept, Print};
use super::record::{Grant, Intent, Kind, Status};
use super::rules::Rules;
use crate::error::{Error, Keeping};
use crate::http::Trouble;
use crate::oauth2::verdict::{Said, Tokens, Unread, Verdict};

/// The back-off after the first failure, and at most, in milliseconds.
const FIRST_WAIT: i64 = 1_000;
const LONGEST_WAIT: i64 = 300_000;
/// What to wait where a service says "too many requests" and not for how long; and at most, if it says.
const USUAL_THROTTLE: i64 = 30_000;
const LONGEST_THROTTLE: i64 = 3_600_000;
/// What it said then.
const TOO_MANY: &str = "too many requests";
/// How often a commit is tried, and how long between.
const COMMITS: u32 = 6;
const BETWEEN_COMMITS: i64 = 250;
/// How many requests one call sends at most: the first, and one more after it was lost.
const SENDS: u32 = 2;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read the grant: [`Event::Loaded`].
    Load,
    /// Take the grant's lock, without waiting: [`Event::Locked`], [`Event::Busy`].
    Lock,
    /// Put this in place of what was read last, if nothing has changed since: [`Event::Written`], [`Event::Conflict`],
    /// [`Event::Failed`].
    Acquire(Box<Grant>),
    /// Put this in place of whatever has the generation before it, durably: the same events.
    Commit(Box<Grant>),
    /// Put this beside the store, since it takes nothing: [`Event::Written`], [`Event::Failed`].
    Spill(Box<Grant>),
    /// Send, once: [`Event::Answered`], [`Event::NotSent`], [`Event::Lost`]; [`Event::Failed`] where there can be no such
    /// request.
    Send(Spend),
    /// Wait until then, in Unix milliseconds: [`Event::Woken`].
    Sleep(i64),
    /// It is over: release the lock, and hand this out.
    Done(Result<Token, Error>),
}

/// What a request spends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spend {
    /// A refresh token (RFC 6749 §6).
    Refresh(Kept),
    /// A code (RFC 6749 §4.1.3).
    Code(Kept),
    /// Nothing: the client asks for itself (RFC 6749 §4.4).
    Nothing,
}

/// What came of a step.
#[derive(Debug)]
pub enum Event {
    /// The grant as it stands; None where there is none of that name.
    Loaded(Option<Box<Grant>>),
    /// The lock is ours.
    Locked,
    /// Somebody else has it, who lives: this tells who.
    Busy(String),
    /// It is written, and durable.
    Written,
    /// Something else stood there than was expected; nothing was written.
    Conflict,
    /// The lock has ended by time; nothing was written.
    Ended,
    /// The store failed, or a request cannot be made. Whether it was written is not known where it was a commit.
    Failed(Error),
    /// An answer came, and means this.
    Answered(Verdict),
    /// Nothing has left.
    NotSent(Trouble),
    /// It may have left, and no answer came.
    Lost(Trouble),
    /// The wait is over.
    Woken,
}

/// A refresh under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refresh {
    name: String,
    owner: String,
    want: Want,
    rules: Rules,
    locked: bool,
    /// When the lock was asked for: where it is a lease, it began no earlier.
    lock_asked: i64,
    sends: u32,
    stage: Stage,
}

/// What the next event answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    Loading,
    Locking(Box<Grant>),
    /// Between two tries to take the lock, or before sending again.
    Resting,
    Acquiring(Attempt),
    Sending(Attempt),
    Committing {
        attempt: Attempt,
        grant: Box<Grant>,
        tries: u32,
        next: Next,
    },
    Pausing {
        attempt: Attempt,
        grant: Box<Grant>,
        tries: u32,
    },
    Spilling {
        attempt: Attempt,
        grant: Box<Grant>,
    },
    /// The service turned the token down: has another process replaced it meanwhile?
    Rereading {
        attempt: Attempt,
        said: Said,
    },
    /// Our pair came second, and the one that stands there is read.
    Second {
        attempt: Attempt,
        grant: Box<Grant>,
    },
    /// Ours is put beside it.
    Beside {
        attempt: Attempt,
        grant: Box<Grant>,
    },
    /// What is known now is written down; then this is the result, or the machine goes on.
    Noting {
        grant: Box<Grant>,
        next: Next,
    },
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Next {
    Done(Result<Token, Error>),
    Again,
    Rest(i64),
}

/// One request: what it spends, and the grant as it stood when the intent was written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    spend: Spend,
    at: i64,
    /// With the intent.
    grant: Box<Grant>,
    /// The intent that stood there before.
    before: Option<Intent>,
}

impl Refresh {
    /// A refresh of the grant of a name, if it needs one; and its first step.
    ///
    /// `owner` names the process, for people.
    #[must_use]
    pub fn begin(name: &str, owner: &str, want: Want, rules: Rules) -> (Self, Step) {
        let refresh = Self {
            name: name.to_owned(),
            owner: owner.to_owned(),
            want,
            rules,
            locked: false,
            lock_asked: 0,
            sends: 0,
            stage: Stage::Loading,
        };
        (refresh, Step::Load)
    }

    /// Whether the lock is ours, so that whoever runs this must release it at the end.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    /// The lock has turned out to be another's.
    pub fn lose_lock(&mut self) {
        self.locked = false;
    }

    /// What to do after an event that came at `now`, in Unix milliseconds.
    pub fn step(&mut self, event: Event, now: i64) -> Step {
        match (std::mem::replace(&mut self.stage, Stage::Over), event) {
            (_, Event::Loaded(None)) => self.fail(Keeping::UnknownGrant { name: self.name.clone() }),
            (Stage::Loading, Event::Loaded(Some(grant))) => self.look(*grant, now),
            (Stage::Locking(_), Event::Locked) => {
                self.locked = true;
                self.load()
            }
            (Stage::Locking(grant), Event::Busy(holder)) => self.busy(&grant, holder, now),
            (Stage::Resting, Event::Woken) => self.load(),
            (Stage::Acquiring(attempt), Event::Written) => {
                let spend = attempt.spend.clone();
                self.sends += 1;
                self.stage = Stage::Sending(attempt);
                Step::Send(spend)
            }
            (Stage::Acquiring(_) | Stage::Noting { next: Next::Again, .. }, Event::Conflict) => self.load(),
            // We were held up, and another one may have begun.
            (Stage::Acquiring(_), Event::Ended) => {
                self.locked = false;
                self.load()
            }
            // What is known is true all the same, and the revision tells whether it is the newest. A verdict is for whoever has
            // the lock (`token-rotation.md` §5.6 (6)).
            (Stage::Noting { grant, next }, Event::Ended) => {
                self.locked = false;
                if self.is_verdict(&grant) { self.load() } else { self.note(grant, next) }
            }
            (Stage::Sending(attempt), Event::Answered(verdict)) => self.judge(attempt, verdict, now),
            (Stage::Sending(attempt), Event::NotSent(trouble)) => {
                self.not_consumed(attempt, trouble.in_words().to_owned(), None, now)
            }
            // It could not even be written down: the settings are to blame, and say why.
            (Stage::Sending(attempt), Event::Failed(error)) => {
                self.withdraw(attempt, error.to_string(), None, Some(error), now)
            }
            (Stage::Sending(attempt), Event::Lost(trouble)) => {
                self.lost(attempt, trouble.in_words().to_owned(), None, now)
            }
            (Stage::Committing { next, .. }, Event::Written) => self.go_on(next),
            (Stage::Committing { attempt, grant, .. } | Stage::Beside { attempt, grant }, Event::Conflict) => {
                // Where a lock ends by time, ours has: what is put beside needs none, but for the revision.
                self.locked &= self.rules.lease.is_none();
                self.stage = Stage::Second { attempt, grant };
                Step::Load
            }
            (Stage::Second { attempt, grant }, Event::Loaded(Some(stored))) => {
                self.second(attempt, grant, *stored, now)
            }
            (Stage::Beside { .. }, Event::Written) => self.load(),
            (Stage::Second { attempt, grant } | Stage::Beside { attempt, grant }, Event::Failed(_)) => {
                self.spill(attempt, grant)
            }
            // No store takes it, then or later.
            (Stage::Committing { .. }, Event::Failed(error @ Error::Keeping(Keeping::LargeRecord { .. }))) => {
                self.done(Err(error))
            }
            (Stage::Committing { attempt, grant, tries, .. }, Event::Failed(_)) => {
                self.commit_later(attempt, grant, tries, now)
            }
            (Stage::Pausing { attempt, grant, tries }, Event::Woken) => self.commit(attempt, grant, tries + 1),
            // Nowhere is room for it, and nobody else has it: while there is time, it is tried again.
            (Stage::Spilling { attempt, grant }, Event::Failed(_)) => {
                if now + BETWEEN_COMMITS > self.want.patience {
                    return self.fail(Keeping::NotKept { name: self.name.clone() });
                }
                self.stage = Stage::Pausing { attempt, grant, tries: COMMITS };
                Step::Sleep(now + BETWEEN_COMMITS)
            }
            (Stage::Spilling { .. }, _) => self.fail(Keeping::NotSaved { name: self.name.clone() }),
            (Stage::Rereading { attempt, said }, Event::Loaded(Some(grant))) => {
                self.rejected(attempt, said, *grant, now)
            }
            (Stage::Noting { next, .. }, Event::Written) => self.go_on(next),
            // Others have written meanwhile. What was to be noted is less than what they know; a verdict falls with it.
            (Stage::Noting { grant, next }, Event::Conflict) => {
                if self.is_verdict(&grant) {
                    self.load()
                } else {
                    self.go_on(next)
                }
            }
            (Stage::Locking(grant) | Stage::Acquiring(Attempt { grant, .. }), Event::Failed(error)) => {
                self.not_begun(&grant, error, now)
            }
            (_, Event::Failed(error)) => self.done(Err(error)),
            (_, _) => self.fail(waiting(&self.name, None, now, now)),
        }
    }

    fn load(&mut self) -> Step {
        self.stage = Stage::Loading;
        Step::Load
    }

    fn done(&mut self, result: Result<Token, Error>) -> Step {
        self.stage = Stage::Over;
        Step::Done(result)
    }

    fn fail(&mut self, reason: Keeping) -> Step {
        self.done(Err(reason.into()))
    }

    fn is_verdict(&self, grant: &Grant) -> bool {
        self.want.consent.is_none() && matches!(grant.state.status, Status::NeedsLogin { .. })
    }

    fn note(&mut self, grant: Box<Grant>, next: Next) -> Step {
        self.stage = Stage::Noting { grant: grant.clone(), next };
        Step::Acquire(grant)
    }

    fn lock(&mut self, grant: Grant, now: i64) -> Step {
        self.locked = false;
        self.lock_asked = now;
        self.stage = Stage::Locking(Box::new(grant));
        Step::Lock
    }

    /// Whether the lock is ours, and for as long as a request takes. A lease that is new will do at any rate.
    fn may_send(&self, now: i64) -> bool {
        let request = self.rules.deadline + self.rules.margin;
        let lasts = |lease: i64| now - self.lock_asked <= (lease - request).max(lease / 2);
        self.locked && self.rules.lease.is_none_or(lasts)
    }

    fn go_on(&mut self, next: Next) -> Step {
        match next {
            Next::Done(result) => self.done(result),
            Next::Again => self.load(),
            Next::Rest(until) => {
                self.stage = Stage::Resting;
                Step::Sleep(until)
            }
        }
    }

    /// The grant was read, with the lock or without it.
    fn look(&mut self, grant: Grant, now: i64) -> Step {
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

    fn hand_out(&mut self, grant: &Grant) -> Step {
        match access::token(grant) {
            Some(token) => self.done(Ok(token)),
            None => self.fail(Keeping::NoRefreshToken { name: grant.name.clone() }),
        }
    }

    /// The store lets no refresh begin. A token that lives is handed out all the same: its end tells how long.
    fn not_begun(&mut self, grant: &Grant, error: Error, now: i64) -> Step {
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
    fn busy(&mut self, grant: &Grant, holder: String, now: i64) -> Step {
        if now < self.want.patience {
            return self.go_on(Next::Rest(now + self.rules.pause));
        }
        if self.want.refused.is_none() && living(grant, now) {
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
        let same =
            grant.state.intent.as_ref().filter(|intent| intent.token.is_some() && intent.token == print_of(&spend));
        if let Some(intent) = same.filter(|_| self.rules.revokes_family) {
            // Or they live, and hold the pair: that their lease has ended proves nothing (`token-rotation.md` §5.6 (2)).
            if self.rules.lease.is_some() && grant.state.open_intent().is_some() {
                let error = Keeping::OwnerUnknown { name: self.name.clone(), holder: intent.owner.clone() };
                return self.not_begun(&grant, error.into(), now);
            }
            let until = intent.at.saturating_add(self.rules.deadline + self.rules.margin);
            // A clock that was put back must not make this wait for ever.
            if now < until && intent.at <= now {
                return self.wait_locked(&grant, until, now);
            }
        }
        charge(&mut grant, &self.want, now);
        self.acquire(grant, spend, now)
    }

    /// The intent is written: from here on whoever finds it knows that the token may have been spent.
    fn acquire(&mut self, mut grant: Grant, spend: Spend, now: i64) -> Step {
        let token = print_of(&spend);
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
    fn choose(&self, grant: &Grant, now: i64) -> Option<Spend> {
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

    /// What an answer means.
    fn judge(&mut self, attempt: Attempt, verdict: Verdict, now: i64) -> Step {
        match verdict {
            Verdict::Tokens(tokens) => {
                let grant = Box::new(renewed(&attempt, tokens, &self.want, now));
                self.commit(attempt, grant, 0)
            }
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

    /// A pair came: it is durable before anybody has it.
    fn commit(&mut self, attempt: Attempt, grant: Box<Grant>, tries: u32) -> Step {
        let stays = self.want.refused.is_some() && grant.secrets.access == attempt.grant.secrets.access;
        let result = match access::token(&grant) {
            Some(token) if !stays => Ok(token),
            _ => Err(Keeping::RefusedAtOnce { name: self.name.clone() }.into()),
        };
        self.stage = Stage::Committing { attempt, grant: grant.clone(), tries, next: Next::Done(result) };
        Step::Commit(grant)
    }

    /// The store does not take it. It is tried again, and then put beside the store: a pair that came is never dropped.
    fn commit_later(&mut self, attempt: Attempt, grant: Box<Grant>, tries: u32, now: i64) -> Step {
        if tries + 1 < COMMITS {
            self.stage = Stage::Pausing { attempt, grant, tries };
            return Step::Sleep(now + BETWEEN_COMMITS);
        }
        self.spill(attempt, grant)
    }

    fn spill(&mut self, attempt: Attempt, grant: Box<Grant>) -> Step {
        self.stage = Stage::Spilling { attempt, grant: grant.clone() };
        Step::Spill(grant)
    }

    /// The service turned the token down, and the grant was read again.
    fn rejected(&mut self, attempt: Attempt, said: Said, mut grant: Grant, now: i64) -> Step {
        if grant.generation != attempt.grant.generation {
            return self.look(grant, now);
        }
        let was_sent = grant.state.intent.as_ref().is_some_and(|intent| intent.sends > 1);
        let lost = was_sent || grant.secrets.unread.is_some();
        let Some(print) = print_of(&attempt.spend) else {
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

    fn needs_login(&mut self, grant: Grant, said: &Said, now: i64) -> Step {
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
    fn not_consumed(&mut self, attempt: Attempt, said: String, until: Option<i64>, now: i64) -> Step {
        self.withdraw(attempt, said, until, None, now)
    }

    /// This attempt has come to nothing: its intent goes, and what stood there before comes back.
    fn withdraw(&mut self, attempt: Attempt, said: String, until: Option<i64>, error: Option<Error>, now: i64) -> Step {
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
    fn lost(&mut self, attempt: Attempt, said: String, unread: Option<&Unread>, now: i64) -> Step {
        let mut grant = attempt.grant;
        if self.want.consent.is_some() {
            // What stood there before stays as good as it was.
            grant.state.intent = attempt.before;
            let error = Keeping::LoginLost { name: self.name.clone() };
            return self.note_until(grant, said, now, Some(error.into()), false, now);
        }
        if let Some(unread) = unread {
            grant.keep_unread(unread, now);
        }
        let until = now + back_off(grant.state.failures);
        if self.sends < SENDS && !self.rules.revokes_family && until <= self.want.patience {
            grant.state.failures = grant.state.failures.saturating_add(1);
            grant.state.not_before = Some(until);
            grant.state.failed_at = Some(now);
            grant.state.last_error = Some(said);
            grant.state.last_reason = None;
            return self.note(grant, Next::Rest(until));
        }
        self.note_until(grant, said, until, None, false, now)
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

    /// Another state was committed first. Which of two pairs the service keeps nobody knows, so ours is kept as well. A login's
    /// takes the place of whatever stands there: a person has just agreed to it, and its code works once.
    fn second(&mut self, attempt: Attempt, grant: Box<Grant>, mut stored: Grant, now: i64) -> Step {
        let is_login = self.want.consent.is_some();
        let Some(refresh) = &grant.secrets.refresh else {
            return if is_login { self.commit_over(attempt, grant, &stored) } else { self.look(stored, now) };
        };
        // It is ours that stands there: the store took it, and said that it had failed.
        if stored.secrets.refresh.as_ref() == Some(refresh) {
            return if is_login { self.hand_out(&stored) } else { self.look(stored, now) };
        }
        if is_login {
            return self.commit_over(attempt, grant, &stored);
        }
        if !stored.keep_beside(refresh) {
            return self.look(stored, now);
        }
        self.stage = Stage::Beside { attempt, grant };
        Step::Acquire(Box::new(stored))
    }

    fn commit_over(&mut self, attempt: Attempt, mut grant: Box<Grant>, stored: &Grant) -> Step {
        grant.generation = stored.generation + 1;
        self.commit(attempt, grant, 0)
    }
}

/// The grant with what the service handed out, a generation further.
fn renewed(attempt: &Attempt, tokens: Tokens, want: &Want, now: i64) -> Grant {
    let mut grant = (*attempt.grant).clone();
    let text = |secret: &crate::secret::Secret| Kept::new(std::str::from_utf8(secret.expose()).unwrap_or_default());
    grant.generation += 1;
    let state = &mut grant.state;
    state.status = Status::Active;
    state.obtained_at = attempt.at;
    state.expires_at = tokens.expires_at;
    state.token_type = tokens.token_type;
    state.scope = tokens.scope.or(state.scope.take());
    state.authorization_expires_at = tokens.authorization_expires_at.or(state.authorization_expires_at);
    if let Some(consent) = &want.consent {
        // Another consent: what was known of the one before is nothing to it.
        grant.settings.account = consent.account.clone().or(grant.settings.account);
        state.kept.clone_from(&consent.kept);
        state.authorization_expires_at = tokens.authorization_expires_at;
        state.adopted = None;
        grant.secrets.refresh = None;
        grant.secrets.previous = None;
        grant.secrets.login = None;
    }
    for (name, value) in tokens.kept {
        state.kept.retain(|(other, _)| *other != name);
        state.kept.push((name, value));
    }
    state.intent = None;
    state.not_before = None;
    state.failed_at = None;
    state.failures = 0;
    state.refused = false;
    state.by_refusal = want.refused.is_some();
    state.rejected = Vec::new();
    state.last_error = None;
    state.last_reason = None;
    state.unread_at = None;
    let secrets = &mut grant.secrets;
    secrets.unread = None;
    secrets.access = Some(text(&tokens.access));
    // RFC 6749 §6: where the answer has none, the old one stays.
    if let Some(refresh) = tokens.refresh.as_ref().map(text) {
        state.refresh_expires_at = tokens.refresh_expires_at;
        if secrets.refresh.as_ref() != Some(&refresh) {
            let spent = match &attempt.spend {
                Spend::Refresh(token) => Some(token.clone()),
                Spend::Code(_) | Spend::Nothing => None,
            };
            secrets.previous = spent.map(|token| (token, now));
        }
        secrets.refresh = Some(refresh);
    } else if let Spend::Refresh(token) = &attempt.spend {
        secrets.refresh = Some(token.clone());
    }
    secrets.alternates = Vec::new();
    grant
}

fn print_of(spend: &Spend) -> Option<Print> {
    match spend {
        Spend::Refresh(token) | Spend::Code(token) => Some(token.print()),
        Spend::Nothing => None,
    }
}

/// How long to wait after so many failures: a second, then twice as long each time.
fn back_off(failures: u32) -> i64 {
    FIRST_WAIT.saturating_mul(1_i64.checked_shl(failures.min(20)).unwrap_or(i64::MAX)).min(LONGEST_WAIT)
}

/// That it must be waited, and what the last try was told.
fn waiting(name: &str, said: Option<&str>, until: i64, now: i64) -> Keeping {
    let said = said.unwrap_or_default().trim().trim_matches(['(', ')']);
    Keeping::Waiting {
        name: name.to_owned(),
        said: if said.is_empty() { String::new() } else { format!(" ({said})") },
        seconds: u64::try_from(until.saturating_sub(now - 999) / 1000).unwrap_or(0).max(1),
    }
}

/// What the service said, as a sentence carries it.
pub(super) fn in_brackets(said: &Said) -> String {
    let mut text = format!(" (HTTP {}", said.http_status);
    for part in [&said.code, &said.advice] {
        if !part.is_empty() {
            text.push_str(", ");
            text.push_str(part);
        }
    }
    text.push(')');
    if said.http_status == 0 { String::new() } else { text }
}
