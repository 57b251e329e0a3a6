//! What a round is made of: a provider, a store, processes, and faults, all drawn by the seed before anything begins.

use crate::place::Kind;
use crate::provider::Lie;
use crate::provider::log::Network;
use crate::random::Random;
use crate::service::{Habits, Rotation, When};
use std::time::Duration;

/// A round.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) kind: Kind,
    pub(crate) habits: Habits,
    /// The milliseconds that the provider takes for a request.
    pub(crate) takes: u64,
    /// One request in so many is lied to; 0 is none.
    pub(crate) lies: u64,
    pub(crate) among: &'static [Lie],
    /// How long locks and intents last, where they end by time; None is the usual time.
    pub(crate) lease: Option<Duration>,
    /// The milliseconds after which a process gives a request up.
    pub(crate) deadline: u64,
    /// Of each process, the milliseconds that its clock is ahead.
    pub(crate) skews: Vec<i64>,
    pub(crate) threads: u64,
    /// Whether the store has a small disk of its own.
    pub(crate) has_disk: bool,
    pub(crate) steps: Vec<Step>,
    /// Of what the provider and the processes draw.
    pub(crate) seed: u64,
}

/// A fault, so many milliseconds after the clock has gone on; the access token has ended by that, or soon will have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) pause: u64,
    pub(crate) skip: i64,
    pub(crate) fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// kill -9 of a process; another one begins.
    Kill(usize),
    /// SIGSTOP of a process, and SIGCONT after so many milliseconds.
    Stop(usize, u64),
    /// The disk is full for so many milliseconds.
    Full(u64),
    Network(Network, u64),
    /// The clock jumps, ahead or back.
    Jump(i64),
    /// A copy of the store is made.
    Copy,
    /// The machine is down, and comes back with the copy.
    Restore,
    /// kill -9 of the server, which is down for so many milliseconds.
    Server(u64),
}

/// A service in trouble; what is new beside [`lie_by_chance`](crate::provider::Provider::lie_by_chance) says no to who is right.
const TROUBLE: &[Lie] = &[
    Lie::DropBefore,
    Lie::DropAfter,
    Lie::Before(500),
    Lie::Before(503),
    Lie::After(502),
    Lie::After(504),
    Lie::Truncated,
    Lie::Cut,
    Lie::CutBehind,
    Lie::Html,
    Lie::Empty,
    Lie::TooMany(Some(1)),
    Lie::TooMany(None),
    Lie::Unavailable(1),
    Lie::PairWith400,
    Lie::Slow(60),
    Lie::Slow(250),
];
const REFUSING: &[Lie] = &[
    Lie::InvalidClient,
    Lie::RedirectUri,
    Lie::TooEarly,
    Lie::RejectedWith200,
    Lie::Before(400),
    Lie::Before(404),
    Lie::DropAfter,
    Lie::TooMany(Some(2)),
];
const LOSING: &[Lie] = &[Lie::DropAfter, Lie::After(500), Lie::Truncated, Lie::Cut, Lie::Html, Lie::Empty];

impl Draw {
    pub(crate) fn of(seed: u64, number: u64, kinds: &[Kind]) -> Self {
        let random = &mut Random::of(seed, number);
        let kind = *random.among(kinds);
        let habits = habits(random);
        let lease = match kind {
            Kind::Sqlite => None,
            _ => random.one_in(2).then(|| Duration::from_millis(1500 + 500 * random.below(3))),
        };
        let processes = 2 + random.below(3) as usize;
        let skews = skews(random, kind, lease, processes);
        let among = *random.among(&[TROUBLE, TROUBLE, LOSING, REFUSING]);
        let lies = *random.among(&[0, 3, 4, 6, 12]);
        let mut takes = *random.among(&[0, 15, 40, 100]);
        let deadline = *random.among(&[150, 2_000, 5_000]);
        let threads = 1 + random.below(4);
        // Of what a server has, the tests of tests/postgres/crashes.rs fill the disk.
        let has_disk = kind != Kind::Postgres && random.one_in(3);
        if has_disk {
            // Else it is never full just before a commit.
            takes = takes.max(150);
        }
        let count = 6 + random.below(10);
        let steps = (0..count).map(|_| step(random, kind, lease, processes, has_disk)).collect();
        Self {
            kind,
            habits,
            takes,
            lies,
            among,
            lease,
            deadline,
            skews,
            threads,
            has_disk,
            steps,
            seed: random.next() | 1,
        }
    }

    pub(crate) fn has(&self, what: impl Fn(Fault) -> bool) -> bool {
        self.steps.iter().any(|step| what(step.fault))
    }

    /// The policy, and whether the family is revoked, for sums.
    pub(crate) fn policy(&self) -> String {
        let debug = format!("{:?}", self.habits.rotation);
        let name = debug.split([' ', '{']).next().unwrap_or_default();
        if self.habits.family { format!("{name}+family") } else { name.to_owned() }
    }

    /// Whether no moment is so bad that a pair which was lost cannot be had again.
    pub(crate) fn always_saves(&self) -> bool {
        let is_wide = |seconds: i64| seconds >= 36_000 && !self.has(|fault| matches!(fault, Fault::Jump(_)));
        let wide = match self.habits.rotation {
            Rotation::Timed { seconds, count: None } | Rotation::Calendar { seconds } => is_wide(seconds),
            Rotation::Timed { .. } => false,
            Rotation::UntilNewRefreshUsed { cap: Some(cap) } => is_wide(cap),
            _ => true,
        };
        self.habits.saves() && wide && self.skews.iter().all(|skew| *skew == 0)
    }
}

/// Every policy and flag of services.md §2.1.
fn habits(random: &mut Random) -> Habits {
    let rotation = match random.below(13) {
        0..=2 => Rotation::Strict,
        3 => Rotation::None,
        4 => Rotation::Timed { seconds: 36_000, count: None },
        5 => Rotation::Timed { seconds: *random.among(&[10, 60]), count: *random.among(&[None, Some(2)]) },
        6 => Rotation::UntilNewRefreshUsed { cap: None },
        7 => Rotation::UntilNewRefreshUsed { cap: Some(*random.among(&[30, 2_592_000])) },
        8 => Rotation::UntilNewAccessUsed { extra: *random.among(&[0, 10]) },
        9 => Rotation::Idempotent,
        10 => Rotation::Calendar { seconds: 86_400 },
        11 => Rotation::Maybe,
        _ => Rotation::Fapi2,
    };
    Habits {
        rotation,
        family: match rotation {
            Rotation::Strict => random.one_in(2),
            Rotation::Timed { .. } => random.one_in(4),
            _ => false,
        },
        old_access_dies: random.one_in(3),
        when: *random.among(&[When::Any, When::Any, When::AfterExpiry, When::Last(30), When::OnRefusal]),
        access_may_stay: random.one_in(5),
        expired_status: *random.among(&[401, 401, 403, 200]),
        life: random.between(1, 3),
    }
}

/// A table's intents hold by the clocks of those who look, which may differ by some seconds alone.
fn skews(random: &mut Random, kind: Kind, lease: Option<Duration>, processes: usize) -> Vec<i64> {
    let most = match kind {
        _ if !random.one_in(4) => 0,
        Kind::Sqlite | Kind::Postgres => *random.among(&[5_000, 3_600_000]),
        Kind::File | Kind::Rows => {
            if lease.is_none() {
                2_000
            } else {
                0
            }
        }
    };
    (0..processes).map(|_| random.between(-most, most)).collect()
}

fn step(random: &mut Random, kind: Kind, lease: Option<Duration>, processes: usize, has_disk: bool) -> Step {
    let other = random.below(processes as u64) as usize;
    let milliseconds = 50 + random.below(350);
    let fault = match random.below(20) {
        0..=6 => Fault::Kill(other),
        8..=10 if has_disk => Fault::Full(300 + 8 * milliseconds),
        // Longer than a lease as often as shorter.
        7 | 8 => match lease {
            Some(lease) if random.one_in(2) => Fault::Stop(other, lease.as_millis() as u64 + milliseconds),
            _ => Fault::Stop(other, milliseconds),
        },
        9 | 10 if kind == Kind::Postgres => Fault::Server(milliseconds),
        11..=13 => Fault::Network(*random.among(&[Network::Cut, Network::Silent, Network::Lossy]), milliseconds),
        14 => Fault::Jump(*random.among(&[3_600_000, -3_600_000, 60_000, -60_000, 5_000, -5_000])),
        15 => Fault::Copy,
        16 => Fault::Restore,
        _ => Fault::None,
    };
    Step { pause: 5 + random.below(150), skip: random.between(300, 3000), fault }
}
