//! `osign grant check`: what ends soon, and where a person must act, before anybody is locked out.

use super::{list, metrics};
use crate::args::GrantCheck;
use crate::failure::{self, Failure};
use crate::keeper::{now, open_store};
use crate::{date, shown, tools};
use osign::grant::record::{Kind, Status};
use osign::grant::seal::Outside;
use osign::store::AnyStore;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// So many failures in a row are no passing ones.
const FAILURES: u32 = 5;

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
    let now = now();
    let mut findings = of_store(&store)?;
    let (grants, damaged) = list::read(&store, &arguments.names)?;
    for grant in &grants {
        look(grant, warn, now, &mut findings);
    }
    findings.extend(damaged.iter().map(|lost| Finding {
        grant: lost.name.clone(),
        what: "damaged",
        is_urgent: true,
        ends_at: None,
        message: lost.error.to_string(),
    }));
    let format = if arguments.common.json { "json" } else { arguments.format.as_str() };
    let text = match format {
        "json" => as_json(&findings)?,
        "prometheus" => {
            metrics::text(&grants, &damaged, |name| findings.iter().any(|f| f.grant == name && f.is_urgent))
        }
        _ => as_text(&findings, grants.len(), &arguments.warn),
    };
    match &arguments.out {
        Some(file) => replace(file, text.as_bytes())?,
        None => {
            tools::say(&text)?;
        }
    }
    Ok(if !damaged.is_empty() {
        ExitCode::from(failure::STORE)
    } else if findings.iter().any(|finding| finding.is_urgent) {
        ExitCode::from(failure::PERSON)
    } else if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(failure::SOON)
    })
}

fn of_store(store: &AnyStore) -> Result<Vec<Finding>, Failure> {
    let info = store.info()?;
    let mut findings = Vec::new();
    let mut urgent = |grant: &str, what, message| {
        findings.push(Finding { grant: grant.to_owned(), what, is_urgent: true, ends_at: None, message });
    };
    if let Some(why) = info.quarantine {
        urgent("", "quarantined", format!("the store {why}; if this is the one to go on with: osign grant adopt"));
    }
    for name in &info.spilled {
        let message =
            format!("new tokens lie beside the store, which did not take them; mend it, then: osign token {name}");
        urgent(name, "not-saved", message);
    }
    Ok(findings)
}

fn look(grant: &Outside, warn: i64, now: i64, findings: &mut Vec<Finding>) {
    let (name, state) = (&grant.name, &grant.state);
    let kind = grant.settings.kind;
    let mut find = |what, is_urgent, ends_at, message| {
        findings.push(Finding { grant: name.clone(), what, is_urgent, ends_at, message });
    };
    match &state.status {
        Status::New => {
            return find("not-logged-in", true, None, format!("nobody has logged in yet: osign grant login {name}"));
        }
        Status::NeedsLogin { said, .. } => {
            return find(
                "needs-login",
                true,
                None,
                format!("the service turned it down{said}: osign grant login {name}"),
            );
        }
        Status::Imported => {
            return find("imported", true, None, format!("it was imported; to use it: osign grant adopt {name}"));
        }
        Status::Active => {}
        // Somebody ended it here.
        _ => return,
    }
    let mut end = |what, time: Option<i64>, named: &str, advice: &str| {
        let Some(time) = time.filter(|time| *time - now <= warn) else { return };
        let has_ended = time <= now;
        let verb = if has_ended { "ended" } else { "ends" };
        find(what, has_ended, Some(time), format!("{named} {verb} {}: {advice}", date::distance(time, now)));
    };
    if kind == Kind::Static {
        return end("key-ends", state.expires_at, "the key", &format!("osign grant add {name} --replace"));
    }
    end("idle", state.refresh_expires_at, "unless it is used, the grant", &format!("osign token {name}"));
    end("grant-ends", state.authorization_expires_at, "the grant", &format!("osign grant login {name}"));
    if state.failures >= FAILURES {
        let said = state.last_error.as_deref().unwrap_or_default().trim();
        let said = if said.is_empty() { String::new() } else { format!(" ({})", said.trim_matches(['(', ')'])) };
        let message = format!("{} tries in a row brought no token{said}: osign token {name} says more", state.failures);
        find("failing", false, None, message);
    }
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
