//! `osign grant export` and `import`: a grant in a sealed file, on its way to another store.

use crate::args::{GrantExport, GrantImport};
use crate::failure::{self, Failure};
use crate::keeper::{Opened, random};
use crate::tools::print_json;
use crate::{place, secrets, shown, tools};
use osign::grant::Grant;
use osign::grant::key::{Key, Keys};
use osign::grant::seal::{self, NONCE, Sealer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::cell::RefCell;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use zeroize::Zeroizing;

const FORMAT: &str = "osign-bundle-1";
/// How long to wait for another process, in milliseconds.
const WAIT: i64 = 30_000;

/// The file.
#[derive(Serialize, Deserialize)]
struct Bundle {
    format: String,
    /// `move`, or `backup`: sealed along, so that nobody makes one of the other.
    purpose: String,
    grant: String,
    /// What the passphrase is mixed with; random also where a key seals.
    salt: [u8; 16],
    record: String,
}

pub(crate) fn export(arguments: &GrantExport) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.grant(name)?;
    let mut salt = [0; 16];
    random(&mut salt)?;
    let key = key(
        arguments.bundle_key_file.as_deref(),
        arguments.bundle_passphrase_file.as_deref(),
        &salt,
        secrets::ask_new,
    )?;
    let purpose = if arguments.backup { "backup" } else { "move" };
    let sealer = Sealer::new(Keys::new(key), FORMAT, purpose);
    let file = arguments.to.as_path();
    // The file's own failure has more to say than the core's error could.
    let failed = RefCell::new(None);
    let put = |grant: &Grant| {
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        let record = sealer.seal(grant, &nonce)?;
        let bundle =
            Bundle { format: FORMAT.to_owned(), purpose: purpose.to_owned(), grant: grant.name.clone(), salt, record };
        write(file, &bundle).map_err(|error| {
            let said = osign::error::Keeping::StoreFailed { path: shown::path(file), error: error.to_string() };
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
        return print_json(&json!({ "grant": name, "file": shown, "purpose": purpose }));
    }
    let rest = if arguments.backup { "it goes on here" } else { "it is gone from here" };
    tools::print(format!("{name} is in {shown}; {rest}\n").as_bytes())
}

pub(crate) fn import(arguments: &GrantImport) -> Result<ExitCode, Failure> {
    let shown = shown::path(&arguments.file);
    let wrong = |what: &str| Failure::of(failure::STORE, format!("{shown} {what}"));
    let bytes = fs::read(&arguments.file).map_err(|error| Failure::io(format_args!("cannot read {shown}"), &error))?;
    let bundle: Bundle = serde_json::from_slice(&bytes).map_err(|_| wrong("is no file of osign grant export"))?;
    if bundle.format != FORMAT {
        return Err(wrong("was made by another version of osign"));
    }
    let key = key(
        arguments.bundle_key_file.as_deref(),
        arguments.bundle_passphrase_file.as_deref(),
        &bundle.salt,
        secrets::ask,
    )?;
    let outside = seal::outside(&bundle.grant, &bundle.record)?;
    if outside.key != key.id() {
        return Err(wrong("is sealed with another key or passphrase"));
    }
    let grant = Sealer::new(Keys::new(key), FORMAT, &bundle.purpose).open(&bundle.grant, &bundle.record)?;
    let name = arguments.name.as_deref().unwrap_or(&bundle.grant).to_owned();
    osign::grant::name::check(&name)?;
    let opened = Opened::open_or_make(&arguments.common.place)?;
    opened.keeper().import(grant, &name)?;
    if arguments.common.json {
        return print_json(
            &json!({ "grant": name, "purpose": bundle.purpose, "next": format!("osign grant adopt {name}") }),
        );
    }
    let condition = if bundle.purpose == "move" { "" } else { ", once the other one is used no more" };
    tools::print(format!("imported {name}; next{condition}: osign grant adopt {name}\n").as_bytes())
}

fn key(
    file: Option<&Path>,
    passphrase_file: Option<&Path>,
    salt: &[u8; 16],
    ask: fn(&str, &str) -> Result<Zeroizing<String>, Failure>,
) -> Result<Key, Failure> {
    if let Some(file) = file {
        return place::read_key(file);
    }
    let passphrase = match passphrase_file {
        Some(file) => secrets::read(file, "the passphrase")?,
        None => ask("passphrase", "--bundle-passphrase-file").map_err(|failure| failure.with(failure::STORE))?,
    };
    Ok(Key::from_passphrase(passphrase.as_bytes(), salt)?)
}

/// A new file for its owner alone, durable when this returns.
fn write(file: &Path, bundle: &Bundle) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    let text = serde_json::to_vec(bundle).map_err(io::Error::from)?;
    let written = opened.write_all(&text).and_then(|()| opened.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(file);
    }
    written
}
