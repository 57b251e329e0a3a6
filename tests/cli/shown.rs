//! Secrets that were put where a path, a name or a number belongs, and what a terminal would obey.

use crate::cli::run::{Folder, PHOTOS, osign, run, run_with_input, set_mode};
use serde_json::Value;
use std::process::Command;

/// What a secret's file may hold, and of each a piece that would give it away.
fn texts() -> [(String, &'static str); 4] {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/oauth1/keys/oauthlib-rsa-1024.pem");
    let pem = std::fs::read_to_string(keys).unwrap();
    let joined = pem.lines().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("MIICXg"), "{joined}");
    [
        (pem.trim_end().to_owned(), "MIICXg"),
        (joined, "MIICXg"),
        ("{\"consumer_key\":\"k\",\"consumer_secret\":\"hunter2\"}".to_owned(), "hunter2"),
        ("consumer_key = 'k'\nconsumer_secret = 'hunter2'".to_owned(), "hunter2"),
    ]
}

#[track_caller]
fn check(command: &mut Command, secret: &str, code: i32, says: &str) {
    let line = run(command).failure(code);
    assert!(!line.contains(secret), "{line}");
    assert!(line.contains(says), "{line}");
}

const NO_PATH: &str = "[not shown: a file's name belongs here, and not its text]";
const NO_TEXT: &str = "[not shown: it may be secret]";

#[test]
fn a_file_s_text_in_place_of_its_name() {
    let folder = Folder::new();
    let good = folder.file("good.toml", PHOTOS);
    for (text, secret) in texts() {
        for sign in ["sign", "explain"] {
            let mut command = osign(&[sign, "GET", "http://h/", "--credentials", &good, "--method", "RSA-SHA1"]);
            let says = format!("cannot read the private key file {NO_PATH}: ");
            check(command.env("OSIGN_PRIVATE_KEY_FILE", &text), secret, 5, &says);
            let named = folder.file("named.toml", format!("consumer_key = 'k'\nprivate_key_file = '''{text}'''"));
            check(
                &mut osign(&[sign, "GET", "http://h/", "--credentials", &named, "--method", "RSA-SHA1"]),
                secret,
                5,
                &says,
            );
            let says = format!("cannot read the credentials file {NO_PATH}: ");
            let mut command = osign(&[sign, "GET", "http://h/"]);
            check(command.env("OSIGN_CREDENTIALS", &text), secret, 5, &says);
            let option = format!("--credentials={text}");
            check(&mut osign(&[sign, "GET", "http://h/", &option]), secret, 5, &says);
            let option = format!("--data-file={text}");
            check(&mut osign(&[sign, "GET", "http://h/", &option]), secret, 5, &format!("cannot read {NO_PATH}: "));
        }
        let option = format!("--server-base-string=@{text}");
        check(&mut osign(&["explain", "GET", "http://h/", &option]), secret, 5, &format!("cannot read {NO_PATH}: "));
    }
    // A folder's name may be long, too.
    let says = format!("cannot write the man pages to {NO_PATH}: ");
    check(&mut osign(&["man", "--out", &format!("/dev/null/{}", texts()[0].0)]), "MIICXg", 5, &says);
}

#[test]
fn what_the_command_line_cannot_read_is_not_repeated() {
    for (text, secret) in texts() {
        for arguments in [
            &["sign", "GET", "http://h/", "--timestamp", &text][..],
            &["sign", "GET", "http://h/", "--method", &text],
            &["sign", "GET", "http://h/", "--transmission", &text],
            &["sign", "GET", "http://h/", "--clock-offset", &text],
            &["nonce", "--count", &text],
            &["completions", &text],
            &[&text],
            &["sign", "GET", "http://h/", "extra", &text],
            &["sign", "GET", "http://h/", &text],
            &["sign", &text],
            &["version", &text],
            &["man", &text],
        ] {
            check(&mut osign(arguments), secret, 2, "(see osign --help)");
        }
        let arguments = ["sign", "GET", "http://h/", &format!("--timestamp={text}")];
        check(&mut osign(&arguments), secret, 2, &format!("invalid value '{NO_TEXT}' for '--timestamp <SECONDS>'"));
    }
}

#[test]
fn unknown_fields_are_named_where_they_are_words() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let unknown = |name: &str| {
        let line = serde_json::json!({ "id": 1, "method": "GET", "url": "http://h/", name: 1 });
        let mut command = osign(&["sign", "--batch", "--credentials", &file]);
        let answer = run_with_input(&mut command, line.to_string().as_bytes()).text_with(1);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    let fields = ", expected one of id, method, url, content_type, body, body_base64, realm, transmission, parameters, \
                  nonce, timestamp";
    assert_eq!(unknown("colour"), format!("the line is no request: unknown field colour{fields}"));
    let secrets = texts();
    for name in ["hunter2", "a b", "x`, expected y", "\u{9B}31m", &"a".repeat(33), &secrets[0].0, &secrets[2].0] {
        assert_eq!(unknown(name), format!("the line is no request: unknown field{fields}"));
    }
}

#[test]
fn long_paths_are_cut() {
    let long = format!("/{}", "a".repeat(300));
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &long])).failure(5);
    assert_eq!(failure, format!("cannot read the credentials file {}…: File name too long (os error 36)", &long[..60]));
}

#[test]
#[cfg(unix)]
fn a_terminal_obeys_no_path() {
    let folder = Folder::new();
    let file = folder.file("a\x1B[31m\u{9B}31m\x7F.toml", PHOTOS);
    set_mode(file.as_ref(), 0o644);
    let ended = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &file]));
    let shown = file.replace('\x1B', "\\u{1b}").replace('\u{9B}', "\\u{9b}").replace('\x7F', "\\u{7f}");
    assert_eq!(ended.stderr, format!("osign: warning: others can read {shown}; run chmod 600 on it\n"));
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", "no\x1B[31m\u{9B}\x7F"])).failure(5);
    assert!(failure.starts_with("cannot read the credentials file no\\u{1b}[31m\\u{9b}\\u{7f}: "), "{failure}");
    let failure = run(&mut osign(&["nonce", "--count", "1\x1B[31m\u{9B}31m\x7F"])).failure(2);
    assert!(failure.starts_with("invalid value '1\\u{1b}[31m\\u{9b}31m\\u{7f}' for '--count <N>'"), "{failure}");
}

#[test]
fn a_terminal_obeys_no_json() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let form = "a=%C2%9B31m\x7F\u{9B}";
    let answers = [
        run(&mut osign(&["sign", "POST", "http://h/", "--json", "--data", form, "--credentials", &file])).text(),
        run(&mut osign(&["explain", "POST", "http://h/", "--json", "--data", form, "--credentials", &file])).text(),
        run_with_input(
            &mut osign(&["sign", "--batch", "--credentials", &file]),
            "{\"id\":\"\x7F\u{9B}31m\",\"method\":\"GET\",\"url\":\"http://h/\"}".as_bytes(),
        )
        .text(),
    ];
    for answer in answers {
        assert!(!answer.contains(['\x7F', '\u{9B}']), "{answer:?}");
        assert!(answer.contains("\\u009b") && answer.contains("\\u007f"), "{answer:?}");
    }
}
