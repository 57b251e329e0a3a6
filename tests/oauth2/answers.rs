//! What answers mean.

use crate::{SENT_AT, profile, text, vectors};
use osign::http::Answer;
use osign::oauth2::{Purpose, Said, Verdict, read_answer};
use serde_json::{Value, json};

#[test]
fn answers_mean_what_the_vectors_say() {
    let vectors = vectors("answers");
    for vector in &vectors {
        let name = text(vector, "name");
        let profile = profile(text(vector, "profile"));
        let verdict = read_answer(&profile, purpose(text(vector, "purpose")), SENT_AT * 1000, &answer(vector));
        let expected = vector["expected"].as_object().unwrap();
        let actual = shown(&verdict);
        let defaults = json!({
            "refresh": null, "expires_in": null, "refresh_expires_in": null, "authorization_expires_in": null,
            "scope": null, "kept": [], "code": "", "advice": "", "retry_in": null,
        });
        let wanted = |field: &String| expected.get(field).unwrap_or(&defaults[field]).clone();
        for (field, value) in actual.as_object().unwrap() {
            assert_eq!(*value, wanted(field), "{name}: {field} of {verdict:?}");
        }
        assert!(expected.keys().all(|field| actual.get(field).is_some()), "{name}: {verdict:?}");
        if let Some(advice) = actual["advice"].as_str().filter(|advice| !advice.is_empty()) {
            assert!(profile.in_russian(advice).is_some(), "{name}: no Russian");
        }
    }
    assert!(vectors.len() > 100, "{}", vectors.len());
}

fn answer(vector: &Value) -> Answer {
    let status = u16::try_from(vector["status"].as_u64().unwrap()).unwrap();
    let mut answer = Answer::new(status, text(vector, "body").as_bytes());
    answer.content_type = vector["content_type"].as_str().map(str::to_owned);
    answer.retry_after = vector["retry_after"].as_u64();
    answer
}

fn purpose(name: &str) -> Purpose {
    match name {
        "exchange" => Purpose::Exchange,
        "refresh" => Purpose::Refresh,
        "client-credentials" => Purpose::ClientCredentials,
        other => panic!("{other}"),
    }
}

fn shown(verdict: &Verdict) -> Value {
    let said = |name: &str, said: &Said| json!({ "verdict": name, "code": said.code, "advice": said.advice });
    let seconds = |at: Option<i64>| at.map(|at| (at - SENT_AT * 1000) / 1000);
    match verdict {
        Verdict::Tokens(tokens) => json!({
            "verdict": "tokens",
            "access": std::str::from_utf8(tokens.access.expose()).unwrap(),
            "refresh": tokens.refresh.as_ref().map(|token| std::str::from_utf8(token.expose()).unwrap()),
            "token_type": tokens.token_type,
            "expires_in": seconds(tokens.expires_at),
            "refresh_expires_in": seconds(tokens.refresh_expires_at),
            "authorization_expires_in": seconds(tokens.authorization_expires_at),
            "scope": tokens.scope,
            "kept": tokens.kept,
        }),
        Verdict::Rejected(reason) => said("rejected", reason),
        Verdict::TooEarly(reason) => said("too-early", reason),
        Verdict::Configuration(reason) => said("configuration", reason),
        Verdict::Throttled { retry_after } => json!({ "verdict": "throttled", "retry_in": retry_after }),
        Verdict::NotConsumed(reason) => said("not-consumed", reason),
        Verdict::Ambiguous(unread) => said("ambiguous", &unread.said),
        _ => panic!("a verdict without vectors"),
    }
}

const PAIR: &str = r#"{"access_token":"a1","refresh_token":"r1"}"#;

fn read(profile: &osign::provider::Profile, status: u16, body: &[u8]) -> Verdict {
    read_answer(profile, Purpose::Refresh, SENT_AT * 1000, &Answer::new(status, body))
}

#[test]
fn a_megabyte_is_the_most_that_is_read() {
    let padded = |len: usize| format!("{PAIR}{}", " ".repeat(len - PAIR.len()));
    let custom = profile("custom");
    assert!(matches!(read(&custom, 200, padded(1 << 20).as_bytes()), Verdict::Tokens(_)));
    assert!(matches!(read(&custom, 200, padded((1 << 20) + 1).as_bytes()), Verdict::Ambiguous(_)));
}

#[test]
fn a_megabyte_of_brackets_is_no_answer() {
    for body in ["[".repeat(1 << 20), "{\"a\":".repeat(170_000), format!("{{\"scope\":{}", "[".repeat(1_000_000))] {
        assert!(matches!(read(&profile("custom"), 200, body.as_bytes()), Verdict::Ambiguous(_)));
    }
    let nested = format!("{{\"scope\":{}{},{}", "[".repeat(500_000), "]".repeat(500_000), &PAIR[1..]);
    assert!(
        matches!(read(&profile("custom"), 200, nested.as_bytes()), Verdict::Tokens(tokens) if tokens.scope.is_none())
    );
}

#[test]
fn many_fields_take_no_longer_than_few() {
    let fields: String = (0..90_000).map(|n| format!(r#""f{n}":1,"#)).collect();
    let body = format!("{{{fields}{}", &PAIR[1..]);
    let start = std::time::Instant::now();
    assert!(matches!(read(&profile("custom"), 200, body.as_bytes()), Verdict::Tokens(_)));
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn form_data_counts_where_the_profile_says_so() {
    let text = osign::provider::text("custom").unwrap().replace("form = false", "form = true");
    let form = osign::provider::Profile::parse(&text).unwrap();
    let body = b"access_token=gho%5F1&expires_in=28800&refresh_token=ghr%5F1&scope=&token_type=bearer";
    let Verdict::Tokens(tokens) = read(&form, 200, body) else { panic!("no tokens") };
    assert_eq!((tokens.access.expose(), tokens.refresh.unwrap().expose()), (&b"gho_1"[..], &b"ghr_1"[..]));
    assert_eq!(tokens.expires_at, Some((SENT_AT + 28_800) * 1000));
    assert!(matches!(read(&form, 200, b"error=bad_refresh_token&error_description=x"), Verdict::Rejected(_)));
    assert!(matches!(read(&form, 200, PAIR.as_bytes()), Verdict::Tokens(_)));
    assert!(matches!(read(&form, 200, b"access_token=a&access_token=b"), Verdict::Ambiguous(_)));
    assert!(matches!(read(&form, 200, b"<html>"), Verdict::Ambiguous(_)));
}

#[test]
fn nested_tokens_count_where_the_profile_names_them() {
    let text = osign::provider::text("custom").unwrap().replace("# tokens_in", "tokens_in");
    let slack = osign::provider::Profile::parse(&text).unwrap();
    let body = br#"{"ok":true,"access_token":"bot","authed_user":{"access_token":"u1","refresh_token":"r1","expires_in":43200}}"#;
    let Verdict::Tokens(tokens) = read(&slack, 200, body) else { panic!("no tokens") };
    assert_eq!((tokens.access.expose(), tokens.refresh.unwrap().expose()), (&b"u1"[..], &b"r1"[..]));
    for body in [&br#"{"access_token":"bot"}"#[..], br#"{"authed_user":[{"access_token":"u1"}]}"#] {
        assert!(matches!(read(&slack, 200, body), Verdict::Ambiguous(_)));
    }
    let Verdict::Tokens(tokens) = read(&profile("custom"), 200, body) else { panic!("no tokens") };
    assert_eq!(tokens.access.expose(), b"bot");
}

/// A refresh token that came is never dropped, though the answer is none to rely on.
#[test]
fn what_is_left_of_an_answer_is_handed_on() {
    let custom = profile("custom");
    for (status, body, refresh) in [
        (400, PAIR, Some("r1")),
        (500, PAIR, Some("r1")),
        (200, r#"{"access_token":"a 1","refresh_token":"r1"}"#, Some("r1")),
        (200, r#"{"refresh_token":"r1"}"#, Some("r1")),
        (200, r#"{"access_token":"a1","refresh_token":"r1","refresh_token":"r2"}"#, None),
        (200, r#"{"access_token":"a1","refresh_token":["r1"]}"#, None),
        (200, r#"{"access_token":"a1","refresh_token":"r1"#, None),
        (502, "<html>", None),
    ] {
        let Verdict::Ambiguous(unread) = read(&custom, status, body.as_bytes()) else { panic!("{body}") };
        let found = unread.refresh.as_ref().map(|token| std::str::from_utf8(token.expose()).unwrap());
        assert_eq!((found, unread.body.expose()), (refresh, body.as_bytes()));
    }
}

#[test]
fn an_answer_that_was_cut_counts_where_its_object_is_closed() {
    let form = osign::provider::text("custom").unwrap().replace("form = false", "form = true");
    let form = osign::provider::Profile::parse(&form).unwrap();
    let cut = |profile, body: &[u8]| {
        let mut answer = Answer::new(200, body);
        answer.is_cut = true;
        read_answer(profile, Purpose::Refresh, 0, &answer)
    };
    for profile in [&profile("custom"), &form] {
        assert!(matches!(cut(profile, PAIR.as_bytes()), Verdict::Tokens(tokens) if tokens.refresh.is_some()));
        for body in [&PAIR.as_bytes()[..PAIR.len() - 1], b"access_token=a1&refresh_tok", b"", b"{\"a\":{}"] {
            assert!(matches!(cut(profile, body), Verdict::Ambiguous(_)));
        }
    }
}

#[test]
fn what_was_sent_is_never_repeated() {
    // Services that quote what they got: the token stands where a code or a title belongs.
    for body in [
        r#"{"error":"secret_refresh_token","error_description":"secret_refresh_token is bad"}"#,
        r#"{"title":"secret_refresh_token","hint":"secret_refresh_token","status":400}"#,
        r#"{"error":"invalid_grant","error_description":"secret_refresh_token"}"#,
        "secret_refresh_token",
    ] {
        for status in [200, 302, 400, 401, 404, 429, 500, 503] {
            let shown = format!("{:?}", read(&profile("amocrm"), status, body.as_bytes()));
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
    let body = br#"{"access_token":"secret_a","refresh_token":"secret_r","member_id":"secret_a"}"#;
    let verdict = read(&profile("bitrix24"), 200, body);
    assert!(!format!("{verdict:?}").contains("secret"), "{verdict:?}");
    let body = br#"{"access_token":"secret_a","refresh_token":"secret_r","token_type":"secret_r","scope":"to secret_a",
        "member_id":"m1","client_endpoint":"https://portal.bitrix24.com/rest/secret_a/"}"#;
    let verdict = read(&profile("bitrix24"), 200, body);
    assert!(matches!(&verdict, Verdict::Tokens(tokens) if tokens.kept.len() == 1), "{verdict:?}");
    assert!(!format!("{verdict:?}").contains("secret"), "{verdict:?}");
}
