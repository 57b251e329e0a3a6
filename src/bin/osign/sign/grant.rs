//! `osign sign --grant`: a request with the credentials of a grant, whatever its kind is.

use super::sign_by;
use crate::args::Sign;
use crate::curl;
use crate::failure::Failure;
use crate::opened::{Opened, WAIT};
use crate::{shown, tools};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::http;
use osign::oauth1::Request;
use osign::store::open::MARGIN;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::process::ExitCode;

pub(super) fn run(sign: &Sign, name: &str, request: &Request<'_>) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&sign.signer.place)?;
    if let Some(signing) = opened.signing(name, request.url)? {
        let request = signing.asked(request);
        return sign_by(sign, signing.into_signer(), &request);
    }
    check_unsigned(name, request)?;
    let (authorized, generation) = opened.authorize_asked(name, request, MARGIN, WAIT)?;
    let sent = curl::Sent::authorized(&authorized, request.body.is_some());
    let command = sign.curl.then(|| curl::command(&sent, sign.request.data_file.as_deref())).transpose()?;
    let print = || {
        let mut out = tools::stdout();
        if let Some(command) = &command {
            command.write(&mut out)?;
        } else if sign.json {
            shown::write_json(&as_json(&authorized, request.body.is_some(), generation), &mut out)?;
            out.write_all(b"\n")?;
        } else {
            write_plain(&authorized, &mut out)?;
        }
        out.flush()
    };
    print().map_err(|error| Failure::output(&error))?;
    Ok(ExitCode::SUCCESS)
}

/// Protocol parameters are a signature's.
pub(crate) fn check_unsigned(name: &str, request: &Request<'_>) -> Result<(), Failure> {
    let given = [
        ("--parameter", !request.parameters.is_empty()),
        ("--nonce", request.nonce.is_some()),
        ("--timestamp", request.timestamp.is_some()),
    ];
    given.iter().find(|(_, is_given)| *is_given).map_or(Ok(()), |(option, _)| {
        Err(Failure::usage_message(format!("{option} is for signatures, and the grant {name} signs nothing")))
    })
}

/// What carries the credential, which is in the first header, or in the URL where there is none but for the body's.
fn write_plain(request: &http::Request, out: &mut impl Write) -> io::Result<()> {
    match request.headers().next().filter(|(name, _)| !name.eq_ignore_ascii_case("Content-Type")) {
        Some(("Authorization", value)) => out.write_all(value.as_bytes())?,
        Some((name, value)) => write!(out, "{name}: {value}")?,
        None => out.write_all(request.url().as_bytes())?,
    }
    out.write_all(b"\n")
}

/// In the fields of a signed request, as far as there are any.
fn as_json(request: &http::Request, has_body: bool, generation: u64) -> Value {
    let headers: Map<_, _> = request.headers().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut answer = json!({ "url": request.url(), "headers": headers, "generation": generation });
    if let Some(authorization) = headers.get("Authorization") {
        answer["authorization"] = authorization.clone();
    }
    if has_body {
        match std::str::from_utf8(request.body()) {
            Ok(text) => answer["body"] = text.into(),
            Err(_) => answer["body_base64"] = STANDARD.encode(request.body()).into(),
        }
    }
    answer
}
