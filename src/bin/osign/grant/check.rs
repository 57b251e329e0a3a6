//! `osign grant check`: what ends soon, and where a person must act, before anybody is locked out.

use super::metrics::Metrics;
use crate::args::GrantCheck;
use crate::failure::{self, Failure};
use crate::opened::open_store;
use crate::{date, shown, tools};
use osign::error::{Error, Keeping};
use osign::grant::record::{Kind, Status};
use osign::grant::report;
use osign::grant::seal::outside;
use osign::grant::store::Store as _;
use osign::store::{AnyStore, Info, Listed};
use osign::system;
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
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
    let info = store.info()?;
    let of_store = report::findings_of_store(info.quarantine, &info.spilled).into_iter();
    let with_advice = |mut found: report::Finding| {
        if found.what == "not-saved" {
            found.said = not_saved(&store, &info, &found.grant);
        }
        in_words(found, 0, now)
    };
    let mut findings: Vec<_> = of_store.map(with_advice).collect();
    let format = if arguments.common.json { "json" } else { arguments.format.as_str() };
    let mut metrics =
        (format == "prometheus").then(|| Metrics::new(arguments.out.is_none(), info.quarantine.is_some()));
    let (mut grants, mut damaged) = (0, Vec::new());
    let mut look_at = |grant: &Listed| {
        let found = grant.findings(warn, now);
        if let Some(metrics) = &mut metrics {
            let needs_person = found.iter().any(|found| found.is_urgent) || info.spilled.contains(&grant.name);
            metrics.grant(grant, needs_person)?;
        }
        let failures = grant.outside.as_ref().map_or(0, |grant| grant.state.failures);
        findings.extend(found.into_iter().map(|found| in_words(found, failures, now)));
        Ok::<_, Failure>(())
    };
    // Of all grants of a large store no more than a few are in memory; those whose records cannot be read stand behind the others.
    let mut each: Box<dyn Iterator<Item = _>> = if arguments.names.is_empty() {
        Box::new(store.each_listed())
    } else {
        Box::new(store.listed_of(&arguments.names)?.into_iter().map(Ok))
    };
    each.try_for_each(|grant| {
        let grant = grant?;
        if grant.outside.is_err() {
            damaged.push(grant);
            return Ok(());
        }
        grants += 1;
        look_at(&grant)
    })?;
    damaged.iter().try_for_each(look_at)?;
    let text = match format {
        "json" => as_json(&findings)?,
        "prometheus" => String::new(),
        _ => as_text(&findings, grants, &arguments.warn),
    };
    match (&arguments.out, metrics) {
        (Some(file), metrics) => replace(file, |out| match metrics {
            Some(metrics) => metrics.write_to(out),
            None => out.write_all(text.as_bytes()),
        })?,
        (None, Some(metrics)) => {
            let mut out = io::BufWriter::new(io::stdout().lock());
            metrics.write_to(&mut out).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))?;
        }
        (None, None) => {
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
        "not-saved" | "damaged" => why,
        "not-logged-in" => format!("nobody has logged in yet: osign grant login {name}"),
        "needs-login" => format!("the service turned it down{said}: osign grant login {name}"),
        "imported" => format!("it was imported; to use it: osign grant adopt {name}"),
        "key-ends" => end("the key", &format!("osign grant add {name} --replace")),
        "idle" => end("unless it is used, the grant", &format!("osign token {name}")),
        "token-ends" if is_urgent => end(
            "the token",
            &format!("osign grant renew {name}; where the service does so no more: osign grant login {name}"),
        ),
        "token-ends" => end("the token", &format!("osign grant renew {name}")),
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

/// What is to be done about tokens that lie beside the store.
fn not_saved(store: &AnyStore, info: &Info, name: &str) -> String {
    let Ok(listed) = store.listed_of(&[name.to_owned()]) else {
        let file = shown::path(&info.spilled_file(name));
        return format!(
            "tokens lie beside the store, in {file}, and no grant has that name: nothing uses them; to forget them: osign grant \
             remove {name}"
        );
    };
    let lie = "new tokens lie beside the store, which did not take them; mend it, then";
    let Some(grant) = listed.first().and_then(|listed| listed.outside.as_ref().ok()) else {
        return format!("{lie}: osign token {name}");
    };
    let file = shown::path(&info.spilled_file(name));
    // What cannot be read at the moment may be good.
    let spilled = match store.spilled(name) {
        Ok(Some(record)) => Some(outside(name, &record)),
        _ => None,
    };
    match &spilled {
        Some(Err(Error::Keeping(Keeping::Unreadable { .. } | Keeping::Tampered { .. }))) => {
            return format!("what lies beside the store is damaged, and nothing uses it; to forget it, delete {file}");
        }
        Some(Ok(spilled)) if spilled.state.added_at != grant.state.added_at => {
            return format!(
                "tokens of an earlier grant of that name lie beside the store, and nothing uses them; to forget them, delete {file}"
            );
        }
        _ => {}
    }
    match grant.state.status {
        Status::Revoked => {
            return format!(
                "tokens lie beside the store, and its grant was revoked; they may live on at the service: osign grant revoke {name}; \
                 where that cannot be asked: osign grant revoke {name} --here"
            );
        }
        Status::Exported => {
            return format!(
                "tokens lie beside the store, and its grant went elsewhere; where it can do nothing there, log in there; to forget \
                 these: osign grant remove {name}"
            );
        }
        _ => {}
    }
    if spilled.is_some_and(|spilled| spilled.is_ok_and(|spilled| spilled.key != grant.key)) {
        return format!(
            "new tokens that another key has sealed lie beside the store; with that key: osign token {name}; where nobody has it, \
             delete {file}"
        );
    }
    let call = match grant.settings.kind {
        Kind::OAuth1 => format!("osign call {name} METHOD URL"),
        // A token that lives is handed out as it is.
        _ => format!("osign token {name}, which takes them in once it renews"),
    };
    match report::has_login(&grant.settings) {
        true => format!("{lie}: {call}; if they stay there: osign grant login {name}"),
        false => format!("{lie}: {call}"),
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
fn replace(file: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".new-{}", std::process::id()));
    let write = || {
        let mut new = io::BufWriter::new(fs::File::create(&beside)?);
        content(&mut new).and_then(|()| new.flush())?;
        fs::rename(&beside, file)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&beside);
        Failure::io(format_args!("cannot write {}", shown::path(file)), &error)
    })
}
