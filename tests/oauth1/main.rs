//! OAuth 1.0a's three steps (RFC 5849 §2): profiles of its services.
#![cfg(feature = "oauth2")]
#![allow(missing_docs, reason = "tests")]

mod profiles;
