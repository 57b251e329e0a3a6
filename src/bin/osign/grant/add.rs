//! `osign grant add`: everything is looked at before anything is made.

use super::source;
use crate::args::GrantAdd;
use crate::failure::Failure;
use crate::opened::{Opened, WAIT};
use crate::tools::print_json;
use crate::{date, login, secrets, tools};
use osign::error::{Error, Protocol};
use osign::grant::credential::has_receiver;
use osign::grant::record::{Kind, Status};
use osign::grant::settings::NewGrant;
use osign::grant::{Grant, name};
use osign::provider::Profile;
use osign::setting::Value;
use osign::system;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: &GrantAdd) -> Result<ExitCode, Failure> {
    name::check(&arguments.name)?;
    let mut new = settings(arguments)?;
    let (profile, kind) = new.profile()?;
    set_secret(arguments, &profile, kind, &mut new)?;
    let (grant, profile) = new.grant(&arguments.name, system::milliseconds())?;
    let opened = Opened::open_or_make(&arguments.common.place)?;
    let is_replaced = if arguments.replace {
        opened.replace_grant(&grant, WAIT)?
    } else {
        opened.add_grant(&grant)?;
        false
    };
    let stands = opened.grant(&grant.name)?;
    say(arguments, &profile, &stands, if is_replaced { "replaced" } else { "added" })
}

fn settings(arguments: &GrantAdd) -> Result<NewGrant, Failure> {
    let is_static = arguments.kind.as_deref() == Some("static");
    check_options(arguments, is_static)?;
    let mut new = NewGrant::new();
    let mut set = |name: &str, value: &str| new.set(name, Value::Text(value));
    match arguments.provider.as_deref().map(source::profile).transpose()? {
        Some((_, Some(text))) => set("profile", &text)?,
        Some((profile, None)) => set("provider", profile.name())?,
        None if is_static => {}
        None => {
            return Err(Failure::usage_message(
                "--provider is missing: a name that osign provider list shows, or a file",
            ));
        }
    }
    for (name, value) in [
        ("kind", &arguments.kind),
        ("client_id", &arguments.client_id),
        ("redirect_uri", &arguments.redirect_uri),
        ("scope", &arguments.scope),
        ("account", &arguments.account),
        ("token_url", &arguments.token_url),
        ("authorize_url", &arguments.authorize_url),
        ("rotation", &arguments.rotation),
        ("header", &arguments.header),
        ("query", &arguments.query),
    ] {
        if let Some(value) = value {
            set(name, value)?;
        }
    }
    for origin in &arguments.api_origin {
        set("api_origin", origin)?;
    }
    for pair in &arguments.set {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Failure::usage_message("--set takes NAME=VALUE, such as pkce=false; there is no = in it"))?;
        if !["refresh_url", "revoke_url", "user_agent", "pkce"].contains(&name) {
            return Err(Failure::usage_message("--set takes refresh_url, revoke_url, user_agent or pkce"));
        }
        set(name, value)?;
    }
    new.set("allow_insecure_http", Value::Flag(arguments.allow_insecure_http))?;
    if let Some(text) = &arguments.expires {
        let end = date::read(text).ok_or_else(|| {
            Failure::usage_message("--expires takes a date in UTC, such as 2027-05-01 or 2027-05-01T12:00:00Z")
        })?;
        new.set("expires_at", Value::Seconds(end.div_euclid(1000)))?;
    }
    Ok(new)
}

/// Secrets come from files, or are asked for where one is needed.
fn set_secret(arguments: &GrantAdd, profile: &Profile, kind: Kind, new: &mut NewGrant) -> Result<(), Failure> {
    let (name, file, what, asked, option) = if kind == Kind::Static {
        ("secret", &arguments.secret_file, "the key", "key", "--secret-file")
    } else {
        let file = &arguments.client_secret_file;
        ("client_secret", file, "the client's secret", "client's secret", "--client-secret-file")
    };
    if kind != Kind::Static && arguments.client_id.is_none() {
        // Nobody is asked for a secret in vain.
        return Err(Error::from(Protocol::NoClientId).into());
    }
    let secret = match file {
        Some(file) => secrets::read(file, what)?,
        None if kind == Kind::Static || profile.wants_client_secret() => secrets::ask(asked, option)?,
        None => return Ok(()),
    };
    Ok(new.set(name, Value::Text(&secret))?)
}

fn check_options(arguments: &GrantAdd, is_static: bool) -> Result<(), Failure> {
    let of_static = [
        ("--secret-file", arguments.secret_file.is_some()),
        ("--header", arguments.header.is_some()),
        ("--query", arguments.query.is_some()),
        ("--expires", arguments.expires.is_some()),
    ];
    let of_client = [
        ("--client-id", arguments.client_id.is_some()),
        ("--client-secret-file", arguments.client_secret_file.is_some()),
        ("--redirect-uri", arguments.redirect_uri.is_some()),
        ("--scope", arguments.scope.is_some()),
        ("--token-url", arguments.token_url.is_some()),
        ("--authorize-url", arguments.authorize_url.is_some()),
        ("--rotation", arguments.rotation.is_some()),
    ];
    let (wrong, why) = if is_static {
        (of_client.iter().find(|(_, given)| *given), "says nothing of a static key")
    } else {
        (of_static.iter().find(|(_, given)| *given), "is for --kind static alone")
    };
    wrong.map_or(Ok(()), |(option, _)| Err(Failure::usage_message(format!("{option} {why}"))))
}

fn say(arguments: &GrantAdd, profile: &Profile, grant: &Grant, done: &str) -> Result<ExitCode, Failure> {
    // They speak of tokens, and a static key is none.
    let warnings = profile.warnings().iter().filter(|_| grant.settings.kind != Kind::Static);
    for warning in warnings {
        crate::report(&format!("note: {}: {}", profile.title(), warning.en));
    }
    if grant.settings.redirect_uri.as_deref().is_some_and(login::is_open) {
        crate::report("note: the redirect URI has no TLS: whoever is on the way to it can read the code");
    }
    if !has_receiver(&grant.settings) {
        crate::report(
            "note: osign call sends nothing under this grant before --api-origin names where its tokens may go",
        );
    }
    let name = &grant.name;
    let next = match grant.settings.kind {
        Kind::Code if grant.state.status != Status::Active => format!("osign grant login {name}"),
        _ => format!("osign token {name}"),
    };
    if arguments.common.json {
        return print_json(
            &json!({ "grant": name, "kind": grant.settings.kind, "provider": profile.name(), "next": next }),
        );
    }
    tools::print(format!("{done} {name}; next: {next}\n").as_bytes())
}
