//! The form of requests that Mastercard's own libraries make, where it is not that of RFC 5849.
//!
//! - Protocol parameters are not encoded one by one: they stand in the header as they are, and the base string has their
//!   names and values encoded once, with all of the string of parameters, where §3.4.1.3.2 has them encoded before as well.
//! - So does a query without any escape. One with an escape is decoded and encoded as RFC 5849 has it.
//! - The body is signed by its hash, whatever it is; a form's pairs are not.
//! - The method RSA-PSS-SHA256 is called RSA-PSS.

use crate::form;
use crate::percent::{Once, encode_into};
use crate::url::must_be_encoded;
use zeroize::Zeroizing;

/// A name and a value as the string of parameters has them.
pub(super) type Written = [Zeroizing<Vec<u8>>; 2];

/// Those of the request and ours, in order.
pub(super) fn pairs<'a>(query: &[u8], own: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<Written> {
    let own = own.map(|(name, value)| [name.as_bytes(), value].map(|part| Zeroizing::new(part.to_vec())));
    let mut pairs: Vec<Written> = self::query(query).into_iter().map(|(_, written)| written).chain(own).collect();
    pairs.sort_unstable_by(|a, b| a.iter().map(|part| &**part).cmp(b.iter().map(|part| &**part)));
    pairs
}

/// The pairs of a query, decoded, and as the string of parameters has them.
pub(super) fn query(query: &[u8]) -> Vec<([Vec<u8>; 2], Written)> {
    // What is sent encoded is an escape, too.
    if query.iter().any(|&byte| byte == b'%' || must_be_encoded(byte)) {
        let pairs = form::decode(query).into_iter().map(|(name, value)| [name, value]);
        return pairs.map(|pair| (pair.clone(), pair.map(encoded))).collect();
    }
    let pairs = query.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let mut parts = pair.splitn(2, |&byte| byte == b'=').map(<[u8]>::to_vec);
        [parts.next().unwrap_or_default(), parts.next().unwrap_or_default()]
    });
    pairs.map(|pair| (pair.clone(), pair.map(Zeroizing::new))).collect()
}

fn encoded(text: Vec<u8>) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(3 * text.len()));
    encode_into::<Once>(&text, &mut *out);
    out
}

#[cfg(all(test, feature = "dialects"))]
mod tests {
    use crate::oauth1::{Request, SignatureMethod, Signer, Transmission};
    use crate::setting::Value;
    use crate::system::System;

    fn signer() -> Signer {
        let mut signer = Signer::new("abc!123", "").unwrap();
        signer.set_private_key(include_str!("../../tests/vectors/oauth1/keys/mastercard-rsa-2048.pem")).unwrap();
        signer.set_signature_method(SignatureMethod::RsaSha256);
        signer.set("mastercard_form", Value::Flag(true)).unwrap();
        signer
    }

    #[test]
    fn rsa_pss_has_its_short_name() {
        let mut signer = signer();
        signer.set_signature_method(SignatureMethod::RsaPssSha256);
        let request = Request::new("GET", "https://sandbox.api.mastercard.com/");
        let signed = signer.sign(&request, &mut System).unwrap();
        assert!(signed.authorization.contains(", oauth_signature_method=\"RSA-PSS\", "), "{}", signed.authorization);
        assert!(signed.base_string.contains("%26oauth_signature_method%3DRSA-PSS%26"), "{}", signed.base_string);
        signer.set("mastercard_form", Value::Flag(false)).unwrap();
        let signed = signer.sign(&request, &mut System).unwrap();
        assert!(signed.base_string.contains("%26oauth_signature_method%3DRSA-PSS-SHA256%26"), "{}", signed.base_string);
        assert!(signed.base_string.contains("oauth_consumer_key%3Dabc%2521123%26"), "{}", signed.base_string);
    }

    #[test]
    fn parameters_travel_by_header_alone() {
        let mut request = Request::new("POST", "https://sandbox.api.mastercard.com/");
        request = request.with_body(Some("application/x-www-form-urlencoded"), b"a=1");
        for transmission in [Transmission::Query, Transmission::Body] {
            request.transmission = transmission;
            let error = signer().sign(&request, &mut System).unwrap_err();
            assert_eq!(error.word(), "no-header", "{transmission:?}");
        }
    }

    /// A parameter of ours in the query would be there twice.
    #[test]
    fn what_is_ours_is_refused_in_the_query() {
        let request = Request::new("GET", "https://sandbox.api.mastercard.com/?oauth_nonce=1");
        assert_eq!(signer().sign(&request, &mut System).unwrap_err().word(), "in-request");
    }

    #[test]
    fn an_explanation_has_the_pairs_as_they_are_signed() {
        for query in ["", "?a=1:2&b=!&a=+", "?a=1:2&b=%20&a=+", "?é=,&&=x&y"] {
            let url = format!("https://sandbox.api.mastercard.com/{query}");
            let request = Request::new("POST", &url).with_body(Some("application/x-www-form-urlencoded"), b"c=3");
            let steps = signer().explain(&request, &mut System).unwrap();
            let pairs = steps.sorted.iter().map(|&at| &steps.parameters[at]);
            let joined: Vec<String> =
                pairs.map(|pair| format!("{}={}", pair.encoded_name, pair.encoded_value)).collect();
            assert_eq!(joined.join("&"), steps.signed.normalized_parameters(), "{query}");
            assert!(!steps.signed.normalized_parameters().contains("c=3"), "{query}");
        }
    }
}
