//! OAuth 2.0 (RFC 6749, 7636, 7009): requests to send, and answers to read. Pure: no network, no clock, no randomness.
//!
//! A person agrees at [`authorization_url`], [`read_callback`] reads what the browser brings back, [`code_request`] and
//! [`refresh_request`] ask for tokens, and [`read_answer`] tells what came of it.

mod answer;
mod authorization;
mod callback;
mod client;
mod codes;
mod lifetime;
mod object;
mod parameters;
mod pkce;
mod request;
mod revocation;
pub mod verdict;

pub use answer::{Purpose, read_answer};
pub use authorization::authorization_url;
pub use callback::{Callback, read_callback};
pub use client::Client;
pub use pkce::{challenge, verifier};
pub use request::{client_credentials_request, code_request, refresh_request};
pub use revocation::{TokenKind, revocation_request};
pub use verdict::{Said, Tokens, Verdict};
