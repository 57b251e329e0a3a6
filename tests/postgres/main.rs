//! The store in PostgreSQL, at real servers: what every store must be able to do, and the faults of servers and networks.
//!
//! `make test-postgres` installs what they need. Some need the right to mount and to make network namespaces, as root.

#![cfg(all(feature = "cli", feature = "postgres", target_os = "linux"))]

mod clients;
#[path = "../support/clock.rs"]
mod clock;
mod crashes;
mod doors;
mod fork;
mod hosts;
#[path = "../support/process.rs"]
mod process;
#[allow(dead_code, reason = "it can tell more lies than are needed here")]
#[path = "../faults/provider.rs"]
mod provider;
mod scale;
mod schema;
mod server;
#[allow(dead_code, reason = "it has more habits than are needed here")]
#[path = "../faults/service.rs"]
mod service;
mod shell;
#[path = "../store_suite/mod.rs"]
mod suite;
#[allow(dead_code, reason = "senders that lie are not needed here")]
#[path = "../faults/watched.rs"]
mod watched;
mod world;

use osign::store::Postgres;
use process::ROLE;
use server::Server;
use std::process::Command;
use std::time::Duration;
use suite::Place;

impl Place for Server {
    type Store = Postgres;

    fn open(&self) -> Postgres {
        self.open()
    }

    fn command(&self) -> Command {
        self.command()
    }
}

#[test]
fn what_every_store_must_be_able_to_do() {
    let mut server = Server::with_store("suite");
    server.lease = Duration::from_secs(3);
    suite::run(&server);
}

/// Not a test by itself: other processes of the tests begin here.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    match role.as_str() {
        "hold" | "count" => assert!(suite::play(&server::of_environment(), &role)),
        "fork" => fork::play(),
        "orphan" => fork::play_orphan(),
        "names" => scale::names(),
        role => world::play(role),
    }
}
