//! What the provider saw of requests: none beside another that lives, and none once more without a reason
//! (`token-rotation.md` §5.6 (2), (4) and (11)).

use crate::draw::Fault;
use crate::judge::{Evidence, FAILED, Fate, loses, process};
use crate::place::Kind;
use crate::provider::Lie;
use crate::provider::log::Entry;
use crate::service::Refusal;
use crate::tally::Tally;

/// A request that was given up has arrived or has vanished after this, in milliseconds: what families wait for.
const WAIT: i64 = 35_000;
/// So much may lie between the intent and the arrival of a request, on a machine with other work.
const UNDER_WAY: i64 = 10_000;
/// How long locks last that end by time, where nothing else is said.
const LEASE: i64 = 75_000;

impl Evidence<'_> {
    /// What is wrong with the requests; what is not, and why, is counted.
    pub(crate) fn judge_sends(&self, tally: &mut Tally) -> Vec<String> {
        let mut wrong = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.is_waited_for()) {
            for other in entry.at_once.iter().filter_map(|number| self.numbered(*number)) {
                match self.may_be_beside(other, entry) {
                    _ if other.number == entry.number => {}
                    Some(why) => tally.one("excused", why),
                    None => {
                        wrong.push(format!("requests {} and {} were under way at once", other.number, entry.number))
                    }
                }
            }
        }
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.sent);
        for (index, later) in entries.iter().enumerate().filter(|(_, later)| !later.is_login) {
            let Some(earlier) = entries[..index].iter().rev().find(|earlier| earlier.spends == later.spends) else {
                continue;
            };
            match self.may_be_sent_again(earlier, later) {
                Some(why) => tally.one("excused", why),
                None => wrong.push(format!("request {} sends once more what {} sent", later.number, earlier.number)),
            }
            if self.is_hasty(earlier, later) {
                wrong.push(format!("request {} does not wait until {} has vanished", later.number, earlier.number));
            }
        }
        wrong
    }

    fn numbered(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    /// Why a request may be under way beside an earlier one.
    fn may_be_beside(&self, earlier: &Entry, later: &Entry) -> Option<&'static str> {
        let (earlier, later) = if earlier.begun <= later.begun { (earlier, later) } else { (later, earlier) };
        if self.died(earlier, Some(later.begun)) {
            return Some("beside one of a dead process");
        }
        self.lease_may_have_ended(earlier, later).then_some("beside one whose lease has ended")
    }

    /// Where a lock ends by time, that nobody has proved a death: it may have ended between two requests.
    fn lease_may_have_ended(&self, earlier: &Entry, later: &Entry) -> bool {
        let draw = self.draw;
        let is_timed = draw.kind != Kind::Sqlite;
        let is_stopped = draw.has(|fault| matches!(fault, Fault::Stop(..) | Fault::Jump(_) | Fault::Server(_)));
        let has_passed = later.at - earlier.at > LEASE - UNDER_WAY;
        is_timed && (draw.lease.is_some() || is_stopped || has_passed || draw.skews.iter().any(|skew| *skew != 0))
    }

    /// Why a token may be sent that was sent before.
    fn may_be_sent_again(&self, earlier: &Entry, later: &Entry) -> Option<&'static str> {
        if self.died(earlier, Some(later.begun)) {
            return Some("again after a crash");
        }
        if self.came_to(earlier).is_some_and(|what| what != "answer") {
            return Some("again after a lost answer");
        }
        match earlier.lie {
            lie if loses(lie) => return Some("again after an unreadable answer"),
            Lie::DropBefore | Lie::PairWith400 => return Some("again after an unreadable answer"),
            Lie::Before(_) | Lie::TooMany(_) | Lie::Unavailable(_) => return Some("again after trouble"),
            Lie::InvalidClient | Lie::RedirectUri | Lie::TooEarly => return Some("again after a refusal of all else"),
            _ => {}
        }
        if self.is_restored(earlier, later) {
            return Some("again after a restore");
        }
        match (&earlier.came, self.fate(earlier)) {
            (Some(Err(Refusal::TooEarly)), _) => return Some("again after it was too early"),
            (Some(Ok(pair)), Some(Fate::Kept)) if pair.refresh == earlier.spends => return Some("again, as it stays"),
            (_, Some(Fate::Lost(_))) => return Some("again after a lost pair"),
            _ => {}
        }
        let is_given = |entry: &Entry| matches!(&entry.came, Some(Ok(pair)) if pair.refresh == later.spends);
        if self.entries.iter().any(|entry| earlier.sent < entry.sent && entry.sent < later.sent && is_given(entry)) {
            return Some("again, as it was handed out once more");
        }
        // What nobody could write down nobody knows.
        if self.ended(earlier).is_some_and(|how| FAILED.contains(&how)) {
            return Some("again after the store failed");
        }
        // Once another one of the grant was turned down, the one before it is tried where it may still work.
        let turned_down = self.entries.iter().any(|entry| {
            let is_between = earlier.sent < entry.sent && entry.sent < later.sent;
            let is_no = entry.came == Some(Err(Refusal::InvalidGrant)) || entry.lie == Lie::RejectedWith200;
            is_between && is_no && entry.spends != later.spends
        });
        if turned_down && matches!(earlier.came, Some(Ok(_))) && self.draw.habits.saves() {
            return Some("again after its successor was turned down");
        }
        self.lease_may_have_ended(earlier, later).then_some("again after a lease has ended")
    }

    /// Whether a token was sent again, where that may cost the family, before its request must have arrived or vanished.
    fn is_hasty(&self, earlier: &Entry, later: &Entry) -> bool {
        let draw = self.draw;
        // By a clock that is wrong, or jumps, nobody waits for the right time.
        let is_wrong = draw.has(|fault| matches!(fault, Fault::Jump(_))) || draw.skews.iter().any(|skew| *skew != 0);
        let is_unknown = self.died(earlier, Some(later.begun)) && self.ended(earlier).is_none()
            || self.came_to(earlier).is_some_and(|what| what.starts_with("lost"));
        let waits = later.at - earlier.at >= WAIT - UNDER_WAY;
        draw.habits.family && is_unknown && !is_wrong && !self.is_restored(earlier, later) && !waits
    }

    /// The processes that have sent, for sums.
    pub(crate) fn senders(&self) -> usize {
        let mut senders: Vec<_> = self.entries.iter().map(|entry| process(&entry.sender)).collect();
        senders.sort_unstable();
        senders.dedup();
        senders.len()
    }
}
