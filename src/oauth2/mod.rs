//! OAuth 2.0 (RFC 6749, 7636, 7009): requests to send, and answers to read. Pure: no network, no clock, no randomness.
//!
//! A person agrees at [`authorization_url`], [`read_callback`] reads what the browser brings back, [`code_request`] and
//! [`refresh_request`] ask for tokens, and [`read_answer`] tells what came of it.
//!
//! ```
//! use osign::oauth2::{Client, Purpose, Verdict, code_request, read_answer, read_callback};
//! use osign::{http::Answer, provider};
//!
//! let amocrm = provider::builtin("amocrm")?;
//! let client = Client::new("3f1d7c0e", Some("secret"), Some("https://example.com/callback"));
//! let came_to = "https://example.com/callback?code=def502&referer=sub.amocrm.ru&state=af0ifjsldkj";
//! let callback = read_callback(&amocrm, came_to, "af0ifjsldkj")?;
//! let request = code_request(&amocrm, &client, callback.account.as_deref(), &callback.code, None)?;
//! assert_eq!(request.url(), "https://sub.amocrm.ru/oauth2/access_token");
//!
//! let answer = Answer::new(200, br#"{"access_token":"eyJ0","refresh_token":"def503","expires_in":86400}"#);
//! let Verdict::Tokens(tokens) = read_answer(&amocrm, Purpose::Exchange, 1_800_000_000_000, &answer) else {
//!     panic!("no tokens")
//! };
//! assert_eq!(tokens.expires_at, Some(1_800_086_400_000));
//! # Ok::<(), osign::Error>(())
//! ```

mod answer;
mod authorization;
mod callback;
mod client;
mod codes;
mod lifetime;
mod object;
mod pkce;
mod request;
mod revocation;
pub mod verdict;

pub use answer::{Purpose, read_answer};
pub use authorization::authorization_url;
pub use callback::{Callback, read_callback};
pub use client::Client;
pub use pkce::{challenge, check_verifier, verifier};
pub use request::{client_credentials_request, code_request, refresh_request};
pub use revocation::{Revocation, TokenKind, is_revoked, read_revocation, revocation_request};
pub use verdict::{Said, Tokens, Unread, Verdict};
