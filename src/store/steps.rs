//! What is done with the grants of a host's own table, in steps: for hosts that cannot be called back.
//!
//! A [`Work`] says what it needs next, a row, a write, an answer or time, and goes on once the host has told what came of it.
//! Behind it the same code runs as over [`Records`](super::Records): from its start, with all that was told so far, up to the first
//! question that has no answer yet. Time and randomness are noted as they were, and what concerns this machine, as a spilled
//! record, is done once; so each run repeats the one before exactly, and goes one question further.
//!
//! A row that was told is not asked for again before a request or a wait, nor one that was written: each write has its
//! condition, and tells where another one stands there by now.
//!
//! Over a store that needs nothing of the host's, a work has run to its end once it has begun: so a host has one way to both.

mod jobs;
mod script;

pub use jobs::Lock;
pub(super) use script::Script;

use super::open::OpenStore;
use crate::error::{Error, Keeping};
use crate::grant::access::Token;
use crate::grant::store::Stored;
use crate::http::{Request, Sent};
use script::Told;
use std::sync::Arc;

/// What is to be done next.
#[derive(Debug)]
pub enum Step {
    /// Read the row of this name, the newest: [`Work::loaded`].
    Load {
        /// The grant's name.
        name: String,
    },
    /// Write where a condition holds: [`Work::written`].
    Write(Write),
    /// Read all names: [`Work::names`].
    Names,
    /// Send this once, within [`DEADLINE`](crate::grant::service::DEADLINE): [`Work::sent`].
    Send(Request),
    /// Wait until then, in Unix milliseconds: [`Work::waited`].
    Wait(i64),
}

/// A write with its condition; [`Records`](super::Records) has the statements. It must be durable before it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Put this record in the place of the one of this generation and revision.
    Acquire {
        /// The grant's name.
        name: String,
        /// What the row must have.
        generation: u64,
        /// What the row must have; one more after it.
        revision: u64,
        /// The record.
        record: String,
    },
    /// Put this record in the place of whatever has this generation.
    Commit {
        /// The grant's name.
        name: String,
        /// What the row must have; one more after it. The revision is one more, too.
        generation: u64,
        /// The record.
        record: String,
    },
    /// Add a row of generation 1 and revision 1, where there is none of this name.
    Add {
        /// The grant's name.
        name: String,
        /// The record.
        record: String,
    },
    /// Remove the row.
    Remove {
        /// The grant's name.
        name: String,
        /// What the row must have.
        generation: u64,
    },
    /// Give the row another name and record; its revision is one more after it.
    Rename {
        /// The grant's name.
        name: String,
        /// What the row must have.
        generation: u64,
        /// A name that no row must have.
        new_name: String,
        /// The record.
        record: String,
    },
}

impl Write {
    /// The name of the row that it is about.
    #[must_use]
    pub fn name(&self) -> &str {
        let (Self::Acquire { name, .. }
        | Self::Commit { name, .. }
        | Self::Add { name, .. }
        | Self::Remove { name, .. }
        | Self::Rename { name, .. }) = self;
        name
    }

    /// The record to put there; empty where the row goes.
    #[must_use]
    pub fn record(&self) -> &str {
        match self {
            Self::Acquire { record, .. }
            | Self::Commit { record, .. }
            | Self::Add { record, .. }
            | Self::Rename { record, .. } => record,
            Self::Remove { .. } => "",
        }
    }

    /// The name that the row gets, where it gets another; else empty.
    #[must_use]
    pub fn new_name(&self) -> &str {
        match self {
            Self::Rename { new_name, .. } => new_name,
            _ => "",
        }
    }

    /// The generation that the row must have; 0 where there must be none.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        match self {
            Self::Acquire { generation, .. }
            | Self::Commit { generation, .. }
            | Self::Remove { generation, .. }
            | Self::Rename { generation, .. } => *generation,
            Self::Add { .. } => 0,
        }
    }

    /// The revision that the row must have; 0 where any will do.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        match self {
            Self::Acquire { revision, .. } => *revision,
            _ => 0,
        }
    }

    /// The generation that the row has once it is written; 0 where it goes.
    #[must_use]
    pub const fn new_generation(&self) -> u64 {
        match self {
            Self::Add { .. } => 1,
            Self::Commit { generation, .. } => generation.saturating_add(1),
            Self::Acquire { generation, .. } | Self::Rename { generation, .. } => *generation,
            Self::Remove { .. } => 0,
        }
    }
}

/// What a work has come to.
#[allow(missing_debug_implementations, reason = "it may be a secret")]
#[non_exhaustive]
pub enum Outcome {
    /// It is done, and there is nothing more to say.
    Done,
    /// A token.
    Token(Token),
    /// A request of the service's API, and the generation of its token.
    Request(Request, u64),
    /// A text and a number: the address of a login, 0; an exported grant, the revision that it was made of; a name, 0; a report,
    /// 0; no text, and how many grants were sealed anew.
    Text(String, u64),
    /// Whether something is so: that a service was told of a revocation, or that a token has ended.
    Flag(bool),
}

type Job = Box<dyn Fn(&OpenStore) -> Result<Outcome, Error> + Send + Sync>;

/// Something that is done in steps. It is one thread's at a time.
#[allow(missing_debug_implementations, reason = "it may hold secrets")]
pub struct Work {
    /// None where it ran at once.
    running: Option<Running>,
    state: State,
}

struct Running {
    job: Job,
    store: OpenStore,
    script: Arc<Script>,
}

enum State {
    Next(Step),
    /// An answer was told, and a call that was unwound, as where memory ran out, has not come to what follows: [`Work::catch_up`].
    Behind,
    Over(Option<Result<Outcome, Error>>),
}

impl Work {
    /// Begins a work. Over a store of [`OpenStore::hosted`] it asks the host for what its records and sender would be.
    fn begin(store: &OpenStore, job: Job) -> Self {
        Self::begin_with(store, Script::default(), job)
    }

    /// The same for one that reads all rows, and writes none.
    fn begin_over_all(store: &OpenStore, job: Job) -> Self {
        Self::begin_with(store, Script::of_all(), job)
    }

    fn begin_with(store: &OpenStore, script: Script, job: Job) -> Self {
        let script = Arc::new(script);
        let Some(scripted) = store.scripted(&script) else {
            return Self { running: None, state: State::Over(Some(job(store))) };
        };
        let mut work = Self { running: Some(Running { job, store: scripted, script }), state: State::Behind };
        work.catch_up();
        work
    }

    /// Goes on after a call that was unwound; else there is nothing to do.
    pub fn catch_up(&mut self) {
        if let (State::Behind, Some(running)) = (&self.state, &self.running) {
            self.state = running.run();
        }
        // What was told may be secret, and serves nothing any more.
        if matches!(self.state, State::Over(_)) {
            self.running = None;
        }
    }

    /// What is to be done next; None where the work is over.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        match &self.state {
            State::Next(step) => Some(step),
            State::Behind | State::Over(_) => None,
        }
    }

    /// What it has come to; None while it goes on, and once it was taken.
    pub fn take(&mut self) -> Option<Result<Outcome, Error>> {
        match &mut self.state {
            State::Next(_) | State::Behind => None,
            State::Over(result) => result.take(),
        }
    }

    /// The row that was asked for; None where there is none of that name.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn loaded(&mut self, stored: Option<Stored>) -> Result<(), Error> {
        self.tell(|step| matches!(step, Step::Load { .. }), Told::Loaded(Ok(stored)))
    }

    /// All names, in any order.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn names(&mut self, names: Vec<String>) -> Result<(), Error> {
        self.tell(|step| matches!(step, Step::Names), Told::Names(Ok(names)))
    }

    /// Whether the write has changed a row.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn written(&mut self, is_written: bool) -> Result<(), Error> {
        self.tell(|step| matches!(step, Step::Write(_)), Told::Written(Ok(is_written)))
    }

    /// The table failed, in the host's words, which are for people and must hold no secret. Whether a write was made nobody knows
    /// then.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn failed(&mut self, said: &str) -> Result<(), Error> {
        let error = super::records_failed(said);
        let told = match self.step() {
            Some(Step::Load { .. }) => Told::Loaded(Err(error)),
            Some(Step::Names) => Told::Names(Err(error)),
            _ => Told::Written(Err(error)),
        };
        self.tell(|step| matches!(step, Step::Load { .. } | Step::Names | Step::Write(_)), told)
    }

    /// What came of sending.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn sent(&mut self, sent: Sent) -> Result<(), Error> {
        self.tell(|step| matches!(step, Step::Send(_)), Told::Sent(sent))
    }

    /// The wait is over.
    ///
    /// # Errors
    /// [`Keeping::OutOfStep`], and nothing has changed.
    pub fn waited(&mut self) -> Result<(), Error> {
        self.tell(|step| matches!(step, Step::Wait(_)), Told::Waited)
    }

    fn tell(&mut self, answers: impl FnOnce(&Step) -> bool, told: Told) -> Result<(), Error> {
        let running = self.running.as_ref().filter(|_| self.step().is_some_and(answers)).ok_or(Keeping::OutOfStep)?;
        running.script.tell(told);
        self.state = State::Behind; // That question is never shown again.
        self.catch_up();
        Ok(())
    }
}

impl Running {
    /// Runs it from its start, up to what is not known yet.
    fn run(&self) -> State {
        if let Some(step) = self.script.asks_ahead() {
            return State::Next(step);
        }
        self.script.rewind();
        let result = (self.job)(&self.store);
        self.script.asked().map_or_else(|| State::Over(Some(result)), State::Next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setting::Value;
    use crate::store::settings::StoreSettings;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicU32, Ordering};

    /// As where there is no memory for the run that follows an answer.
    #[test]
    fn what_was_told_is_not_asked_again() {
        let mut settings = StoreSettings::new();
        settings.set("key", Value::Text("osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")).unwrap();
        let store = settings.in_steps("infobase").unwrap();
        let runs = AtomicU32::new(0);
        let job = move |store: &OpenStore| {
            let json = store.grant_as_json("crm");
            assert_ne!(runs.fetch_add(1, Ordering::Relaxed), 1, "the run after the answer is unwound");
            json.map(|json| Outcome::Text(json, 0))
        };
        let mut work = Work::begin(&store, Box::new(job));
        assert!(matches!(work.step(), Some(Step::Load { name }) if name == "crm"));
        assert!(catch_unwind(AssertUnwindSafe(|| work.loaded(None))).is_err());
        assert!(work.step().is_none() && work.take().is_none());
        assert_eq!(work.loaded(None), Err(Keeping::OutOfStep.into()));
        work.catch_up();
        assert!(matches!(work.take(), Some(Err(Error::Keeping(Keeping::UnknownGrant { .. })))));
        assert!(work.running.is_none(), "what it was told is wiped");
    }
}
