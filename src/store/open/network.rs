//! The HTTP client of an open store.

use super::waits::Waits;
use crate::error::Error;
use crate::http::client::{Client, Options};
use crate::http::{Request, Sender, Sent, Trouble};
use crate::secret::Secret;
use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A client, made when it is needed: most calls send nothing, and reading the system's certificates takes longer than all else.
pub(super) struct Clients {
    options: Options,
    /// Nobody waits for the lock: a child could find it held for ever. Who does not get it makes a client of its own; and so does
    /// a child, since the client's cache of TLS sessions has a lock that waits. So the process that made it stands beside it.
    made: Mutex<Option<(u32, Client)>>,
}

impl Clients {
    /// Which trusts these certificate authorities beside the system's, and goes through this proxy.
    pub(super) fn new(ca_file: Option<&Path>, proxy: Option<&Arc<Secret>>) -> Self {
        let options =
            Options { ca_file: ca_file.map(Path::to_owned), proxy: proxy.map(Arc::clone), ..Options::default() };
        Self { options, made: Mutex::new(None) }
    }

    /// This process's.
    pub(super) fn get(&self) -> Result<Client, Error> {
        self.of(std::process::id())
    }

    fn of(&self, process: u32) -> Result<Client, Error> {
        let Ok(mut made) = self.made.try_lock() else { return Client::new(&self.options) };
        if let Some((maker, client)) = &*made
            && *maker == process
        {
            return Ok(client.clone());
        }
        let client = Client::new(&self.options)?;
        // The parent's is left as it is, locks and all: to drop it could mean to wait.
        std::mem::forget(made.replace((process, client.clone())));
        Ok(client)
    }
}

/// The client of a call.
pub(super) struct Network<'a> {
    clients: &'a Clients,
    waits: &'a dyn Waits,
    failed: RefCell<Option<Error>>,
}

impl<'a> Network<'a> {
    pub(super) fn new(clients: &'a Clients, waits: &'a dyn Waits) -> Self {
        Self { clients, waits, failed: RefCell::new(None) }
    }

    /// Why there is no client, if there is none.
    pub(super) fn failed(&self) -> Option<Error> {
        self.failed.take()
    }

    fn client(&self) -> Option<Client> {
        self.clients.get().map_err(|error| self.failed.replace(Some(error))).ok()
    }
}

impl Sender for Network<'_> {
    fn resolve(&self, request: &Request) {
        // What fails here fails again when it is sent, and is told then.
        let _ = self.client().map(|client| client.resolve(request));
    }

    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        self.waits.for_answer();
        match self.client() {
            Some(client) => client.send(request, deadline_ms),
            None => Sent::NotSent(Trouble::NoConnection),
        }
    }
}

/// Of a run whose requests the caller sends: nothing is asked of it.
pub(super) struct Nobody;

impl Sender for Nobody {
    fn send(&self, _: &Request, _: u64) -> Sent {
        Sent::NotSent(Trouble::NoConnection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fork needs code that is not safe, and another process id shows the same.
    #[test]
    fn a_child_makes_a_client_of_its_own() {
        let clients = Clients::new(None, None);
        let made = |process| {
            clients.of(process).unwrap();
            let made = clients.made.lock().unwrap();
            made.as_ref().map(|(process, client)| (*process, client.clone())).unwrap()
        };
        let (parent, ours) = made(1);
        assert!(parent == 1 && made(1).1.is_same(&ours));
        let (child, its_own) = made(2);
        assert!(child == 2 && !its_own.is_same(&ours));
        assert!(made(2).1.is_same(&its_own));
    }
}
