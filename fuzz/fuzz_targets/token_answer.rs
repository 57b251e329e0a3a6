//! Any bytes as the answer of a token endpoint, by any status, read with each profile that osign brings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use osign::http::Answer;
use osign::oauth2::{Purpose, Said, Tokens, Verdict, read_answer};
use osign::provider::{self, Profile};
use std::sync::LazyLock;

/// Those that osign brings, and one whose tokens come in another shape.
static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let shaped = provider::text("custom").unwrap().replace("form = false", "form = true");
    let nested = provider::text("custom").unwrap().replace("# tokens_in", "tokens_in");
    let own = [shaped, nested].map(|text| Profile::parse(&text).unwrap());
    provider::names().map(|name| provider::builtin(name).unwrap()).chain(own).collect()
});

/// What stands in the place of a secret in a body, so that it can be looked for.
const SECRET: &str = "hunter2-of-the-body";

/// When it was sent, in Unix milliseconds.
const TIMES: [i64; 6] = [1_800_000_000_000, 0, -1, i64::MIN, i64::MAX, i64::MAX - 1];

const TYPES: [Option<&str>; 4] =
    [Some("application/json"), None, Some("text/html"), Some("application/x-www-form-urlencoded")];

// Two bytes of status, two that choose what else there is, and the body, so that seeds are easy to read.
fuzz_target!(|bytes: &[u8]| {
    let [high, low, purpose, more, body @ ..] = bytes else { return };
    let status = u16::from_be_bytes([*high, *low]);
    let purpose = [Purpose::Exchange, Purpose::Refresh, Purpose::ClientCredentials][usize::from(purpose % 3)];
    let sent_at = TIMES[usize::from(more % 6)];
    let mut answer = Answer::new(status, body);
    answer.is_cut = more & 0x80 != 0;
    answer.content_type = TYPES[usize::from(more >> 3 & 3)].map(str::to_owned);
    answer.retry_after = (more & 0x40 != 0).then_some(u64::MAX);
    let has_secret = body.windows(SECRET.len()).any(|part| part == SECRET.as_bytes());
    for profile in PROFILES.iter() {
        let verdict = read_answer(profile, purpose, sent_at, &answer);
        if has_secret && !is_public(&verdict) {
            assert!(!format!("{verdict:?}").contains(SECRET), "{}: {verdict:?}", profile.name());
        }
        match &verdict {
            Verdict::Tokens(tokens) => check_tokens(tokens, status, sent_at),
            Verdict::Ambiguous(unread) => {
                check_said(profile, &unread.said, status);
                assert!(unread.refresh.as_ref().is_none_or(|token| !token.is_empty()));
                assert_eq!(unread.body.expose(), body);
            }
            Verdict::Rejected(said)
            | Verdict::TooEarly(said)
            | Verdict::Configuration(said)
            | Verdict::NotConsumed(said) => check_said(profile, said, status),
            Verdict::Throttled { .. } => {}
            other => panic!("{other:?} is new"),
        }
        let again = read_answer(profile, purpose, sent_at, &answer);
        assert_eq!(format!("{verdict:?}"), format!("{again:?}"));
    }
});

/// Whether a field that anybody may see, such as the scope, may hold the text: where it is none of the tokens.
fn is_public(verdict: &Verdict) -> bool {
    let is = |token: &osign::secret::Secret| token.expose() == SECRET.as_bytes();
    matches!(verdict, Verdict::Tokens(tokens) if !is(&tokens.access) && !tokens.refresh.as_ref().is_some_and(is))
}

fn check_tokens(tokens: &Tokens, status: u16, sent_at: i64) {
    assert!((200..300).contains(&status));
    assert!(!tokens.access.is_empty() && tokens.access.expose().iter().all(u8::is_ascii_graphic));
    assert!(tokens.refresh.as_ref().is_none_or(|token| !token.is_empty()));
    let ends = [tokens.expires_at, tokens.refresh_expires_at, tokens.authorization_expires_at];
    assert!(ends.into_iter().flatten().all(|end| end > sent_at || end == i64::MAX), "{tokens:?}");
    assert!(!tokens.token_type.is_empty() && tokens.token_type.len() <= 40);
    let shown = tokens.scope.iter().chain(tokens.kept.iter().map(|(_, value)| value));
    assert!(shown.into_iter().all(|text| text.len() <= 1 << 20));
}

/// What is said of a service's error is in known words.
fn check_said(profile: &Profile, said: &Said, status: u16) {
    assert_eq!(said.http_status, status);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ');
    assert!(said.code.len() <= 40 && said.code.bytes().all(is_word), "{said:?}");
    assert!(said.advice.is_empty() || profile.in_russian(&said.advice).is_some(), "{said:?}");
}
