//! `osign grant adopt`, `revoke`, `remove` and `rename`.

use super::list;
use crate::args::{GrantAdopt, GrantRename, GrantRevoke, OneGrant};
use crate::failure::Failure;
use crate::opened::{Opened, WAIT};
use crate::tools;
use crate::tools::print_json;
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn adopt(arguments: &GrantAdopt) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    if let Some(name) = &arguments.name {
        opened.adopt(name, WAIT)?;
        return say(arguments.common.json, json!({ "grant": name, "adopted": true }), &format!("adopted {name}"));
    }
    let count = opened.adopt_store()?;
    let text = match count {
        0 => "there was nothing to adopt".to_owned(),
        count => format!("adopted the store, with {count} grants; the other one must not be used any more"),
    };
    say(arguments.common.json, json!({ "adopted": count }), &text)?;
    Ok(list::told(&opened.damaged()?))
}

pub(crate) fn revoke(arguments: &GrantRevoke) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.grant(name)?;
    let told = if arguments.here {
        opened.revoke_here(name, WAIT)?;
        false
    } else {
        opened.revoke(name, WAIT)?
    };
    // What cannot be looked at now, a check tells of.
    let is_left = opened.info().is_ok_and(|info| info.spilled.contains(name));
    let text = if told {
        format!("revoked {name}, at the service and here")
    } else if arguments.here {
        format!("revoked {name} here alone; at the service it lives on, so end it in its settings")
    } else {
        format!("revoked {name} here; the service was not told, so end it in its settings")
    };
    let text = if is_left { format!("{text}; tokens lie beside the store: osign grant check") } else { text };
    let value = json!({ "grant": name, "revoked": true, "service_told": told, "left_beside": is_left });
    say(arguments.common.json, value, &text)
}

pub(crate) fn remove(arguments: &OneGrant) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = &arguments.name;
    opened.remove(name, WAIT)?;
    say(
        arguments.common.json,
        json!({ "grant": name, "removed": true }),
        &format!("removed {name}; at the service it lives on"),
    )
}

pub(crate) fn rename(arguments: &GrantRename) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let (name, new_name) = (&arguments.name, &arguments.new_name);
    opened.rename(name, new_name, WAIT)?;
    say(arguments.common.json, json!({ "grant": new_name, "was": name }), &format!("{name} is now {new_name}"))
}

fn say(json: bool, value: serde_json::Value, text: &str) -> Result<ExitCode, Failure> {
    if json { print_json(&value) } else { tools::say(&format!("{text}\n")) }
}
