//! `osign sign`: one request.

use crate::answer::{Answer, body_to_send};
use crate::args::Sign;
use crate::failure::Failure;
use crate::request::Described;
use crate::{batch, credentials, curl};
use osign::nonce;
use osign::oauth1::{Request, Signed, Transmission};
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use zeroize::Zeroizing;

pub(crate) fn run(sign: &Sign) -> Result<ExitCode, Failure> {
    if sign.batch {
        return batch::run(sign);
    }
    let (Some(method), Some(url)) = (&sign.http_method, &sign.url) else {
        return Err(Failure::usage_message("METHOD and URL are missing"));
    };
    let described = Described::read(method, url, &sign.request)?;
    let request = described.request();
    // A request that cannot be signed is refused before anyone is asked for a password.
    request.check()?;
    let (signer, _) = credentials::signer(&sign.signer, credentials::Prompt::Allowed, credentials::Warn::All)?;
    let signed = signer.sign(&request, &mut nonce::System)?;
    let output = if sign.json {
        line(serde_json::to_vec(&Answer::new(&request, &signed)).map_err(|error| Failure::output(&error.into()))?)
    } else if sign.curl {
        line(curl::command(&request, &signed, sign.request.data_file.as_deref())?)
    } else {
        plain(&request, &signed)
    };
    // With PLAINTEXT it holds the secrets.
    let output = Zeroizing::new(output);
    let mut stdout = io::stdout().lock();
    stdout.write_all(&output).and_then(|()| stdout.flush()).map_err(|error| Failure::output(&error))?;
    Ok(ExitCode::SUCCESS)
}

/// Header, URL or body: whatever carries the protocol parameters.
fn plain(request: &Request<'_>, signed: &Signed) -> Vec<u8> {
    match request.transmission {
        Transmission::Header => line(signed.authorization.clone().into_bytes()),
        Transmission::Query => line(signed.url.clone().into_bytes()),
        Transmission::Body => {
            let body = body_to_send(request, signed).unwrap_or_default().to_vec();
            // A line break would be sent along with the body.
            if io::stdout().is_terminal() { line(body) } else { body }
        }
    }
}

fn line(mut text: Vec<u8>) -> Vec<u8> {
    text.push(b'\n');
    text
}
