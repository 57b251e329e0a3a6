//! Profiles: what they say, where they have it from, and how they are wrong.

use crate::profile;
use osign::language::russian;
use osign::provider::{self, Kind, Policy, Profile, RefreshWhen};
use osign::setting::{Kind as SettingKind, Value};
use osign::{Error, Status};

#[test]
fn every_value_has_a_source() {
    for name in provider::names().filter(|name| !name.starts_with("custom")) {
        let profile = profile(name);
        let sources: Vec<(&str, &str)> = profile.sources().collect();
        let table: toml::Table = toml::from_str(provider::text(name).unwrap()).unwrap();
        let mut paths = Vec::new();
        walk("", &table, &mut paths);
        let is_of = |field: &str, path: &str| path == field || path.starts_with(&format!("{field}."));
        for path in &paths {
            assert!(sources.iter().any(|(field, _)| is_of(field, path)), "{name}: {path} has no source");
        }
        for (field, place) in &sources {
            assert!(!place.is_empty() && paths.iter().any(|path| is_of(field, path)), "{name}: {field} is not set");
        }
        // Of what nobody knows the cautious value is taken.
        let is_guessed = profile.unverified().iter().any(|field| field == "rotation.revokes_family");
        assert!(!is_guessed || profile.revokes_family(), "{name}");
        // And what is from memory says so.
        for (field, _) in sources.iter().filter(|(_, place)| place.contains("from memory")) {
            let is_said = profile.unverified().iter().any(|told| is_of(field, told) || is_of(told, field));
            assert!(is_said, "{name}: {field} is from memory");
        }
        for field in profile.unverified() {
            assert!(paths.iter().any(|path| is_of(field, path)), "{name}: {field} is not set");
        }
    }
}

fn walk(prefix: &str, table: &toml::Table, paths: &mut Vec<String>) {
    for (name, value) in table {
        // What a file is, and what it says of itself, comes from nowhere else.
        if prefix.is_empty() && ["name", "title", "grant", "unverified", "sources"].contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        match value {
            toml::Value::Table(inner) => walk(&format!("{path}."), inner, paths),
            _ => paths.push(path),
        }
    }
}

#[test]
fn every_sentence_is_in_both_languages() {
    for name in provider::names() {
        for warning in profile(name).warnings() {
            assert!(!warning.en.is_empty() && !warning.en.ends_with('.'), "{name}");
            assert!(warning.ru.chars().any(|c| ('а'..='я').contains(&c)) && !warning.ru.ends_with('.'), "{name}");
            assert_eq!(profile(name).in_russian(&warning.en), Some(warning.ru.as_str()));
        }
    }
}

#[test]
fn profiles_say_what_the_services_do() {
    use Policy::{Calendar, Maybe, None as Stays, Strict, Timed, UntilNewRefreshUsed};
    for (name, policy, revokes_family, when) in [
        ("amocrm", Strict, true, RefreshWhen::Any),
        ("avito", Stays, false, RefreshWhen::Any),
        ("bitrix24", Strict, true, RefreshWhen::OnRefusal),
        ("custom", Strict, true, RefreshWhen::Any),
        ("gitlab", Strict, false, RefreshWhen::Any),
        ("google", Stays, false, RefreshWhen::Any),
        ("headhunter", Strict, true, RefreshWhen::AfterExpiry),
        ("kommo", UntilNewRefreshUsed { cap: 0 }, false, RefreshWhen::Any),
        ("quickbooks", Calendar { seconds: 86_400 }, false, RefreshWhen::Any),
        ("quickbooks-sandbox", Calendar { seconds: 86_400 }, false, RefreshWhen::Any),
        ("shopify", UntilNewRefreshUsed { cap: 2_592_000 }, false, RefreshWhen::Any),
        ("xero", Timed { seconds: 1800, count: None }, false, RefreshWhen::Any),
        ("yandex", Maybe, false, RefreshWhen::Any),
        ("zoho", Stays, false, RefreshWhen::Any),
    ] {
        let profile = profile(name);
        assert_eq!(
            (profile.policy(), profile.revokes_family(), profile.refresh_when()),
            (policy, revokes_family, when)
        );
        let kind = if name == "avito" { Kind::ClientCredentials } else { Kind::Code };
        assert_eq!(profile.kind(), kind, "{name}");
        assert_eq!(profile.old_access_token_dies(), ["gitlab", "shopify"].contains(&name), "{name}");
        assert_eq!(profile.access_token_may_stay(), name == "yandex", "{name}");
        assert_eq!(profile.refresh_budget(), 30, "{name}");
        assert!(!profile.title().is_empty());
    }
    assert_eq!(profile("amocrm").lifetimes().refresh_idle, Some(7_689_600));
}

#[test]
fn expired_tokens_are_told_from_missing_permissions() {
    for (name, status, body, is_expired) in [
        ("amocrm", 401, None, true),
        ("amocrm", 403, None, false),
        ("avito", 403, None, true),
        ("bitrix24", 401, Some(&br#"{"error":"expired_token"}"#[..]), true),
        ("bitrix24", 401, Some(br#"{"error":"NO_AUTH_FOUND"}"#), false),
        ("bitrix24", 401, None, true),
        ("headhunter", 403, Some(br#"{"errors":[{"type":"oauth","value":"token_expired"}]}"#), true),
        ("headhunter", 403, Some(br#"{"errors":[{"type":"negotiations","value":"test_required"}]}"#), false),
        ("headhunter", 200, None, false),
    ] {
        assert_eq!(profile(name).is_expired(status, body), is_expired, "{name} {status} {body:?}");
    }
}

fn custom_with(from: &str, to: &str) -> Error {
    let text = provider::text("custom").unwrap();
    assert!(text.contains(from), "{from}");
    Profile::parse(&text.replacen(from, to, 1)).map(|_| ()).expect_err(to)
}

fn line_of(part: &str) -> usize {
    let text = provider::text("custom").unwrap();
    1 + text[..text.find(part).unwrap()].matches('\n').count()
}

#[test]
fn a_wrong_profile_is_named_by_field_and_line() {
    let policy = "policy = \"strict\"";
    for (from, to, word, sentence, part) in [
        ("token = \"\"", "tokn = \"hunter2\"", "unknown-field", "there is no field tokn", "token = \"\""),
        ("token = \"\"", "", "missing-field", "the field token is missing here", "[endpoints]"),
        ("token = \"\"", "token = 5", "bad-field", "token must be a string", "token = \"\""),
        (
            "token = \"\"",
            "token = \"http://h.example/\"",
            "bad-field",
            "endpoints.token must be an https:// address, with {account} as its host at most",
            "token = \"\"",
        ),
        (
            "token = \"\"",
            "token = \"https://u:hunter2@h.example/\"",
            "bad-field",
            "endpoints.token must be an https:// address, with {account} as its host at most",
            "token = \"\"",
        ),
        (
            "token = \"\"",
            "token = \"https://h.example/{account}\"",
            "missing-field",
            "the field account is missing",
            "",
        ),
        ("token = \"\"", "token = \"https://{account}/\"", "missing-field", "the field account is missing here", ""),
        ("authorize = \"\" ", "# ", "missing-field", "the field endpoints.authorize is missing here", "[endpoints]"),
        ("name = \"custom\"", "name = \"Hunter2\"", "bad-field", "name must be small letters, digits and hyphens", ""),
        (
            "name = \"custom\"",
            "name = \"custom\"\nname = \"hunter2\"",
            "repeated-field",
            "the field name stands there twice",
            "",
        ),
        (policy, "policy = \"hunter2\"", "bad-field", "policy must be one of ", policy),
        (policy, "policy = \"timed\"", "missing-field", "the field rotation.seconds is missing here", "[rotation]"),
        (
            policy,
            "policy = \"timed\"\nseconds = -1",
            "bad-field",
            "rotation.seconds must be a whole number, from 0",
            policy,
        ),
        (
            policy,
            "policy = \"strict\"\nseconds = 1",
            "bad-field",
            "rotation.seconds must be left out with this policy",
            policy,
        ),
        (
            policy,
            "policy = \"strict\"\nlast = 1",
            "bad-field",
            "rotation.last must be there with refresh_when = \"last\", and only then",
            policy,
        ),
        (
            "body = \"form\"",
            "body = \"xml\"",
            "bad-field",
            "body must be one of `form`, `json`, `query`",
            "body = \"form\"",
        ),
        (
            "api = []",
            "api = [\"{label}.com\"]",
            "bad-field",
            "endpoints.api must be host names of two labels and more, {label} for one that differs",
            "api = []",
        ),
        ("expired = [", "expired = [\n  \"hunter2\"\n] # [", "bad-field", "access_token.expired must be a table ", ""),
        (
            "redirect_uri = [",
            "redirect_uri = [\n  \"hunter2\"\n] # [",
            "bad-field",
            "request.redirect_uri must be one of ",
            "",
        ),
        ("[sources]", "[[errors]]\nmeans = \"hunter2\"", "bad-field", "errors.means must be one of ", ""),
        (
            "[sources]",
            "[[errors]]\nstatus = \"hunter2\"",
            "bad-field",
            "errors.status must be a whole number, from 0",
            "",
        ),
        ("[sources]", "[[errors]]\nstatus = 400", "missing-field", "the field means is missing here", "[sources]"),
        (
            "api = []",
            "api = [\"*\"]",
            "bad-field",
            "endpoints.api must be host names of two labels and more, {label} for one that differs",
            "api = []",
        ),
        (
            "hosts = {}",
            "hosts = { x = [\"10.0.0.1\"] }",
            "bad-field",
            "answer.hosts must be host names of two labels and more, {label} for one that differs",
            "hosts = {}",
        ),
        (
            "[request.headers]",
            "[request.headers]\n\"X Y\" = \"hunter2\"",
            "bad-field",
            "request.headers must be names of letters, digits and hyphens, with values in ASCII",
            "[request.headers]",
        ),
        ("title = \"Custom\"", "title = \"Custom\"\n\"\" = 1", "unknown-field", "a name that is none", "title ="),
        (
            "title = \"Custom\"",
            "title = \"Custom\"\naccount = [\"hunter2\"]",
            "bad-field",
            "account must be a table",
            "title =",
        ),
        ("title = \"Custom\"", "title = \"Custom", "profile-syntax", "of the profile is no TOML", "title ="),
        (
            "title = \"Custom\"",
            "client_secret = \"hunter2\"\ntitle = \"Custom\"",
            "unknown-field",
            "there is no field client_secret",
            "title =",
        ),
        (
            "title = \"Custom\"",
            "\"hunter2 hunter2\" = 1\ntitle = \"x\"",
            "unknown-field",
            "there is no field with a name that is none",
            "title =",
        ),
    ] {
        let error = custom_with(from, to);
        assert_eq!((error.word(), error.status()), (word, Status::InvalidProfile), "{to}: {error}");
        let message = error.to_string();
        assert!(message.contains(sentence), "{to}: {message}");
        assert!(!message.contains("hunter2"), "{message}");
        assert!(!russian(&error).contains("hunter2"));
        if !part.is_empty() {
            // Where a line was added before, it is the next one.
            let (line, added) = (line_of(part), to.matches('\n').count());
            let is_line = (line..=line + added).any(|line| message.contains(&format!("line {line} ")));
            assert!(is_line, "{to}: line {line}: {message}");
        }
    }
}

#[test]
fn settings_take_the_place_of_what_a_profile_says() {
    let mut custom = profile("custom");
    for (text, policy) in [
        ("none", Policy::None),
        ("strict", Policy::Strict),
        ("until-used", Policy::UntilNewRefreshUsed { cap: 0 }),
        ("timed:60", Policy::Timed { seconds: 60, count: None }),
        ("calendar:86400", Policy::Calendar { seconds: 86_400 }),
        ("idempotent", Policy::Idempotent),
        ("maybe", Policy::Maybe),
    ] {
        custom.set("rotation", Value::Text(text)).unwrap();
        assert_eq!(custom.policy(), policy);
    }
    for text in ["", "timed", "timed:", "timed:-1", "timed:x", "strict:5", "Strict", "timed:99999999999"] {
        let error = custom.set("rotation", Value::Text(text)).unwrap_err();
        assert_eq!((error.word(), error.status()), ("bad-rotation", Status::InvalidArgument), "{text}");
        assert_eq!(custom.policy(), Policy::Maybe);
    }
    assert_eq!(custom.set("user_agent", Value::Text("a\r\nb")).unwrap_err().word(), "bad-user-agent");
    assert_eq!(custom.set("nothing", Value::Text("x")).unwrap_err().word(), "unknown-setting");
    custom.set("pkce", Value::Flag(false)).unwrap();
    assert!(!custom.uses_pkce());
    for setting in &provider::SETTINGS {
        assert!(matches!(setting.kind(), SettingKind::Text | SettingKind::Flag), "{}", setting.name());
    }
}

#[test]
fn an_unknown_provider_names_the_known_ones() {
    let error = provider::builtin("../amocrm").unwrap_err();
    assert_eq!((error.word(), error.status()), ("unknown-provider", Status::UnknownProvider));
    assert!(provider::names().all(|name| error.to_string().contains(name)));
    assert!(!error.to_string().contains(".."));
}

/// What `custom.toml` explains is what there is: each line that is a comment can be a line.
#[test]
fn each_field_that_is_explained_can_be_set() {
    let lines: Vec<&str> = provider::text("custom").unwrap().lines().collect();
    let is_block = |line: &str| line.starts_with("# [");
    let is_field = |line: &str| {
        let comment = line.strip_prefix("# ").and_then(|line| line.split_once(" = "));
        comment.is_some_and(|(name, _)| !name.contains(' '))
    };
    let mut tried = 0;
    for start in (0..lines.len()).filter(|&at| is_block(lines[at]) || is_field(lines[at])) {
        // A table comes whole, and what stands in it not again.
        if start > 0
            && !is_block(lines[start])
            && lines[..start].iter().rev().take_while(|l| l.starts_with('#')).any(|l| is_block(l))
        {
            continue;
        }
        let end = if is_block(lines[start]) {
            start + lines[start..].iter().take_while(|line| line.starts_with("# ")).count()
        } else {
            start + 1
        };
        let mut changed: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        for line in &mut changed[start..end] {
            *line = line.replacen("# ", "", 1);
        }
        if let Err(error) = Profile::parse(&changed.join("\n")) {
            // Some go with another policy alone, and an address here is an ellipsis.
            assert!(["rotation.", "endpoints."].iter().any(|part| error.to_string().contains(part)), "{error}");
        }
        tried += 1;
    }
    assert_eq!(tried, 18);
}
