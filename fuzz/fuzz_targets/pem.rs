//! Any text as a private key, and any bytes as the inside of one: refused, or a key that signs or says why not.

#![no_main]

use libfuzzer_sys::fuzz_target;
use osign::Status;
use osign::oauth1::{Request, SignatureMethod, Signer};
use osign::system::System;

fuzz_target!(|data: &[u8]| {
    let Some((&kind, rest)) = data.split_first() else { return };
    let label = if kind & 1 == 0 { "PRIVATE KEY" } else { "RSA PRIVATE KEY" };
    let pem = match kind {
        // The DER inside, where mutation reaches the numbers; base64 would hide them from it.
        0 | 1 => format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64(rest)),
        _ => match std::str::from_utf8(data) {
            Ok(pem) => pem.to_owned(),
            Err(_) => return,
        },
    };
    let mut signer = Signer::new("key", "secret").unwrap();
    match signer.set_private_key(&pem) {
        Ok(()) => {
            for method in [SignatureMethod::RsaSha1, SignatureMethod::RsaSha512, SignatureMethod::RsaPssSha256] {
                signer.set_signature_method(method);
                let request = Request::new("GET", "http://host/");
                let bound = signer.authorization_bound(&request).unwrap();
                match signer.authorization(&request, &mut System) {
                    Ok(header) => assert!(header.len() <= bound),
                    Err(error) => assert_eq!(error.status(), Status::InvalidKey),
                }
            }
        }
        Err(error) => assert_eq!(error.status(), Status::InvalidKey),
    }
});

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (index, chunk) in bytes.chunks(3).enumerate() {
        if index > 0 && index % 16 == 0 {
            out.push('\n');
        }
        let word = chunk.iter().enumerate().fold(0_u32, |word, (at, &byte)| word | u32::from(byte) << (16 - 8 * at));
        for digit in 0..4 {
            let value = word >> (18 - 6 * digit) & 63;
            out.push(if digit <= chunk.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    out
}
