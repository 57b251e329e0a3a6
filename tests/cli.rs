//! The command line from outside: exact output, exit codes, and no secret anywhere.

#![cfg(feature = "cli")]

#[path = "cli/batch.rs"]
mod batch;
#[path = "cli/credentials.rs"]
mod credentials;
#[path = "cli/curl.rs"]
mod curl;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/run.rs"]
mod run;
#[path = "cli/sign.rs"]
mod sign;
#[path = "cli/tools.rs"]
mod tools;
#[path = "cli/vectors.rs"]
mod vectors;
