//! Any request, and how it is signed plainly.

use crate::plain;
use crate::url::{Url, piece, strings, url};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use osign::Error;
use osign::oauth1::{Request, SignatureMethod, Signed, Signer, Transmission, UrlForm};
use osign::system::System;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

#[derive(Clone, Debug)]
pub(crate) struct Any {
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) consumer: (String, String),
    pub(crate) token: Option<(String, String)>,
    pub(crate) signature_method: SignatureMethod,
    pub(crate) realm: String,
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) nonce: String,
    pub(crate) timestamp: i64,
    pub(crate) send_version: bool,
    pub(crate) body_hash: bool,
    pub(crate) transmission: Transmission,
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

impl Any {
    pub(crate) fn is_form(&self) -> bool {
        self.content_type.is_some_and(|content_type| content_type.to_lowercase().starts_with(FORM))
    }

    pub(crate) fn signer(&self) -> Signer {
        let mut signer = Signer::new(&self.consumer.0, &self.consumer.1).unwrap();
        signer.set_signature_method(self.signature_method);
        if let Some((token, secret)) = &self.token {
            signer.set_token(token, secret).unwrap();
        }
        signer.set_realm(&self.realm).unwrap();
        // What the plain implementation signs; normal forms have a test of their own.
        signer.set_url_form(UrlForm::AsGiven);
        signer.set_send_version(self.send_version);
        signer.set_body_hash(self.body_hash);
        signer
    }

    /// Hands `use_it` the request, which borrows.
    pub(crate) fn with_request<R>(&self, url: &str, use_it: impl FnOnce(&Request<'_>) -> R) -> R {
        let extra: Vec<_> = self.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut request = Request::new(&self.method, url);
        request.content_type = self.content_type;
        request.body = self.body.as_deref();
        request.parameters = &extra;
        request.transmission = self.transmission;
        request.nonce = Some(&self.nonce);
        request.timestamp = Some(self.timestamp);
        use_it(&request)
    }

    pub(crate) fn sign(&self, url: &str) -> Result<Signed, Error> {
        self.with_request(url, |request| self.signer().sign(request, &mut System))
    }

    pub(crate) fn request_pairs(&self) -> plain::Pairs {
        let mut pairs = self.url.pairs();
        if self.is_form() {
            pairs.extend(plain::form(self.body.as_deref().unwrap_or_default()));
        }
        pairs
    }

    /// Ours, all but the signature.
    pub(crate) fn protocol_pairs(&self) -> plain::Pairs {
        let mut pairs = vec![
            ("oauth_consumer_key".to_owned(), self.consumer.0.clone()),
            ("oauth_signature_method".to_owned(), self.signature_method.name().to_owned()),
            ("oauth_timestamp".to_owned(), self.timestamp.to_string()),
            ("oauth_nonce".to_owned(), self.nonce.clone()),
        ];
        pairs.extend(self.token.iter().map(|(token, _)| ("oauth_token".to_owned(), token.clone())));
        if self.send_version {
            pairs.push(("oauth_version".to_owned(), "1.0".to_owned()));
        }
        if self.body_hash && !self.is_form() {
            let hash = hash_plainly(self.signature_method, self.body.as_deref().unwrap_or_default());
            pairs.push(("oauth_body_hash".to_owned(), hash));
        }
        pairs.extend(self.extra.iter().cloned());
        pairs.into_iter().map(|(name, value)| (name.into_bytes(), value.into_bytes())).collect()
    }

    pub(crate) fn base_string(&self) -> String {
        let pairs = [self.request_pairs(), self.protocol_pairs()].concat();
        let parts = [self.method.to_ascii_uppercase(), self.url.base_string_uri(), plain::normalize(&pairs)];
        parts.map(|part| plain::encode(part.as_bytes())).join("&")
    }

    pub(crate) fn signature(&self) -> String {
        let token_secret = self.token.as_ref().map_or("", |(_, secret)| secret);
        sign_plainly(self.signature_method, &self.consumer.1, token_secret, &self.base_string())
    }
}

pub(crate) fn request() -> impl Strategy<Value = Any> {
    let method = prop_oneof![
        3 => select(strings(&["GET", "POST", "PUT", "DELETE", "PATCH", "get", "Post"])),
        1 => "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,10}",
    ];
    let content_type = select(vec![
        None,
        Some(FORM),
        Some(FORM),
        Some("application/x-www-form-urlencoded; charset=utf-8"),
        Some("Application/X-WWW-Form-Urlencoded ;charset=\"a;b\""),
        Some("application/json"),
        Some("multipart/form-data; boundary=application/x-www-form-urlencoded"),
    ]);
    let body = prop_oneof![
        3 => vec(piece(), 0..6).prop_map(|pieces| pieces.join("&").into_bytes()),
        1 => vec(any::<u8>(), 0..60),
        1 => vec(select(b"a=&%+;4fF \x00\xFF\n".to_vec()), 0..20),
    ];
    let extra_name = Union::new([
        select(strings(&[
            "oauth_callback",
            "oauth_verifier",
            "oauth_zzz",
            "zz",
            "a",
            "x y",
            "é",
            "oauth~",
            "Oauth",
            "~",
        ]))
        .boxed(),
        "x_[!-~]{1,8}".boxed(),
    ]);
    let credentials = || ("\\PC{1,16}", "\\PC{0,16}");
    let what = (method, url(), content_type, option::weighted(0.8, body));
    let who = (credentials(), option::of(credentials()), "\\PC{0,8}");
    let how = (
        select(vec![
            SignatureMethod::HmacSha1,
            SignatureMethod::HmacSha256,
            SignatureMethod::HmacSha512,
            SignatureMethod::Plaintext,
        ]),
        // A request without extras takes the quick path, one with them the general one.
        prop_oneof![2 => Just(Vec::new()), 1 => btree_map(extra_name, "\\PC{0,12}", 1..4)
            .prop_map(|extra| extra.into_iter().collect())],
        Union::new(["[A-Za-z0-9]{1,32}".boxed(), "\\PC{1,12}".boxed()]),
        prop_oneof![3 => 1_000_000_000..2_000_000_000_i64, 1 => 1..=i64::MAX],
        any::<bool>(),
        any::<bool>(),
        select(vec![Transmission::Header, Transmission::Header, Transmission::Query, Transmission::Body]),
    );
    (what, who, how).prop_map(|(what, who, how)| {
        let mut any = Any {
            method: what.0,
            url: what.1,
            content_type: what.2,
            body: what.3,
            consumer: who.0,
            token: who.1,
            realm: who.2,
            signature_method: how.0,
            extra: how.1,
            nonce: how.2,
            timestamp: how.3,
            send_version: how.4,
            body_hash: how.5,
            transmission: how.6,
        };
        if any.transmission == Transmission::Body && !any.is_form() {
            any.content_type = Some(FORM);
        }
        any
    })
}

// --- What `plain` lacks ---------------------------------------------------------------------------------------------

/// §3.4.2, §3.4.4.
fn sign_plainly(method: SignatureMethod, consumer_secret: &str, token_secret: &str, base_string: &str) -> String {
    fn mac<M: KeyInit + Mac>(key: &str, data: &str) -> String {
        let mac = <M as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
        STANDARD.encode(mac.chain_update(data.as_bytes()).finalize().into_bytes())
    }
    let key = format!("{}&{}", plain::encode(consumer_secret.as_bytes()), plain::encode(token_secret.as_bytes()));
    match method {
        SignatureMethod::HmacSha1 => mac::<Hmac<Sha1>>(&key, base_string),
        SignatureMethod::HmacSha256 => mac::<Hmac<Sha256>>(&key, base_string),
        SignatureMethod::HmacSha512 => mac::<Hmac<Sha512>>(&key, base_string),
        SignatureMethod::Plaintext => key,
        _ => unreachable!("no RSA here"),
    }
}

fn hash_plainly(method: SignatureMethod, body: &[u8]) -> String {
    match method {
        SignatureMethod::HmacSha256 => STANDARD.encode(Sha256::digest(body)),
        SignatureMethod::HmacSha512 => STANDARD.encode(Sha512::digest(body)),
        _ => STANDARD.encode(Sha1::digest(body)),
    }
}
