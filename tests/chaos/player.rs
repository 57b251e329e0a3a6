//! What a process of a campaign does until it is killed, or told to end: its threads ask for tokens and use them. It speaks of what
//! must not be, and is silent otherwise.

use crate::host::{Host, NAME};
use crate::place::Place;
use crate::process::say;
use crate::random::{Random, number};
use osign::error::Error;
use osign::grant::access::Token;
use std::io::Read;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long a call waits, in milliseconds; the clock skips what is long.
pub(crate) const PATIENCE: i64 = 3_000;

/// What a call may come to at any time.
const USUAL: &[&str] = &[
    "busy",
    "busy-store",
    "changed-meanwhile",
    "client-refused",
    "lease-ended",
    "lost-pair",
    "no-such-endpoint",
    "owner-unknown",
    "refused-at-once",
    "rejected",
    "used-elsewhere",
    "waiting",
];

/// What it is told besides the place: numbers, and the address of the API.
pub(crate) struct Orders {
    pub(crate) ahead: i64,
    pub(crate) deadline: u64,
    pub(crate) threads: u64,
    pub(crate) seed: u64,
    pub(crate) api: String,
    /// What calls may come to by the faults of this round, apart by spaces.
    pub(crate) also: String,
}

impl Orders {
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env("OSIGN_TEST_AHEAD", self.ahead.to_string())
            .env("OSIGN_TEST_DEADLINE", self.deadline.to_string())
            .env("OSIGN_TEST_THREADS", self.threads.to_string())
            .env("OSIGN_TEST_SEED", self.seed.to_string())
            .env("OSIGN_TEST_API", &self.api)
            .env("OSIGN_TEST_ALSO", &self.also);
    }

    fn of_environment() -> Self {
        let text = |name: &str| std::env::var(name).unwrap();
        let told = |name: &str| number(name).unwrap();
        Self {
            ahead: text("OSIGN_TEST_AHEAD").parse().unwrap(),
            deadline: told("OSIGN_TEST_DEADLINE"),
            threads: told("OSIGN_TEST_THREADS"),
            seed: told("OSIGN_TEST_SEED"),
            api: text("OSIGN_TEST_API"),
            also: text("OSIGN_TEST_ALSO"),
        }
    }
}

/// Until it is killed, or its input ends.
pub(crate) fn play() {
    let (orders, place) = (Orders::of_environment(), Place::of_environment());
    let ended: &'static AtomicBool = Box::leak(Box::default());
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        ended.store(true, Ordering::SeqCst);
    });
    // A disk that is full, or a server that is down, lets nobody in.
    let host = loop {
        match Host::open(&place, orders.ahead, orders.deadline) {
            Ok(host) => break host,
            Err(error) => judge(&error, &orders.also),
        }
        if ended.load(Ordering::SeqCst) {
            return;
        }
        thread::sleep(Duration::from_millis(30));
    };
    thread::scope(|scope| {
        for index in 0..orders.threads {
            let (host, orders) = (&host, &orders);
            scope.spawn(move || {
                let mut player = Player { host, orders, random: Random::of(orders.seed, index), index, newest: 0 };
                let mut count = 0;
                while !ended.load(Ordering::SeqCst) {
                    count += 1;
                    player.call(count);
                    thread::sleep(Duration::from_millis(player.random.below(30)));
                }
            });
        }
    });
}

struct Player<'a> {
    host: &'a Host,
    orders: &'a Orders,
    random: Random,
    index: u64,
    /// The highest generation that this thread was given.
    newest: u64,
}

impl Player<'_> {
    fn call(&mut self, count: u64) {
        let call = format!("{}/{}/{count}", std::process::id(), self.index);
        let min_validity = if self.random.one_in(4) { 300 } else { 0 };
        let result = self.host.keep(&call, |keeper| keeper.access_token(NAME, min_validity, PATIENCE));
        let Some(token) = self.look(result) else { return };
        if !self.random.one_in(3) {
            return;
        }
        if let Some((status, false)) = self.host.call(&self.orders.api, &token) {
            let call = format!("{call}+");
            let refused = self.host.keep(&call, |keeper| keeper.refused(NAME, token.generation, status, PATIENCE));
            self.look(refused);
        }
    }

    /// A token that is handed out is in the store, or one that took its place.
    fn look(&mut self, result: Result<Token, Error>) -> Option<Token> {
        let token = match result {
            Ok(token) => token,
            Err(error) => {
                judge(&error, &self.orders.also);
                return None;
            }
        };
        if token.generation < self.newest {
            say(&format!("bad: generation {} after {}", token.generation, self.newest));
        }
        self.newest = token.generation;
        if let Ok(grant) = self.host.grant() {
            let is_there = grant.generation == token.generation && grant.secrets.access.as_ref() == Some(&token.value);
            if grant.generation <= token.generation && !is_there {
                say(&format!("bad: generation {} is not durable: {}", token.generation, grant.generation));
            }
        }
        Some(token)
    }
}

/// Whether an error is one that may be; none of its texts has a secret.
fn judge(error: &Error, also: &str) {
    let texts = format!("{error} {error:?} {}", osign::language::russian(error));
    if texts.contains("hunter2") {
        say("bad: a message has a secret");
    }
    if !USUAL.contains(&error.word()) && !also.split(' ').any(|word| word == error.word()) {
        say(&format!("bad: {}: {error}", error.word()));
    }
}
