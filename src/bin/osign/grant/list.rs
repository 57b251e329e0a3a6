//! `osign grant list`, `show` and `history`: what is known without a key. No secret is read.

use crate::args::{GrantHistory, GrantList, GrantShow, Place};
use crate::failure::{self, Failure};
use crate::keeper::{Opened, now, open_store, read_outside};
use crate::tools::print_json;
use crate::{date, tools};
use osign::Error;
use osign::error::Keeping;
use osign::explain::{Field, Json};
use osign::grant::name;
use osign::grant::record::Status;
use osign::grant::report;
use osign::grant::seal::{Outside, outside};
use osign::grant::store::{Store, Stored};
use osign::store::AnyStore;
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

pub(crate) fn list(arguments: &GrantList) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.common.place)?;
    let (grants, damaged) = read(&store, &[])?;
    if arguments.common.json {
        let of_damaged = |lost: &Damaged| {
            Field::Map(vec![
                ("grant", lost.name.clone().into()),
                ("status", "damaged".into()),
                ("message", lost.error.to_string().into()),
            ])
        };
        let fields: Vec<_> =
            grants.iter().map(|grant| report::summary(grant).into()).chain(damaged.iter().map(of_damaged)).collect();
        print_json(&fields.iter().map(Json).collect::<Vec<_>>())?;
        return Ok(told(damaged.iter().map(|lost| &lost.error)));
    }
    if grants.is_empty() && damaged.is_empty() {
        return tools::say("there is no grant yet: osign grant add --help\n");
    }
    let now = now();
    let rows = grants.iter().map(|grant| {
        let end = grant.state.expires_at.map_or("-".to_owned(), |end| date::distance(end, now));
        [grant.name.clone(), report::provider(&grant.settings), report::status(&grant.state.status).to_owned(), end]
    });
    let head = ["GRANT", "SERVICE", "STATUS", "ACCESS ENDS"].map(str::to_owned);
    let lost = damaged.iter().map(|lost| [lost.name.clone(), "-".to_owned(), "damaged".to_owned(), "-".to_owned()]);
    tools::say(&table(&std::iter::once(head).chain(rows).chain(lost).collect::<Vec<_>>()))?;
    Ok(told(damaged.iter().map(|lost| &lost.error)))
}

pub(crate) fn show(arguments: &GrantShow) -> Result<ExitCode, Failure> {
    if arguments.unread_answer {
        return show_unread(arguments);
    }
    let grant = one(&arguments.common.place, &arguments.name)?;
    if arguments.common.json {
        let mut value = json!(Json(&report::summary(&grant).into()));
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
    line("service", &report::provider(settings));
    line("kind", report::kind(settings.kind));
    line("status", report::status(&state.status));
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
    if let Some(at) = state.unread_at {
        let name = &grant.name;
        line("unread answer", &format!("since {}: osign grant show {name} --unread-answer", date::shown(at)));
    }
    line("last failure", state.last_error.as_deref().unwrap_or_default().trim());
    line("sealed by key", &grant.key);
    tools::say(&text)
}

/// The one secret that this shows, and by a word of its own: an answer that nobody could read may hold new tokens.
fn show_unread(arguments: &GrantShow) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let grant = opened.grant(&arguments.name)?;
    let Some(answer) = &grant.secrets.unread else {
        return Err(Failure::input(format!("no answer is kept that could not be read for the grant {}", grant.name)));
    };
    if arguments.common.json {
        return print_json(&json!({ "status": answer.http_status, "body": answer.body.expose() }));
    }
    tools::print(answer.body.expose().as_bytes())
}

pub(crate) fn history(arguments: &GrantHistory) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.common.place)?;
    let (_, damaged) = read(&store, std::slice::from_ref(&arguments.name))?;
    let happenings = store.history(&arguments.name, arguments.last)?;
    if arguments.common.json {
        let lines = happenings.iter().map(|line| {
            json!({ "at": line.at.div_euclid(1000), "generation": line.generation, "event": line.event,
                    "detail": line.detail, "owner": line.owner })
        });
        print_json(&lines.collect::<Vec<_>>())?;
        return Ok(told(damaged.iter().map(|lost| &lost.error)));
    }
    let rows = happenings.iter().map(|line| {
        let event = [line.event.as_str(), line.detail.as_str()].join(" ").trim().to_owned();
        [date::shown(line.at), line.generation.to_string(), line.owner.clone(), event]
    });
    let head = ["WHEN", "GENERATION", "WHO", "WHAT"].map(str::to_owned);
    tools::say(&table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()))?;
    Ok(told(damaged.iter().map(|lost| &lost.error)))
}

/// A grant whose record cannot be read, and why.
pub(crate) struct Damaged {
    pub(super) name: String,
    pub(super) error: Error,
}

/// The grants of these names, or all; and those whose records cannot be read, which keep nobody from the others.
pub(crate) fn read(store: &AnyStore, names: &[String]) -> Result<(Vec<Outside>, Vec<Damaged>), Failure> {
    let mut grants = Vec::new();
    let damaged = each(store, names, |grant| {
        grants.push(grant);
        Ok(())
    })?;
    Ok((grants, damaged))
}

/// Does something with each, one after another: of all grants of a large store no more than a few are in memory.
pub(crate) fn each(
    store: &AnyStore,
    names: &[String],
    mut work: impl FnMut(Outside) -> Result<(), Failure>,
) -> Result<Vec<Damaged>, Failure> {
    let mut damaged = Vec::new();
    let mut found = |name: String, stored: Result<Stored, Error>| {
        match stored.and_then(|stored| outside(&name, &stored.record)) {
            Ok(grant) => work(grant)?,
            Err(error) => damaged.push(Damaged { name, error }),
        }
        Ok::<_, Failure>(())
    };
    if names.is_empty() {
        for stored in store.records() {
            let (name, stored) = stored?;
            found(name, Ok(stored))?;
        }
    }
    for name in names {
        name::check(name)?;
        let unknown = || Error::from(Keeping::UnknownGrant { name: name.clone() });
        let stored = store.peek(name).transpose().ok_or_else(unknown)?;
        found(name.clone(), stored)?;
    }
    Ok(damaged)
}

/// Says what is damaged, after all else; the exit code.
pub(crate) fn told<'a>(damaged: impl IntoIterator<Item = &'a Error>) -> ExitCode {
    damaged.into_iter().fold(ExitCode::SUCCESS, |_, error| {
        crate::report(&error.to_string());
        ExitCode::from(failure::STORE)
    })
}

fn one(place: &Place, name: &str) -> Result<Outside, Failure> {
    read_outside(&open_store(place)?, name)
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
