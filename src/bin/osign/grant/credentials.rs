//! `osign grant import --credentials`: a credentials file, as `osign sign` takes it, becomes a grant.

use super::source;
use crate::args::GrantImport;
use crate::failure::Failure;
use crate::opened::Opened;
use crate::tools::print_json;
use crate::{credentials, shown, tools};
use osign::grant::settings::NewGrant;
use osign::setting::Value;
use osign::system;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn import(arguments: &GrantImport, file: &Path) -> Result<ExitCode, Failure> {
    let Some(name) = arguments.name.as_deref() else {
        return Err(Failure::usage_message("--name is missing: what the grant is to be called"));
    };
    osign::grant::name::check(name)?;
    let mut new = NewGrant::new();
    new.set("kind", Value::Text("oauth1"))?;
    match arguments.provider.as_deref().map(source::profile).transpose()? {
        Some((_, Some(text))) => new.set("profile", Value::Text(&text))?,
        Some((profile, None)) => new.set("provider", Value::Text(profile.name()))?,
        None => {}
    }
    for origin in &arguments.api_origin {
        new.set("api_origin", Value::Text(origin))?;
    }
    new.set("allow_insecure_http", Value::Flag(arguments.allow_insecure_http))?;
    let shown = shown::path(file);
    // What cannot be used is the file's, and not the command line's.
    let of_file = |error: osign::Error| Failure::credentials(format!("{shown}: {error}"));
    for (name, value) in credentials::settings(file)? {
        new.set(name, Value::Text(&value)).map_err(of_file)?;
    }
    let (grant, _) = new.grant(name, system::milliseconds()).map_err(of_file)?;
    let opened = Opened::open_or_make(&arguments.common.place)?;
    opened.add_grant(&grant)?;
    let next = format!("osign call {name} METHOD URL");
    if arguments.common.json {
        return print_json(&json!({ "grant": name, "kind": "oauth1", "next": next }));
    }
    tools::print(format!("imported {name}; {shown} is needed no more; next: {next}\n").as_bytes())
}
