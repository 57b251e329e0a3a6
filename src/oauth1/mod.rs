//! OAuth 1.0a as a client signs with it (RFC 5849 §3), and how it gets its credentials (§2).
//!
//! Pure: no I/O, no clock, no randomness. What must differ from call to call comes in through
//! [`Fresh`](crate::system::Fresh).

mod authorization;
mod base_string;
mod body_hash;
pub mod explain;
mod extra;
#[cfg(feature = "oauth2")]
pub mod flow;
mod hash;
mod header;
mod key;
mod mastercard;
mod method;
#[cfg(feature = "dialects")]
mod netsuite;
mod ordinary;
mod owned;
mod parameters;
mod private_key;
mod protocol;
mod request;
mod running;
mod settings;
mod sign;
mod signature;
mod signed;
mod signer;
mod templates;
mod url_form;

pub use authorization::Authorization;
pub use base_string::base_string_uri;
pub use base_string::normalized_parameters;
pub use explain::{Comparison, Explanation, compare_base_strings};
pub use method::SignatureMethod;
#[cfg(feature = "dialects")]
pub use netsuite::netsuite_passport;
pub use owned::{OwnedRequest, SharedBytes};
pub use private_key::check_private_key_bytes;
pub use request::{Request, Transmission};
pub use signed::Signed;
pub use signer::Signer;
pub use url_form::UrlForm;
