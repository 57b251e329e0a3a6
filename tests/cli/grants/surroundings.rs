//! A machine that is not as it should be: a full disk, one that can only be read, a clock that is off.

#![cfg(target_os = "linux")]

use super::home::Home;
use super::service::Service;
use crate::cli::run::run;
use crate::folder::{Folder, fill};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The options for a store on this disk, with a key elsewhere.
fn on(home: &Home, disk: &Folder) -> [String; 4] {
    let key = home.path("key");
    if !key.exists() {
        home.run(&["key", "new", "key"]).text();
    }
    let store = format!("sqlite:{}", disk.path("store.db").display());
    ["--store".to_owned(), store, "--key-file".to_owned(), key.display().to_string()]
}

#[test]
fn a_full_disk() {
    let (home, service, disk) = (Home::new(), Service::start(&["access_lifetime=1"]), Folder::disk("shell-full", "1m"));
    let place = on(&home, &disk);
    let place: Vec<_> = place.iter().map(String::as_str).collect();
    fill(&disk);
    let shown = disk.path("store.db");
    let says = format!("the disk of the store {} is full; nothing was written", shown.display());
    assert_eq!(home.add(&service, "crm", &place).failure(12), says);
    assert_eq!(disk.names(), ["filler"]);
    fs::remove_file(disk.path("filler")).unwrap();
    assert_eq!(home.add(&service, "crm", &place).code, 0);
    let mut command = home.osign(&[&["grant", "login", "crm", "--no-browser"][..], &place].concat());
    let ended = crate::cli::run::run_with_input(&mut command, b"\n");
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let url = String::from_utf8(ended.stdout).unwrap();
    let callback = super::service::get(url.trim()).header("Location").to_owned();
    // The code of a login that cannot be kept is not spent.
    fill(&disk);
    let exchange = |code: &str| home.run(&[&["grant", "exchange", "crm", "--code", code][..], &place].concat());
    let code = callback.split("code=").nth(1).unwrap().split('&').next().unwrap();
    assert_eq!(exchange(code).failure(12), says);
    assert_eq!(service.count("exchange"), 0);
    fs::remove_file(disk.path("filler")).unwrap();
    home.run(&[&["grant", "list"][..], &place].concat());
}

#[test]
fn a_disk_that_can_only_be_read() {
    let (home, service, disk) =
        (Home::new(), Service::start(&["access_lifetime=1"]), Folder::disk("shell-read-only", "4m"));
    let place = on(&home, &disk);
    let place: Vec<_> = place.iter().map(String::as_str).collect();
    assert_eq!(home.add(&service, "crm", &place).code, 0);
    disk.remount("ro");
    for arguments in [&["grant", "remove", "crm"][..], &["token", "crm"], &["grant", "add", "crm", "--replace"]] {
        let ended = match arguments {
            ["grant", "add", ..] => home.add(&service, "crm", &[&["--replace"][..], &place].concat()),
            _ => home.run(&[arguments, &place].concat()),
        };
        let failure = ended.failure(12);
        assert!(failure.contains("cannot be written: it, its folder or its file system is read-only"), "{failure}");
    }
    disk.remount("rw");
    assert_eq!(service.count("token"), 0);
}

/// The program with a clock that is off by so many seconds.
fn off(home: &Home, seconds: i64, arguments: &[&str]) -> Command {
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("off_clock.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/off_clock.c");
    let beside = library.with_extension(std::process::id().to_string());
    let status = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&beside).arg(source).status();
    assert!(status.is_ok_and(|status| status.success()), "cc does not compile {source}");
    fs::rename(&beside, &library).unwrap();
    let mut command = home.osign(arguments);
    command.env("LD_PRELOAD", library).env("OSIGN_CLOCK_OFF", seconds.to_string());
    command
}

#[test]
fn a_clock_that_is_a_day_off() {
    const DAY: i64 = 86_400;
    let (home, service) = Home::with_grant(&[], &[]);
    let first = home.token().unwrap();
    let token = |seconds, more: &[&str]| {
        run(&mut off(&home, seconds, &[&["token", "crm"], more].concat())).text().trim().to_owned()
    };
    // A day late, the token is taken for a living one, and is; were it turned down, there would be another.
    assert_eq!(token(-DAY, &[]), first);
    let second = token(-DAY, &["--refused", "2"]);
    assert_ne!(second, first);
    // By the right clock that one seems to have ended long ago: a refresh, and no more than one.
    let third = token(0, &[]);
    assert_eq!((token(0, &[]), service.count("refresh")), (third.clone(), 2));
    // The same a day early.
    let fourth = token(DAY, &[]);
    assert_eq!((token(DAY, &[]), service.count("refresh")), (fourth.clone(), 3));
    // And once the clock is right again all goes on.
    assert_eq!(token(0, &[]), fourth);
    let last = token(0, &["--refused", "5"]);
    assert_ne!(last, fourth);
    assert_eq!((token(0, &[]), service.count("refresh")), (last, 4));
}
