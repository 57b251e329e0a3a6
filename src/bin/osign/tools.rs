//! The small commands: nonces, the version, completions.

use crate::args::{Arguments, Completions, Nonce, Version};
use crate::failure::Failure;
use crate::shown;
use clap::CommandFactory;
use osign::system;
use serde::Serialize;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

pub(crate) fn nonces(arguments: &Nonce) -> Result<ExitCode, Failure> {
    let mut stdout = stdout();
    for _ in 0..arguments.count {
        writeln!(stdout, "{}", system::nonce()?.as_str()).map_err(|error| Failure::output(&error))?;
    }
    stdout.flush().map_err(|error| Failure::output(&error))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn version(arguments: &Version) -> Result<ExitCode, Failure> {
    let text = if arguments.json {
        serde_json::json!({ "name": "osign", "version": osign::VERSION }).to_string()
    } else {
        format!("osign {}", osign::VERSION)
    };
    print(format!("{text}\n").as_bytes())
}

pub(crate) fn completions(arguments: &Completions) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "osign", &mut script);
    print(&script)
}

/// Stdout for many small pieces. To flush it is the caller's.
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Writes all of it to stdout.
pub(crate) fn print(text: &[u8]) -> Result<ExitCode, Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text).and_then(|()| stdout.flush()).map_err(|error| Failure::output(&error))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes text for people to stdout, lines of it. What came from a service or a store may hold what a terminal obeys.
pub(crate) fn say(text: &str) -> Result<ExitCode, Failure> {
    print(shown::lines(text).as_bytes())
}

/// Prints a value as JSON, on a line of its own.
pub(crate) fn print_json(value: &impl Serialize) -> Result<ExitCode, Failure> {
    let mut out = Vec::new();
    shown::write_json(value, &mut out).map_err(|error| Failure::output(&error))?;
    out.push(b'\n');
    print(&out)
}
