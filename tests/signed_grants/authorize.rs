//! Each request is signed, and nothing is handed out.

use crate::oauth1::{CONSUMER_KEY, CONSUMER_SECRET};
use crate::world::{PATIENCE, World, made, word};
use osign::grant::signed::SignedBodies;

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn method_url_and_body_are_signed() {
    let world = World::new();
    let token = world.with_token("photos", &[]);
    for (method, path, body) in [
        ("GET", "/api/items?b=%20x&a=1&a=0", None),
        ("DELETE", "/api/items/7", None),
        ("POST", "/api/items", Some((FORM, &b"name=T%C3%A9+and%20sugar&size=2"[..]))),
        ("POST", "/api/items", Some(("application/x-www-form-urlencoded; charset=utf-8", &b"name=x"[..]))),
        ("PUT", "/api/items", Some(("application/json", &b"{\"a\": 1}"[..]))),
        ("POST", "/api/items", Some(("application/octet-stream", &b"\xFF\x00"[..]))),
    ] {
        let answer = world.call("photos", method, path, body).unwrap();
        assert_eq!(String::from_utf8_lossy(answer.body()), format!("{method} {path}"));
        let seen = world.provider.only();
        assert_eq!(seen.parameter("oauth_token"), Some(token.as_str()));
        assert_eq!(seen.parameter("oauth_version"), Some("1.0"));
        assert_eq!(seen.body, body.map_or(&b""[..], |(_, body)| body));
        assert_eq!(seen.header("Content-Type"), body.map(|(content_type, _)| content_type));
        assert_eq!(seen.parameter("oauth_body_hash"), None);
    }
}

#[test]
fn the_header_has_these_bytes() {
    let world = World::new();
    world.with_token("photos", &[("realm", "a \"b\""), ("signature_method", "HMAC-SHA256")]);
    let url = format!("{}/api/x", world.provider.url);
    let (request, generation) = world.store.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert_eq!((request.url(), generation, request.body()), (url.as_str(), 1, &b""[..]));
    let headers: Vec<_> = request.headers().collect();
    let [("Authorization", header)] = headers[..] else { panic!("{headers:?}") };
    let part = |name: &str| header.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
    let (nonce, time, signature) = (part("oauth_nonce"), part("oauth_timestamp"), part("oauth_signature"));
    assert_eq!(
        header,
        format!(
            "OAuth realm=\"a \\\"b\\\"\", oauth_consumer_key=\"{CONSUMER_KEY}\", oauth_nonce=\"{nonce}\", \
             oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"{time}\", oauth_token=\"token-1%2F%2B2880e3\", \
             oauth_version=\"1.0\", oauth_signature=\"{signature}\""
        )
    );
    assert_eq!(nonce.len(), 24);
    // Another request has another nonce.
    let (another, _) = world.store.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert!(!another.headers().next().unwrap().1.contains(nonce));
}

/// What is sent is what was signed: in its normal form.
#[test]
fn a_url_is_sent_in_its_normal_form() {
    let world = World::new();
    world.with_token("photos", &[]);
    for (path, sent) in [
        ("/api/a/../b?x=%7e", "/api/b?x=~"),
        ("/api/é?q=ü&s=a b", "/api/%C3%A9?q=%C3%BC&s=a%20b"),
        ("/api/x?y#part", "/api/x?y"),
    ] {
        world.call("photos", "GET", path, None).unwrap();
        assert_eq!(world.provider.only().path, sent);
    }
}

#[test]
fn parameters_travel_where_the_service_wants_them() {
    let world = World::new();
    world.with_token("photos", &[("transmission", "query")]);
    world.call("photos", "POST", "/api/x?a=1", Some((FORM, b"b=2"))).unwrap();
    let seen = world.provider.only();
    assert!(
        seen.header("Authorization").is_none() && seen.path.starts_with("/api/x?a=1&oauth_consumer_key="),
        "{seen:?}"
    );
    assert_eq!(seen.body, b"b=2");
    // A body is the API's own.
    world.with_token("boxes", &[("transmission", "body")]);
    world.call("boxes", "POST", "/api/x", Some((FORM, b"b=2"))).unwrap();
    let seen = world.provider.only();
    assert!(seen.header("Authorization").is_some() && seen.body == b"b=2", "{seen:?}");
}

#[test]
fn a_service_without_tokens() {
    let world = World::new();
    world.store.add("shop", world.settings(&[("token", "")])).unwrap();
    world.call("shop", "GET", "/api/x", None).unwrap();
    assert_eq!(world.provider.only().parameter("oauth_token"), None);
    world.store.add("empty", world.settings(&[("token", ""), ("send_empty_token", "true")])).unwrap();
    world.call("empty", "GET", "/api/x", None).unwrap();
    assert_eq!(world.provider.only().parameter("oauth_token"), Some(""));
}

#[test]
fn nothing_is_handed_out() {
    let world = World::new();
    let store = &world.store;
    world.with_token("photos", &[]);
    let said = store.access_token("photos", 0, PATIENCE).unwrap_err();
    assert_eq!(
        said.to_string(),
        "the grant photos signs each request, and has no token to hand out: have requests authorized"
    );
    assert_eq!(word(store.access_token("photos", 60_000, PATIENCE)), "signs-each-request");
    assert_eq!(word(store.refused("photos", 1, 401, PATIENCE)), "signs-each-request");
    assert_eq!(word(store.begin_refresh("photos", 0, None, PATIENCE)), "signs-each-request");
    assert_eq!(word(store.begin_refresh("photos", 0, Some((1, 401)), PATIENCE)), "signs-each-request");
    assert_eq!(word(store.exchange("photos", "code", None, PATIENCE)), "other-grant");
    assert_eq!(word(store.begin_finish("photos", "oauth_token=x&oauth_verifier=y", PATIENCE)), "login-by-steps");
    // Whatever its API answers, nothing is renewed.
    for status in [400, 401, 403] {
        assert!(!store.is_expired("photos", status, Some(b"oauth_problem=token_expired")).unwrap());
    }
    assert_eq!(world.provider.take().len(), 0);
    assert_eq!(store.grant("photos").unwrap().generation, 1);
}

#[test]
fn nothing_goes_elsewhere() {
    let world = World::new();
    world.with_token("photos", &[]);
    let ask = |url: &str| world.store.authorize("photos", "GET", url, None, 0, PATIENCE);
    let port: u16 = world.provider.url.rsplit(':').next().unwrap().parse().unwrap();
    for url in [
        "https://evil.example/api/x".to_owned(),
        format!("http://127.0.0.1:{}/api/x", port - 1),
        format!("http://localhost:{port}/api/x"),
        format!("http://u@127.0.0.1:{port}/api/x"),
    ] {
        assert_eq!(word(ask(&url)), "host-elsewhere", "{url}");
    }
    assert_eq!(word(ask("relative")), "relative-url");
    assert_eq!(word(world.store.authorize("photos", "G ET", "http://h/", None, 0, PATIENCE)), "bad-method");
    // Without TLS on loopback alone, and where that was allowed; PLAINTEXT, which sends the secrets, as well as the others.
    for method in ["HMAC-SHA1", "PLAINTEXT"] {
        let url = world.provider.url.replace("127.0.0.1", "api.example.com");
        let settings = [("signature_method", method), ("token", ""), ("api_origin", url.as_str())];
        assert_eq!(word(world.store.add("plain", world.settings(&settings))), "host-elsewhere");
        let https = [("signature_method", method), ("token", ""), ("api_origin", "https://api.example.com")];
        let name = method.to_ascii_lowercase();
        world.store.add(&name, world.settings(&https)).unwrap();
        assert_eq!(
            word(world.store.authorize(&name, "GET", "http://api.example.com/", None, 0, PATIENCE)),
            "host-elsewhere"
        );
    }
    assert_eq!(world.provider.take().len(), 0);
}

/// Signatures tell no secret: a service that has no TLS gets them, and no secret of PLAINTEXT.
#[test]
fn a_shop_without_tls() {
    let world = World::new();
    let usual = [
        ("kind", "oauth1"),
        ("provider", "woocommerce"),
        ("account", "shop.example"),
        ("consumer_key", CONSUMER_KEY),
        ("consumer_secret", CONSUMER_SECRET),
        ("token", ""),
    ];
    world.store.add("shop", made(usual)).unwrap();
    let url = "http://shop.example/wp-json/wc/v3/orders?page=2";
    let (request, _) = world.store.authorize("shop", "GET", url, None, 0, PATIENCE).unwrap();
    assert!(request.url().starts_with(&format!("{url}&oauth_consumer_key=")), "{}", request.url());
    assert!(request.allows_plain_http() && !request.url().contains("oauth_version") && request.headers().count() == 0);
    let elsewhere = world.store.authorize("shop", "GET", "http://other.example/", None, 0, PATIENCE);
    assert_eq!(word(elsewhere), "insecure-url");
    // A key of the same shop is no signature.
    let key = [
        ("kind", "static"),
        ("provider", "woocommerce"),
        ("account", "shop.example"),
        ("secret", "a-key"),
        ("header", "Authorization: Basic {}"),
    ];
    world.store.add("key", made(key)).unwrap();
    assert_eq!(word(world.store.authorize("key", "GET", url, None, 0, PATIENCE)), "insecure-url");
    assert!(world.store.authorize("key", "GET", &url.replace("http:", "https:"), None, 0, PATIENCE).is_ok());
    world.store.add("telling", made(usual.into_iter().chain([("signature_method", "PLAINTEXT")]))).unwrap();
    assert_eq!(word(world.store.authorize("telling", "GET", url, None, 0, PATIENCE)), "insecure-url");
    let (request, _) = world.store.authorize("telling", "GET", "https://shop.example/", None, 0, PATIENCE).unwrap();
    assert!(!request.allows_plain_http());
}

#[test]
fn plaintext() {
    let world = World::new();
    world.with_token("photos", &[("signature_method", "PLAINTEXT")]);
    world.call("photos", "GET", "/api/x", None).unwrap();
    let seen = world.provider.only();
    let secret = world.provider.secrets()[0].clone();
    assert_eq!(CONSUMER_SECRET, "consumer-SECRET&+");
    assert_eq!(
        seen.parameter("oauth_signature").unwrap(),
        format!("consumer-SECRET%26%2B&{}", secret.replace('/', "%2F").replace('+', "%2B"))
    );
}

/// It needs no lock and writes nothing: it goes on while somebody has the grant's lock, and in a store that was restored.
#[test]
fn it_waits_for_nobody() {
    let world = World::new();
    world.with_token("photos", &[]);
    let before = world.store.info().unwrap().commits;
    let other = world.again();
    let locked =
        other.move_by("photos", osign::grant::bundle::Lock::Passphrase(b"correct horse battery"), PATIENCE, |_| {
            world.call("photos", "GET", "/api/x", None).map(drop)?;
            Err(osign::error::Keeping::OutOfStep.into())
        });
    assert_eq!(word(locked), "out-of-step");
    assert_eq!(world.store.info().unwrap().commits, before);
    world.provider.only();
}

#[test]
fn which_bodies_take_part() {
    let world = World::new();
    world.with_token("photos", &[]);
    assert_eq!(world.store.signed_bodies("photos").unwrap(), Some(SignedBodies::Forms));
    world.store.add("key", crate::world::made([("kind", "static"), ("secret", "k")])).unwrap();
    assert_eq!(world.store.signed_bodies("key").unwrap(), None);
    assert_eq!(word(world.store.signed_bodies("none")), "unknown-grant");
    assert!(world.store.signing("key", "https://h/").unwrap().is_none());
}
