//! Metrics in the text format of Prometheus, for the node exporter's folder of text files.
//!
//! All lines of a metric stand together, and grants come one after another; so each metric is written down by itself, in a file
//! without a name once it is long.

use crate::failure::Failure;
use crate::shown;
use osign::grant::report;
use osign::grant::seal::Outside;
use osign::store::Listed;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, Write};

/// What is held of each metric before it goes to a file.
const HELD: usize = 1 << 18;

/// A metric's name, and what it is.
const METRICS: [(&str, &str); 6] = [
    ("osign_grant_needs_person", "Whether a person must act now."),
    ("osign_grant_generation", "How many pairs and other secrets there were."),
    ("osign_grant_failures", "How many tries in a row brought no token."),
    ("osign_grant_access_end_timestamp_seconds", "When the access token or static key ends."),
    ("osign_grant_idle_end_timestamp_seconds", "When the grant ends unless it is used."),
    ("osign_grant_end_timestamp_seconds", "When the grant ends for good."),
];

/// The metrics of grants, as far as they have come.
#[derive(Default)]
pub(super) struct Metrics {
    metrics: [Lines; METRICS.len()],
    is_shown: bool,
    is_quarantined: bool,
}

impl Metrics {
    /// For a file; or to be shown, where names may hold what a terminal obeys.
    pub(super) fn new(is_shown: bool, is_quarantined: bool) -> Self {
        Self { is_shown, is_quarantined, ..Self::default() }
    }

    /// Those of a grant. Of one whose record cannot be read it is known that a person must act, and no more.
    pub(super) fn grant(&mut self, grant: &Listed, needs_person: bool) -> Result<(), Failure> {
        match &grant.outside {
            Ok(outside) => self.outside(outside, needs_person),
            Err(_) => self.add(&grant.name, "", [Some(1), None, None, None, None, None]),
        }
    }

    fn outside(&mut self, grant: &Outside, needs_person: bool) -> Result<(), Failure> {
        let state = &grant.state;
        let seconds = |time: Option<i64>| time.map(|time| time.div_euclid(1000));
        let values = [
            Some(i64::from(needs_person)),
            i64::try_from(grant.generation).ok(),
            Some(i64::from(state.failures)),
            seconds(state.expires_at),
            seconds(state.refresh_expires_at),
            seconds(state.authorization_expires_at),
        ];
        self.add(&grant.name, &report::provider(&grant.settings), values)
    }

    fn add(&mut self, grant: &str, provider: &str, values: [Option<i64>; METRICS.len()]) -> Result<(), Failure> {
        let labels = format!("{{grant=\"{}\",provider=\"{}\"}}", label(grant), label(provider));
        let labels = if self.is_shown { shown::lines(&labels) } else { labels };
        for ((lines, (name, help)), value) in self.metrics.iter_mut().zip(METRICS).zip(values) {
            let Some(value) = value else { continue };
            if lines.is_empty {
                let _ = write!(lines.held, "# HELP {name} {help}\n# TYPE {name} gauge\n");
                lines.is_empty = false;
            }
            let _ = writeln!(lines.held, "{name}{labels} {value}");
            lines.settle().map_err(|error| Failure::io("cannot write a file for metrics", &error))?;
        }
        Ok(())
    }

    /// Writes all of them.
    pub(super) fn write_to(self, out: &mut dyn Write) -> io::Result<()> {
        let (name, value) = ("osign_store_quarantined", i32::from(self.is_quarantined));
        writeln!(
            out,
            "# HELP {name} Whether nothing is renewed, lest the tokens of another copy die.\n# TYPE {name} gauge"
        )?;
        writeln!(out, "{name} {value}")?;
        for mut lines in self.metrics {
            if let Some(file) = &mut lines.file {
                file.rewind()?;
                io::copy(file, out)?;
            }
            out.write_all(lines.held.as_bytes())?;
        }
        Ok(())
    }
}

/// The lines of a metric.
struct Lines {
    is_empty: bool,
    /// The last ones; the others are in the file.
    held: String,
    file: Option<File>,
}

impl Default for Lines {
    fn default() -> Self {
        Self { is_empty: true, held: String::new(), file: None }
    }
}

impl Lines {
    fn settle(&mut self) -> io::Result<()> {
        if self.held.len() < HELD {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless()?),
        };
        file.write_all(self.held.as_bytes())?;
        self.held.clear();
        Ok(())
    }
}

/// A file that is gone when this ends, and that nobody else finds.
fn nameless() -> io::Result<File> {
    let mut name = [0; 8];
    osign::system::fill(&mut name).map_err(|error| io::Error::other(error.to_string()))?;
    let path = std::env::temp_dir().join(format!("osign-{:016x}", u64::from_ne_bytes(name)));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // FILE_FLAG_DELETE_ON_CLOSE: there a file that is open cannot be removed.
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, 0x0400_0000);
    let file = options.open(&path)?;
    if cfg!(unix) {
        std::fs::remove_file(&path)?;
    }
    Ok(file)
}

/// A label's value: its format knows three escapes.
fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_stands_together_all_the_same() {
        let (mut metrics, mut expected) = (Metrics::default(), [String::new(), String::new()]);
        for number in 0..20_000 {
            metrics.add(&format!("g\"{number}"), "custom", [Some(0), Some(number), None, None, None, None]).unwrap();
            let labels = format!("{{grant=\"g\\\"{number}\",provider=\"custom\"}}");
            let _ = writeln!(expected[0], "osign_grant_needs_person{labels} 0");
            let _ = writeln!(expected[1], "osign_grant_generation{labels} {number}");
        }
        assert!(metrics.metrics[0].file.is_some() && metrics.metrics.iter().all(|lines| lines.held.len() < HELD));
        let mut written = Vec::new();
        metrics.write_to(&mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        let heads: Vec<_> =
            METRICS[..2].iter().map(|(name, help)| format!("# HELP {name} {help}\n# TYPE {name} gauge\n")).collect();
        let of_store = "# HELP osign_store_quarantined Whether nothing is renewed, lest the tokens of another copy die.\n\
                        # TYPE osign_store_quarantined gauge\nosign_store_quarantined 0\n";
        let written = written.strip_prefix(of_store).unwrap();
        assert!(written == format!("{}{}{}{}", heads[0], expected[0], heads[1], expected[1]));
    }
}
