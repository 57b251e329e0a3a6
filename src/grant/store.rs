//! What a store must be able to do. Two of its writes are conditional; the rest is listing.

use crate::error::Error;
use crate::explain::{Field, Fields};
use std::time::Duration;

/// A record as a store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The generation of the grant.
    pub generation: u64,
    /// Grows with every write, also with one that leaves the generation.
    pub revision: u64,
    /// The sealed text; see [`seal`](super::seal).
    pub record: String,
}

/// What became of an attempt to take a lock.
#[derive(Debug)]
pub enum Lock<L> {
    /// It is ours until it is dropped, or this process ends.
    Taken(L),
    /// Another one has it, who lives: this names the process, for people.
    Held(String),
}

/// A line of a grant's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// The generation at that time.
    pub generation: u64,
    /// What happened, in a stable word, such as `refreshed`.
    pub event: String,
    /// More about it, for people; no secret.
    pub detail: String,
    /// Who did it: the process.
    pub owner: String,
}

impl Happening {
    /// It as fields; the time is in Unix seconds.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        vec![
            ("at", self.at.div_euclid(1000).into()),
            ("generation", Field::Number(i64::try_from(self.generation).unwrap_or(i64::MAX))),
            ("event", self.event.as_str().into()),
            ("detail", self.detail.as_str().into()),
            ("owner", self.owner.as_str().into()),
        ]
    }
}

/// Where grants are kept.
///
/// Each write is atomic and durable before it returns: it stands there whole, or nothing of it does. Threads and processes
/// may call at the same time.
pub trait Store {
    /// A lock; it is given back when this is dropped, and when the process dies, however it does; or it is a
    /// [`lease`](Self::lease).
    type Lock;

    /// How long locks last, where they end by time: that one has ended is no proof then that its owner is dead
    /// (`token-rotation.md` §5.6 (2)). None where they end with their owners.
    fn lease(&self) -> Option<Duration> {
        None
    }

    /// Whether a lock here is no more than the intent in a record: of two who begin, the one has the lock whose
    /// [`acquire`](Self::acquire) is first, and until that is a [`lease`](Self::lease) old nobody else begins.
    /// [`lock`](Self::lock) is always taken then, and it is for the keeper to look at the record.
    fn locks_are_intents(&self) -> bool {
        false
    }

    /// Looks, where [locks are intents](Self::locks_are_intents), whether anything may be begun with a grant by its record.
    ///
    /// # Errors
    /// [`Quarantined`](crate::error::Keeping::Quarantined) where a newer record was seen.
    fn examine(&self, _name: &str, _stored: &Stored) -> Result<(), Error> {
        Ok(())
    }

    /// The record of a name.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn load(&self, name: &str) -> Result<Option<Stored>, Error>;

    /// The same, also of a record that [`load`](Self::load) refuses since it came from elsewhere: one that is damaged as well is
    /// removed, as nobody can adopt it.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    fn load_foreign(&self, name: &str) -> Result<Option<Stored>, Error> {
        self.load(name)
    }

    /// Puts a record in place of the one of this generation and revision; false where another one stands there.
    ///
    /// # Errors
    /// Where the store cannot be written; [`LeaseEnded`](crate::error::Keeping::LeaseEnded), and nothing was written, where
    /// this store gave a lease of the name that is over.
    fn acquire(&self, name: &str, generation: u64, revision: u64, record: &str) -> Result<bool, Error>;

    /// Puts the record of the generation after `generation` in the place of whatever has `generation`; false where it moved on.
    ///
    /// # Errors
    /// Where the store cannot be written. What was written nobody knows then.
    fn commit(&self, name: &str, generation: u64, record: &str) -> Result<bool, Error>;

    /// Adds the record of a new grant, of the generation 1; false where there is one of that name.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn add(&self, name: &str, record: &str) -> Result<bool, Error>;

    /// Removes the grant of a name with this generation; false where there is none.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn remove(&self, name: &str, generation: u64) -> Result<bool, Error>;

    /// Gives a grant another name and the record for it, in one step; false where the old one is not of this generation, or
    /// there is one of the new name.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn rename(&self, name: &str, generation: u64, new_name: &str, record: &str) -> Result<bool, Error>;

    /// All names, sorted.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn names(&self) -> Result<Vec<String>, Error>;

    /// So many names at most, sorted as bytes are: those behind this one. A store that can hold many does better than this.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn names_after(&self, name: &str, most: usize) -> Result<Vec<String>, Error> {
        let mut names = self.names()?;
        names.retain(|other| other.as_str() > name);
        names.truncate(most);
        Ok(names)
    }

    /// Takes the lock of a name, without waiting.
    ///
    /// # Errors
    /// Where there can be no lock.
    fn lock(&self, name: &str, owner: &str) -> Result<Lock<Self::Lock>, Error>;

    /// Keeps a record beside the store, which did not take it.
    ///
    /// # Errors
    /// Where that fails as well.
    fn spill(&self, name: &str, record: &str) -> Result<(), Error>;

    /// What [`spill`](Self::spill) kept of a name, if anything.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn spilled(&self, name: &str) -> Result<Option<String>, Error>;

    /// Forgets what was kept beside the store: it has found its place.
    ///
    /// # Errors
    /// Where that fails.
    fn forget_spilled(&self, name: &str) -> Result<(), Error>;

    /// Adds a line to a grant's history. It need not be durable at once.
    ///
    /// # Errors
    /// Where the store cannot be written.
    fn note(&self, name: &str, happening: &Happening) -> Result<(), Error>;

    /// The last lines of a grant's history, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    fn history(&self, name: &str, most: usize) -> Result<Vec<Happening>, Error>;
}
