//! Processes, a store with its lock, a network, and a clock; and what can happen to them.

mod broken;
mod process;

use crate::service::{Habit, Reply, Service};
use osign::Error;
use osign::error::Keeping;
use osign::grant::access::Want;
use osign::grant::record::{Intent, Kind, Secrets, Settings, State, Status};
use osign::grant::refresh::{Event, Refresh, Step};
use osign::grant::rules::Rules;
use osign::grant::{Grant, Kept};
use osign::http::Trouble;
use osign::oauth2::verdict::{Said, Tokens, Unread, Verdict};
use osign::secret::Secret;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// How long an access token lives: longer than any trace.
const LIFE: i64 = 3_600_000;
/// Holds the lease of a process that died.
const DEAD: usize = usize::MAX;
pub(crate) const START: i64 = 10_000_000;
/// What each is called, before its number.
pub(crate) const PROCESS: &str = "process ";

/// How much may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Limits {
    pub processes: usize,
    /// How often each asks for a token.
    pub calls: u32,
    /// How long each waits, in milliseconds.
    pub patience: i64,
    pub crashes: u32,
    /// Requests and answers that are lost, answers that nobody can read, and connections that fail.
    pub losses: u32,
    /// Writes that the store does not take.
    pub failures: u32,
    /// How often time passes although somebody could go on.
    pub pauses: u32,
    /// Leases that end while their holders live, where locks are leases.
    pub expiries: u32,
    /// Whether a lock is no more than the intent in the record, which is a lease.
    pub intents: bool,
    /// Calls of somebody whose token the service turned down.
    pub refusals: u32,
    /// Answers that it is too early.
    pub early: u32,
    /// How long the first access token still lives, in milliseconds, while callers want more.
    pub life: i64,
    pub states: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Process {
    /// It may call, so many times more.
    Idle(u32),
    /// It does this next.
    At(u32, Refresh, Step),
    /// It waits for the answer to its request.
    Waiting(u32, Refresh, i64),
}

/// A request that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    from: Option<usize>,
    token: usize,
    sent: i64,
    reply: Option<Reply>,
}

impl Request {
    fn hash(&self, ranks: &[usize], hasher: &mut impl Hasher) {
        let from = self.from.map(|from| ranks.get(from));
        (from, self.token, self.sent, &self.reply).hash(hasher);
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct World {
    limits: Limits,
    rules: Rules,
    now: i64,
    stored: Grant,
    revision: u64,
    /// What was read last by each, for the conditional write.
    read: Vec<(u64, u64)>,
    /// Who has it; [`DEAD`] where a lease is had by nobody who lives.
    lock: Option<usize>,
    /// Intents that are older than a lease; and those whose owners are over without having said what came of them.
    ended: Vec<Intent>,
    left: Vec<Intent>,
    spilled: bool,
    processes: Vec<Process>,
    network: Vec<Request>,
    service: Service,
    sends: u32,
    /// Refresh tokens of other pairs that were kept at some time: each is sent once, and is no more among those that are kept then.
    spares: BTreeSet<usize>,
    losses: u32,
    crashes: u32,
    /// Leases that ended while their holders lived.
    expired: u32,
    /// Answers that it is too early.
    early: u32,
    /// Refusals that are reason enough for a request: of a token that was not had by a refusal itself.
    reasons: u32,
    /// The generation whose token each says was turned down.
    refused: Vec<Option<u64>>,
    too_soon: Option<i64>,
    no_reason: Option<u64>,
    refused_again: Option<u64>,
    not_handed_out: Option<Error>,
    handed_out: Option<(u64, String)>,
    error: Option<Error>,
    silent_since: Option<u32>,
    went_back: bool,
}

/// What can happen next.
#[derive(Clone, Debug)]
pub(crate) enum Move {
    Call(usize),
    /// The same for somebody whose token was turned down: the one that is stored.
    CallRefused(usize),
    /// A process does its next step.
    Go(usize),
    /// It does, and the store does not take it.
    Fail(usize),
    Crash(usize),
    /// The lease ends: its holder died, or is paused.
    Expire,
    /// A request reaches the service.
    Arrive(usize),
    /// Its answer reaches whoever sent it.
    Deliver(usize),
    /// Its answer is lost, or the connection breaks.
    Lose(usize),
    /// Its answer comes, and is one that nobody can rely on, with a refresh token in it.
    Garble(usize),
    /// The connection fails before anything leaves.
    Refuse(usize),
    /// The service says that it renews only later, and has not looked at the token.
    TooEarly(usize),
    /// The time of the next thing that waits comes.
    Tick(i64),
    /// It does, while others are in the middle of something: they are paused, or slow.
    Pause(i64),
}

fn kept(letter: char, number: usize) -> Kept {
    Kept::new(&format!("{letter}{number}"))
}

fn number(token: &Kept) -> usize {
    token.expose()[1..].parse().expect("a number")
}

impl World {
    pub(crate) fn new(rules: Rules, habit: Habit, limits: Limits) -> Self {
        let stored = Grant {
            name: "g".to_owned(),
            generation: 1,
            settings: Settings {
                kind: Kind::Code,
                provider: String::new(),
                profile: None,
                client_id: String::new(),
                redirect_uri: None,
                scope: None,
                account: None,
                overrides: Vec::new(),
                allow_insecure_http: false,
                place: None,
            },
            state: State {
                status: Status::Active,
                obtained_at: START - LIFE,
                expires_at: Some(START + limits.life),
                ..State::new()
            },
            secrets: Secrets { access: Some(kept('a', 0)), refresh: Some(kept('r', 0)), ..Secrets::default() },
        };
        Self {
            limits,
            rules,
            now: START,
            stored,
            revision: 0,
            read: vec![(0, 0); limits.processes],
            lock: None,
            ended: Vec::new(),
            left: Vec::new(),
            spilled: false,
            processes: vec![Process::Idle(limits.calls); limits.processes],
            network: Vec::new(),
            service: Service::new(habit),
            sends: 0,
            spares: BTreeSet::new(),
            losses: 0,
            crashes: 0,
            expired: 0,
            early: 0,
            reasons: 0,
            refused: vec![None; limits.processes],
            too_soon: None,
            no_reason: None,
            refused_again: None,
            not_handed_out: None,
            handed_out: None,
            error: None,
            silent_since: None,
            went_back: false,
        }
    }

    pub(crate) fn processes(&self) -> usize {
        self.processes.len()
    }

    /// What a process is at, and has.
    pub(crate) fn hash_process(&self, index: usize, hasher: &mut impl Hasher) {
        (&self.processes[index], self.read[index], self.refused[index], self.lock == Some(index)).hash(hasher);
        for request in self.network.iter().filter(|request| request.from == Some(index)) {
            request.hash(&[], hasher);
        }
    }

    /// All of it, with processes in this order, and for each one's number its place there.
    pub(crate) fn hash_ranked(&self, order: &[usize], ranks: &[usize], hasher: &mut impl Hasher) {
        // Each field is named, so that a new one is not forgotten.
        let Self {
            limits,
            rules,
            now,
            stored,
            revision,
            read,
            lock,
            ended,
            left,
            spilled,
            processes,
            network,
            service,
            sends,
            spares,
            losses,
            crashes,
            expired,
            early,
            reasons,
            refused,
            too_soon,
            no_reason,
            refused_again,
            not_handed_out,
            handed_out,
            error,
            silent_since,
            went_back,
        } = self;
        (limits, rules, now, stored, revision, ended, left, spilled, service).hash(hasher);
        (sends, spares, losses, crashes, expired, early, reasons, too_soon, no_reason, refused_again).hash(hasher);
        (not_handed_out, handed_out, error, silent_since, went_back).hash(hasher);
        for index in order {
            (read[*index], &processes[*index], refused[*index]).hash(hasher);
        }
        lock.map(|holder| ranks.get(holder).copied().unwrap_or(holder)).hash(hasher);
        for request in network {
            request.hash(ranks, hasher);
        }
    }

    /// The grant as it is kept.
    pub(crate) const fn stored(&self) -> &Grant {
        &self.stored
    }

    /// Everything that can happen now.
    pub(crate) fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (index, process) in self.processes.iter().enumerate() {
            match process {
                Process::Idle(0) => {}
                Process::Idle(_) => {
                    moves.push(Move::Call(index));
                    if self.limits.refusals > 0 {
                        moves.push(Move::CallRefused(index));
                    }
                }
                Process::At(_, _, step) => {
                    if !matches!(step, Step::Sleep(until) if *until > self.now) {
                        moves.push(Move::Go(index));
                    }
                    if self.limits.failures > 0 && matches!(step, Step::Acquire(_) | Step::Commit(_)) {
                        moves.push(Move::Fail(index));
                    }
                    if self.limits.crashes > 0 {
                        moves.push(Move::Crash(index));
                    }
                }
                Process::Waiting(..) => {
                    if self.limits.crashes > 0 {
                        moves.push(Move::Crash(index));
                    }
                }
            }
        }
        if self.rules.lease.is_some() && self.lock.is_some_and(|holder| holder == DEAD || self.limits.expiries > 0) {
            moves.push(Move::Expire);
        }
        if self.holder().is_some_and(|intent| self.left.contains(intent) || self.limits.expiries > 0) {
            moves.push(Move::Expire);
        }
        for (index, request) in self.network.iter().enumerate() {
            match request.reply {
                None => moves.push(Move::Arrive(index)),
                Some(_) if request.from.is_some() => moves.push(Move::Deliver(index)),
                Some(_) => {}
            }
            if self.limits.early > 0 && request.from.is_some() && request.reply.is_none() {
                moves.push(Move::TooEarly(index));
            }
            if self.limits.losses > 0 && request.from.is_some() {
                moves.push(Move::Lose(index));
                match request.reply {
                    None => moves.push(Move::Refuse(index)),
                    Some(Reply::Pair(..)) => moves.push(Move::Garble(index)),
                    Some(Reply::Rejected) => {}
                }
            }
        }
        if let Some(next) = self.next_time() {
            if moves.is_empty() {
                moves.push(Move::Tick(next));
            } else if self.limits.pauses > 0 {
                moves.push(Move::Pause(next));
            }
        }
        moves
    }

    fn next_time(&self) -> Option<i64> {
        let sleepers = self.processes.iter().filter_map(|process| match process {
            Process::At(_, _, Step::Sleep(until)) => Some(*until),
            Process::Waiting(_, _, sent) => Some(sent + self.rules.deadline),
            _ => None,
        });
        // Or somebody calls again after the wait that was asked for.
        let waits = self.stored.state.not_before.into_iter();
        let arrived = self.stored.state.intent.iter().map(|intent| intent.at + self.rules.deadline + self.rules.margin);
        sleepers.chain(waits).chain(arrived).filter(|time| *time > self.now).min()
    }

    pub(crate) fn make(&mut self, step: &Move) {
        self.error = None;
        self.handed_out = None;
        match *step {
            Move::Call(index) => self.call(index, None),
            Move::CallRefused(index) => {
                self.limits.refusals -= 1;
                // Turned down at once again it is no matter of its age (§5.6, 9).
                self.reasons += u32::from(!self.stored.state.by_refusal);
                self.call(index, Some(self.stored.generation));
            }
            Move::Go(index) => self.go(index),
            Move::Fail(index) => {
                self.limits.failures -= 1;
                self.feed(index, Event::Failed(Keeping::BadStoreKey.into()));
            }
            Move::Crash(index) => {
                self.limits.crashes -= 1;
                self.crashes += 1;
                if self.lock == Some(index) {
                    self.lock = self.rules.lease.map(|_| DEAD);
                }
                self.leave(index);
                for request in &mut self.network {
                    if request.from == Some(index) {
                        request.from = None;
                    }
                }
                self.network.retain(|request| request.from.is_some() || request.reply.is_none());
                // Another process takes its place.
                let calls = match &self.processes[index] {
                    Process::Idle(calls) | Process::At(calls, ..) | Process::Waiting(calls, ..) => *calls,
                };
                self.processes[index] = Process::Idle(calls.max(1));
            }
            Move::Expire if self.limits.intents => {
                if let Some(intent) = self.holder().cloned() {
                    if !self.left.contains(&intent) {
                        self.limits.expiries -= 1;
                        self.expired += 1;
                    }
                    self.ended.push(intent);
                }
            }
            Move::Expire => {
                if self.lock != Some(DEAD) {
                    self.limits.expiries -= 1;
                    self.expired += 1;
                }
                self.lock = None;
            }
            Move::Arrive(index) => {
                let (token, now) = (self.network[index].token, self.now);
                self.network[index].reply = Some(self.service.refresh(token, now));
                if self.network[index].from.is_none() {
                    self.network.remove(index);
                }
            }
            Move::Deliver(index) => {
                let request = self.network.remove(index);
                let verdict = match request.reply {
                    Some(Reply::Pair(access, refresh)) => Verdict::Tokens(Tokens {
                        access: Secret::new(kept('a', access).expose().as_bytes()),
                        token_type: String::new(),
                        expires_at: Some(request.sent + LIFE),
                        refresh: Some(Secret::new(kept('r', refresh).expose().as_bytes())),
                        refresh_expires_at: None,
                        authorization_expires_at: None,
                        scope: None,
                        kept: Vec::new(),
                    }),
                    _ => Verdict::Rejected(Said { http_status: 400, ..Said::default() }),
                };
                if let Some(process) = request.from {
                    self.feed(process, Event::Answered(verdict));
                }
            }
            Move::Lose(index) => {
                self.limits.losses -= 1;
                self.losses += 1;
                let from = self.network[index].from.take();
                if self.network[index].reply.is_some() {
                    self.network.remove(index);
                }
                if let Some(process) = from {
                    self.feed(process, Event::Lost(Trouble::Broken));
                }
            }
            Move::Garble(index) => {
                self.limits.losses -= 1;
                self.losses += 1;
                let request = self.network.remove(index);
                if let (Some(process), Some(Reply::Pair(_, refresh))) = (request.from, request.reply) {
                    let refresh = Some(Secret::new(kept('r', refresh).expose().as_bytes()));
                    let said = Said { http_status: 400, ..Said::default() };
                    let unread = Unread { said, refresh, body: Secret::new(b"") };
                    self.feed(process, Event::Answered(Verdict::Ambiguous(unread)));
                }
            }
            Move::Refuse(index) => {
                self.limits.losses -= 1;
                self.losses += 1;
                let request = self.network.remove(index);
                if let Some(process) = request.from {
                    self.feed(process, Event::NotSent(Trouble::NoConnection));
                }
            }
            Move::TooEarly(index) => {
                self.limits.early -= 1;
                self.early += 1;
                let request = self.network.remove(index);
                if let Some(process) = request.from {
                    let said = Said { http_status: 400, ..Said::default() };
                    self.feed(process, Event::Answered(Verdict::TooEarly(said)));
                }
            }
            Move::Tick(time) => self.tick(time),
            Move::Pause(time) => {
                self.limits.pauses -= 1;
                self.tick(time);
            }
        }
    }

    fn call(&mut self, index: usize, refused: Option<u64>) {
        let Process::Idle(calls) = self.processes[index] else { return };
        let want = Want {
            min_validity: self.limits.life * 2,
            refused: refused.map(|generation| (generation, 401)),
            patience: self.now + self.limits.patience,
            consent: None,
        };
        self.refused[index] = refused;
        let (refresh, step) = Refresh::begin("g", &format!("{PROCESS}{index}"), want, self.rules.clone());
        self.processes[index] = Process::At(calls - 1, refresh, step);
    }

    /// The clock goes on. Whoever waits for an answer gives up at the deadline; a while later nothing of it is under way.
    fn tick(&mut self, time: i64) {
        self.now = time;
        let deadline = time - self.rules.deadline;
        for index in 0..self.processes.len() {
            if matches!(self.processes[index], Process::Waiting(_, _, sent) if sent <= deadline) {
                self.losses += 1;
                for request in &mut self.network {
                    if request.from == Some(index) {
                        request.from = None;
                    }
                }
                self.feed(index, Event::Lost(Trouble::TimeOut));
            }
        }
        let vanished = deadline - self.rules.margin;
        self.network.retain(|request| request.sent > vanished && (request.from.is_some() || request.reply.is_none()));
    }

    /// Drops what mattered for one step alone, so that states that are alike from here on are the same.
    pub(crate) fn forget(&mut self) {
        self.error = None;
        self.handed_out = None;
        self.stored.state.last_error = None;
        self.stored.state.last_reason = None;
        for (process, read) in self.processes.iter().zip(&mut self.read) {
            if matches!(process, Process::Idle(_)) {
                *read = (0, 0);
            }
        }
    }
}
