//! `osign grant export` and `import`: a grant in a sealed file, on its way to another store.

use crate::args::{GrantExport, GrantImport};
use crate::failure::{self, Failure};
use crate::opened::{Opened, WAIT};
use crate::tools::print_json;
use crate::{durable, place, secrets, shown, tools};
use osign::Error;
use osign::error::Keeping;
use osign::grant::bundle::{self, Lock, Purpose};
use osign::grant::key::Key;
use osign::grant::record::Status;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use zeroize::Zeroizing;

pub(crate) fn export(arguments: &GrantExport) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.grant(name)?;
    let opener = Opener::of(
        arguments.bundle_key_file.as_deref(),
        arguments.bundle_passphrase_file.as_deref(),
        secrets::ask_new,
    )?;
    let purpose = if arguments.backup { Purpose::Backup } else { Purpose::Move };
    let file = arguments.to.as_path();
    // The file's own failure has more to say than the core's error could.
    let failed = RefCell::new(None);
    let is_made = Cell::new(false);
    let put = |text: &str| {
        durable::new_file(file, text.as_bytes()).map_err(|error| {
            let said = Keeping::StoreFailed { path: shown::path(file), error: error.to_string() };
            *failed.borrow_mut() = Some(error);
            said
        })?;
        is_made.set(true);
        Ok(())
    };
    let result = if arguments.backup {
        opened.export(name, purpose, opener.lock()).and_then(|(text, _)| put(&text))
    } else {
        opened.move_by(name, opener.lock(), WAIT, put)
    };
    if let Some(error) = failed.take() {
        return Err(Failure::io(format_args!("cannot write {}; nothing has changed", shown::path(file)), &error));
    }
    if result.is_err() && is_made.get() {
        take_back(&opened, name, file);
    }
    result?;
    let shown = shown::path(file);
    if arguments.common.json {
        return print_json(&json!({ "grant": name, "file": shown, "purpose": purpose.name() }));
    }
    let rest = if arguments.backup { "it goes on here" } else { "it is gone from here" };
    tools::print(format!("{name} is in {shown}; {rest}\n").as_bytes())
}

/// The grant did not leave, so a second one must not lie about. Where nobody can tell whether it left, the file stays: it may
/// be all that there is.
fn take_back(opened: &Opened, name: &str, file: &Path) {
    match opened.grant(name) {
        Ok(grant) if grant.state.status != Status::Exported => {
            let _ = fs::remove_file(file);
        }
        _ => crate::report(&format!(
            "the store does not say whether the grant left it; keep {} until osign grant show does",
            shown::path(file)
        )),
    }
}

pub(crate) fn import(arguments: &GrantImport) -> Result<ExitCode, Failure> {
    match (&arguments.file, &arguments.credentials) {
        (Some(file), _) => import_bundle(arguments, file),
        (None, Some(file)) => super::credentials::import(arguments, file),
        (None, None) => {
            Err(Failure::usage_message("a file is missing: one of osign grant export, or --credentials FILE"))
        }
    }
}

fn import_bundle(arguments: &GrantImport, file: &Path) -> Result<ExitCode, Failure> {
    let shown = shown::path(file);
    let wrong = |what: &str| Failure::of(failure::STORE, format!("{shown} {what}"));
    let bytes = fs::read(file).map_err(|error| Failure::io(format_args!("cannot read {shown}"), &error))?;
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
    opened.import_grant(grant, &name)?;
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
