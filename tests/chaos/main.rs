//! A campaign against grants: round after round a provider, a store and faults are drawn by a seed, processes with threads call
//! around expiries meanwhile, and what the provider saw is held against what is promised.
//!
//! | Variable | What it says |
//! |---|---|
//! | `OSIGN_CHAOS_SECONDS` | for how long rounds are begun; else a few seconds |
//! | `OSIGN_CHAOS_SEED` | the seed; else one that is always the same and one that is new, and is printed |
//! | `OSIGN_CHAOS_ROUND` | with a seed: this round alone |
//! | `OSIGN_CHAOS_POSTGRES` | `too`: a store at a server as well, which needs its package; `alone` |
//!
//! A seed brings the same draws in the same order; when a process is killed in its work is the system's to say. A round that fails
//! prints what it was made of, and what was seen.
//!
//! Full disks need the right to mount, as root or by sudo without a password; where that is missing, the campaign fails.

#![cfg(all(feature = "sqlite", feature = "http", target_os = "linux"))]

#[path = "../support/clock.rs"]
mod clock;
mod draw;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/folder.rs"]
mod folder;
mod host;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../hosted/rows.rs"]
mod hosted_rows;
mod journal;
mod judge;
mod place;
mod player;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/process.rs"]
mod process;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../faults/provider.rs"]
mod provider;
mod random;
mod round;
mod rows;
mod sends;
#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../postgres/server.rs"]
mod server;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../faults/service.rs"]
mod service;
mod tally;

use draw::Draw;
use place::Kind;
use random::number;
use round::{Round, Spare};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tally::Tally;

/// The seed of every `make test`, beside a new one.
const USUAL_SEED: u64 = 20_261_129;
/// How many rounds are under way at once: they wait, for the most part.
const LANES: u64 = 3;
/// For how long rounds are begun in `make test`; the last ones end some seconds later.
const USUAL_SECONDS: u64 = 8;

/// Not a test by itself: other processes of the campaign begin here.
#[test]
fn child() {
    if std::env::var(process::ROLE).is_ok() {
        player::play();
    }
}

#[test]
fn nothing_is_lost_that_can_be_saved() {
    let seconds = number("OSIGN_CHAOS_SECONDS").unwrap_or(USUAL_SECONDS);
    let seeds = number("OSIGN_CHAOS_SEED").map_or_else(|| vec![USUAL_SEED, random::microseconds()], |seed| vec![seed]);
    let kinds = kinds();
    for seed in &seeds {
        println!("OSIGN_CHAOS_SEED={seed} OSIGN_CHAOS_SECONDS={seconds}");
    }
    let tally = match number("OSIGN_CHAOS_ROUND") {
        Some(number) => one(seeds[0], number, &kinds, &mut None).expect("this round"),
        None => all(&seeds, &kinds, Duration::from_secs(seconds)),
    };
    println!("{tally}violations: 0");
    assert!(tally.of("provider", "pairs kept") > 0, "nothing was renewed");
}

/// The stores that are drawn.
fn kinds() -> Vec<Kind> {
    match std::env::var("OSIGN_CHAOS_POSTGRES").unwrap_or_default().as_str() {
        "" => Kind::HERE.to_vec(),
        "too" if cfg!(feature = "postgres") => [&Kind::HERE[..], &[Kind::Postgres]].concat(),
        "alone" if cfg!(feature = "postgres") => vec![Kind::Postgres],
        other => panic!("OSIGN_CHAOS_POSTGRES={other} is neither `too` nor `alone`, or this build has no such store"),
    }
}

/// Round after round, of each seed in turn.
fn all(seeds: &[u64], kinds: &[Kind], time: Duration) -> Tally {
    let (begun, next) = (Instant::now(), AtomicU64::new(0));
    let (tally, failed) = (Mutex::new(Tally::default()), AtomicU64::new(0));
    let reported = Mutex::new(begun);
    thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let mut server = None;
                while begun.elapsed() < time && failed.load(Ordering::SeqCst) == 0 {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let seed = seeds[(number % seeds.len() as u64) as usize];
                    match one(seed, number / seeds.len() as u64, kinds, &mut server) {
                        Some(counted) => tally.lock().unwrap().take_in(counted),
                        None => drop(failed.fetch_add(1, Ordering::SeqCst)),
                    }
                    // Who watches a long one sees that it goes on.
                    let mut reported = reported.lock().unwrap();
                    if reported.elapsed() > Duration::from_secs(300) {
                        *reported = Instant::now();
                        println!("after {} s\n{}", begun.elapsed().as_secs(), tally.lock().unwrap());
                    }
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    if failed.load(Ordering::SeqCst) > 0 {
        println!("{tally}");
        panic!("a round has failed; what it was made of is printed above");
    }
    tally
}

/// One round; what it was made of is printed where it fails.
fn one(seed: u64, number: u64, kinds: &[Kind], server: &mut Spare) -> Option<Tally> {
    let draw = Draw::of(seed, number, kinds);
    let told = Mutex::new(Vec::new());
    let done = catch_unwind(AssertUnwindSafe(|| Round::begin(&draw, &told, server).run()));
    if done.is_err() {
        let told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        println!("failed: OSIGN_CHAOS_SEED={seed} OSIGN_CHAOS_ROUND={number}\n{draw:?}\n{}", told.join("\n"));
    }
    done.ok()
}
