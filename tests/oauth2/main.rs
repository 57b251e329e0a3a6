//! OAuth 2.0: the vectors of `tests/vectors/oauth2`, profiles, and properties of arbitrary answers.
#![cfg(feature = "oauth2")]
#![allow(missing_docs, reason = "tests")]

mod answers;
mod callbacks;
mod hosts;
mod profiles;
mod properties;
mod requests;

use osign::provider::{self, Profile};
use serde_json::Value;
use std::path::Path;

/// When every request of the vectors was sent, in Unix seconds.
const SENT_AT: i64 = 1_800_000_000;

fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth2").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).expect("the vectors are there");
    let file: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    file["vectors"].as_array().expect("vectors").clone()
}

fn profile(name: &str) -> Profile {
    provider::builtin(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} in {vector}"))
}
