//! All that a work was told, in its order; and what stands in for the host while the work runs again.

use super::{Step, Write};
use crate::error::{Error, Internal};
use crate::grant::keep::Clock;
use crate::grant::store::Stored;
use crate::http::{Answer, Request, Sender, Sent, Trouble};
use crate::store::Records;
use crate::store::world::{Once, World};
use crate::system;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// A time at which all patience has ended: what has run into a question runs on to its end by it, and nothing of that counts.
const NEVER: i64 = i64::MAX / 4;

/// The longest patience of a work: it must have ended at that time.
pub(super) const LONGEST_PATIENCE: i64 = NEVER / 2;

/// What was told, or found here.
pub(super) enum Told {
    Loaded(Result<Option<Stored>, Error>),
    Names(Result<Vec<String>, Error>),
    Written(Result<bool, Error>),
    Sent(Sent),
    Waited,
    Time(i64),
    Random(Zeroizing<Vec<u8>>),
    Here(Result<Option<String>, Error>),
}

#[derive(Default)]
struct Inner {
    told: Vec<Told>,
    /// The one that comes next.
    next: usize,
    /// The question that has no answer yet: nothing behind it counts.
    asked: Option<Step>,
    /// Rows that need not be asked for.
    rows: HashMap<String, Option<Stored>>,
    /// All rows, where a work reads them all: to run it again at each would cost the square of their number.
    all: Option<All>,
    /// Of those, the ones that are asked for all the same.
    doubted: HashSet<String>,
}

/// All rows, which are asked for before a work runs.
#[derive(Default)]
struct All {
    names: Option<Result<Vec<String>, Error>>,
    /// The names whose rows are still to be read, the next one last.
    left: Vec<String>,
    rows: HashMap<String, Result<Option<Stored>, Error>>,
}

impl All {
    fn asks(&self) -> Option<Step> {
        match &self.names {
            None => Some(Step::Names),
            Some(_) => self.left.last().map(|name| Step::Load { name: name.clone() }),
        }
    }

    fn tell(&mut self, told: Told) {
        match told {
            Told::Names(names) => {
                self.left = names.clone().unwrap_or_default();
                self.left.sort_unstable_by(|one, other| other.cmp(one));
                self.names = Some(names);
            }
            Told::Loaded(loaded) => {
                let Some(name) = self.left.pop() else { return };
                // The work comes to an end there.
                if loaded.is_err() {
                    self.left.clear();
                }
                self.rows.insert(name, loaded);
            }
            _ => {}
        }
    }
}

/// What a work was told. Its secrets are wiped with it.
#[derive(Default)]
pub(crate) struct Script(Mutex<Inner>);

impl Script {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The work runs from its start.
    pub(super) fn rewind(&self) {
        let mut inner = self.inner();
        inner.next = 0;
        inner.asked = None;
        inner.rows.clear();
        inner.doubted.clear();
    }

    /// For a work that reads all rows: they are asked for first.
    pub(super) fn of_all() -> Self {
        Self(Mutex::new(Inner { all: Some(All::default()), ..Inner::default() }))
    }

    /// What is asked for before the work runs.
    pub(super) fn asks_ahead(&self) -> Option<Step> {
        self.inner().all.as_ref()?.asks()
    }

    /// The answer to what was asked.
    pub(super) fn tell(&self, told: Told) {
        let mut inner = self.inner();
        match &mut inner.all {
            Some(all) if all.asks().is_some() => all.tell(told),
            _ => inner.told.push(told),
        }
    }

    /// What the run has asked.
    pub(super) fn asked(&self) -> Option<Step> {
        self.inner().asked.take()
    }

    fn write(&self, write: Write) -> Result<bool, Error> {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return Err(beyond());
        }
        let is_written = match inner.next() {
            Some(Told::Written(is_written)) => is_written.clone(),
            Some(_) => return Err(beyond()),
            None => {
                inner.asked = Some(Step::Write(write));
                return Err(beyond());
            }
        };
        inner.follow(write, &is_written);
        is_written
    }
}

/// That what was told is not what is asked for; or that nothing counts any more.
fn beyond() -> Error {
    Internal::Panic.into()
}

impl Inner {
    /// What was told at this place; None at the end of it.
    fn next(&mut self) -> Option<&Told> {
        let told = self.told.get(self.next)?;
        self.next += 1;
        Some(told)
    }

    fn note(&mut self, told: Told) {
        self.told.push(told);
        self.next = self.told.len();
    }

    /// What stands in the row after a write, where that is certain.
    fn follow(&mut self, write: Write, is_written: &Result<bool, Error>) {
        let before = self.rows.remove(write.name());
        if !matches!(is_written, Ok(true)) {
            return;
        }
        let (name, row) = match write {
            Write::Acquire { name, generation, revision, record } => {
                (name, Some(Stored { generation, revision: revision + 1, record }))
            }
            Write::Add { name, record } => (name, Some(Stored { generation: 1, revision: 1, record })),
            Write::Remove { name, .. } => (name, None),
            Write::Commit { name, generation, record } => match before {
                Some(Some(before)) if before.generation == generation => {
                    (name, Some(Stored { generation: generation + 1, revision: before.revision + 1, record }))
                }
                _ => return,
            },
            Write::Rename { name, new_name, .. } => {
                self.rows.remove(&new_name);
                (name, None)
            }
        };
        self.rows.insert(name, row);
    }
}

impl Records for Script {
    fn load(&self, name: &str) -> Result<Option<Stored>, Error> {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return Err(beyond());
        }
        if let Some(row) = inner.rows.get(name) {
            return Ok(row.clone());
        }
        if let Some(row) =
            inner.all.as_ref().and_then(|all| all.rows.get(name)).filter(|_| !inner.doubted.contains(name))
        {
            return row.clone();
        }
        let loaded = match inner.next() {
            Some(Told::Loaded(loaded)) => loaded.clone(),
            Some(_) => return Err(beyond()),
            None => {
                inner.asked = Some(Step::Load { name: name.to_owned() });
                return Err(beyond());
            }
        };
        if let Ok(row) = &loaded {
            inner.rows.insert(name.to_owned(), row.clone());
        }
        loaded
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.write(Write::Acquire { name: name.to_owned(), generation, revision, record: record.to_owned() })
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.write(Write::Commit { name: name.to_owned(), generation, record: record.to_owned() })
    }

    fn add(&self, name: &str, record: &str) -> Result<bool, Error> {
        self.write(Write::Add { name: name.to_owned(), record: record.to_owned() })
    }

    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error> {
        self.write(Write::Remove { name: name.to_owned(), generation })
    }

    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error> {
        let (new_name, record) = (new_name.to_owned(), record.to_owned());
        self.write(Write::Rename { name: name.to_owned(), generation, new_name, record })
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return Err(beyond());
        }
        if let Some(names) = inner.all.as_ref().and_then(|all| all.names.clone()) {
            return names;
        }
        match inner.next() {
            Some(Told::Names(names)) => names.clone(),
            Some(_) => Err(beyond()),
            None => {
                inner.asked = Some(Step::Names);
                Err(beyond())
            }
        }
    }
}

impl Sender for Script {
    fn send(&self, request: &Request, _: u64) -> Sent {
        let mut inner = self.inner();
        let nothing = Sent::NotSent(Trouble::NoConnection);
        if inner.asked.is_some() {
            return nothing;
        }
        let sent = match inner.next() {
            Some(Told::Sent(sent)) => again(sent),
            Some(_) => return nothing,
            None => {
                inner.asked = Some(Step::Send(request.clone()));
                return nothing;
            }
        };
        inner.rows.clear();
        sent
    }
}

impl Clock for Script {
    fn now(&self) -> i64 {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return NEVER;
        }
        match inner.next() {
            Some(Told::Time(time)) => *time,
            Some(_) => NEVER,
            None => {
                let now = system::milliseconds();
                inner.note(Told::Time(now));
                now
            }
        }
    }

    fn sleep_until(&self, time: i64) {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return;
        }
        match inner.next() {
            Some(_) => inner.rows.clear(),
            None => inner.asked = Some(Step::Wait(time)),
        }
    }
}

impl Once for Script {
    fn here(&self, work: &mut dyn FnMut() -> Result<Option<String>, Error>) -> Result<Option<String>, Error> {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return Err(beyond());
        }
        match inner.next() {
            Some(Told::Here(found)) => found.clone(),
            Some(_) => Err(beyond()),
            None => {
                let found = work();
                inner.note(Told::Here(found.clone()));
                found
            }
        }
    }

    fn doubt(&self, name: &str) {
        let mut inner = self.inner();
        inner.rows.remove(name);
        inner.doubted.insert(name.to_owned());
    }
}

impl World for Script {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        let mut inner = self.inner();
        if inner.asked.is_some() {
            return Err(beyond());
        }
        match inner.next() {
            Some(Told::Random(drawn)) if drawn.len() == bytes.len() => {
                bytes.copy_from_slice(drawn);
                Ok(())
            }
            Some(_) => Err(beyond()),
            None => {
                system::fill(bytes)?;
                inner.note(Told::Random(Zeroizing::new(bytes.to_vec())));
                Ok(())
            }
        }
    }
}

/// The same once more.
fn again(sent: &Sent) -> Sent {
    let copy = |answer: &Answer| {
        let mut copy = Answer::new(answer.status, answer.body());
        copy.content_type.clone_from(&answer.content_type);
        copy.challenge.clone_from(&answer.challenge);
        (copy.retry_after, copy.is_cut) = (answer.retry_after, answer.is_cut);
        copy
    };
    match sent {
        Sent::Answer(answer) => Sent::Answer(copy(answer)),
        Sent::NotSent(trouble) => Sent::NotSent(*trouble),
        Sent::Lost(trouble) => Sent::Lost(*trouble),
        Sent::Cut(trouble, answer) => Sent::Cut(*trouble, copy(answer)),
    }
}
