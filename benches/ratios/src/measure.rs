//! Interleaved rounds, medians and low percentiles, and a table of ratios.

use std::time::Instant;

/// One thing to measure.
pub struct Subject<'a> {
    name: &'static str,
    work: Box<dyn FnMut() + 'a>,
    /// How many pieces of work it does at a call.
    pieces: usize,
    /// Nanoseconds for one piece of work, a round each.
    rounds: Vec<f64>,
}

impl<'a> Subject<'a> {
    pub fn new(name: &'static str, work: impl FnMut() + 'a) -> Self {
        Self { name, work: Box::new(work), pieces: 1, rounds: Vec::new() }
    }

    /// What does so many pieces of work at a call.
    pub fn of(name: &'static str, pieces: usize, work: impl FnMut() + 'a) -> Self {
        Self { pieces, ..Self::new(name, work) }
    }
}

/// The medians of what was measured, by name, each with the tenth percentile: what the work takes when nothing else runs.
pub struct Medians(Vec<(&'static str, f64, f64)>);

impl Medians {
    /// Does each piece of work `repeat` times a round, or as often as one call does if that is more, one subject after the
    /// other, so that a slow moment of the machine meets them all.
    pub fn of(mut subjects: Vec<Subject<'_>>, rounds: usize, repeat: usize) -> Self {
        for round in 0..=rounds {
            for subject in &mut subjects {
                let calls = (repeat / subject.pieces).max(1);
                let start = Instant::now();
                for _ in 0..calls {
                    (subject.work)();
                }
                // The first round warms up.
                if round > 0 {
                    subject.rounds.push(start.elapsed().as_nanos() as f64 / (calls * subject.pieces) as f64);
                }
            }
        }
        Self(
            subjects
                .into_iter()
                .map(|mut s| {
                    s.rounds.sort_by(f64::total_cmp);
                    (s.name, at(&s.rounds, 50), at(&s.rounds, 10))
                })
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> f64 {
        self.find(name).1
    }

    /// The tenth percentile, which a busy machine changes least.
    pub fn low(&self, name: &str) -> f64 {
        self.find(name).2
    }

    fn find(&self, name: &str) -> &(&'static str, f64, f64) {
        self.0.iter().find(|(other, ..)| *other == name).unwrap_or_else(|| panic!("{name} was not measured"))
    }

    pub fn print(&self) {
        println!("    {:<58} {:>12} {:>12}", "", "median", "p10");
        for (name, median, low) in &self.0 {
            println!("    {name:<58} {} {}", duration(*median), duration(*low));
        }
    }
}

/// A percentile of what is sorted.
fn at(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

pub fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e4 => format!("{n:>9.0} ns"),
        n if n < 1e7 => format!("{:>9.1} us", n / 1e3),
        n => format!("{:>9.1} ms", n / 1e6),
    }
}

/// What DESIGN asks of a figure.
pub enum Budget {
    AtMost(f64),
    AtLeast(f64),
    None,
}

/// Prints a figure beside its budget; says `OVER` where it misses.
pub fn figure(what: &str, value: f64, unit: &str, budget: Budget) {
    let (budget, met) = match budget {
        Budget::AtMost(limit) => (format!("<= {limit}{unit}"), Some(value <= limit)),
        Budget::AtLeast(limit) => (format!(">= {limit}{unit}"), Some(value >= limit)),
        Budget::None => (String::new(), None),
    };
    let verdict = met.map_or("", |met| if met { "met" } else { "OVER" });
    println!("{what:<62} {value:>9.2}{unit:<3} {budget:>12} {verdict}");
}
