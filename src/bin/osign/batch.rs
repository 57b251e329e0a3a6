//! `osign sign --batch`: one JSON request a line in, one JSON answer a line out.
//!
//! Memory holds one line at a time, however many there are.

mod line;
mod refusal;

use crate::answer::Answer;
use crate::args::Sign;
use crate::failure::{Failure, SOME_FAILED};
use crate::setting::Settings;
use crate::{batch::line::Line, batch::refusal::Refusal, credentials, input, shown, tools};
use indicatif::{ProgressBar, ProgressStyle};
use osign::oauth1::{Request, Signer, Transmission};
use osign::system;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::{self, IsTerminal, Write};
use std::mem;
use std::process::ExitCode;
use std::time::{Duration, Instant};

pub(crate) fn run(sign: &Sign) -> Result<ExitCode, Failure> {
    let settings = Settings::read(&sign.signer.set)?;
    settings.check_for_batch()?;
    let (signer, realm) =
        credentials::signer(&sign.signer, &settings, credentials::Prompt::Never, credentials::Warn::All)?;
    let transmission = Transmission::from_name(&sign.request.transmission)?;
    let mut batch = Batch { signer, realm, transmission, header_only: sign.header_only };
    let cannot_read = |error| Failure::io("cannot read stdin", &error);
    let mut lines = input::Lines::new(io::stdin().lock());
    let mut output = tools::stdout();
    let mut progress = Progress::new();
    let mut failed = 0_u64;
    let mut is_first = true;
    while let Some(line) = lines.next_line().map_err(cannot_read)? {
        // What Windows writes as UTF-8 may begin with a mark.
        let line = if mem::take(&mut is_first) { input::without_mark(line) } else { line }.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let signed = batch.answer(line, &mut output).map_err(|error| Failure::output(&error))?;
        failed += u64::from(!signed);
        // Whoever sends one line and waits for its answer gets it; a long input is written in large pieces.
        if lines.is_drained() {
            output.flush().map_err(|error| Failure::output(&error))?;
        }
        progress.step(failed);
    }
    output.flush().map_err(|error| Failure::output(&error))?;
    progress.finish();
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAILED) })
}

struct Batch {
    signer: Signer,
    /// The signer's own realm, which a line's replaces for that line.
    realm: String,
    transmission: Transmission,
    header_only: bool,
}

/// With `--header-only`.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    authorization: &'a str,
}

#[derive(Serialize)]
struct Refused<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a RawValue>,
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    status: i32,
    name: &'static str,
    reason: &'static str,
    message: &'a str,
}

impl Batch {
    /// Writes the answer to one line; whether it was signed.
    fn answer(&mut self, text: &[u8], output: &mut impl Write) -> io::Result<bool> {
        let result = Line::parse(text).and_then(|line| self.sign(line, output));
        let written = match result {
            Ok(written) => written.map(|()| true),
            Err(error) => {
                let (status, message) = (error.status(), error.to_string());
                let reason =
                    Reason { status: status.code(), name: status.name(), reason: error.word(), message: &message };
                shown::write_json(&Refused { id: line::id(text), error: reason }, output).map(|()| false)
            }
        };
        written.and_then(|signed| output.write_all(b"\n").map(|()| signed))
    }

    /// The outer error is the line's, the inner one the output's.
    fn sign(&mut self, mut line: Line<'_>, output: &mut impl Write) -> Result<io::Result<()>, Refusal> {
        let body = line.take_body()?;
        let parameters = line.parameters();
        let mut request = Request::new(&line.method, &line.url);
        request.content_type = line.content_type.as_deref();
        request.body = body.as_deref();
        request.parameters = &parameters;
        request.transmission = match &line.transmission {
            Some(name) => Transmission::from_name(name)?,
            None => self.transmission,
        };
        request.nonce = line.nonce.as_deref();
        request.timestamp = line.timestamp;
        let mut sign = |signer: &Signer| {
            Ok(if self.header_only {
                let authorization = signer.authorization(&request, &mut system::System)?;
                shown::write_json(&Header { id: line.id, authorization: &authorization }, output)
            } else {
                let signed = signer.sign(&request, &mut system::System)?;
                shown::write_json(&Answer::new(line.id, &request, &signed), output)
            })
        };
        match &line.realm {
            Some(realm) => with_realm(&mut self.signer, realm, &self.realm, sign),
            None => sign(&self.signer),
        }
    }
}

/// Signs with a line's realm, and puts the usual one back.
fn with_realm<R>(
    signer: &mut Signer,
    realm: &str,
    usual: &str,
    sign: impl FnOnce(&Signer) -> Result<R, Refusal>,
) -> Result<R, Refusal> {
    signer.set_realm(realm)?;
    let result = sign(signer);
    signer.set_realm(usual)?;
    result
}

/// A line on stderr, while it is a terminal and the work is long.
struct Progress {
    started: Instant,
    lines: u64,
    bar: Option<ProgressBar>,
    wanted: bool,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_secs(1);

    fn new() -> Self {
        // Where the answers scroll by on the same terminal, they are the progress.
        let wanted = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self { started: Instant::now(), lines: 0, bar: None, wanted }
    }

    fn step(&mut self, failed: u64) {
        self.lines += 1;
        // A glance at the clock now and then is enough.
        if !self.wanted || !self.lines.is_multiple_of(64) || self.started.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{spinner} {pos} requests in {elapsed}{msg}");
            ProgressBar::new_spinner()
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
                .with_elapsed(self.started.elapsed())
        });
        // The position first: what is set first draws the first frame.
        bar.set_position(self.lines);
        if failed > 0 {
            bar.set_message(format!(", {failed} failed"));
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
