//! `osign call`: a request with a grant's credentials.

use crate::args::Call;
use crate::failure::{self, Failure};
use crate::opened::Opened;
use crate::tools::print_json;
use crate::{request, tools};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::http::{Answer, Request, Sent, Trouble};
use osign::store::open::MARGIN;
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
    let asked = Asked { opened: &opened, arguments, headers: &headers, body: body.as_deref() };
    let (request, generation) = asked.authorized(MARGIN)?;
    let mut answer = asked.send(&request)?;
    let name = arguments.name.as_str();
    if opened.is_expired(name, answer.status, Some(answer.body()))? {
        match opened.refused(name, generation, answer.status, asked.wait()) {
            // Whatever it lives for: it is the newest.
            Ok(_) => answer = asked.send(&asked.authorized(0)?.0)?,
            // Another token does not help: what the service said of this one is the answer.
            Err(error) if error.word() == "refused-at-once" || error.word() == "not-expired" => {}
            Err(error) => return Err(error.into()),
        }
    }
    // The answer is what was asked for, whatever becomes of this.
    if let Ok(Some(advice)) = opened.advice(name, &answer) {
        crate::report(&format!("note: {}", advice.en));
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

/// What is to be sent, and by what.
struct Asked<'a> {
    opened: &'a Opened,
    arguments: &'a Call,
    headers: &'a [(String, String)],
    body: Option<&'a [u8]>,
}

impl Asked<'_> {
    /// The request with a token that lives on for so many milliseconds, and the token's generation.
    fn authorized(&self, min_validity: i64) -> Result<(Request, u64), Failure> {
        let (name, method) = (&self.arguments.name, &self.arguments.http_method);
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Failure::input("the HTTP method is none: letters, digits and - alone"));
        }
        let is_type = |name: &str| name.eq_ignore_ascii_case("Content-Type");
        let given = self.headers.iter().find(|(name, _)| is_type(name)).map(|(_, value)| value.as_str());
        let body = self.body.map(|body| (given.unwrap_or(FORM), body));
        let (mut request, generation) =
            self.opened.authorize(name, method, &self.arguments.url, body, min_validity, self.wait())?;
        for (name, value) in self.headers.iter().filter(|(name, _)| self.body.is_none() || !is_type(name)) {
            request.add_header(name.clone(), value);
        }
        Ok((request, generation))
    }

    fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let deadline = u64::try_from(self.arguments.wait).unwrap_or(60) * 1000;
        let trouble = match self.opened.send(request, deadline, LONGEST)? {
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

    /// In milliseconds.
    fn wait(&self) -> i64 {
        self.arguments.wait * 1000
    }
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
