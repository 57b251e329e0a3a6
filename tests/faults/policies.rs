//! Each policy that services have: refreshes in a row, and what each does with what was lost.

use crate::provider::Lie;
use crate::service::{Habits, Rotation, When};
use crate::world::{NAME, PATIENCE, World};

pub(crate) const UNTIL_USED: Habits = Habits::of(Rotation::UntilNewRefreshUsed { cap: None });

/// Those under which a pair that was lost can be had again.
pub(crate) const SAVING: &[(&str, Habits)] = &[
    ("none", Habits::of(Rotation::None)),
    ("timed", Habits::of(Rotation::Timed { seconds: 60, count: None })),
    ("timed, counted", Habits::of(Rotation::Timed { seconds: 60, count: Some(2) })),
    ("until the new refresh token is used", UNTIL_USED),
    ("the same with a cap", Habits::of(Rotation::UntilNewRefreshUsed { cap: Some(2_592_000) })),
    ("until the new access token is used", Habits::of(Rotation::UntilNewAccessUsed { extra: 10 })),
    ("idempotent", Habits::of(Rotation::Idempotent)),
    ("calendar", Habits::of(Rotation::Calendar { seconds: 86_400 })),
    ("maybe", Habits::of(Rotation::Maybe)),
    ("fapi2", Habits::of(Rotation::Fapi2)),
];

/// All of them.
pub(crate) const ALL: &[(&str, Habits)] = &{
    let mut all = [("strict", Habits::STRICT); SAVING.len() + 3];
    let mut index = 0;
    while index < SAVING.len() {
        all[index] = SAVING[index];
        index += 1;
    }
    all[index + 1] = ("strict, and the family", Habits::FAMILY);
    all[index + 2] =
        ("timed, and the family", Habits { family: true, ..Habits::of(Rotation::Timed { seconds: 10, count: None }) });
    all
};

/// Does the same with each of some, at the same time: most of it is waiting.
pub(crate) fn each(policies: &[(&str, Habits)], work: impl Fn(&str, Habits) + Sync) {
    std::thread::scope(|scope| {
        for (name, habits) in policies {
            let work = &work;
            scope.spawn(move || work(name, *habits));
        }
    });
}

/// The flags that services have beside.
const FLAGS: &[fn(Habits) -> Habits] = &[
    |habits| habits,
    |habits| Habits { old_access_dies: true, ..habits },
    |habits| Habits { when: When::AfterExpiry, ..habits },
    |habits| Habits { when: When::Last(30), ..habits },
    |habits| Habits { when: When::OnRefusal, ..habits },
    |habits| Habits { access_may_stay: true, ..habits },
    |habits| Habits { expired_status: 403, ..habits },
    |habits| Habits { expired_status: 200, ..habits },
];

#[test]
fn refreshes_in_a_row_under_each_policy_with_each_flag() {
    each(ALL, |name, habits| {
        for (index, flag) in FLAGS.iter().enumerate() {
            let habits = flag(habits);
            let world = World::new("row", habits);
            for round in 1..=3 {
                world.expire();
                let token = world.host.token().unwrap_or_else(|error| panic!("{name}, flag {index}: {error}"));
                world.is_well(&token);
                assert_eq!(world.sends(), round, "{name}, flag {index}");
                // Nothing more is sent for a token that lives.
                assert_eq!(world.host.token().unwrap(), token);
                assert_eq!(world.sends(), round, "{name}, flag {index}");
            }
            assert_eq!(world.provider.rejected(), 0, "{name}, flag {index}");
        }
    });
}

#[test]
fn a_lost_answer_under_each_policy_with_each_flag() {
    each(SAVING, |name, habits| {
        for (index, flag) in FLAGS.iter().enumerate() {
            let world = World::expired("lost", flag(habits));
            world.provider.lie(&[Lie::DropAfter]);
            let token = world.host.token().unwrap_or_else(|error| panic!("{name}, flag {index}: {error}"));
            world.is_well(&token);
            assert_eq!(world.sends(), 2, "{name}, flag {index}");
        }
    });
}

/// By which status a service says that a token has ended is its own matter; another one renews nothing.
#[test]
fn a_refusal_counts_by_the_status_of_the_service() {
    for status in [401, 403, 200] {
        let world = World::new("status", Habits { expired_status: status, ..Habits::STRICT });
        let token = world.host.token().unwrap();
        world.provider.service().end_access();
        let refused = |status| world.host.keeper().refused(NAME, 2, status, PATIENCE);
        for other in [200, 400, 401, 403, 404, 429, 500, 503] {
            if other != status {
                assert_eq!(refused(other).unwrap_err().word(), "not-expired", "{status}, {other}");
            }
        }
        assert_eq!(world.sends(), 0, "{status}");
        assert_eq!(world.host.call(&world.provider, &token), status);
        world.is_well(&refused(status).unwrap());
        // A generation that nobody was given.
        let unknown = world.host.keeper().refused(NAME, 9, status, PATIENCE);
        assert_eq!(unknown.unwrap_err().word(), "unknown-generation");
        assert_eq!(world.sends(), 1, "{status}");
    }
}

/// Outside of its window a service that forgives is a strict one.
#[test]
fn a_window_that_has_passed_is_one() {
    for rotation in [Rotation::Timed { seconds: 10, count: None }, Rotation::UntilNewRefreshUsed { cap: Some(10) }] {
        let world = World::expired("window", Habits::of(rotation));
        world.killed_at("behind send");
        world.clock.skip(11_000);
        assert_eq!(world.host.token().unwrap_err().word(), "lost-pair", "{rotation:?}");
        assert_eq!(world.sends(), 2);
        world.is_given_up("lost-pair");
    }
}

/// A pair is lost twice, and a service that counts uses has one more.
#[test]
fn a_count_is_kept_to() {
    let world = World::expired("count", Habits::of(Rotation::Timed { seconds: 600, count: Some(1) }));
    world.killed_at("behind send");
    world.killed_at("behind send");
    assert_eq!(world.host.token().unwrap_err().word(), "lost-pair");
    assert_eq!(world.sends(), 3);
}

/// The same pair again is one pair.
#[test]
fn a_pair_that_comes_again_is_committed_once() {
    let world = World::expired("idempotent", Habits::of(Rotation::Idempotent));
    world.killed_at("behind send");
    let token = world.host.token().unwrap();
    assert_eq!(token.generation, 3);
    assert_eq!(world.provider.service().pairs, 2);
    let secrets = world.host.grant().secrets;
    assert_eq!(secrets.alternates, []);
    assert_eq!(secrets.previous.unwrap().0.expose(), "hunter2-refresh-1");
}

#[test]
fn row_29_a_refresh_token_that_stays_is_a_new_generation_all_the_same() {
    let world = World::new("row-29", Habits::of(Rotation::Calendar { seconds: 86_400 }));
    for generation in 3..6 {
        world.expire();
        let token = world.host.token().unwrap();
        assert_eq!(token.generation, generation);
        world.is_well(&token);
        let secrets = world.host.grant().secrets;
        assert_eq!(secrets.refresh.unwrap().expose(), "hunter2-refresh-1");
        assert_eq!(secrets.previous, None);
    }
    // Another day, another value.
    world.clock.skip(86_400_000);
    let token = world.host.token().unwrap();
    world.is_well(&token);
    let secrets = world.host.grant().secrets;
    assert_eq!(secrets.refresh.unwrap().expose(), "hunter2-refresh-5");
    assert_eq!(secrets.previous.unwrap().0.expose(), "hunter2-refresh-1");
}

/// Asked early, such a service brings the same access token: that is a success, and no reason to ask again.
#[test]
fn an_access_token_that_stays_is_handed_out() {
    let world = World::new("stays", Habits { access_may_stay: true, ..Habits::of(Rotation::Maybe) });
    world.clock.skip(2_000_000);
    let token = world.host.keeper().access_token(NAME, 1_700_000, PATIENCE).unwrap();
    assert_eq!((token.generation, token.value.expose(), world.sends()), (3, "hunter2-access-1", 1));
    world.is_well(&token);
    // Turned down, and it comes again: asking more does not help.
    assert_eq!(world.host.refused(3).unwrap_err().word(), "refused-at-once");
    assert_eq!(world.sends(), 2);
    for _ in 0..20 {
        assert_eq!(world.host.refused(4).unwrap_err().word(), "refused-at-once");
    }
    assert_eq!(world.sends(), 2);
}
