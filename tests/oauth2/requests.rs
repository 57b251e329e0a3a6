//! Requests, byte by byte: those that RFCs print, and those of each service.

use crate::{profile, text, vectors};
use osign::Error;
use osign::form;
use osign::http::{Answer, Request};
use osign::oauth2::{
    Client, TokenKind, authorization_url, challenge, client_credentials_request, code_request, is_revoked,
    refresh_request, revocation_request, verifier,
};
use osign::provider::{self, Kind, Profile};
use osign::secret::Secret;
use osign::setting;
use serde_json::{Value, json};

#[test]
fn a_verifier_and_its_challenge() {
    for vector in vectors("pkce") {
        let octets: Vec<u8> = serde_json::from_value(vector["octets"].clone()).unwrap();
        let verifier = verifier(&octets.try_into().unwrap());
        assert_eq!(verifier.expose(), text(&vector, "verifier").as_bytes());
        assert_eq!(challenge(&verifier), text(&vector, "challenge"));
    }
}

#[test]
fn requests_are_those_that_rfcs_print() {
    for vector in vectors("rfc_requests") {
        let (name, expected) = (text(&vector, "name"), &vector["expected"]);
        let mut custom = provider::text("custom").unwrap().to_owned();
        for pair in vector["replace"].as_array().into_iter().flatten() {
            let (from, to) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            assert!(custom.contains(from), "{name}: {from}");
            custom = custom.replacen(from, to, 1);
        }
        let mut profile = Profile::parse(&custom).unwrap();
        for (setting, value) in vector["settings"].as_object().unwrap() {
            profile.set(setting, setting::Value::Text(value.as_str().unwrap())).unwrap();
        }
        let client = client(&vector["client"]);
        if let Some(published) = expected["parameters_of"].as_str() {
            let url = authorization_url(&profile, &client, None, None, text(&vector, "state"), None).unwrap();
            assert_eq!(sorted(&url), sorted(published), "{name}");
            continue;
        }
        let request = request(&profile, &client, &vector).unwrap();
        assert_eq!(request.method(), "POST", "{name}");
        let authorization = request.headers().find(|(name, _)| *name == "Authorization").map(|(_, value)| value);
        assert_eq!(json!(authorization), expected["authorization"], "{name}");
        let body = std::str::from_utf8(request.body()).unwrap();
        assert_eq!(body, text(expected, "body"), "{name}");
        if let Some(published) = expected["body_as_published"].as_str() {
            assert_eq!(form::decode(body.as_bytes()), form::decode(published.as_bytes()), "{name}");
        }
    }
}

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The address before its query, and the query's parameters in their own order.
fn sorted(url: &str) -> (&str, Pairs) {
    let (address, query) = url.split_once('?').unwrap();
    let mut pairs = form::decode(query.as_bytes());
    pairs.sort();
    (address, pairs)
}

fn client(client: &Value) -> Client {
    Client::new(text(client, "id"), client["secret"].as_str(), client["redirect_uri"].as_str())
}

fn request(profile: &Profile, client: &Client, vector: &Value) -> Result<Request, Error> {
    let account = vector["account"].as_str();
    let secret = |field: &str| Secret::new(text(vector, field).as_bytes());
    match text(vector, "step") {
        "exchange" => {
            let verifier = vector["verifier"].as_str().map(|verifier| Secret::new(verifier.as_bytes()));
            code_request(profile, client, account, &secret("code"), verifier.as_ref())
        }
        "refresh" => refresh_request(profile, client, account, &secret("refresh_token")),
        "client-credentials" => client_credentials_request(profile, client, account, None),
        "revoke" => revocation_request(profile, client, account, &secret("refresh_token"), TokenKind::Refresh),
        other => panic!("{other}"),
    }
}

/// The inputs are the same for each service: `inputs` in the file.
#[test]
fn each_service_gets_the_requests_that_it_documents() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/oauth2/requests.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut actual = Vec::new();
    for name in provider::names().filter(|name| *name != "custom" && profile(name).kind() != Kind::OAuth1) {
        let profile = profile(name);
        let inputs = &file["inputs"];
        let account = file["accounts"][name].as_str();
        let client = client(&inputs["client"]);
        let verifier = Secret::new(text(inputs, "verifier").as_bytes());
        let challenge = challenge(&verifier);
        let mut steps = vec!["exchange", "refresh", "client-credentials", "revoke"];
        match authorization_url(&profile, &client, account, None, text(inputs, "state"), Some(&challenge)) {
            Ok(url) => actual.push(json!({ "profile": name, "step": "authorize", "url": url })),
            Err(error) => assert_eq!(error.word(), "other-grant", "{name}"),
        }
        for step in steps.drain(..) {
            let mut vector = inputs.clone();
            vector["step"] = json!(step);
            vector["account"] = json!(account);
            match request(&profile, &client, &vector) {
                Ok(request) => actual.push(json!({
                    "profile": name,
                    "step": step,
                    "method": request.method(),
                    "url": request.url(),
                    "headers": request.headers().collect::<Vec<_>>(),
                    "body": std::str::from_utf8(request.body()).unwrap(),
                })),
                Err(error) => assert!(["other-grant", "no-endpoint"].contains(&error.word()), "{name} {step}: {error}"),
            }
        }
    }
    let expected = file["vectors"].as_array().unwrap();
    for (actual, expected) in actual.iter().zip(expected) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len(), "{}", serde_json::to_string_pretty(&actual).unwrap());
}

#[test]
fn what_is_missing_is_named() {
    let token = Secret::new(b"r1");
    let whole = Client::new("id", Some("secret"), Some("https://example.com/cb"));
    let word = |result: Result<Request, Error>| result.map(|_| ()).unwrap_err().word();
    for (name, client, expected) in [
        ("amocrm", Client::new("", Some("s"), Some("https://e.com")), "no-client-id"),
        ("amocrm", Client::new("id", None, Some("https://e.com")), "no-client-secret"),
        ("amocrm", Client::new("id", Some(""), Some("https://e.com")), "no-client-secret"),
        ("amocrm", Client::new("id", Some("s"), None), "no-redirect-uri"),
        ("google", Client::new("id", None, None), "no-client-secret"),
    ] {
        assert_eq!(word(refresh_request(&profile(name), &client, Some("sub.amocrm.ru"), &token)), expected);
    }
    assert_eq!(word(refresh_request(&profile("amocrm"), &whole, None, &token)), "no-account");
    assert_eq!(word(refresh_request(&profile("custom"), &whole, None, &token)), "no-endpoint");
    assert_eq!(word(refresh_request(&profile("avito"), &whole, None, &token)), "other-grant");
    assert_eq!(word(client_credentials_request(&profile("google"), &whole, None, None)), "other-grant");
    let revocation = revocation_request(&profile("bitrix24"), &whole, None, &token, TokenKind::Access);
    assert_eq!(word(revocation), "no-endpoint");
}

#[test]
fn what_was_kept_is_sent_back_and_an_endpoint_keeps_its_query() {
    let custom = provider::text("custom").unwrap();
    let text = custom
        .replacen("refresh = {}", "refresh = { device_id = \"d-{kept.device_id}\", state = \"x\" }", 1)
        .replacen("token = \"\"", "token = \"https://id.example.com/token?v=2\"", 1)
        .replacen("authorize = \"\"", "authorize = \"https://id.example.com/authorize?tenant=a%20b\"", 1)
        .replacen("body = \"form\"", "body = \"query\"", 1)
        .replacen("client_authentication = \"basic\"", "client_authentication = \"none\"", 1);
    let profile = Profile::parse(&text).unwrap();
    let client = Client::new("id", None, Some("http://127.0.0.1:8080/"));
    let error = refresh_request(&profile, &client, None, &Secret::new(b"r 1")).map(|_| ()).unwrap_err();
    assert_eq!(error.word(), "nothing-kept");
    let profile = profile.with_kept(&[("device_id".to_owned(), "7&8".to_owned())]);
    let request = refresh_request(&profile, &client, None, &Secret::new(b"r 1")).unwrap();
    assert_eq!(
        request.url(),
        "https://id.example.com/token?v=2&grant_type=refresh_token&refresh_token=r+1&client_id=id&device_id=d-7%268&state=x"
    );
    assert_eq!(
        authorization_url(&profile, &client, None, Some("a  b"), "s", None).unwrap(),
        "https://id.example.com/authorize?tenant=a%20b&response_type=code&client_id=id\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2F&scope=a+b&state=s"
    );
    assert_eq!(format!("{request:?}"), "POST https://id.example.com/token […]");
}

#[test]
fn a_revocation_is_told_by_its_answer() {
    for (status, body, expected) in [
        (200, "", true),
        (204, "", true),
        (400, r#"{"error":"invalid_token"}"#, true),
        (400, r#"{"error":"unsupported_token_type"}"#, false),
        (400, "", false),
        (401, r#"{"error":"invalid_client"}"#, false),
        (302, "", false),
        (503, "", false),
    ] {
        assert_eq!(is_revoked(&Answer::new(status, body.as_bytes())), expected, "{status} {body}");
    }
}

/// Services that have no profile here, as a user's own file would have them (NangoHQ/nango @2f4c0af has their quirks).
#[test]
fn the_format_holds_the_odd_ones() {
    let parse = |changes: &[(&str, &str)]| {
        let mut text = provider::text("custom").unwrap().to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        Profile::parse(&text).unwrap()
    };
    let client = Client::new("id", Some("secret"), Some("https://example.com/cb"));
    let token = Secret::new(b"r1");
    let body = |request: &Request| std::str::from_utf8(request.body()).unwrap().to_owned();

    // Basecamp: a renamed grant type.
    let basecamp = parse(&[
        ("token = \"\"", "token = \"https://launchpad.37signals.com/authorization/token\""),
        ("parameter = \"grant_type\"", "parameter = \"type\""),
        ("code = \"authorization_code\"", "code = \"web_server\""),
        ("refresh = \"refresh_token\"", "refresh = \"refresh\""),
        ("client_authentication = \"basic\"", "client_authentication = \"body\""),
    ]);
    let request = code_request(&basecamp, &client, None, &Secret::new(b"c1"), None).unwrap();
    assert_eq!(
        body(&request),
        "type=web_server&code=c1&redirect_uri=https%3A%2F%2Fexample.com%2Fcb&client_id=id&client_secret=secret"
    );
    let request = refresh_request(&basecamp, &client, None, &token).unwrap();
    assert_eq!(body(&request), "type=refresh&refresh_token=r1&client_id=id&client_secret=secret");

    // Figma: a refresh URL of its own. Zendesk: a lifetime to ask for. Microsoft: the scope again.
    let figma = parse(&[
        ("token = \"\"", "token = \"https://api.figma.com/v1/oauth/token\""),
        ("# refresh = \"https://…\"", "refresh = \"https://api.figma.com/v1/oauth/refresh\""),
        ("refresh = {}", "refresh = { expires_in = \"172800\", scope = \"Mail.Read offline_access\" }"),
    ]);
    let request = refresh_request(&figma, &client, None, &token).unwrap();
    assert_eq!(request.url(), "https://api.figma.com/v1/oauth/refresh");
    assert_eq!(
        body(&request),
        "grant_type=refresh_token&refresh_token=r1&expires_in=172800&scope=Mail.Read+offline_access"
    );

    // SberBusiness: a port. Exact Online: a host for each country, and the last 30 seconds.
    let exact = parse(&[
        ("token = \"\"", "token = \"https://{account}:9443/api/oauth2/token\""),
        ("[endpoints]", "[account]\nhosts = [\"start.exactonline.nl\", \"start.exactonline.co.uk\"]\n[endpoints]"),
        ("refresh_when = \"any\"", "refresh_when = \"last\"\nlast = 30"),
    ]);
    let request = refresh_request(&exact, &client, Some("start.exactonline.co.uk"), &token).unwrap();
    assert_eq!(request.url(), "https://start.exactonline.co.uk:9443/api/oauth2/token");
    assert_eq!(exact.refresh_when(), provider::RefreshWhen::Last(30));

    // RingCentral, Withings, Hydra: their rotation.
    for (rotation, policy) in [
        ("\"until-new-access-used\"\nextra = 10", provider::Policy::UntilNewAccessUsed { extra: 10, cap: 0 }),
        ("\"until-new-access-used\"\ncap = 28800", provider::Policy::UntilNewAccessUsed { extra: 0, cap: 28_800 }),
        ("\"timed\"\nseconds = 300\ncount = 3", provider::Policy::Timed { seconds: 300, count: Some(3) }),
        ("\"idempotent\"", provider::Policy::Idempotent),
        ("\"fapi2\"", provider::Policy::Fapi2),
    ] {
        assert_eq!(parse(&[("policy = \"strict\"", &format!("policy = {rotation}"))]).policy(), policy);
    }
}
