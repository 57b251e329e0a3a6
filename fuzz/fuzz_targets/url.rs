//! Any text as a URL: what is signed of it, and what is sent of it.

#![no_main]

#[path = "../../tests/properties/plain/mod.rs"]
mod plain;

use libfuzzer_sys::fuzz_target;
use osign::Status;
use osign::oauth1::{Request, Signer, Transmission, UrlForm, base_string_uri};
use osign::system::System;

fuzz_target!(|url: &str| {
    let mut signer = Signer::new("key", "secret").unwrap();
    signer.set_url_form(UrlForm::AsGiven); // What the plain way signs.
    let mut request = Request::new("GET", url);
    (request.nonce, request.timestamp) = (Some("nonce"), Some(1));

    let uri = base_string_uri(url);
    assert_eq!(uri, base_string_uri(url));
    let signed = match signer.sign(&request, &mut System) {
        Ok(signed) => signed,
        Err(error) => {
            if error.status() != Status::DuplicateProtocolParameter {
                assert_eq!(uri.unwrap_err(), error);
            }
            return;
        }
    };
    let uri = uri.expect("a URL that can be signed has a base string URI");

    // The normal form is one: to sign what is to be sent changes nothing any more.
    let mut usual = Signer::new("key", "secret").unwrap();
    let normal = usual.sign(&request, &mut System).unwrap();
    let mut again = request;
    again.url = &normal.url;
    assert!(again.has_normal_url().unwrap());
    usual.set_url_form(UrlForm::AsGiven);
    let again = usual.sign(&again, &mut System).unwrap();
    assert_eq!((&again.url, &again.base_string), (&normal.url, &normal.base_string));

    // The base string, by the plain way.
    let query = url.split('#').next().unwrap().split_once('?').map_or("", |(_, query)| query);
    let mut pairs = plain::form(query.as_bytes());
    let ours = [
        ("oauth_consumer_key", "key"),
        ("oauth_nonce", "nonce"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1"),
        ("oauth_version", "1.0"),
    ];
    pairs.extend(ours.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())));
    let normalized = plain::normalize(&pairs);
    assert_eq!(signed.normalized_parameters(), normalized);
    let base_string = ["GET", &uri, &normalized].map(|part| plain::encode(part.as_bytes())).join("&");
    assert_eq!(signed.base_string, base_string);

    // The same again, the same by the short way, and the same from what is sent.
    let again = signer.sign(&request, &mut System).unwrap();
    assert_eq!((&signed.base_string, &signed.signature), (&again.base_string, &again.signature));
    assert_eq!(signer.authorization(&request, &mut System).unwrap(), signed.authorization);
    assert!(signer.authorization_bound(&request).unwrap() >= signed.authorization.len());
    assert_eq!(signed.url, plain::as_sent(url));
    request.url = &signed.url;
    let sent = signer.sign(&request, &mut System).unwrap();
    assert_eq!((&sent.url, &sent.base_string), (&signed.url, &signed.base_string));

    // By query: ours stand at its end, and nothing is signed twice.
    request.transmission = Transmission::Query;
    let by_query = signer.sign(&request, &mut System).unwrap();
    assert_eq!(by_query.signature, signed.signature);
    let query = by_query.url.split('#').next().unwrap().split_once('?').unwrap().1;
    let sent = plain::form(query.as_bytes());
    pairs.push((b"oauth_signature".to_vec(), signed.signature.clone().into_bytes()));
    assert_eq!(sent, pairs);
    request.url = &by_query.url;
    assert_eq!(signer.sign(&request, &mut System).unwrap_err().status(), Status::DuplicateProtocolParameter);
});
