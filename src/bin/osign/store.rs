//! `osign store`: where it is, a backup of it, another key.

use crate::args::{Store, StoreBackup, StoreInfo, StoreRekey};
use crate::failure::Failure;
use crate::keeper::{open_store, random};
use crate::shown;
use crate::tools::print_json;
use crate::{place, tools};
use osign::grant::key::Keys;
use osign::grant::seal::{NONCE, Sealer};
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
    let info = open_store(&arguments.place)?.info()?;
    let quarantine = info.quarantine.map(|why| format!("it {why}; to go on with it: osign grant adopt"));
    let anchor = info.anchor.as_deref().map(shown::path);
    if arguments.json {
        return print_json(&json!({
            "path": shown::path(&info.path), "locks": shown::path(&info.locks), "anchor": anchor, "schema": info.schema,
            "id": info.id, "grants": info.grants, "commits": info.commits, "quarantine": quarantine, "not_saved": info.spilled,
        }));
    }
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<14}{value}");
    };
    line("store", &shown::path(&info.path));
    line("locks", &shown::path(&info.locks));
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
    open_store(&arguments.place)?.backup(&arguments.file)?;
    let file = shown::path(&arguments.file);
    if arguments.json {
        return print_json(&json!({ "file": file }));
    }
    tools::print(format!("copied the store to {file}; its key is not in it\n").as_bytes())
}

fn rekey(arguments: &StoreRekey) -> Result<ExitCode, Failure> {
    let store = open_store(&arguments.place)?;
    let new = place::read_key(&arguments.new_key_file)?;
    let old = place::key(&arguments.place)?;
    let (id, environment) = (store.id().to_owned(), store.environment().to_owned());
    let sealer = Sealer::new(Keys::new(new.clone()).and_older(old), &id, &environment);
    let count = store.rekey(|name, record| {
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        sealer.rekey(name, record, &nonce)
    })?;
    let file = shown::path(&arguments.new_key_file);
    if arguments.json {
        return print_json(&json!({ "resealed": count, "key_id": new.id() }));
    }
    tools::print(
        format!(
            "sealed {count} grants with the key in {file}; use it from now on, and keep the old one for old backups\n"
        )
        .as_bytes(),
    )
}
