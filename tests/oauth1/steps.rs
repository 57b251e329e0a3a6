//! A login step by step: the order of the steps, what is kept between them, and when it is over.

use crate::Fixed;
use osign::http::{Answer, Request};
use osign::oauth1::flow::{Flow, Pending};
use osign::oauth1::{Request as Asked, SignatureMethod, Signer};
use osign::provider::{self, Profile};
use osign::secret::Secret;
use osign::setting::{Kind, Value};
use osign::{Error, Status};

const NOW: i64 = 1_800_000_000_000;
const TEMPORARY: &[u8] =
    b"oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true";
const CALLBACK: &str = "https://example.com/cb?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884";
const TOKEN: &[u8] = b"oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user_id=7";

fn flow() -> Flow {
    let mut flow =
        Flow::new(provider::builtin("custom-oauth1").unwrap(), "dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
    for (name, value) in [
        ("request_token_url", "https://photos.example.net/initiate"),
        ("authorize_url", "https://photos.example.net/authorize"),
        ("access_token_url", "https://photos.example.net/token"),
        ("renew_url", "https://photos.example.net/renew"),
        ("revoke_url", "https://photos.example.net/revoke"),
        ("callback", "https://example.com/cb"),
    ] {
        flow.set(name, Value::Text(value)).unwrap();
    }
    flow
}

fn answer(body: &[u8]) -> Answer {
    Answer::new(200, body)
}

fn header(request: &Request) -> &str {
    request.headers().find(|(name, _)| *name == "Authorization").unwrap().1
}

fn word<T>(result: Result<T, Error>) -> &'static str {
    result.map(drop).unwrap_err().word()
}

/// Of which a person is to agree.
fn begun() -> Flow {
    let mut flow = flow();
    flow.request_temporary(&mut Fixed).unwrap();
    flow.read_temporary(&answer(TEMPORARY), NOW).unwrap();
    flow
}

#[test]
fn a_login_goes_through() {
    let mut flow = flow();
    let request = flow.request_temporary(&mut Fixed).unwrap();
    assert!(
        header(&request).contains("oauth_callback=\"https%3A%2F%2Fexample.com%2Fcb\"")
            && !header(&request).contains("oauth_token=")
    );
    flow.read_temporary(&answer(TEMPORARY), NOW).unwrap();
    let pending = flow.pending().unwrap();
    assert_eq!(
        (pending.token.text(), pending.secret.text(), pending.begun_at),
        ("hh5s93j4hdidpola", "hdhd0244k9j7ao03", NOW)
    );
    let url = flow.authorize_url(&[("perms", "write")]).unwrap();
    assert_eq!(url, "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola&perms=write");
    flow.read_callback(CALLBACK).unwrap();
    let request = flow.request_token(&mut Fixed).unwrap();
    // The signature of tests/vectors/flow/requests.json, but for the realm, which is not signed.
    assert!(
        header(&request).contains(
            "oauth_token=\"hh5s93j4hdidpola\", oauth_version=\"1.0\", oauth_verifier=\"hfdp7dh39dks9884\", \
             oauth_signature=\"ZoQ5meKJszN%2F8pKClFOYaDI2%2FA0%3D\""
        ),
        "{}",
        header(&request)
    );
    let credentials = flow.read_token(&answer(TOKEN)).unwrap();
    assert_eq!((credentials.token(), credentials.secret()), ("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"));
    assert_eq!(credentials.others().collect::<Vec<_>>(), [("user_id", "7")]);
    assert!(flow.pending().is_none());
    // What was used once is gone.
    assert_eq!(word(flow.request_token(&mut Fixed)), "step-before");
    assert_eq!(word(flow.read_token(&answer(TOKEN))), "step-before");
    assert_eq!(word(flow.read_callback(CALLBACK)), "step-before");

    let request = flow.request_renewal(&mut Fixed).unwrap();
    assert!(request.url().ends_with("/renew") && header(&request).contains("oauth_token=\"nnch734d00sl2jdk\""));
    let new = flow.read_renewal(&answer(b"oauth_token=a&oauth_token_secret=b&oauth_session_handle=h")).unwrap();
    let fields = [("oauth_token", "a"), ("oauth_token_secret", "b"), ("oauth_session_handle", "h")];
    assert_eq!(new.fields().collect::<Vec<_>>(), fields);
    let request = flow.request_renewal(&mut Fixed).unwrap();
    assert!(header(&request).contains("oauth_token=\"a\", oauth_version=\"1.0\", oauth_session_handle=\"h\""));
    // The handle goes on where no other comes.
    flow.read_renewal(&answer(b"oauth_token=c&oauth_token_secret=d")).unwrap();
    let request = flow.request_renewal(&mut Fixed).unwrap();
    assert!(header(&request).contains("oauth_token=\"c\", oauth_version=\"1.0\", oauth_session_handle=\"h\""));
    let request = flow.request_disconnect(&mut Fixed).unwrap();
    assert!(request.url().ends_with("/revoke") && header(&request).contains("oauth_token=\"c\""));
    flow.read_disconnect(&answer(b"")).unwrap();
    assert_eq!(word(flow.request_disconnect(&mut Fixed)), "step-before");
}

#[test]
fn a_step_out_of_its_turn_is_refused() {
    let mut flow = flow();
    assert_eq!(word(flow.read_temporary(&answer(TEMPORARY), NOW)), "step-before");
    assert_eq!(word(flow.authorize_url(&[])), "step-before");
    assert_eq!(word(flow.read_callback(CALLBACK)), "step-before");
    assert_eq!(word(flow.set_verifier(Some("v"))), "step-before");
    assert_eq!(word(flow.request_token(&mut Fixed)), "step-before");
    assert_eq!(word(flow.read_token(&answer(TOKEN))), "step-before");
    assert_eq!(word(flow.request_renewal(&mut Fixed)), "step-before");
    assert_eq!(word(flow.read_renewal(&answer(TOKEN))), "step-before");
    assert_eq!(word(flow.request_disconnect(&mut Fixed)), "step-before");
    assert_eq!(word(flow.read_disconnect(&answer(b""))), "step-before");
    let mut flow = begun();
    let error = flow.request_token(&mut Fixed).map(drop).unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (Status::InvalidArgument, "this comes after the callback")
    );
    assert_eq!(word(flow.read_token(&answer(TOKEN))), "step-before");
    flow.read_callback(CALLBACK).unwrap();
    flow.request_token(&mut Fixed).unwrap();
}

#[test]
fn a_foreign_callback_and_a_failure_end_nothing() {
    let mut flow = begun();
    for callback in
        ["https://example.com/cb?oauth_token=other&oauth_verifier=v", "https://example.com/cb?denied=other", ""]
    {
        assert!(flow.read_callback(callback).is_err(), "{callback}");
        assert_eq!(word(flow.request_token(&mut Fixed)), "step-before");
    }
    flow.read_callback(CALLBACK).unwrap();
    // A foreign one that comes later does not take its place.
    assert!(flow.read_callback("https://example.com/cb?oauth_token=other&oauth_verifier=v").is_err());
    let request = flow.request_token(&mut Fixed).unwrap();
    assert!(header(&request).contains("oauth_verifier=\"hfdp7dh39dks9884\""));
    for (status, body) in [(503, &b""[..]), (200, b"<html>"), (200, b"oauth_token=a")] {
        assert!(flow.read_token(&Answer::new(status, body)).is_err());
        assert!(flow.pending().is_some());
    }
    // A refusal does.
    assert_eq!(word(flow.read_token(&Answer::new(401, b"oauth_problem=verifier_invalid"))), "login-not-taken");
    assert!(flow.pending().is_none());
    assert_eq!(word(flow.request_token(&mut Fixed)), "step-before");
}

#[test]
fn a_login_goes_on_in_another_process() {
    let pending = begun().pending().unwrap().clone();
    let mut flow = flow();
    flow.set("callback", Value::Text("oob")).unwrap();
    flow.resume(pending.clone(), NOW + 1).unwrap();
    assert_eq!(flow.pending().unwrap().callback, "https://example.com/cb");
    flow.read_callback(CALLBACK).unwrap();
    assert!(header(&flow.request_token(&mut Fixed).unwrap()).contains("ZoQ5meKJszN%2F8pKClFOYaDI2%2FA0%3D"));
    flow.read_token(&answer(TOKEN)).unwrap();
    // A verifier that the host has read itself.
    flow.resume(pending.clone(), NOW).unwrap();
    flow.set_verifier(Some("hfdp7dh39dks9884")).unwrap();
    assert!(header(&flow.request_token(&mut Fixed).unwrap()).contains("ZoQ5meKJszN%2F8pKClFOYaDI2%2FA0%3D"));
    flow.set_verifier(None).unwrap();
    assert_eq!(word(flow.request_token(&mut Fixed)), "no-verifier");
    assert_eq!(word(flow.resume(pending.clone(), NOW + 86_400_001)), "old-pending");
    let empty = Pending { token: Secret::new(b""), ..pending.clone() };
    assert_eq!(word(flow.resume(empty, NOW)), "empty-token");
    let elsewhere = Pending { account: Some("evil.tld".to_owned()), ..pending };
    assert_eq!(word(flow.resume(elsewhere, NOW)), "same-for-all");
    assert_eq!(flow.belonging("session"), ["custom-oauth1", "dpf43f3p2l4k3l03", "session"]);
}

#[test]
fn what_a_callback_keeps_stands_with_the_credentials() {
    let mut flow = Flow::new(provider::builtin("quickbooks-oauth1").unwrap(), "key", "secret").unwrap();
    flow.set("callback", Value::Text("https://example.com/cb")).unwrap();
    flow.request_temporary(&mut Fixed).unwrap();
    flow.read_temporary(&answer(TEMPORARY), NOW).unwrap();
    flow.read_callback(&format!("{CALLBACK}&realmId=123145&dataSource=QBO")).unwrap();
    flow.request_token(&mut Fixed).unwrap();
    let credentials = flow.read_token(&answer(TOKEN)).unwrap();
    let kept = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(credentials.kept(), [kept("realmId", "123145"), kept("dataSource", "QBO")]);
    assert_eq!(credentials.expires_in, Some(15_552_000));
    let fields: Vec<_> = credentials.fields().map(|(name, _)| name).collect();
    assert_eq!(fields, ["oauth_token", "oauth_token_secret", "realmId", "dataSource", "user_id"]);
}

/// What a signer signs, with a nonce and a timestamp that are always the same.
fn signed(signer: &Signer) -> String {
    let body = (Some("application/json"), &b"{}"[..]);
    let asked = Asked::new("POST", "https://api.example.net/items?a=1").with_body(body.0, body.1);
    signer.sign(&asked, &mut Fixed).unwrap().authorization.clone()
}

#[test]
fn a_signer_of_what_a_login_brought() {
    let mut flow = begun();
    assert_eq!(word(flow.signer()), "step-before");
    for (name, value) in [("signature_method", "HMAC-SHA256"), ("realm", "Photos"), ("version", "1.1")] {
        flow.set(name, Value::Text(value)).unwrap();
    }
    flow.set("clock_offset", Value::Seconds(-90)).unwrap();
    flow.read_callback(CALLBACK).unwrap();
    flow.request_token(&mut Fixed).unwrap();
    assert_eq!(word(flow.signer()), "step-before");
    flow.read_token(&answer(TOKEN)).unwrap();
    let mut by_hand = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
    by_hand.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00").unwrap();
    by_hand.set_signature_method(SignatureMethod::HmacSha256);
    by_hand.set_realm("Photos").unwrap();
    by_hand.set_version("1.1").unwrap();
    by_hand.set_clock_offset(-90);
    let signer = flow.signer().unwrap();
    assert_eq!(signed(&signer), signed(&by_hand));
    // A renewal does not change it.
    flow.request_renewal(&mut Fixed).unwrap();
    flow.read_renewal(&answer(b"oauth_token=a&oauth_token_secret=b")).unwrap();
    assert_eq!(signed(&signer), signed(&by_hand));
    by_hand.set_token("a", "b").unwrap();
    assert_eq!(signed(&flow.signer().unwrap()), signed(&by_hand));
    // Where parameters travel is the request's.
    flow.set("transmission", Value::Text("query")).unwrap();
    assert_eq!(signed(&flow.signer().unwrap()), signed(&by_hand));
    flow.set("signature_method", Value::Text("RSA-SHA256")).unwrap();
    assert_eq!(word(flow.signer()), "no-private-key");
    let pem = include_str!("../vectors/oauth1/keys/mastercard-rsa-2048.pem");
    flow.set("private_key", Value::Text(pem)).unwrap();
    by_hand.set_signature_method(SignatureMethod::RsaSha256);
    by_hand.set_private_key(pem).unwrap();
    assert_eq!(signed(&flow.signer().unwrap()), signed(&by_hand));
    flow.request_disconnect(&mut Fixed).unwrap();
    flow.read_disconnect(&answer(b"")).unwrap();
    assert_eq!(word(flow.signer()), "step-before");
}

/// As a service wants it: its realm that is the account, its hash of a body, its form.
#[test]
fn a_signer_as_the_profile_says() {
    let flow_of = |name: &str| {
        let mut flow = Flow::new(provider::builtin(name).unwrap(), "key", "secret").unwrap();
        flow.set_credentials("a", "b", None).unwrap();
        flow
    };
    let mut by_hand = Signer::new("key", "secret").unwrap();
    by_hand.set_token("a", "b").unwrap();
    by_hand.set_signature_method(SignatureMethod::HmacSha256);
    by_hand.set_realm("1234567_SB1").unwrap();
    let mut flow = flow_of("netsuite");
    assert_eq!(word(flow.signer()), "no-account");
    flow.set("account", Value::Text("1234567-sb1.suitetalk.api.netsuite.com")).unwrap();
    assert_eq!(signed(&flow.signer().unwrap()), signed(&by_hand));
    // There a consumer signs alone.
    let mut flow = Flow::new(provider::builtin("mastercard").unwrap(), "key", "").unwrap();
    let mut by_hand = Signer::new("key", "").unwrap();
    let pem = include_str!("../vectors/oauth1/keys/mastercard-rsa-2048.pem");
    flow.set("private_key", Value::Text(pem)).unwrap();
    by_hand.set_signature_method(SignatureMethod::RsaSha256);
    by_hand.set_private_key(pem).unwrap();
    by_hand.set_mastercard_form(true);
    by_hand.set_body_hash(true);
    assert_eq!(signed(&flow.signer().unwrap()), signed(&by_hand));
}

#[test]
fn a_token_may_live_on_when_it_is_renewed() {
    let text = provider::text("custom-oauth1").unwrap().replacen("answer = \"form\"", "answer = \"status\"", 1);
    let mut flow = Flow::new(Profile::parse(&text).unwrap(), "key", "secret").unwrap();
    flow.set("renew_url", Value::Text("https://h.example/renew")).unwrap();
    flow.set_credentials("a", "b", None).unwrap();
    flow.request_renewal(&mut Fixed).unwrap();
    let same = flow.read_renewal(&answer(b"Access Token has been renewed")).unwrap();
    assert_eq!(same.fields().collect::<Vec<_>>(), [("oauth_token", "a"), ("oauth_token_secret", "b")]);
    flow.request_renewal(&mut Fixed).unwrap();
}

#[test]
fn name_and_password_bring_credentials() {
    let mut flow = flow();
    assert_eq!(word(flow.request_xauth("anna", "hunter2", &mut Fixed)), "no-xauth");
    flow.set("xauth", Value::Flag(true)).unwrap();
    let request = flow.request_xauth("anna", "hunter2", &mut Fixed).unwrap();
    assert_eq!(request.body(), b"x_auth_username=anna&x_auth_password=hunter2&x_auth_mode=client_auth");
    assert_eq!(flow.read_token(&answer(TOKEN)).unwrap().token(), "nnch734d00sl2jdk");
    flow.request_disconnect(&mut Fixed).unwrap();
    flow.set_credentials("a", "b", Some("")).unwrap();
    assert!(
        header(&flow.request_renewal(&mut Fixed).unwrap())
            .contains("oauth_token=\"a\", oauth_version=\"1.0\", oauth_signature=")
    );
    assert_eq!(word(flow.set_credentials("", "b", None)), "empty-token");
}

/// A password can be any word, and so be in what a service says of it.
#[test]
fn what_a_service_says_of_a_password_is_not_shown() {
    let mut flow = flow();
    flow.set("xauth", Value::Flag(true)).unwrap();
    for (problem, said) in [("permission_denied", "HTTP 401 (permission_denied);"), ("swordfish", "HTTP 401;")] {
        flow.request_xauth("anna", "swordfish", &mut Fixed).unwrap();
        let body = format!("oauth_problem={problem}&oauth_problem_advice=the+password+swordfish+is+wrong");
        let refused = Answer::new(401, body.as_bytes());
        let error = flow.read_token(&refused).unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("swordfish"), "{error}");
    }
}

#[test]
fn settings_are_those_of_profile_and_signer() {
    let mut flow = flow();
    for setting in Flow::SETTINGS {
        let value = match setting.kind() {
            Kind::Flag => Value::Flag(true),
            Kind::Seconds => Value::Seconds(-90),
            _ => Value::Text("hunter2\u{1}"),
        };
        let is_bad = flow.set(setting.name(), value).is_err_and(|error| !error.to_string().contains("hunter2"));
        assert_eq!(is_bad, !matches!(setting.kind(), Kind::Flag | Kind::Seconds), "{}", setting.name());
    }
    assert_eq!(word(flow.set("token_url", Value::Text("https://h.example/"))), "unknown-setting");
    assert_eq!(word(flow.set("account", Value::Text("h.example"))), "same-for-all");
    assert_eq!(word(flow.set("callback", Value::Text("nowhere"))), "bad-callback");
    let code = Flow::new(provider::builtin("custom").unwrap(), "key", "secret");
    assert_eq!(word(code), "other-grant");
    assert_eq!(word(Flow::new(provider::builtin("custom-oauth1").unwrap(), "", "")), "empty-consumer-key");
    assert!(!format!("{:?}", begun()).contains("hdhd0244k9j7ao03"));
}
