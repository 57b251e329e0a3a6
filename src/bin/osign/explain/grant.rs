//! `osign explain --grant`: the signature of a grant of OAuth 1.0a, or what a request under another grant carries.

use super::explain_by;
use crate::args::Explain;
use crate::failure::Failure;
use crate::opened::Opened;
use crate::sign::check_unsigned;
use crate::tools;
use crate::tools::print_json;
use osign::grant::access::Token;
use osign::grant::credential::{Credential, check_receiver};
use osign::grant::report;
use osign::grant::service::profile;
use osign::grant::{Grant, Kept};
use osign::oauth1::Request;
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

/// In the place of what a request carries.
const HIDDEN: &str = "[not shown]";

pub(super) fn run(
    explain: &Explain,
    name: &str,
    request: &Request<'_>,
    theirs: Option<&str>,
) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&explain.signer.place)?;
    if let Some(signing) = opened.signing(name, request.url)? {
        return explain_by(explain, signing.signer(), &signing.asked(request), theirs);
    }
    check_unsigned(name, request)?;
    if theirs.is_some() {
        return Err(Failure::usage_message(format!(
            "--server-base-string is for signatures, and the grant {name} signs nothing"
        )));
    }
    let grant = opened.grant(name)?;
    check_receiver(&grant, request.url)?;
    say(explain, &grant, request)
}

fn say(explain: &Explain, grant: &Grant, request: &Request<'_>) -> Result<ExitCode, Failure> {
    let origins = profile(&grant.settings)?.api_origins(grant.settings.account.as_deref());
    let token = Token { value: Kept::new(HIDDEN), token_type: grant.state.token_type.clone(), ..Token::nobody_s() };
    let (header, parameter) = match Credential::of(grant, &token)? {
        Credential::Header(name, value) => (Some((name, value.expose().to_owned())), None),
        Credential::Query(name, _) => (None, Some(name)),
    };
    let (kind, status) = (report::kind(grant.settings.kind), report::status(&grant.state.status));
    if explain.json {
        return print_json(&json!({
            "grant": grant.name, "kind": kind, "status": status, "generation": grant.generation,
            "method": request.method, "url": request.url, "header": header.map(|(name, _)| name),
            "query_parameter": parameter, "origins": origins,
        }));
    }
    let mut text = String::new();
    let _ = writeln!(
        text,
        "Nothing is signed under the grant {} ({kind}, {status}): its requests carry what it has",
        grant.name
    );
    if let Some((name, value)) = header {
        let _ = writeln!(text, "   in a header        {name}: {value}");
    }
    if let Some(name) = parameter {
        let _ = writeln!(text, "   in the query       {name}={HIDDEN}");
    }
    let _ = writeln!(text, "   to these origins   {}", origins.join(", "));
    let _ = writeln!(text, "   generation         {}", grant.generation);
    tools::say(&text)
}
