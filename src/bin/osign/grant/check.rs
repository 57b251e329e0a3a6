//! `osign grant check`: what ends soon, and where a person must act, before anybody is locked out.

use super::{list, metrics};
use crate::args::GrantCheck;
use crate::failure::{self, Failure};
use crate::opened::open_store;
use crate::{date, shown, tools};
use osign::grant::report;
use osign::system;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// Something that a person should know.
struct Finding {
    grant: String,
    /// A stable word.
    what: &'static str,
    /// Whether a person must act now; else it ends soon.
    is_urgent: bool,
    ends_at: Option<i64>,
    message: String,
}

pub(crate) fn run(arguments: &GrantCheck) -> Result<ExitCode, Failure> {
    let warn = date::read_span(&arguments.warn)
        .ok_or_else(|| Failure::usage_message("--warn takes a number and d, h, m or s, such as 14d"))?;
    let store = open_store(&arguments.common.place)?;
    let now = system::milliseconds();
    let mut findings: Vec<_> = store.findings()?.into_iter().map(|found| in_words(found, 0, now)).collect();
    let listed = if arguments.names.is_empty() { store.listed()? } else { store.listed_of(&arguments.names)? };
    let listed = list::damaged_last(listed);
    for grant in &listed {
        let failures = grant.outside.as_ref().map_or(0, |grant| grant.state.failures);
        let found = grant.findings(warn, now).into_iter();
        findings.extend(found.map(|found| in_words(found, failures, now)));
    }
    let damaged = listed.iter().filter(|grant| grant.outside.is_err()).count();
    let format = if arguments.common.json { "json" } else { arguments.format.as_str() };
    let text = match format {
        "json" => as_json(&findings)?,
        "prometheus" => metrics::text(&listed, |name| findings.iter().any(|f| f.grant == name && f.is_urgent)),
        _ => as_text(&findings, listed.len() - damaged, &arguments.warn),
    };
    match &arguments.out {
        Some(file) => replace(file, text.as_bytes())?,
        None => {
            tools::say(&text)?;
        }
    }
    Ok(if damaged > 0 {
        ExitCode::from(failure::STORE)
    } else if findings.iter().any(|finding| finding.is_urgent) {
        ExitCode::from(failure::PERSON)
    } else if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(failure::SOON)
    })
}

/// What the core found, as a person reads it.
fn in_words(found: report::Finding, failures: u32, now: i64) -> Finding {
    let report::Finding { grant: name, what, is_urgent, ends_at, said: why, .. } = found;
    let said = if why.is_empty() { String::new() } else { format!(" ({})", why.trim_matches(['(', ')'])) };
    let end = |named: &str, advice: &str| {
        let verb = if is_urgent { "ended" } else { "ends" };
        format!("{named} {verb} {}: {advice}", date::distance(ends_at.unwrap_or(now), now))
    };
    let message = match what {
        "quarantined" => format!("{why}; if this is the one to go on with: osign grant adopt"),
        "not-saved" => {
            format!("new tokens lie beside the store, which did not take them; mend it, then: osign token {name}")
        }
        "damaged" => why,
        "not-logged-in" => format!("nobody has logged in yet: osign grant login {name}"),
        "needs-login" => format!("the service turned it down{said}: osign grant login {name}"),
        "imported" => format!("it was imported; to use it: osign grant adopt {name}"),
        "key-ends" => end("the key", &format!("osign grant add {name} --replace")),
        "idle" => end("unless it is used, the grant", &format!("osign token {name}")),
        "grant-ends" => end("the grant", &format!("osign grant login {name}")),
        "client-refused" => {
            format!(
                "the service refuses its client{said}: look at its id, secret and redirect URI: osign grant add {name} --replace"
            )
        }
        "no-such-endpoint" => format!(
            "there is nothing where its tokens are asked for{said}: has the account moved? osign grant login {name} --account HOST"
        ),
        "failing" => format!("{failures} tries in a row brought no token{said}: osign token {name} says more"),
        other => format!("{other}{said}"),
    };
    Finding { grant: name, what, is_urgent, ends_at, message }
}

fn as_text(findings: &[Finding], grants: usize, warn: &str) -> String {
    if findings.is_empty() {
        return format!("nothing ends within {warn} (grants: {grants})\n");
    }
    findings.iter().fold(String::new(), |mut text, finding| {
        let mark = if finding.is_urgent { "ACT" } else { "SOON" };
        let grant = if finding.grant.is_empty() { "(store)" } else { &finding.grant };
        let _ = writeln!(text, "{mark:<5}{grant}: {}", finding.message);
        text
    })
}

fn as_json(findings: &[Finding]) -> Result<String, Failure> {
    let values = findings.iter().map(|finding| {
        json!({
            "grant": Some(&finding.grant).filter(|name| !name.is_empty()),
            "what": finding.what,
            "urgent": finding.is_urgent,
            "ends_at": finding.ends_at.map(|end| end.div_euclid(1000)),
            "message": finding.message,
        })
    });
    let mut out = Vec::new();
    shown::write_json(&values.collect::<Vec<_>>(), &mut out).map_err(|error| Failure::output(&error))?;
    out.push(b'\n');
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Writes a file in the place of another, so that whoever reads it has all of one of them.
fn replace(file: &Path, text: &[u8]) -> Result<(), Failure> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".new-{}", std::process::id()));
    let write = || {
        let mut new = fs::File::create(&beside)?;
        new.write_all(text)?;
        fs::rename(&beside, file)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&beside);
        Failure::io(format_args!("cannot write {}", shown::path(file)), &error)
    })
}
