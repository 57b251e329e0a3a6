//! What processes write down of their calls, a line for each step, so that it outlives them: what the store took, what the network
//! brought, and how calls ended.

use osign::error::Error;
use osign::grant::Grant;
use osign::grant::seal::Sealer;
use osign::grant::store::{Happening, Lock, Store, Stored};
use osign::http::{Request, Sender, Sent};
use osign::store::AnyStore;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Journal(File);

impl Journal {
    pub(crate) fn at(folder: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(folder.join("journal")).unwrap())
    }

    /// One write for a line, which the system keeps apart from those of others.
    pub(crate) fn note(&self, call: &str, what: &str, more: &str) {
        (&self.0).write_all(format!("{call}\t{what}\t{more}\n").as_bytes()).unwrap();
    }
}

/// A line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The process, the thread, and the number of the call; of what came of a request, its number behind `#`.
    pub(crate) call: String,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// The store took this, by this step.
    Written(String, Box<Grant>),
    /// What came of a request.
    Sent(String),
    /// How a call ended.
    Ended(String),
}

/// All lines, and none of half a line.
pub(crate) fn lines(folder: &Path, sealer: &Sealer, name: &str) -> Vec<Line> {
    let text = std::fs::read_to_string(folder.join("journal")).unwrap_or_default();
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        let (call, what, more) = (parts.next()?, parts.next()?, parts.next()?);
        let what = match what.as_str() {
            "sent" => What::Sent(more),
            "ended" => What::Ended(more),
            _ => {
                assert!(!more.contains("hunter2"), "a record has a secret that is not sealed: {more}");
                What::Written(what, Box::new(sealer.open(name, &more).unwrap()))
            }
        };
        Some(Line { call, what })
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter_map(line).collect()
}

/// A store and a sender of one thread, which note what is done.
pub(crate) struct Noting<'a, T> {
    pub(crate) inner: &'a T,
    pub(crate) journal: &'a Journal,
    /// The call that is under way.
    pub(crate) call: &'a Mutex<String>,
}

impl<T> Noting<'_, T> {
    fn note(&self, what: &str, more: &str) {
        self.journal.note(&self.call.lock().unwrap(), what, more);
    }

    fn written(&self, what: &str, record: &str, written: Result<bool, Error>) -> Result<bool, Error> {
        if written == Ok(true) {
            self.note(what, record);
        }
        written
    }
}

impl Store for Noting<'_, AnyStore> {
    type Lock = <AnyStore as Store>::Lock;

    fn lease(&self) -> Option<Duration> {
        self.inner.lease()
    }

    fn locks_are_intents(&self) -> bool {
        self.inner.locks_are_intents()
    }

    fn examine(&self, name: &str, stored: &Stored) -> Result<(), Error> {
        self.inner.examine(name, stored)
    }

    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.inner.load(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.written("acquired", record, self.inner.acquire(name, generation, revision, record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.written("committed", record, self.inner.commit(name, generation, record))
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.inner.add(name, record)
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.inner.remove(name, generation)
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        self.inner.rename(name, generation, new_name, record)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.inner.names()
    }

    fn lock(&self, name: &str, owner: &str) -> Result<Lock<Self::Lock>, Error> {
        self.inner.lock(name, owner)
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        self.written("spilled", record, self.inner.spill(name, record).map(|()| true)).map(drop)
    }

    fn spilled(&self, name: &str) -> Result<Option<String>, Error> {
        self.inner.spilled(name)
    }

    fn forget_spilled(&self, name: &str) -> Result<(), Error> {
        self.inner.forget_spilled(name)
    }

    fn note(&self, name: &str, happening: &Happening) -> Result<(), Error> {
        self.inner.note(name, happening)
    }

    fn history(&self, name: &str, most: usize) -> Result<Vec<Happening>, Error> {
        self.inner.history(name, most)
    }
}

/// It waits for less than it is told to.
pub(crate) struct Hasty<'a, S> {
    pub(crate) noting: Noting<'a, S>,
    pub(crate) deadline: u64,
    /// How many requests this call has sent.
    pub(crate) count: AtomicU64,
}

impl<S: Sender> Sender for Hasty<'_, S> {
    fn resolve(&self, request: &Request) {
        self.noting.inner.resolve(request);
    }

    fn send(&self, request: &Request, _: u64) -> Sent {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        let sender = format!("{}#{number}", self.noting.call.lock().unwrap());
        let mut request = request.clone();
        let sent = crate::random::microseconds();
        request.add_header(crate::provider::log::SENDER, &format!("{sender} {sent}"));
        let sent = self.noting.inner.send(&request, self.deadline);
        let what = match &sent {
            Sent::Answer(_) => "answer".to_owned(),
            Sent::NotSent(_) => "not-sent".to_owned(),
            Sent::Lost(trouble) => format!("lost {trouble:?}"),
            Sent::Cut(..) => "cut".to_owned(),
        };
        self.noting.journal.note(&sender, "sent", &what);
        sent
    }
}
