//! OAuth 2.0 (RFC 6749).

pub mod verdict;
