//! What holds for any request, against an implementation of RFC 5849 that is written anew, plainly.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test properties` looks longer.

mod plain;

mod encoding;
mod misuse;
mod request;
mod signing;
mod url;

use proptest::prelude::ProptestConfig;

/// PROPTEST_CASES in place of 1024; what is slow runs its share of it.
fn cases(of_1024: u32) -> ProptestConfig {
    let all = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1024);
    let cases = u32::try_from(all * u64::from(of_1024) / 1024).unwrap_or(u32::MAX).max(1);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The same published 1024-bit key in both formats.
fn key(pkcs1: bool) -> String {
    let file = if pkcs1 { "wiki-rsa-1024-pkcs1.pem" } else { "wiki-rsa-1024.pem" };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth1/keys");
    std::fs::read_to_string(folder.join(file)).unwrap()
}
