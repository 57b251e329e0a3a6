//! What a campaign counts.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// How often each thing was, by the heading that it stands under.
    counts: BTreeMap<(&'static str, String), usize>,
}

/// In the order in which they are printed.
pub(crate) const HEADINGS: [&str; 6] = ["rounds", "policies", "faults", "provider", "excused", "grants lost"];

impl Tally {
    pub(crate) fn add(&mut self, heading: &'static str, what: impl Into<String>, times: usize) {
        assert!(HEADINGS.contains(&heading));
        *self.counts.entry((heading, what.into())).or_default() += times;
    }

    pub(crate) fn one(&mut self, heading: &'static str, what: impl Into<String>) {
        self.add(heading, what, 1);
    }

    pub(crate) fn take_in(&mut self, other: Self) {
        for ((heading, what), times) in other.counts {
            self.add(heading, what, times);
        }
    }

    pub(crate) fn sum(&self, heading: &str) -> usize {
        self.counts.iter().filter(|((other, _), _)| *other == heading).map(|(_, times)| times).sum()
    }

    pub(crate) fn of(&self, heading: &'static str, what: &str) -> usize {
        self.counts.get(&(heading, what.to_owned())).copied().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for heading in HEADINGS {
            let all = self.counts.iter().filter(|((other, _), _)| *other == heading);
            let all: Vec<_> = all.map(|((_, what), times)| format!("{what} {times}")).collect();
            let sum = if matches!(heading, "rounds" | "grants lost") {
                format!(" {}", self.sum(heading))
            } else {
                String::new()
            };
            writeln!(f, "{heading}{sum}: {}", if all.is_empty() { "none".to_owned() } else { all.join(", ") })?;
        }
        Ok(())
    }
}
