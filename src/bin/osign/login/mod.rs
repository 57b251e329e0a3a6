//! `osign grant login`, `exchange` and `renew`: a person agrees, a code is exchanged, a token lives on.

mod address;
mod browser;
mod loopback;
mod page;

use crate::args::{GrantExchange, GrantLogin, OneGrant};
use crate::failure::{self, Failure};
use crate::opened::{Opened, WAIT};
use crate::tools::print_json;
use crate::{advice, date, tools};
use address::Address;
use loopback::Loopback;
use osign::Status;
use osign::grant::Grant;
use osign::grant::access::Token;
use osign::grant::record::Kind;
use osign::grant::service::Service;
use osign::provider::Endpoint;
use serde_json::json;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

pub(crate) fn run(arguments: &GrantLogin) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let grant = opened.grant(&arguments.name)?;
    check_kind(&grant, &[Kind::Code, Kind::OAuth1])?;
    check_account(&grant, arguments.account.as_deref())?;
    let redirect_uri = grant.settings.redirect_uri.as_deref().unwrap_or_default();
    let address = Address::of(redirect_uri).filter(|_| !arguments.no_browser);
    // Before anything else: where somebody else listens, no login is begun.
    let loopback = address.map(Loopback::listen).transpose()?;
    let url = opened.begin_login(&arguments.name, arguments.account.as_deref())?;
    let token = match loopback {
        Some(loopback) => wait_for_browser(&opened, arguments, &loopback, &url)?,
        None => paste(&opened, arguments, redirect_uri, &url)?,
    };
    say(&arguments.name, &token, arguments.common.json, "logged in")
}

pub(crate) fn exchange(arguments: &GrantExchange) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let grant = opened.grant(&arguments.name)?;
    check_kind(&grant, &[Kind::Code])?;
    check_account(&grant, arguments.account.as_deref())?;
    let code = if arguments.code == "-" { read_line()? } else { Zeroizing::new(arguments.code.clone()) };
    if code.is_empty() || !code.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(Failure::input("the code is empty, or holds what no code holds (RFC 6749 Appendix A.11)"));
    }
    let token = opened.exchange(&arguments.name, &code, arguments.account.as_deref(), WAIT)?;
    say(&arguments.name, &token, arguments.common.json, "logged in")
}

pub(crate) fn renew(arguments: &OneGrant) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let token = opened.renew(&arguments.name, WAIT)?;
    say(&arguments.name, &token, arguments.common.json, "renewed")
}

/// Whether codes come to this redirect URI readable to whoever is on the way (RFC 6749 §3.1.2.1).
pub(crate) fn is_open(redirect_uri: &str) -> bool {
    let scheme = redirect_uri.split(':').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") && Address::of(redirect_uri).is_none()
}

fn check_kind(grant: &Grant, kinds: &[Kind]) -> Result<(), Failure> {
    if kinds.contains(&grant.settings.kind) {
        return Ok(());
    }
    let name = &grant.name;
    Err(Failure::of(
        failure::CONFIGURATION,
        if grant.settings.kind == Kind::OAuth1 {
            format!("the grant {name} is of OAuth 1.0a, and no code is exchanged for it: osign grant login {name}")
        } else {
            format!("the grant {name} needs no login; its token: osign token {name}")
        },
    ))
}

/// A host that secrets must not go to is refused before a person is sent anywhere.
fn check_account(grant: &Grant, account: Option<&str>) -> Result<(), Failure> {
    if let Some(account) = account {
        let service = Service::of(grant)?;
        service.profile().account(Some(account))?;
        service.profile().endpoint(Endpoint::Token, Some(account))?;
    }
    Ok(())
}

/// Waits for the browser to come to the loopback address.
fn wait_for_browser(opened: &Opened, arguments: &GrantLogin, loopback: &Loopback, url: &str) -> Result<Token, Failure> {
    crate::report(&format!("opening the browser; where it does not open, open this address yourself:\n{url}"));
    browser::open(url);
    let end = Instant::now() + Duration::from_secs(arguments.timeout);
    let mut foreign = None;
    loop {
        let line = opened.waits_for("waiting for you in the browser");
        let visit = loopback.next(end);
        drop(line);
        let Some(visit) = visit? else { break };
        let result = opened.finish_login(&arguments.name, visit.query(), WAIT);
        // Anybody may send one, such as an old tab: the person of this login is still to come. Where it was the service's answer
        // that is none, the login is over.
        let goes_on =
            result.as_ref().is_err_and(|error| matches!(error.status(), Status::ForeignState | Status::InvalidAnswer))
                && is_under_way(opened, &arguments.name);
        let _ = visit.answer(&arguments.name, result.as_ref().map(drop), goes_on);
        match result {
            Err(error) if goes_on => {
                // What the sentence advises, to log in again, is for whoever pasted it.
                let said = error.worded(advice::command);
                crate::report(&format!("{}; still waiting", said.trim_end_matches("; log in again")));
                foreign = Some(error);
            }
            result => {
                loopback.answer_the_rest(&arguments.name, result.as_ref().map(drop));
                return Ok(result?);
            }
        }
    }
    Err(match foreign {
        Some(error) => error.into(),
        None => Failure::of(
            failure::PERSON,
            format!("nobody came back from the browser within {} s; log in again", arguments.timeout),
        ),
    })
}

fn is_under_way(opened: &Opened, name: &str) -> bool {
    opened.grant(name).is_ok_and(|grant| grant.secrets.login.is_some() || grant.secrets.pending.is_some())
}

/// Reads the address that the browser came to, or the code that the service shows (RFC 5849 §2.1).
fn paste(opened: &Opened, arguments: &GrantLogin, redirect_uri: &str, url: &str) -> Result<Token, Failure> {
    if arguments.no_browser {
        let line = if arguments.common.json { json!({ "url": url }).to_string() } else { url.to_owned() };
        tools::print(format!("{line}\n").as_bytes())?;
    } else {
        crate::report(&format!("opening the browser; where it does not open, open this address yourself:\n{url}"));
        browser::open(url);
    }
    if io::IsTerminal::is_terminal(&io::stdin()) {
        let what = if redirect_uri == "oob" {
            "type the code that it shows"
        } else {
            "paste the address that the browser came to"
        };
        let _ = write!(io::stderr(), "Agree there, then {what}: ");
    }
    let callback = read_line()?;
    Ok(opened.finish_login(&arguments.name, &callback, WAIT)?)
}

fn read_line() -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    let read = io::stdin().lock().read_line(&mut line).map_err(|error| Failure::io("cannot read stdin", &error))?;
    if read == 0 {
        return Err(Failure::input("nothing was pasted; log in again"));
    }
    Ok(Zeroizing::new(line.trim().to_owned()))
}

fn say(name: &str, token: &Token, json: bool, done: &str) -> Result<ExitCode, Failure> {
    if json {
        let seconds = token.expires_at.map(|end| end.div_euclid(1000));
        return print_json(&json!({ "grant": name, "generation": token.generation, "expires_at": seconds }));
    }
    let end = token.expires_at.map(|end| format!("; the access token lives until {}", date::shown(end)));
    tools::say(&format!("{done}: {name}{}\n", end.unwrap_or_default()))
}
