//! What a browser brings back.

use crate::{profile, text, vectors};
use osign::language::russian;
use osign::oauth2::read_callback;
use serde_json::json;

#[test]
fn callbacks_are_read_as_the_vectors_say() {
    for vector in vectors("callbacks") {
        let (name, expected) = (text(&vector, "name"), &vector["expected"]);
        let profile = profile(text(&vector, "profile"));
        match read_callback(&profile, text(&vector, "callback"), text(&vector, "state")) {
            Ok(callback) => {
                assert_eq!(callback.code.expose(), text(expected, "code").as_bytes(), "{name}");
                assert_eq!(json!(callback.account), expected["account"], "{name}");
                let none = json!([]);
                assert_eq!(json!(callback.kept), *expected.get("kept").unwrap_or(&none), "{name}");
            }
            Err(error) => {
                assert_eq!(json!(error.word()), expected["word"], "{name}: {error}");
                assert_eq!(json!(error.status().code()), expected["status"], "{name}: {error}");
                for sentence in [error.to_string(), russian(&error).into_owned()] {
                    assert!(!sentence.contains("evil") && !sentence.contains("secret"), "{name}: {sentence}");
                }
            }
        }
    }
}
