//! A round: its faults one after another, while processes call; then all is well again, and what was seen is judged.

mod copies;
mod person;

use crate::clock::Clock;
use crate::draw::{Draw, Fault};
use crate::folder::{Folder, fill};
use crate::host::{Host, NAME, new_grant};
use crate::journal::{self, What};
use crate::judge::{Evidence, Fate, Seen};
use crate::place::{Kind, Place};
use crate::player::Orders;
use crate::process::Other;
use crate::provider::Provider;
use crate::provider::log::Network;
#[cfg(feature = "postgres")]
use crate::server::Server;
use crate::tally::Tally;
use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Of a round's life; a machine with other work on it takes its time.
const LONG: Duration = Duration::from_secs(60);

/// What ends a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Undo {
    Continue(u32),
    Room,
    Connect,
    Serve,
}

/// A server of PostgreSQL, which one round leaves to the next: making one takes as long as a round does.
#[cfg(feature = "postgres")]
pub(crate) type Spare = Option<Server>;
#[cfg(not(feature = "postgres"))]
pub(crate) type Spare = Option<std::convert::Infallible>;

pub(crate) struct Round<'a> {
    draw: &'a Draw,
    /// What is printed where it fails.
    told: &'a Mutex<Vec<String>>,
    place: Place,
    clock: Clock,
    provider: Provider,
    /// None while the store is away.
    host: Option<Host>,
    others: Vec<Other>,
    undo: Vec<(Instant, Undo)>,
    seen: Seen,
    tally: Tally,
    calls: u64,
    generation: u64,
    /// Processes that were killed.
    gone: Arc<Mutex<HashSet<u32>>>,
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "there is none"))]
    server: &'a mut Spare,
    folder: Folder,
}

impl<'a> Round<'a> {
    /// A person has agreed, and the processes begin.
    pub(crate) fn begin(draw: &'a Draw, told: &'a Mutex<Vec<String>>, server: &'a mut Spare) -> Self {
        let folder = if draw.has_disk { Folder::disk("chaos", "8m") } else { Folder::empty("chaos") };
        let beside = folder.anchors();
        std::fs::create_dir_all(&beside).unwrap();
        let url = if draw.kind == Kind::Postgres { copies::database(server) } else { String::new() };
        let place = Place { kind: draw.kind, folder: folder.path(""), beside, url, lease: draw.lease };
        place.create();
        let clock = Clock::of(&place.beside);
        let provider = Provider::start(draw.habits, &clock);
        let host = Host::open(&place, 0, 5_000).unwrap();
        host.keep("add", |keeper| keeper.add(&new_grant(&provider))).unwrap();
        host.log_in(&format!("{}/login/0", std::process::id()), &provider).unwrap();
        provider.take(draw.takes);
        provider.lie_by_chance_among(draw.seed, draw.lies, draw.among);
        let mut round = Self {
            draw,
            told,
            place,
            clock,
            host: Some(host),
            others: Vec::new(),
            undo: Vec::new(),
            seen: Seen { login: provider.sends(), ..Seen::default() },
            provider,
            tally: Tally::default(),
            calls: 0,
            generation: 0,
            gone: Arc::default(),
            server,
            folder,
        };
        round.copy();
        round.others = (0..draw.skews.len()).map(|index| round.other(index)).collect();
        round
    }

    pub(crate) fn run(mut self) -> Tally {
        for step in &self.draw.steps {
            // Or a token's life would be most of the time: the fault comes when a new one is being had, or is not.
            self.clock.skip(step.skip);
            self.wait(step.pause);
            self.make(step.fault);
            self.look();
        }
        // What was to last for so long does.
        while !self.undo.is_empty() {
            self.wait(10);
        }
        self.calm();
        self.end();
        self.settle();
        self.judge();
        std::mem::take(&mut self.tally)
    }

    fn host(&self) -> &Host {
        self.host.as_ref().expect("the store is open")
    }

    fn call(&mut self) -> String {
        self.calls += 1;
        format!("{}/parent/{}", std::process::id(), self.calls)
    }

    /// Another process.
    fn other(&self, index: usize) -> Other {
        let mut also = String::new();
        if self.draw.has_disk {
            also.push_str(" full-disk not-saved not-kept records-failed store-failed");
        }
        if self.place.kind == Kind::Postgres {
            also.push_str(" server-unreachable not-saved not-kept");
        }
        let orders = Orders {
            ahead: self.draw.skews[index],
            deadline: self.draw.deadline,
            threads: self.draw.threads,
            seed: self.draw.seed ^ (index as u64 + 1),
            api: self.provider.url("/api"),
            also,
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
        self.place.tell(&mut command);
        orders.tell(&mut command);
        Other::start(command, "chaos")
    }

    fn is(&self, undo: Undo) -> bool {
        self.undo.iter().any(|(_, other)| *other == undo)
    }

    /// Whether a person can do something about the grant.
    fn is_calm(&self) -> bool {
        self.undo.iter().all(|(_, undo)| matches!(undo, Undo::Continue(_)))
    }

    /// Time passes; what was to last for so long ends.
    fn wait(&mut self, milliseconds: u64) {
        let until = Instant::now() + Duration::from_millis(milliseconds);
        loop {
            let now = Instant::now();
            let due: Vec<_> = self.undo.iter().filter(|(at, _)| *at <= now).map(|(_, undo)| *undo).collect();
            self.undo.retain(|(at, _)| *at > now);
            due.into_iter().for_each(|undo| self.undone(undo));
            if now >= until {
                return;
            }
            thread::sleep((until - now).min(Duration::from_millis(10)));
        }
    }

    fn undone(&mut self, undo: Undo) {
        match undo {
            Undo::Continue(process) => {
                signal(process, "-CONT");
                let name = process.to_string();
                let stop = self.seen.stops.iter_mut().rev().find(|(other, ..)| *other == name);
                stop.unwrap().2 = Some(Instant::now());
            }
            Undo::Room => std::fs::remove_file(self.folder.path("filler")).unwrap(),
            Undo::Connect => self.provider.connect(Network::Good),
            Undo::Serve => {
                #[cfg(feature = "postgres")]
                self.server.as_mut().unwrap().run();
            }
        }
    }

    /// All that was to last longer ends now.
    fn calm(&mut self) {
        let undo = std::mem::take(&mut self.undo);
        undo.into_iter().for_each(|(_, undo)| self.undone(undo));
        self.provider.lie_by_chance(0, 0);
        self.provider.take(0);
    }

    fn later(&mut self, milliseconds: u64, undo: Undo) {
        self.undo.push((Instant::now() + Duration::from_millis(milliseconds), undo));
    }

    /// By a thread, as this one may wait for a lock that the stopped process has.
    fn continue_later(&self, process: u32, milliseconds: u64) {
        let gone = self.gone.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(milliseconds));
            let gone = gone.lock().unwrap();
            if !gone.contains(&process) {
                signal(process, "-CONT");
            }
        });
    }

    fn make(&mut self, fault: Fault) {
        match fault {
            Fault::None => {}
            Fault::Kill(index) => {
                self.kill(index);
                self.others[index] = self.other(index);
                self.tally.one("faults", "kills");
            }
            Fault::Stop(index, milliseconds) => {
                let process = self.others[index].process.id();
                if !self.is(Undo::Continue(process)) {
                    signal(process, "-STOP");
                    self.seen.stops.push((process.to_string(), Instant::now(), None));
                    self.later(milliseconds, Undo::Continue(process));
                    self.continue_later(process, milliseconds);
                    let lease = self.draw.lease.filter(|lease| lease.as_millis() < u128::from(milliseconds));
                    self.tally.one("faults", if lease.is_some() { "stops beyond a lease" } else { "stops" });
                }
            }
            Fault::Full(milliseconds) if !self.is(Undo::Room) => {
                // At the worst moment, if there is one: somebody has written an intent, and nobody has the pair yet.
                self.clock.skip(self.draw.habits.life * 1000 + 1);
                let begun = Instant::now();
                while !self.provider.is_busy() && begun.elapsed() < Duration::from_millis(300) {
                    thread::sleep(Duration::from_millis(1));
                }
                fill(&self.folder);
                self.later(milliseconds, Undo::Room);
                self.tally.one("faults", "full disks");
            }
            Fault::Network(network, milliseconds) if !self.is(Undo::Connect) => {
                self.provider.connect(network);
                self.later(milliseconds, Undo::Connect);
                self.tally.one("faults", format!("network {network:?}").to_lowercase());
            }
            Fault::Jump(milliseconds) => {
                self.clock.skip(milliseconds);
                self.tally.one("faults", if milliseconds > 0 { "jumps ahead" } else { "jumps back" });
            }
            Fault::Copy if self.is_calm() => self.copy(),
            Fault::Restore if self.is_calm() && self.place.has_copy() => self.restore(),
            Fault::Server(milliseconds) if !self.is(Undo::Serve) => {
                self.seen.servers.push(Instant::now());
                #[cfg(feature = "postgres")]
                self.server.as_mut().unwrap().kill();
                self.later(milliseconds, Undo::Serve);
                self.tally.one("faults", "dead servers");
            }
            // It lasts still, or would meet one that does.
            Fault::Full(_) | Fault::Network(..) | Fault::Copy | Fault::Restore | Fault::Server(_) => {}
        }
    }

    fn kill(&mut self, index: usize) {
        let other = &mut self.others[index];
        let (process, begun) = (other.process.id(), Instant::now());
        // Its number may be another's from then on.
        let mut gone = self.gone.lock().unwrap();
        other.kill();
        gone.insert(process);
        drop(gone);
        self.seen.deaths.push((process.to_string(), begun));
        self.undo.retain(|(_, undo)| *undo != Undo::Continue(process));
        let bad: Vec<_> = self.others[index].lines().filter(|line| is_bad(line)).collect();
        assert_eq!(bad, [""; 0]);
    }

    /// The processes come to their ends by themselves.
    fn end(&mut self) {
        for other in &mut self.others {
            other.end();
            self.gone.lock().unwrap().insert(other.process.id());
            let bad: Vec<_> = other.lines().filter(|line| is_bad(line)).collect();
            assert_eq!(bad, [""; 0]);
        }
        self.others.clear();
    }

    fn evidence(&self) -> (Evidence<'_>, Vec<journal::Line>) {
        // What is in the journal by now came before what the provider notes then, but for what is under way.
        let entries = self.provider.log();
        let lines = journal::lines(&self.place.beside, &self.host().sealer, NAME);
        let mut evidence = Evidence::new(self.draw, &self.seen, entries, &lines);
        if let Ok(grant) = self.host().grant() {
            evidence.is_kept_in(&grant);
        }
        (evidence, lines)
    }

    fn judge(&mut self) {
        let mut tally = std::mem::take(&mut self.tally);
        let (evidence, lines) = self.evidence();
        let mut wrong = evidence.judge_pairs();
        wrong.extend(evidence.judge_sends(&mut tally));
        let beside =
            lines.iter().filter(|line| matches!(&line.what, What::Written(how, _) if how == "spilled")).count();
        drop(lines);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let pairs: Vec<_> = evidence.entries.iter().filter_map(|entry| evidence.fate(entry)).collect();
        let kept = pairs.iter().filter(|fate| **fate == Fate::Kept).count();
        tally.one("rounds", self.draw.kind.name());
        tally.one("policies", self.draw.policy());
        tally.add("provider", "requests", evidence.entries.len());
        tally.add("provider", "pairs", pairs.len());
        tally.add("provider", "pairs kept", kept);
        tally.add("provider", "pairs beside the store", beside);
        tally.add("provider", "senders", evidence.senders());
        tally.add("provider", "lies", self.provider.lies());
        tally.add("provider", "rejections", self.provider.rejected());
        for fate in pairs {
            if let Fate::Lost(why) = fate {
                tally.one("excused", format!("pair lost: {why}"));
            }
        }
        drop(evidence);
        self.tally = tally;
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        if thread::panicking() && self.host.is_some() {
            let (evidence, lines) = self.evidence();
            let story = evidence.story(&lines);
            self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(story);
        }
        for other in &mut self.others {
            let mut gone = self.gone.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = other.process.kill();
            let _ = other.process.wait();
            gone.insert(other.process.id());
        }
        self.host = None;
    }
}

fn is_bad(line: &str) -> bool {
    line.starts_with("bad: ") || line.contains("panicked")
}

/// One that has come to its end by itself gets none.
fn signal(process: u32, signal: &str) {
    let _ = Command::new("kill").args([signal, &process.to_string()]).stderr(Stdio::null()).status().unwrap();
}
