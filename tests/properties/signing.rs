//! A signature is the plain one, and what is sent is what was signed.

use crate::request::{Any, request};
use crate::{cases, key, plain};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::Status;
use osign::oauth1::{SignatureMethod, Transmission, UrlForm, base_string_uri};
use osign::system::System;
use proptest::prelude::*;
use proptest::sample::select;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

proptest! {
    #![proptest_config(cases(1024))]

    /// The base string and the signature are those of the plain implementation, and what is to be sent holds
    /// exactly what was signed. A request that brings a parameter of ours is refused.
    #[test]
    fn signing_agrees_with_the_plain_way(any in request()) {
        let url = any.url.text();
        prop_assert_eq!(base_string_uri(&url).unwrap(), any.url.base_string_uri());
        let (own, theirs) = (any.protocol_pairs(), any.request_pairs());
        let twice = theirs.iter().any(|(name, _)| {
            name.starts_with(b"oauth_") && (name == b"oauth_signature" || own.iter().any(|(own, _)| own == name))
        });
        let signed = match any.sign(&url) {
            Ok(signed) => {
                prop_assert!(!twice, "a protocol parameter was sent twice");
                signed
            }
            Err(error) => {
                prop_assert!(twice, "{}", error);
                prop_assert_eq!(error.status(), Status::DuplicateProtocolParameter);
                return Ok(());
            }
        };
        prop_assert_eq!(&signed.base_string, &any.base_string());
        prop_assert_eq!(&signed.signature, &any.signature());
        let all = [theirs.clone(), own.clone()].concat();
        prop_assert_eq!(&signed.normalized_parameters(), &plain::normalize(&all));
        prop_assert_eq!((signed.nonce.as_str(), signed.timestamp), (any.nonce.as_str(), any.timestamp));

        let mut ours = own;
        ours.push((b"oauth_signature".to_vec(), signed.signature.clone().into_bytes()));
        let before_fragment = signed.url.split('#').next().unwrap();
        let sent_query = before_fragment.split_once('?').map_or("", |(_, query)| query);
        let query = any.url.pairs();
        prop_assert!(signed.url.is_ascii() && !signed.url.contains(' '));
        prop_assert!(signed.url.ends_with(&plain::as_sent(&any.url.fragment)));
        match any.transmission {
            Transmission::Header => {
                let (realm, pairs) = parse_header(&signed.authorization);
                prop_assert_eq!(realm.unwrap_or_default(), any.realm.as_bytes());
                prop_assert_eq!(sorted(pairs), sorted(ours));
                prop_assert_eq!(&signed.url, &plain::as_sent(&url));
                prop_assert_eq!(&signed.body, &None);
            }
            Transmission::Query => {
                prop_assert!(ours_come_after(plain::form(sent_query.as_bytes()), &query, ours), "{}", signed.url);
                prop_assert_eq!((signed.authorization.as_str(), &signed.body), ("", &None));
            }
            Transmission::Body => {
                let body = plain::form(any.body.as_deref().unwrap_or_default());
                prop_assert!(ours_come_after(plain::form(signed.body.as_ref().unwrap()), &body, ours));
                prop_assert_eq!(signed.authorization.as_str(), "");
                prop_assert_eq!(&signed.url, &plain::as_sent(&url));
            }
        }
        // What is sent signs as it was signed: no client's or server's encoding comes between.
        if any.transmission == Transmission::Header {
            prop_assert_eq!(&any.sign(&signed.url).unwrap().base_string, &signed.base_string);
        }
    }

    /// Usually the full way signs the normal form, and hands that back: an RFC 3986 library normalises the URL to the same,
    /// where it takes it for one, and signing what is to be sent as it is gives the same base string.
    #[test]
    fn what_is_sent_is_in_normal_form(any in request()) {
        let any = Any { transmission: Transmission::Header, ..any };
        let (mut usual, as_given) = (any.signer(), any.signer());
        usual.set_url_form(UrlForm::Usual);
        let url = any.url.text();
        let Ok(signed) = any.with_request(&url, |request| usual.sign(request, &mut System)) else { return Ok(()) };
        let again = any.with_request(&signed.url, |request| as_given.sign(request, &mut System)).unwrap();
        prop_assert_eq!(&again.url, &signed.url);
        prop_assert_eq!(&again.base_string, &signed.base_string);
        prop_assert!(any.with_request(&signed.url, |request| request.has_normal_url()).unwrap());
        if let Ok(uri) = fluent_uri::Uri::parse(signed.url.as_str()) {
            let normal = uri.normalize();
            prop_assert_eq!(normal.as_str(), signed.url.as_str());
        }
        if let Ok(uri) = fluent_uri::Uri::parse(url.as_str()) {
            let normal = uri.normalize();
            let (query, path) = (normal.query().map(|query| query.as_str()), normal.path().as_str());
            let ours = fluent_uri::Uri::parse(signed.url.as_str()).expect("a URI that was one stays one");
            prop_assert_eq!(ours.path().as_str(), if path.is_empty() { "/" } else { path });
            prop_assert_eq!(ours.query().map(|query| query.as_str()), query);
            prop_assert_eq!(ours.authority().map(|it| it.host()), normal.authority().map(|it| it.host()));
        }
    }

    /// The short way gives the header of the full way, and never more than its bound.
    #[test]
    fn the_short_way_is_the_full_way(any in request()) {
        let any = Any { transmission: Transmission::Header, ..any };
        let signer = any.signer();
        let url = any.url.text();
        any.with_request(&url, |request| -> Result<(), TestCaseError> {
            let full = signer.sign(request, &mut System);
            let short = signer.authorization(request, &mut System);
            let bound = signer.authorization_bound(request);
            match full {
                Ok(full) => {
                    let short = short.unwrap();
                    prop_assert_eq!(&short, &full.authorization);
                    prop_assert!(bound.clone().unwrap() >= short.len());
                    let length = signer.authorization_with(request, &mut System, |header| header.len());
                    prop_assert_eq!(length.unwrap(), short.len());
                }
                Err(error) => {
                    prop_assert_eq!(short.unwrap_err(), error.clone());
                    prop_assert_eq!(bound.clone().unwrap_err(), error);
                }
            }
            // With the system's nonce and clock, the same bound serves for whatever they say.
            let mut request = *request;
            (request.nonce, request.timestamp) = (None, None);
            if let Ok(bound) = signer.authorization_bound(&request) {
                for _ in 0..3 {
                    prop_assert!(signer.authorization(&request, &mut System).unwrap().len() <= bound);
                }
            }
            Ok(())
        })?;
    }

    /// The order in which parameters stand in the URL has no part in a signature; nor has what stands
    /// between query and body.
    #[test]
    fn order_has_no_meaning(any in request(), seed in any::<u64>()) {
        let shuffled = |pieces: &[String]| {
            let mut pieces = pieces.to_vec();
            let mut state = seed;
            for index in (1..pieces.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                pieces.swap(index, usize::try_from(state >> 33).unwrap() % (index + 1));
            }
            pieces
        };
        let mut other = any.clone();
        other.url.query = any.url.query.as_deref().map(shuffled);
        let signed = any.sign(&any.url.text());
        let again = other.sign(&other.url.text());
        match (signed, again) {
            (Ok(signed), Ok(again)) => {
                prop_assert_eq!(&signed.base_string, &again.base_string);
                prop_assert_eq!(&signed.signature, &again.signature);
            }
            (signed, again) => prop_assert_eq!(signed.map(|_| ()), again.map(|_| ())),
        }

        // The query's parameters moved to the body, encoded for the wire.
        if any.is_form() && any.transmission == Transmission::Header {
            let mut moved = any.clone();
            let query = any.url.query.as_ref().map_or(String::new(), |pieces| pieces.join("&"));
            let body = any.body.clone().unwrap_or_default();
            moved.url.query = None;
            moved.body = Some([query.as_bytes(), b"&", &body].concat());
            let one = any.sign(&any.url.text()).map(|signed| signed.signature.clone());
            let two = moved.sign(&moved.url.text()).map(|signed| signed.signature.clone());
            prop_assert_eq!(one, two);
        }
    }
}

proptest! {
    // Slow in a debug build.
    #![proptest_config(cases(64))]

    /// RSA signatures verify over the plain base string; the bound and the short way hold for them too.
    #[test]
    fn rsa_signatures_verify(any in request(), method in select(rsa_methods()), pkcs1 in any::<bool>()) {
        use rsa::pkcs1::DecodeRsaPrivateKey;
        use rsa::pkcs8::DecodePrivateKey;
        use rsa::{PrivateKey, Pss};

        let any = Any { signature_method: method, transmission: Transmission::Header, ..any };
        let any = Any { body_hash: false, ..any };
        let mut signer = any.signer();
        signer.set_private_key(&key(pkcs1)).unwrap();
        let url = any.url.text();
        let signed = any.with_request(&url, |request| -> Result<_, TestCaseError> {
            let Ok(signed) = signer.sign(request, &mut System) else { return Ok(None) };
            let authorization = signer.authorization(request, &mut System).unwrap();
            // The salt of PSS is another each time.
            let is_same = authorization == signed.authorization;
            prop_assert_eq!(is_same, any.signature_method != SignatureMethod::RsaPssSha256);
            prop_assert!(signer.authorization_bound(request).unwrap() >= signed.authorization.len());
            Ok(Some(signed))
        })?;
        let Some(signed) = signed else { return Ok(()) };
        let base_string = any.base_string();
        prop_assert_eq!(&signed.base_string, &base_string);
        let private = if pkcs1 {
            PrivateKey::from_pkcs1_pem(&key(true)).unwrap()
        } else {
            PrivateKey::from_pkcs8_pem(&key(false)).unwrap()
        };
        let (public, signature) = (private.as_public_key(), STANDARD.decode(&signed.signature).unwrap());
        let verified = match any.signature_method {
            SignatureMethod::RsaSha1 => public.pkcs1v15_verify::<Sha1>(base_string.as_bytes(), &signature),
            SignatureMethod::RsaSha256 => public.pkcs1v15_verify::<Sha256>(base_string.as_bytes(), &signature),
            SignatureMethod::RsaSha512 => public.pkcs1v15_verify::<Sha512>(base_string.as_bytes(), &signature),
            SignatureMethod::RsaPssSha256 => {
                public.verify(Pss { salt_len: Some(32), ..Pss::<Sha256>::new() }, &Sha256::digest(&base_string), &signature)
            }
            other => panic!("{other} is not RSA"),
        };
        prop_assert!(verified.is_ok());
    }
}

fn rsa_methods() -> Vec<SignatureMethod> {
    SignatureMethod::ALL.into_iter().filter(|method| method.is_rsa()).collect()
}

/// Whether what is sent is the request's own pairs as they came, and ours after them in any order.
fn ours_come_after(mut sent: plain::Pairs, theirs: &plain::Pairs, ours: plain::Pairs) -> bool {
    sent.starts_with(theirs) && sorted(sent.split_off(theirs.len())) == sorted(ours)
}

fn sorted(mut pairs: plain::Pairs) -> plain::Pairs {
    pairs.sort();
    pairs
}

/// The realm, out of its quotes (RFC 9110 §5.6.4), and the pairs of a header, decoded.
fn parse_header(header: &str) -> (Option<Vec<u8>>, plain::Pairs) {
    let mut rest = header.strip_prefix("OAuth ").expect("the scheme");
    let mut realm = None;
    if let Some(quoted) = rest.strip_prefix("realm=\"") {
        let (mut text, mut bytes) = (Vec::new(), quoted.bytes());
        while let Some(byte) = bytes.next().filter(|&byte| byte != b'"') {
            text.push(if byte == b'\\' { bytes.next().expect("a quoted character") } else { byte });
        }
        rest = quoted[quoted.len() - bytes.len()..].strip_prefix(", ").expect("more after the realm");
        realm = Some(text);
    }
    let pairs = rest.split(", ").map(|item| {
        let (name, value) = item.split_once('=').expect("name=value");
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("a quoted value");
        assert!(item.is_ascii() && !value.contains(['"', ' ', ',']), "{item}");
        (plain::decode(name.as_bytes()), plain::decode(value.as_bytes()))
    });
    (realm, pairs.collect())
}
