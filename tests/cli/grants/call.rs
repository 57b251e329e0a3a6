//! `osign call`.

use super::home::Home;
use super::service::{SECRET, Service};
use serde_json::Value;

#[test]
fn the_answer_s_body_comes_back() {
    let (home, service) = Home::with_grant(&[], &[]);
    let echo = format!("{}/api/echo", service.url);
    let call = |arguments: &[&str]| -> Value {
        serde_json::from_str(&home.run(&[&["call", "crm"], arguments].concat()).text()).unwrap()
    };
    let token = home.token().unwrap();
    let seen = call(&["GET", &format!("{echo}?a=1&b=%20#part")]);
    assert_eq!(seen["headers"]["authorization"], format!("Bearer {token}"));
    assert_eq!((&seen["query"]["a"], &seen["query"]["b"], &seen["method"]), (&"1".into(), &" ".into(), &"GET".into()));
    let seen = call(&["POST", &echo, "--data", "name=Tea"]);
    assert_eq!(
        (&seen["body"], &seen["headers"]["content-type"]),
        (&"name=Tea".into(), &"application/x-www-form-urlencoded".into())
    );
    home.folder.file("item.json", "{\"a\": 1}");
    for method in ["PUT", "PATCH", "DELETE"] {
        let arguments = [method, &echo, "--data-file", "item.json", "--header", "Content-Type: application/json"];
        let seen = call(&[&arguments[..], &["--header", "X-Trace: 7"]].concat());
        assert_eq!((&seen["method"], &seen["body"]), (&method.into(), &"{\"a\": 1}".into()));
        assert_eq!(seen["headers"]["content-type"], "application/json");
        assert_eq!(seen["headers"]["x-trace"], "7");
    }
    let seen = call(&["GET", &format!("{}/api/me", service.url), "--json"]);
    assert_eq!((&seen["status"], &seen["content_type"]), (&200.into(), &"application/json".into()));
    assert_eq!(seen["body"], "{\"user\": \"ann\", \"count\": 1}");
}

#[test]
fn a_token_that_has_ended_is_replaced_and_the_request_sent_once_more() {
    let (home, service) = Home::with_grant(&[], &[]);
    let me = format!("{}/api/me", service.url);
    service.control(r#"{"end_access": true}"#);
    assert_eq!(home.run(&["call", "crm", "GET", &me, "--fail"]).text(), "{\"user\": \"ann\", \"count\": 2}");
    assert_eq!((service.count("api"), service.count("api_refused"), service.count("refresh")), (2, 1, 1));
    // The new one is turned down as well: what the service says is the answer.
    service.control(r#"{"end_access": true}"#);
    let ended = home.run(&["call", "crm", "GET", &me, "--fail"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (22, "osign: the service answered with the status 401\n"));
    assert_eq!(ended.stdout, b"{\"error\": \"expired_token\"}");
    assert_eq!(service.count("refresh"), 1);
}

#[test]
fn another_status_means_something_else() {
    let (home, service) = Home::with_grant(&["expired_status=403"], &[]);
    service.control(r#"{"end_access": true}"#);
    let me = format!("{}/api/me", service.url);
    assert_eq!(home.run(&["call", "crm", "GET", &me]).text(), "{\"error\": \"expired_token\"}");
    assert_eq!(home.run(&["call", "crm", "GET", &me, "--fail"]).code, 22);
    assert_eq!(home.run(&["call", "crm", "GET", &format!("{}/none", service.url), "--fail"]).code, 22);
    assert_eq!(service.count("refresh"), 0);
}

#[test]
fn credentials_go_to_no_other_origin() {
    let (home, service) = Home::with_grant(&[], &[]);
    let other = Service::start(&[]);
    let origin = service.url.strip_prefix("http://").unwrap();
    let says = format!("the URL's origin is not one of {origin}; nothing was sent there");
    for url in [
        format!("{}/api/me", other.url),
        "https://api.example.com/".to_owned(),
        format!("http://{}@{}/", origin, other.url.strip_prefix("http://").unwrap()),
        format!("http://user@{origin}/api/me"),
        format!("http://localhost:{}/", origin.rsplit(':').next().unwrap()),
    ] {
        assert_eq!(home.run(&["call", "crm", "GET", &url]).failure(14), says, "{url}");
    }
    assert_eq!(other.count("api") + service.count("api"), 0);
    home.folder.file("key", SECRET);
    let add = ["grant", "add", "plain", "--kind", "static", "--secret-file", "key"];
    assert_eq!(home.run(&add).code, 0);
    let failure = home.run(&["call", "plain", "GET", "http://api.example.com/"]).failure(14);
    assert_eq!(failure, "the URL is no https:// address; http is for loopback alone, and must be allowed");
    let failure = home.run(&["call", "plain", "GET", "https://api.example.com/"]).failure(14);
    assert_eq!(
        failure,
        "the URL's origin is not one of the API origins of the grant, which has none; nothing was sent there"
    );
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let (home, service) = Home::with_grant(&[], &[]);
    let me = format!("{}/api/me", service.url);
    for (arguments, code, says) in [
        (
            &["GET", me.as_str(), "--header", "Authorization: x"][..],
            2,
            "--header cannot set Authorization: it comes from the grant and the URL",
        ),
        (&["GET", &me, "--header", "X: a\r\nY: b"], 2, "--header takes 'Name: value', in ASCII and of one line"),
        (&["GET", &me, "--header", "nothing"], 2, "--header takes 'Name: value', in ASCII and of one line"),
        (&["G T", &me], 3, "the HTTP method is none: letters, digits and - alone"),
        (&["GET", "/api/me"], 3, "the URL has no scheme; write it whole, such as https://host/path"),
    ] {
        let ended = home.run(&[&["call", "crm"], arguments].concat());
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        if code == 2 {
            assert_eq!(ended.failure(code), says);
        }
    }
    assert_eq!(service.count("api"), 0);
    drop(service);
    let says = "no answer of the service: there is no connection; nothing was sent";
    assert_eq!(home.run(&["call", "crm", "GET", &me]).failure(11), says);
}

#[test]
fn a_static_key_is_sent_in_its_place() {
    let (home, service) = (Home::new(), Service::start(&[]));
    home.folder.file("key", "k-1 &2");
    let echo = format!("{}/none", service.url);
    for (name, more) in [("header", ["--header", "X-Api-Key: {}"]), ("query", ["--query", "api_key"])] {
        let add = ["grant", "add", name, "--kind", "static", "--secret-file", "key", "--api-origin", &service.url];
        assert_eq!(home.run(&[&add[..], &more, &["--allow-insecure-http"]].concat()).code, 0);
        assert_eq!(home.run(&["call", name, "GET", &echo]).text(), "{\"error\": \"not_found\"}");
    }
}

#[test]
fn a_login_comes_first() {
    let home = Home::new();
    let add = ["grant", "add", "crm", "--provider", "amocrm", "--client-id", "id", "--client-secret-file", "secret"];
    assert_eq!(home.run(&[&add[..], &["--redirect-uri", "https://example.com/cb"]].concat()).code, 0);
    let says = "nobody has logged in for the grant crm yet: osign grant login crm";
    assert_eq!(home.run(&["call", "crm", "GET", "https://sub.amocrm.ru/api/v4/account"]).failure(10), says);
}
