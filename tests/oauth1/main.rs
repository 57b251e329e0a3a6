//! OAuth 1.0a's three steps (RFC 5849 §2): profiles of its services, the vectors of `tests/vectors/flow`, and properties.
#![cfg(feature = "oauth2")]
#![allow(missing_docs, reason = "tests")]

mod answers;
mod callbacks;
mod profiles;
mod requests;
mod services;
mod steps;

use osign::Error;
use osign::provider::{self, Profile};
use osign::setting::Value as Setting;
use osign::system::{Fresh, Nonce};
use serde_json::Value;
use std::path::Path;
use zeroize::Zeroizing;

/// The nonce and the time of the vectors.
struct Fixed;

impl Fresh for Fixed {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        Ok(Nonce::from_random([0; Nonce::LEN]))
    }

    fn timestamp(&mut self) -> i64 {
        1_800_000_000
    }

    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        Ok(Zeroizing::new([7; 32]))
    }
}

fn vectors(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/flow").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).expect("the vectors are there");
    let file: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    file["vectors"].as_array().expect("vectors").clone()
}

/// The profile of a vector, with its changes.
fn profile(vector: &Value) -> Profile {
    let mut text = provider::text(vector["profile"].as_str().unwrap_or("custom-oauth1")).unwrap().to_owned();
    for pair in vector["replace"].as_array().into_iter().flatten() {
        let (from, to) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let mut profile = Profile::parse(&text).unwrap();
    for (name, value) in vector["settings"].as_object().into_iter().flatten() {
        profile.set(name, Setting::Text(value.as_str().unwrap())).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    profile
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} in {vector}"))
}
