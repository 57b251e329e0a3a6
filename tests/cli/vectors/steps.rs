//! The vectors of single steps, each in a request that shows what came of the step; and those that no request shows.

use super::{answer, body, load, read_key, text};
use crate::cli::run::{Folder, osign, run, run_with_input};
use osign::percent;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

const KEY: &str = "consumer_key = 'key'\nconsumer_secret = 'secret'\n";
const FORM: &str = "application/x-www-form-urlencoded";

/// A line of a batch with nonce and timestamp, and its answer.
fn batch(lines: &[Value], code: i32) -> Vec<Value> {
    let folder = Folder::new();
    let mut input = String::new();
    for line in lines {
        let mut line = line.clone();
        line["nonce"] = "n".into();
        line["timestamp"] = 1.into();
        input += &format!("{line}\n");
    }
    let mut command = osign(&["sign", "--batch", "--credentials", &folder.file("c.toml", KEY)]);
    let ended = run_with_input(&mut command, input.as_bytes());
    assert_eq!((ended.code, ended.stderr.as_str()), (code, ""));
    let answers: Vec<Value> =
        String::from_utf8(ended.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

#[test]
fn encoding() {
    let vectors = load("oauth1/encoding.json");
    // The bytes reach osign as a form's value, every one of them encoded.
    let lines: Vec<Value> = vectors
        .iter()
        .map(|vector| {
            let hex = text(vector, "hex").unwrap().as_bytes();
            let value: String =
                hex.chunks(2).map(|digits| format!("%{}", std::str::from_utf8(digits).unwrap())).collect();
            json!({ "method": "POST", "url": "http://h/", "content_type": FORM, "body": format!("a={value}") })
        })
        .collect();
    for (vector, answer) in vectors.iter().zip(batch(&lines, 0)) {
        let expected = format!(
            "a={}&oauth_consumer_key=key&oauth_nonce=n&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&\
             oauth_version=1.0",
            text(vector, "encoded").unwrap()
        );
        assert_eq!(answer["normalized_parameters"], expected);
    }
}

#[test]
fn base_uri() {
    let folder = Folder::new();
    let file = folder.file("c.toml", KEY);
    let vectors = load("oauth1/base_uri.json");
    let lines: Vec<Value> = vectors.iter().map(|vector| json!({ "method": "GET", "url": vector["url"] })).collect();
    for (vector, answer) in vectors.iter().zip(batch(&lines, 1)) {
        let url = text(vector, "url").unwrap();
        let single = || run(&mut osign(&["sign", "GET", url, "--json", "--credentials", &file]));
        if let Some(expected) = text(vector, "base_uri") {
            let json: Value = serde_json::from_str(&single().text()).unwrap();
            for answer in [&answer, &json] {
                let encoded = answer["base_string"].as_str().unwrap().split('&').nth(1).unwrap();
                assert_eq!(percent::decode(encoded.as_bytes()), expected.as_bytes(), "{url}");
            }
        } else {
            assert_eq!(answer["error"]["name"], text(vector, "error").unwrap(), "{url}");
            assert_eq!(answer["error"]["message"], single().failure(3), "{url}");
        }
    }
}

/// As many of the vector's header parameters as it has; the rest is as usual, and left out of what is compared.
fn request_of_parameters(vector: &Value, command: &str, folder: &Folder) -> Command {
    let header = |wanted: &str| {
        let pairs = vector["header_parameters"].as_array().unwrap();
        pairs.iter().find(|pair| pair[0] == wanted).map(|pair| pair[1].as_str().unwrap())
    };
    let credentials = json!({
        "consumer_key": header("oauth_consumer_key").unwrap_or("key"),
        "consumer_secret": "secret",
        "token": header("oauth_token"),
        "token_secret": "",
    });
    let mut command = osign(&[command, "POST", text(vector, "url").unwrap(), "--json"]);
    command.args(["--credentials", &folder.file("c.json", credentials.to_string())]);
    for (option, name) in
        [("--method", "oauth_signature_method"), ("--nonce", "oauth_nonce"), ("--timestamp", "oauth_timestamp")]
    {
        if let Some(value) = header(name) {
            command.args([option, value]);
        }
    }
    if header("oauth_version").is_none() {
        command.arg("--no-version");
    }
    if let Some(content_type) = text(vector, "content_type") {
        command.args(["--data-file", "-", "--content-type", content_type]);
    }
    command
}

#[test]
fn parameters() {
    let folder = Folder::new();
    for vector in load("oauth1/parameters.json") {
        let name = text(&vector, "name").unwrap();
        let header = vector["header_parameters"].as_array().unwrap();
        let is_given = |name: &Value| header.iter().any(|pair| pair[0] == *name);
        let body = body(&vector).unwrap_or_default();

        let signed = answer(&mut request_of_parameters(&vector, "sign", &folder), &body);
        let normalized = signed["normalized_parameters"].as_str().unwrap().split('&').filter(|piece| {
            let name = piece.split('=').next().unwrap();
            !name.starts_with("oauth_") || is_given(&name.into())
        });
        assert_eq!(normalized.collect::<Vec<_>>().join("&"), text(&vector, "normalized").unwrap(), "{name}");

        // The steps before it, where the vector has them.
        let explained = answer(&mut request_of_parameters(&vector, "explain", &folder), &body);
        let parameters = explained["parameters"].as_array().unwrap();
        let is_kept = |parameter: &&Value| parameter["origin"] != "protocol" || is_given(&parameter["name"]);
        // In the order of RFC 5849 §3.4.1.3.1, the header's as the vector has them.
        let mut collected: Vec<&Value> = parameters.iter().filter(is_kept).collect();
        collected.sort_by_key(|parameter| match parameter["origin"].as_str().unwrap() {
            "query" => 0,
            "protocol" => 1 + header.iter().position(|pair| pair[0] == parameter["name"]).unwrap(),
            "form body" => 1 + header.len(),
            other => panic!("{other} is no origin"),
        });
        let sorted = explained["sorted"].as_array().unwrap().iter();
        let sorted: Vec<&Value> = sorted
            .map(|index| &parameters[usize::try_from(index.as_u64().unwrap()).unwrap()])
            .filter(is_kept)
            .collect();
        for (step, parameters, fields) in [
            ("decoded", &collected, ["name", "value"]),
            ("encoded", &collected, ["encoded_name", "encoded_value"]),
            ("sorted", &sorted, ["encoded_name", "encoded_value"]),
        ] {
            let pairs: Vec<Value> =
                parameters.iter().map(|parameter| json!(fields.map(|field| &parameter[field]))).collect();
            if let Some(expected) = vector[step].as_array() {
                assert_eq!(&pairs, expected, "{name}: {step}");
            }
        }
    }
}

#[test]
fn body_hash() {
    let folder = Folder::new();
    let file = folder.file("c.toml", KEY);
    for vector in load("oauth1/body_hash.json") {
        let methods = match text(&vector, "algorithm").unwrap() {
            "SHA1" => &["HMAC-SHA1", "PLAINTEXT"][..],
            "SHA256" => &["HMAC-SHA256"],
            other => panic!("no method hashes with {other}"),
        };
        for method in methods {
            let mut command = osign(&["sign", "POST", "http://h/", "--json", "--credentials", &file]);
            command.args(["--data-file", "-", "--content-type", "text/plain", "--body-hash", "--method", method]);
            let signed = answer(&mut command, &body(&vector).unwrap());
            let mut pieces = signed["normalized_parameters"].as_str().unwrap().split('&');
            let hash = pieces.find_map(|piece| piece.strip_prefix("oauth_body_hash=")).unwrap();
            assert_eq!(hash, percent::encode(text(&vector, "hash").unwrap().as_bytes()), "{method}");
        }
    }
}

const NO_BASE_STRING: &str = "its text is no base string of a signed request";
const OTHER_METHOD: &str = "its text names another signature method than the one that signs it";

/// The command that signs the request of which `text` is the base string, or why there is none.
fn request_of_text(text: &str, signature_method: &str, folder: &Folder) -> Result<Command, &'static str> {
    let decoded = |part: &str| String::from_utf8(percent::decode(part.as_bytes())).unwrap();
    let [method, uri, normalized] = text.split('&').collect::<Vec<_>>()[..] else { return Err(NO_BASE_STRING) };
    let normalized = decoded(normalized);
    let (mut options, mut query, mut named) = (Vec::new(), Vec::new(), None);
    let mut credentials = json!({ "consumer_secret": "", "token": "", "token_secret": "" });
    options.push("--no-version".to_owned());
    for piece in normalized.split('&') {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        match name {
            "oauth_consumer_key" => credentials["consumer_key"] = decoded(value).into(),
            "oauth_token" => credentials["token"] = decoded(value).into(),
            "oauth_nonce" => options.push(format!("--nonce={}", decoded(value))),
            "oauth_timestamp" => options.push(format!("--timestamp={value}")),
            "oauth_signature_method" => named = Some(value),
            "oauth_version" => options.retain(|option| option != "--no-version"),
            _ => query.push(piece),
        }
    }
    match named {
        None => return Err(NO_BASE_STRING),
        Some(named) if named != signature_method => return Err(OTHER_METHOD),
        Some(_) => options.push(format!("--method={signature_method}")),
    }
    let mut command = osign(&["sign", method, &format!("{}?{}", decoded(uri), query.join("&")), "--json"]);
    command.args(options).args(["--credentials", &folder.file("c.json", credentials.to_string())]);
    Ok(command)
}

/// Bare texts are signed; those that are base strings come out of a request. The others are counted.
#[test]
fn rsa() {
    let folder = Folder::new();
    let (mut signed, mut left_out) = (0, BTreeMap::<_, usize>::new());
    for vector in load("oauth1/rsa.json") {
        let data = text(&vector, "data").unwrap();
        match request_of_text(data, &format!("RSA-{}", text(&vector, "algorithm").unwrap()), &folder) {
            Ok(mut command) => {
                let key = folder.file("key.pem", read_key(text(&vector, "private_key").unwrap()));
                let answer = answer(command.env("OSIGN_PRIVATE_KEY_FILE", key), b"");
                assert_eq!(answer["base_string"], data);
                assert_eq!(answer["signature"], vector["signature"]);
                signed += 1;
            }
            Err(reason) => *left_out.entry(reason).or_default() += 1,
        }
    }
    assert_eq!((signed, left_out), (1, BTreeMap::from([(NO_BASE_STRING, 2), (OTHER_METHOD, 4)])));
}

/// Bare keys and bare texts, none of them a request's: the Rust and the C runner have them all.
#[test]
fn hmac() {
    let folder = Folder::new();
    let mut left_out = BTreeMap::<_, usize>::new();
    for vector in load("hmac.json") {
        let hex = text(&vector, "data_hex").unwrap().as_bytes();
        let digits = hex.chunks(2).map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
        let data: Vec<u8> = digits.collect();
        let method = format!("HMAC-{}", text(&vector, "algorithm").unwrap());
        let reason = match std::str::from_utf8(&data) {
            Ok(data) => request_of_text(data, &method, &folder).map(|_| ()).expect_err("a request: sign it"),
            Err(_) => NO_BASE_STRING,
        };
        *left_out.entry(reason).or_default() += 1;
    }
    assert_eq!(left_out, BTreeMap::from([(NO_BASE_STRING, 29), (OTHER_METHOD, 2)]));
}
