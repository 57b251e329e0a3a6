//! Where credentials come from, and that none of them is ever shown.

use crate::cli::run::{Folder, PHOTOS, osign, run, set_mode};
#[cfg(target_os = "linux")]
use crate::cli::terminal::at_a_terminal;
use std::process::Command;

const SECRET: &str = "hunter2SECRET";
const SIGN: [&str; 2] = ["sign", "explain"];

fn json_of(command: &mut Command) -> serde_json::Value {
    serde_json::from_str(&run(command).text()).unwrap()
}

#[test]
fn each_value_comes_from_the_first_place_that_has_it() {
    let folder = Folder::new();
    let file = folder.file(
        "c.toml",
        "consumer_key = 'file'\nconsumer_secret = 's'\ntoken = 't'\ntoken_secret = ''\n\
        signature_method = 'HMAC-SHA512'\nrealm = 'file'\n",
    );
    let base = ["sign", "GET", "http://h/", "--json"];
    let has = |value: &serde_json::Value, text: &str| {
        let header = value["authorization"].as_str().unwrap();
        assert!(header.contains(text), "{header}");
    };
    let value = json_of(osign(&base).env("OSIGN_CREDENTIALS", &file));
    has(&value, "OAuth realm=\"file\", oauth_consumer_key=\"file\", ");
    has(&value, "oauth_signature_method=\"HMAC-SHA512\"");
    let value = json_of(
        osign(&base)
            .args(["--credentials", &file])
            .env("OSIGN_CREDENTIALS", "/no/such/file")
            .env("OSIGN_CONSUMER_KEY", "environment")
            .env("OSIGN_SIGNATURE_METHOD", "HMAC-SHA256")
            .env("OSIGN_REALM", "environment"),
    );
    has(&value, "OAuth realm=\"environment\", oauth_consumer_key=\"environment\", ");
    has(&value, "oauth_signature_method=\"HMAC-SHA256\"");
    has(&value, "oauth_token=\"t\"");
    let value = json_of(
        osign(&base)
            .args(["--credentials", &file, "--method", "PLAINTEXT", "--realm", "option"])
            .env("OSIGN_SIGNATURE_METHOD", "HMAC-SHA256")
            .env("OSIGN_REALM", "environment"),
    );
    has(&value, "OAuth realm=\"option\", ");
    assert_eq!(value["signature"], "s&");
}

#[test]
fn toml_and_json_say_the_same() {
    let folder = Folder::new();
    let toml = folder.file("a.toml", PHOTOS);
    let json = "\u{FEFF}{\"consumer_key\": \"dpf43f3p2l4k3l03\", \"consumer_secret\": \"kd94hf93k423kf44\",
        \"token\": \"nnch734d00sl2jdk\", \"token_secret\": \"pfkkdhi9sl3r4s00\", \"realm\": null}";
    let named = folder.file("b.json", json);
    let unnamed = folder.file("c", json);
    let sign = |file: &str| {
        run(&mut osign(&["sign", "GET", "http://h/", "--nonce", "n", "--timestamp", "1", "--credentials", file])).text()
    };
    assert_eq!(sign(&toml), sign(&named));
    assert_eq!(sign(&toml), sign(&unnamed));
}

#[test]
fn a_private_key_stands_in_the_file_or_beside_it() {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/oauth1/keys/oauthlib-rsa-1024.pem");
    let pem = std::fs::read_to_string(keys).unwrap();
    let folder = Folder::new();
    folder.file("key.pem", &pem);
    let beside =
        folder.file("a.toml", "consumer_key = 'k'\nprivate_key_file = 'key.pem'\nsignature_method = 'RSA-SHA1'");
    let within = folder
        .file("b.toml", format!("consumer_key = 'k'\nprivate_key = '''\n{pem}'''\nsignature_method = 'RSA-SHA1'"));
    let sign = |file: &str| {
        run(&mut osign(&["sign", "GET", "http://h/", "--nonce", "n", "--timestamp", "1", "--credentials", file])).text()
    };
    assert_eq!(sign(&beside), sign(&within));
    let mut command = osign(&["sign", "GET", "http://h/", "--nonce", "n", "--timestamp", "1", "--method", "RSA-SHA1"]);
    let path = folder.path().join("key.pem");
    assert_eq!(run(command.env("OSIGN_CONSUMER_KEY", "k").env("OSIGN_PRIVATE_KEY_FILE", path)).text(), sign(&beside));
    let der = folder.file("key.der", b"\x30\x82\x02\x5C\x02\x01\x00\x02\x81\x81");
    let command = command.env("OSIGN_PRIVATE_KEY_FILE", &der);
    let says = "the private key is DER; convert it to PEM: openssl pkey -inform DER -in KEY -out KEY.pem";
    assert_eq!(run(command).failure(4), format!("{der}: {says}"));
    let pkcs12 = folder.file("key.p12", b"\x30\x82\x02\x5C\x02\x01\x03\x30");
    let command = command.env("OSIGN_PRIVATE_KEY_FILE", &pkcs12);
    let says = "this is a PKCS#12 file; convert it to PEM: openssl pkcs12 -nocerts -nodes -in KEY -out KEY.pem";
    assert_eq!(run(command).failure(4), format!("{pkcs12}: {says}"));
    let latin = folder.file("latin.pem", b"\xE9");
    let command = command.env("OSIGN_PRIVATE_KEY_FILE", &latin);
    assert_eq!(run(command).failure(4), format!("the private key file {latin} is not UTF-8"));
    let both = folder.file("c.toml", "consumer_key='k'\nprivate_key='x'\nprivate_key_file='key.pem'");
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &both])).failure(4);
    assert!(failure.ends_with("c.toml has both private_key and private_key_file; keep one"), "{failure}");
}

#[test]
fn bad_files_are_named_and_not_quoted() {
    let folder = Folder::new();
    for (name, text, says) in [
        (
            "a.toml",
            format!("consumer_key = 'k'\nconsumer_secret = {SECRET}\n"),
            ", line 2, column 19, is no valid TOML",
        ),
        ("b.toml", format!("consumer_key = 'k'\nconsumer_secret = \"{SECRET}\n"), ", is no valid TOML"),
        ("c.toml", format!("consumer_secret = '{SECRET}'\nconsumer_secret = '{SECRET}'"), ", is no valid TOML"),
        ("d.json", format!("{{\"consumer_secret\": \"{SECRET}\",}}"), ", is no valid JSON object"),
        ("e.json", format!("{{\"consumer_secret\": {SECRET}}}"), ", is no valid JSON object"),
        ("f.json", format!("\"{SECRET}\""), ", is no valid JSON object"),
        ("g.json", format!("[\"{SECRET}\"]"), ", is no valid JSON object"),
        ("h.json", format!("{{\"token\": \"{SECRET}\", \"token\": \"\"}}"), ": token stands there twice"),
        ("i.toml", "consumer_secret = 31337".into(), ": consumer_secret is no text; put its value in quotes"),
        ("j.toml", format!("consumer_secret = ['{SECRET}']"), ": consumer_secret is no text; put its value in quotes"),
        ("k.toml", format!("{SECRET} = ''"), " has an unknown key; the keys are "),
        ("l.toml", format!("secret = '{SECRET}'"), ": secret is no key of a credentials file; the keys are "),
        ("m.toml", format!("[{SECRET}]\nx = 1"), " has an unknown key; the keys are "),
        ("n.toml", format!("consumer_key = 'k'\nconsumer_secret = '{SECRET}'\nsignature_method = '{SECRET}'"), ""),
        ("o.toml", format!("consumer_key = '{SECRET}\\n'\nconsumer_secret = ''").replace('\'', "\""), ""),
        ("p.toml", format!("consumer_key = 'k'\nprivate_key = '{SECRET}'\nsignature_method = 'RSA-SHA1'"), ""),
        ("q.toml", format!("consumer_key = 'k'\nconsumer_secret = '{SECRET}'\ntoken = '\u{1}'\ntoken_secret = ''"), ""),
        ("r.toml", format!("consumer_secret = '{SECRET}'"), ""),
    ] {
        let file = folder.file(name, &text);
        for command in SIGN {
            for more in [&[][..], &["--json"], &["--method", "PLAINTEXT"], &["--transmission", "query"]] {
                let ended = run(osign(&[command, "GET", "http://h/", "--credentials", &file]).args(more));
                // A PLAINTEXT signature that was asked for is the secrets.
                let is_plaintext = ended.code == 0 && command == "sign" && more.contains(&"PLAINTEXT");
                assert!(is_plaintext || !String::from_utf8_lossy(&ended.stdout).contains(SECRET), "{name}");
                assert!(
                    !ended.stderr.contains("hunter2") && !ended.stderr.contains("31337"),
                    "{name}: {}",
                    ended.stderr
                );
                // Another method may make do with what there is.
                if ended.code != 0 {
                    assert_eq!(ended.code, 4, "{name}");
                    assert!(ended.failure_line().contains(says), "{name}");
                }
            }
        }
        let ended = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &file]));
        assert_ne!(ended.code, 0, "{name}");
    }
    let latin = folder.file("latin.toml", b"consumer_secret = '\xE9'");
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &latin])).failure(4);
    assert!(failure.ends_with("is not UTF-8"), "{failure}");
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", "/no/such"])).failure(5);
    assert_eq!(failure, "cannot read the credentials file /no/such: No such file or directory (os error 2)");
}

impl crate::cli::run::Ended {
    fn failure_line(&self) -> &str {
        self.stderr.strip_prefix("osign: ").unwrap()
    }
}

#[test]
fn secrets_stay_out_of_every_output() {
    let secret = |command: &mut Command| {
        command.env("OSIGN_CONSUMER_KEY", "k").env("OSIGN_CONSUMER_SECRET", SECRET);
        command.env("OSIGN_TOKEN", "t").env("OSIGN_TOKEN_SECRET", format!("{SECRET} "));
        let ended = run(command);
        let all = format!("{}{}", String::from_utf8_lossy(&ended.stdout), ended.stderr);
        assert!(!all.contains("hunter2"), "{command:?}: {all}");
        ended
    };
    for url in ["http://h/", "ftp://h/", "http://u:hunter2@h/%", "http://h/?oauth_token=1"] {
        for more in [
            &[][..],
            &["--json"],
            &["--method", "PLAINTEXT"],
            &["--method", "PLAINTEXT", "--json"],
            &["--method", "PLAINTEXT", "--transmission", "query"],
            &["--method", "PLAINTEXT", "--transmission", "body", "--data", "a=1"],
            &["--method", "RSA-SHA256"],
            &["--nonce", ""],
            &["--timestamp", "-1"],
            &["--server-base-string", "POST&&"],
        ] {
            secret(osign(&["explain", "GET", url]).args(more));
        }
    }
    for more in [&["--nonce", ""][..], &["--timestamp", "0"], &["--parameter", "realm=x"], &["--method", "RSA-SHA1"]] {
        assert_ne!(secret(osign(&["sign", "GET", "http://h/"]).args(more)).code, 0);
    }
    let failure = run(&mut osign(&["sign", "GET", "http://h/", "--consumer-secret=hunter2"])).failure(2);
    assert_eq!(
        failure,
        "credentials are never taken from the command line, where others can read them; use --credentials FILE, the \
         environment (OSIGN_CONSUMER_SECRET, …) or the prompt (see osign --help)"
    );
}

#[test]
fn unusable_credentials_say_where_they_come_from() {
    let folder = Folder::new();
    let line = "holds a control character, such as a line break at its end; remove it";
    let method = "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
                  RSA-PSS-SHA256, PLAINTEXT (names are case-sensitive)";
    let good = folder.file("good.toml", PHOTOS);
    // A variable that is empty counts, and shadows the file.
    for (variable, value, says) in [
        ("OSIGN_CONSUMER_KEY", "", "the consumer key is empty; set the one that the service gave you"),
        ("OSIGN_CONSUMER_KEY", "k\n", &format!("the consumer key {line}")),
        ("OSIGN_TOKEN", "t\n", &format!("the token {line}")),
        ("OSIGN_REALM", "r\n", &format!("the realm {line}")),
        ("OSIGN_SIGNATURE_METHOD", "FOO", method),
    ] {
        for command in SIGN {
            let mut command = osign(&[command, "GET", "http://h/", "--credentials", &good]);
            assert_eq!(run(command.env(variable, value)).failure(4), format!("{variable}: {says}"));
        }
    }
    for (key, text, says) in [
        (
            "consumer_key",
            "consumer_key = ''\nconsumer_secret = ''".to_owned(),
            "the consumer key is empty; set the one that the service gave you",
        ),
        ("token", PHOTOS.replace("nnch", "\\n"), &format!("the token {line}")),
        ("realm", format!("{PHOTOS}realm = \"\\t\""), &format!("the realm {line}")),
        ("signature_method", format!("{PHOTOS}signature_method = 'FOO'"), method),
        (
            "private_key",
            format!("{PHOTOS}signature_method = 'RSA-SHA1'\nprivate_key = ''"),
            "the private key is no PEM text: it has no line -----BEGIN …-----",
        ),
    ] {
        let file = folder.file("bad.toml", text);
        let failure = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &file])).failure(4);
        assert_eq!(failure, format!("{file}: {key}: {says}"));
    }
    // What the command line says is the request's.
    for (more, says) in [(["--realm", "r\n"], "the realm"), (["--nonce", "n\n"], "the nonce")] {
        let mut command = osign(&["sign", "GET", "http://h/", "--credentials", &good]);
        assert_eq!(run(command.args(more)).failure(3), format!("{says} {line}"));
    }
}

#[test]
fn a_private_key_is_read_for_the_rsa_methods_alone() {
    let folder = Folder::new();
    let good = folder.file("good.toml", PHOTOS);
    let named = folder.file("named.toml", format!("{PHOTOS}private_key_file = 'nope.pem'"));
    let sign = |file: &str, method: &str, variable: &str| {
        let mut command = osign(&["sign", "GET", "http://h/", "--credentials", file, "--method", method]);
        run(command.env("OSIGN_PRIVATE_KEY_FILE", variable))
    };
    for method in ["HMAC-SHA1", "PLAINTEXT"] {
        sign(&good, method, "/nope").text();
        sign(&named, method, "").text();
    }
    let says = |file: &str| format!("cannot read the private key file {file}: No such file or directory (os error 2)");
    assert_eq!(sign(&good, "RSA-SHA1", "/nope").failure(5), says("/nope"));
    let beside = folder.path().join("nope.pem");
    assert_eq!(sign(&named, "RSA-SHA1", "").failure(5), says(beside.to_str().unwrap()));
    let failure = sign(&good, "RSA-SHA1", &good).failure(4);
    assert!(failure.starts_with("OSIGN_PRIVATE_KEY_FILE: "), "{failure}");
    // An empty variable is none, and so no place where the key should be.
    let says = "RSA-SHA1 needs a private key: set OSIGN_PRIVATE_KEY_FILE, or private_key_file in the credentials file";
    assert_eq!(sign(&good, "RSA-SHA1", "").failure(4), says);
}

#[test]
fn missing_credentials_say_where_to_put_them() {
    let mut command = osign(&["sign", "GET", "http://h/"]);
    let says = "there is no consumer key: set OSIGN_CONSUMER_KEY, or consumer_key in a file that --credentials names";
    assert_eq!(run(&mut command).failure(4), says);
    let says = "there is no consumer secret: set OSIGN_CONSUMER_SECRET, or consumer_secret in a file that --credentials \
                names (it may be empty)";
    assert_eq!(run(command.env("OSIGN_CONSUMER_KEY", "k")).failure(4), says);
    let says = "there is no token secret: set OSIGN_TOKEN_SECRET, or token_secret in a file that --credentials names \
                (it may be empty)";
    command.env("OSIGN_CONSUMER_SECRET", "").env("OSIGN_TOKEN", "t");
    assert_eq!(run(&mut command).failure(4), says);
}

#[test]
#[cfg(unix)]
fn warnings_are_one_line_each() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    for (mode, can) in [(0o620, "change"), (0o602, "change"), (0o604, "read"), (0o660, "read and change")] {
        set_mode(file.as_ref(), mode);
        let ended = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &file]));
        assert_eq!(ended.stderr, format!("osign: warning: others can {can} {file}; run chmod 600 on it\n"));
    }
    let file = folder.file("c.toml", PHOTOS.replace("kf44", "kf44 "));
    set_mode(file.as_ref(), 0o640);
    let ended = run(&mut osign(&["sign", "GET", "http://h/", "--credentials", &file]));
    assert_eq!(ended.code, 0);
    assert_eq!(
        ended.stderr,
        format!(
            "osign: warning: others can read {file}; run chmod 600 on it\n\
             osign: warning: the consumer secret begins or ends with white space or a line break, which takes part in \
             the key; remove it if it was pasted by accident\n"
        )
    );
    let ended = run(osign(&["sign", "GET", "http://127.1/", "--method", "HMAC-SHA1"])
        .env("OSIGN_CONSUMER_KEY", " k")
        .env("OSIGN_CONSUMER_SECRET", "s")
        .env("OSIGN_TOKEN", "t ")
        .env("OSIGN_TOKEN_SECRET", "s"));
    assert_eq!(ended.code, 0);
    let around =
        "begins or ends with white space or a line break, which is sent; remove it if it was pasted by accident";
    assert_eq!(
        ended.stderr,
        format!(
            "osign: warning: the consumer key {around}\nosign: warning: the token {around}\nosign: warning: 127.1: an address in \
             a spelling that clients change, and then another Host is sent than was signed; write it as clients do, such as \
             127.0.0.1\n"
        )
    );
}

/// Signs, and types the answers to these prompts.
#[cfg(target_os = "linux")]
fn at_the_prompts(answers: &[(&str, &str)]) -> Option<(String, i32)> {
    let program = env!("CARGO_BIN_EXE_osign");
    let line = format!(
        "'{program}' sign GET 'http://photos.example.net/photos?file=vacation.jpg&size=original' \
                        --nonce chapoH --timestamp 137131202 --no-version"
    );
    let answers: Vec<_> = answers.iter().map(|(prompt, answer)| (*prompt, format!("{answer}\n"))).collect();
    let answers: Vec<_> = answers.iter().map(|(prompt, answer)| (*prompt, answer.as_str())).collect();
    let set_up = |command: &mut Command| {
        command.env_remove("OSIGN_CREDENTIALS").env_remove("OSIGN_CONSUMER_KEY");
    };
    at_a_terminal(&line, set_up, &answers)
}

#[test]
#[cfg(target_os = "linux")]
fn the_prompt_asks_and_does_not_echo() {
    let Some((screen, code)) = at_the_prompts(&[
        ("Consumer key: ", "dpf43f3p2l4k3l03"),
        ("Token (empty for none): ", "nnch734d00sl2jdk"),
        ("Consumer secret: ", "kd94hf93k423kf44"),
        ("Token secret: ", "pfkkdhi9sl3r4s00"),
    ]) else {
        return;
    };
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\""), "{screen}");
    assert!(!screen.contains("kd94hf93k423kf44") && !screen.contains("pfkkdhi9sl3r4s00"), "{screen}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_is_unusable_is_told_as_one() {
    let answers = [("Consumer key: ", "k\u{b}"), ("Token (empty for none): ", ""), ("Consumer secret: ", "")];
    let Some((screen, code)) = at_the_prompts(&answers) else { return };
    assert_eq!(code, 4, "{screen}");
    let says = "osign: the answer at the prompt: the consumer key holds a control character, such as a line break at \
                its end; remove it\r\n";
    assert!(screen.ends_with(says), "{screen}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_empty_consumer_key_ends_the_questions() {
    let Some((screen, code)) = at_the_prompts(&[("Consumer key: ", "")]) else { return };
    assert_eq!(code, 4, "{screen}");
    let says = "\nosign: the consumer key is empty; enter the one that the service gave you\r\n";
    assert!(screen.ends_with(says) && !screen.contains("Token"), "{screen}");
}
