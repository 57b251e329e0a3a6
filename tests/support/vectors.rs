//! The files of `tests/vectors/`, whose README says what the fields mean.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// All of them; each runner says what it makes of each.
const FILES: [&str; 11] = [
    "hmac.json",
    "oauth1/base_string.json",
    "oauth1/base_uri.json",
    "oauth1/body_hash.json",
    "oauth1/encoding.json",
    "oauth1/mastercard.json",
    "oauth1/netsuite_passport.json",
    "oauth1/parameters.json",
    "oauth1/recomputed.json",
    "oauth1/rsa.json",
    "oauth1/signing.json",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

/// A file's vectors.
pub(crate) fn load(file: &str) -> Vec<Value> {
    list(file, "vectors")
}

/// A file's list of this name.
pub(crate) fn list(file: &str, name: &str) -> Vec<Value> {
    assert!(FILES.contains(&file), "{file} is not among the files");
    let text = std::fs::read_to_string(folder().join(file)).expect("the file can be read");
    let content: Value = serde_json::from_str(&text).expect("the file is JSON");
    let list = content[name].as_array().unwrap_or_else(|| panic!("{file} has no {name}"));
    assert!(!list.is_empty(), "{file} lost its {name}");
    list.clone()
}

/// A private key that a vector names.
pub(crate) fn read_key(name: &str) -> String {
    std::fs::read_to_string(folder().join("oauth1").join(name)).expect("the key can be read")
}

/// The body's bytes, or none.
pub(crate) fn body(vector: &Value) -> Option<Vec<u8>> {
    match vector["body_base64"].as_str() {
        Some(base64) => Some(STANDARD.decode(base64).expect("base64")),
        None => vector["body"].as_str().map(|body| body.as_bytes().to_vec()),
    }
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
    assert_eq!(found, FILES, "a file has no runner");
}
