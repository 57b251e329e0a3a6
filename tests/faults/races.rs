//! Rows 12, 14, 19, 20, 30 and 32: processes and threads that meet, clocks that jump, and changes that race a refresh.

use crate::bars::{Calls, run};
use crate::policies::UNTIL_USED;
use crate::provider::Lie;
use crate::service::Habits;
use crate::world::{NAME, PATIENCE, World, callback};
use osign::error::Keeping;
use osign::grant::Kept;
use osign::grant::access::Consent;
use osign::grant::record::Status;
use osign::grant::store::Store;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

const HOUR: i64 = 3_600_000;

#[test]
fn row_12_threads_and_processes_at_expiry_send_once() {
    for habits in [Habits::STRICT, Habits::FAMILY, Habits { old_access_dies: true, ..Habits::STRICT }] {
        let world = World::expired("row-12", habits);
        world.provider.take(100);
        let done = run(&world, 4, Calls { threads: 4, calls: 5, min_validity: 0 });
        assert_eq!((world.sends(), world.provider.at_once()), (1, 1));
        assert_eq!(done.generations, [3]);
        assert_eq!(world.provider.rejected(), 0);
    }
}

#[test]
fn row_14_a_clock_that_jumps_makes_no_storm() {
    // Ahead: what has ended by it is renewed once.
    let world = World::new("row-14", Habits::STRICT);
    world.clock.skip(HOUR + 1);
    let generations: Vec<_> = (0..50).map(|_| world.host.token().unwrap().generation).collect();
    assert_eq!((generations, world.sends()), (vec![3; 50], 1));
    // Back: what lives longer by it is handed out, until the service turns it down.
    world.clock.skip(-HOUR);
    for _ in 0..50 {
        assert_eq!(world.host.token().unwrap().generation, 3);
    }
    assert_eq!(world.sends(), 1);
    assert_eq!(world.host.refused(3).unwrap().generation, 4);
    assert_eq!(world.sends(), 2);
}

#[test]
fn row_14_what_was_to_be_waited_for_ends_when_the_clock_is_put_back() {
    for lie in [Lie::Before(500), Lie::TooMany(Some(60))] {
        let world = World::expired("row-14-wait", Habits::STRICT);
        world.provider.lie(&[lie]);
        assert_eq!(world.host.keeper().access_token(NAME, 0, 100).unwrap_err().word(), "waiting");
        for hours in [24, 1] {
            world.clock.skip(-hours * HOUR);
        }
        // By that clock the token lives; the service has turned it down.
        let error = world.host.keeper().refused(NAME, 2, 401, 100);
        world.is_well(&error.unwrap());
        assert_eq!(world.sends(), 2);
    }
    // Nor does what was got by a refusal count as just got.
    let world = World::new("row-14-refused", Habits::STRICT);
    assert_eq!(world.host.refused(2).unwrap().generation, 3);
    world.clock.skip(-HOUR);
    assert_eq!(world.host.refused(3).unwrap().generation, 4);
}

/// A family waits after a loss; by a clock that was put back it must not wait for ever.
#[test]
fn row_14_a_family_does_not_wait_for_a_clock_that_was_put_back() {
    let world = World::expired("row-14-family", Habits::FAMILY);
    world.killed_at("behind acquire");
    world.clock.skip(-24 * HOUR);
    // What was sent before may be under way all the same, and so it is waited for from now on: once.
    let refused = || world.host.keeper().refused(NAME, 2, 401, 100);
    assert_eq!((refused().unwrap_err().word(), world.sends()), ("waiting", 0));
    let events = world.host.store.history(NAME, 9).unwrap();
    assert_eq!(events.iter().filter(|line| line.event == "sending").count(), 1, "the login's alone");
    world.clock.skip(60_000);
    refused().unwrap();
    assert_eq!(world.sends(), 1);
}

#[test]
fn row_19_a_holder_that_lives_is_waited_for_and_named() {
    for step in ["behind acquire", "before send", "behind send", "before commit"] {
        let world = World::expired("row-19", Habits::FAMILY);
        let mut other = world.stopped_at(step);
        let sends = world.sends();
        // Expiry is not death, whatever the clock says.
        world.clock.skip(HOUR);
        let begun = Instant::now();
        let error = world.host.keeper().access_token(NAME, 0, 300).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(error.word(), "busy");
        assert!(error.to_string().contains(&format!("process {}", other.process.id())), "{error}");
        assert_eq!(world.sends(), sends);
        other.go_on();
        other.wait_for("token 3");
        other.end();
        assert_eq!(world.host.grant().generation, 3);
        assert_eq!((world.sends(), world.provider.rejected()), (1, 0));
    }
    // While the access token lives, nobody notices.
    let world = World::new("row-19", Habits::STRICT);
    let mut other = world.stopped_at("before load");
    world.expire();
    other.go_on();
    other.wait_for("token 3");
}

#[test]
fn row_20_a_login_that_is_begun_meanwhile_costs_no_pair_and_goes_on() {
    for step in ["behind acquire", "behind send", "before commit"] {
        let world = World::expired("row-20", Habits::STRICT);
        let mut other = world.stopped_at(step);
        let url = thread::scope(|scope| {
            let begun = scope.spawn(|| world.host.keeper().begin_login(NAME, None).unwrap());
            thread::sleep(Duration::from_millis(100));
            other.go_on();
            other.wait_for("token 3");
            begun.join().unwrap()
        });
        world.is_well(&world.host.token().unwrap());
        let code = world.provider.service().consent();
        let token = world.host.keeper().finish_login(NAME, &callback(&url, &code), PATIENCE).unwrap();
        assert_eq!(token.generation, 4);
        world.is_well(&token);
    }
    // Begun before, it outlives a refresh as well.
    let world = World::new("row-20", Habits::STRICT);
    let url = world.host.keeper().begin_login(NAME, None).unwrap();
    world.expire();
    world.host.token().unwrap();
    let code = world.provider.service().consent();
    world.is_well(&world.host.keeper().finish_login(NAME, &callback(&url, &code), PATIENCE).unwrap());
}

#[test]
fn row_30_a_lock_dies_with_its_process_and_its_file_is_made_again() {
    let world = World::expired("row-30", Habits::STRICT);
    world.killed_at("behind lock");
    let begun = Instant::now();
    world.is_well(&world.host.token().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    // Nobody has a lock, and who cleans up takes the files away.
    std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
    world.expire();
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 2);
}

/// Who cleans up takes a lock's file while that is held, so that two hold one: no pair is overwritten, and both are kept.
#[test]
fn row_30_two_holders_cost_no_pair() {
    let world = World::expired("row-30-two", UNTIL_USED);
    let mut other = world.stopped_at("behind send");
    std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
    let token = world.host.token().unwrap();
    assert_eq!(token.generation, 3);
    other.go_on();
    other.wait_for("token 3");
    other.end();
    let secrets = world.host.grant().secrets;
    assert_eq!(secrets.alternates.len(), 1);
    world.is_well(&world.host.token().unwrap());
    world.expire();
    world.is_well(&world.host.token().unwrap());
    assert_eq!(world.sends(), 3);
}

/// The second pair is kept though others write meanwhile, and though the store takes nothing by then.
#[test]
fn row_30_the_pair_that_came_second_is_kept_whatever_happens() {
    for fails in [false, true] {
        let world = World::expired("row-30-second", UNTIL_USED);
        let store = &world.host.store;
        let steps = Mutex::new(Vec::new());
        let gate = |step: &str| {
            steps.lock().unwrap().push(step.to_owned());
            let times = steps.lock().unwrap().iter().filter(|other| *other == step).count();
            match (step, times) {
                ("before commit", 1) => {
                    std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
                    world.other("token").wait_for("token 3");
                }
                // The first has the intent in it, the second our pair.
                ("before acquire", 2) if fails => {
                    return Err(Keeping::FullDisk { path: String::new() }.into());
                }
                ("before acquire", 2) => {
                    let stored = store.load(NAME).unwrap().unwrap();
                    assert!(store.acquire(NAME, stored.generation, stored.revision, &stored.record).unwrap());
                }
                _ => {}
            }
            Ok(())
        };
        let result = world.host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
        if fails {
            assert_eq!(result.unwrap_err().word(), "not-saved");
            assert_eq!(store.info().unwrap().spilled, [NAME]);
            world.expire();
            assert_eq!(world.host.token().unwrap().generation, 4);
            assert_eq!(store.info().unwrap().spilled, Vec::<String>::new());
        } else {
            assert_eq!(result.unwrap().generation, 3);
            assert_eq!(world.host.grant().secrets.alternates.len(), 1);
        }
    }
}

#[test]
fn row_32_what_is_revoked_stays_so() {
    let world = World::expired("row-32", Habits::STRICT);
    let mut other = world.stopped_at("behind send");
    thread::scope(|scope| {
        let revoked = scope.spawn(|| world.host.keeper().revoke(NAME, PATIENCE));
        thread::sleep(Duration::from_millis(100));
        other.go_on();
        assert_eq!(revoked.join().unwrap(), Ok(true));
    });
    assert_eq!(world.host.token().unwrap_err().word(), "revoked");
    // The same where a cleaner has made two holders.
    let world = World::expired("row-32", Habits::STRICT);
    let mut other = world.stopped_at("before commit");
    std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
    assert_eq!(world.host.keeper().revoke(NAME, PATIENCE), Ok(true));
    other.go_on();
    other.wait_for("error revoked");
    let grant = world.host.grant();
    assert_eq!(grant.state.status, Status::Revoked);
    assert_eq!((grant.secrets.access, grant.secrets.refresh), (None, None));
    let connections = world.provider.connections();
    assert_eq!(world.host.token().unwrap_err().word(), "revoked");
    assert_eq!(world.provider.connections(), connections);
    // A person logs in again.
    world.is_well(&world.host.log_in(NAME, &world.provider).unwrap());
}

/// Two holders again, and the login is the later one: its code is not sent twice, and what the person agreed to counts.
#[test]
fn row_32_a_login_that_comes_second_counts() {
    let world = World::expired("row-32-second", Habits::STRICT);
    let url = world.host.keeper().begin_login(NAME, None).unwrap();
    let code = world.provider.service().consent();
    let steps = Mutex::new(0);
    let gate = |step: &str| {
        if step == "before commit" {
            *steps.lock().unwrap() += 1;
            if *steps.lock().unwrap() == 1 {
                std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
                world.other("token").wait_for("token 3");
            }
        }
        Ok(())
    };
    let callback = callback(&url, &code);
    let token = world.host.watched(&gate, |keeper| keeper.finish_login(NAME, &callback, PATIENCE)).unwrap();
    assert_eq!((token.generation, world.sends()), (4, 2));
    world.is_well(&token);
    world.expire();
    world.is_well(&world.host.token().unwrap());
}

#[test]
fn row_32_a_login_and_a_late_refresh_leave_the_login() {
    let world = World::expired("row-32", Habits::STRICT);
    let mut other = world.stopped_at("before commit");
    std::fs::remove_dir_all(world.folder.path("store.db-locks")).unwrap();
    let token = world.host.log_in(NAME, &world.provider).unwrap();
    other.go_on();
    other.wait_for("token 3");
    assert_eq!(world.host.token().unwrap(), token);
    world.is_well(&token);
    world.expire();
    world.is_well(&world.host.token().unwrap());
}

/// A second use of a code can cost what the first brought (RFC 6749 §4.1.2), also when it was refreshed since.
#[test]
fn a_code_is_sent_once_ever() {
    let world = World::new("code-once", Habits::STRICT);
    let exchange = |code: &str| {
        let consent = Consent { code: Kept::new(code), account: None, kept: Vec::new() };
        world.host.keeper().begin_login(NAME, None).unwrap();
        world.host.keeper().exchange(NAME, consent, PATIENCE)
    };
    let code = world.provider.service().consent();
    assert_eq!(exchange(&code).unwrap().generation, 3);
    let sends = world.sends();
    assert_eq!(exchange(&code).unwrap_err().word(), "code-used");
    world.expire();
    world.host.token().unwrap();
    assert_eq!(exchange(&code).unwrap_err().word(), "code-used");
    // Nor one that the service has turned down.
    assert_eq!(exchange("stolen").unwrap_err().word(), "code-rejected");
    assert_eq!(exchange("stolen").unwrap_err().word(), "code-used");
    assert_eq!(world.sends(), sends + 2);
    // What is remembered of them does not grow.
    for number in 0..20 {
        exchange(&format!("wrong-{number}")).unwrap_err();
    }
    let state = world.host.grant().state;
    assert_eq!((state.codes.len(), state.rejected.len()), (8, 0));
    world.is_well(&world.host.token().unwrap());
}
