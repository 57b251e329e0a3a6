//! What the provider notes of each request to its token endpoint, and what its network does.

use super::Lie;
use crate::service::{Pair, Refusal};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// The header by which a request says who sends it and, behind a space, when, in microseconds of the system's clock.
pub(crate) const SENDER: &str = "X-Sender";

/// What was not let in for so long has vanished: the tests' clock lets pass more than that where a token is not to be sent
/// before what was sent has arrived or vanished.
const VANISHED: Duration = Duration::from_millis(200);

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// Who sent it, if they said, and when: requests arrive in another order where the network holds them up.
    pub(crate) sender: String,
    pub(crate) sent: u64,
    /// What it spends: a refresh token, or a code.
    pub(crate) spends: String,
    pub(crate) is_login: bool,
    /// When it was read, by the test's clock and by the system's.
    pub(crate) at: i64,
    pub(crate) begun: Instant,
    /// Those that were under way then and whose senders waited, it among them.
    pub(crate) at_once: Vec<u64>,
    pub(crate) lie: Lie,
    /// What came of it at the service; None where it was not looked at.
    pub(crate) came: Option<Result<Pair, Refusal>>,
}

impl Entry {
    /// Whether its sender waited for it when it was read.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.at_once.contains(&self.number)
    }

    pub(super) fn new(number: u64, sender: Option<&str>, body: &str, at: i64) -> Self {
        let is_login = field(body, "grant_type") == "authorization_code";
        let (sender, sent) = sender.unwrap_or_default().split_once(' ').unwrap_or_default();
        Self {
            number,
            sender: sender.to_owned(),
            sent: sent.parse().unwrap_or_default(),
            spends: field(body, if is_login { "code" } else { "refresh_token" }).to_owned(),
            is_login,
            at,
            begun: Instant::now(),
            at_once: Vec::new(),
            lie: Lie::None,
            came: None,
        }
    }
}

/// The value of a field of a form, which is not encoded.
pub(super) fn field<'a>(body: &'a str, name: &str) -> &'a str {
    body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Vec<Entry>>);

impl Log {
    pub(super) fn begin(&self, entry: Entry) {
        self.0.lock().unwrap().push(entry);
    }

    pub(super) fn change(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.0.lock().unwrap().iter_mut().find(|entry| entry.number == number) {
            change(entry);
        }
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap().clone()
    }
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Network {
    #[default]
    Good,
    /// It is reset.
    Cut,
    /// Nothing passes until it is another; then what was sent arrives, if it has not vanished.
    Silent,
    /// Nothing passes, and what was sent vanishes.
    Lossy,
}

impl Network {
    /// Waits until the network lets a connection in, if it ever does.
    pub(super) fn lets_in(network: &Mutex<Self>, begun: Instant) -> bool {
        let mut is_lost = false;
        loop {
            let now = *network.lock().unwrap();
            is_lost |= now == Self::Lossy || begun.elapsed() > VANISHED;
            match now {
                Self::Cut => return false,
                Self::Good => return !is_lost,
                Self::Silent | Self::Lossy => thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}
