//! The class `OSign`, which signs: no network, and no disk.

mod class;
mod digests;
mod explanation;
mod login;
mod members;
mod parts;
mod sealing;
mod settings;
mod steps;

pub(super) use class::Signing;
