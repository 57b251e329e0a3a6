//! A round: its faults one after another, while processes call; then all is well again, and what was seen is judged.

use crate::clock::Clock;
use crate::draw::{Draw, Fault};
use crate::folder::{Folder, fill};
use crate::host::{Host, NAME, new_grant};
use crate::journal;
use crate::judge::{Evidence, Fate, Seen};
use crate::place::{Kind, Place};
use crate::player::Orders;
use crate::process::Other;
use crate::provider::Provider;
use crate::provider::log::Network;
#[cfg(feature = "postgres")]
use crate::server::Server;
use crate::service::When;
use crate::tally::Tally;
use osign::error::{Error, Quarantine};
use osign::grant::Grant;
use osign::grant::record::Status;
use osign::grant::store::Store;
use std::collections::HashSet;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A call that may wait: the clock skips that.
const PATIENCE: i64 = 60_000;
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
    // The last one to go.
    folder: Folder,
}

impl<'a> Round<'a> {
    /// A person has agreed, and the processes begin.
    pub(crate) fn begin(draw: &'a Draw, told: &'a Mutex<Vec<String>>, server: &'a mut Spare) -> Self {
        let folder = if draw.has_disk { Folder::disk("chaos", "8m") } else { Folder::empty("chaos") };
        let beside = folder.anchors();
        std::fs::create_dir_all(&beside).unwrap();
        let url = if draw.kind == Kind::Postgres { database(server) } else { String::new() };
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
            Fault::Restore if self.is_calm() => self.restore(),
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

    // --- A copy of the store, and its return ---

    fn copy(&mut self) {
        let copied = match self.place.kind {
            Kind::Postgres => self.copy_tables("osign_", "copy_"),
            _ => self.place.copy_of(&self.host().store),
        };
        // A store that is busy is copied another time; there is a copy from the start.
        assert!(copied.is_ok() || !self.others.is_empty(), "{copied:?}");
    }

    #[cfg(feature = "postgres")]
    fn copy_tables(&self, from: &str, to: &str) -> Result<(), String> {
        let server = self.server.as_ref().unwrap();
        for table in ["grants", "counters"] {
            let there = format!("{to}{table}");
            server.sql("grants", &format!("CREATE TABLE IF NOT EXISTS {there} AS TABLE {from}{table} WITH NO DATA"));
            server.sql("grants", &format!("DELETE FROM {there}"));
            server.sql("grants", &format!("INSERT INTO {there} SELECT * FROM {from}{table}"));
        }
        Ok(())
    }

    #[cfg(not(feature = "postgres"))]
    fn copy_tables(&self, _: &str, _: &str) -> Result<(), String> {
        unreachable!("no such store is drawn")
    }

    /// The machine goes down, and comes back with an older store: nothing is sent until a person has looked at it.
    fn restore(&mut self) {
        (0..self.others.len()).for_each(|index| self.kill(index));
        self.clock.skip(self.draw.habits.life * 1000 + 1);
        let before = self.host().keep("read", |keeper| keeper.grant(NAME)).unwrap();
        self.host = None;
        if self.place.kind == Kind::Postgres {
            self.copy_tables("copy_", "osign_").unwrap();
        } else {
            self.place.restore();
        }
        self.seen.restores.push(Instant::now());
        self.host = Some(Host::open(&self.place, 0, 5_000).unwrap());
        let after = self.host().grant().unwrap();
        self.generation = after.generation;
        if after.generation < before.generation {
            // A token that lives is handed out, and by a clock that was put back one can live for long.
            let left = after.state.expires_at.map_or(0, |end| end - self.clock.now());
            self.clock.skip(left.max(0) + 1);
            let connections = self.provider.connections();
            for _ in 0..3 {
                let call = self.call();
                let word = self.host().token(&call, 0).map(drop).map_err(|error| error.word());
                // Of one that was given up by then that is said first.
                assert!(
                    word == Err("quarantined") || (word.is_err() && after.state.status != Status::Active),
                    "{word:?}"
                );
            }
            assert_eq!(self.host().store.quarantine(), Ok(Some(Quarantine::Restored)));
            assert_eq!(self.provider.connections(), connections, "a quarantined store has its tokens sent");
            assert_eq!(self.host().adopt_store(), Ok(1));
            self.tally.one("faults", "restored and adopted");
        } else {
            self.tally.one("faults", "restored of the same generation");
        }
        assert_eq!(self.host().store.quarantine(), Ok(None));
        self.others = (0..self.draw.skews.len()).map(|index| self.other(index)).collect();
    }

    // --- What a person does ---

    /// Whether the grant goes on; who is dead is said to be, and who must log in does.
    fn look(&mut self) {
        if !self.is_calm() {
            return;
        }
        // Of a store that is busy nothing is known.
        let Ok(grant) = self.host().grant() else { return };
        assert!(grant.generation >= self.generation, "generation {} after {}", grant.generation, self.generation);
        self.generation = grant.generation;
        self.adopt(&grant);
        if matches!(grant.state.status, Status::NeedsLogin { .. }) {
            self.lost();
        }
    }

    /// Of an intent whose process is dead a person knows that it is.
    fn adopt(&mut self, grant: &Grant) {
        let Some(intent) = grant.state.open_intent().filter(|_| self.host().store.lease().is_some()) else { return };
        let process = intent.owner.split(' ').nth(1).unwrap_or_default().to_owned();
        let is_alive = self.others.iter().any(|other| other.process.id().to_string() == process);
        if self.draw.habits.family && !is_alive && process != std::process::id().to_string() {
            let call = self.call();
            if self.host().keep(&call, |keeper| keeper.adopt(NAME, 0)).is_ok() {
                self.tally.one("faults", "adopted after a death");
            }
        }
    }

    fn is_lost(&self) -> bool {
        self.host().grant().is_ok_and(|grant| matches!(grant.state.status, Status::NeedsLogin { .. }))
    }

    /// Whether the provider would take a refresh token, now or once it is time.
    fn is_good(&self, token: &str) -> bool {
        let mut service = self.provider.service().clone();
        service.habits.when = When::Any;
        service.would_take(token, self.clock.now())
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

    /// The grant was given up: silently, and with good reason. A person logs in again.
    fn lost(&mut self) {
        // Whoever holds a pair may bring it, and the grant back.
        for undo in std::mem::take(&mut self.undo) {
            self.undone(undo.1);
        }
        let begun = Instant::now();
        let mut silent = 0;
        while silent < 2 || self.evidence().0.is_pending() {
            let sends = self.provider.sends();
            self.wait(100);
            if !self.is_lost() {
                return;
            }
            let is_silent = self.provider.sends() == sends;
            // Where a lock ends by time somebody may have begun before.
            assert!(
                is_silent || self.draw.kind != Kind::Sqlite || silent == 0,
                "a grant that was given up is asked for"
            );
            silent = if is_silent { silent + 1 } else { 0 };
            assert!(begun.elapsed() < LONG, "a grant that was given up is asked for, or a call has no end");
        }
        let reason = self.evidence().0.reason();
        let Ok(grant) = self.host().grant() else { return };
        let reason = reason.expect("a grant was lost for nothing");
        let is_excused = matches!(reason, "restored" | "the service said no to a good token");
        assert!(is_excused || !self.draw.always_saves(), "a grant was lost that could be saved: {reason}");
        if !is_excused {
            for token in grant.secrets.refresh.iter().chain(&grant.secrets.alternates) {
                assert!(!self.is_good(token.expose()), "a grant was given up whose token is good");
            }
        }
        let policy = self.draw.policy();
        self.tally.one("grants lost", format!("{policy}: {reason}"));
        self.log_in();
    }

    /// A code may be lost as well.
    fn log_in(&mut self) {
        for _ in 0..60 {
            let call = self.call();
            self.seen.login = self.provider.sends();
            match self.host().log_in(&call, &self.provider) {
                Ok(_) => {
                    self.seen.login = self
                        .provider
                        .log()
                        .iter()
                        .position(|entry| entry.sender.starts_with(&format!("{call}#")))
                        .unwrap()
                        + 1;
                    return;
                }
                Err(error) => self.may_fail(&error),
            }
            self.wait(20);
            self.clock.skip(1_000);
        }
        panic!("a person cannot log in");
    }

    fn may_fail(&self, error: &Error) {
        let may = [
            "login-lost",
            "waiting",
            "busy",
            "busy-store",
            "changed-meanwhile",
            "client-refused",
            "code-rejected",
            "lease-ended",
            "no-such-endpoint",
        ];
        assert!(may.contains(&error.word()), "{error}");
    }

    // --- The end ---

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

    /// All is well, and so must the grant be, once time has passed.
    fn settle(&mut self) {
        self.provider.service().habits.life = 3600;
        for _ in 0..30 {
            // Leases, waits of families and back-offs are over.
            self.clock.skip(100_000);
            self.look();
            let call = self.call();
            let token = match self.host().token(&call, PATIENCE) {
                Ok(token) => token,
                Err(error) => {
                    let may =
                        ["waiting", "busy", "busy-store", "owner-unknown", "rejected", "lost-pair", "used-elsewhere"];
                    assert!(may.contains(&error.word()), "at the end: {error}");
                    // A lease at a server ends by its clock.
                    if error.word() == "busy" {
                        self.wait(200);
                    }
                    continue;
                }
            };
            // One that hands out the same pair again may have minted it for a process that was killed, and its life is over.
            let (_, is_taken) = self.host().call(&self.provider.url("/api"), &token).unwrap();
            let grant = self.host().grant().unwrap();
            // Nor does anything end an intent while the token lives, as it does by a clock that was put back.
            if !is_taken || grant.state.status != Status::Active || grant.state.intent.is_some() {
                self.clock.skip(3_600_000);
                continue;
            }
            assert_eq!((grant.generation, grant.secrets.access), (token.generation, Some(token.value)));
            let refresh = grant.secrets.refresh.expect("there is a refresh token");
            assert!(self.is_good(refresh.expose()), "the refresh token that is kept is dead");
            let info = self.host().store.info().unwrap();
            assert_eq!((info.quarantine, info.spilled), (None, Vec::new()));
            return;
        }
        panic!("the grant is not well at the end");
    }

    fn judge(&mut self) {
        let mut tally = std::mem::take(&mut self.tally);
        let (evidence, lines) = self.evidence();
        let mut wrong = evidence.judge_pairs();
        wrong.extend(evidence.judge_sends(&mut tally));
        drop(lines);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let pairs: Vec<_> = evidence.entries.iter().filter_map(|entry| evidence.fate(entry)).collect();
        let kept = pairs.iter().filter(|fate| **fate == Fate::Kept).count();
        tally.one("rounds", self.draw.kind.name());
        tally.one("policies", self.draw.policy());
        tally.add("provider", "requests", evidence.entries.len());
        tally.add("provider", "pairs", pairs.len());
        tally.add("provider", "pairs kept", kept);
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

/// The URL of a database with nothing in it.
#[cfg(feature = "postgres")]
fn database(server: &mut Spare) -> String {
    match server {
        Some(server) => {
            server.sql("postgres", "DROP DATABASE grants WITH (FORCE); CREATE DATABASE grants OWNER osign");
            server.url()
        }
        None => server.insert(Server::start("chaos")).url(),
    }
}

#[cfg(not(feature = "postgres"))]
fn database(_: &mut Spare) -> String {
    unreachable!("no such store is drawn")
}

/// One that has come to its end by itself gets none.
fn signal(process: u32, signal: &str) {
    let _ = Command::new("kill").args([signal, &process.to_string()]).stderr(Stdio::null()).status().unwrap();
}
