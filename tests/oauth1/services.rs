//! The services of OAuth 1.0a that are built in: what each sends at each step, and how it signs.

use crate::{Fixed, requests, text, vectors};
use osign::oauth1::{Request, Signer, flow};
use osign::provider::{self, Endpoint, Kind, Profile};

const SHOP: Option<&str> = Some("shop.example.com");

fn services() -> impl Iterator<Item = Profile> {
    let profiles = provider::names().map(|name| provider::builtin(name).unwrap());
    profiles.filter(|profile| profile.kind() == Kind::OAuth1 && profile.name() != "custom-oauth1")
}

#[test]
fn each_service_has_its_requests() {
    let vectors = vectors("services");
    let mut steps = 0;
    for profile in services() {
        let of_profile = |step: &str| {
            vectors.iter().filter(|vector| text(vector, "profile") == profile.name() && vector["step"] == step).count()
        };
        for (step, endpoint) in [
            ("temporary", Endpoint::RequestToken),
            ("authorize", Endpoint::Authorize),
            ("token", Endpoint::Token),
            ("renew", Endpoint::Renew),
            ("disconnect", Endpoint::Revoke),
        ] {
            // One that differs by account is there as well.
            let is_there =
                profile.endpoint(endpoint, None).map_or_else(|error| error.word() != "no-endpoint", |_| true);
            assert_eq!(of_profile(step), usize::from(is_there), "{}, {step}", profile.name());
            steps += usize::from(is_there);
        }
    }
    assert_eq!(steps, vectors.len());
    vectors.iter().for_each(requests::check);
}

/// What signs requests to the API: the hosts that may see them, and a header of one.
#[test]
fn each_service_signs_as_it_is_asked_to() {
    let mut tried = 0;
    for (name, account, origins, header) in [
        ("bricklink", None, "api.bricklink.com", "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}"),
        (
            "discogs",
            None,
            "api.discogs.com",
            "{key}{nonce}PLAINTEXT{time}{token}{version}, oauth_signature=\"cs%26ts\"",
        ),
        ("etrade", None, "api.etrade.com apisb.etrade.com", "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}"),
        ("fatsecret", None, "platform.fatsecret.com", "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}"),
        (
            "flickr",
            None,
            "www.flickr.com api.flickr.com up.flickr.com",
            "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}",
        ),
        ("here", None, "account.api.here.com", "{key}{nonce}HMAC-SHA256{time}{token}{version}{signature}"),
        ("jira", SHOP, "shop.example.com", "{key}{nonce}RSA-SHA1{time}{token}{version}{signature}"),
        ("magento2", SHOP, "shop.example.com", "{key}{nonce}HMAC-SHA256{time}{token}{version}{signature}"),
        (
            "mastercard",
            None,
            "api.mastercard.com sandbox.api.mastercard.com",
            "OAuth oauth_consumer_key=\"k!\"{nonce}RSA-SHA256{time}{token}{version}, \
             oauth_body_hash=\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"{signature}",
        ),
        (
            "mediawiki",
            Some("de.wikipedia.org"),
            "de.wikipedia.org",
            "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}",
        ),
        (
            "netsuite",
            Some("1234567-sb1.suitetalk.api.netsuite.com"),
            "1234567-sb1.suitetalk.api.netsuite.com 1234567-sb1.restlets.api.netsuite.com",
            "OAuth realm=\"1234567_SB1\", oauth_consumer_key=\"k%21\"{nonce}HMAC-SHA256{time}{token}{version}{signature}",
        ),
        (
            "quickbooks-oauth1",
            None,
            "quickbooks.api.intuit.com sandbox-quickbooks.api.intuit.com",
            "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}",
        ),
        (
            "schoology",
            None,
            "api.schoology.com",
            "OAuth realm=\"Schoology API\", oauth_consumer_key=\"k%21\"{nonce}HMAC-SHA1{time}{token}{version}{signature}",
        ),
        ("trello", None, "api.trello.com trello.com", "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}"),
        ("tumblr", None, "api.tumblr.com", "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}"),
        ("woocommerce", SHOP, "shop.example.com", "{key}{nonce}HMAC-SHA256{time}{token}{signature}"),
        (
            "x",
            None,
            "api.x.com api.twitter.com upload.x.com upload.twitter.com",
            "{key}{nonce}HMAC-SHA1{time}{token}{version}{signature}",
        ),
    ] {
        let profile = provider::builtin(name).unwrap();
        assert_eq!(profile.api_origins(account).join(" "), origins, "{name}");
        let url = format!("https://{}/", origins.split(' ').next().unwrap());
        assert!(profile.may_receive_token(&url, account), "{name}");
        let mut signer = Signer::new("k!", "cs").unwrap();
        signer.set_token("t", "ts").unwrap();
        signer.set_private_key(include_str!("../vectors/oauth1/keys/mastercard-rsa-2048.pem")).unwrap();
        flow::set_up(&profile, account, &mut signer).unwrap();
        let signed = signer.sign(&Request::new("GET", &url), &mut Fixed).unwrap();
        let signature = format!(", oauth_signature=\"{}\"", osign::percent::encode(signed.signature.as_bytes()));
        let mut expected = header.to_owned();
        for (place, text) in [
            ("{key}", "OAuth oauth_consumer_key=\"k%21\""),
            ("{nonce}", ", oauth_nonce=\"aaaaaaaaaaaaaaaaaaaaaaaa\", oauth_signature_method=\""),
            ("{time}", "\", oauth_timestamp=\"1800000000\""),
            ("{token}", ", oauth_token=\"t\""),
            ("{version}", ", oauth_version=\"1.0\""),
            ("{signature}", signature.as_str()),
        ] {
            expected = expected.replace(place, text);
        }
        assert_eq!(signed.authorization, expected, "{name}");
        tried += 1;
    }
    assert_eq!(tried, services().count());
}

/// Schoology's requests for a school alone have a token, an empty one.
#[test]
fn an_empty_token_is_sent_where_the_service_wants_one() {
    for profile in services() {
        let account = profile.name().eq("netsuite").then_some("1.suitetalk.api.netsuite.com").or(SHOP);
        let account = account.filter(|_| profile.realm(None).is_err() || profile.needs_account(Endpoint::Token));
        let mut signer = Signer::new("k", "cs").unwrap();
        signer.set_private_key(include_str!("../vectors/oauth1/keys/mastercard-rsa-2048.pem")).unwrap();
        flow::set_up(&profile, account, &mut signer).unwrap();
        let signed = signer.sign(&Request::new("GET", "https://h.example/"), &mut Fixed).unwrap();
        let is_sent = signed.authorization.contains("oauth_token=\"\"");
        assert_eq!(is_sent, profile.name() == "schoology", "{}", profile.name());
    }
}
