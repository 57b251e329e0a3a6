//! `osign call`: a request with a grant's credentials.

use crate::args::Call;
use crate::failure::{self, Failure};
use crate::keeper::Opened;
use crate::tools::print_json;
use crate::{request, tools};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::grant::Grant;
use osign::grant::access::Token;
use osign::grant::credential::authorized;
use osign::grant::record::{Kind, Status};
use osign::grant::service::Service;
use osign::http::{Answer, Request, Sent, Trouble};
use serde_json::json;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

/// The longest answer that is read.
const LONGEST: u64 = 256 * 1024 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn run(arguments: &Call) -> Result<ExitCode, Failure> {
    let body = body(arguments)?;
    let headers = headers(arguments)?;
    let opened = Opened::open(&arguments.common.place)?;
    let name = arguments.name.as_str();
    let grant = opened.grant(name)?;
    let wait = arguments.wait * 1000;
    // A place that the token must not go to is refused before one is had. The login may tell the account, and so the place.
    if grant.state.status != Status::New {
        build(arguments, &grant, &Token::nobody_s(), &headers, body.as_deref())?;
    }
    let keeper = opened.keeper();
    let (token, grant) = opened.told(keeper.with_grant(name, wait, || keeper.access_token(name, 30_000, wait)))?;
    let mut answer = send(&opened, arguments, &build(arguments, &grant, &token, &headers, body.as_deref())?)?;
    if has_ended(&grant, &answer)? {
        match keeper.with_grant(name, wait, || keeper.refused(name, token.generation, answer.status, wait)) {
            Ok((token, grant)) => {
                opened.quiet();
                answer = send(&opened, arguments, &build(arguments, &grant, &token, &headers, body.as_deref())?)?;
            }
            // Another token does not help: what the service said of this one is the answer.
            Err(error) if error.word() == "refused-at-once" || error.word() == "not-expired" => {}
            Err(error) => return opened.told(Err(error)),
        }
    }
    print(arguments, &answer)
}

fn body(arguments: &Call) -> Result<Option<Vec<u8>>, Failure> {
    match (&arguments.data, &arguments.data_file) {
        (Some(text), _) if text.starts_with('@') => Err(Failure::usage_message(
            "--data reads no file: for one, write --data-file FILE; a body that itself begins with @ comes from stdin with \
             --data-file -",
        )),
        (Some(text), _) => Ok(Some(text.clone().into_bytes())),
        (None, Some(file)) => request::read_file(file).map(Some),
        (None, None) => Ok(None),
    }
}

fn headers(arguments: &Call) -> Result<Vec<(String, String)>, Failure> {
    let of = |header: &String| {
        let wrong = || Failure::usage_message("--header takes 'Name: value', in ASCII and of one line");
        let (name, value) = header.split_once(':').ok_or_else(wrong)?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) || !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(wrong());
        }
        if ["authorization", "host", "content-length", "transfer-encoding", "connection"]
            .contains(&name.to_ascii_lowercase().as_str())
        {
            return Err(Failure::usage_message(format!(
                "--header cannot set {name}: it comes from the grant and the URL"
            )));
        }
        Ok((name.to_owned(), value.trim().to_owned()))
    };
    arguments.header.iter().map(of).collect()
}

fn build(
    arguments: &Call,
    grant: &Grant,
    token: &Token,
    headers: &[(String, String)],
    body: Option<&[u8]>,
) -> Result<Request, Failure> {
    let method = &arguments.http_method;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Failure::input("the HTTP method is none: letters, digits and - alone"));
    }
    let mut request = authorized(grant, token, method, &arguments.url)?;
    let is_type = |name: &str| name.eq_ignore_ascii_case("Content-Type");
    if let Some(body) = body {
        let given = headers.iter().find(|(name, _)| is_type(name)).map(|(_, value)| value.as_str());
        request.set_body(given.unwrap_or(FORM), body);
    }
    for (name, value) in headers.iter().filter(|(name, _)| body.is_none() || !is_type(name)) {
        request.add_header(name.clone(), value);
    }
    Ok(request)
}

fn has_ended(grant: &Grant, answer: &Answer) -> Result<bool, Failure> {
    // Nobody can renew a static key.
    if grant.settings.kind == Kind::Static {
        return Ok(false);
    }
    Ok(Service::of(grant)?.profile().is_expired(answer.status, Some(answer.body())))
}

fn send(opened: &Opened, arguments: &Call, request: &Request) -> Result<Answer, Failure> {
    let deadline = u64::try_from(arguments.wait).unwrap_or(60) * 1000;
    let trouble = match opened.send(request, deadline, LONGEST)? {
        Sent::Answer(answer) => return Ok(answer),
        Sent::NotSent(trouble) => (trouble, "nothing was sent"),
        Sent::Lost(trouble) | Sent::Cut(trouble, _) => (trouble, "the request may have arrived"),
    };
    let (why, sent) = trouble;
    let why = match why {
        Trouble::NoName => "the host's name was not found",
        Trouble::NoConnection => "there is no connection",
        Trouble::Tls => "TLS failed: a certificate that is not trusted, or no common version",
        Trouble::TimeOut => "there was no answer in time",
        Trouble::Broken => "the connection broke",
        Trouble::Insecure => "the address has no TLS",
        _ => "the answer was no HTTP, or too long",
    };
    Err(Failure::of(failure::LATER, format!("no answer of the service: {why}; {sent}")))
}

fn print(arguments: &Call, answer: &Answer) -> Result<ExitCode, Failure> {
    if arguments.common.json {
        let text = std::str::from_utf8(answer.body()).ok();
        let bytes = text.is_none().then(|| STANDARD.encode(answer.body()));
        print_json(&json!({
            "status": answer.status, "content_type": answer.content_type, "body": text, "body_base64": bytes,
        }))?;
    } else {
        tools::print(answer.body())?;
        // A prompt belongs on a line of its own; a file gets what came.
        if io::stdout().is_terminal() && !answer.body().ends_with(b"\n") {
            tools::print(b"\n")?;
        }
    }
    if arguments.fail && answer.status >= 400 {
        return Err(Failure::of(failure::REFUSED, format!("the service answered with the status {}", answer.status)));
    }
    Ok(ExitCode::SUCCESS)
}
