//! Answers: what they hand out, and why they do not.

use crate::{profile, text, vectors};
use osign::http::Answer;
use osign::language::russian;
use osign::oauth1::flow::{self, Renewal};
use osign::provider::{self, Profile};
use osign::setting::Value as Setting;
use osign::{Error, Status};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

fn answer(vector: &Value) -> Answer {
    let body = text(vector, "body").repeat(vector["times"].as_u64().unwrap_or(1).try_into().unwrap());
    let mut answer = Answer::new(vector["status"].as_u64().unwrap().try_into().unwrap(), body.as_bytes());
    for (header, field) in [("Content-Type", "content_type"), ("WWW-Authenticate", "challenge")] {
        if let Some(value) = vector[field].as_str() {
            answer.add_header(header, value);
        }
    }
    answer
}

#[test]
fn each_answer_means_what_it_should() {
    for vector in vectors("answers") {
        let (name, profile, answer) = (text(&vector, "name"), profile(&vector), answer(&vector));
        let read = if text(&vector, "step") == "temporary" {
            flow::read_temporary(&profile, &answer)
                .map(|temporary| shown(temporary.token(), temporary.secret(), temporary.kept(), temporary.others()))
        } else {
            flow::read_token(&profile, &answer).map(|credentials| {
                let mut shown =
                    shown(credentials.token(), credentials.secret(), credentials.kept(), credentials.others());
                let handle = credentials.session_handle.as_ref().map(|handle| json!(handle.text()));
                for (name, value) in [
                    ("expires_in", credentials.expires_in.map(Value::from)),
                    ("authorization_expires_in", credentials.authorization_expires_in.map(Value::from)),
                    ("session_handle", handle),
                ] {
                    if let Some(value) = value {
                        shown[name] = value;
                    }
                }
                shown
            })
        };
        match read {
            Ok(shown) => assert_eq!(shown, vector["expected"], "{name}"),
            Err(error) => {
                assert_eq!(Some(error.word()), vector["expected"]["word"].as_str(), "{name}: {error}");
                let family = error.status().code() / 100;
                assert_eq!(family, 5, "{name}");
                // A problem is named where it is a known one; nothing that may be a token ever is.
                let said = format!("{error} {}", russian(&error));
                let problem = vector["expected"]["problem"].as_str();
                assert!(problem.is_none_or(|problem| said.contains(&format!("({problem}"))), "{name}: {said}");
                for secret in
                    ["nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", "hh5s93j4hdidpola", "hdhd0244k9j7ao03", "hunter2"]
                {
                    assert!(!said.contains(secret), "{name}: {said}");
                }
            }
        }
    }
}

fn shown<'a>(
    token: &str,
    secret: &str,
    kept: &[(String, String)],
    others: impl Iterator<Item = (&'a str, &'a str)>,
) -> Value {
    let mut shown = json!({ "token": token, "secret": secret });
    if !kept.is_empty() {
        shown["kept"] = json!(kept);
    }
    let others: Vec<_> = others.collect();
    if !others.is_empty() {
        shown["others"] = json!(others);
    }
    shown
}

static CUSTOM: LazyLock<Profile> = LazyLock::new(|| provider::builtin("custom-oauth1").unwrap());
static QUICKBOOKS: LazyLock<Profile> = LazyLock::new(|| provider::builtin("quickbooks-oauth1").unwrap());

fn word<T>(result: Result<T, Error>) -> (&'static str, Status) {
    let error = result.map(drop).unwrap_err();
    (error.word(), error.status())
}

#[test]
fn a_cut_answer_is_none() {
    let mut answer = Answer::new(200, b"oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkk");
    answer.is_cut = true;
    assert_eq!(word(flow::read_token(&CUSTOM, &answer)), ("cut-answer", Status::InvalidAnswer));
    assert_eq!(word(flow::read_renewal(&QUICKBOOKS, &answer)), ("cut-answer", Status::InvalidAnswer));
    let code = provider::builtin("custom").unwrap();
    assert_eq!(word(flow::read_token(&code, &answer)), ("other-grant", Status::NotConfigured));
    assert_eq!(word(flow::read_temporary(&code, &answer)), ("other-grant", Status::NotConfigured));
    assert_eq!(word(flow::read_disconnect(&code, &answer)), ("other-grant", Status::NotConfigured));
}

/// What a service says for people is shown as far as it can hold no secret; what the profile says comes first.
#[test]
fn advice_is_shown_and_no_secret() {
    let says = |profile: &Profile, status, body: &str| {
        let answer = Answer::new(status, body.as_bytes());
        let error = flow::read_token(profile, &answer).map(drop).unwrap_err();
        (error.status(), error.to_string())
    };
    let end = "; look at consumer key, secrets, signature method and clock";
    let problem = "oauth_problem=token_rejected&oauth_problem_advice=The+token+%27nnch734d00sl2jdk%27+has+ended.";
    assert_eq!(
        says(&CUSTOM, 401, problem),
        (
            Status::Denied,
            "the service did not take this login: HTTP 401 (token_rejected: The token … has ended.); log in again"
                .to_owned()
        )
    );
    assert_eq!(
        says(&CUSTOM, 403, "<b>nnch734d00sl2jdk</b>"),
        (Status::Denied, format!("the service refused with HTTP 403{end}"))
    );
    let text = provider::text("custom-oauth1").unwrap();
    let row = "[[errors]]\ndescription = \"Could not authenticate\"\nmeans = \"configuration\"\nadvice = { en = \"ask X\", ru = \"x\" }\n";
    let own = Profile::parse(&text.replacen("[sources]", &format!("{row}[sources]"), 1)).unwrap();
    let json = r#"{"errors":[{"code":32,"message":"Could not authenticate you."}]}"#;
    assert_eq!(says(&own, 401, json), (Status::Denied, format!("the service refused with HTTP 401 (ask X){end}")));
    assert_eq!(
        says(&CUSTOM, 502, "nnch734d00sl2jdk"),
        (
            Status::InvalidAnswer,
            "the service answered with HTTP 502, and nothing was taken from that; try again later".to_owned()
        )
    );
}

const RECONNECT: &str = r#"<?xml version="1.0" encoding="utf-8"?><ReconnectResponse xmlns="http://platform.intuit.com/api/v1">
<ErrorMessage /><ErrorCode>0</ErrorCode><ServerTime>2012-01-04T19:21:21.0782072Z</ServerTime>
<OAuthToken>qye2eTdCBvB4</OAuthToken><OAuthTokenSecret>8zpbMcMWLcTF5DM5X</OAuthTokenSecret></ReconnectResponse>"#;

#[test]
fn quickbooks_renews_and_disconnects_by_xml() {
    let read = |status, body: &str| flow::read_renewal(&QUICKBOOKS, &Answer::new(status, body.as_bytes()));
    let Ok(Renewal::New(new)) = read(200, RECONNECT) else { panic!("no credentials") };
    assert_eq!((new.token(), new.secret(), new.expires_in), ("qye2eTdCBvB4", "8zpbMcMWLcTF5DM5X", Some(15_552_000)));
    let refused = |code: &str| RECONNECT.replace("<ErrorCode>0<", &format!("<ErrorCode>{code}<"));
    for (status, body, expected) in [
        (200, refused("270"), ("request-refused", Status::Denied)),
        (200, refused("212"), ("service-failed", Status::InvalidAnswer)),
        (200, refused("hunter2"), ("request-refused", Status::Denied)),
        (500, RECONNECT.to_owned(), ("service-failed", Status::InvalidAnswer)),
        (401, String::new(), ("request-refused", Status::Denied)),
        (200, String::new(), ("empty-answer", Status::InvalidAnswer)),
        (200, "<html></html>".to_owned(), ("no-error-code", Status::InvalidAnswer)),
        (200, RECONNECT.replace("<OAuthToken>qye2eTdCBvB4</OAuthToken>", ""), ("no-token", Status::InvalidAnswer)),
        (200, RECONNECT.replace("qye2eTdCBvB4", ""), ("empty-token", Status::InvalidAnswer)),
        (200, RECONNECT.replace("TokenSecret", "Secret"), ("no-token-secret", Status::InvalidAnswer)),
        (200, RECONNECT.replace("</ServerTime>", &"x".repeat(65536)), ("long-answer", Status::InvalidAnswer)),
    ] {
        let result = read(status, &body);
        let said = result.as_ref().map(|_| String::new()).unwrap_or_else(Error::to_string);
        assert_eq!(word(result), expected, "{status} {body}");
        assert!(!said.contains("hunter2") && !said.contains("qye2eTdCBvB4"), "{said}");
    }
    let said = read(200, &refused("270")).map(drop).unwrap_err().to_string();
    assert!(said.contains("(270: the token has ended after 180 days, or the company was disconnected)"), "{said}");
    let gone = |body: &str| flow::read_disconnect(&QUICKBOOKS, &Answer::new(200, body.as_bytes()));
    assert_eq!(gone(RECONNECT), Ok(()));
    assert_eq!(word(gone(&refused("270"))), ("request-refused", Status::Denied));
}

#[test]
fn other_renewals_are_read_by_status_or_as_forms() {
    let mut custom = CUSTOM.clone();
    custom.set("renew_url", Setting::Text("https://h.example/renew")).unwrap();
    let form = Answer::new(200, b"oauth_token=a&oauth_token_secret=b&oauth_session_handle=c");
    let Ok(Renewal::New(new)) = flow::read_renewal(&custom, &form) else { panic!("no credentials") };
    assert_eq!((new.token(), new.session_handle.as_ref().unwrap().text()), ("a", "c"));
    let text = provider::text("custom-oauth1").unwrap().replacen("answer = \"form\"", "answer = \"status\"", 1);
    let etrade = Profile::parse(&text).unwrap();
    let read = |status, body: &[u8]| flow::read_renewal(&etrade, &Answer::new(status, body));
    assert!(matches!(read(200, b"Access Token has been renewed"), Ok(Renewal::Same)));
    assert_eq!(word(read(401, b"oauth_problem=token_expired")), ("request-refused", Status::Denied));
    assert_eq!(word(read(500, b"")), ("service-failed", Status::InvalidAnswer));
    assert_eq!(flow::read_disconnect(&custom, &Answer::new(204, b"")), Ok(()));
    // One that has ended already is good no more either.
    let disconnect = |status, body: &[u8]| flow::read_disconnect(&custom, &Answer::new(status, body));
    for ended in ["token_revoked", "token_expired"].map(|problem| format!("oauth_problem={problem}")) {
        assert_eq!((disconnect(200, ended.as_bytes()), disconnect(401, ended.as_bytes())), (Ok(()), Ok(())));
        assert_eq!(word(disconnect(503, ended.as_bytes())).0, "service-failed");
    }
    assert_eq!(word(disconnect(200, b"oauth_problem=signature_invalid")).0, "request-refused");
    // That a service does not take a token says nothing of an end: another may have taken its place.
    assert_eq!(word(disconnect(401, b"oauth_problem=token_rejected")).0, "request-refused");
}

/// A service that failed may have done all the same what it was asked for, unless it says what has failed.
#[test]
fn renewals_that_leave_doubt() {
    let mut custom = CUSTOM.clone();
    custom.set("renew_url", Setting::Text("https://h.example/renew")).unwrap();
    let is_in_doubt = |profile: &Profile, status, body: &str| {
        let answer = Answer::new(status, body.as_bytes());
        flow::is_in_doubt(profile, &answer, &flow::read_renewal(profile, &answer).map(drop).unwrap_err())
    };
    for (status, body, is_one) in [
        (200, "<html>", true),
        (200, "", true),
        (200, "oauth_token=a", true),
        (500, "", true),
        (503, "<html>", true),
        (302, "", false),
        (401, "oauth_problem=token_expired", false),
        (400, "", false),
        (429, "", false),
    ] {
        assert_eq!(is_in_doubt(&custom, status, body), is_one, "{status} {body}");
    }
    let early = "<A><ErrorCode>212</ErrorCode></A>";
    assert!(!is_in_doubt(&QUICKBOOKS, 200, early), "{early}");
    assert!(is_in_doubt(&QUICKBOOKS, 200, "<A></A>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever comes, nothing panics, and what is taken is a token that a header can carry.
    #[test]
    fn whatever_comes_is_read_or_refused(status in prop_oneof![Just(200_u16), 0..600_u16], body in prop::collection::vec(any::<u8>(), 0..200)) {
        check(status, &body);
    }

    #[test]
    fn whatever_form_comes_is_read_or_refused(pairs in prop::collection::vec(("(oauth_token|oauth_token_secret|oauth_callback_confirmed|oauth_problem|x)", "(true|[a-z%&=+0-9]{0,6})"), 0..6)) {
        let form: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        check(200, form.join("&").as_bytes());
    }
}

fn check(status: u16, body: &[u8]) {
    let answer = Answer::new(status, body);
    if let Ok(temporary) = flow::read_temporary(&CUSTOM, &answer) {
        let is_text =
            |name: &[u8]| osign::form::decode(body.trim_ascii()).iter().filter(|(known, _)| known == name).count() == 1;
        assert!((200..300).contains(&status) && is_text(b"oauth_token") && is_text(b"oauth_token_secret"));
        assert!(!temporary.token().is_empty() && !temporary.token().contains(|c: char| c.is_ascii_control()));
        let fields = osign::form::decode(body.trim_ascii());
        let confirmed: Vec<_> = fields.iter().filter(|(name, _)| name == b"oauth_callback_confirmed").collect();
        assert!(confirmed.len() == 1 && confirmed[0].1.eq_ignore_ascii_case(b"true"));
    }
    let _ = flow::read_token(&CUSTOM, &answer);
    let _ = flow::read_renewal(&QUICKBOOKS, &answer);
}
