//! Signatures that services want beside those of OAuth: bare ones by RSA, and JSON Web Tokens (RFC 7515, RFC 7519).

use crate::error::{Crypto, Error, Protocol};
use crate::json::Pairs;
use crate::mac::hmac;
use crate::oauth1::{SignatureMethod, Signer};
use crate::system::Fresh;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Those of a token, for whoever names another.
const TOKENS: &str = "HS256, HS384, HS512, RS256, RS512, PS256";
/// Those of a bare signature.
const RSA: &str = "RS1, RS256, RS512, PS256";

/// What signs a token.
#[allow(missing_debug_implementations, reason = "it is a secret")]
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// The key of HMAC.
    Secret(&'a [u8]),
    /// The private key of RSA that a signer has.
    Of(Option<&'a Signer>),
}

/// The method that RSA signs by, of a name of RFC 7518 §3.1 or RFC 8812 §2.
fn rsa(name: &str) -> Option<SignatureMethod> {
    match name {
        "RS1" => Some(SignatureMethod::RsaSha1),
        "RS256" => Some(SignatureMethod::RsaSha256),
        "RS512" => Some(SignatureMethod::RsaSha512),
        "PS256" => Some(SignatureMethod::RsaPssSha256),
        _ => None,
    }
}

/// The signature of `message` by RSA with a signer's private key; `algorithm` is `RS1` (with SHA-1), `RS256`, `RS512` or `PS256`.
///
/// # Errors
/// [`Protocol::UnknownSignature`]; [`InvalidKey`](crate::Status::InvalidKey) where there is no key for it.
pub fn sign_rsa(
    signer: Option<&Signer>,
    algorithm: &str,
    message: &[u8],
    fresh: &mut dyn Fresh,
) -> Result<Vec<u8>, Error> {
    let method = rsa(algorithm).ok_or(Protocol::UnknownSignature { known: RSA })?;
    signer.ok_or(Crypto::NoPrivateKey)?.sign_rsa(method, message, fresh)
}

/// A JSON Web Token in its compact form (RFC 7515 §3.1). `header` is a JSON object of what it says beside `alg` and `typ`, or empty;
/// `claims` is a JSON object, and is signed as it came. `algorithm` is one of RFC 7518 §3.1: `HS256`, `HS384`, `HS512` with a secret,
/// `RS256`, `RS512`, `PS256` with a private key.
///
/// # Errors
/// [`Protocol::UnknownSignature`], [`Protocol::NotObject`], [`Protocol::OtherAlgorithm`];
/// [`InvalidKey`](crate::Status::InvalidKey) where there is no key for it.
pub fn token(
    header: &str,
    claims: &str,
    algorithm: &str,
    key: Key<'_>,
    fresh: &mut dyn Fresh,
) -> Result<String, Error> {
    let header = if header.trim().is_empty() { "{}" } else { header };
    let mut fields = object(header, "header")?;
    object(claims, "claims")?;
    let (alg, typ) = (quoted(algorithm), quoted("JWT"));
    if fields.insert("alg".to_owned(), &alg).is_some_and(|given| given.get() != alg.get()) {
        return Err(Protocol::OtherAlgorithm.into());
    }
    fields.entry("typ".to_owned()).or_insert(&typ);
    let header = serde_json::to_string(&fields).map_err(|_| Protocol::NotObject { name: "header" })?;
    let signed = [URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)].map(Zeroizing::new);
    let signed = Zeroizing::new([signed[0].as_str(), signed[1].as_str()].join("."));
    let hash = match algorithm {
        "HS256" => Some("SHA256"),
        "HS384" => Some("SHA384"),
        "HS512" => Some("SHA512"),
        _ => None,
    };
    let signature = match (hash, key) {
        (Some(_), Key::Of(_) | Key::Secret(b"")) => return Err(Protocol::NoMacKey.into()),
        (Some(hash), Key::Secret(secret)) => hmac(hash, secret, signed.as_bytes())?.to_vec(),
        (None, _) if algorithm == "RS1" => return Err(Protocol::UnknownSignature { known: TOKENS }.into()),
        (None, key) => {
            rsa(algorithm).ok_or(Protocol::UnknownSignature { known: TOKENS })?;
            let signer = if let Key::Of(signer) = key { signer } else { None };
            sign_rsa(signer, algorithm, signed.as_bytes(), fresh)?
        }
    };
    Ok(format!("{}.{}", &*signed, URL_SAFE_NO_PAD.encode(signature)))
}

fn quoted(text: &str) -> Box<RawValue> {
    to_raw_value(text).expect("text is always JSON")
}

/// The fields of an object, each name once (RFC 7515 §4).
fn object<'a>(text: &'a str, name: &'static str) -> Result<BTreeMap<String, &'a RawValue>, Error> {
    let no_object = || Error::from(Protocol::NotObject { name });
    let Pairs(pairs) = serde_json::from_str(text).map_err(|_| no_object())?;
    let count = pairs.len();
    let fields: BTreeMap<_, _> = pairs.into_iter().collect();
    if fields.len() == count { Ok(fields) } else { Err(no_object()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::System;

    /// RFC 7515 §A.1: the header there has line breaks and another order, so that its own octets come out for the claims alone.
    #[test]
    fn claims_are_signed_as_they_came() {
        let key = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let claims = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
        let token = token("", claims, "HS256", Key::Secret(&key), &mut System).unwrap();
        let parts: Vec<_> = token.split('.').collect();
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[0]).unwrap(), br#"{"alg":"HS256","typ":"JWT"}"#);
        assert_eq!(
            parts[1],
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        );
        let mac = hmac("SHA256", &key, format!("{}.{}", parts[0], parts[1]).as_bytes()).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[2]).unwrap(), &mac[..]);
    }

    #[test]
    fn what_cannot_be_signed_has_its_reason() {
        let of = |header: &str, claims: &str, algorithm: &str, key| {
            token(header, claims, algorithm, key, &mut System).map_err(|error| error.word())
        };
        let secret = Key::Secret(b"hunter2");
        assert!(of(r#"{"kid":"1","typ":"at+jwt","alg":"HS512"}"#, "{}", "HS512", secret).is_ok());
        assert_eq!(of(r#"{"alg":"none"}"#, "{}", "HS256", secret), Err("other-algorithm"));
        for header in ["[]", "{", r#"{"kid":1,"kid":1}"#, "null"] {
            assert_eq!(of(header, "{}", "HS256", secret), Err("not-object"), "{header}");
            assert_eq!(of("", header, "HS256", secret), Err("not-object"), "{header}");
        }
        for algorithm in ["none", "HS1", "ES256", "RS1", "", "hs256"] {
            assert_eq!(of("", "{}", algorithm, secret), Err("unknown-signature"), "{algorithm}");
        }
        for key in [Key::Secret(b""), Key::Of(None)] {
            assert_eq!(of("", "{}", "HS256", key), Err("no-mac-key"));
        }
        assert_eq!(of("", "{}", "RS256", secret), Err("no-private-key"));
        assert_eq!(of("", "{}", "PS256", Key::Of(Signer::new("key", "").ok().as_ref())), Err("no-private-key"));
        assert!(sign_rsa(None, "HS256", b"", &mut System).is_err());
    }
}
