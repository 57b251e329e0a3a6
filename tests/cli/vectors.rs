//! The shared vectors through the command line. Those of hmac.json show that none of them is a request.

mod requests;
mod steps;

use crate::cli::run::run_with_input;
use crate::support::vectors::{body, load, read_key};
use serde_json::Value;
use std::process::Command;

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector[field].as_str()
}

/// The JSON that a run prints.
fn answer(command: &mut Command, input: &[u8]) -> Value {
    serde_json::from_str(&run_with_input(command, input).text()).unwrap()
}
