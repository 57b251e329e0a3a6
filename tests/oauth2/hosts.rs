//! Hosts that arrive are taken for an attacker's.

use crate::{profile, text, vectors};
use osign::http::Answer;
use osign::language::russian;
use osign::oauth2::{Client, Purpose, Verdict, code_request, read_answer, read_callback};
use osign::provider::Endpoint;
use osign::secret::Secret;
use osign::setting::Value;
use osign::{Error, Status};

fn encoded(host: &str) -> String {
    osign::percent::encode(host.as_bytes())
}

#[test]
fn no_secret_goes_to_a_host_that_the_profile_does_not_allow() {
    let amocrm = profile("amocrm");
    let client = Client::new("id", Some("secret"), Some("https://example.com/cb"));
    for vector in vectors("hosts") {
        let host = text(&vector, "host");
        let callback = format!("https://example.com/cb?code=c1&state=s&referer={}", encoded(host));
        let read = read_callback(&amocrm, &callback, "s");
        let sent = code_request(&amocrm, &client, Some(host), &Secret::new(b"c1"), None);
        if let Some(taken) = vector["taken"].as_str() {
            assert_eq!(read.unwrap().account.as_deref(), Some(taken), "{host}");
            assert_eq!(sent.unwrap().url(), format!("https://{taken}/oauth2/access_token"), "{host}");
            continue;
        }
        let errors: Vec<Error> = read.err().into_iter().chain(sent.err()).collect();
        assert_eq!(errors.len(), 2, "{host}");
        for error in &errors {
            // What is empty, long or no text in a callback is not there at all.
            let is_absent = error.word() == "no-callback-field";
            assert!(is_absent || error.word() == text(&vector, "word"), "{host}: {error}");
            assert!(is_absent || error.status() == Status::UntrustedHost);
            for sentence in [error.to_string(), russian(error).into_owned()] {
                assert!(!sentence.contains("evil") && sentence.len() < 400, "{sentence}");
            }
        }
    }
}

#[test]
fn a_long_host_is_not_repeated() {
    let error = profile("amocrm").endpoint(Endpoint::Token, Some(&"evil".repeat(100_000))).unwrap_err();
    assert!(error.to_string().len() < 400 && !error.to_string().contains("evil"));
}

#[test]
fn a_person_names_a_host_of_their_own_and_a_callback_does_not() {
    let mut bitrix24 = profile("bitrix24");
    let callback = "code=c1&state=s&domain=crm.example.com";
    assert_eq!(read_callback(&bitrix24, callback, "s").unwrap_err().status(), Status::UntrustedHost);
    bitrix24.set("account", Value::Text("CRM.example.com")).unwrap();
    assert_eq!(read_callback(&bitrix24, callback, "s").unwrap().account.as_deref(), Some("crm.example.com"));
    assert_eq!(bitrix24.endpoint(Endpoint::Authorize, None).unwrap(), "https://crm.example.com/oauth/authorize/");
    let other = "code=c1&state=s&domain=crm.example.org";
    assert_eq!(read_callback(&bitrix24, other, "s").unwrap_err().status(), Status::UntrustedHost);
    assert_eq!(bitrix24.set("account", Value::Text("127.1")).unwrap_err().word(), "host-address");
    assert_eq!(profile("amocrm").set("account", Value::Text("crm.example.com")).unwrap_err().word(), "host-elsewhere");
    assert_eq!(profile("google").set("account", Value::Text("x.example.com")).unwrap_err().word(), "same-for-all");
    let body = br#"{"access_token":"a1","member_id":"m1","client_endpoint":"https://crm.example.com/rest/"}"#;
    let verdict = read_answer(&bitrix24, Purpose::Refresh, 0, &Answer::new(200, body));
    let Verdict::Tokens(tokens) = verdict else { panic!("{verdict:?}") };
    assert_eq!(tokens.kept.len(), 2);
}

#[test]
fn hosts_in_answers_are_kept_where_the_profile_allows_them() {
    for (address, is_kept) in [
        ("https://portal.bitrix24.com/rest/", true),
        ("portal.bitrix24.ru", true),
        ("http://portal.bitrix24.com/rest/", false),
        ("https://portal.bitrix24.com:444/rest/", false),
        ("https://u@portal.bitrix24.com/rest/", false),
        ("https://evil.tld/portal.bitrix24.com", false),
        ("https://portal.bitrix24.com/rest/?next=x", false),
        ("https://portal.bitrix24.com\\\\@evil.tld/", false),
        ("https://127.0.0.1/rest/", false),
    ] {
        let body = format!(r#"{{"access_token":"a1","refresh_token":"r1","client_endpoint":"{address}"}}"#);
        let answer = Answer::new(200, body.as_bytes());
        let verdict = read_answer(&profile("bitrix24"), Purpose::Refresh, 0, &answer);
        let Verdict::Tokens(tokens) = verdict else { panic!("{verdict:?}") };
        assert_eq!(tokens.kept.len(), usize::from(is_kept), "{address}");
    }
}

#[test]
fn tokens_go_to_the_services_own_origins() {
    for (name, account, url, is_allowed) in [
        ("amocrm", Some("sub.amocrm.ru"), "https://sub.amocrm.ru/api/v4/leads", true),
        ("amocrm", Some("sub.amocrm.ru"), "https://SUB.amocrm.ru:443/api/v4/leads", true),
        ("amocrm", Some("sub.amocrm.ru"), "https://other.amocrm.ru/api/v4/leads", false),
        ("amocrm", Some("sub.amocrm.ru"), "http://sub.amocrm.ru/api/v4/leads", false),
        ("amocrm", Some("sub.amocrm.ru"), "https://sub.amocrm.ru:8443/", false),
        ("amocrm", Some("sub.amocrm.ru"), "https://x@sub.amocrm.ru/", false),
        ("amocrm", Some("evil.tld"), "https://evil.tld/", false),
        ("amocrm", None, "https://sub.amocrm.ru/", false),
        ("quickbooks", None, "https://quickbooks.api.intuit.com/v3/company/1", true),
        ("quickbooks", None, "https://sandbox-quickbooks.api.intuit.com/v3/company/1", false),
        ("quickbooks-sandbox", None, "https://sandbox-quickbooks.api.intuit.com/v3/company/1", true),
        ("google", None, "https://sheets.googleapis.com/v4", true),
        ("google", None, "https://googleapis.com/v4", false),
        ("google", None, "https://a.b.googleapis.com/v4", false),
        ("gitlab", None, "https://gitlab.com/api/v4/user", true),
        ("gitlab", Some("git.example.com"), "https://git.example.com/api/v4/user", true),
        ("gitlab", Some("git.example.com"), "https://gitlab.com/api/v4/user", false),
        ("custom", None, "https://api.example.com/", false),
        ("custom", None, "not a url", false),
    ] {
        assert_eq!(profile(name).may_receive_token(url, account), is_allowed, "{name} {account:?} {url}");
    }
    let mut custom = profile("custom");
    custom.set("api_origin", Value::Text("https://api.example.com:8443")).unwrap();
    custom.set("api_origin", Value::Text("http://127.0.0.1:8080/")).unwrap();
    custom.set("api_origin", Value::Text("http://[::1]:8080/")).unwrap();
    assert!(custom.may_receive_token("https://api.example.com:8443/x", None));
    assert!(!custom.may_receive_token("https://api.example.com/x", None));
    assert!(!custom.may_receive_token("http://127.0.0.1:8080/x", None));
    custom.set("allow_insecure_http", Value::Flag(true)).unwrap();
    assert!(custom.may_receive_token("http://127.0.0.1:8080/x", None));
    assert!(custom.may_receive_token("http://[::1]:8080/x", None));
    assert!(!custom.may_receive_token("http://127.0.0.1:8081/x", None));
    assert!(!custom.may_receive_token("http://api.example.com:8443/x", None));
    for origin in [
        "https://u@h.example",
        "https://h.example/path",
        "ftp://h.example",
        "h",
        "https://10.0.0.1",
        "https://h.example?x",
    ] {
        assert_eq!(custom.set("api_origin", Value::Text(origin)).unwrap_err().word(), "bad-address", "{origin}");
    }
}

#[test]
fn http_is_for_loopback_alone_and_must_be_allowed() {
    for (url, before, after) in [
        ("https://server.example.com/token", true, true),
        ("http://127.0.0.1:8080/token", false, true),
        ("http://localhost:8080/token", false, true),
        ("http://[::1]:8080/token", false, true),
        ("http://server.example.com/token", false, false),
        ("http://127.0.0.1.evil.tld/token", false, false),
        ("http://localhost.evil.tld/token", false, false),
    ] {
        let mut custom = profile("custom");
        custom.set("token_url", Value::Text(url)).unwrap();
        assert_eq!(custom.endpoint(Endpoint::Token, None).is_ok(), before, "{url}");
        custom.set("allow_insecure_http", Value::Text("true")).unwrap();
        let endpoint = custom.endpoint(Endpoint::Token, None);
        assert_eq!(endpoint.is_ok(), after, "{url}");
        if let Err(error) = endpoint {
            assert_eq!((error.word(), error.status()), ("insecure-url", Status::UntrustedHost));
        }
    }
    for url in ["server.example.com", "https://u:p@server.example.com/", "https://server.example.com/#x", "ftp://x", ""]
    {
        let error = profile("custom").set("token_url", Value::Text(url)).unwrap_err();
        assert_eq!((error.word(), error.status()), ("bad-address", Status::InvalidArgument), "{url}");
    }
}

/// Programs take a backslash for a slash (WHATWG URL §4.4), so that the host would be what stands before it.
#[test]
fn a_host_that_others_read_otherwise_gets_no_token() {
    let bitrix = profile("bitrix24");
    let account = Some("portal.bitrix24.com");
    let custom = osign::provider::text("custom").unwrap();
    let custom =
        custom.lines().map(|line| if line.starts_with("api =") { "api = [\"{label}.example.com\"]" } else { line });
    let custom = osign::provider::Profile::parse(&custom.collect::<Vec<_>>().join("\n")).unwrap();
    assert!(custom.may_receive_token("https://sub.example.com/x", None));
    for url in [
        "https://1481856284\\.example.com/",
        "https://evil\\.example.com/",
        "https://.example.com/",
        "https://a%2e.example.com/",
        "https://a%2Fb.example.com/",
        "https://a b.example.com/",
        "https://é.example.com/",
        "https://a@b.example.com/",
        "https://sub.example.com./",
        "https://sub.example.com:8443/",
        "https://-.example.com/",
        "https://[::1].example.com/",
        "https://sub.example.com\\@evil.example/",
        "https://evil.example\\@sub.example.com/",
        "http://sub.example.com/",
    ] {
        assert!(!custom.may_receive_token(url, None), "{url}");
        let url = url.replace("example.com", "bitrix24.com");
        assert!(!bitrix.may_receive_token(&url, account), "{url}");
    }
}
