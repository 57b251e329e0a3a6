//! `osign grant export` and `import`: a grant in a sealed file, on its way to another store.

use crate::args::{GrantExport, GrantImport};
use crate::failure::{self, Failure};
use crate::keeper::{Opened, random};
use crate::tools::print_json;
use crate::{place, secrets, shown, tools};
use osign::Error;
use osign::error::Keeping;
use osign::grant::Grant;
use osign::grant::bundle::{self, Lock, Purpose};
use osign::grant::key::Key;
use osign::grant::seal::NONCE;
use serde_json::json;
use std::cell::RefCell;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// How long to wait for another process, in milliseconds.
const WAIT: i64 = 30_000;

pub(crate) fn export(arguments: &GrantExport) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.grant(name)?;
    let (mut salt, mut nonce) = ([0; 16], [0; NONCE]);
    random(&mut salt)?;
    random(&mut nonce)?;
    let opener = Opener::of(
        arguments.bundle_key_file.as_deref(),
        arguments.bundle_passphrase_file.as_deref(),
        secrets::ask_new,
    )?;
    let purpose = if arguments.backup { Purpose::Backup } else { Purpose::Move };
    let file = arguments.to.as_path();
    // The file's own failure has more to say than the core's error could.
    let failed = RefCell::new(None);
    let put = |grant: &Grant| {
        let text = bundle::seal(grant, purpose, opener.lock(), salt, &nonce)?;
        write(file, &text).map_err(|error| {
            let said = Keeping::StoreFailed { path: shown::path(file), error: error.to_string() };
            *failed.borrow_mut() = Some(error);
            said.into()
        })
    };
    let result = if arguments.backup {
        opened.keeper().grant(name).and_then(|grant| put(&grant))
    } else {
        opened.keeper().export(name, WAIT, put)
    };
    if let Some(error) = failed.take() {
        return Err(Failure::io(format_args!("cannot write {}; nothing has changed", shown::path(file)), &error));
    }
    if result.is_err() && !arguments.backup {
        // It goes on here: a second one must not lie about.
        let _ = fs::remove_file(file);
    }
    opened.told(result)?;
    let shown = shown::path(file);
    if arguments.common.json {
        return print_json(&json!({ "grant": name, "file": shown, "purpose": purpose.name() }));
    }
    let rest = if arguments.backup { "it goes on here" } else { "it is gone from here" };
    tools::print(format!("{name} is in {shown}; {rest}\n").as_bytes())
}

pub(crate) fn import(arguments: &GrantImport) -> Result<ExitCode, Failure> {
    let shown = shown::path(&arguments.file);
    let wrong = |what: &str| Failure::of(failure::STORE, format!("{shown} {what}"));
    let bytes = fs::read(&arguments.file).map_err(|error| Failure::io(format_args!("cannot read {shown}"), &error))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("is no file of osign grant export"))?;
    bundle::check(text).map_err(|error| wrong(of_file(&error)))?;
    let opener =
        Opener::of(arguments.bundle_key_file.as_deref(), arguments.bundle_passphrase_file.as_deref(), secrets::ask)?;
    let (grant, purpose) = bundle::open(text, opener.lock()).map_err(|error| match error {
        Error::Keeping(Keeping::BundleKey) => wrong(of_file(&error)),
        error => error.into(),
    })?;
    let name = arguments.name.as_deref().unwrap_or(&grant.name).to_owned();
    osign::grant::name::check(&name)?;
    let opened = Opened::open_or_make(&arguments.common.place)?;
    opened.keeper().import(grant, &name)?;
    if arguments.common.json {
        return print_json(
            &json!({ "grant": name, "purpose": purpose.name(), "next": format!("osign grant adopt {name}") }),
        );
    }
    let condition = if purpose == Purpose::Move { "" } else { ", once the other one is used no more" };
    tools::print(format!("imported {name}; next{condition}: osign grant adopt {name}\n").as_bytes())
}

/// What a bundle's error says of its file.
fn of_file(error: &Error) -> &'static str {
    match error {
        Error::Keeping(Keeping::BundleKey) => "is sealed with another key or passphrase",
        Error::Keeping(Keeping::OtherBundle) => "was made by another version of osign",
        _ => "is no file of osign grant export",
    }
}

/// What opens a bundle.
enum Opener {
    Key(Key),
    Passphrase(Zeroizing<String>),
}

impl Opener {
    fn of(
        file: Option<&Path>,
        passphrase_file: Option<&Path>,
        ask: fn(&str, &str) -> Result<Zeroizing<String>, Failure>,
    ) -> Result<Self, Failure> {
        if let Some(file) = file {
            return place::read_key(file).map(Self::Key);
        }
        let passphrase = match passphrase_file {
            Some(file) => secrets::read(file, "the passphrase")?,
            None => ask("passphrase", "--bundle-passphrase-file").map_err(|failure| failure.with(failure::STORE))?,
        };
        Ok(Self::Passphrase(passphrase))
    }

    fn lock(&self) -> Lock<'_> {
        match self {
            Self::Key(key) => Lock::Key(key),
            Self::Passphrase(text) => Lock::Passphrase(text.as_bytes()),
        }
    }
}

/// A new file for its owner alone, durable when this returns.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    let written = opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(file);
    }
    written
}
