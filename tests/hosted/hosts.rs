//! Two hosts over one table: many ask at an expiry, one is paused beyond its lease, and what changes a grant meets who renews it.

use crate::provider::Lie;
use crate::service::{Habits, Rotation};
use crate::world::{LEASE, NAME, PATIENCE, SHORT, World};
use osign::Status;
use osign::error::{Error, Keeping};
use osign::grant::record;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn many_threads_of_two_hosts_send_once() {
    for habits in [Habits::FAMILY, Habits::STRICT, Habits::of(Rotation::UntilNewRefreshUsed { cap: None })] {
        let world = World::expired("many", habits);
        let barrier = Barrier::new(8);
        thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|index| {
                    let (world, barrier) = (&world, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        world.hosts[index % 2].token()
                    })
                })
                .collect();
            for one in all {
                assert_eq!(one.join().unwrap().unwrap().generation, 3);
            }
        });
        assert_eq!((world.sends(), world.provider.rejected()), (1, 0));
        world.is_well(3);
    }
}

/// The other one begins between each two steps of the first.
#[test]
fn whoever_comes_between_two_steps_is_waited_for() {
    for step in ["before lock", "before acquire"] {
        for habits in [Habits::FAMILY, Habits::STRICT, Habits::of(Rotation::UntilNewRefreshUsed { cap: None })] {
            for from in 0..if step == "before lock" { 1 } else { 4 } {
                let world = World::expired("between", habits);
                thread::scope(|scope| {
                    let begun = AtomicBool::new(false);
                    let loads = AtomicUsize::new(0);
                    let gate = |at: &str| {
                        // At a load that follows so many others, or at another step.
                        let is_here = match step {
                            "before acquire" if from > 0 => {
                                at == "before load" && loads.fetch_add(1, Ordering::Relaxed) == from
                            }
                            _ => at == step,
                        };
                        if is_here && !begun.swap(true, Ordering::Relaxed) {
                            let other = world.hosts[1].stopped_at(scope, "before send");
                            scope.spawn(move || {
                                thread::sleep(Duration::from_millis(150));
                                assert_eq!(other.go_on().unwrap().generation, 3);
                            });
                        }
                        Ok(())
                    };
                    let token = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
                    assert_eq!(token.unwrap().generation, 3, "{step} {from}");
                });
                assert_eq!((world.sends(), world.provider.rejected()), (1, 0), "{step} {from}");
                world.is_well(3);
            }
        }
    }
}

#[test]
fn an_intent_holds_for_as_long_as_a_lease() {
    let world = World::expired("holds", Habits::STRICT);
    thread::scope(|scope| {
        let paused = world.hosts[0].stopped_at(scope, "before send");
        world.clock.skip(LEASE - 5000);
        let error = world.hosts[1].keep(|keeper| keeper.access_token(NAME, 0, SHORT)).unwrap_err();
        assert_eq!(error, Keeping::Busy { name: NAME.to_owned(), holder: "the one".to_owned() }.into());
        assert_eq!(paused.go_on().unwrap().generation, 3);
    });
    assert_eq!(world.sends(), 1);
}

/// The other one's clock is ahead, and it has noted a failure by it.
#[test]
fn a_failure_of_a_clock_that_is_ahead_closes_no_new_intent() {
    for habits in [Habits::STRICT, Habits::FAMILY, Habits::of(Rotation::UntilNewRefreshUsed { cap: None })] {
        let world = World::expired("ahead", habits);
        world.clock.skip(10_000);
        world.provider.lie(&[Lie::TooMany(Some(1))]);
        let error = world.hosts[1].keep(|keeper| keeper.access_token(NAME, 0, 0)).unwrap_err();
        assert_eq!(error.word(), "waiting");
        world.clock.skip(-5000);
        let ahead = world.hosts[1].grant().state;
        assert!(ahead.failed_at.unwrap() > world.clock.now());
        thread::scope(|scope| {
            let stopped = world.hosts[0].stopped_at(scope, "before send");
            assert!(world.hosts[1].grant().state.open_intent().is_some());
            let error = world.hosts[1].keep(|keeper| keeper.access_token(NAME, 0, SHORT)).unwrap_err();
            assert_eq!(error.word(), "busy");
            stopped.go_on().map(drop).unwrap();
        });
    }
}

/// Who renames or revokes holds the grant as well, whatever another one's clock has noted.
#[test]
fn a_failure_of_a_clock_that_is_ahead_opens_no_claim() {
    let world = World::expired("ahead", Habits::STRICT);
    world.hosts[0]
        .keep(|keeper| {
            keeper.change(NAME, "changed", SHORT, |grant| {
                grant.state.failed_at = Some(world.clock.now() + 5000);
                Ok(())
            })
        })
        .unwrap();
    let seen = AtomicUsize::new(0);
    let look = |at: &str| {
        if at == "behind acquire" && seen.fetch_add(1, Ordering::Relaxed) == 0 {
            let error = world.hosts[1].keep(|keeper| keeper.access_token(NAME, 0, SHORT)).unwrap_err();
            assert_eq!(error.word(), "busy");
        }
        Ok(())
    };
    world.hosts[0].watched(&look, |keeper| keeper.rename(NAME, "erp", SHORT)).unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}

/// By the clock of who looks: one that goes wrong keeps nobody away for ever.
#[test]
fn an_intent_of_a_far_future_holds_nobody() {
    let world = World::expired("future", Habits::STRICT);
    thread::scope(|scope| {
        let paused = world.hosts[0].stopped_at(scope, "before send");
        world.clock.skip(-2 * LEASE);
        let grant = world.hosts[1].grant();
        assert!(grant.state.open_intent().is_some());
        // The access token lives by that clock, and the service turned it down.
        assert_eq!(world.hosts[1].keep(|keeper| keeper.refused(NAME, 2, 401, PATIENCE)).unwrap().generation, 3);
        drop(paused);
    });
}

/// §5.6 (2) of token-rotation.md: that a lease has ended is no proof of a death.
#[test]
fn where_reuse_costs_the_family_nobody_sends_for_a_paused_one() {
    for step in ["before send", "behind send", "before commit"] {
        let world = World::expired("family", Habits::FAMILY);
        thread::scope(|scope| {
            let paused = world.hosts[0].stopped_at(scope, step);
            world.clock.skip(LEASE + 1);
            assert_eq!(world.hosts[1].token().unwrap_err().word(), "owner-unknown", "{step}");
            assert_eq!(paused.go_on().unwrap().generation, 3);
        });
        assert_eq!(world.hosts[1].token().unwrap().generation, 3);
        assert_eq!((world.sends(), world.provider.rejected()), (1, 0), "{step}");
        world.is_well(3);
    }
}

#[test]
fn a_person_who_knows_that_it_is_dead_lets_the_others_go_on() {
    let world = World::expired("dead", Habits::FAMILY);
    die(&world, "behind acquire");
    world.clock.skip(LEASE + 1);
    assert_eq!(world.hosts[1].token().unwrap_err().word(), "owner-unknown");
    world.hosts[1].keep(|keeper| keeper.adopt(NAME, SHORT)).unwrap();
    assert_eq!(world.hosts[1].token().unwrap().generation, 4);
    assert_eq!(world.sends(), 1);
}

/// Something like a death: the step fails for good, and nobody writes anything of it.
fn die(world: &World, step: &str) {
    let dead = AtomicBool::new(false);
    let gate = |at: &str| {
        let is_dead = dead.load(Ordering::Relaxed) || at == step;
        dead.store(is_dead, Ordering::Relaxed);
        if is_dead && !at.ends_with("resolve") { Err(Keeping::ForkedStore.into()) } else { Ok(()) }
    };
    let _: Error = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap_err();
}

#[test]
fn where_the_old_token_lives_on_two_pairs_are_both_kept() {
    let world = World::expired("timed", Habits::of(Rotation::Timed { seconds: 600, count: None }));
    thread::scope(|scope| {
        let paused = world.hosts[0].stopped_at(scope, "behind send");
        world.clock.skip(LEASE + 1);
        assert_eq!(world.hosts[1].token().unwrap().generation, 3);
        assert_eq!(paused.go_on().unwrap().generation, 3);
    });
    assert_eq!(world.sends(), 2);
    assert_eq!(world.hosts[1].grant().secrets.alternates.len(), 1, "the pair that came second is not dropped");
    world.is_well(3);
}

/// A late commit brings back what the other one had to give up.
#[test]
fn where_the_old_token_dies_at_once_the_paused_one_brings_the_grant_back() {
    let world = World::expired("strict", Habits::STRICT);
    thread::scope(|scope| {
        let paused = world.hosts[0].stopped_at(scope, "before commit");
        world.clock.skip(LEASE + 1);
        assert_eq!(world.hosts[1].token().unwrap_err().status(), Status::NeedsLogin);
        assert_eq!(paused.go_on().unwrap().generation, 3);
    });
    assert_eq!(world.hosts[1].token().unwrap().generation, 3);
    world.is_well(3);
}

#[test]
fn a_pair_that_the_table_did_not_take_finds_its_place_at_the_next_call() {
    for habits in [Habits::FAMILY, Habits::STRICT] {
        let world = World::expired("spill", habits);
        let gate = |at: &str| if at == "before commit" { Err(Keeping::ForkedStore.into()) } else { Ok(()) };
        let refused = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
        assert_eq!(refused.unwrap_err().word(), "not-saved");
        assert!(world.hosts[0].store.info().unwrap().spilled.contains(&NAME.to_owned()));
        // The intent is younger than a lease, and what it was for lies here: it is over.
        assert_eq!(world.hosts[0].keep(|keeper| keeper.access_token(NAME, 0, SHORT)).unwrap().generation, 3);
        assert_eq!(world.sends(), 1);
        world.is_well(3);
    }
}

/// Whoever began before would put the record in place that they began with, without the login.
#[test]
fn a_login_is_not_written_over_by_who_began_before() {
    for step in ["behind lock", "before acquire"] {
        a_login_while_another_begins_at(step);
    }
}

fn a_login_while_another_begins_at(step: &str) {
    let world = World::expired("login", Habits::STRICT);
    let begun = AtomicBool::new(false);
    let url = thread::scope(|scope| {
        let gate = |at: &str| {
            if at == step && !begun.swap(true, Ordering::Relaxed) {
                let other = world.hosts[1].stopped_at(scope, "before send");
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(150));
                    other.go_on().unwrap();
                });
            }
            Ok(())
        };
        world.hosts[0].watched(&gate, |keeper| keeper.begin_login(NAME, None)).unwrap()
    });
    assert_eq!(world.hosts[1].grant().generation, 3);
    assert_eq!(world.hosts[1].finish(&world.provider, &url).unwrap().generation, 4);
}

/// What is about to be renewed is not moved away: its text has a token that is spent by then.
#[test]
fn whoever_begins_just_before_a_change_keeps_it_away() {
    let change = |world: &World, what: &str, gate: crate::watched::Gate<'_>| {
        world.hosts[0].watched(gate, |keeper| match what {
            "exported" => {
                let (_, revision) = keeper.grant_at(NAME)?;
                keeper.exported(NAME, revision, SHORT)
            }
            "revoke" => keeper.revoke(NAME, SHORT).map(drop),
            "revoke here" => keeper.revoke_here(NAME, SHORT),
            "rename" => keeper.rename(NAME, "erp", SHORT),
            _ => keeper.change(NAME, "changed", SHORT, |grant| {
                grant.settings.scope = Some("all".to_owned());
                Ok(())
            }),
        })
    };
    for what in ["exported", "revoke", "revoke here", "rename", "change"] {
        let world = World::expired("change", Habits::STRICT);
        let begun = AtomicBool::new(false);
        thread::scope(|scope| {
            let other = std::sync::Mutex::new(None);
            let gate = |at: &str| {
                if at == "before acquire" && !begun.swap(true, Ordering::Relaxed) {
                    *other.lock().unwrap() = Some(world.hosts[1].stopped_at(scope, "before send"));
                }
                Ok(())
            };
            assert_eq!(change(&world, what, &gate).unwrap_err().word(), "busy", "{what}");
            let other = other.lock().unwrap().take().unwrap();
            assert_eq!(other.go_on().unwrap().generation, 3, "{what}");
        });
        world.is_well(3);
        change(&world, what, &|_| Ok(())).unwrap();
    }
}

/// What takes more than one step holds the grant meanwhile, and gives it back where it comes to nothing.
#[test]
fn whoever_comes_while_a_grant_is_renamed_or_revoked_waits() {
    let world = World::expired("claim", Habits::STRICT);
    let seen = AtomicUsize::new(0);
    let look = |at: &str| {
        if at == "behind acquire" && seen.fetch_add(1, Ordering::Relaxed) == 0 {
            let error = world.hosts[1].keep(|keeper| keeper.access_token(NAME, 0, SHORT)).unwrap_err();
            assert_eq!(error.word(), "busy");
        }
        Ok(())
    };
    // There is one of that name.
    let mut other = crate::world::grant(&world.provider);
    other.name = "erp".to_owned();
    world.hosts[0].keep(|keeper| keeper.add(&other)).unwrap();
    let error = world.hosts[0].watched(&look, |keeper| keeper.rename(NAME, "erp", SHORT)).unwrap_err();
    assert_eq!((error.word(), seen.swap(0, Ordering::Relaxed)), ("grant-exists", 2));
    assert_eq!(world.hosts[1].token().unwrap().generation, 3);
    // The service says nothing of a revocation.
    world.expire();
    world.provider.refuse_to_revoke(503, "");
    let error = world.hosts[0].watched(&look, |keeper| keeper.revoke(NAME, SHORT)).unwrap_err();
    assert_eq!((error.word(), seen.load(Ordering::Relaxed)), ("not-revoked", 2));
    assert_eq!(world.hosts[1].token().unwrap().generation, 4);
    world.is_well(4);
    assert_eq!(world.hosts[0].grant().state.status, record::Status::Active);
}
