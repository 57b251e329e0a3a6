//! Grants that are kept: a person consents once, and from then on a program has a valid access token.
//!
//! Pure: where a grant is kept, who sends, and the time are arguments. [`record`] is what is kept, [`seal`] how it is
//! written down, [`report`] what anybody may read of it, [`pending`] a login between two web requests, [`access`] what may be
//! handed out, [`credential`] how a request carries it, [`signed`] what OAuth 1.0a makes of one, [`refresh`] the state machine of
//! a refresh, and [`keep`] runs it over a [`store`].

pub mod access;
pub mod bundle;
pub mod connection;
pub mod credential;
pub mod keep;
pub mod kept;
pub mod key;
pub mod name;
pub mod pages;
pub mod pending;
pub mod profiles;
pub mod record;
pub mod refresh;
pub mod report;
pub mod rules;
pub mod seal;
pub mod sealed;
pub mod service;
pub mod settings;
pub mod signed;
mod spares;
pub mod store;

pub use kept::{Kept, Print};
pub use record::Grant;
