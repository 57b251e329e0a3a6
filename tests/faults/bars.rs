//! How little is asked of a service, whoever calls how often.

use crate::process::{Other, listen, say};
use crate::provider::Lie;
use crate::service::{Habits, Rotation, When};
use crate::world::{Host, NAME, PATIENCE, World};
use osign::grant::keep::Keeper;
use osign::grant::record::Status;
use osign::grant::store::Store;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What each process is to do.
#[derive(Clone, Copy)]
pub(crate) struct Calls {
    pub(crate) threads: usize,
    pub(crate) calls: usize,
    pub(crate) min_validity: i64,
}

/// What came of it.
pub(crate) struct Done {
    /// The generations that were handed out, sorted.
    pub(crate) generations: Vec<u64>,
    /// The longest that a call took.
    pub(crate) worst: Duration,
    /// All of it, from when the first began.
    pub(crate) took: Duration,
}

const CALLS: &str = "OSIGN_TEST_CALLS";

/// So many processes call.
pub(crate) fn run(world: &World, processes: usize, calls: Calls) -> Done {
    let mut others: Vec<_> = (0..processes)
        .map(|_| {
            let mut command = world.folder.command();
            command.env(CALLS, format!("{} {} {}", calls.threads, calls.calls, calls.min_validity));
            Other::start(command, "calls")
        })
        .collect();
    others.iter_mut().for_each(|other| other.wait_for("ready"));
    let begun = Instant::now();
    others.iter_mut().for_each(Other::go_on);
    let (mut generations, mut worst) = (BTreeSet::new(), 0);
    for other in &mut others {
        let line = other.lines().find_map(|line| line.strip_prefix("done ").map(str::to_owned)).expect("it ends well");
        let mut numbers = line.split(' ').map(|number| number.parse::<u64>().unwrap());
        worst = worst.max(numbers.next().unwrap());
        generations.extend(numbers);
    }
    let took = begun.elapsed();
    others.iter_mut().for_each(Other::end);
    Done { generations: generations.into_iter().collect(), worst: Duration::from_millis(worst), took }
}

/// What such a process does.
pub(crate) fn calls(host: &Host) {
    let numbers: Vec<i64> = std::env::var(CALLS).unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
    let (threads, calls, min_validity) = (numbers[0], numbers[1], numbers[2]);
    host.grant();
    say("ready");
    listen();
    let call = || {
        let begun = Instant::now();
        let token = host.keeper().access_token(NAME, min_validity, PATIENCE).unwrap();
        (begun.elapsed().as_millis(), token.generation)
    };
    let done: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| (0..calls).map(|_| call()).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let generations: BTreeSet<_> = done.iter().map(|(_, generation)| generation.to_string()).collect();
    let worst = done.iter().map(|(took, _)| took).max().unwrap();
    say(&format!("done {worst} {}", Vec::from_iter(generations).join(" ")));
}

#[test]
fn a_thousand_calls_after_a_rejection_send_nothing() {
    for habits in [Habits::STRICT, Habits::FAMILY, Habits::of(Rotation::Maybe)] {
        let world = World::expired("silence", habits);
        world.provider.service().revoke();
        assert_eq!(world.host.token().unwrap_err().word(), "rejected");
        assert_eq!(world.sends(), 1);
        let connections = world.provider.connections();
        for _ in 0..500 {
            assert_eq!(world.host.token().unwrap_err().word(), "rejected");
            assert_eq!(world.host.refused(2).unwrap_err().word(), "rejected");
        }
        assert_eq!(world.provider.connections(), connections);
    }
}

#[test]
fn fifty_threads_whose_token_was_refused_send_once() {
    for habits in [Habits::STRICT, Habits::FAMILY, Habits { old_access_dies: true, ..Habits::STRICT }] {
        let world = World::new("refused", habits);
        world.provider.take(50);
        world.provider.service().end_access();
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    let token = world.host.refused(2).unwrap();
                    assert_eq!(token.generation, 3);
                });
            }
        });
        assert_eq!((world.sends(), world.provider.at_once()), (1, 1));
        // Late ones are handed the newer, and whoever is refused that at once is told so.
        for _ in 0..50 {
            assert_eq!(world.host.refused(2).unwrap().generation, 3);
            assert_eq!(world.host.refused(3).unwrap_err().word(), "refused-at-once");
        }
        assert_eq!(world.sends(), 1);
    }
}

/// HeadHunter's way: `invalid_grant`, and "token not expired".
#[test]
fn a_service_that_refuses_to_renew_early_keeps_its_grant() {
    // As the profile says; and where it does not, so that it is asked too early.
    for told in [true, false] {
        let habits = Habits { when: if told { When::AfterExpiry } else { When::Any }, ..Habits::FAMILY };
        let world = World::new("early", habits);
        world.provider.service().habits.when = When::AfterExpiry;
        world.clock.skip(3_000_000);
        for _ in 0..200 {
            let token = world.host.keeper().access_token(NAME, 1_200_000, PATIENCE).unwrap();
            assert_eq!((token.generation, world.host.call(&world.provider, &token)), (2, 200));
        }
        assert_eq!(world.sends(), usize::from(!told));
        assert_eq!(world.host.grant().state.status, Status::Active);
        world.clock.skip(600_001);
        world.is_well(&world.host.token().unwrap());
        assert_eq!(world.sends(), usize::from(!told) + 1);
    }
    // Their clock is behind ours: we say that it has ended, and they say that it has not.
    let world = World::expired("behind", Habits::STRICT);
    world.provider.lie(&[Lie::TooEarly]);
    assert_eq!(world.host.keeper().access_token(NAME, 0, 100).unwrap_err().word(), "waiting");
    world.is_well(&world.host.token().unwrap());
    assert_eq!((world.sends(), world.provider.rejected()), (2, 0));
}

/// GitLab's way: a refresh ends the access token before.
#[test]
fn where_the_old_access_token_dies_each_caller_is_refused_once_at_most() {
    let world = World::new("dies", Habits { old_access_dies: true, ..Habits::FAMILY });
    let callers: Vec<Vec<u64>> = thread::scope(|scope| {
        let call = |index: usize| {
            let mut refused = Vec::new();
            for round in 0..20 {
                if index == 0 && round % 5 == 0 {
                    // Renewed ahead of its end, under the others' feet.
                    world.clock.skip(2_000_000);
                }
                let mut token = world.host.keeper().access_token(NAME, 1_700_000, PATIENCE).unwrap();
                while world.host.call(&world.provider, &token) != 200 {
                    refused.push(token.generation);
                    token = world.host.refused(token.generation).unwrap();
                }
            }
            refused
        };
        let threads: Vec<_> = (0..8).map(|index| scope.spawn(move || call(index))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    // One refusal for each renewal at most: what comes after it is newer, each time.
    for refused in callers {
        assert!(refused.is_sorted_by(|before, after| before < after), "a caller was refused with {refused:?}");
    }
    assert_eq!((world.provider.rejected(), world.provider.at_once()), (0, 1));
}

#[test]
fn eight_processes_with_a_thousand_calls_refresh_once() {
    for habits in [Habits::STRICT, Habits { old_access_dies: true, ..Habits::FAMILY }] {
        let world = World::expired("thousand", habits);
        world.provider.take(300);
        let done = run(&world, 8, Calls { threads: 1, calls: 1000, min_validity: 0 });
        println!("8 x 1,000 calls: {} request, worst wait {:?}, all in {:?}", world.sends(), done.worst, done.took);
        assert_eq!((world.sends(), done.generations.as_slice()), (1, &[3][..]));
        // On a quiet machine it is the exchange and some hundredths more; others may be at work here.
        assert!(done.worst < Duration::from_secs(2), "a call took {:?}", done.worst);
    }
}

/// What is asked for is more than a token ever lives: it is renewed in the middle of its life, and not at each call.
#[test]
fn a_longer_validity_than_a_life_makes_no_storm() {
    let world = World::new("longer", Habits { life: 600, ..Habits::STRICT });
    for _ in 0..200 {
        assert_eq!(world.host.keeper().access_token(NAME, 86_400_000, PATIENCE).unwrap().generation, 2);
    }
    world.clock.skip(301_000);
    for _ in 0..200 {
        assert_eq!(world.host.keeper().access_token(NAME, i64::MAX, PATIENCE).unwrap().generation, 3);
    }
    assert_eq!(world.sends(), 1);
    for min_validity in [i64::MIN, -1, 0] {
        assert_eq!(world.host.keeper().access_token(NAME, min_validity, PATIENCE).unwrap().generation, 3);
    }
    assert_eq!(world.sends(), 1);
}

#[test]
fn a_life_of_a_second_is_one() {
    let world = World::new("second", Habits { life: 1, ..Habits::STRICT });
    for round in 1..=3 {
        world.expire();
        let begun = world.clock.now();
        let token = world.host.token().unwrap();
        assert_eq!(token.generation, 2 + round);
        let end = token.expires_at.unwrap();
        assert!((begun + 1000..=world.clock.now() + 1000).contains(&end), "{end}");
        for _ in 0..20 {
            assert_eq!(world.host.keeper().access_token(NAME, 400, PATIENCE).unwrap().generation, 2 + round);
        }
    }
    assert_eq!(world.sends(), 3);
}

/// 0 is until it ends, and not a millisecond less.
#[test]
fn no_validity_is_until_the_end() {
    let world = World::new("end", Habits::STRICT);
    let end = world.host.token().unwrap().expires_at.unwrap();
    world.clock.skip(end - world.clock.now() - 400);
    assert_eq!(world.host.token().unwrap().generation, 2);
    assert_eq!(world.sends(), 0);
    world.clock.skip(400);
    assert_eq!(world.host.token().unwrap().generation, 3);
}

/// Many callers that ask for the same validity do not all come at the same moment: within a tenth of what is asked, and 30 s at
/// most, chance decides who renews; and nobody waits for that.
#[test]
fn renewals_ahead_of_time_are_spread() {
    let draws = AtomicU64::new(0);
    let ask = |world: &World, min_validity, share: u32| {
        let random = |bytes: &mut [u8]| {
            if let [_, _, _, _] = bytes {
                draws.fetch_add(1, Ordering::Relaxed);
                bytes.copy_from_slice(&share.to_le_bytes());
                return Ok(());
            }
            crate::world::random(bytes)
        };
        let keeper = Keeper { random: &random, ..world.host.keeper() };
        keeper.access_token(NAME, min_validity, PATIENCE).unwrap().generation
    };
    let drawn = || draws.swap(0, Ordering::Relaxed);
    let at = |world: &World, left: i64| {
        let end = world.host.grant().state.expires_at.unwrap();
        world.clock.skip(end - world.clock.now() - left);
    };
    // 600 s are asked for; the window begins 30 s before.
    let world = World::new("spread", Habits::STRICT);
    at(&world, 640_000);
    assert_eq!((ask(&world, 600_000, 30_000), drawn()), (2, 0));
    at(&world, 620_000);
    assert_eq!((ask(&world, 600_000, 10_000), drawn()), (2, 1));
    // Somebody else is at it, or the store is: the token is good.
    let held = world.host.store.lock(NAME, "another").unwrap();
    assert_eq!((ask(&world, 600_000, 29_000), drawn()), (2, 1));
    drop(held);
    assert_eq!((ask(&world, 600_000, 29_000), drawn(), world.sends()), (3, 1, 1));
    // A tenth, where that is less.
    at(&world, 104_000);
    assert_eq!((ask(&world, 100_000, 3_000), ask(&world, 100_000, 5_000), drawn()), (3, 4, 2));
    assert_eq!((ask(&world, 0, 1), drawn(), world.sends()), (4, 0, 2));
    // Not beyond half of its life, and not before the service wants it.
    let world = World::new("spread", Habits { life: 600, ..Habits::STRICT });
    at(&world, 310_000);
    assert_eq!((ask(&world, 86_400_000, 29_000), drawn()), (2, 0));
    for when in [When::AfterExpiry, When::OnRefusal, When::Last(30)] {
        let world = World::new("spread", Habits { when, ..Habits::STRICT });
        at(&world, 620_000);
        assert_eq!((ask(&world, 600_000, 29_000), drawn(), world.sends()), (2, 1, 0), "{when:?}");
    }
}
