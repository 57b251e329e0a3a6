//! `osign sign`: one request.

mod grant;

pub(crate) use grant::check_unsigned;

use crate::answer::{Answer, body_to_send};
use crate::args::Sign;
use crate::failure::Failure;
use crate::setting::Settings;
use crate::{batch, credentials, curl, request, shown, tools};
use osign::oauth1::{Request, Signed, Signer, Transmission, UrlForm};
use osign::system;
use osign::url::other_host;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

pub(crate) fn run(sign: &Sign) -> Result<ExitCode, Failure> {
    if sign.batch {
        return batch::run(sign);
    }
    let (Some(method), Some(url)) = (&sign.http_method, &sign.url) else {
        return Err(Failure::usage_message("METHOD and URL are missing"));
    };
    let settings = Settings::read(&sign.signer.set)?;
    let request = request::read(method, url, &sign.request, &settings)?;
    if let Some(name) = &sign.signer.grant {
        return crate::deep(|| request.with(|request| grant::run(sign, name, request)));
    }
    crate::grant::check_no_store(&sign.signer.place)?;
    request.with(|request| sign_one(sign, &settings, request))
}

fn sign_one(sign: &Sign, settings: &Settings<'_>, request: &Request<'_>) -> Result<ExitCode, Failure> {
    if sign.signer.realm.as_ref().is_some_and(|realm| !realm.is_empty()) && request.transmission != Transmission::Header
    {
        crate::report("warning: the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1)");
    }
    let (signer, _) =
        credentials::signer(&sign.signer, settings, credentials::Prompt::Allowed, credentials::Warn::All)?;
    sign_by(sign, signer, request)
}

/// Signs, and prints what was asked for.
fn sign_by(sign: &Sign, mut signer: Signer, request: &Request<'_>) -> Result<ExitCode, Failure> {
    // Where the URL is not handed back, the caller sends the one that was given.
    let respelled = other_host(request.url);
    // The curl command names the host itself.
    if let Some(host) = respelled.filter(|_| !sign.curl) {
        crate::report(&format!(
            "warning: {}: {}; write it as clients do, such as 127.0.0.1",
            shown::text(host),
            "an address in a spelling that clients change, and then another Host is sent than was signed"
        ));
    }
    let hands_url_back = sign.json || sign.curl || request.transmission == Transmission::Query;
    if !hands_url_back && sign.signer.url_form == "usual" {
        signer.set_url_form(UrlForm::AsGiven);
        if respelled.is_none() && !request.fits_any_client()? {
            crate::report(
                "warning: clients that normalise URLs send this one otherwise than it is signed here; take the URL that \
                 --json prints along with the header, or use --curl",
            );
        }
    }
    let signed = signer.sign(request, &mut system::System)?;
    // What cannot be quoted for the shell is refused before anything is printed.
    let sent = curl::Sent::signed(request, &signed, signer.signature_method());
    let curl = || curl::command(&sent, sign.request.data_file.as_deref());
    let command = sign.curl.then(curl).transpose()?;
    let print = || {
        let mut out = tools::stdout();
        if let Some(command) = &command {
            command.write(&mut out)?;
        } else if sign.json {
            shown::write_json(&Answer::new(None, request, &signed), &mut out)?;
            out.write_all(b"\n")?;
        } else {
            write_plain(request, &signed, &mut out)?;
        }
        out.flush()
    };
    print().map_err(|error| Failure::output(&error))?;
    Ok(ExitCode::SUCCESS)
}

/// Header, URL or body: whatever carries the protocol parameters.
fn write_plain(request: &Request<'_>, signed: &Signed, out: &mut impl Write) -> io::Result<()> {
    let text = match request.transmission {
        Transmission::Header => signed.authorization.as_bytes(),
        Transmission::Query => signed.url.as_bytes(),
        Transmission::Body => body_to_send(request, signed).unwrap_or_default(),
    };
    out.write_all(text)?;
    // A line break would be sent along with the body.
    if request.transmission != Transmission::Body || io::stdout().is_terminal() {
        out.write_all(b"\n")?;
    }
    Ok(())
}
