//! `osign provider`: the services that osign knows, and what of them.

use crate::args::{Provider, ProviderList, ProviderShow};
use crate::failure::Failure;
use crate::grant::provider_profile;
use crate::tools;
use crate::tools::print_json;
use osign::provider::{self, Kind, Profile};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::process::ExitCode;

pub(crate) fn run(provider: &Provider) -> Result<ExitCode, Failure> {
    match provider {
        Provider::List(arguments) => list(arguments),
        Provider::Show(arguments) => show(arguments),
    }
}

fn list(arguments: &ProviderList) -> Result<ExitCode, Failure> {
    let profiles = provider::names().map(provider::builtin).collect::<Result<Vec<_>, _>>()?;
    if arguments.json {
        return print_json(&profiles.iter().map(main_points).collect::<Vec<_>>());
    }
    let mut text = String::new();
    for profile in &profiles {
        let _ = writeln!(text, "{:<20}{:<30}{}", profile.name(), profile.title(), kind(profile));
    }
    tools::print(text.as_bytes())
}

fn show(arguments: &ProviderShow) -> Result<ExitCode, Failure> {
    let (profile, own) = provider_profile(&arguments.provider)?;
    if arguments.json {
        return print_json(&main_points(&profile));
    }
    let text = match own {
        None => provider::text(profile.name()).unwrap_or_default().to_owned(),
        Some(_) => {
            fs::read_to_string(&arguments.provider).map_err(|error| Failure::io("cannot read the profile", &error))?
        }
    };
    tools::print(text.as_bytes())
}

fn main_points(profile: &Profile) -> Value {
    json!({
        "name": profile.name(),
        "title": profile.title(),
        "kind": kind(profile),
        "api_origins": profile.api_origins(None),
        "unverified": profile.unverified(),
        "warnings": profile.warnings().iter().map(|sentence| &sentence.en).collect::<Vec<_>>(),
    })
}

fn kind(profile: &Profile) -> &'static str {
    match profile.kind() {
        Kind::Code => "code",
        Kind::ClientCredentials => "client-credentials",
        Kind::OAuth1 => "oauth1",
        // There are no more; a library of its own could have.
        _ => "",
    }
}
