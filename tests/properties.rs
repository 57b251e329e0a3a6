//! What holds for any request, against an implementation of RFC 5849 that is written anew, plainly.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test properties` looks longer.

mod plain;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use osign::nonce::System;
use osign::oauth1::{Request, SignatureMethod, Signed, Signer, Transmission, base_string_uri};
use osign::{Error, Status, percent};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

/// PROPTEST_CASES in place of 1024; what is slow runs its share of it.
fn cases(of_1024: u32) -> ProptestConfig {
    let all = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1024);
    let cases = u32::try_from(all * u64::from(of_1024) / 1024).unwrap_or(u32::MAX).max(1);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
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

// --- Any request -----------------------------------------------------------------------------------------------------

/// A URL in its parts, so that nothing here has to take one apart.
#[derive(Clone, Debug)]
struct Url {
    scheme: String,
    userinfo: String,
    host: String,
    port: Option<String>,
    path: String,
    query: Option<Vec<String>>,
    fragment: String,
}

impl Url {
    fn text(&self) -> String {
        let port = self.port.as_ref().map_or(String::new(), |port| format!(":{port}"));
        let query = self.query.as_ref().map_or(String::new(), |pieces| format!("?{}", pieces.join("&")));
        let Self { scheme, userinfo, host, path, fragment, .. } = self;
        format!("{scheme}://{userinfo}{host}{port}{path}{query}{fragment}")
    }

    fn base_string_uri(&self) -> String {
        let scheme = self.scheme.to_lowercase();
        let default = if scheme == "https" { 443 } else { 80 };
        let port = self.port.as_deref().unwrap_or_default().parse::<u16>().unwrap_or(default);
        let port = if port == default { String::new() } else { format!(":{port}") };
        let path = if self.path.is_empty() { "/".to_owned() } else { plain::as_sent(&self.path) };
        format!("{scheme}://{}{port}{path}", self.host.to_lowercase())
    }

    fn pairs(&self) -> plain::Pairs {
        self.query.as_ref().map_or(Vec::new(), |pieces| plain::form(pieces.join("&").as_bytes()))
    }
}

#[derive(Clone, Debug)]
struct Any {
    method: String,
    url: Url,
    content_type: Option<&'static str>,
    body: Option<Vec<u8>>,
    consumer: (String, String),
    token: Option<(String, String)>,
    signature_method: SignatureMethod,
    realm: String,
    extra: Vec<(String, String)>,
    nonce: String,
    timestamp: i64,
    send_version: bool,
    body_hash: bool,
    transmission: Transmission,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl Any {
    fn is_form(&self) -> bool {
        self.content_type.is_some_and(|content_type| content_type.to_lowercase().starts_with(FORM))
    }

    fn signer(&self) -> Signer {
        let mut signer = Signer::new(&self.consumer.0, &self.consumer.1).unwrap();
        signer.set_signature_method(self.signature_method);
        if let Some((token, secret)) = &self.token {
            signer.set_token(token, secret).unwrap();
        }
        signer.set_realm(&self.realm).unwrap();
        signer.set_send_version(self.send_version);
        signer.set_body_hash(self.body_hash);
        signer
    }

    /// Hands `use_it` the request, which borrows.
    fn with_request<R>(&self, url: &str, use_it: impl FnOnce(&Request<'_>) -> R) -> R {
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

    fn sign(&self, url: &str) -> Result<Signed, Error> {
        self.with_request(url, |request| self.signer().sign(request, &mut System))
    }

    fn request_pairs(&self) -> plain::Pairs {
        let mut pairs = self.url.pairs();
        if self.is_form() {
            pairs.extend(plain::form(self.body.as_deref().unwrap_or_default()));
        }
        pairs
    }

    /// Ours, all but the signature.
    fn protocol_pairs(&self) -> plain::Pairs {
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

    fn base_string(&self) -> String {
        let pairs = [self.request_pairs(), self.protocol_pairs()].concat();
        let parts = [self.method.to_ascii_uppercase(), self.url.base_string_uri(), plain::normalize(&pairs)];
        parts.map(|part| plain::encode(part.as_bytes())).join("&")
    }

    fn signature(&self) -> String {
        let token_secret = self.token.as_ref().map_or("", |(_, secret)| secret);
        sign_plainly(self.signature_method, &self.consumer.1, token_secret, &self.base_string())
    }
}

fn concatenated(parts: Vec<String>, most: usize) -> impl Strategy<Value = String> {
    vec(Union::new([select(parts).boxed(), "[a-zA-Z0-9_~.-]{1,4}".boxed()]), 0..most).prop_map(|parts| parts.concat())
}

fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// A name or a value as it may stand in a query, awkward on purpose.
fn word() -> impl Strategy<Value = String> {
    concatenated(
        strings(&[
            "a",
            "A",
            "a-",
            "o",
            "oauth",
            "oauth_",
            "oauth_zzz",
            "%6fauth_a",
            "OAUTH_TOKEN",
            "p",
            "%FF",
            "%fe%00",
            "%zz",
            "%",
            "%4",
            "+",
            " ",
            "%20",
            "%2B",
            ";",
            ":",
            "/",
            "?",
            "é",
            "☃",
            "~",
            "%7e",
            "!",
            "*",
            "'",
            "(",
            "[0]",
            "%26",
            "%3D",
            "%25",
            "\"",
            "\\",
        ]),
        4,
    )
}

/// One piece between two `&`: a pair, a name alone, or nothing.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (word(), word()).prop_map(|(name, value)| format!("{name}={value}")),
        2 => word(),
        1 => word().prop_map(|word| format!("a={word}=b")),
        1 => select(strings(&["", "=", "a", "a=1", "a=1", "oauth_zzz=9", "zz=", "a%20=", "a=", "a!=1", "a-=1"])),
    ]
}

fn url() -> impl Strategy<Value = Url> {
    let host = prop_oneof![
        4 => "[A-Za-z0-9]{1,6}(-[a-z]{1,3})?(\\.[A-Za-z]{2,4}){0,2}",
        1 => "[a-z]{1,3}_[!$&'()*,;=]{0,2}[A-Z]",
        1 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        2 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]")),
        1 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]").to_uppercase()),
    ];
    let port = prop_oneof![
        2 => select(strings(&["", "80", "443", "080", "0443", "8080", "65535", "1"])),
        1 => (1..=65535_u16).prop_map(|port| port.to_string()),
    ];
    let path = concatenated(
        strings(&[
            "/",
            "//",
            "/..",
            "%20",
            "%2f",
            "%2F",
            "%zz",
            "%",
            "+",
            ";v=1",
            ":",
            "@",
            "é",
            "日本",
            " ",
            "~",
            "{x}",
            "\\",
            "%E2%98%83",
            "%ff",
            "'",
            "(",
            "*",
            "!",
            "\"",
            "<",
            "|",
            "[",
            "&",
            "=",
        ]),
        6,
    );
    (
        select(strings(&["http", "https", "HTTP", "hTTps"])),
        select(strings(&["", "", "", "user@", "user:p%40ss@", "a@b@", ":@"])),
        host,
        option::of(port),
        option::of(path),
        option::of(vec(piece(), 0..6)),
        select(strings(&["", "", "", "#", "#a=1&b", "#f r?/é"])),
    )
        .prop_map(|(scheme, userinfo, host, port, path, query, fragment)| {
            let path = path.map_or(String::new(), |path| format!("/{path}"));
            Url { scheme, userinfo, host, port, path, query, fragment }
        })
}

fn request() -> impl Strategy<Value = Any> {
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

/// Whether what is sent is the request's own pairs as they came, and ours after them in any order.
fn ours_come_after(mut sent: plain::Pairs, theirs: &plain::Pairs, ours: plain::Pairs) -> bool {
    sent.starts_with(theirs) && sorted(sent.split_off(theirs.len())) == sorted(ours)
}

fn sorted(mut pairs: plain::Pairs) -> plain::Pairs {
    pairs.sort();
    pairs
}

/// The realm and the pairs of a header, decoded.
fn parse_header(header: &str) -> (Option<Vec<u8>>, plain::Pairs) {
    let mut pairs: plain::Pairs = header
        .strip_prefix("OAuth ")
        .expect("the scheme")
        .split(", ")
        .map(|item| {
            let (name, value) = item.split_once('=').expect("name=value");
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("a quoted value");
            assert!(item.is_ascii() && !value.contains(['"', ' ', ',']), "{item}");
            (plain::decode(name.as_bytes()), plain::decode(value.as_bytes()))
        })
        .collect();
    let realm = (pairs[0].0 == b"realm").then(|| pairs.remove(0).1);
    (realm, pairs)
}

// --- What holds ------------------------------------------------------------------------------------------------------

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
        prop_assert_eq!(&signed.normalized_parameters, &plain::normalize(&all));
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

    #[test]
    fn encoding_comes_back(bytes in vec(any::<u8>(), 0..200)) {
        let encoded = percent::encode(&bytes);
        prop_assert_eq!(&encoded, &plain::encode(&bytes));
        prop_assert_eq!(percent::encoded_len(&bytes), encoded.len());
        prop_assert_eq!(percent::decode(encoded.as_bytes()), bytes.clone());
        prop_assert_eq!(percent::decode(&bytes), plain::decode(&bytes));
        let mut twice = Vec::new();
        percent::encode_into::<percent::Twice>(&bytes, &mut twice);
        prop_assert_eq!(twice, plain::encode(encoded.as_bytes()).into_bytes());
    }

    #[test]
    fn forms_are_read_as_the_plain_way_reads_them(
        form in prop_oneof![
            vec(any::<u8>(), 0..100),
            vec(piece(), 0..8).prop_map(|pieces| pieces.join("&").into_bytes()),
            vec(select(b"a=&%+;4fF \x00\xFF\n".to_vec()), 0..30),
        ],
    ) {
        let pairs = plain::form(&form);
        prop_assert_eq!(percent::decode_form(&form), pairs.clone());
        // Written anew, they are read again as the same.
        let written: Vec<_> =
            pairs.iter().map(|(n, v)| format!("{}={}", percent::encode(n), percent::encode(v))).collect();
        prop_assert_eq!(percent::decode_form(written.join("&").as_bytes()), pairs);
    }

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
        (method_index, transmission) in (0..7_usize, 0..3_usize),
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
                // A header that a server could read as two.
                prop_assert!(header.bytes().all(|byte| (b' '..0x7F).contains(&byte)));
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

    /// RSA signatures verify over the plain base string; the bound and the short way hold for them too.
    #[test]
    fn rsa_signatures_verify(any in request(), index in 3..6_usize, pkcs1 in any::<bool>()) {
        use rsa::pkcs1::DecodeRsaPrivateKey;
        use rsa::pkcs8::DecodePrivateKey;
        use rsa::{Pkcs1v15Sign, RsaPrivateKey};

        let any = Any { signature_method: SignatureMethod::ALL[index], transmission: Transmission::Header, ..any };
        let any = Any { body_hash: false, ..any };
        let mut signer = any.signer();
        signer.set_private_key(&key(pkcs1)).unwrap();
        let url = any.url.text();
        let signed = any.with_request(&url, |request| -> Result<_, TestCaseError> {
            let Ok(signed) = signer.sign(request, &mut System) else { return Ok(None) };
            prop_assert_eq!(&signer.authorization(request, &mut System).unwrap(), &signed.authorization);
            prop_assert!(signer.authorization_bound(request).unwrap() >= signed.authorization.len());
            Ok(Some(signed))
        })?;
        let Some(signed) = signed else { return Ok(()) };
        let base_string = any.base_string();
        prop_assert_eq!(&signed.base_string, &base_string);
        let (digest, prefix) = match any.signature_method {
            SignatureMethod::RsaSha1 => (Sha1::digest(&base_string).to_vec(), "3021300906052b0e03021a05000414"),
            SignatureMethod::RsaSha256 => {
                (Sha256::digest(&base_string).to_vec(), "3031300d060960864801650304020105000420")
            }
            _ => (Sha512::digest(&base_string).to_vec(), "3051300d060960864801650304020305000440"),
        };
        let prefix: Vec<u8> =
            (0..prefix.len()).step_by(2).map(|at| u8::from_str_radix(&prefix[at..at + 2], 16).unwrap()).collect();
        let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: prefix.into() };
        let public = if pkcs1 {
            RsaPrivateKey::from_pkcs1_pem(&key(true)).unwrap()
        } else {
            RsaPrivateKey::from_pkcs8_pem(&key(false)).unwrap()
        }
        .to_public_key();
        let signature = STANDARD.decode(&signed.signature).unwrap();
        prop_assert!(public.verify(padding, &digest, &signature).is_ok());
    }
}

/// Any text, control characters and all, mostly short.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "\\PC{0,8}", "[ -~\\x00-\\x1f]{0,12}", Just(String::new())]
}

/// The same published 1024-bit key in both formats.
fn key(pkcs1: bool) -> String {
    let file = if pkcs1 { "wiki-rsa-1024-pkcs1.pem" } else { "wiki-rsa-1024.pem" };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth1/keys");
    std::fs::read_to_string(folder.join(file)).unwrap()
}
