//! A search through every order of events: processes that refresh one grant, die, and are paused, over a service that
//! rotates, while answers are lost or come late.
//!
//! The machine is the real one (`osign::grant::refresh`); the store, the lock, the network and the service are small
//! models. What must hold in every state stands in `world::broken::Broken`.

#![cfg(feature = "grant")]

mod fingerprint;
mod service;
mod unread;
mod world;

use fingerprint::Fingerprint;
use osign::grant::rules::Rules;
use osign::provider::policy::Policy;
use service::Habit;
use std::collections::HashSet;
use std::rc::Rc;
use world::{Limits, Move, World};

const LIMITS: Limits = Limits {
    processes: 2,
    calls: 1,
    patience: 0,
    crashes: 1,
    losses: 1,
    failures: 0,
    pauses: 1,
    expiries: 0,
    intents: false,
    refusals: 0,
    early: 0,
    life: 0,
    states: 30_000_000,
};

/// No short search finds as many.
const SHORT: usize = 1_500_000;

/// Long enough for one look at what another one does, and not for a back-off, which the next call comes after; and long
/// enough for that.
const PATIENCE: [i64; 2] = [20, 3_000];

/// How much is searched: `OSIGN_MODEL=long` takes an hour or so, with three processes and any two of a crash, a loss and a pause, and
/// with two and more of each.
fn limits() -> Vec<Limits> {
    let of = |processes, crashes, losses, pauses| Limits { processes, crashes, losses, pauses, ..LIMITS };
    match std::env::var("OSIGN_MODEL").as_deref() {
        Ok("long") => {
            vec![of(3, 1, 1, 0), of(3, 1, 0, 1), of(3, 0, 1, 1), of(2, 2, 1, 1), of(2, 1, 2, 1), of(2, 1, 1, 2)]
        }
        Ok(numbers) => {
            let n: Vec<u32> = numbers.split(',').map(|n| n.parse().expect("a number")).collect();
            vec![Limits { calls: n[1], failures: n[4], ..of(n[0] as usize, n[2], n[3], n[5]) }]
        }
        Err(_) => vec![Limits { states: SHORT, ..LIMITS }],
    }
}

/// Visits each state once, depth first. A trace that breaks a rule is printed.
fn search(name: &str, rules: &Rules, habit: Habit, limits: Limits) {
    let first = World::new(rules.clone(), habit, limits);
    let mut seen = HashSet::new();
    let mut stack = vec![(first, None::<Rc<Trace>>)];
    let mut ends = 0_u64;
    while let Some((world, trace)) = stack.pop() {
        if !seen.insert(Fingerprint::of(&world)) {
            continue;
        }
        assert!(seen.len() <= limits.states, "{name}: more than {} states", limits.states);
        let moves = world.moves();
        if moves.is_empty() {
            ends += 1;
            if let Some(broken) = world.at_the_end() {
                panic!("{name}: {broken:?}\n{}\n{world:#?}", told(trace.as_ref()));
            }
        }
        for step in moves {
            let mut next = world.clone();
            next.make(&step);
            let trace = Some(Rc::new(Trace { step, before: trace.clone() }));
            if let Some(broken) = next.broken() {
                panic!("{name}: {broken:?}\n{}\n{next:#?}", told(trace.as_ref()));
            }
            next.forget();
            stack.push((next, trace));
        }
    }
    println!("{name}: {} states, {ends} ends", seen.len());
    assert!(ends > 0, "{name}: nothing ever came to an end");
}

/// How a state came about.
struct Trace {
    step: Move,
    before: Option<Rc<Trace>>,
}

fn told(mut trace: Option<&Rc<Trace>>) -> String {
    let mut lines = Vec::new();
    while let Some(last) = trace {
        lines.push(format!("{:?}", last.step));
        trace = last.before.as_ref();
    }
    lines.reverse();
    lines.join("\n")
}

fn rules(policy: Policy, revokes_family: bool) -> Rules {
    Rules { policy, revokes_family, deadline: 100, margin: 50, ..Rules::default() }
}

/// How long a lease lasts there: for the second request of a call it is too short.
const LEASE: i64 = 400;

/// A test for each policy, which the service keeps to; over a store whose locks end with their owners, over one whose locks
/// are leases that end by time, and over one that has no locks but the intents in its records.
macro_rules! policies {
    ($($name:ident: $policy:expr, $family:expr, $habit:expr;)+) => {
        $(
            #[test]
            fn $name() {
                let all = limits().into_iter().flat_map(|limits| PATIENCE.map(|patience| Limits { patience, ..limits }));
                for limits in all {
                    search(stringify!($name), &rules($policy, $family), $habit, limits);
                    // With all their waits leases alone would take a minute.
                    if limits.states == SHORT && limits.patience != PATIENCE[0] {
                        continue;
                    }
                    let rules = Rules { lease: Some(LEASE), ..rules($policy, $family) };
                    let name = concat!(stringify!($name), ", leases");
                    let limits = Limits { expiries: 1, pauses: limits.pauses.saturating_sub(1), ..limits };
                    search(name, &rules, $habit, limits);
                    let name = concat!(stringify!($name), ", intents");
                    search(name, &rules, $habit, Limits { intents: true, ..limits });
                }
            }
        )+
    };
}

policies! {
    the_refresh_token_stays: Policy::None, false, Habit::Stays;
    the_old_one_dies_at_once: Policy::Strict, false, Habit::Strict;
    reuse_revokes_the_family: Policy::Strict, true, Habit::Family;
    the_old_one_lives_a_while: Policy::Timed { seconds: 60, count: None }, false, Habit::Timed(60_000);
    the_old_one_lives_a_while_and_then_costs_the_family:
        Policy::Timed { seconds: 1, count: None }, true, Habit::TimedFamily(1_000);
    until_the_new_refresh_token_is_used:
        Policy::UntilNewRefreshUsed { cap: 0 }, false, Habit::UntilNewRefreshUsed;
    until_the_new_access_token_is_used:
        Policy::UntilNewAccessUsed { extra: 0, cap: 0 }, false, Habit::UntilNewAccessUsed;
    the_same_pair_again: Policy::Idempotent, false, Habit::Idempotent;
    nothing_is_known_and_it_is_strict: Policy::Strict, false, Habit::Strict;
    nothing_is_known_and_it_is_a_family: Policy::Strict, false, Habit::Family;
    fapi2: Policy::Fapi2, false, Habit::UntilNewRefreshUsed;
    the_value_may_change: Policy::Maybe, false, Habit::Stays;
}

/// What both callers are told in these is no crash and no loss, so that the searches stay small.
const TOLD: Limits = Limits { calls: 2, crashes: 0, losses: 0, pauses: 1, states: 400_000, ..LIMITS };

/// Rotations that differ in what a second request costs.
const TOLD_POLICIES: [(&str, Policy, bool, Habit); 3] = [
    ("strict", Policy::Strict, false, Habit::Strict),
    ("family", Policy::Strict, true, Habit::Family),
    ("idempotent", Policy::Idempotent, false, Habit::Idempotent),
];

/// Callers whose token was turned down get another one, once, and then the reason.
#[test]
fn a_token_is_turned_down() {
    for (name, policy, family, habit) in TOLD_POLICIES {
        for patience in PATIENCE {
            let limits = Limits { patience, refusals: 2, pauses: 0, ..TOLD };
            search(&format!("turned down, {name}"), &rules(policy, family), habit, limits);
        }
    }
}

/// The service renews only later: the token that lives is handed out, and nothing is sent before its end.
#[test]
fn a_service_says_that_it_is_too_early() {
    for (name, policy, family, habit) in TOLD_POLICIES {
        for (patience, life) in PATIENCE.into_iter().zip([10_000, 0]) {
            let limits = Limits { patience, life, early: 2, ..TOLD };
            search(&format!("too early, {name}"), &rules(policy, family), habit, limits);
        }
    }
}
