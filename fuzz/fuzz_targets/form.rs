//! Any bytes as form data: the decoder, the encoder, and a form that is signed and sent.

#![no_main]

#[path = "../../tests/properties/plain/mod.rs"]
mod plain;

use libfuzzer_sys::fuzz_target;
use osign::Status;
use osign::form;
use osign::oauth1::{Request, Signer, Transmission};
use osign::percent::{decode, encode, encoded_len};
use osign::system::System;

fuzz_target!(|form: &[u8]| {
    let pairs = plain::form(form);
    assert_eq!(form::decode(form), pairs);
    assert_eq!(decode(form), plain::decode(form));
    let encoded = encode(form);
    assert_eq!(encoded, plain::encode(form));
    assert_eq!(encoded.len(), encoded_len(form));
    assert_eq!(decode(encoded.as_bytes()), form);

    let plainly: String =
        pairs.iter().map(|(name, value)| format!("{}={}&", plain::encode(name), plain::encode(value))).collect();
    assert_eq!(form::decode(plainly.as_bytes()), pairs);

    let signer = Signer::new("key", "secret").unwrap();
    let mut request =
        Request::new("POST", "http://host/").with_body(Some("application/x-www-form-urlencoded; charset=utf-8"), form);
    request.transmission = Transmission::Body;
    match signer.sign(&request, &mut System) {
        Ok(signed) => {
            let mut sent = plain::form(signed.body.as_ref().unwrap());
            let ours = sent.split_off(pairs.len());
            assert_eq!(sent, pairs);
            let (name, signature) = ours.last().unwrap();
            assert_eq!((&name[..], &signature[..]), (&b"oauth_signature"[..], signed.signature.as_bytes()));
            let mut all = pairs;
            all.extend_from_slice(&ours[..ours.len() - 1]);
            assert_eq!(signed.normalized_parameters(), plain::normalize(&all));
        }
        Err(error) => {
            assert_eq!(error.status(), Status::DuplicateProtocolParameter);
            assert!(pairs.iter().any(|(name, _)| name.starts_with(b"oauth_")));
        }
    }
});
