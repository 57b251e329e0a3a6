//! `osign grant list`, `show` and `history`: what is known without a key. No secret is read.

use crate::args::{GrantHistory, GrantList, GrantShow, Place};
use crate::failure::Failure;
use crate::keeper::{now, open_store, read_outside};
use crate::tools::print_json;
use crate::{date, tools};
use osign::grant::record::{Kind, Settings, Status};
use osign::grant::seal::{Outside, outside};
use osign::grant::service;
use osign::grant::store::Store;
use osign::store::Sqlite;
use serde_json::{Value, json};
use std::fmt::Write;
use std::process::ExitCode;

pub(crate) fn list(arguments: &GrantList) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.place)?;
    let grants = all(&store)?;
    if arguments.json {
        return print_json(&grants.iter().map(summary).collect::<Vec<_>>());
    }
    if grants.is_empty() {
        return tools::print(b"there is no grant yet: osign grant add --help\n");
    }
    let now = now();
    let rows = grants.iter().map(|grant| {
        let end = grant.state.expires_at.map_or("-".to_owned(), |end| date::distance(end, now));
        [grant.name.clone(), provider(&grant.settings), status(&grant.state.status).to_owned(), end]
    });
    let head = ["GRANT", "SERVICE", "STATUS", "ACCESS ENDS"].map(str::to_owned);
    tools::print(table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()).as_bytes())
}

pub(crate) fn show(arguments: &GrantShow) -> Result<ExitCode, Failure> {
    let grant = one(&arguments.place, &arguments.name)?;
    if arguments.json {
        let mut value = summary(&grant);
        value["settings"] = json!(grant.settings);
        value["state"] = json!(grant.state);
        value["key_id"] = json!(grant.key);
        return print_json(&value);
    }
    let (settings, state) = (&grant.settings, &grant.state);
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name:<22}{value}");
        }
    };
    line("grant", &grant.name);
    line("service", &provider(settings));
    line("kind", kind(settings.kind));
    line("status", status(&state.status));
    if let Status::NeedsLogin { since, lost, said, .. } = &state.status {
        let lost = if *lost { ", after an answer was lost" } else { "" };
        line("turned down", &format!("{}{lost}{said}", date::shown(*since)));
    }
    line("client", &settings.client_id);
    line("account", settings.account.as_deref().unwrap_or_default());
    line("redirect URI", settings.redirect_uri.as_deref().unwrap_or_default());
    line("scope", state.scope.as_deref().or(settings.scope.as_deref()).unwrap_or_default());
    line("key goes to", settings.place.as_deref().unwrap_or_default());
    for (name, value) in &settings.overrides {
        line(name, value);
    }
    if settings.allow_insecure_http {
        line("without TLS", "on this machine");
    }
    line("generation", &grant.generation.to_string());
    let now = now();
    for (name, end) in [
        ("access ends", state.expires_at),
        ("idle end", state.refresh_expires_at),
        ("ends for good", state.authorization_expires_at),
        ("no request before", state.not_before),
    ] {
        if let Some(end) = end {
            line(name, &format!("{} ({})", date::shown(end), date::distance(end, now)));
        }
    }
    if let Some(intent) = &state.intent {
        line("under way", &format!("since {}, by {}", date::shown(intent.at), intent.owner));
    }
    if state.failures > 0 {
        line("failures in a row", &state.failures.to_string());
    }
    line("last failure", state.last_error.as_deref().unwrap_or_default().trim());
    line("sealed by key", &grant.key);
    tools::print(text.as_bytes())
}

pub(crate) fn history(arguments: &GrantHistory) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.place)?;
    read_outside(&store, &arguments.name)?;
    let happenings = store.history(&arguments.name, arguments.last)?;
    if arguments.json {
        let lines = happenings.iter().map(|line| {
            json!({ "at": line.at.div_euclid(1000), "generation": line.generation, "event": line.event,
                    "detail": line.detail, "owner": line.owner })
        });
        return print_json(&lines.collect::<Vec<_>>());
    }
    let rows = happenings.iter().map(|line| {
        let event = [line.event.as_str(), line.detail.as_str()].join(" ").trim().to_owned();
        [date::shown(line.at), line.generation.to_string(), line.owner.clone(), event]
    });
    let head = ["WHEN", "GENERATION", "WHO", "WHAT"].map(str::to_owned);
    tools::print(table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()).as_bytes())
}

/// Every grant that can be read, by name.
pub(super) fn all(store: &Sqlite) -> Result<Vec<Outside>, Failure> {
    let mut grants = Vec::new();
    for name in store.names()? {
        if let Some(stored) = store.load(&name)? {
            grants.push(outside(&name, &stored.record)?);
        }
    }
    Ok(grants)
}

fn one(place: &Place, name: &str) -> Result<Outside, Failure> {
    read_outside(&open_store(place)?, name)
}

/// What scripts ask for; times in Unix seconds.
fn summary(grant: &Outside) -> Value {
    let seconds = |time: Option<i64>| time.map(|time| time.div_euclid(1000));
    let state = &grant.state;
    json!({
        "grant": grant.name,
        "provider": provider(&grant.settings),
        "kind": grant.settings.kind,
        "status": status(&state.status),
        "account": grant.settings.account,
        "generation": grant.generation,
        "expires_at": seconds(state.expires_at),
        "refresh_expires_at": seconds(state.refresh_expires_at),
        "authorization_expires_at": seconds(state.authorization_expires_at),
    })
}

/// The service's name.
pub(super) fn provider(settings: &Settings) -> String {
    match service::profile(settings) {
        Ok(profile) => profile.name().to_owned(),
        Err(_) => settings.provider.clone(),
    }
}

pub(super) fn status(status: &Status) -> &'static str {
    match status {
        Status::New => "not logged in",
        Status::Active => "active",
        Status::NeedsLogin { .. } => "needs login",
        Status::Revoked => "revoked",
        Status::Exported => "exported",
        Status::Imported => "imported",
        _ => "unknown",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "code",
        Kind::ClientCredentials => "client-credentials",
        Kind::Static => "static",
        _ => "unknown",
    }
}

/// Columns as wide as their longest text.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut text = String::new();
    for row in rows {
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(text, "{cell}{:1$}", "", width + 2 - cell.chars().count());
        }
        text.push_str(&row[3]);
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
