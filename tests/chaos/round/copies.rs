//! A round's server, and copies of its store that take its place.

use super::{Round, Spare};
use crate::host::{Host, NAME};
use crate::place::Kind;
#[cfg(feature = "postgres")]
use crate::server::Server;
use osign::error::Quarantine;
use osign::grant::record::Status;

/// The URL of a database with nothing in it.
#[cfg(feature = "postgres")]
pub(super) fn database(server: &mut Spare) -> String {
    match server {
        Some(server) => {
            server.sql("postgres", "DROP DATABASE grants WITH (FORCE); CREATE DATABASE grants OWNER osign");
            server.url()
        }
        None => server.insert(Server::start("chaos")).url(),
    }
}

#[cfg(not(feature = "postgres"))]
pub(super) fn database(_: &mut Spare) -> String {
    unreachable!("no such store is drawn")
}

impl Round<'_> {
    pub(super) fn copy(&mut self) {
        let copied = match self.place.kind {
            Kind::Postgres => self.copy_tables("osign_", "copy_"),
            _ => self.place.copy_of(&self.host().store),
        };
        // A store that is busy is copied another time; there is a copy from the start.
        assert!(copied.is_ok() || !self.others.is_empty(), "{copied:?}");
    }

    #[cfg(feature = "postgres")]
    fn copy_tables(&self, from: &str, to: &str) -> Result<(), String> {
        let sql = |sql: &str| self.server.as_ref().unwrap().sql("grants", sql);
        for table in ["grants", "counters"] {
            sql(&format!("CREATE TABLE IF NOT EXISTS {to}{table} AS TABLE {from}{table} WITH NO DATA"));
            sql(&format!("DELETE FROM {to}{table}"));
        }
        // One statement sees one moment, as a dump does.
        let put = |table: &str| format!("INSERT INTO {to}{table} SELECT * FROM {from}{table}");
        sql(&format!("WITH grants AS ({}) {}", put("grants"), put("counters")));
        Ok(())
    }

    #[cfg(not(feature = "postgres"))]
    fn copy_tables(&self, _: &str, _: &str) -> Result<(), String> {
        unreachable!("no such store is drawn")
    }

    /// The machine goes down, and comes back with an older store: nothing is sent until a person has looked at it.
    pub(super) fn restore(&mut self) {
        (0..self.others.len()).for_each(|index| self.kill(index));
        self.clock.skip(self.draw.habits.life * 1000 + 1);
        let before = self.host().keep("read", |keeper| keeper.grant(NAME)).unwrap();
        // Whoever was killed between a commit and the note of it outside of the store has left that to the next one who looks.
        assert_eq!(self.host().store.quarantine(), Ok(None));
        self.host = None;
        if self.place.kind == Kind::Postgres {
            self.copy_tables("copy_", "osign_").unwrap();
        } else {
            self.place.restore();
        }
        self.seen.restores.push(crate::random::microseconds());
        self.host = Some(Host::open(&self.place, 0, 5_000).unwrap());
        let after = self.host().grant().unwrap();
        self.generation = after.generation;
        // An adoption counts as well, so that what has the same generation can be older.
        let found = self.host().store.quarantine();
        assert!(
            found.is_ok() && (after.generation >= before.generation || found != Ok(None)),
            "nobody notices: {found:?}"
        );
        if found != Ok(None) {
            // A token that lives is handed out, and by a clock that was put back one can live for long; and what a service has asked
            // to wait for is waited for.
            let state = &after.state;
            let left = state.expires_at.max(state.not_before).map_or(0, |until| until - self.clock.now());
            self.clock.skip(left.max(0) + 1);
            let connections = self.provider.connections();
            for _ in 0..3 {
                let call = self.call();
                let word = self.host().token(&call, 0).map(drop).map_err(|error| error.word());
                // Of one that was given up by then that is said first.
                assert!(
                    word == Err("quarantined") || (word.is_err() && after.state.status != Status::Active),
                    "{word:?}"
                );
            }
            assert_eq!(self.host().store.quarantine(), Ok(Some(Quarantine::Restored)));
            assert_eq!(self.provider.connections(), connections, "a quarantined store has its tokens sent");
            assert_eq!(self.host().adopt_store(), Ok(1));
            self.tally.one("faults", "restored and adopted");
        } else {
            self.tally.one("faults", "restored of the same generation");
        }
        assert_eq!(self.host().store.quarantine(), Ok(None));
        self.others = (0..self.draw.skews.len()).map(|index| self.other(index)).collect();
    }
}
