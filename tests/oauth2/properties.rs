//! Whatever a service answers, nothing panics, no token is empty, and no pair is lost.

use crate::profile;
use osign::http::Answer;
use osign::oauth2::{Purpose, Unread, Verdict, read_answer, read_callback};
use osign::provider::{self, Profile};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[!-~]{1,20}".prop_map(Value::from),
        Just(Value::from("")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name(), inner, 0..6).prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "access_token",
            "refresh_token",
            "expires_in",
            "expires",
            "expires_at",
            "created_at",
            "token_type",
            "scope",
            "error",
            "error_description",
            "title",
            "hint",
            "refresh_token_expires_in",
            "authorization_expires_in",
            "member_id",
            "client_endpoint",
            "authed_user",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn purpose() -> impl Strategy<Value = Purpose> {
    prop::sample::select(vec![Purpose::Exchange, Purpose::Refresh, Purpose::ClientCredentials])
}

fn any_profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(provider::names().collect::<Vec<_>>()).prop_map(profile)
}

/// That no token is empty, and that what was said holds nothing but known words.
fn is_sound(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Tokens(tokens) => {
            let is_header_safe = tokens.access.expose().iter().all(u8::is_ascii_graphic);
            !tokens.access.is_empty() && is_header_safe && tokens.refresh.as_ref().is_none_or(|token| !token.is_empty())
        }
        Verdict::Rejected(said)
        | Verdict::TooEarly(said)
        | Verdict::Configuration(said)
        | Verdict::NotConsumed(said)
        | Verdict::Ambiguous(Unread { said, .. }) => {
            said.code.len() <= 40 && said.code.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        }
        _ => true,
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(
        profile in any_profile(), purpose in purpose(), sent in any::<i64>(), status in any::<u16>(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(is_sound(&read_answer(&profile, purpose, sent, &Answer::new(status, &body))));
    }

    #[test]
    fn any_json_is_read(
        profile in any_profile(), purpose in purpose(), sent in any::<i64>(), status in 100..600_u16, body in any_json(),
    ) {
        let body = body.to_string();
        prop_assert!(is_sound(&read_answer(&profile, purpose, sent, &Answer::new(status, body.as_bytes()))));
    }

    #[test]
    fn cut_short_an_answer_is_no_success(cut in 0_usize..90) {
        let body = r#"{"access_token":"a1","token_type":"Bearer","expires_in":3600,"refresh_token":"r1","scope":"x"}"#;
        let answer = Answer::new(200, &body.as_bytes()[..cut]);
        let verdict = read_answer(&profile("custom"), Purpose::Refresh, 0, &answer);
        prop_assert!(matches!(verdict, Verdict::Ambiguous(_)));
    }

    #[test]
    fn a_usable_pair_is_never_lost(
        profile in any_profile(), purpose in purpose(), sent in any::<i64>(), status in 200..300_u16,
        others in prop::collection::hash_map(name(), any_json(), 0..8),
        access in "[!-~]{1,60}", refresh in "\\PC{1,60}",
    ) {
        let mut body = Map::from_iter(others);
        body.insert("access_token".to_owned(), json!(access));
        body.insert("refresh_token".to_owned(), json!(refresh));
        let answer = Answer::new(status, Value::from(body).to_string().as_bytes());
        match read_answer(&profile, purpose, sent, &answer) {
            Verdict::Tokens(tokens) => {
                prop_assert_eq!(tokens.access.expose(), access.as_bytes());
                let kept = tokens.refresh.as_ref().map(osign::secret::Secret::expose);
                prop_assert_eq!(kept, Some(refresh.as_bytes()));
                for (_, value) in tokens.kept {
                    prop_assert!(value != access && value != refresh);
                }
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_host_that_is_taken_is_one_of_the_services(
        host in prop_oneof![any::<String>(), "(https://)?[a-zA-Z0-9.@:/?#\\\\-]{0,20}(amocrm\\.ru)?[.:/a-z0-9]{0,5}"],
    ) {
        if let Ok(taken) = profile("amocrm").account(Some(&host)) {
            let label = [".amocrm.ru", ".amocrm.com", ".kommo.com"].iter().find_map(|end| taken.strip_suffix(end));
            let is_label = |label: &str| label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            prop_assert!(label.is_some_and(|label| !label.is_empty() && is_label(label)), "{}", taken);
        }
    }

    #[test]
    fn any_callback_is_read(profile in any_profile(), callback in any::<String>(), state in any::<String>()) {
        _ = read_callback(&profile, &callback, &state);
        _ = read_callback(&profile, &format!("https://h/?state=s&code={callback}&error=&referer={state}"), "s");
    }

    #[test]
    fn any_text_is_a_profile_or_an_error(text in any::<String>(), at in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        _ = Profile::parse(&text);
        let whole = provider::text("amocrm").unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        let (from, to) = (at.index(lines.len()), cut.index(lines.len()));
        let mut changed: Vec<&str> = lines.clone();
        changed.swap(from, to);
        changed.insert(from, &text);
        if let Err(error) = Profile::parse(&changed.join("\n")) {
            prop_assert!(error.to_string().len() < 400);
        }
    }
}
