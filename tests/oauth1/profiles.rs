//! Profiles of services of OAuth 1.0a: what they say, and how they are wrong.

use osign::oauth1::{SignatureMethod, Transmission};
use osign::provider::{self, BodyHash, Endpoint, Kind, Policy, Profile};
use osign::setting::Value;
use osign::{Error, Status};

fn custom_with(changes: &[(&str, &str)]) -> Result<Profile, Error> {
    let mut text = provider::text("custom-oauth1").unwrap().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Profile::parse(&text)
}

#[test]
fn quickbooks_is_as_it_was() {
    let quickbooks = provider::builtin("quickbooks-oauth1").unwrap();
    assert_eq!((quickbooks.kind(), quickbooks.policy()), (Kind::OAuth1, Policy::None));
    for (endpoint, address) in [
        (Endpoint::RequestToken, "https://oauth.intuit.com/oauth/v1/get_request_token"),
        (Endpoint::Authorize, "https://appcenter.intuit.com/Connect/Begin"),
        (Endpoint::Token, "https://oauth.intuit.com/oauth/v1/get_access_token"),
        (Endpoint::Renew, "https://appcenter.intuit.com/api/v1/connection/reconnect"),
        (Endpoint::Revoke, "https://appcenter.intuit.com/api/v1/connection/disconnect"),
    ] {
        assert_eq!(quickbooks.endpoint(endpoint, None).as_deref(), Ok(address));
    }
    assert_eq!(quickbooks.endpoint(Endpoint::Refresh, None).unwrap_err().word(), "no-endpoint");
    assert!(quickbooks.may_receive_token("https://sandbox-quickbooks.api.intuit.com/v3/company/1", None));
    assert!(quickbooks.wants_client_secret());
    assert_eq!(quickbooks.lifetimes().access, Some(180 * 86_400));
    let oauth1 = quickbooks.oauth1().unwrap();
    assert_eq!(oauth1.renews_in_last(), Some(30 * 86_400));
    assert_eq!((oauth1.signature_method(), oauth1.transmission()), (SignatureMethod::HmacSha1, Transmission::Header));
    assert!(provider::builtin("quickbooks").unwrap().oauth1().is_none());
}

#[test]
fn what_is_left_out_is_what_custom_says() {
    let least = Profile::parse("name = \"x\"\ntitle = \"X\"\ngrant = \"oauth1\"\n").unwrap();
    let custom = custom_with(&[]).unwrap();
    for profile in [&least, &custom] {
        let oauth1 = profile.oauth1().unwrap();
        assert_eq!((oauth1.signature_method(), oauth1.body_hash()), (SignatureMethod::HmacSha1, BodyHash::Never));
        assert_eq!(oauth1.transmission(), Transmission::Header);
        assert!(oauth1.confirms_callback() && !oauth1.is_before_revision_a());
        assert!(!oauth1.sends_empty_token() && !oauth1.has_xauth());
        assert!(oauth1.sends_version() && !oauth1.allows_plain_http() && !oauth1.has_mastercard_form());
        assert_eq!((oauth1.renews_in_last(), profile.realm(None)), (None, Ok(String::new())));
        assert_eq!(profile.endpoint(Endpoint::RequestToken, None).unwrap_err().word(), "no-endpoint");
        assert!(!profile.revokes_family());
        assert!(profile.unverified().is_empty());
    }
}

/// NetSuite: each account has hosts of its own, and its identifier in capitals is the realm.
#[test]
fn addresses_and_realm_are_filled_from_the_account() {
    let netsuite = custom_with(&[
        ("[endpoints]", "[account]\nhosts = [\"{label}.suitetalk.api.netsuite.com\"]\n[endpoints]"),
        (
            "request_token = \"\"",
            "request_token = \"https://{account.label}.restlets.api.netsuite.com/rest/requesttoken\"",
        ),
        (
            "authorize = \"\"",
            "authorize = \"https://{account.label}.app.netsuite.com/app/login/secure/authorizetoken.nl\"",
        ),
        ("\ntoken = \"\"", "\ntoken = \"https://{account}/rest/accesstoken\""),
        ("api = []", "api = [\"{account}\", \"{account.label}.restlets.api.netsuite.com\"]"),
        ("realm = \"\"", "realm = \"{account.LABEL}\""),
    ])
    .unwrap();
    let account = Some("1234567-sb1.suitetalk.api.netsuite.com");
    assert_eq!(netsuite.realm(account).as_deref(), Ok("1234567_SB1"));
    for id in ["1234567_SB1", "1234567-sb1", "1234567_SB1.suitetalk.api.netsuite.com"] {
        assert_eq!(netsuite.account(Some(id)).ok().as_deref(), account, "{id}");
        assert_eq!(netsuite.realm(Some(id)).as_deref(), Ok("1234567_SB1"));
    }
    // So it is where somebody sets the realm.
    let mut by_hand = netsuite.clone();
    by_hand.set("realm", Value::Text("1234567_SB1")).unwrap();
    assert_eq!(by_hand.account(Some("1234567_SB1")).ok().as_deref(), account);
    assert_eq!(by_hand.realm(account).as_deref(), Ok("1234567_SB1"));
    // An underscore is a hyphen there alone: another service's account of that name would be somebody else's.
    let shopify = provider::builtin("shopify").unwrap();
    assert_eq!(shopify.account(Some("my-shop")).as_deref(), Ok("my-shop.myshopify.com"));
    assert_eq!(shopify.account(Some("my_shop")).unwrap_err().word(), "host-text");
    // Where accounts have hosts of two kinds, or of any, a label tells none.
    for name in ["amocrm", "woocommerce"] {
        assert_eq!(provider::builtin(name).unwrap().account(Some("shop")).unwrap_err().word(), "host-text", "{name}");
    }
    for (endpoint, address) in [
        (Endpoint::RequestToken, "https://1234567-sb1.restlets.api.netsuite.com/rest/requesttoken"),
        (Endpoint::Authorize, "https://1234567-sb1.app.netsuite.com/app/login/secure/authorizetoken.nl"),
        (Endpoint::Token, "https://1234567-sb1.suitetalk.api.netsuite.com/rest/accesstoken"),
    ] {
        assert!(netsuite.needs_account(endpoint));
        assert_eq!(netsuite.endpoint(endpoint, account).as_deref(), Ok(address));
        assert_eq!(netsuite.endpoint(endpoint, None).unwrap_err().word(), "no-account");
    }
    assert_eq!(netsuite.realm(None).unwrap_err().word(), "no-account");
    assert_eq!(netsuite.realm(Some("evil.example.com")).unwrap_err().word(), "host-elsewhere");
    for (url, may) in [
        ("https://1234567-sb1.restlets.api.netsuite.com/app", true),
        ("https://1234567-sb1.suitetalk.api.netsuite.com/x", true),
        ("https://7654321.restlets.api.netsuite.com/app", false),
        ("https://1234567-sb1.restlets.api.netsuite.com:8443/app", false),
    ] {
        assert_eq!(netsuite.may_receive_token(url, account), may, "{url}");
        assert!(!netsuite.may_receive_token(url, None), "{url}");
    }
    assert_eq!(netsuite.api_origins(account)[1], "1234567-sb1.restlets.api.netsuite.com");
}

/// WooCommerce signs where there is no TLS; PLAINTEXT, whose signature is the secrets, never may.
#[test]
fn signed_requests_go_over_http_where_the_profile_says_so() {
    let mut woo = provider::builtin("woocommerce").unwrap();
    let account = Some("shop.example.com");
    for (url, may) in [
        ("http://shop.example.com/wp-json/wc/v3/orders", true),
        ("https://shop.example.com/wp-json/wc/v3/orders", true),
        ("http://shop.example.com:8080/wp-json/wc/v3/orders", false),
        ("http://other.example.com/wp-json/wc/v3/orders", false),
        ("http://user@shop.example.com/", false),
    ] {
        assert_eq!(woo.may_receive_signature(url, account), may, "{url}");
        assert_eq!(woo.may_receive_token(url, account), may && url.starts_with("https:"), "{url}");
    }
    assert!(!woo.may_receive_signature("http://shop.example.com/", None));
    woo.set("signature_method", Value::Text("PLAINTEXT")).unwrap();
    assert!(!woo.may_receive_signature("http://shop.example.com/", account));
    assert!(woo.may_receive_token("https://shop.example.com/", account));
    for name in provider::names().filter(|name| *name != "woocommerce") {
        let profile = provider::builtin(name).unwrap();
        for origin in profile.api_origins(Some("shop.example.com")) {
            let url = format!("http://{}/", origin.replace("{label}", "a"));
            assert!(!profile.may_receive_signature(&url, Some("shop.example.com")), "{name}: {url}");
        }
    }
}

#[test]
fn a_wrong_profile_is_named_by_field_and_line() {
    let known =
        "HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, RSA-PSS-SHA256, PLAINTEXT";
    let address = "must be an https:// address, with {account} as its host at most";
    let realm = "must be text in ASCII, with {account.LABEL} in it at most";
    let with_account = "[account]\nhosts = [\"{label}.example.com\"]\n[endpoints]\n";
    let method = "signature_method = \"HMAC-SHA1\"";
    for (from, to, at, sentence) in [
        (method, "signature_method = \"hunter2\"", method, format!("oauth1.signature_method must be one of {known}")),
        (method, "signature_method = 1", method, "oauth1.signature_method must be a string".to_owned()),
        (
            "transmission = \"header\"",
            "transmission = \"hunter2\"",
            "transmission =",
            "oauth1.transmission must be one of header, query, body".to_owned(),
        ),
        (
            "method = \"POST\"",
            "method = \"PUT\"",
            "method = \"POST\"",
            "oauth1.method must be `POST` or `GET`".to_owned(),
        ),
        (
            "body_hash = \"never\"",
            "body_hash = \"hunter2\"",
            "body_hash",
            "oauth1.body_hash must be one of `never`, `not-form`, `always`".to_owned(),
        ),
        (
            "body_hash = \"never\"",
            "body_hash = \"always\"",
            "body_hash",
            "oauth1.body_hash must be `always` with mastercard_form, and only then".to_owned(),
        ),
        (
            "mastercard_form = false",
            "mastercard_form = true",
            "body_hash",
            "oauth1.body_hash must be `always` with mastercard_form, and only then".to_owned(),
        ),
        (
            "callback_in = \"request-token\"",
            "callback_in = \"hunter2\"",
            "callback_in",
            "oauth1.callback_in must be `request-token` or `authorize`".to_owned(),
        ),
        ("realm = \"\"", "realm = \"{account.LABEL}\"", "name =", "the field account is missing here".to_owned()),
        ("realm = \"\"", "realm = \"hunter2\\n\"", "realm = \"\"", format!("oauth1.realm {realm}")),
        (
            "request_token = \"\"",
            "request_token = \"http://h.example/hunter2\"",
            "request_token = \"\"",
            format!("endpoints.request_token {address}"),
        ),
        (
            "# renew = \"https://…\"",
            "renew = \"https://{account.label}.x/hunter2\"",
            "name =",
            "the field account is missing here".to_owned(),
        ),
        (
            "[oauth1.headers]",
            "[oauth1.headers]\n\"X Y\" = \"hunter2\"",
            "[oauth1.headers]",
            "oauth1.headers must be names of letters".to_owned(),
        ),
        // What OAuth 2.0 has, an OAuth 1.0a profile has not.
        ("[oauth1]", "[request]\nbody = \"form\"\n[oauth1]", "[oauth1]", "there is no field request".to_owned()),
        (
            "[lifetimes]",
            "[access_token]\nold_dies = true\n[lifetimes]",
            "[lifetimes]",
            "there is no field access_token".to_owned(),
        ),
        ("[sources]", "[[errors]]\nhint = \"x\"\n[sources]", "[sources]", "there is no field hint".to_owned()),
        ("[oauth1]", "[rotation]\npolicy = \"none\"\n[oauth1]", "[oauth1]", "there is no field rotation".to_owned()),
        (
            "# renew = \"https://…\"",
            "refresh = \"https://h.example/\"",
            "# renew",
            "there is no field refresh".to_owned(),
        ),
        ("# access = 15552000", "refresh_idle = 1", "# access", "there is no field refresh_idle".to_owned()),
        ("hosts = {}", "tokens_in = \"x\"", "hosts = {}", "there is no field tokens_in".to_owned()),
    ] {
        let text = provider::text("custom-oauth1").unwrap();
        let line = 1 + text[..text.find(at).unwrap()].matches('\n').count();
        let error = custom_with(&[(from, to)]).map(drop).expect_err(to);
        let message = error.to_string();
        assert_eq!(error.status(), Status::InvalidProfile, "{to}: {message}");
        assert!(message.contains(&sentence) && !message.contains("hunter2"), "{to}: {message}");
        let is_line = (line..=line + 1).any(|line| message.contains(&format!("line {line} ")));
        assert!(is_line || at == "name =", "{to}: line {line}: {message}");
    }
    for template in [
        "https://{account.label}/x",
        "https://{account.label}.com/x",
        "https://x.{account.label}.example.com/",
        "https://{account.LABEL}.example.com/",
    ] {
        let renew = format!("renew = \"{template}\"");
        let error =
            custom_with(&[("[endpoints]\n", with_account), ("# renew = \"https://…\"", &renew)]).map(drop).unwrap_err();
        assert!(error.to_string().contains("endpoints.renew must be"), "{template}: {error}");
    }
}

/// And the other way round: what belongs to OAuth 1.0a is no field of another profile.
#[test]
fn other_profiles_have_none_of_it() {
    let custom = provider::text("custom").unwrap();
    for (from, to, sentence) in [
        ("[scope]", "[oauth1]\nmethod = \"GET\"\n[scope]", "there is no field oauth1"),
        ("[endpoints]", "[endpoints]\nrequest_token = \"\"", "there is no field request_token"),
        ("[endpoints]", "[endpoints]\nrenew = \"\"", "there is no field renew"),
        ("grant = \"code\"", "grant = \"oauth1\"", "there is no field "),
        ("grant = \"code\"", "grant = \"hunter2\"", "grant must be one of `code`, `client-credentials`, `oauth1`"),
    ] {
        let error = Profile::parse(&custom.replacen(from, to, 1)).map(drop).unwrap_err();
        assert!(error.to_string().contains(sentence), "{to}: {error}");
    }
}

#[test]
fn settings_take_the_place_of_what_a_profile_says() {
    let mut custom = custom_with(&[]).unwrap();
    for (name, value) in [
        ("request_token_url", "https://h.example/request"),
        ("authorize_url", "https://h.example/authorize"),
        ("access_token_url", "https://h.example/token"),
        ("renew_url", "https://h.example/renew"),
        ("revoke_url", "https://h.example/revoke"),
        ("signature_method", "RSA-SHA256"),
        ("realm", "Photos"),
        ("transmission", "query"),
        ("http_method", "GET"),
        ("callback_in", "authorize"),
        ("callback_confirmed", "false"),
        ("send_empty_token", "true"),
        ("authorize_parameter", "perms=write"),
        ("xauth", "true"),
        ("user_agent", "Example/1.0"),
        ("api_origin", "https://api.example.com"),
    ] {
        custom.set(name, Value::Text(value)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for (endpoint, path) in [
        (Endpoint::RequestToken, "request"),
        (Endpoint::Authorize, "authorize"),
        (Endpoint::Token, "token"),
        (Endpoint::Renew, "renew"),
        (Endpoint::Revoke, "revoke"),
    ] {
        assert_eq!(custom.endpoint(endpoint, None), Ok(format!("https://h.example/{path}")));
    }
    let oauth1 = custom.oauth1().unwrap();
    assert_eq!((oauth1.signature_method(), oauth1.transmission()), (SignatureMethod::RsaSha256, Transmission::Query));
    assert!(oauth1.is_before_revision_a() && !oauth1.confirms_callback());
    assert!(oauth1.sends_empty_token() && oauth1.has_xauth() && !custom.wants_client_secret());
    assert_eq!(custom.realm(None).as_deref(), Ok("Photos"));
    for (name, value, word) in [
        ("token_url", "https://h.example/", "other-setting"),
        ("refresh_url", "https://h.example/", "other-setting"),
        ("rotation", "strict", "other-setting"),
        ("pkce", "true", "other-setting"),
        ("request_token_url", "https://u:hunter2@h.example/", "bad-address"),
        ("signature_method", "hunter2", "unknown-signature-method"),
        ("realm", "hunter2\n", "bad-choice"),
        ("realm", "{account.label}hunter2", "bad-choice"),
        ("transmission", "hunter2", "unknown-transmission"),
        ("http_method", "hunter2", "bad-choice"),
        ("callback_in", "hunter2", "bad-choice"),
        ("authorize_parameter", "hunter2", "bad-choice"),
        ("authorize_parameter", "=hunter2", "bad-choice"),
        ("authorize_parameter", "oauth_callback=hunter2", "bad-choice"),
        ("xauth", "hunter2", "not-flag"),
    ] {
        let error = custom.set(name, Value::Text(value)).unwrap_err();
        assert_eq!(error.word(), word, "{name}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let mut code = provider::builtin("custom").unwrap();
    let mut tried = 0;
    for setting in &provider::SETTINGS {
        let of_oauth2 = ["token_url", "refresh_url", "rotation", "pkce"].contains(&setting.name());
        let is_other = |profile: &mut Profile| {
            profile.set(setting.name(), Value::Text("none")).is_err_and(|error| error.word() == "other-setting")
        };
        assert_eq!(is_other(&mut custom), of_oauth2, "{}", setting.name());
        tried += usize::from(is_other(&mut code));
    }
    assert_eq!(tried, 12);
}

/// What `custom-oauth1.toml` explains is what there is: each line that is a comment can be a line.
#[test]
fn each_field_that_is_explained_can_be_set() {
    for line in ["User-Agent = ", "access = ", "authorization = ", "last = ", "method = \"GET\"           # where"] {
        custom_with(&[(&format!("# {line}"), line)]).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    let text = provider::text("custom-oauth1").unwrap();
    for start in ["# [account]", "# [[errors]]", "# [[warnings]]"] {
        let lines = text[text.find(start).unwrap()..].lines().take_while(|line| line.starts_with("# "));
        let block: String = lines.map(|line| format!("{}\n", &line[2..])).collect();
        let changed = text.replacen("[sources]", &format!("{block}[sources]"), 1);
        Profile::parse(&changed).map(drop).unwrap_or_else(|error| panic!("{start}: {error}"));
    }
}
