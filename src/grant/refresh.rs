//! The state machine of a refresh: what to do next, one step at a time.
//!
//! It does nothing itself. Whoever runs it does what the [`Step`] says and feeds what came of it as an [`Event`]; so the
//! same machine runs over a database, in a host that sends by a client of its own, and under a search through every order
//! of events that there can be (`tests/grant_model`).
//!
//! The order that keeps a grant: the intent is durable, the request is sent once, the new pair is durable, and only then
//! handed out. Nobody sends without the lock, and nobody judges a failure before having looked whether another process
//! was faster.

mod before;
mod commit;
mod judge;
mod said;
mod step;

pub use step::{Event, Spend, Step};

use super::access::{Token, Want};
use super::kept::Kept;
use super::record::{Grant, Intent, Status};
use super::rules::Rules;
use crate::error::{Error, Keeping};
use crate::oauth2::verdict::Said;
pub(super) use said::{in_brackets, waiting};

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
    /// How often in a row an intent was not written, as something else stood there.
    conflicts: u32,
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
    /// What is known now is written down; then this is the result, or the machine goes on. With a refresh token that came in an
    /// answer which nobody could rely on.
    Noting {
        grant: Box<Grant>,
        next: Next,
        came: Option<Kept>,
    },
    /// Others have written meanwhile, and what stands there is read: the token that came is put beside it. With what was to be noted.
    CameSecond {
        grant: Box<Grant>,
        came: Kept,
        next: Next,
    },
    /// What has no place in the store is put beside it, for a person; and what the call comes to where that was done, and where not.
    Aside {
        kept: Keeping,
        lost: Error,
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
            conflicts: 0,
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

    /// Ends a wait whose caller waits no longer; None where a pair is still to be kept. What is known is written down by now.
    pub fn give_up(&mut self, now: i64) -> Option<Step> {
        matches!(self.stage, Stage::Resting).then(|| self.fail(waiting(&self.name, None, now, now)))
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
            (Stage::Acquiring(attempt), Event::Written) if !self.may_send(now) => self.held_up(attempt, now),
            (Stage::Acquiring(attempt), Event::Written) => {
                let spend = attempt.spend.clone();
                self.conflicts = 0;
                self.sends += 1;
                self.stage = Stage::Sending(attempt);
                Step::Send(spend)
            }
            // Somebody was faster, and what they have written is read; where it goes on so, no faster than a lock is looked for.
            (Stage::Acquiring(attempt), Event::Conflict) if self.conflicts > 0 => {
                self.conflicts += 1;
                self.busy(&attempt.grant, "another process".to_owned(), now)
            }
            (Stage::Acquiring(_) | Stage::Noting { next: Next::Again, .. }, Event::Conflict) => {
                self.conflicts += 1;
                self.load()
            }
            // We were held up, and another one may have begun.
            (Stage::Acquiring(_), Event::Ended) => {
                self.locked = false;
                self.load()
            }
            // What is known is true all the same, and the revision tells whether it is the newest. A verdict is for whoever has
            // the lock (`token-rotation.md` §5.6 (6)).
            (Stage::Noting { grant, next, came }, Event::Ended) => {
                self.locked = false;
                if self.is_verdict(&grant) { self.load() } else { self.note_with(grant, next, came) }
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
            (Stage::Spilling { attempt, grant }, Event::Failed(_)) => self.not_spilled(attempt, grant, now),
            (Stage::Spilling { .. }, _) => self.fail(Keeping::NotSaved { name: self.name.clone() }),
            (Stage::Rereading { attempt, said }, Event::Loaded(Some(grant))) => {
                self.rejected(attempt, said, *grant, now)
            }
            (Stage::Noting { next, .. }, Event::Written) => self.go_on(next),
            (Stage::Noting { grant, next, came: Some(came) }, Event::Conflict) => {
                self.stage = Stage::CameSecond { grant, came, next };
                Step::Load
            }
            (Stage::CameSecond { grant, came, next }, Event::Loaded(Some(stored))) => {
                self.came_second(grant, came, next, stored)
            }
            (Stage::Noting { grant, came: Some(_), .. } | Stage::CameSecond { grant, .. }, Event::Failed(lost)) => {
                self.put_aside(grant, Keeping::NotSaved { name: self.name.clone() }, lost)
            }
            (Stage::Aside { kept, .. }, Event::Written) => self.fail(kept),
            (Stage::Aside { lost, .. }, Event::Failed(_)) => self.done(Err(lost)),
            // Others have written meanwhile. What was to be noted is less than what they know; a verdict falls with it.
            (Stage::Noting { grant, next, .. }, Event::Conflict) => {
                if self.is_verdict(&grant) {
                    self.load()
                } else {
                    self.go_on(next)
                }
            }
            (
                Stage::Locking(grant)
                | Stage::Acquiring(Attempt { grant, .. })
                | Stage::Noting { grant, next: Next::Again, came: None },
                Event::Failed(error),
            ) => self.not_begun(&grant, error, now),
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
        self.note_with(grant, next, None)
    }

    fn note_with(&mut self, grant: Box<Grant>, next: Next, came: Option<Kept>) -> Step {
        self.stage = Stage::Noting { grant: grant.clone(), next, came };
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
}
