//! A store and a sender with a gate before and behind each of their steps: where a process stops, and what fails there.

use osign::error::Error;
use osign::grant::store::{Happening, Lock, Store, Stored};
use osign::http::{Request, Sender, Sent};
use std::time::Duration;

/// Called with a step's name, such as `before commit`; the step fails where this does.
pub(crate) type Gate<'a> = &'a (dyn Fn(&str) -> Result<(), Error> + Sync);

/// The steps that are watched, in the order of a refresh.
pub(crate) const STEPS: [&str; 8] = [
    "before lock",
    "behind lock",
    "before acquire",
    "behind acquire",
    "before send",
    "behind send",
    "before commit",
    "behind commit",
];

pub(crate) struct Watched<'a, T> {
    pub(crate) inner: &'a T,
    pub(crate) gate: Gate<'a>,
}

impl<T> Watched<'_, T> {
    fn step<R>(&self, name: &str, work: impl FnOnce(&T) -> Result<R, Error>) -> Result<R, Error> {
        (self.gate)(&format!("before {name}"))?;
        let result = work(self.inner)?;
        (self.gate)(&format!("behind {name}"))?;
        Ok(result)
    }
}

impl<S: Store> Store for Watched<'_, S> {
    type Lock = S::Lock;

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
        self.step("load", |store| store.load(name))
    }

    fn load_foreign(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.inner.load_foreign(name)
    }

    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error> {
        self.step("acquire", |store| store.acquire(name, generation, revision, record))
    }

    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error> {
        self.step("commit", |store| store.commit(name, generation, record))
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
        self.step("lock", |store| store.lock(name, owner))
    }

    fn spill(&self, name: &str, record: &str) -> Result<(), Error> {
        self.step("spill", |store| store.spill(name, record))
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

impl<S: Sender> Sender for Watched<'_, S> {
    fn resolve(&self, request: &Request) {
        (self.gate)("before resolve").unwrap();
        self.inner.resolve(request);
    }

    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        (self.gate)("before send").unwrap();
        let sent = self.inner.send(request, deadline_ms);
        (self.gate)("behind send").unwrap();
        sent
    }
}

/// A sender that waits for less than it is told to.
pub(crate) struct Hasty<'a, S> {
    pub(crate) inner: &'a S,
    pub(crate) deadline_ms: u64,
}

impl<S: Sender> Sender for Hasty<'_, S> {
    fn send(&self, request: &Request, _: u64) -> Sent {
        self.inner.send(request, self.deadline_ms)
    }
}

/// A sender that sends nothing, and answers as it is told.
pub(crate) struct Told<F>(pub(crate) F);

impl<F: Fn(&Request) -> Sent> Sender for Told<F> {
    fn send(&self, request: &Request, _: u64) -> Sent {
        (self.0)(request)
    }
}
