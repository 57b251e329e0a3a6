//! `osign grant`: what a person does with grants.

mod add;
mod bundle;
mod change;
mod check;
pub(crate) mod list;
mod metrics;
mod source;

use crate::args::Grant;
use crate::failure::Failure;
use crate::login;
use std::process::ExitCode;

pub(crate) use source::profile as provider_profile;

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
        Grant::Revoke(arguments) => change::revoke(arguments),
        Grant::Remove(arguments) => change::remove(arguments),
        Grant::Rename(arguments) => change::rename(arguments),
    }
}
