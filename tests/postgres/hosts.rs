//! Two hosts: one is paused beyond its lease, dies, or is cut off.

use crate::process::Other;
use crate::server::{Server, done, network};
use crate::service::{Habits, Rotation};
use crate::world::{World, answer, client, pause, signal, stopping};
use osign::grant::store::{Lock, Store};
use osign::store::Postgres;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const LEASE: Duration = Duration::from_millis(1500);

fn world(name: &str, habits: Habits) -> World {
    let mut server = Server::with_store(name);
    server.lease = LEASE;
    World::within(server, habits)
}

/// Another process, paused at a step until its lease is over.
fn paused_at(world: &World, step: &str) -> Other {
    let mut other = world.stopped_at(step);
    pause(&other);
    other.go_on();
    thread::sleep(LEASE + Duration::from_millis(300));
    other
}

#[test]
fn whoever_was_paused_before_the_intent_is_served_by_the_other() {
    let world = world("paused", Habits::FAMILY);
    let mut paused = paused_at(&world, "behind lock");
    assert_eq!(world.host.token().unwrap().generation, 3);
    signal(&paused, "-CONT");
    assert_eq!(answer(&mut paused), "token 3");
    assert_eq!(world.sends(), 1);
    world.is_well(3);
}

/// §5.6 (2) of token-rotation.md: that a lease has ended is no proof of a death.
#[test]
fn where_reuse_costs_the_family_nobody_sends_for_a_paused_one() {
    for step in ["behind acquire", "behind send", "before commit"] {
        let world = world("family", Habits::FAMILY);
        let mut paused = paused_at(&world, step);
        assert_eq!(world.host.token().unwrap_err().word(), "owner-unknown", "{step}");
        signal(&paused, "-CONT");
        assert_eq!(answer(&mut paused), "token 3", "{step}");
        assert_eq!(world.host.token().unwrap().generation, 3);
        assert_eq!((world.sends(), world.provider.rejected()), (1, 0), "{step}");
        world.is_well(3);
    }
}

#[test]
fn a_person_who_knows_that_it_is_dead_lets_the_others_go_on() {
    let world = world("dead", Habits::FAMILY);
    let mut dead = world.stopped_at("behind acquire");
    dead.kill();
    thread::sleep(LEASE + Duration::from_millis(300));
    assert_eq!(world.host.token().unwrap_err().word(), "owner-unknown");
    world.host.keep(|keeper| keeper.adopt(crate::world::NAME, 1000)).unwrap();
    // Its request may be under way still, and is waited for.
    assert_eq!(world.host.token().unwrap().generation, 4);
    assert_eq!(world.sends(), 1);
}

#[test]
fn where_the_old_token_lives_on_two_pairs_are_both_kept() {
    let world = world("timed", Habits::of(Rotation::Timed { seconds: 60, count: None }));
    let mut paused = paused_at(&world, "behind send");
    assert_eq!(world.host.token().unwrap().generation, 3);
    signal(&paused, "-CONT");
    assert_eq!(answer(&mut paused), "token 3");
    assert_eq!(world.sends(), 2);
    assert_eq!(world.host.grant().secrets.alternates.len(), 1, "the pair that came second is not dropped");
    world.is_well(3);
}

/// A late commit brings back what the other one had to give up.
#[test]
fn where_the_old_token_dies_at_once_the_paused_one_brings_the_grant_back() {
    let world = world("strict", Habits::STRICT);
    let mut paused = paused_at(&world, "before commit");
    assert_eq!(world.host.token().unwrap_err().status(), osign::Status::NeedsLogin);
    signal(&paused, "-CONT");
    assert_eq!(answer(&mut paused), "token 3");
    assert_eq!(world.host.token().unwrap().generation, 3);
    world.is_well(3);
}

/// Another host is one that shares no files with this one: not its name, nor the numbers of its processes.
#[test]
fn a_dead_host_costs_the_others_no_more_than_its_lease() {
    let world = world("killed", Habits::STRICT);
    let folder = world.elsewhere();
    let mut other =
        Other::start(stopping(client(&world.server.url(), &folder, &world.server), "behind acquire"), "token");
    other.wait_for("stopped");
    let begun = Instant::now();
    other.kill();
    assert_eq!(world.asked(), "token 3");
    assert!(begun.elapsed() < LEASE + Duration::from_secs(3));
    assert!(begun.elapsed() > LEASE - Duration::from_millis(600), "it was taken for dead from afar");
    assert_eq!((world.sends(), world.provider.rejected()), (1, 0));
}

/// §5.6 (1) of token-rotation.md: where a death can be proved, nobody waits for the lease to end.
#[test]
fn a_dead_process_of_this_host_costs_the_others_nothing() {
    let world = World::expired("witnessed", Habits::STRICT);
    assert_eq!(world.server.lease, Duration::from_secs(75));
    for (index, step) in ["behind lock", "behind acquire", "before commit"].iter().enumerate() {
        let mut other = world.stopped_at(step);
        // Paused it is not dead, and nothing is proved.
        pause(&other);
        let held = world.host.store.lock(crate::world::NAME, "me").unwrap();
        assert!(matches!(held, Lock::Held(holder) if holder.contains("process")), "{step}");
        let begun = Instant::now();
        other.kill();
        let generation = 3 + index as u64;
        let asked = world.host.token().map(|token| token.generation).map_err(|error| error.word());
        // The last one had a pair that is lost with it: at this service nothing brings it back.
        let expected = if *step == "before commit" { Err("lost-pair") } else { Ok(generation) };
        assert_eq!(asked, expected, "{step}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{step}: {:?}", begun.elapsed());
        world.expire();
    }
}

/// A child of `fork()` that its parent left alone has part in the parent's lock: nothing is proved then, and time decides.
#[test]
fn a_child_that_lives_on_proves_nothing() {
    let mut server = Server::with_store("orphan");
    server.lease = LEASE;
    let store = server.open();
    assert!(store.add("a", "record").unwrap());
    let mut other = Other::start(server.command(), "orphan");
    other.wait_for("forked");
    let begun = Instant::now();
    other.kill();
    assert!(matches!(store.lock("a", "me").unwrap(), Lock::Held(_)));
    while matches!(store.lock("a", "me").unwrap(), Lock::Held(_)) {
        assert!(begun.elapsed() < LEASE + Duration::from_secs(3));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(begun.elapsed() > LEASE - Duration::from_millis(600));
}

#[test]
fn many_processes_at_an_expiry_send_once() {
    let world = World::expired("many", Habits::FAMILY);
    let mut others: Vec<_> = (0..6).map(|_| Other::start(world.server.command(), "token")).collect();
    assert!(others.iter_mut().all(|other| answer(other) == "token 3"));
    assert_eq!(world.sends(), 1);
}

/// Two hosts in networks of their own; one is cut off while it has a pair that nobody else has.
#[test]
fn a_host_that_is_cut_off_keeps_its_pair_until_it_is_back() {
    let mut server = Server::start("cut");
    let net = Network::make();
    std::fs::write(
        server.data.join("pg_hba.conf"),
        format!("local all all trust\nhost all all {}.0/24 trust\n", network()),
    )
    .unwrap();
    server.kill();
    server.run();
    server.lease = LEASE;
    Postgres::create(&server.url(), &server.options()).unwrap();
    let url = format!("postgresql://osign@{}.1:{}/grants?connect_timeout=3", network(), server.port);
    // Each host has files of its own; the time is the same.
    let folders = ["a", "b"].map(|host| server.folder.join(host));
    folders.iter().for_each(|folder| std::fs::create_dir_all(folder.join("host")).unwrap());
    std::fs::write(folders[0].join("host/clock"), []).unwrap();
    std::fs::hard_link(folders[0].join("host/clock"), folders[1].join("host/clock")).unwrap();
    let inside = |host: &str| {
        let plain = client(&url, &server.folder.join(host), &server);
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &net.name(host)]).arg(plain.get_program()).args(plain.get_args());
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    };
    let mut cut = Other::start(stopping(inside("a"), "before commit"), "alone");
    cut.wait_for("stopped");
    net.ip(&["link", "set", &net.name("a"), "down"]);
    cut.go_on();
    // Nothing is said that is not certain, and the pair lies beside, on that host.
    assert_eq!(answer(&mut cut), "error not-saved");
    assert_eq!(answer(&mut Other::start(inside("b"), "token")), "error owner-unknown");
    net.ip(&["link", "set", &net.name("a"), "up"]);
    cut.go_on();
    assert_eq!(answer(&mut cut), "token 3");
    cut.wait_for("sends 2"); // With the login.
    assert_eq!(answer(&mut Other::start(inside("b"), "token")), "token 3");
}

/// A bridge, and two networks that lead to it.
struct Network(String);

impl Network {
    fn make() -> Self {
        let net = Self(format!("os{}", std::process::id() % 100_000));
        net.ip(&["link", "add", &net.0, "type", "bridge"]);
        net.ip(&["addr", "add", &format!("{}.1/24", network()), "dev", &net.0]);
        net.ip(&["link", "set", &net.0, "up"]);
        for (host, address) in [("a", format!("{}.2/24", network())), ("b", format!("{}.3/24", network()))] {
            let name = net.name(host);
            net.ip(&["netns", "add", &name]);
            net.ip(&["link", "add", &name, "type", "veth", "peer", "name", "eth0", "netns", &name]);
            net.ip(&["link", "set", &name, "master", &net.0, "up"]);
            for words in [["addr", "add", &address, "dev", "eth0"], ["link", "set", "dev", "eth0", "up"]] {
                net.ip(&[&["-n", &name], &words[..]].concat());
            }
            net.ip(&["-n", &name, "link", "set", "lo", "up"]);
        }
        net
    }

    fn name(&self, host: &str) -> String {
        format!("{}{host}", self.0)
    }

    fn ip(&self, words: &[&str]) {
        done(Command::new("ip").args(words));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for host in ["a", "b"] {
            let _ = Command::new("ip").args(["netns", "del", &self.name(host)]).status();
        }
        let _ = Command::new("ip").args(["link", "del", &self.0]).status();
    }
}
