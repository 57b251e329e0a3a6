//! What all threads share: the connections that nobody uses, and the leases that this process has.

use super::address::Address;
use super::connection::{Connection, Failure};
use crate::error::Error;
use crate::store::process::Call;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most connections that are kept while nobody uses them.
const MOST_IDLE: usize = 8;

/// Each method takes a [`Call`], so that no mutex is held, nor a connection out, when a child uses them.
pub(super) struct Shared {
    pub(super) address: Address,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Whose all this is.
    process: u32,
    idle: Vec<Connection>,
    leases: Vec<Known>,
}

/// What is known of a lease of this process.
struct Known {
    name: String,
    /// Empty before it is taken.
    token: String,
    /// False where it could not be given back, and may stand at the server yet.
    is_held: bool,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)
    }
}

impl Shared {
    pub(super) fn new(address: Address) -> Self {
        let inner = Inner { process: std::process::id(), idle: Vec::new(), leases: Vec::new() };
        Self { address, inner: Mutex::new(inner) }
    }

    /// Does something with a connection, which is dropped where that fails: the next one is made anew.
    ///
    /// # Errors
    /// Those of `work`; where no server is reached.
    pub(super) fn with<T>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        self.try_with(call, work).map_err(|failure| failure.of(&self.address))
    }

    pub(super) fn try_with<T>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = match self.idle(call) {
            Some(connection) => connection,
            None => Connection::open(&self.address)?,
        };
        match work(&mut connection) {
            Ok(done) => {
                let mut inner = self.inner(call);
                if inner.idle.len() < MOST_IDLE {
                    inner.idle.push(connection);
                }
                Ok(done)
            }
            Err(failure) => {
                // The server has gone, or is no server to write to any more: so are the others to it.
                if matches!(&failure, Failure::Wire(_) | Failure::Server(_)) && !failure.is("23505") {
                    self.inner(call).idle.clear();
                }
                Err(failure)
            }
        }
    }

    /// One that the server has not closed meanwhile.
    fn idle(&self, call: &Call) -> Option<Connection> {
        loop {
            let mut connection = self.inner(call).idle.pop()?;
            if !connection.is_stale() {
                return Some(connection);
            }
        }
    }

    /// Says that this thread is about to take a lease. None where another has it, or had it and has not come to an end: its
    /// writes would pass for ours. Else the token of one that could not be given back, or nothing.
    pub(super) fn claim(&self, call: &Call, name: &str) -> Option<String> {
        let leases = &mut self.inner(call).leases;
        match leases.iter_mut().find(|known| known.name == name) {
            Some(known) if known.is_held => None,
            Some(known) => {
                known.is_held = true;
                Some(std::mem::take(&mut known.token))
            }
            None => {
                leases.push(Known { name: name.to_owned(), token: String::new(), is_held: true });
                Some(String::new())
            }
        }
    }

    /// The lease of a name that was claimed has this token.
    pub(super) fn taken(&self, call: &Call, name: &str, token: &str) {
        if let Some(known) = self.inner(call).leases.iter_mut().find(|known| known.name == name) {
            token.clone_into(&mut known.token);
        }
    }

    /// The token of the lease that is had of a name.
    pub(super) fn lease(&self, call: &Call, name: &str) -> Option<String> {
        let inner = self.inner(call);
        let found = inner.leases.iter().find(|known| known.name == name && known.is_held && !known.token.is_empty());
        found.map(|known| known.token.clone())
    }

    /// It is had no more; what is left at the server has this token, if anything.
    pub(super) fn release(&self, call: &Call, name: &str, left: &str) {
        let leases = &mut self.inner(call).leases;
        leases.retain(|known| known.name != name);
        if !left.is_empty() {
            leases.push(Known { name: name.to_owned(), token: left.to_owned(), is_held: false });
        }
    }

    /// A child drops what it inherited, without a word to the server, which talks to the parent.
    fn inner(&self, call: &Call) -> MutexGuard<'_, Inner> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.process != call.process {
            inner.idle.clear();
            inner.leases.clear();
            inner.process = call.process;
        }
        inner
    }
}
