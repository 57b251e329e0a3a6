//! Rows 1, 2, 4 to 7, and 9 to 11: processes that are killed at each step, and answers that are lost.

use crate::disk::cut;
use crate::policies::{ALL, SAVING, each};
use crate::process::Other;
use crate::provider::Lie;
use crate::service::Habits;
use crate::watched::STEPS;
use crate::world::{NAME, PATIENCE, World};
use osign::error::Error;
use osign::grant::access::Token;
use std::time::{Duration, Instant};

fn now_and_well(world: &World) -> Token {
    let token = world.host.token().unwrap();
    world.is_well(&token);
    token
}

#[test]
fn row_01_killed_before_anything_is_written_nothing_has_changed() {
    for step in ["before lock", "behind lock", "before acquire"] {
        let world = World::expired("row-01", Habits::FAMILY);
        let before = world.host.grant();
        world.killed_at(step);
        assert_eq!(world.host.grant(), before, "{step}");
        assert_eq!(world.sends(), 0);
        now_and_well(&world);
        assert_eq!(world.sends(), 1);
    }
}

#[test]
fn row_02_killed_before_it_sent_the_same_token_is_sent_under_every_policy() {
    each(ALL, |name, habits| {
        let world = World::expired("row-02", habits);
        world.killed_at("behind acquire");
        assert_eq!(world.host.grant().state.intent.unwrap().sends, 1);
        let begun = Instant::now();
        now_and_well(&world);
        // The owner's death frees the grant at once. Only where a second use would cost the family is there a wait.
        assert!(habits.family || begun.elapsed() < Duration::from_secs(2), "{name}: {:?}", begun.elapsed());
        assert_eq!(world.sends(), 1, "{name}");
    });
}

#[test]
fn row_04_sent_and_not_rotated_is_as_not_sent() {
    each(ALL, |name, habits| {
        let world = World::expired("row-04", habits);
        world.provider.lie(&[Lie::DropBefore]);
        let result = world.host.token();
        if habits.family {
            // It could be under way yet.
            assert_eq!(result.unwrap_err().word(), "waiting", "{name}");
        }
        now_and_well(&world);
        assert_eq!(world.sends(), 2, "{name}");
    });
    // The same with a process that is killed while it waits for the answer.
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-04", habits);
        world.provider.lie(&[Lie::DropBefore]);
        world.provider.take(400);
        kill_amid(&world);
        now_and_well(&world);
        assert_eq!(world.sends(), 2);
        assert_eq!(world.provider.at_once(), 1);
    }
}

/// Kills a process that waits for an answer.
fn kill_amid(world: &World) {
    let sends = world.sends();
    let mut other = world.other("token");
    while world.sends() == sends {
        std::thread::sleep(Duration::from_millis(2));
    }
    other.kill();
}

#[test]
fn row_05_a_lost_pair_is_had_again_where_the_service_forgives() {
    each(SAVING, |name, habits| {
        // The answer is lost, and the call goes on.
        let world = World::expired("row-05", habits);
        world.provider.lie(&[Lie::DropAfter]);
        now_and_well(&world);
        assert_eq!(world.sends(), 2, "{name}");
        // The process is killed when it has the answer; while the service works on it.
        let world = World::expired("row-05", habits);
        world.killed_at("behind send");
        now_and_well(&world);
        assert_eq!(world.sends(), 2, "{name}");
        let world = World::expired("row-05", habits);
        world.provider.take(200);
        kill_amid(&world);
        now_and_well(&world);
        assert_eq!(world.sends(), 2, "{name}");
        assert_eq!(world.provider.at_once(), 1, "{name}");
        // And the next refresh is as any.
        world.expire();
        now_and_well(&world);
        assert_eq!(world.sends(), 3, "{name}");
    });
}

#[test]
fn row_06_a_strict_service_is_asked_once_more_and_then_a_person() {
    let world = World::expired("row-06", Habits::STRICT);
    world.provider.lie(&[Lie::DropAfter]);
    assert_eq!(world.host.token().unwrap_err().word(), "lost-pair");
    assert_eq!(world.sends(), 2);
    world.is_given_up("lost-pair");

    let world = World::expired("row-06", Habits::STRICT);
    world.killed_at("behind send");
    assert_eq!(world.host.token().unwrap_err().word(), "lost-pair");
    assert_eq!(world.sends(), 2);
    world.is_given_up("lost-pair");
    // A person logs in, and all is well.
    world.host.log_in(NAME, &world.provider).unwrap();
    world.expire();
    now_and_well(&world);
}

#[test]
fn row_07_a_family_is_asked_once_more_and_not_before_the_first_request_has_vanished() {
    let hurried = |world: &World| world.host.keeper().access_token(NAME, 0, 100);
    for kill in [false, true] {
        let world = World::expired("row-07", Habits::FAMILY);
        if kill {
            world.killed_at("behind send");
        } else {
            world.provider.lie(&[Lie::DropAfter]);
            assert_eq!(hurried(&world).unwrap_err().word(), "waiting");
        }
        for _ in 0..10 {
            assert_eq!(hurried(&world).unwrap_err().word(), "waiting");
        }
        assert_eq!(world.sends(), 1);
        // The deadline and a margin.
        world.clock.skip(35_000);
        assert_eq!(hurried(&world).unwrap_err().word(), "lost-pair");
        assert_eq!(world.sends(), 2);
        world.is_given_up("lost-pair");
    }
    // An access token that lives is handed out meanwhile.
    let world = World::new("row-07", Habits::FAMILY);
    world.clock.skip(3_000_000);
    world.provider.lie(&[Lie::DropAfter]);
    for _ in 0..10 {
        let token = world.host.keeper().access_token(NAME, 1_200_000, 100).unwrap();
        assert_eq!((token.generation, world.host.call(&world.provider, &token)), (2, 200));
    }
    assert_eq!(world.sends(), 1);
}

#[test]
fn row_09_killed_between_the_pair_and_its_commit() {
    each(SAVING, |name, habits| {
        let world = World::expired("row-09", habits);
        world.killed_at("before commit");
        now_and_well(&world);
        assert_eq!(world.sends(), 2, "{name}");
    });
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-09", habits);
        world.killed_at("before commit");
        assert_eq!(world.host.token().unwrap_err().word(), "lost-pair");
        assert_eq!(world.sends(), 2);
        world.is_given_up("lost-pair");
    }
}

/// `tests/store/crash.rs` has the same for the store alone, and with a power cut.
#[test]
fn row_10_a_refresh_that_is_killed_at_a_step_of_its_disk_leaves_one_record_or_the_other() {
    // What another process wrote is in the log, so that a child's commit goes there.
    let habits = crate::policies::UNTIL_USED;
    let world = World::new("row-10", habits);
    let mut cut_off = 0;
    for step in (1..).step_by(3) {
        world.expire();
        let (before, sends) = (world.host.grant(), world.sends());
        let mut other = Other::start(cut(&world.folder, step, None), "token");
        let said = other.lines().find_map(|line| line.strip_prefix("token ")?.parse::<u64>().ok());
        let ended = other.process.wait().unwrap().success();
        let now = world.host.grant();
        assert!((before.generation..=before.generation + 1).contains(&now.generation), "step {step}");
        assert!(said.is_none_or(|said| said == now.generation), "step {step}: {said:?} was handed out");
        if now.generation == before.generation {
            assert_eq!(now.secrets, before.secrets, "step {step}");
        }
        cut_off += u32::from(now.generation == before.generation && world.sends() > sends);
        now_and_well(&world);
        assert!(world.sends() <= sends + 2, "step {step}");
        if ended {
            assert!(step > 20, "{step} steps are too few to have been looked at");
            break;
        }
    }
    assert!(cut_off > 0, "no kill came between an answer and its commit");
}

#[test]
fn row_11_killed_after_the_commit_nothing_more_is_sent() {
    for habits in [Habits::STRICT, Habits::FAMILY] {
        let world = World::expired("row-11", habits);
        world.killed_at("behind commit");
        let token = now_and_well(&world);
        assert_eq!((token.generation, world.sends()), (3, 1));
    }
}

/// Wherever it dies, the next call needs one request more at most, and where the service forgives, no person.
#[test]
fn whichever_step_it_dies_at() {
    for (name, habits) in [("strict", Habits::STRICT), ("until used", crate::policies::UNTIL_USED)] {
        for step in STEPS {
            let world = World::expired("steps", habits);
            world.killed_at(step);
            let sent = world.sends();
            let result: Result<Token, Error> = world.host.keeper().access_token(NAME, 0, PATIENCE);
            assert!(world.sends() <= sent + 1, "{name}, {step}");
            match result {
                Ok(token) => world.is_well(&token),
                Err(error) => {
                    assert!(!habits.saves() && ["behind send", "before commit"].contains(&step), "{step}: {error}");
                }
            }
        }
    }
}
