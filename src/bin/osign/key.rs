//! `osign key`: keys of stores, in files of their own.

use crate::args::{Key, KeyNew};
use crate::failure::{self, Failure};
use crate::shown;
use crate::tools::print_json;
use osign::grant::key;
use osign::system;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
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
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let shown = shown::path(file);
    let mut opened = options.open(file).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::of(failure::STORE, format!("there is a file {shown} already; nothing was overwritten"))
        }
        _ => Failure::io(format_args!("cannot make the key file {shown}"), &error),
    })?;
    let mut line = key.line();
    line.push('\n');
    // A key that is lost in a power cut would take the store with it.
    let written = opened.write_all(line.as_bytes()).and_then(|()| opened.sync_all());
    written.and_then(|()| sync_folder(file)).map_err(|error| {
        let _ = std::fs::remove_file(file);
        Failure::io(format_args!("cannot write the key file {shown}"), &error)
    })?;
    Ok(key)
}

/// Makes a new file's name durable.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
