//! Grants, from a store that is not there yet to its end: over real HTTP, against `tests/provider/provider.py`.

mod add;
mod bad_input;
mod call;
mod crash;
mod home;
mod keep;
mod login;
mod secrets;
mod service;
mod token;
