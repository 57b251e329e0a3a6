//! `--curl`: the command, run by a shell, with a `curl` that prints what it is given.

#![cfg(unix)]

use crate::cli::run::{Folder, PHOTOS, osign, run, run_with_input, set_mode};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

/// Signs with `--curl`, runs the command with `sh`, and returns curl's arguments.
fn arguments_of_curl(arguments: &[&str]) -> Vec<String> {
    arguments_of_curl_after(arguments, b"")
}

/// The same with something on osign's stdin.
fn arguments_of_curl_after(arguments: &[&str], input: &[u8]) -> Vec<String> {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", PHOTOS);
    let fake = folder.file("curl", "#!/bin/sh\nfor argument; do printf '%s\\0' \"$argument\"; done\n");
    set_mode(fake.as_ref(), 0o700);
    let mut command = osign(&["sign", "--curl", "--nonce", "n", "--timestamp", "1", "--credentials", &credentials]);
    let line = run_with_input(command.args(arguments), input).text();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    // As `| sh`: a line may be longer than an argument.
    let text = run_with_input(Command::new("sh").env("PATH", path), line.as_bytes()).text();
    text.strip_suffix('\0').expect("an argument").split('\0').map(str::to_owned).collect()
}

fn header() -> String {
    "Authorization: OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"n\", \
     oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_token=\"nnch734d00sl2jdk\", \
     oauth_version=\"1.0\", oauth_signature=\""
        .to_owned()
}

fn without_signature(arguments: Vec<String>) -> Vec<String> {
    let cut = |argument: String| match argument.find("oauth_signature=") {
        Some(at) => argument[..at + 16].to_owned() + if argument[at + 16..].starts_with('"') { "\"" } else { "" },
        None => argument,
    };
    arguments.into_iter().map(cut).collect()
}

#[test]
fn a_get_is_short() {
    let arguments = without_signature(arguments_of_curl(&["GET", "http://h/?a=1&b='2'$(x)`y`!"]));
    assert_eq!(arguments, ["--header", &header(), "http://h/?a=1&b='2'$(x)%60y%60!"]);
}

#[test]
fn bodies_survive_the_shell() {
    let nasty = "it's \"quoted\"\n\t$HOME `id` \\ ! é * ~ # ^\n^a^b\r\n";
    let arguments =
        without_signature(arguments_of_curl(&["POST", "http://h/", "--content-type", "text/plain", "--data", nasty]));
    assert_eq!(
        arguments,
        [
            "--request",
            "POST",
            "--header",
            &header(),
            "--header",
            "Content-Type: text/plain",
            "--data-binary",
            nasty,
            "http://h/"
        ]
    );
}

#[test]
fn curl_reads_nothing_into_what_it_sends() {
    let end_after = |arguments: &[&str], input: &[u8]| {
        let all = without_signature(arguments_of_curl_after(arguments, input));
        all.into_iter().filter(|argument| *argument != header() && argument != "--header").collect::<Vec<_>>()
    };
    let end = |arguments: &[&str]| end_after(arguments, b"");
    // A body that begins with @ is no file, and one without type no form.
    assert_eq!(
        end_after(&["PUT", "http://h/", "--data-file", "-", "--content-type", ""], b"@secret"),
        ["--request", "PUT", "Content-Type:", "--data-raw", "@secret", "http://h/"]
    );
    assert_eq!(end(&["GET", "http://[::1]/{a}"]), ["--globoff", "http://[::1]/%7Ba%7D"]);
    // Some addresses it spells anew, and the server would see another host than the one that was signed.
    assert_eq!(end(&["GET", "http://127.1:80/"]), ["Host: 127.1", "http://127.1/"]);
    assert_eq!(end(&["GET", "http://h/a/../b"]), ["http://h/b"]);
    for url in ["http://h/a/../b", "http://h/.", "http://h/a/%2e%2e/b", "http://h/%2E", "http://h/a/.%2e/b"] {
        assert_eq!(end(&["GET", "--url-form", "as-given", url]), ["--path-as-is", url]);
    }
    assert_eq!(end(&["GET", "http://h.x/a.b/%2d"]), ["http://h.x/a.b/-"]);
    assert_eq!(end(&["HEAD", "http://h/"]), ["--head", "http://h/"]);
    assert_eq!(end(&["delete", "http://h/"]), ["--request", "delete", "http://h/"]);
}

#[test]
fn a_file_is_named() {
    let folder = Folder::new();
    let file = folder.file("it's a body", b"\x00\xFF");
    let arguments =
        arguments_of_curl(&["POST", "http://h/", "--data-file", &file, "--content-type", "application/octet-stream"]);
    let at = arguments.iter().position(|argument| argument == "--data-binary").unwrap();
    assert_eq!(arguments[at + 1], format!("@{file}"));
}

#[test]
fn what_cannot_be_read_twice_stands_in_the_command() {
    let body = |input: &[u8], file: &str| {
        let arguments = arguments_of_curl_after(&["POST", "http://h/", "--data-file", file], input);
        let at = arguments.iter().position(|argument| argument.starts_with("--data")).unwrap();
        arguments[at..at + 2].to_vec()
    };
    assert_eq!(body(b"it's a=1\n", "-"), ["--data-binary", "it's a=1\n"]);
    assert_eq!(body(b"@a", "-"), ["--data-raw", "@a"]);
    assert_eq!(body(b"", "-"), ["--data-binary", ""]);
    // As `--data-file <(…)` names it.
    assert_eq!(body(b"a=1", "/dev/fd/0"), ["--data-binary", "a=1"]);
    let folder = Folder::new();
    let credentials = folder.file("c.toml", PHOTOS);
    // A descriptor is gone even where a regular file stands behind it.
    let redirected = std::fs::File::open(folder.file("form", "b=2")).unwrap();
    let mut command = osign(&["sign", "POST", "http://h/", "--curl", "--data-file", "/dev/stdin"]);
    let line = run(command.args(["--credentials", &credentials]).stdin(redirected)).text();
    assert!(line.ends_with(" --data-binary 'b=2' http://h/\n"), "{line}");
    for input in [&b"\x89PNG"[..], b"a\0b"] {
        let mut command = osign(&["sign", "POST", "http://h/", "--curl", "--credentials", &credentials]);
        let more = ["--data-file", "-", "--content-type", "image/png"];
        assert_eq!(
            run_with_input(command.args(more), input).failure(3),
            "the body is no text, and a command cannot hold it; save it to a file first, and name that with --data-file"
        );
        let mut command = osign(&["sign", "POST", "http://h/", "--curl", "--credentials", &credentials]);
        let more = ["--data-file", "-", "--transmission", "body"];
        assert_eq!(
            run_with_input(command.args(more), input).failure(3),
            "the body to send is no text, and a command cannot hold it; leave out --curl, save the output to a file, \
             and send that with curl --data-binary @FILE"
        );
    }
}

#[test]
fn a_body_longer_than_an_argument_is_refused() {
    // execve(2): 32 pages, with the NUL at its end. The longest that is let through does run.
    let longest = vec![b'a'; 32 * 4096 - 1];
    let form = ["POST", "http://h/", "--data-file", "-"];
    let arguments = arguments_of_curl_after(&form, &longest);
    assert!(arguments.iter().any(|argument| argument.as_bytes() == longest));
    let folder = Folder::new();
    let credentials = folder.file("c.toml", PHOTOS);
    let refused = |more: &[&str]| {
        let mut command = osign(&["sign", "--curl", "--credentials", &credentials]);
        run_with_input(command.args(form).args(more), &[&longest[..], b"a"].concat()).failure(3)
    };
    assert_eq!(
        refused(&[]),
        "the body has more bytes than the 131071 of an argument, and a command cannot hold it; save it to a file first, \
         and name that with --data-file"
    );
    assert_eq!(
        refused(&["--transmission", "body"]),
        "the body to send has more bytes than the 131071 of an argument, and a command cannot hold it; leave out --curl, \
         save the output to a file, and send that with curl --data-binary @FILE"
    );
    let mut command = osign(&["sign", "GET", "--curl", "--credentials", &credentials]);
    command.arg(format!("http://h/?a={}", "a".repeat(131_000)));
    assert!(run(&mut command).text().len() > 131_000);
    assert_eq!(
        run(command.args(["--transmission", "query"])).failure(3),
        "the URL or the header has more bytes than the 131071 of an argument, and a command cannot hold it; leave out \
         --curl"
    );
    // A file is named, whatever its length.
    let file = folder.file("large", [&longest[..], b"a"].concat());
    let arguments = arguments_of_curl(&["POST", "http://h/", "--data-file", &file]);
    assert!(arguments.contains(&format!("@{file}")));
}

#[test]
fn what_signing_changed_is_sent() {
    let arguments = arguments_of_curl(&["GET", "http://h/ü?a", "--transmission", "query"]);
    assert!(arguments[0].starts_with("http://h/%C3%BC?a&oauth_consumer_key="), "{arguments:?}");
    let folder = Folder::new();
    let file = folder.file("form", "a=1");
    let arguments = arguments_of_curl(&["POST", "http://h/", "--transmission", "body", "--data-file", &file]);
    let at = arguments.iter().position(|argument| argument == "--data-binary").unwrap();
    assert!(arguments[at + 1].starts_with("a=1&oauth_consumer_key="), "{arguments:?}");
}

#[test]
fn a_content_type_cannot_add_a_header() {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", PHOTOS);
    let says = "the content type holds a control character, such as a line break at its end; remove it";
    for content_type in ["text/plain\r\nX-Admin: 1", "text/plain\r\n", "text/plain\n", "text/\u{1}plain"] {
        for more in [&["--curl"][..], &["--json"], &[], &["--transmission", "query"]] {
            let mut command = osign(&["sign", "POST", "http://h/", "--credentials", &credentials]);
            command.args(["--data", "a", "--content-type", content_type]).args(more);
            assert_eq!(run(&mut command).failure(3), says, "{content_type:?} {more:?}");
        }
    }
}

/// What a server gets when this is run by a shell, with the curl of this machine, and curl's arguments; nothing where
/// there is none.
fn sent(folder: &Folder, arguments: &[&str]) -> Option<(String, String)> {
    let real = Command::new("sh").args(["-c", "command -v curl"]).output().unwrap();
    let real = String::from_utf8(real.stdout).unwrap();
    if real.is_empty() {
        eprintln!("not run: there is no program curl");
        return None;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a?b=1", listener.local_addr().unwrap());
    let list = folder.path().join("arguments");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{}'\nexec {} --silent --show-error \"$@\"\n",
        list.display(),
        real.trim()
    );
    set_mode(folder.file("curl", script).as_ref(), 0o700);
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let body_at = loop {
            let mut piece = [0; 4096];
            let read = client.read(&mut piece).unwrap();
            assert!(read > 0, "curl hung up");
            request.extend_from_slice(&piece[..read]);
            if let Some(at) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8(request[..body_at].to_vec()).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap_or("0");
        if head.contains("Expect: 100-continue") {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        let mut rest = vec![0; body_at + length.parse::<usize>().unwrap() - request.len()];
        client.read_exact(&mut rest).unwrap();
        client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8([request, rest].concat()).unwrap()
    });
    let mut command = osign(&["sign", "--curl", "--nonce", "n", "--timestamp", "1"]);
    let line = run(command.args(arguments).arg(&url)).text();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    run_with_input(Command::new("sh").env_clear().env("PATH", path), line.as_bytes()).text();
    Some((server.join().unwrap(), std::fs::read_to_string(list).unwrap()))
}

#[test]
fn curl_s_arguments_hold_no_secret() {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", "consumer_key = 'k'\nconsumer_secret = 'hunter2'\nrealm = 'a \"b\" c'\n");
    let plaintext = ["--method", "PLAINTEXT", "--credentials", &credentials];
    let signature = "hunter2%26";
    let Some((request, arguments)) = sent(&folder, &[&plaintext[..], &["GET"]].concat()) else { return };
    assert!(!arguments.contains("hunter2") && arguments.starts_with("--config\n-\nhttp://127.0.0.1:"), "{arguments}");
    let header = run(osign(&["sign", "GET", "http://h/", "--nonce", "n", "--timestamp", "1"]).args(plaintext)).text();
    assert!(header.ends_with(&format!("oauth_signature=\"{signature}\"\n")), "{header}");
    assert!(request.starts_with("GET /a?b=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("\r\nAuthorization: {}\r\n", header.trim_end())), "{request}");

    let (request, arguments) = sent(&folder, &[&plaintext[..], &["--transmission", "query", "GET"]].concat()).unwrap();
    assert_eq!(arguments, "--config\n-\n");
    assert!(request.starts_with("GET /a?b=1&oauth_consumer_key=k&"), "{request}");
    assert!(request.contains(&format!("&oauth_signature={signature} HTTP/1.1\r\n")), "{request}");

    for form in ["a=it's \"quoted\"\n\t\u{B}$HOME `id` \\ \\n ! é * ~ # ^\n^a^b\r\n", "@a", ""] {
        let file = folder.file("form", form);
        let body = ["--transmission", "body", "--data-file", &file, "POST"];
        let (request, arguments) = sent(&folder, &[&plaintext[..], &body].concat()).unwrap();
        assert!(!arguments.contains("hunter2"), "{arguments}");
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /a?b=1 HTTP/1.1\r\n"), "{head}");
        let ours = body.strip_prefix(form).unwrap();
        assert!(ours.trim_start_matches('&').starts_with("oauth_consumer_key=k&"), "{body:?}");
        assert!(ours.ends_with(&format!("&oauth_signature={signature}")), "{body:?}");
    }
    // As long as may be, and longer.
    let longest = 100_000 - "data-binary = \"\"".len();
    let ours = sent(&folder, &[&plaintext[..], &["--transmission", "body", "--data", "", "POST"]].concat()).unwrap().0;
    let ours = ours.split_once("\r\n\r\n").unwrap().1.len() + "&".len();
    let file = folder.file("form", "a".repeat(longest - ours));
    let body = ["--transmission", "body", "--data-file", &file, "POST"];
    assert!(sent(&folder, &[&plaintext[..], &body].concat()).unwrap().0.ends_with(signature));
    folder.file("form", "a".repeat(longest - ours + 1));
    let mut command = osign(&["sign", "--curl", "--nonce", "n", "--timestamp", "1"]);
    assert_eq!(
        run(command.args(plaintext).args(body).arg("http://h/")).failure(3),
        "secrets come by curl's configuration, and a line of it holds no more than 100000 bytes; \
         leave out --curl"
    );
}
