//! osign signs API requests for programs that cannot do it well themselves.
//!
//! The protocols live here once; every host (C and C++, scripting languages, the shell) gets the same
//! answers through a surface of its own.
//!
//! ```
//! use osign::{system::System, oauth1::{Request, Signer}};
//!
//! let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44")?;
//! signer.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")?;
//! let request = Request::new("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original");
//! let header = signer.authorization(&request, &mut System)?;
//! assert!(header.starts_with("OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", "));
//! # Ok::<(), osign::Error>(())
//! ```

#![cfg_attr(osign_alloc_error_hook, feature(alloc_error_hook))]

mod buffer;
#[cfg(feature = "capi")]
#[allow(unsafe_code, reason = "the boundary to C, where pointers come from")]
pub mod capi;
#[allow(dead_code, reason = "without a host there is nobody to catch for")]
mod caught;
pub mod error;
pub mod explain;
pub mod form;
#[cfg(feature = "grant")]
pub mod grant;
pub mod http;
#[cfg(feature = "oauth2")]
mod json;
#[cfg(feature = "oauth2")]
pub mod jws;
pub mod language;
pub mod mac;
pub mod oauth1;
#[cfg(feature = "oauth2")]
pub mod oauth2;
#[cfg(feature = "onec")]
#[allow(unsafe_code, reason = "the boundary to 1C, where pointers come from")]
mod onec;
pub mod percent;
#[cfg(feature = "oauth2")]
pub mod provider;
#[cfg(feature = "python")]
mod python;
pub mod secret;
pub mod setting;
pub mod sink;
#[cfg(feature = "sqlite")]
pub mod store;
pub mod system;
pub mod url;
#[allow(unsafe_code, reason = "an allocator hands out memory")]
pub mod wiping;

pub use error::{Error, Status};

/// The version of this library, such as `0.1.0`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
