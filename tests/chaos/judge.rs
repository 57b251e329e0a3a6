//! What was seen of a round, and what became of each pair that the provider handed out.

use crate::draw::Draw;
use crate::journal::{Line, What};
use crate::place::Kind;
use crate::provider::Lie;
use crate::provider::log::Entry;
use osign::grant::Grant;
use osign::grant::record::Status;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

/// What was done to the processes and to the store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Who was killed, and when that began.
    pub(crate) deaths: Vec<(String, Instant)>,
    /// Who was stopped, and from when to when; to the end where it is not over.
    pub(crate) stops: Vec<(String, Instant, Option<Instant>)>,
    /// When an older store took the place of this one, in microseconds, as requests say when they were sent.
    pub(crate) restores: Vec<u64>,
    /// When a server died.
    pub(crate) servers: Vec<Instant>,
    /// The requests before the last login, by which all before is forgotten.
    pub(crate) login: usize,
}

/// All of it together, as of one moment.
pub(crate) struct Evidence<'a> {
    pub(crate) draw: &'a Draw,
    pub(crate) seen: &'a Seen,
    pub(crate) entries: Vec<Entry>,
    /// Every token that the store, or what lies beside it, ever had.
    kept: HashSet<String>,
    sent: HashMap<String, String>,
    ended: HashMap<String, String>,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Kept,
    /// It is not in the store, for a reason that no client can do anything about.
    Lost(&'static str),
    /// Its call goes on.
    Pending,
    /// It came, and nobody kept it.
    Dropped,
}

/// How a call ends whose store takes nothing.
pub(crate) const FAILED: [&str; 5] =
    ["busy-store", "full-disk", "records-failed", "server-unreachable", "store-failed"];

/// The process of a sender or of a call.
pub(crate) fn process(call: &str) -> &str {
    call.split('/').next().unwrap_or_default()
}

impl<'a> Evidence<'a> {
    pub(crate) fn new(draw: &'a Draw, seen: &'a Seen, entries: Vec<Entry>, lines: &[Line]) -> Self {
        let (mut kept, mut sent, mut ended) = (HashSet::new(), HashMap::new(), HashMap::new());
        for line in lines {
            match &line.what {
                What::Written(_, grant) => kept.extend(tokens(grant)),
                What::Sent(what) => drop(sent.insert(line.call.clone(), what.clone())),
                What::Ended(how) => drop(ended.insert(line.call.clone(), how.clone())),
            }
        }
        Self { draw, seen, entries, kept, sent, ended }
    }

    /// What the journal does not have yet: a process was killed before it wrote that down.
    pub(crate) fn is_kept_in(&mut self, grant: &Grant) {
        self.kept.extend(tokens(grant));
    }

    /// Whether the store was restored between two requests.
    pub(crate) fn is_restored(&self, earlier: &Entry, later: &Entry) -> bool {
        self.seen.restores.iter().any(|at| earlier.sent < *at && *at < later.sent)
    }

    /// What the sender of a request says of it; None where it was killed before.
    pub(crate) fn came_to(&self, entry: &Entry) -> Option<&str> {
        self.sent.get(&entry.sender).map(String::as_str)
    }

    /// How the call came to its end that sent a request.
    pub(crate) fn ended(&self, entry: &Entry) -> Option<&str> {
        self.ended.get(entry.sender.split('#').next().unwrap_or_default()).map(String::as_str)
    }

    /// Whether a request's sender was killed before some moment; what it had sent may have arrived after that.
    pub(crate) fn died(&self, entry: &Entry, before: Option<Instant>) -> bool {
        let is_dead = |from: &Instant| before.is_none_or(|before| *from <= before);
        self.seen.deaths.iter().any(|(other, from)| other == process(&entry.sender) && is_dead(from))
    }

    /// What became of the pair that a request brought, if it brought one.
    pub(crate) fn fate(&self, entry: &Entry) -> Option<Fate> {
        let Some(Ok(pair)) = &entry.came else { return None };
        // Where a lock can end by time, another pair may have been first; a refresh token that stays is the same in both.
        let is_new = pair.refresh != entry.spends || self.draw.kind != Kind::Sqlite;
        if self.kept.contains(&pair.access) || (is_new && self.kept.contains(&pair.refresh)) {
            return Some(Fate::Kept);
        }
        Some(match (self.came_to(entry), self.ended(entry)) {
            _ if loses(entry.lie) => Fate::Lost("answer nobody can read"),
            (Some(what), _) if what != "answer" => Fate::Lost("answer that did not come in time"),
            (_, Some("not-kept")) => Fate::Lost("no room anywhere"),
            // It is no pair that anybody may rely on. Its refresh token is noted, but is not tried for long where the store fails, nor
            // where another pair came first; a login begins anew.
            (_, Some(how))
                if entry.lie == Lie::PairWith400
                    && (entry.is_login || FAILED.contains(&how) || self.draw.kind != Kind::Sqlite) =>
            {
                Fate::Lost("answer with 400 that nobody noted")
            }
            (Some(_), Some(_)) => Fate::Dropped,
            _ if self.died(entry, None) => Fate::Lost("killed before the commit"),
            _ => Fate::Pending,
        })
    }

    /// Why a grant is lost, by the last reason there is; None where there is none.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        let since = &self.entries[self.seen.login..];
        let restored =
            self.seen.restores.last().is_some_and(|at| {
                self.entries.get(self.seen.login.wrapping_sub(1)).is_none_or(|login| login.sent < *at)
            });
        let lied = since.iter().any(|entry| entry.lie == Lie::RejectedWith200);
        let lost = since.iter().rev().find_map(|entry| match self.fate(entry) {
            Some(Fate::Lost(why)) => Some(why),
            _ => None,
        });
        match lost {
            _ if lied => Some("the service said no to a good token"),
            _ if restored => Some("restored"),
            lost => lost,
        }
    }

    /// Whether somebody has an answer that is not in the store yet.
    pub(crate) fn is_pending(&self) -> bool {
        self.entries.iter().any(|entry| self.fate(entry) == Some(Fate::Pending))
    }

    /// Each pair is kept, or there is a reason why not.
    pub(crate) fn judge_pairs(&self) -> Vec<String> {
        let bad = |entry: &&Entry| matches!(self.fate(entry), Some(Fate::Pending | Fate::Dropped));
        let said = |entry: &Entry| format!("a pair that came was not kept: request {}", entry.number);
        self.entries.iter().filter(bad).map(said).collect()
    }

    /// For whoever looks into it.
    pub(crate) fn story(&self, lines: &[Line]) -> Vec<String> {
        let start = self.entries.first().map(|entry| entry.begun);
        let first = self.entries.first().map_or(0, |entry| entry.sent);
        let since = |at: Instant| start.map_or(0, |start| at.saturating_duration_since(start).as_millis());
        let mut story: Vec<_> = self
            .entries
            .iter()
            .map(|entry| {
                let Entry { number, sender, spends, at, at_once, lie, came, .. } = entry;
                let (sent, ended, fate) = (self.came_to(entry), self.ended(entry), self.fate(entry));
                format!(
                    "{:>6} ms: request {number} of {sender} at {at} spends {spends}, {lie:?}, beside {at_once:?}: {came:?}; \
                     {sent:?}, {ended:?}, {fate:?}",
                    since(entry.begun)
                )
            })
            .collect();
        story.extend(self.seen.deaths.iter().map(|(who, at)| format!("{:>6} ms: {who} killed", since(*at))));
        story.extend(
            self.seen
                .stops
                .iter()
                .map(|(who, at, to)| format!("{:>6} ms: {who} stopped until {:?}", since(*at), to.map(since))),
        );
        story
            .extend(self.seen.restores.iter().map(|at| format!("{:>6} ms: restored", at.saturating_sub(first) / 1000)));
        story.extend(self.seen.servers.iter().map(|at| format!("{:>6} ms: the server dies", since(*at))));
        story.sort();
        story.extend(lines.iter().map(|line| match &line.what {
            What::Written(how, grant) => {
                let state = &grant.state;
                let status = if matches!(state.status, Status::NeedsLogin { .. }) { "needs-login" } else { "" };
                let refresh = grant.secrets.refresh.as_ref().map(|token| token.expose());
                let intent = state.intent.as_ref().map(|intent| (intent.at, intent.sends, &intent.owner));
                format!("{} {how} {} {refresh:?} {status} intent {intent:?}", line.call, grant.generation)
            }
            What::Sent(what) => format!("{} sent: {what}", line.call),
            What::Ended(how) => format!("{} ended: {how}", line.call),
        }));
        story
    }
}

/// Answers of which nobody can tell what they brought.
pub(crate) const fn loses(lie: Lie) -> bool {
    matches!(lie, Lie::DropAfter | Lie::After(_) | Lie::Truncated | Lie::Cut | Lie::Html | Lie::Empty)
}

fn tokens(grant: &Grant) -> impl Iterator<Item = String> {
    let secrets = &grant.secrets;
    let previous = secrets.previous.as_ref().map(|(token, _)| token);
    let all = secrets.access.iter().chain(&secrets.refresh).chain(&secrets.alternates).chain(previous);
    all.map(|token| token.expose().to_owned()).collect::<Vec<_>>().into_iter()
}
