//! What other processes do in the tests.

use crate::process::{listen, say};
use crate::world::{Host, NAME, PATIENCE, STOP};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a child does in a role.
pub(crate) fn play(role: &str) {
    match role {
        "token" => token(&Host::of_environment()),
        "calls" => crate::bars::calls(&Host::of_environment()),
        _ => panic!("the role {role:?}"),
    }
}

/// Asks once for a token; at a step that the environment names it stops, until it is killed or let go on.
fn token(host: &Host) {
    let stop = std::env::var(STOP).unwrap_or_default();
    let stopped = AtomicBool::new(false);
    let gate = |step: &str| {
        if step == stop && !stopped.swap(true, Ordering::Relaxed) {
            say("stopped");
            listen();
        }
        Ok(())
    };
    match host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)) {
        Ok(token) => say(&format!("token {}", token.generation)),
        Err(error) => say(&format!("error {}", error.word())),
    }
}
