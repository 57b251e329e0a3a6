//! `cargo bench` in benches/criterion: how fast signing is, compared by criterion with the run before.

#![allow(missing_docs, reason = "criterion's macro makes a function that it does not document")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use osign::oauth1::{Request, SignatureMethod, Signer};
use osign::system::{System, nonce, timestamp};
use std::hint::black_box;

const URL: &str = "https://api.example.com/1.1/statuses/home_timeline.json?count=100&include_entities=true&trim_user=1";
const PRIVATE_KEY: &str = include_str!("../../../tests/vectors/oauth1/keys/wiki-rsa-1024.pem");

fn signer(method: SignatureMethod) -> Signer {
    let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
    signer.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00").unwrap();
    signer.set_private_key(PRIVATE_KEY).unwrap();
    signer.set_signature_method(method);
    signer
}

fn methods(c: &mut Criterion) {
    let mut group = c.benchmark_group("header");
    for method in SignatureMethod::ALL {
        let signer = signer(method);
        group.bench_function(method.name(), |b| {
            b.iter(|| signer.authorization(&Request::new("GET", black_box(URL)), &mut System));
        });
    }
    group.finish();
}

fn requests(c: &mut Criterion) {
    let mut signer = signer(SignatureMethod::HmacSha1);
    let form = "status=Hello%20Ladies%20%2b%20Gentlemen&a=b+c&a=%D0%B0".as_bytes();
    let form_request = Request::new("POST", URL).with_body(Some("application/x-www-form-urlencoded"), form);
    c.bench_function("form body", |b| b.iter(|| signer.authorization(black_box(&form_request), &mut System)));
    c.bench_function("all of the signature", |b| b.iter(|| signer.sign(black_box(&form_request), &mut System)));

    let mut group = c.benchmark_group("parameters");
    for count in [10, 100, 1_000, 10_000] {
        let pairs: Vec<String> = (0..count).map(|i| format!("p{:05}=value+{i}", i * 7919 % 100_003)).collect();
        let url = format!("https://api.example.com/?{}", pairs.join("&"));
        group.bench_with_input(BenchmarkId::from_parameter(count), &url, |b, url| {
            b.iter(|| signer.authorization(&Request::new("GET", url), &mut System));
        });
    }
    group.finish();

    signer.set_body_hash(true);
    let body = vec![0; 1 << 20];
    let large = Request::new("POST", URL).with_body(Some("application/octet-stream"), &body);
    c.bench_function("body hash of 1 MiB", |b| b.iter(|| signer.authorization(black_box(&large), &mut System)));
}

fn parts(c: &mut Criterion) {
    c.bench_function("nonce", |b| b.iter(nonce));
    c.bench_function("timestamp", |b| b.iter(timestamp));
}

criterion_group!(benches, methods, requests, parts);
criterion_main!(benches);
