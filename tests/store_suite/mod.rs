//! What every store must be able to do, whatever keeps it: run over each by its own tests.

use crate::process::{Other, listen, say};
use osign::grant::store::{Happening, Lock, Store};
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 8;

/// A store to be tested, which can be opened more than once, and by other processes.
pub(crate) trait Place: Sync {
    type Store: Store<Lock: Send> + Send + Sync;

    /// Opens it.
    fn open(&self) -> Self::Store;

    /// This program, once more, told by the environment where the store is. It runs the test `child` alone.
    fn command(&self) -> Command;
}

/// What a child does in a role of this suite; false where it is none.
pub(crate) fn play(store: &impl Store, role: &str) -> bool {
    match role {
        "hold" => hold(store),
        "count" => {
            say("ready");
            listen();
            (0..100).for_each(|_| count(store));
        }
        _ => return false,
    }
    true
}

fn hold(store: &impl Store) {
    let Lock::Taken(lock) = store.lock("crm", "the process that holds").unwrap() else { return say("held") };
    say("taken");
    listen();
    drop(lock);
    say("given back");
    listen();
}

/// All of it.
#[allow(dead_code, reason = "a host's table has neither locks nor a history")]
pub(crate) fn run(place: &impl Place) {
    run_writes(place);
    no_update_is_lost_between_processes(place);
    a_lock_is_had_once_between_threads(place);
    a_lock_dies_with_its_process(place);
    history_is_kept_beside(&place.open());
}

/// What one process sees of its writes.
pub(crate) fn run_writes(place: &impl Place) {
    writes_are_conditional(&place.open());
    names_are_sorted(&place.open());
    a_name_is_had_once(place);
    no_update_is_lost_between_threads(place);
    one_commit_of_a_generation_wins(place);
    the_newest_spill_is_kept(place);
}

fn generation(store: &impl Store, name: &str) -> Option<(u64, u64, String)> {
    store.load(name).unwrap().map(|stored| (stored.generation, stored.revision, stored.record))
}

fn writes_are_conditional(store: &impl Store) {
    assert_eq!(generation(store, "a"), None);
    assert!(!store.acquire("a", 1, 1, "x").unwrap());
    assert!(!store.commit("a", 0, "x").unwrap());
    assert!(store.add("a", "first").unwrap());
    assert!(!store.add("a", "other").unwrap());
    assert_eq!(generation(store, "a"), Some((1, 1, "first".to_owned())));

    assert!(!store.acquire("a", 2, 1, "x").unwrap());
    assert!(!store.acquire("a", 1, 2, "x").unwrap());
    assert!(store.acquire("a", 1, 1, "intent").unwrap());
    assert!(!store.acquire("a", 1, 1, "x").unwrap());
    assert_eq!(generation(store, "a"), Some((1, 2, "intent".to_owned())));

    // A commit asks for the generation alone: an update of something else must not cost a pair.
    assert!(!store.commit("a", 2, "x").unwrap());
    assert!(store.commit("a", 1, "pair").unwrap());
    assert!(!store.commit("a", 1, "x").unwrap());
    assert_eq!(generation(store, "a"), Some((2, 3, "pair".to_owned())));

    assert!(store.add("b", "other").unwrap());
    assert!(!store.rename("a", 2, "b", "x").unwrap());
    assert!(!store.rename("a", 1, "c", "x").unwrap());
    assert!(!store.rename("none", 1, "c", "x").unwrap());
    assert!(store.rename("a", 2, "c", "renamed").unwrap());
    assert_eq!(generation(store, "a"), None);
    assert_eq!(generation(store, "b"), Some((1, 1, "other".to_owned())));
    let (generation_of_c, _, record) = generation(store, "c").unwrap();
    assert_eq!((generation_of_c, record.as_str()), (2, "renamed"));

    assert!(!store.remove("c", 1).unwrap());
    assert!(store.remove("c", 2).unwrap());
    assert!(!store.remove("c", 2).unwrap());
    assert!(store.remove("b", 1).unwrap());
    assert_eq!(store.names().unwrap(), Vec::<String>::new());
}

fn names_are_sorted(store: &impl Store) {
    for name in ["Продажи", "crm", "a@b", "a'; DROP TABLE grants; --", "b"] {
        assert!(store.add(name, name).unwrap());
    }
    let names = store.names().unwrap();
    assert_eq!(names, ["a'; DROP TABLE grants; --", "a@b", "b", "crm", "Продажи"]);
    for name in names {
        assert_eq!(generation(store, &name), Some((1, 1, name.clone())));
        assert!(store.remove(&name, 1).unwrap());
    }
}

/// How many of some threads, each with a store of its own, get a true for an answer.
fn winners<P: Place>(place: &P, attempt: impl Fn(&P::Store, usize) -> bool + Sync) -> usize {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|index| {
                let (barrier, attempt) = (&barrier, &attempt);
                scope.spawn(move || {
                    let store = place.open();
                    barrier.wait();
                    attempt(&store, index)
                })
            })
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    })
}

fn a_name_is_had_once(place: &impl Place) {
    let store = place.open();
    for _ in 0..5 {
        assert_eq!(winners(place, |store, index| store.add("new", &index.to_string()).unwrap()), 1);
        assert!(store.add("old", "old").unwrap());
        // Some rename the one to what others rename the other to.
        let renamed = winners(place, |store, index| {
            store.rename(["new", "old"][index % 2], 1, "both", &index.to_string()).unwrap()
        });
        assert_eq!(renamed, 1);
        assert_eq!(store.names().unwrap().len(), 2);
        assert_eq!(winners(place, |store, _| store.remove("both", 1).unwrap()), 1);
        let left = store.names().unwrap();
        assert_eq!(left.len(), 1);
        assert!(store.remove(&left[0], 1).unwrap());
    }
}

/// Adds one to the number that a record is.
fn count(store: &impl Store) {
    loop {
        let now = store.load("counter").unwrap().unwrap();
        let next = now.record.parse::<u64>().unwrap() + 1;
        if store.acquire("counter", now.generation, now.revision, &next.to_string()).unwrap() {
            return;
        }
    }
}

fn no_update_is_lost_between_threads(place: &impl Place) {
    let store = place.open();
    assert!(store.add("counter", "0").unwrap());
    assert_eq!(
        winners(place, |store, _| {
            (0..25).for_each(|_| count(store));
            true
        }),
        THREADS
    );
    assert_eq!(generation(&store, "counter"), Some((1, 201, "200".to_owned())));
    assert!(store.remove("counter", 1).unwrap());
}

pub(crate) fn no_update_is_lost_between_processes(place: &impl Place) {
    let store = place.open();
    assert!(store.add("counter", "0").unwrap());
    let mut others: Vec<_> = (0..4).map(|_| Other::start(place.command(), "count")).collect();
    others.iter_mut().for_each(|other| other.wait_for("ready"));
    others.iter_mut().for_each(Other::go_on);
    others.iter_mut().for_each(Other::end);
    assert_eq!(generation(&store, "counter"), Some((1, 401, "400".to_owned())));
    assert!(store.remove("counter", 1).unwrap());
}

fn one_commit_of_a_generation_wins(place: &impl Place) {
    let store = place.open();
    assert!(store.add("pair", "1").unwrap());
    for generation in 1..=5 {
        assert_eq!(winners(place, |store, _| store.commit("pair", generation, "next").unwrap()), 1);
    }
    assert!(store.remove("pair", 6).unwrap());
}

fn a_lock_is_had_once_between_threads(place: &impl Place) {
    let store = place.open();
    let Lock::Taken(held) = store.lock("crm", "one").unwrap() else { panic!("nobody has it") };
    // Neither by the same store nor by another of the same process; another grant is free.
    assert!(matches!(store.lock("crm", "two").unwrap(), Lock::Held(_)));
    assert!(matches!(place.open().lock("crm", "two").unwrap(), Lock::Held(_)));
    assert!(matches!(store.lock("erp", "two").unwrap(), Lock::Taken(_)));
    // It goes to another thread, and ends there.
    thread::scope(|scope| drop(scope.spawn(move || drop(held)).join()));
    assert!(matches!(store.lock("crm", "two").unwrap(), Lock::Taken(_)));

    let barrier = Barrier::new(THREADS);
    for _ in 0..5 {
        let taken = winners(place, |store, _| {
            let lock = store.lock("crm", "one of many").unwrap();
            barrier.wait(); // Nobody gives it back before all have tried.
            matches!(lock, Lock::Taken(_))
        });
        assert_eq!(taken, 1);
    }
}

fn a_lock_dies_with_its_process(place: &impl Place) {
    let store = place.open();
    let mut other = Other::start(place.command(), "hold");
    other.wait_for("taken");
    let Lock::Held(holder) = store.lock("crm", "here").unwrap() else { panic!("the other process has it") };
    assert_eq!(holder, "the process that holds");
    other.go_on();
    other.wait_for("given back");
    let Lock::Taken(ours) = store.lock("crm", "here").unwrap() else { panic!("it was given back") };
    other.end();

    let mut waiting = Other::start(place.command(), "hold");
    waiting.wait_for("held");
    waiting.end();
    drop(ours);
    let mut killed = Other::start(place.command(), "hold");
    killed.wait_for("taken");
    killed.kill();
    // Where death cannot be seen, time tells.
    let ends = Instant::now() + store.lease().unwrap_or_default() + Duration::from_millis(200);
    loop {
        match store.lock("crm", "here").unwrap() {
            Lock::Taken(_) => break,
            Lock::Held(_) => assert!(store.lease().is_some() && Instant::now() < ends, "a dead process holds it"),
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn the_newest_spill_is_kept(place: &impl Place) {
    let (store, other) = (place.open(), place.open());
    assert_eq!(store.spilled("crm").unwrap(), None);
    store.spill("crm", "a record that is long").unwrap();
    store.spill("crm", "newer").unwrap();
    assert_eq!(other.spilled("crm").unwrap().as_deref(), Some("newer"));
    assert_eq!(other.spilled("erp").unwrap(), None);
    other.forget_spilled("crm").unwrap();
    other.forget_spilled("crm").unwrap();
    assert_eq!(store.spilled("crm").unwrap(), None);
}

fn history_is_kept_beside(store: &impl Store) {
    let happening = |number: i64| Happening {
        at: 1_700_000_000_000 + number,
        generation: number.cast_unsigned(),
        event: "refreshed".to_owned(),
        detail: format!("ещё {number}"),
        owner: "process 1".to_owned(),
    };
    assert!(store.add("crm", "record").unwrap());
    (1..=5).for_each(|number| store.note("crm", &happening(number)).unwrap());
    assert_eq!(store.history("crm", 2).unwrap(), [happening(5), happening(4)]);
    assert_eq!(store.history("crm", 100).unwrap().len(), 5);
    assert_eq!(store.history("erp", 100).unwrap(), []);
    assert!(store.rename("crm", 1, "erp", "record").unwrap());
    assert_eq!(store.history("erp", 1).unwrap(), [happening(5)]);
    assert!(store.remove("erp", 1).unwrap());
}
