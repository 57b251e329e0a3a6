//! `osign grant add`: everything is looked at before anything is made.

mod options;

use super::source;
use crate::args::GrantAdd;
use crate::failure::Failure;
use crate::opened::{Opened, WAIT};
use crate::tools::print_json;
use crate::{credentials, date, login, secrets, tools};
use osign::error::{Error, Input, Protocol};
use osign::grant::credential::has_receiver;
use osign::grant::record::{Kind, Status};
use osign::grant::settings::NewGrant;
use osign::grant::{Grant, name};
use osign::provider::{self, Profile};
use osign::setting::Value;
use osign::system;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) fn run(arguments: &GrantAdd) -> Result<ExitCode, Failure> {
    name::check(&arguments.name)?;
    let provider = arguments.provider.as_deref().map(source::profile).transpose()?;
    let kind = kind(arguments, provider.as_ref().map(|(profile, _)| profile));
    options::check(arguments, kind)?;
    let mut new = settings(arguments, provider, kind)?;
    let (profile, kind) = new.profile()?;
    set_secrets(arguments, &profile, kind, &mut new)?;
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

/// The kind that it is to be; the core looks whether the service has it.
fn kind(arguments: &GrantAdd, profile: Option<&Profile>) -> Kind {
    match (arguments.kind.as_deref(), profile.map(Profile::kind)) {
        (Some("static"), _) => Kind::Static,
        (Some("oauth1"), _) | (None, Some(provider::Kind::OAuth1)) => Kind::OAuth1,
        (Some("client-credentials"), _) | (None, Some(provider::Kind::ClientCredentials)) => Kind::ClientCredentials,
        _ => Kind::Code,
    }
}

fn settings(
    arguments: &GrantAdd,
    provider: Option<(Profile, Option<String>)>,
    kind: Kind,
) -> Result<NewGrant, Failure> {
    let mut new = NewGrant::new();
    let mut set = |name: &str, value: &str| new.set(name, Value::Text(value));
    match provider {
        Some((_, Some(text))) => set("profile", &text)?,
        Some((profile, None)) => set("provider", profile.name())?,
        None if matches!(kind, Kind::Static | Kind::OAuth1) => {}
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
        ("consumer_key", &arguments.consumer_key),
        ("request_token_url", &arguments.request_token_url),
        ("access_token_url", &arguments.access_token_url),
        ("callback", &arguments.callback),
        ("signature_method", &arguments.method),
        ("realm", &arguments.realm),
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
        if !SET.contains(&name) {
            return Err(Failure::usage_message(format!("--set takes {}", SET.join(", "))));
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

/// The settings that have no option of their own.
const SET: [&str; 11] = [
    "refresh_url",
    "revoke_url",
    "user_agent",
    "pkce",
    "renew_url",
    "transmission",
    "http_method",
    "callback_in",
    "callback_confirmed",
    "send_empty_token",
    "authorize_parameter",
];

/// Secrets come from files, or are asked for where one is needed.
fn set_secrets(arguments: &GrantAdd, profile: &Profile, kind: Kind, new: &mut NewGrant) -> Result<(), Failure> {
    let mut set = |name: &str, secret: &str| new.set(name, Value::Text(secret));
    match kind {
        Kind::Static => {
            let secret = match &arguments.secret_file {
                Some(file) => secrets::read(file, "the key")?,
                None => secrets::ask("key", "--secret-file")?,
            };
            Ok(set("secret", &secret)?)
        }
        Kind::OAuth1 => set_secrets_of_oauth1(arguments, profile, &mut set),
        // Nobody is asked for a secret in vain.
        _ if arguments.client_id.is_none() => Err(Error::from(Protocol::NoClientId).into()),
        _ => {
            let secret = match &arguments.client_secret_file {
                Some(file) => secrets::read(file, "the client's secret")?,
                None if profile.wants_client_secret() => secrets::ask("client's secret", "--client-secret-file")?,
                None => return Ok(()),
            };
            Ok(set("client_secret", &secret)?)
        }
    }
}

fn set_secrets_of_oauth1(
    arguments: &GrantAdd,
    profile: &Profile,
    set: &mut impl FnMut(&str, &str) -> Result<(), Error>,
) -> Result<(), Failure> {
    if arguments.consumer_key.is_none() {
        return Err(Error::from(Input::EmptyConsumerKey).into());
    }
    if let Some(file) = &arguments.private_key_file {
        set("private_key", &credentials::private_key(file)?)?;
    }
    // The secrets take no part in an RSA signature (RFC 5849 §3.4.3).
    let is_rsa = profile.oauth1().is_some_and(|oauth1| oauth1.signature_method().is_rsa());
    let mut secret = |name: &str, file: &Option<PathBuf>, what: &str, option: &str| {
        let secret = match file {
            Some(file) => secrets::read_or_empty(file, &format!("the {what}"))?,
            None if is_rsa => return Ok(()),
            None => secrets::ask(what, option)?,
        };
        Ok::<_, Failure>(set(name, &secret)?)
    };
    secret("consumer_secret", &arguments.consumer_secret_file, "consumer secret", "--consumer-secret-file")?;
    if arguments.token_file.is_some() || arguments.token_secret_file.is_some() {
        secret("token_secret", &arguments.token_secret_file, "token secret", "--token-secret-file")?;
    }
    match &arguments.token_file {
        Some(file) => set("token", &secrets::read(file, "the token")?)?,
        None if arguments.no_token => set("token", "")?,
        None => {}
    }
    Ok(())
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
        let goes = if grant.settings.kind == Kind::OAuth1 { "signed requests" } else { "its tokens" };
        crate::report(&format!(
            "note: osign call sends nothing under this grant before --api-origin names where {goes} may go"
        ));
    }
    let name = &grant.name;
    let next = match grant.settings.kind {
        Kind::Code | Kind::OAuth1 if grant.state.status != Status::Active => format!("osign grant login {name}"),
        Kind::OAuth1 => format!("osign call {name} METHOD URL"),
        _ => format!("osign token {name}"),
    };
    if arguments.common.json {
        return print_json(
            &json!({ "grant": name, "kind": grant.settings.kind, "provider": profile.name(), "next": next }),
        );
    }
    tools::print(format!("{done} {name}; next: {next}\n").as_bytes())
}
