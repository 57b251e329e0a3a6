//! The whole requests, through `--json` and through `--batch`.

use super::{answer, body, load, read_key, text};
use crate::cli::run::{Folder, osign};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn check_file(name: &str) {
    let scratch = Folder::new();
    for vector in &load(name) {
        let mut credentials = Map::new();
        for field in ["consumer_key", "consumer_secret", "token", "token_secret", "signature_method", "realm"] {
            credentials.insert(field.to_owned(), vector[field].clone());
        }
        // A token without a secret has an empty one.
        credentials["token_secret"] = text(vector, "token_secret").unwrap_or_default().into();
        if let Some(key) = text(vector, "private_key") {
            credentials.insert("private_key".into(), read_key(key).into());
        }
        let credentials = scratch.file("c.json", Value::Object(credentials).to_string());
        check(vector, &run_json(vector, &credentials));
        check(vector, &run_batch(vector, &credentials));
    }
}

fn signer_options(vector: &Value) -> Vec<&str> {
    let mut options = Vec::new();
    if let Some(form) = text(vector, "url_form") {
        options.extend(["--url-form", form]);
    }
    if vector["send_version"] == false {
        options.push("--no-version");
    }
    if vector["body_hash"] == true {
        options.push("--body-hash");
    }
    if vector["mastercard_form"] == true {
        options.extend(["--set", "mastercard_form=true"]);
    }
    options
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
    answer(&mut command, &body.unwrap_or_default())
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
    let answer = answer(command.args(signer_options(vector)), format!("{line}\n").as_bytes());
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
    check_file("oauth1/signing.json");
}

#[test]
fn our_own_signatures() {
    check_file("oauth1/recomputed.json");
}

#[test]
fn the_form_of_mastercard() {
    check_file("oauth1/mastercard.json");
}

#[test]
fn published_base_strings() {
    check_file("oauth1/base_string.json");
}
