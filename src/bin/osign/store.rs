//! `osign store`: where it is, a backup of it, another key.

use crate::args::{Store, StoreBackup, StoreInfo, StoreRekey};
use crate::failure::{self, Failure};
use crate::grant::list;
use crate::keeper::{open_store, random};
use crate::shown;
use crate::tools::print_json;
use crate::{place, secrets, tools};
use osign::grant::key::{Key, Keys};
use osign::grant::pages;
use osign::grant::seal::{NONCE, Sealer};
use osign::grant::store::Store as _;
use osign::store::AnyStore;
use osign::{Error, Status};
use serde_json::json;
use std::fmt::Write;
use std::process::ExitCode;

pub(crate) fn run(store: &Store) -> Result<ExitCode, Failure> {
    match store {
        Store::Info(arguments) => info(arguments),
        Store::Backup(arguments) => backup(arguments),
        Store::Rekey(arguments) => rekey(arguments),
    }
}

fn info(arguments: &StoreInfo) -> Result<ExitCode, Failure> {
    let info = open_store(&arguments.common.place)?.info()?;
    let quarantine = info.quarantine.map(|why| format!("it {why}; to go on with it: osign grant adopt"));
    let anchor = info.anchor.as_deref().map(shown::path);
    if arguments.common.json {
        let mut said = json!({
            "path": shown::path(&info.path), "locks": shown::path(&info.locks), "anchor": anchor, "schema": info.schema,
            "id": info.id, "grants": info.grants, "commits": info.commits, "quarantine": quarantine, "not_saved": info.spilled,
        });
        if let Some((host, database)) = &info.server {
            said["host"] = json!(host);
            said["database"] = json!(database);
        }
        return print_json(&said);
    }
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<14}{value}");
    };
    line("store", &shown::path(&info.path));
    match &info.server {
        Some((host, database)) => {
            line("host", host);
            line("database", database);
            line("beside", &shown::path(&info.locks));
        }
        None => line("locks", &shown::path(&info.locks)),
    }
    line("anchor", anchor.as_deref().unwrap_or("none: a restored backup is not noticed"));
    line("id", &info.id);
    line("schema", &info.schema.to_string());
    line("grants", &info.grants.to_string());
    line("commits", &info.commits.to_string());
    line("quarantine", quarantine.as_deref().unwrap_or("none"));
    for name in &info.spilled {
        line("not saved", name);
    }
    tools::print(text.as_bytes())
}

fn backup(arguments: &StoreBackup) -> Result<ExitCode, Failure> {
    open_store(&arguments.common.place)?.backup(&arguments.file)?;
    let file = shown::path(&arguments.file);
    if arguments.common.json {
        return print_json(&json!({ "file": file }));
    }
    tools::print(format!("copied the store to {file}; its key is not in it\n").as_bytes())
}

fn rekey(arguments: &StoreRekey) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.common.place)?;
    let old = place::secret(&arguments.common.place)?.key(store.salt())?;
    let (new, what) = match (&arguments.new_key_file, &arguments.new_passphrase_file) {
        (Some(file), _) => (place::read_key(file)?, format!("the key in {}", shown::path(file))),
        (None, file) => {
            let passphrase = match file {
                Some(file) => place::read_passphrase(file)?,
                None => secrets::ask_new("new passphrase", "--new-passphrase-file")
                    .map_err(|failure| failure.with(failure::STORE))?,
            };
            (Key::from_passphrase(passphrase.as_bytes(), store.salt())?, "the new passphrase".to_owned())
        }
    };
    let (id, environment) = (store.id().to_owned(), store.environment().to_owned());
    let sealer = Sealer::new(Keys::new(new.clone()).and_older(old), &id, &environment);
    let count = store.rekey(|name, record| {
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        sealer.rekey(name, record, &nonce)
    })?;
    if arguments.common.json {
        print_json(&json!({ "resealed": count, "key_id": new.id() }))?;
    } else {
        tools::say(&format!(
            "sealed {count} grants with {what}; use it from now on, and keep what opened the store before for old backups\n"
        ))?;
    }
    Ok(list::told(&damaged(&store, &sealer)?))
}

/// Why records do not open. They stay what they are, and keep nobody from the others.
pub(crate) fn damaged(store: &AnyStore, sealer: &Sealer) -> Result<Vec<Error>, Failure> {
    let mut damaged = Vec::new();
    for name in pages::names(store) {
        let name = name?;
        if let Some(stored) = store.load(&name)?
            && let Err(error) = sealer.open(&name, &stored.record)
            && error.status() == Status::DamagedRecord
        {
            damaged.push(error);
        }
    }
    Ok(damaged)
}
