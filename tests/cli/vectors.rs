//! The shared vectors, through `--json` and through `--batch`.

use crate::run::{Folder, osign, run_with_input};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth1")
}

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector[field].as_str()
}

fn check_file(name: &str) {
    let file = std::fs::read_to_string(folder().join(name)).unwrap();
    let file: Value = serde_json::from_str(&file).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert!(vectors.len() > 10, "{name} lost its vectors");
    let scratch = Folder::new();
    for vector in vectors {
        let mut credentials = Map::new();
        for field in ["consumer_key", "consumer_secret", "token", "token_secret", "signature_method", "realm"] {
            credentials.insert(field.to_owned(), vector[field].clone());
        }
        // A token without a secret has an empty one.
        credentials["token_secret"] = text(vector, "token_secret").unwrap_or_default().into();
        if let Some(key) = text(vector, "private_key") {
            credentials.insert("private_key".into(), std::fs::read_to_string(folder().join(key)).unwrap().into());
        }
        let credentials = scratch.file("c.json", Value::Object(credentials).to_string());
        check(vector, &run_json(vector, &credentials));
        check(vector, &run_batch(vector, &credentials));
    }
}

fn signer_options(vector: &Value) -> Vec<&'static str> {
    let mut options = Vec::new();
    if vector["send_version"] == false {
        options.push("--no-version");
    }
    if vector["body_hash"] == true {
        options.push("--body-hash");
    }
    options
}

fn body(vector: &Value) -> Option<Vec<u8>> {
    let bytes = text(vector, "body_base64").map(|base64| STANDARD.decode(base64).unwrap());
    bytes.or_else(|| text(vector, "body").map(|body| body.into()))
}

fn run_json(vector: &Value, credentials: &str) -> Value {
    let mut command = osign(&["sign", text(vector, "method").unwrap(), text(vector, "url").unwrap(), "--json"]);
    command.args(["--credentials", credentials]).args(signer_options(vector));
    command.arg(format!("--nonce={}", text(vector, "nonce").unwrap()));
    command.arg(format!("--timestamp={}", vector["timestamp"]));
    command.arg(format!("--transmission={}", text(vector, "transmission").unwrap()));
    for pair in vector["parameters"].as_array().unwrap() {
        command.arg(format!("--parameter={}={}", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    }
    let body = body(vector);
    if body.is_some() {
        command.args(["--data-file", "-"]);
    }
    // An empty one says that there is none, where --data-file would make it a form.
    command.arg(format!("--content-type={}", text(vector, "content_type").unwrap_or_default()));
    serde_json::from_str(&run_with_input(&mut command, &body.unwrap_or_default()).text()).unwrap()
}

fn run_batch(vector: &Value, credentials: &str) -> Value {
    let mut line = json!({ "id": vector["name"] });
    for field in [
        "method",
        "url",
        "content_type",
        "body",
        "body_base64",
        "parameters",
        "nonce",
        "timestamp",
        "transmission",
        "realm",
    ] {
        // Null is as good as absent.
        line[field] = vector[field].clone();
    }
    let mut command = osign(&["sign", "--batch", "--credentials", credentials]);
    let ended = run_with_input(command.args(signer_options(vector)), format!("{line}\n").as_bytes());
    let answer: Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!(answer["id"], vector["name"]);
    answer
}

fn check(vector: &Value, answer: &Value) {
    let expected = vector["expected"].as_object().unwrap();
    assert!(!expected.is_empty());
    for (field, expected) in expected {
        let (ours, theirs) = (answer[field].as_str().unwrap(), expected.as_str().unwrap());
        let name = &vector["name"];
        match field.as_str() {
            "signature" | "base_string" | "normalized_parameters" => assert_eq!(ours, theirs, "{name}"),
            // No document fixes the order of the protocol parameters.
            "authorization" => assert_eq!(header(ours), header(theirs), "{name}"),
            "body" => assert_eq!(set(ours, '&'), set(theirs, '&'), "{name}"),
            "url" => {
                let (our_start, our_query) = ours.split_once('?').unwrap_or((ours, ""));
                let (their_start, their_query) = theirs.split_once('?').unwrap_or((theirs, ""));
                assert_eq!(our_start, their_start, "{name}");
                assert_eq!(set(our_query, '&'), set(their_query, '&'), "{name}");
            }
            other => panic!("{name}: expected.{other} is not known here"),
        }
    }
}

/// Pieces and how often each stands there.
fn set(text: &str, separator: char) -> BTreeMap<&str, usize> {
    let mut pieces = BTreeMap::new();
    for piece in text.split(separator) {
        *pieces.entry(piece.trim()).or_default() += 1;
    }
    pieces
}

/// A header's parameters, and whether the realm comes first.
fn header(text: &str) -> (BTreeMap<&str, usize>, bool) {
    let rest = text.strip_prefix("OAuth ").expect("OAuth");
    (set(rest, ','), rest.starts_with("realm="))
}

#[test]
fn published_signatures() {
    check_file("signing.json");
}

#[test]
fn our_own_signatures() {
    check_file("recomputed.json");
}

#[test]
fn published_base_strings() {
    check_file("base_string.json");
}
