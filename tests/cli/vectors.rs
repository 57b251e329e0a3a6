//! The shared vectors through the command line. `tests/vectors/README.md` says what the fields mean.

mod requests;
mod steps;

use crate::run::run_with_input;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each has its tests here; those of hmac.json show that none of its vectors is a request.
const FILES: [&str; 9] = [
    "hmac.json",
    "oauth1/base_string.json",
    "oauth1/base_uri.json",
    "oauth1/body_hash.json",
    "oauth1/encoding.json",
    "oauth1/parameters.json",
    "oauth1/recomputed.json",
    "oauth1/rsa.json",
    "oauth1/signing.json",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn load(file: &str) -> Vec<Value> {
    assert!(FILES.contains(&file), "{file} is not among the files");
    let content: Value = serde_json::from_str(&std::fs::read_to_string(folder().join(file)).unwrap()).unwrap();
    let vectors = content["vectors"].as_array().unwrap().clone();
    assert!(!vectors.is_empty(), "{file} lost its vectors");
    vectors
}

/// A private key that a vector names.
fn read_key(name: &str) -> String {
    std::fs::read_to_string(folder().join("oauth1").join(name)).unwrap()
}

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector[field].as_str()
}

fn body(vector: &Value) -> Option<Vec<u8>> {
    let bytes = text(vector, "body_base64").map(|base64| STANDARD.decode(base64).unwrap());
    bytes.or_else(|| text(vector, "body").map(|body| body.into()))
}

/// The JSON that a run prints.
fn answer(command: &mut Command, input: &[u8]) -> Value {
    serde_json::from_str(&run_with_input(command, input).text()).unwrap()
}

#[test]
fn no_file_is_forgotten() {
    let mut found = Vec::new();
    for part in ["", "oauth1/"] {
        for entry in std::fs::read_dir(folder().join(part)).unwrap() {
            let file = format!("{part}{}", entry.unwrap().file_name().to_str().unwrap());
            if Path::new(&file).extension().is_some_and(|extension| extension == "json") {
                found.push(file);
            }
        }
    }
    found.sort_unstable();
    assert_eq!(found, FILES, "a file has no tests here");
}
