//! What can be set of a grant of OAuth 1.0a, and what is missing.

use crate::world::{World, made, word};
use osign::grant::record::{Kind, Status};
use osign::grant::settings::NewGrant;
use osign::setting::Value;

fn refused(settings: &[(&str, &str)]) -> &'static str {
    word(made(settings.iter().copied()).grant("photos", 0))
}

const WHOLE: [(&str, &str); 7] = [
    ("kind", "oauth1"),
    ("consumer_key", "key"),
    ("consumer_secret", "secret"),
    ("request_token_url", "https://photos.example.net/initiate"),
    ("authorize_url", "https://photos.example.net/authorize"),
    ("access_token_url", "https://photos.example.net/token"),
    ("callback", "oob"),
];

fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    WHOLE.into_iter().filter(|(set, _)| *set != name).collect()
}

#[test]
fn what_is_missing_is_said_at_once() {
    let (grant, profile) = made(WHOLE).grant("photos", 7).unwrap();
    assert_eq!((grant.settings.kind, grant.state.status, profile.name()), (Kind::OAuth1, Status::New, "custom-oauth1"));
    assert_eq!(grant.settings.redirect_uri.as_deref(), Some("oob"));
    assert_eq!(refused(&without("consumer_key")), "empty-consumer-key");
    assert_eq!(refused(&without("consumer_secret")), "unset-consumer-secret");
    for name in ["request_token_url", "authorize_url", "access_token_url"] {
        assert_eq!(refused(&without(name)), "no-endpoint", "{name}");
    }
    // A service whose profile has no login needs the credentials that are made in its settings.
    for (provider, service, more) in [
        ("bricklink", "BrickLink", &[][..]),
        ("here", "HERE", &[]),
        ("woocommerce", "WooCommerce", &[("account", "shop.example.com")]),
        ("magento2", "Magento 2, Adobe Commerce", &[("account", "shop.example.com")]),
    ] {
        let usual = [("provider", provider), ("consumer_key", "key"), ("consumer_secret", "secret")];
        let error = made(usual.into_iter().chain(more.iter().copied())).grant("shop", 0).unwrap_err();
        assert_eq!((error.word(), error.status()), ("service-without-login", osign::Status::NotConfigured));
        let says = format!(
            "{service} has no address where a person agrees, and so no login: give the grant shop the token and the token secret \
             that are made in its settings, or an empty token where the consumer signs alone"
        );
        assert_eq!(error.to_string(), says);
    }
    // A secret may be empty, and is said to be.
    let empty = [&without("consumer_secret")[..], &[("consumer_secret", "")]].concat();
    made(empty).grant("photos", 0).unwrap();
    for (more, reason) in [
        (&[("token", "t")][..], "unset-token-secret"),
        (&[("token_secret", "s")], "unset-token"),
        (&[("signature_method", "RSA-SHA1")], "no-private-key"),
        (&[("private_key", "no key")], "not-pem"),
        (&[("api_origin", "http://photos.example.net")], "insecure-url"),
        (&[("authorize_parameter", "perms")], "bad-choice"),
        (&[("authorize_parameter", "oauth_token=t")], "bad-choice"),
    ] {
        assert_eq!(refused(&[&WHOLE[..], more].concat()), reason, "{more:?}");
    }
}

/// One word, one meaning: each protocol has its own for what a service gives an application.
#[test]
fn the_other_kinds_words_are_refused() {
    for name in ["client_id", "client_secret", "redirect_uri", "scope", "secret", "header"] {
        let value = if name == "header" { "X-Key: {}" } else { "x" };
        let error = made([&WHOLE[..], &[(name, value)]].concat()).grant("photos", 0).unwrap_err();
        assert_eq!(error.to_string(), format!("{name} does not go with this kind of grant"));
    }
    for name in ["consumer_key", "consumer_secret", "private_key", "callback", "token", "token_secret"] {
        let code = [("provider", "gitlab"), ("client_id", "i"), ("client_secret", "s"), ("redirect_uri", "https://h/")];
        let key = [("kind", "static"), ("secret", "k")];
        for settings in [&code[..], &key] {
            let error = made([settings, &[(name, "x")]].concat()).grant("crm", 0).unwrap_err();
            assert_eq!(error.to_string(), format!("{name} does not go with this kind of grant"));
        }
    }
    for (name, value) in
        [("token_url", "https://h/"), ("refresh_url", "https://h/"), ("rotation", "none"), ("pkce", "true")]
    {
        assert_eq!(refused(&[&WHOLE[..], &[(name, value)]].concat()), "other-setting", "{name}");
    }
    for (name, value) in [
        ("signature_method", "PLAINTEXT"),
        ("realm", "x"),
        ("request_token_url", "https://h/"),
        ("authorize_parameter", "a=b"),
    ] {
        assert_eq!(refused(&[("provider", "gitlab"), (name, value)]), "other-setting", "{name}");
    }
    assert_eq!(refused(&[&WHOLE[1..], &[("provider", "gitlab"), ("kind", "oauth1")]].concat()), "other-setting");
    assert_eq!(refused(&[("provider", "gitlab"), ("kind", "oauth1")]), "other-kind");
    assert_eq!(refused(&[("provider", "custom-oauth1"), ("kind", "code")]), "other-kind");
    // Its profile tells the kind.
    made([&WHOLE[1..], &[("provider", "custom-oauth1")]].concat()).grant("photos", 0).unwrap();
}

#[test]
fn a_token_that_there_is_makes_it_active() {
    let world = World::new();
    for (name, more) in [("empty", &[("token", "")][..]), ("token", &[("token", "t"), ("token_secret", "")])] {
        let (grant, _) = world.settings(more).grant(name, 5).unwrap();
        assert_eq!((grant.state.status, grant.state.obtained_at, grant.generation), (Status::Active, 5, 1));
    }
}

#[test]
fn an_rsa_key() {
    let pem = include_str!("../vectors/oauth1/keys/wiki-rsa-1024.pem");
    let mut settings = without("consumer_secret");
    let spoiled = pem.replace('\n', "\r\n");
    settings.extend([("signature_method", "RSA-SHA1"), ("private_key", spoiled.as_str()), ("token", "t")]);
    let (grant, _) = made(settings).grant("photos", 0).unwrap();
    assert_eq!(grant.secrets.private_key.unwrap().expose(), pem.trim());
    assert_eq!(grant.secrets.token_secret, None, "which takes no part");
    let mut new = NewGrant::new();
    assert!(new.set("private_key", Value::Flag(true)).is_err());
}
