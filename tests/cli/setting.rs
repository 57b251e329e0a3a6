//! `--set`.

use crate::cli::run::{Folder, osign, run, run_with_input};
use std::process::Command;

const FRESH: [&str; 4] = ["--nonce", "n", "--timestamp", "1"];

fn with_key(arguments: &[&str]) -> Command {
    let mut command = osign(arguments);
    command.env("OSIGN_CONSUMER_KEY", "key").env("OSIGN_CONSUMER_SECRET", "secret");
    command
}

#[test]
fn settings_reach_the_signature() {
    let header = |more: &[&str]| run(with_key(&["sign", "GET", "http://h/"]).args(FRESH).args(more)).text();
    let signed =
        "oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\"";
    // The signatures are Python's, of `hmac` over the base strings by hand.
    assert_eq!(
        header(&["--set", "version=1.0a"]),
        format!("OAuth {signed}, oauth_version=\"1.0a\", oauth_signature=\"17QED%2FcI00vxlLQhyyvkMrURHUo%3D\"\n")
    );
    assert_eq!(
        header(&["--set", "send_empty_token=true", "--no-version"]),
        format!("OAuth {signed}, oauth_token=\"\", oauth_signature=\"44xVJuDhOujiUlwWyGfeMzrr%2Boo%3D\"\n")
    );
    assert_eq!(
        header(&["--set", "send_empty_realm=0", "--set=send_empty_realm=1", "--no-version"]),
        format!("OAuth realm=\"\", {signed}, oauth_signature=\"GxzV73qT6spssa17R3xYjFiD5sw%3D\"\n")
    );
    assert_eq!(
        header(&["--set", "plaintext_nonce=false", "--method", "PLAINTEXT"]),
        "OAuth oauth_consumer_key=\"key\", oauth_signature_method=\"PLAINTEXT\", oauth_version=\"1.0\", \
         oauth_signature=\"secret%26\"\n"
    );
    let plain = header(&["--set", "mastercard_form=true", "--method", "PLAINTEXT", "--no-version"]);
    assert_eq!(
        plain,
        "OAuth oauth_consumer_key=\"key\", oauth_nonce=\"n\", oauth_signature_method=\"PLAINTEXT\", oauth_timestamp=\"1\", \
         oauth_body_hash=\"2jmj7l5rSw0yVb/vlWAYkK/YBwk=\", oauth_signature=\"secret%26\"\n"
    );
}

#[test]
fn an_explanation_and_each_line_of_a_batch_have_them_too() {
    let explained = run(with_key(&["explain", "GET", "http://h/", "--set", "version=1.0a"]).args(FRESH)).text();
    assert!(explained.contains("\n   protocol  oauth_version = 1.0a\n"), "{explained}");
    let line = "{\"method\":\"GET\",\"url\":\"http://h/\",\"nonce\":\"n\",\"timestamp\":1}\n";
    let mut command = with_key(&["sign", "--batch", "--header-only", "--set", "version=1.0a"]);
    let answers = run_with_input(&mut command, line.repeat(2).as_bytes()).text();
    let answer = "{\"authorization\":\"OAuth oauth_consumer_key=\\\"key\\\", oauth_nonce=\\\"n\\\", \
                  oauth_signature_method=\\\"HMAC-SHA1\\\", oauth_timestamp=\\\"1\\\", oauth_version=\\\"1.0a\\\", \
                  oauth_signature=\\\"17QED%2FcI00vxlLQhyyvkMrURHUo%3D\\\"\"}\n";
    assert_eq!(answers, answer.repeat(2));
}

/// Each is refused before there is a consumer key, and nothing of a value is repeated.
#[test]
fn what_cannot_be_set() {
    let folder = Folder::new();
    let batch = ["sign", "--batch", "--credentials", &folder.file("c.toml", "")];
    for (given, code, says) in [
        ("hunter2", 2, "--set takes NAME=VALUE, such as version=1.0a; there is no = in it"),
        (
            "colour=hunter2",
            2,
            "there is no setting of the name that --set was given; it takes send_empty_realm, send_empty_token, version, \
             plaintext_nonce, mastercard_form",
        ),
        (
            "private_key=hunter2",
            2,
            "private_key is never taken from the command line, where others can read it; it comes from \
             OSIGN_PRIVATE_KEY_FILE, or private_key_file in a file that --credentials names",
        ),
        (
            "token_secret=hunter2",
            2,
            "credentials are never taken from the command line, where others can read them; use --credentials FILE, the \
             environment (OSIGN_CONSUMER_SECRET, …) or the prompt",
        ),
        ("url_form=hunter2", 2, "url_form has an option of its own: --url-form"),
        ("nonce=hunter2", 2, "nonce has an option of its own: --nonce"),
        ("plaintext_nonce=hunter2", 3, "plaintext_nonce takes true or false (1 or 0)"),
        ("version=hunter2\n", 3, "the version holds a control character, such as a line break at its end; remove it"),
    ] {
        for command in [&["sign", "GET", "http://h/"][..], &["explain", "GET", "http://h/"], &batch] {
            assert_eq!(run(osign(command).args(["--set", given])).failure(code), says, "{command:?}");
        }
    }
}
