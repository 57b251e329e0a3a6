//! What is known of services.

pub mod policy;
