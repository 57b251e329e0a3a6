//! Grants, from a store that is not there yet to its end: over real HTTP, against `tests/provider/provider.py`.

mod add;
mod bad_input;
mod call;
mod crash;
mod damaged;
pub(crate) mod home;
mod hostile;
mod keep;
mod login;
mod oauth1;
mod passphrase;
mod secrets;
pub(crate) mod service;
mod signing;
mod surroundings;
mod token;
