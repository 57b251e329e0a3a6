//! `osign grant adopt`, `revoke`, `remove` and `rename`.

use super::list;
use crate::args::{GrantAdopt, GrantRename, GrantRevoke, OneGrant};
use crate::failure::Failure;
use crate::keeper::{Opened, random};
use crate::store::damaged;
use crate::tools;
use crate::tools::print_json;
use osign::grant::seal::NONCE;
use serde_json::json;
use std::process::ExitCode;

/// How long to wait for another process, in milliseconds.
const WAIT: i64 = 30_000;

pub(crate) fn adopt(arguments: &GrantAdopt) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    if let Some(name) = &arguments.name {
        opened.told(opened.keeper().adopt(name, WAIT))?;
        return say(arguments.common.json, json!({ "grant": name, "adopted": true }), &format!("adopted {name}"));
    }
    let count = opened.store.adopt(|name, record, environment| {
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        opened.sealer.adopt(name, record, environment, &nonce)
    })?;
    let text = match count {
        0 => "there was nothing to adopt".to_owned(),
        count => format!("adopted the store, with {count} grants; the other one must not be used any more"),
    };
    say(arguments.common.json, json!({ "adopted": count }), &text)?;
    Ok(list::told(&damaged(&opened.store, &opened.sealer)?))
}

pub(crate) fn revoke(arguments: &GrantRevoke) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.grant(name)?;
    let keeper = opened.keeper();
    let told = if arguments.here {
        opened.told(keeper.revoke_here(name, WAIT).map(|()| false))?
    } else {
        opened.told(keeper.revoke(name, WAIT))?
    };
    let text = if told {
        format!("revoked {name}, at the service and here")
    } else if arguments.here {
        format!("revoked {name} here alone; at the service it lives on, so end it in its settings")
    } else {
        format!("revoked {name} here; the service has no way to be told, so end it in its settings")
    };
    say(arguments.common.json, json!({ "grant": name, "revoked": true, "service_told": told }), &text)
}

pub(crate) fn remove(arguments: &OneGrant) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.told(opened.keeper().remove(name, WAIT))?;
    say(
        arguments.common.json,
        json!({ "grant": name, "removed": true }),
        &format!("removed {name}; at the service it lives on"),
    )
}

pub(crate) fn rename(arguments: &GrantRename) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let (name, new_name) = (&arguments.name, &arguments.new_name);
    opened.told(opened.keeper().rename(name, new_name, WAIT))?;
    say(arguments.common.json, json!({ "grant": new_name, "was": name }), &format!("{name} is now {new_name}"))
}

fn say(json: bool, value: serde_json::Value, text: &str) -> Result<ExitCode, Failure> {
    if json { print_json(&value) } else { tools::say(&format!("{text}\n")) }
}
