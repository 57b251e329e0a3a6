//! `osign grant list`, `show` and `history`: what is known without a key. No secret is read.

use crate::args::{GrantHistory, GrantList, GrantShow};
use crate::failure::{self, Failure};
use crate::opened::{Opened, open_store};
use crate::tools::print_json;
use crate::{date, tools};
use osign::Error;
use osign::explain::Json;
use osign::grant::record::{Kind, Status};
use osign::grant::report;
use osign::grant::store::Store;
use osign::store::Listed;
use osign::system;
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

pub(crate) fn list(arguments: &GrantList) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.common.place)?;
    let listed = damaged_last(store.listed()?);
    if arguments.common.json {
        let fields: Vec<_> = listed.iter().map(|grant| grant.summary().into()).collect();
        print_json(&fields.iter().map(Json).collect::<Vec<_>>())?;
        return Ok(told(why_damaged(&listed)));
    }
    if listed.is_empty() {
        return tools::say("there is no grant yet: osign grant add --help\n");
    }
    let now = system::milliseconds();
    let rows = listed.iter().map(|listed| {
        let Ok(grant) = &listed.outside else { return [&listed.name, "-", "damaged", "-"].map(str::to_owned) };
        let end = grant.state.expires_at.map_or("-".to_owned(), |end| date::distance(end, now));
        [grant.name.clone(), report::provider(&grant.settings), report::status(&grant.state.status).to_owned(), end]
    });
    let head = ["GRANT", "SERVICE", "STATUS", "ACCESS ENDS"].map(str::to_owned);
    tools::say(&table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()))?;
    Ok(told(why_damaged(&listed)))
}

pub(crate) fn show(arguments: &GrantShow) -> Result<ExitCode, Failure> {
    if arguments.unread_answer {
        return show_unread(arguments);
    }
    let grant = open_store(&arguments.common.place)?.outside(&arguments.name)?;
    if arguments.common.json {
        return print_json(&Json(&report::fields(&grant).into()));
    }
    let (settings, state) = (&grant.settings, &grant.state);
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name:<21} {value}");
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
    let is_oauth1 = settings.kind == Kind::OAuth1;
    line(if is_oauth1 { "consumer" } else { "client" }, &settings.client_id);
    line("account", settings.account.as_deref().unwrap_or_default());
    let back = settings.redirect_uri.as_deref().unwrap_or_default();
    line(if is_oauth1 { "callback" } else { "redirect URI" }, back);
    line("scope", state.scope.as_deref().or(settings.scope.as_deref()).unwrap_or_default());
    line("key goes to", settings.place.as_deref().unwrap_or_default());
    // The account stands above, where a login may have told another.
    for (name, value) in settings.overrides.iter().filter(|(name, _)| name != "account") {
        line(name, value);
    }
    // What a callback or an answer brought, such as the company that a person chose.
    for (name, value) in &state.kept {
        line(&format!("kept {name}"), value);
    }
    if settings.allow_insecure_http {
        line("without TLS", "on this machine");
    }
    line("generation", &grant.generation.to_string());
    let now = system::milliseconds();
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
    let listed = store.listed_of(std::slice::from_ref(&arguments.name))?;
    let happenings = store.history(&arguments.name, arguments.last)?;
    if arguments.common.json {
        let lines: Vec<_> = happenings.iter().map(|line| line.fields().into()).collect();
        print_json(&lines.iter().map(Json).collect::<Vec<_>>())?;
        return Ok(told(why_damaged(&listed)));
    }
    let rows = happenings.iter().map(|line| {
        let event = [line.event.as_str(), line.detail.as_str()].join(" ").trim().to_owned();
        [date::shown(line.at), line.generation.to_string(), line.owner.clone(), event]
    });
    let head = ["WHEN", "GENERATION", "WHO", "WHAT"].map(str::to_owned);
    tools::say(&table(&std::iter::once(head).chain(rows).collect::<Vec<_>>()))?;
    Ok(told(why_damaged(&listed)))
}

/// Those whose records cannot be read stand behind the others.
pub(super) fn damaged_last(mut listed: Vec<Listed>) -> Vec<Listed> {
    listed.sort_by_key(|grant| grant.outside.is_err());
    listed
}

fn why_damaged(listed: &[Listed]) -> impl Iterator<Item = &Error> {
    listed.iter().filter_map(|grant| grant.outside.as_ref().err())
}

/// Says what is damaged, after all else; the exit code.
pub(crate) fn told<'a>(damaged: impl IntoIterator<Item = &'a Error>) -> ExitCode {
    damaged.into_iter().fold(ExitCode::SUCCESS, |_, error| {
        crate::report(&error.worded(crate::advice::command));
        ExitCode::from(failure::STORE)
    })
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
