//! Callbacks: what they say, each byte of a good one changed in turn, and whatever else may come.

use crate::{profile, text, vectors};
use osign::language::russian;
use osign::oauth1::flow;
use osign::provider::{self, Profile};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

const TOKEN: &str = "hh5s93j4hdidpola";
const VERIFIER: &str = "hfdp7dh39dks9884";
const CALLBACK: &str =
    "http://printer.example.com/ready?x=1&oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884";

#[test]
fn each_callback_means_what_it_should() {
    for vector in vectors("callbacks") {
        let name = text(&vector, "name");
        let read = flow::read_callback(&profile(&vector), text(&vector, "callback"), text(&vector, "token"));
        let actual = match &read {
            Ok(callback) => {
                let mut shown = json!({});
                if let Some(verifier) = &callback.verifier {
                    shown["verifier"] = json!(verifier.text());
                }
                if !callback.kept.is_empty() {
                    shown["kept"] = json!(callback.kept);
                }
                shown
            }
            Err(error) => {
                let said = format!("{error} {}", russian(error));
                let is_shown = ["hunter2", TOKEN, VERIFIER].iter().any(|secret| said.contains(secret));
                assert!(!is_shown && error.status().code() / 100 == 5, "{name}: {said}");
                json!({ "word": error.word() })
            }
        };
        assert_eq!(actual, vector["expected"], "{name}");
    }
}

/// Of a good callback each byte is changed into each other one: what is not the verifier's, and not before the query, makes it
/// none of ours; and the verifier is what stands there.
#[test]
fn each_byte_of_a_callback_counts() {
    let verifier_at = CALLBACK.len() - VERIFIER.len();
    // The parameter of somebody else's, x=1, may be anything.
    let (query_at, others_end) = (CALLBACK.find('?').unwrap(), CALLBACK.find("&oauth_token").unwrap());
    for at in 0..CALLBACK.len() {
        for byte in (0..=0x7F_u8).filter(|&byte| byte != CALLBACK.as_bytes()[at]) {
            let mut changed = CALLBACK.as_bytes().to_vec();
            changed[at] = byte;
            let changed = String::from_utf8(changed).unwrap();
            let read = flow::read_callback(&CUSTOM, &changed, TOKEN);
            let taken = read.as_ref().ok().map(|callback| callback.verifier.as_ref().unwrap().text().to_owned());
            if at >= verifier_at {
                // Cut by what ends a value, or another one, and never the right one.
                assert!(taken.is_none_or(|taken| taken != VERIFIER), "{changed:?}");
            } else if (query_at + 1..others_end).contains(&at) {
                assert!(taken.is_none_or(|taken| taken == VERIFIER), "{changed:?}");
            } else if at > query_at || byte == b'?' || byte == b'#' {
                assert!(taken.is_none() || at < query_at, "{changed:?} at {at}");
            } else if at != query_at {
                assert!(taken.is_none_or(|taken| taken == VERIFIER), "{changed:?}");
            }
        }
    }
}

static CUSTOM: LazyLock<Profile> = LazyLock::new(|| provider::builtin("custom-oauth1").unwrap());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// What is taken has our token in its query, once; or is a code without any query.
    #[test]
    fn whatever_comes_is_ours_or_refused(callback in ".{0,60}", query in "(oauth_token|oauth_verifier|denied|x)=(hh5s93j4hdidpola|other|)(&(oauth_token|oauth_verifier|denied|x)=(hh5s93j4hdidpola|other|)){0,4}") {
        for text in [callback.clone(), query.clone(), format!("{callback}?{query}")] {
            let Ok(read) = flow::read_callback(&CUSTOM, &text, TOKEN) else { continue };
            if read.verifier.as_ref().unwrap().text() == text.trim() {
                prop_assert!(!text.contains(['=', '?', '&']));
                continue;
            }
            let before_fragment = text.split('#').next().unwrap();
            let query = before_fragment.split_once('?').map_or(before_fragment, |(_, query)| query);
            let tokens = osign::form::decode(query.trim().as_bytes()).into_iter().filter(|(name, _)| name == b"oauth_token");
            prop_assert_eq!(tokens.map(|(_, value)| value).collect::<Vec<_>>(), [TOKEN.as_bytes()]);
        }
    }
}
