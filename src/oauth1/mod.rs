//! OAuth 1.0a as a client signs with it: RFC 5849 §3.
//!
//! Pure: no I/O, no clock, no randomness. What must differ from call to call comes in through
//! [`Fresh`](crate::nonce::Fresh).

mod base_string;
mod body_hash;
pub mod explain;
mod header;
mod key;
mod method;
mod parameters;
mod private_key;
mod protocol;
mod request;
mod sign;
mod signer;
mod uri;

pub use explain::{Comparison, Explanation, compare_base_strings};
pub use method::SignatureMethod;
pub use private_key::check_private_key_bytes;
pub use request::{Request, Transmission};
pub use sign::Signed;
pub use signer::Signer;
pub use uri::base_string_uri;
