//! `osign grant add`: everything is looked at before anything is made.

use super::{list, source};
use crate::args::GrantAdd;
use crate::call::nobody_s;
use crate::failure::{self, Failure};
use crate::keeper::{Opened, now};
use crate::tools::print_json;
use crate::{date, login, secrets, tools};
use osign::error::{Error, Keeping, Protocol};
use osign::grant::credential::{authorized, check_place, has_receiver};
use osign::grant::record::{Kind, Secrets, Settings, State, Status};
use osign::grant::service::Service;
use osign::grant::store::Store;
use osign::grant::{Grant, Kept, name};
use osign::oauth2::{authorization_url, client_credentials_request, code_request};
use osign::provider::{self, Profile};
use osign::secret::Secret;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: &GrantAdd) -> Result<ExitCode, Failure> {
    name::check(&arguments.name)?;
    let mut grant = Grant {
        name: arguments.name.clone(),
        generation: 1,
        settings: settings(arguments)?,
        state: State::new(),
        secrets: Secrets::default(),
    };
    let profile = osign::grant::service::profile(&grant.settings)?;
    if grant.settings.kind == Kind::Static {
        fill_static(arguments, &mut grant)?;
    } else {
        fill_client(arguments, &profile, &mut grant)?;
        try_requests(&grant)?;
    }
    // So are places that its token must not go to.
    for origin in &arguments.api_origin {
        authorized(&grant, &nobody_s(), "GET", origin)?;
    }
    let opened = Opened::open_or_make(&arguments.common.place)?;
    check_key(&opened, arguments)?;
    let exists = opened.store.load(&grant.name)?.is_some();
    if arguments.replace && exists {
        replace(&opened, grant.clone())?;
    } else {
        opened.keeper().add(&grant)?;
    }
    say(arguments, &profile, &grant)
}

fn settings(arguments: &GrantAdd) -> Result<Settings, Failure> {
    let is_static = arguments.kind.as_deref() == Some("static");
    check_options(arguments, is_static)?;
    let (profile, text) = match &arguments.provider {
        Some(given) => source::profile(given)?,
        None if is_static => (provider::builtin("custom")?, None),
        None => {
            return Err(Failure::usage_message(
                "--provider is missing: a name that osign provider list shows, or a file",
            ));
        }
    };
    let of_service = match profile.kind() {
        provider::Kind::ClientCredentials => Kind::ClientCredentials,
        _ => Kind::Code,
    };
    let kind = match arguments.kind.as_deref() {
        None => of_service,
        Some("static") => Kind::Static,
        Some("code") if of_service == Kind::Code => Kind::Code,
        Some("client-credentials") if of_service == Kind::ClientCredentials => Kind::ClientCredentials,
        Some(_) => {
            return Err(Failure::of(
                failure::CONFIGURATION,
                format!("{} hands out no tokens of that kind by its profile; leave --kind out", profile.title()),
            ));
        }
    };
    let mut overrides = Vec::new();
    let mut set = |name: &str, value: &str| overrides.push((name.to_owned(), value.to_owned()));
    for (name, value) in [
        ("token_url", &arguments.token_url),
        ("authorize_url", &arguments.authorize_url),
        ("rotation", &arguments.rotation),
    ] {
        if let Some(value) = value {
            set(name, value);
        }
    }
    for origin in &arguments.api_origin {
        set("api_origin", origin);
    }
    for pair in &arguments.set {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Failure::usage_message("--set takes NAME=VALUE, such as pkce=false; there is no = in it"))?;
        if !["refresh_url", "revoke_url", "user_agent", "pkce"].contains(&name) {
            return Err(Failure::usage_message("--set takes refresh_url, revoke_url, user_agent or pkce"));
        }
        set(name, value);
    }
    if let Some(account) = &arguments.account {
        set("account", account);
    }
    let place = match (&arguments.header, &arguments.query) {
        (Some(header), _) => Some(header.clone()),
        (None, Some(name)) => Some(format!("?{name}")),
        (None, None) => None,
    };
    if let Some(place) = &place {
        check_place(place)?;
    }
    Ok(Settings {
        kind,
        provider: if text.is_none() { profile.name().to_owned() } else { String::new() },
        profile: text,
        client_id: arguments.client_id.clone().unwrap_or_default(),
        redirect_uri: arguments.redirect_uri.clone(),
        scope: arguments.scope.clone(),
        account: account(arguments, &profile)?,
        overrides,
        allow_insecure_http: arguments.allow_insecure_http,
        place,
    })
}

/// The account's host, as the profile lets it through.
fn account(arguments: &GrantAdd, profile: &Profile) -> Result<Option<String>, Failure> {
    arguments.account.as_deref().map(|account| source::account(profile, account)).transpose()
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

fn fill_static(arguments: &GrantAdd, grant: &mut Grant) -> Result<(), Failure> {
    let end = match &arguments.expires {
        None => None,
        Some(text) => Some(date::read(text).ok_or_else(|| {
            Failure::usage_message("--expires takes a date in UTC, such as 2027-05-01 or 2027-05-01T12:00:00Z")
        })?),
    };
    let now = now();
    if end.is_some_and(|end| end <= now) {
        return Err(Failure::of(failure::CONFIGURATION, "that key has ended already; take one that lives"));
    }
    let key = match &arguments.secret_file {
        Some(file) => secrets::read(file, "the key")?,
        None => secrets::ask("key", "--secret-file")?,
    };
    if !key.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(Failure::credentials("the key has letters outside ASCII, which no header carries"));
    }
    grant.secrets.access = Some(Kept::new(&key));
    grant.state.status = Status::Active;
    grant.state.obtained_at = now;
    grant.state.expires_at = end;
    Ok(())
}

fn fill_client(arguments: &GrantAdd, profile: &Profile, grant: &mut Grant) -> Result<(), Failure> {
    if grant.settings.client_id.is_empty() {
        return Err(Error::from(Protocol::NoClientId).into());
    }
    if grant.settings.kind == Kind::ClientCredentials {
        // Nobody needs to log in.
        grant.state.status = Status::Active;
    }
    let secret = match &arguments.client_secret_file {
        Some(file) => Some(secrets::read(file, "the client's secret")?),
        None if profile.wants_client_secret() => Some(secrets::ask("client's secret", "--client-secret-file")?),
        None => None,
    };
    grant.secrets.client_secret = secret.map(|secret| Kept::new(&secret));
    Ok(())
}

/// Builds every request once, so that what is missing is said now, and not to whoever needs a token at night.
fn try_requests(grant: &Grant) -> Result<(), Failure> {
    let service = Service::of(grant)?;
    let (profile, client) = (service.profile(), service.client());
    let (account, scope) = (grant.settings.account.as_deref(), grant.settings.scope.as_deref());
    let code = Secret::new(b"code");
    let tried = if grant.settings.kind == Kind::ClientCredentials {
        client_credentials_request(profile, client, account, scope).map(drop)
    } else {
        authorization_url(profile, client, account, scope, "state", Some("challenge"))
            .and_then(|_| code_request(profile, client, account, &code, Some(&code)).map(drop))
    };
    match tried {
        // The callback brings it.
        Err(Error::Protocol(Protocol::NoAccount)) if grant.settings.kind == Kind::Code => Ok(()),
        tried => Ok(tried?),
    }
}

/// A grant that is sealed with another key than the rest would be found out late. What is damaged tells of no key.
fn check_key(opened: &Opened, arguments: &GrantAdd) -> Result<(), Failure> {
    let (grants, _) = list::read(&opened.store, &[])?;
    let is_replaced = |name: &str| arguments.replace && name == arguments.name;
    match grants.into_iter().find(|grant| !is_replaced(&grant.name) && !opened.sealer.is_current(grant)) {
        Some(grant) => Err(Error::from(Keeping::ForeignKey { name: grant.name }).into()),
        None => Ok(()),
    }
}

/// Another client, or another key, in the place of what was there: a generation of its own, as every other.
fn replace(opened: &Opened, new: Grant) -> Result<(), Failure> {
    let name = new.name.clone();
    let result = opened.keeper().change(&name, "replaced", 30_000, |grant| {
        let is_same_client = new.settings.kind != Kind::Static
            && grant.settings.client_id == new.settings.client_id
            && grant.settings.provider == new.settings.provider
            && grant.settings.kind == new.settings.kind;
        let account = new.settings.account.clone().or(grant.settings.account.take());
        grant.settings = new.settings;
        if is_same_client {
            // A new secret, or another address, costs nobody a login.
            grant.settings.account = account;
            grant.secrets.client_secret = new.secrets.client_secret;
            grant.state.not_before = None;
            grant.state.failures = 0;
            grant.state.last_error = None;
        } else {
            grant.state = new.state;
            grant.secrets = new.secrets;
        }
        Ok(())
    });
    opened.told(result)
}

fn say(arguments: &GrantAdd, profile: &Profile, grant: &Grant) -> Result<ExitCode, Failure> {
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
        Kind::Code => format!("osign grant login {name}"),
        _ => format!("osign token {name}"),
    };
    if arguments.common.json {
        return print_json(
            &json!({ "grant": name, "kind": grant.settings.kind, "provider": profile.name(), "next": next }),
        );
    }
    tools::print(format!("added {name}; next: {next}\n").as_bytes())
}
