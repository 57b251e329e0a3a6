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
    /// Names, and the tokens of their leases.
    leases: Vec<(String, String)>,
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

    /// Says that this thread is about to take a lease; false where another has it, or had it and has not come to an end: its
    /// writes would pass for ours.
    pub(super) fn claim(&self, call: &Call, name: &str) -> bool {
        let leases = &mut self.inner(call).leases;
        let is_free = !leases.iter().any(|(known, _)| known == name);
        if is_free {
            leases.push((name.to_owned(), String::new()));
        }
        is_free
    }

    /// The lease of a name that was claimed has this token.
    pub(super) fn taken(&self, call: &Call, name: &str, token: &str) {
        if let Some((_, known)) = self.inner(call).leases.iter_mut().find(|(known, _)| known == name) {
            token.clone_into(known);
        }
    }

    /// The token of the lease that is had of a name.
    pub(super) fn lease(&self, call: &Call, name: &str) -> Option<String> {
        let inner = self.inner(call);
        let found = inner.leases.iter().find(|(known, token)| known == name && !token.is_empty());
        found.map(|(_, token)| token.clone())
    }

    /// It was not taken, or is given back.
    pub(super) fn release(&self, call: &Call, name: &str) {
        self.inner(call).leases.retain(|(known, _)| known != name);
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
