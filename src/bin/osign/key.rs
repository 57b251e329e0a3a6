//! `osign key`: keys of stores, in files of their own.

use crate::args::{Key, KeyNew};
use crate::failure::{self, Failure};
use crate::tools::print_json;
use crate::{durable, shown};
use osign::grant::key;
use osign::system;
use serde_json::json;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(key: &Key) -> Result<ExitCode, Failure> {
    match key {
        Key::New(arguments) => new(arguments),
    }
}

fn new(arguments: &KeyNew) -> Result<ExitCode, Failure> {
    let key = make(&arguments.file)?;
    if arguments.json {
        let file = arguments.file.display().to_string();
        return print_json(&json!({ "file": file, "key_id": key.id() }));
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a key in a new file that its owner alone can read.
pub(crate) fn make(file: &Path) -> Result<key::Key, Failure> {
    let key = key::Key::from_random(&*system::seed()?);
    let shown = shown::path(file);
    let mut line = key.line();
    line.push('\n');
    // A key that is lost in a power cut would take the store with it.
    durable::new_file(file, line.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::of(failure::STORE, format!("there is a file {shown} already; nothing was overwritten"))
        }
        _ => Failure::io(format_args!("cannot make the key file {shown}"), &error),
    })?;
    Ok(key)
}
