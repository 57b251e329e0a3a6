//! Whatever a caller does wrong, nothing panics and no secret is shown.

use crate::request::{FORM, request};
use crate::url::url;
use crate::{cases, key};
use osign::Status;
use osign::oauth1::{Request, SignatureMethod, Signer, Transmission, base_string_uri};
use osign::system::System;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(1024))]

    /// Whatever a caller passes, the answer is a status or a signature.
    #[test]
    fn nothing_panics(
        method in text(),
        url in prop_oneof![
            text(),
            text().prop_map(|text| format!("http://{text}")),
            text().prop_map(|text| format!("https://h{text}")),
            "https?://[\\[\\]:@a-f0-9.%]{0,12}[/?#]?.{0,12}",
            url().prop_map(|url| url.text()),
        ],
        content_type in option::of(prop_oneof![text(), Just(FORM.to_owned()), text().prop_map(|t| format!("{FORM};{t}"))]),
        body in option::of(vec(any::<u8>(), 0..80)),
        extra in vec((text(), text()), 0..3),
        nonce in option::of(text()),
        timestamp in option::of(any::<i64>()),
        (key, secret, token, token_secret) in (text(), text(), text(), text()),
        (realm, offset, body_hash) in (text(), any::<i64>(), any::<bool>()),
        (method_index, transmission) in (0..SignatureMethod::ALL.len(), 0..3_usize),
    ) {
        let _ = base_string_uri(&url);
        let _ = SignatureMethod::from_name(&method);
        let _ = Transmission::from_name(&method);
        let _ = Request::check_parameter(&key, &secret);
        let _ = Request::check_nonce(&key);
        let Ok(mut signer) = Signer::new(&key, &secret) else { return Ok(()) };
        let _ = signer.set_token(&token, &token_secret);
        let _ = signer.set_realm(&realm);
        signer.set_clock_offset(offset);
        signer.set_body_hash(body_hash);
        signer.set_signature_method(SignatureMethod::ALL[method_index]);
        let extra: Vec<_> = extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut request = Request::new(&method, &url);
        request.content_type = content_type.as_deref();
        request.body = body.as_deref();
        request.parameters = &extra;
        request.nonce = nonce.as_deref();
        request.timestamp = timestamp;
        request.transmission = [Transmission::Header, Transmission::Query, Transmission::Body][transmission];
        for method in [method.as_str(), "GET"] {
            request.method = method;
            let _ = request.check();
            let signed = signer.sign(&request, &mut System);
            let header = signer.authorization(&request, &mut System);
            let _ = signer.authorization_bound(&request);
            if let (Ok(_), Transmission::Header) = (&signed, request.transmission) {
                prop_assert!(header.is_ok());
            }
            if let Ok(header) = header {
                // A header that a server could read as two. A realm may hold what is not ASCII (RFC 9110 §5.5).
                prop_assert!(header.bytes().all(|byte| byte >= b' ' && byte != 0x7F));
            }
        }
    }

    /// Neither `Debug` nor an error ever shows a secret.
    #[test]
    fn secrets_are_not_shown(any in request(), secret in "[A-Za-z0-9]{12,20}", spot in 0..8_usize) {
        let shown = |text: String| text.contains(&secret);
        let mut any = any;
        any.consumer.1.clone_from(&secret);
        any.token = Some(("token".to_owned(), format!("{secret}2")));
        let signer = any.signer();
        let text = format!("{signer:?} {signer:#?}");
        prop_assert!(!shown(text), "a secret is shown");
        if let Ok(signed) = any.sign(&any.url.text()) {
            let text = format!("{signed:?} {signed:#?}");
            prop_assert!(!shown(text), "a secret is shown");
        }

        // The secret in each place where a caller may have put it by mistake, with something wrong there.
        let wrong = format!("{secret}\r\n");
        let mut url = any.url.text();
        match spot {
            0 => any.method = format!("GET {secret}"),
            1 => url = format!("ftp://user:{secret}@host/?{secret}"),
            2 => url = format!("http://user:{secret}@ho st/{secret}"),
            3 => url = format!("http://host:{secret}/{secret}"),
            4 => any.nonce.clone_from(&wrong),
            5 => any.extra = vec![("oauth_verifier".to_owned(), wrong.clone())],
            6 => any.extra = vec![(wrong.clone(), "v".to_owned())],
            _ => url = format!("http://host/?oauth_token={secret}&oauth_nonce={secret}"),
        }
        let error = any.sign(&url).map(|_| ()).unwrap_err();
        let text = format!("{error} {error:?}");
        prop_assert!(!shown(text), "a secret is shown");
        for error in [
            Signer::new(&wrong, "").unwrap_err(),
            any.signer().set_token(&wrong, "").unwrap_err(),
            any.signer().set_realm(&wrong).unwrap_err(),
            any.signer().set_private_key(&format!("-----BEGIN PRIVATE KEY-----\n{secret}\n")).unwrap_err(),
            any.signer().set_private_key(&format!("-----BEGIN {secret}-----")).unwrap_err(),
            any.signer().set_private_key(&secret).unwrap_err(),
            SignatureMethod::from_name(&secret).unwrap_err(),
            Transmission::from_name(&secret).unwrap_err(),
        ] {
            let text = format!("{error} {error:?}");
            prop_assert!(!shown(text), "a secret is shown");
        }
    }
}

proptest! {
    // Slow in a debug build.
    #![proptest_config(cases(64))]

    /// A private key that is damaged, cut short or none at all is told so.
    #[test]
    fn no_private_key_panics(
        junk in text(),
        at in any::<proptest::sample::Index>(),
        by in "[A-Za-z0-9+/=\\n -]{0,4}",
        pkcs1 in any::<bool>(),
    ) {
        let pem = key(pkcs1);
        let mut signer = Signer::new("key", "").unwrap();
        signer.set_signature_method(SignatureMethod::RsaSha1);
        let at = at.index(pem.len());
        for text in [
            junk.clone(),
            format!("-----BEGIN PRIVATE KEY-----{junk}"),
            format!("-----BEGIN RSA PRIVATE KEY-----\n{junk}\n-----END RSA PRIVATE KEY-----"),
            pem[..at].to_owned(),
            format!("{}{by}{}", &pem[..at], &pem[at..]),
            format!("{}{by}{}", &pem[..at], &pem[(at + 1).min(pem.len())..]),
        ] {
            match signer.set_private_key(&text) {
                // Damage that still makes a key must sign, or say that it cannot.
                Ok(()) => {
                    let signed = signer.sign(&Request::new("GET", "http://h/"), &mut System);
                    prop_assert!(signed.is_ok() || signed.unwrap_err().status() == Status::InvalidKey);
                }
                Err(error) => prop_assert_eq!(error.status(), Status::InvalidKey),
            }
        }
    }
}

/// Any text, control characters and all, mostly short.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\PC{0,8}", "[ -~\\x00-\\x1f]{0,12}", Just(String::new())]
}
