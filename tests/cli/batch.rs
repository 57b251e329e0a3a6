//! `osign sign --batch`.

use crate::cli::run::{Ended, Folder, PHOTOS, osign, run, run_with_input};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

fn batch(folder: &Folder, arguments: &[&str], input: &[u8]) -> Ended {
    let file = folder.file("c.toml", PHOTOS);
    run_with_input(osign(&["sign", "--batch", "--credentials", &file]).args(arguments), input)
}

fn answers(ended: &Ended) -> Vec<Value> {
    let text = std::str::from_utf8(&ended.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn bad_lines_are_answered_and_the_rest_goes_on() {
    let input = b"{\"id\":1,\"method\":\"GET\",\"url\":\"http://h/\"}\n\
        {\"id\":{\"a\":[2]},\"method\":\"GET\",\"url\":\"ftp://h/\"}\n\
        no JSON\n\
        \n\
        {\"id\":\"x\",\"method\":\"GET\",\"url\":\"http://h/\",\"colour\":\"hunter2\"}\n\
        {\"id\":\"y\",\"method\":\"GET\",\"url\":[\"hunter2\"]}\n\
        {\"id\":\"z\",\"url\":\"http://h/\"}\n\
        {\"id\":\"b\",\"method\":\"POST\",\"url\":\"http://h/\",\"body\":\"a\",\"body_base64\":\"YQ==\"}\n\
        {\"id\":\"c\",\"method\":\"POST\",\"url\":\"http://h/\",\"body_base64\":\"hunter2!\"}\n\
        {\"id\":\"t\",\"method\":\"GET\",\"url\":\"http://h/\",\"transmission\":\"post\"}\n\
        {\"id\":\"p\",\"method\":\"GET\",\"url\":\"http://h/\",\"parameters\":{\"oauth_token\":\"hunter2\"}}\n\
        \xFF\n\
        {\"id\":\"cut\",\"method\":\"GET\n\
        {\"id\":1.50,\"method\":\"GET\",\"url\":\"http://h/\"}";
    let ended = batch(&Folder::new(), &[], input);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let text = String::from_utf8(ended.stdout.clone()).unwrap();
    assert!(!text.contains("hunter2"), "{text}");
    // A number keeps its shape.
    assert!(text.lines().last().unwrap().starts_with("{\"id\":1.50,\"authorization\":\"OAuth "), "{text}");
    let answers = answers(&ended);
    assert!(answers[0]["signature"].is_string() && answers[0]["error"].is_null());
    let error = |id: Value, status: i32, name: &str, reason: &str, message: &str| {
        let error = json!({ "status": status, "name": name, "reason": reason, "message": message });
        if id.is_null() { json!({ "error": error }) } else { json!({ "id": id, "error": error }) }
    };
    let argument = |id: Value, reason: &str, message: &str| error(id, 103, "OSIGN_INVALID_ARGUMENT", reason, message);
    assert_eq!(
        answers[1..12],
        [
            error(
                json!({"a": [2]}),
                200,
                "OSIGN_INVALID_URL",
                "foreign-scheme",
                "the URL's scheme is neither http nor https"
            ),
            argument(Value::Null, "no-request", "the line is no JSON at column 2; each request is one line of JSON"),
            argument(
                json!("x"),
                "no-request",
                "the line is no request: unknown field colour, expected one of id, method, url, content_type, body, \
                 body_base64, realm, transmission, parameters, nonce, timestamp"
            ),
            argument(
                json!("y"),
                "no-request",
                "the line is no request: the value at column 31 has another type than its field"
            ),
            argument(json!("z"), "no-request", "the line is no request: missing field method"),
            argument(json!("b"), "two-bodies", "the line has both body and body_base64; keep one"),
            argument(json!("c"), "not-base64", "body_base64 is no base64 (RFC 4648 §4)"),
            argument(json!("t"), "unknown-transmission", "the transmission is none of header, query, body"),
            error(
                json!("p"),
                203,
                "OSIGN_DUPLICATE_PROTOCOL_PARAMETER",
                "set-elsewhere",
                "oauth_token cannot be set as an extra parameter: it comes from the signer's token"
            ),
            error(
                Value::Null,
                101,
                "OSIGN_INVALID_UTF8",
                "not-utf8",
                "the line is not UTF-8; put other bytes into body_base64"
            ),
            argument(Value::Null, "no-request", "the line is cut off; each request is one line of JSON"),
        ]
    );
    assert_eq!(answers.len(), 13);
}

#[test]
fn a_content_type_cannot_add_a_header() {
    let input = b"{\"id\":1,\"method\":\"POST\",\"url\":\"http://h/\",\"content_type\":\"a/b\\r\\nX-Admin: 1\",\"body\":\"\"}\n";
    let ended = batch(&Folder::new(), &[], input);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let message = "the content type holds a control character, such as a line break at its end; remove it";
    let error =
        json!({ "status": 202, "name": "OSIGN_INVALID_PARAMETER", "reason": "control-character", "message": message });
    assert_eq!(answers(&ended), [json!({ "id": 1, "error": error })]);
}

#[test]
fn a_batch_that_went_well_ends_with_0() {
    let input = b"{\"method\":\"GET\",\"url\":\"http://h/\",\"nonce\":\"n\",\"timestamp\":1}\r\n";
    let folder = Folder::new();
    let ended = batch(&folder, &["--realm", "R"], input);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let header = answers(&ended)[0]["authorization"].as_str().unwrap().to_owned();
    assert!(header.starts_with("OAuth realm=\"R\", oauth_consumer_key="), "{header}");
    assert_eq!(batch(&folder, &[], b"").text(), "");
}

#[test]
fn a_mark_of_null_comes_back() {
    let input =
        b"{\"id\":null,\"method\":\"GET\",\"url\":\"http://h/\"}\n{\"id\":null,\"method\":\"GET\",\"url\":\"\"}\n";
    let ended = batch(&Folder::new(), &[], input);
    let text = String::from_utf8(ended.stdout).unwrap();
    let starts: Vec<&str> = text.lines().map(|line| &line[..22]).collect();
    assert_eq!(starts, ["{\"id\":null,\"authorizat", "{\"id\":null,\"error\":{\"s"]);
}

#[test]
fn a_mark_cannot_forge_another_answer() {
    let line = |url: &str| {
        format!(
            "{{\"id\":[1,\r{{\"id\"\t: 2.50 ,\r\"authorization\":\"a \\\" b\"}}\r],\"method\":\"GET\",\"url\":\"{url}\"}}\n"
        )
    };
    let ended = batch(&Folder::new(), &[], [line("http://h/"), line("/")].concat().as_bytes());
    let text = String::from_utf8(ended.stdout).unwrap();
    assert!(!text.contains('\r'), "{text:?}");
    let mark = "{\"id\":[1,{\"id\":2.50,\"authorization\":\"a \\\" b\"}],\"";
    assert_eq!(text.lines().filter(|line| line.starts_with(mark)).count(), 2, "{text}");
}

#[test]
fn the_header_alone() {
    let line =
        |more: &str| format!("{{\"method\":\"GET\",\"url\":\"http://h/\",\"nonce\":\"n\",\"timestamp\":1{more}}}\n");
    let input = [
        line(",\"id\":7"),
        line(""),
        line(",\"realm\":\"L\",\"parameters\":{\"oauth_callback\":\"oob\"}"),
        line(",\"id\":8,\"transmission\":\"query\""),
        line(",\"id\":9,\"method\":\"\""),
    ]
    .concat();
    let folder = Folder::new();
    let whole = batch(&folder, &[], input.as_bytes());
    let ended = batch(&folder, &["--header-only"], input.as_bytes());
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let header = |index: usize| answers(&whole)[index]["authorization"].clone();
    let by_query = "only a request transmitted by header has an Authorization header; sign it the full way";
    assert_eq!(
        answers(&ended),
        [
            json!({ "id": 7, "authorization": header(0) }),
            json!({ "authorization": header(1) }),
            json!({ "authorization": header(2) }),
            json!({ "id": 8, "error": { "status": 103, "name": "OSIGN_INVALID_ARGUMENT", "reason": "no-header", "message": by_query } }),
            answers(&whole)[4].clone(),
        ]
    );
    let says = "the argument '[METHOD]' cannot be used with '--header-only' (see osign --help)";
    assert_eq!(run(&mut osign(&["sign", "GET", "http://h/", "--header-only"])).failure(2), says);
    let says = "the following required arguments were not provided: --batch (see osign --help)";
    assert_eq!(run(&mut osign(&["sign", "--header-only"])).failure(2), says);
    let says = "the argument '--header-only' cannot be used with '--transmission <WHERE>' (see osign --help)";
    let both = ["sign", "--batch", "--header-only", "--transmission", "query"];
    assert_eq!(run(&mut osign(&both)).failure(2), says);
}

#[test]
fn the_mark_of_utf8_may_come_first() {
    let line = "{\"id\":1,\"method\":\"GET\",\"url\":\"http://h/\"}\r\n";
    let folder = Folder::new();
    let ended = batch(&folder, &[], format!("\u{FEFF}{line}{line}").as_bytes());
    assert_eq!((ended.code, answers(&ended).len()), (0, 2));
    assert_eq!(batch(&folder, &[], "\u{FEFF}".as_bytes()).text(), "");
    // Anywhere else it is no JSON.
    let ended = batch(&folder, &[], format!("{line}\u{FEFF}{line}").as_bytes());
    assert_eq!((ended.code, answers(&ended)[1]["error"]["status"].clone()), (1, json!(103)));
}

#[test]
fn a_line_has_its_own_realm_and_transmission() {
    let line = |more: &str| format!("{{\"method\":\"GET\",\"url\":\"http://h/\"{more}}}\n");
    let input = [line(""), line(",\"realm\":\"L\""), line(""), line(",\"transmission\":\"query\"")].concat();
    let ended = batch(&Folder::new(), &["--realm", "R"], input.as_bytes());
    let starts: Vec<String> = answers(&ended)
        .iter()
        .map(|answer| answer["authorization"].as_str().unwrap().chars().take(16).collect())
        .collect();
    assert_eq!(starts, ["OAuth realm=\"R\",", "OAuth realm=\"L\",", "OAuth realm=\"R\",", ""]);
    assert!(answers(&ended)[3]["url"].as_str().unwrap().starts_with("http://h/?oauth_consumer_key="));
}

#[test]
fn parameters_are_an_object_or_pairs() {
    let line = |parameters: &str| {
        format!(
            "{{\"method\":\"GET\",\"url\":\"http://h/\",\"nonce\":\"n\",\"timestamp\":1,\"parameters\":{parameters}}}\n"
        )
    };
    let input = [line("{\"oauth_callback\":\"oob\"}"), line("[[\"oauth_callback\",\"oob\"]]")].concat();
    let answers = answers(&batch(&Folder::new(), &[], input.as_bytes()));
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0]["authorization"].as_str().unwrap().contains("oauth_callback=\"oob\""));
}

#[test]
fn who_sends_one_line_gets_its_answer() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let mut command = osign(&["sign", "--batch", "--credentials", &file]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(stdin, "{{\"id\":{id},\"method\":\"GET\",\"url\":\"http://h/\"}}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn many_lines_keep_their_order() {
    let input: String =
        (0..5000).map(|id| format!("{{\"id\":{id},\"method\":\"GET\",\"url\":\"http://h/{id}\"}}\n")).collect();
    let ended = batch(&Folder::new(), &[], input.as_bytes());
    let answers = answers(&ended);
    assert_eq!(answers.len(), 5000);
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!((&answer["id"], &answer["url"]), (&json!(id), &json!(format!("http://h/{id}"))));
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let mut command = osign(&["sign", "--batch", "--credentials", &file]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    while writeln!(stdin, "{{\"method\":\"GET\",\"url\":\"http://h/\"}}").is_ok() {}
    drop(stdin);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}
