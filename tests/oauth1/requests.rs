//! The requests of each step, byte by byte.

use crate::{Fixed, profile, text, vectors};
use osign::http::Request;
use osign::oauth1::{Signer, flow};
use osign::provider::{self, Profile};
use osign::secret::Secret;
use osign::setting::Value as Setting;
use osign::{Error, Status};
use serde_json::{Value, json};

#[test]
fn each_step_sends_what_it_should() {
    vectors("requests").iter().for_each(check);
}

/// That the step of a vector sends what it should.
pub(super) fn check(vector: &Value) {
    let (name, profile, account) = (text(vector, "name"), profile(vector), vector["account"].as_str());
    let pair = |field: &str| Some((vector[field][0].as_str()?, vector[field][1].as_str()?));
    let (key, secret) = pair("consumer").unwrap();
    let mut signer = Signer::new(key, secret).unwrap();
    flow::set_up(&profile, account, &mut signer).unwrap();
    if let Some(file) = vector["private_key"].as_str() {
        let path = format!("{}/tests/vectors/oauth1/{file}", env!("CARGO_MANIFEST_DIR"));
        signer.set_private_key(&std::fs::read_to_string(path).unwrap()).unwrap();
    }
    if let Some((token, secret)) = pair("token") {
        signer.set_token(token, secret).unwrap();
    }
    let callback = vector["callback"].as_str().unwrap_or_default();
    let secret = |field: &str| vector[field].as_str().map(|text| Secret::new(text.as_bytes()));
    let fresh = &mut Fixed;
    let request = match text(vector, "step") {
        "authorize" => {
            let extra = vector["extra"].as_array().into_iter().flatten();
            let extra: Vec<_> = extra.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect();
            let token = vector["token"][0].as_str().unwrap();
            let url = flow::authorize_url(&profile, &signer, account, token, callback, &extra).unwrap();
            assert_eq!(json!({ "url": url }), vector["expected"], "{name}");
            return;
        }
        "temporary" => flow::temporary_request(&profile, &signer, account, callback, fresh),
        "token" => flow::token_request(&profile, &signer, account, secret("verifier").as_ref(), fresh),
        "xauth" => {
            let password = secret("password").unwrap();
            flow::xauth_request(&profile, &signer, account, text(vector, "user_name"), &password, fresh)
        }
        "renew" => flow::renew_request(&profile, &signer, account, secret("session_handle").as_ref(), fresh),
        "disconnect" => flow::disconnect_request(&profile, &signer, account, fresh),
        other => panic!("{other}"),
    };
    assert_eq!(shown(&request.unwrap_or_else(|error| panic!("{name}: {error}"))), vector["expected"], "{name}");
}

fn shown(request: &Request) -> Value {
    json!({
        "method": request.method(),
        "url": request.url(),
        "headers": request.headers().collect::<Vec<_>>(),
        "body": std::str::from_utf8(request.body()).unwrap(),
    })
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let custom = provider::builtin("custom-oauth1").unwrap();
    let code = provider::builtin("custom").unwrap();
    let mut photos = provider::builtin("custom-oauth1").unwrap();
    for name in ["request_token_url", "authorize_url", "access_token_url"] {
        photos.set(name, Setting::Text("http://127.0.0.1:8080/x")).unwrap();
    }
    let signer = Signer::new("key", "secret").unwrap();
    let verifier = Secret::new(b"v");
    let told = |result: Result<Request, Error>| {
        let error = result.map(drop).unwrap_err();
        (error.word(), error.status())
    };
    let first =
        |profile: &Profile, callback: &str| flow::temporary_request(profile, &signer, None, callback, &mut Fixed);
    assert_eq!(told(first(&custom, "oob")), ("no-endpoint", Status::NotConfigured));
    assert_eq!(told(first(&code, "oob")), ("other-grant", Status::NotConfigured));
    assert_eq!(told(first(&photos, "oob")), ("insecure-url", Status::UntrustedHost));
    for callback in
        ["OOB", "example.com/cb", "/cb", "https://example.com/a b", "https://ключ.example/", ":x", "1a:b", "http:"]
    {
        assert_eq!(told(first(&photos, callback)), ("bad-callback", Status::InvalidArgument), "{callback}");
    }
    photos.set("allow_insecure_http", Setting::Flag(true)).unwrap();
    assert!(first(&photos, "oob").unwrap().allows_loopback_http());
    let last = |verifier| flow::token_request(&photos, &signer, None, verifier, &mut Fixed);
    assert_eq!(told(last(None)), ("no-verifier", Status::InvalidAnswer));
    assert!(last(Some(&verifier)).is_ok());
    let login = flow::xauth_request(&photos, &signer, None, "anna", &verifier, &mut Fixed);
    assert_eq!(told(login), ("no-xauth", Status::NotConfigured));
    assert_eq!(
        told(flow::renew_request(&photos, &signer, None, None, &mut Fixed)),
        ("no-endpoint", Status::NotConfigured)
    );
    assert_eq!(
        told(flow::disconnect_request(&photos, &signer, None, &mut Fixed)),
        ("no-endpoint", Status::NotConfigured)
    );
    assert_eq!(flow::authorize_url(&photos, &signer, None, "", "", &[]).unwrap_err().word(), "empty-token");
    assert_eq!(flow::authorize_url(&code, &signer, None, "t", "", &[]).unwrap_err().word(), "other-grant");
}

/// The password of a login is in the body of its request, and nowhere that is written down.
#[test]
fn no_request_shows_its_secrets() {
    let vector = vectors("requests").into_iter().find(|vector| text(vector, "name") == "name and password").unwrap();
    let signer = Signer::new("key", "hunter2").unwrap();
    let password = Secret::new(b"hunter2");
    let request = flow::xauth_request(&profile(&vector), &signer, None, "anna", &password, &mut Fixed).unwrap();
    assert!(!format!("{request:?} {signer:?} {password:?}").contains("hunter2"));
    assert!(!request.url().contains("hunter2"));
    assert!(request.body().windows(7).any(|part| part == b"hunter2"));
}
