//! `osign grant`: what a person does with grants.

mod add;
mod bundle;
mod change;
mod check;
mod credentials;
pub(crate) mod list;
mod metrics;
mod source;

use crate::args::{Grant, Place};
use crate::failure::Failure;
use crate::login;
use std::process::ExitCode;

pub(crate) use source::profile as provider_profile;

/// Refuses what says where a grant is kept, and no grant is named.
pub(crate) fn check_no_store(place: &Place) -> Result<(), Failure> {
    let Place { store, key_file, passphrase, passphrase_file } = place;
    if store.is_some() || key_file.is_some() || *passphrase || passphrase_file.is_some() {
        return Err(Failure::usage_message("the store of which grant? --grant names it"));
    }
    Ok(())
}

pub(crate) fn run(grant: &Grant) -> Result<ExitCode, Failure> {
    match grant {
        Grant::Add(arguments) => add::run(arguments),
        Grant::Login(arguments) => login::run(arguments),
        Grant::Exchange(arguments) => login::exchange(arguments),
        Grant::List(arguments) => list::list(arguments),
        Grant::Show(arguments) => list::show(arguments),
        Grant::History(arguments) => list::history(arguments),
        Grant::Check(arguments) => check::run(arguments),
        Grant::Export(arguments) => bundle::export(arguments),
        Grant::Import(arguments) => bundle::import(arguments),
        Grant::Adopt(arguments) => change::adopt(arguments),
        Grant::Renew(arguments) => login::renew(arguments),
        Grant::Revoke(arguments) => change::revoke(arguments),
        Grant::Remove(arguments) => change::remove(arguments),
        Grant::Rename(arguments) => change::rename(arguments),
    }
}
