//! Grants that survive, over a real provider, the real store, the real client and real processes: each row of the fault
//! matrix is a test that bears its number.
//!
//! Rows that are not here: 13 (a holder that is paused beyond its lease, and another host refreshes) needs a store of several
//! hosts, and 26 (a forged disconnect hook) the hooks; neither is there yet. Of row 8 "the database is down", of row 12 "on
//! several hosts", of row 30 what is the store's alone (`tests/store/fork.rs`), and of row 31 network file systems
//! (`src/store/place.rs`) are elsewhere as well.
//!
//! Of row 28 the probe is not here that asks a service for an account's new host and then goes on by itself: of the services that
//! osign knows amoCRM alone has one, which nobody has tried against a live account, and what it takes is a refresh token sent to a
//! host that an access token names whose signature nobody checks. A person logs in at the new host instead.
//!
//! Some need the right to mount, as root or by sudo without a password; where that is missing, they fail.

#![cfg(all(feature = "sqlite", feature = "http", target_os = "linux"))]

mod answers;
mod bars;
mod changes;
#[path = "../support/clock.rs"]
mod clock;
mod crashes;
#[path = "../support/disk.rs"]
mod disk;
mod disks;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/folder.rs"]
mod folder;
mod opened;
mod policies;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/process.rs"]
mod process;
#[allow(dead_code, reason = "shared with other tests")]
mod provider;
mod races;
mod records;
mod roles;
mod secrets;
mod service;
mod stores;
mod watched;
mod world;

/// Not a test by itself: other processes of the tests begin here.
#[test]
fn child() {
    if let Ok(role) = std::env::var(process::ROLE) {
        roles::play(&role);
    }
}
