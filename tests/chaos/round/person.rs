//! What a person does about the grant: says that a process is dead, logs in where it was given up, and finds it well at the end.

use super::{LONG, Round};
use crate::host::NAME;
use crate::place::Kind;
use crate::service::When;
use osign::error::Error;
use osign::grant::Grant;
use osign::grant::record::Status;
use osign::grant::store::Store;
use std::time::Instant;

/// A call that may wait: the clock skips that.
const PATIENCE: i64 = 60_000;

impl Round<'_> {
    /// Whether the grant goes on; who is dead is said to be, and who must log in does.
    pub(super) fn look(&mut self) {
        if !self.is_calm() {
            return;
        }
        // Of a store that is busy nothing is known.
        let Ok(grant) = self.host().grant() else { return };
        assert!(grant.generation >= self.generation, "generation {} after {}", grant.generation, self.generation);
        self.generation = grant.generation;
        self.adopt(&grant);
        if matches!(grant.state.status, Status::NeedsLogin { .. }) {
            self.lost();
        }
    }

    /// Of an intent whose process is dead a person knows that it is.
    fn adopt(&mut self, grant: &Grant) {
        let Some(intent) = grant.state.open_intent().filter(|_| self.host().store.lease().is_some()) else { return };
        let process = intent.owner.split(' ').nth(1).unwrap_or_default().to_owned();
        let is_alive = self.others.iter().any(|other| other.process.id().to_string() == process);
        if self.draw.habits.family && !is_alive && process != std::process::id().to_string() {
            let call = self.call();
            if self.host().keep(&call, |keeper| keeper.adopt(NAME, 0)).is_ok() {
                self.tally.one("faults", "adopted after a death");
            }
        }
    }

    fn is_lost(&self) -> bool {
        self.host().grant().is_ok_and(|grant| matches!(grant.state.status, Status::NeedsLogin { .. }))
    }

    /// Whether the provider would take a refresh token, now or once it is time.
    fn is_good(&self, token: &str) -> bool {
        let mut service = self.provider.service().clone();
        service.habits.when = When::Any;
        service.would_take(token, self.clock.now())
    }

    /// The grant was given up: silently, and with good reason. A person logs in again.
    fn lost(&mut self) {
        // Whoever holds a pair may bring it, and the grant back.
        for undo in std::mem::take(&mut self.undo) {
            self.undone(undo.1);
        }
        let begun = Instant::now();
        let mut silent = 0;
        while silent < 2 || self.evidence().0.is_pending() {
            let sends = self.provider.sends();
            self.wait(100);
            if !self.is_lost() {
                return;
            }
            let is_silent = self.provider.sends() == sends;
            // Where a lock ends by time somebody may have begun before.
            assert!(
                is_silent || self.draw.kind != Kind::Sqlite || silent == 0,
                "a grant that was given up is asked for"
            );
            silent = if is_silent { silent + 1 } else { 0 };
            assert!(begun.elapsed() < LONG, "a grant that was given up is asked for, or a call has no end");
        }
        let reason = self.evidence().0.reason();
        let Ok(grant) = self.host().grant() else { return };
        let reason = reason.expect("a grant was lost for nothing");
        let is_excused = matches!(reason, "restored" | "the service said no to a good token");
        assert!(is_excused || !self.draw.always_saves(), "a grant was lost that could be saved: {reason}");
        if !is_excused {
            for token in grant.secrets.refresh.iter().chain(&grant.secrets.alternates) {
                assert!(!self.is_good(token.expose()), "a grant was given up whose token is good");
            }
        }
        let policy = self.draw.policy();
        self.tally.one("grants lost", format!("{policy}: {reason}"));
        self.log_in();
    }

    /// A code may be lost as well.
    fn log_in(&mut self) {
        for _ in 0..60 {
            let call = self.call();
            self.seen.login = self.provider.sends();
            match self.host().log_in(&call, &self.provider) {
                Ok(_) => {
                    self.seen.login = self
                        .provider
                        .log()
                        .iter()
                        .position(|entry| entry.sender.starts_with(&format!("{call}#")))
                        .unwrap()
                        + 1;
                    return;
                }
                Err(error) => self.may_fail(&error),
            }
            self.wait(20);
            self.clock.skip(1_000);
        }
        panic!("a person cannot log in");
    }

    fn may_fail(&self, error: &Error) {
        let may = [
            "login-lost",
            "waiting",
            "busy",
            "busy-store",
            "changed-meanwhile",
            "client-refused",
            "code-rejected",
            "lease-ended",
            "no-such-endpoint",
        ];
        assert!(may.contains(&error.word()), "{error}");
    }

    /// All is well, and so must the grant be, once time has passed.
    pub(super) fn settle(&mut self) {
        self.provider.service().habits.life = 3600;
        // Of a token that lives, by a clock that was put back for long, nobody knows whether it can be renewed. The provider has
        // the same clock, and may have minted it after that had jumped ahead.
        let end = self.host().grant().ok().and_then(|grant| grant.state.expires_at).unwrap_or_default();
        let end = end.max(self.provider.service().current_ends());
        self.clock.skip((end - self.clock.now()).max(0) + 1);
        for _ in 0..30 {
            // Leases, waits of families and back-offs are over.
            self.clock.skip(100_000);
            self.look();
            let call = self.call();
            let token = match self.host().token(&call, PATIENCE) {
                Ok(token) => token,
                Err(error) => {
                    let may =
                        ["waiting", "busy", "busy-store", "owner-unknown", "rejected", "lost-pair", "used-elsewhere"];
                    assert!(may.contains(&error.word()), "at the end: {error}");
                    // A lease at a server ends by its clock.
                    if error.word() == "busy" {
                        self.wait(200);
                    }
                    continue;
                }
            };
            // One that hands out the same pair again may have minted it for a process that was killed, and its life is over.
            let (_, is_taken) = self.host().call(&self.provider.url("/api"), &token).unwrap();
            let grant = self.host().grant().unwrap();
            // Nor does anything end an intent while the token lives, as it does by a clock that was put back.
            if !is_taken || grant.state.status != Status::Active || grant.state.intent.is_some() {
                self.clock.skip(3_600_000);
                continue;
            }
            assert_eq!((grant.generation, grant.secrets.access), (token.generation, Some(token.value)));
            let refresh = grant.secrets.refresh.expect("there is a refresh token");
            assert!(self.is_good(refresh.expose()), "the refresh token that is kept is dead");
            let info = self.host().store.info().unwrap();
            assert_eq!((info.quarantine, info.spilled), (None, Vec::new()));
            return;
        }
        panic!("the grant is not well at the end");
    }
}
