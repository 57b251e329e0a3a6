//! Grants of OAuth 1.0a in a store: what they sign, and what becomes of them.

#![cfg(all(feature = "http", feature = "sqlite"))]

#[path = "../support/oauth1.rs"]
mod oauth1;
#[allow(dead_code)] // The tests of such tables use more of it.
#[path = "../hosted/rows.rs"]
mod rows;

mod authorize;
mod faults;
mod hosted;
mod login;
mod records;
mod settings;
mod spilled;
mod world;
