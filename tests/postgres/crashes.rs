//! The server dies, at each step of a refresh, and recovers; and its disk is full.

use crate::server::{Server, done, folder_of_nobody};
use crate::service::Habits;
use crate::watched::STEPS;
use crate::world::World;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// At a service where nothing that is lost comes back.
#[test]
fn a_server_that_dies_at_any_step_costs_no_pair() {
    let mut world = World::expired("dies", Habits::STRICT);
    {
        let server = Mutex::new(&mut world.server);
        for (index, step) in STEPS.iter().enumerate() {
            let died = AtomicBool::new(false);
            let gate = |now: &str| {
                if now == *step && !died.swap(true, Ordering::Relaxed) {
                    let mut server = server.lock().unwrap();
                    server.kill();
                    server.run();
                }
                Ok(())
            };
            let token = world.host.watched(&gate, |keeper| keeper.access_token(crate::world::NAME, 0, 60_000));
            let generation = 3 + index as u64;
            assert_eq!(token.map(|token| token.generation).map_err(|error| error.word()), Ok(generation), "{step}");
            assert!(died.load(Ordering::Relaxed), "{step}");
            assert_eq!(world.provider.sends() - 1, index + 1, "{step}");
            world.clock.skip(world.provider.service().habits.life * 1000 + 1);
        }
    }
    world.is_well(2 + STEPS.len() as u64);
}

#[test]
fn a_pair_that_a_dead_server_did_not_take_lies_beside_and_comes_in() {
    let mut world = World::expired("down", Habits::STRICT);
    {
        let server = Mutex::new(&mut world.server);
        let gate = |now: &str| {
            if now == "before commit" {
                server.lock().unwrap().kill();
            }
            Ok(())
        };
        let error = world.host.watched(&gate, |keeper| keeper.access_token(crate::world::NAME, 0, 60_000)).unwrap_err();
        assert_eq!(error.word(), "not-saved");
    }
    assert_eq!(world.host.token().unwrap_err().word(), "server-unreachable");
    world.server.run();
    assert_eq!(world.host.token().unwrap().generation, 3);
    assert_eq!((world.sends(), world.provider.rejected()), (1, 0));
    world.is_well(3);
}

/// PostgreSQL stops altogether where its log has no room, so that either of two reasons is told.
#[test]
fn a_disk_that_is_full_costs_no_pair() {
    let server = Server::in_folder("full", |folder| {
        let (user, group) = folder_of_nobody(folder);
        let options = format!("size=300m,mode=700,uid={user},gid={group}");
        done(Command::new("mount").args(["-t", "tmpfs", "-o", &options, "osign-test"]).arg(folder));
    });
    server.sql("postgres", "CREATE ROLE osign LOGIN; CREATE DATABASE grants OWNER osign");
    let beside = crate::server::folder("full-host");
    let mut options = server.options();
    (options.beside, options.anchors) = (Some(beside.join("beside")), Some(beside.join("anchors")));
    osign::store::Postgres::create(&server.url(), &options).unwrap();
    let mut world = World::within(server, Habits::STRICT);
    world.host.store = osign::store::Postgres::open(&world.server.url(), &options).unwrap();
    let filler = world.server.folder.join("filler");
    let full = AtomicBool::new(false);
    let gate = |now: &str| {
        if now == "before commit" && !full.swap(true, Ordering::Relaxed) {
            let _ = Command::new("dd").args(["if=/dev/zero", "bs=64k", &format!("of={}", filler.display())]).output();
            let room = "CREATE TABLE filler (text text); INSERT INTO filler SELECT repeat(md5(random()::text), 50000)
                        FROM generate_series(1, 100)";
            world.server.try_sql("grants", room);
        }
        Ok(())
    };
    let result = world.host.watched(&gate, |keeper| keeper.access_token(crate::world::NAME, 0, 60_000));
    let said = result.map(|token| token.generation).map_err(|error| error.word());
    assert!(said == Ok(3) || said == Err("not-saved"), "{said:?}");
    std::fs::remove_file(&filler).unwrap();
    world.server.kill();
    world.server.run();
    assert_eq!(world.host.token().unwrap().generation, 3);
    assert_eq!((world.sends(), world.provider.rejected()), (1, 0));
    let _ = std::fs::remove_dir_all(beside);
}
