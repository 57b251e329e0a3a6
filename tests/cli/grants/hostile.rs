//! Services, browsers and neighbours that mean harm, and people who think better of it.

use super::home::{Home, browse};
use super::service::{Service, get, send};
use crate::cli::run::run;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const ESCAPE: &str = r"\u001b]0;owned\u0007\u009b31m\u202e";

/// How a login ended: its code and what it said.
fn end(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn added(settings: &[&str]) -> (Home, Service) {
    let (home, service) = (Home::new(), Service::start(settings));
    assert_eq!(home.add(&service, "crm", &[]).code, 0);
    (home, service)
}

#[test]
fn a_terminal_is_told_nothing_by_a_service() {
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    let mut said = String::new();
    let mut run = |arguments: &[&str]| {
        let ended = home.run(arguments);
        said.push_str(&ended.stderr);
        said.push_str(&String::from_utf8(ended.stdout).unwrap());
    };
    service.control(&format!("{{\"scope\": \"read {ESCAPE}\", \"says\": \"{ESCAPE}\"}}"));
    sleep(Duration::from_millis(1050));
    run(&["token", "crm", "--min-validity", "0"]);
    service.control(r#"{"refresh_lifetime": 0.001}"#);
    sleep(Duration::from_millis(1050));
    run(&["token", "crm", "--min-validity", "0"]);
    for command in ["list", "show", "history", "check"] {
        let name: &[&str] = if command == "list" { &[] } else { &["crm"] };
        run(&[&["grant", command], name].concat());
        run(&[&["grant", command], name, &["--json"]].concat());
    }
    run(&["grant", "check", "--format", "prometheus"]);
    let obeyed = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
    assert!(!said.contains(obeyed), "{said:?}");
    assert!(said.contains("needs login"), "{said}");
    // Nor by whoever can write to the store.
    let store = home.path(".local/share/osign/grants.sqlite");
    let script = "import sqlite3, sys\nstore = sqlite3.connect(sys.argv[1])\n\
        store.execute(\"UPDATE grants SET name = 'a' || char(27) || '[31m'\")\nstore.commit()";
    let ended = crate::cli::run::run(std::process::Command::new("python3").args(["-c", script]).arg(store));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let list = home.run(&["grant", "list"]);
    let text = String::from_utf8(list.stdout).unwrap() + &list.stderr;
    assert!(list.code == 12 && text.contains("\\u{1b}[31m") && !text.contains(obeyed), "{text:?}");
}

#[test]
fn a_token_of_several_lines_is_none() {
    for token in [r"a\r\nX-Admin: 1", r"a\nb", r"a\u0000b", "é", ""] {
        let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
        service.control(&format!("{{\"access_token\": \"{token}\"}}"));
        sleep(Duration::from_millis(1050));
        for format in ["env", "curl", "header", "json"] {
            let ended = home.run(&["token", "crm", "--min-validity", "0", "--wait", "0", "--format", format]);
            if !token.is_empty() {
                assert!(ended.code != 0 && ended.stdout.is_empty(), "{token}: {ended:?}");
            }
        }
    }
}

#[test]
fn a_shell_and_curl_read_the_token_that_there_is() {
    // Letters that a token may have by RFC 6749 Appendix A.12, and a shell and curl's files read for themselves.
    let token = r#"a'b"c\d$(e)`f`#h;i"#;
    let (home, service) = Home::with_grant(&["access_lifetime=1"], &[]);
    service.control(&serde_json::json!({ "access_token": token, "access_lifetime": 3600 }).to_string());
    sleep(Duration::from_millis(1050));
    let env = home.run(&["token", "crm", "--min-validity", "0", "--format", "env"]).text();
    home.folder.file("env", env);
    let script = ". ./env; printf %s \"$OSIGN_ACCESS_TOKEN\"";
    let mut command = std::process::Command::new("sh");
    assert_eq!(run(command.args(["-euc", script]).current_dir(home.folder.path())).text(), token);
    let header = home.run(&["token", "crm", "--format", "header"]).text();
    assert_eq!(header, format!("Authorization: Bearer {token}\n"));
    let curl = home.run(&["token", "crm", "--format", "curl"]).text();
    home.folder.file("curl", curl);
    let mut command = std::process::Command::new("curl");
    command.args(["--silent", "--noproxy", "*", "--config", "curl", &format!("{}/api/echo", service.url)]);
    let Ok(output) = command.current_dir(home.folder.path()).output() else {
        eprintln!("not run: there is no program curl");
        return;
    };
    let seen: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen["headers"]["Authorization"], format!("Bearer {token}"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let (home, _service) = Home::with_grant(&[], &[]);
    for arguments in [&["token", "crm"][..], &["grant", "list"], &["grant", "history", "crm"], &["provider", "list"]] {
        let mut child = home.osign(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(end(child), (0, String::new()), "{arguments:?}");
    }
}

#[test]
fn redirects_are_not_followed() {
    let (home, service) = Home::with_grant(&[], &[]);
    let other = Service::start(&[]);
    for to in [format!("{}/api/echo", other.url), "/api/echo".to_owned()] {
        let url = format!("{}/api/redirect?to={to}", service.url);
        let ended = home.run(&["call", "crm", "GET", &url, "--json", "--fail"]);
        let value: serde_json::Value = serde_json::from_str(&ended.text()).unwrap();
        assert_eq!(value["status"], 302);
    }
    assert_eq!(service.count("api") + other.count("api"), 0);
}

#[test]
fn bodies_of_any_kind_and_size() {
    let (home, service) = Home::with_grant(&[], &[]);
    let url = |path: &str| format!("{}/api/{path}", service.url);
    let call = |arguments: &[&str]| home.run(&[&["call", "crm"], arguments].concat());
    let bytes = call(&["GET", &url("bytes?times=20000")]);
    assert_eq!((bytes.code, bytes.stderr.as_str()), (0, ""));
    assert!(bytes.stdout == (0..=255).collect::<Vec<u8>>().repeat(20_000));
    let json: serde_json::Value = serde_json::from_str(&call(&["GET", &url("bytes"), "--json"]).text()).unwrap();
    assert!(json["body"].is_null() && json["body_base64"].as_str().unwrap().starts_with("AAECAwQF"), "{json}");
    assert_eq!(call(&["HEAD", &url("me")]).text(), "");
    assert_eq!(call(&["GET", &url("nothing")]).text(), "");
    home.folder.file("big", "x".repeat(5_000_000));
    let seen: serde_json::Value =
        serde_json::from_str(&call(&["POST", &url("echo"), "--data-file", "big"]).text()).unwrap();
    assert_eq!(seen["body"].as_str().unwrap().len(), 5_000_000);
}

#[test]
fn a_browser_that_comes_twice_sees_the_same_page() {
    let (home, service) = added(&[]);
    let (child, url) = home.begin_login("crm");
    let callback = get(&url).header("Location").to_owned();
    // The first is still being exchanged when the second comes.
    service.control(r#"{"fault": "slow", "seconds": 0.5}"#);
    let pages: Vec<_> = std::thread::scope(|scope| {
        let browsers: Vec<_> = (0..3).map(|_| scope.spawn(|| browse(&callback, "en"))).collect();
        browsers.into_iter().map(|browser| browser.join().unwrap()).collect()
    });
    for page in &pages {
        assert!(page.status == 200 && page.body.contains("<h1>Done: you are logged in</h1>"), "{page:?}");
    }
    assert_eq!((end(child).0, service.count("exchange")), (0, 1));
    home.token().unwrap();
}

#[test]
fn the_loopback_port_stands_what_neighbours_send() {
    let (home, _service) = added(&[]);
    let (child, url) = home.begin_login("crm");
    let callback = get(&url).header("Location").to_owned();
    let address = home.redirect_uri.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let connect = || {
        let stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    };
    // One that sends a letter now and then, and one that sends nothing at all.
    let _silent = connect();
    let mut slow = connect();
    let begun = Instant::now();
    std::thread::spawn(move || {
        while slow.write_all(b"G").is_ok() && begun.elapsed().as_secs() < 8 {
            sleep(Duration::from_millis(200))
        }
    });
    // A request of a megabyte, and a body of one.
    let mut long = connect();
    let _ = long.write_all(format!("GET /callback?code={} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20)).as_bytes());
    let mut said = String::new();
    let _ = long.read_to_string(&mut said);
    assert!(!said.contains("200 OK"), "{said}");
    assert_eq!(send("POST", &callback, &[], &"x".repeat(1 << 20)).status, 405);
    // Not HTTP, and a name of somebody else's that leads here.
    let mut other = connect();
    other.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").unwrap();
    assert_eq!(send("GET", &callback, &["Host: rebound.attacker.example"], "").status, 400);
    assert_eq!(get(&callback).status, 200);
    assert_eq!(end(child).0, 0);
}

#[test]
fn two_logins_at_once() {
    let (home, service) = added(&[]);
    let (child, url) = home.begin_login("crm");
    let failure = home.run(&["grant", "login", "crm"]).failure(5);
    assert!(failure.starts_with("cannot wait for the browser at port "), "{failure}");
    assert_eq!(get(get(&url).header("Location")).status, 200);
    assert_eq!((end(child).0, service.count("exchange")), (0, 1));
    home.token().unwrap();
}

#[cfg(unix)]
#[test]
fn an_interrupted_login_or_refresh_harms_no_store() {
    let (home, service) = added(&["access_lifetime=1", "policy=idempotent"]);
    let interrupt = |mut child: Child| {
        let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let status = child.wait().unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(2), "{status}");
    };
    interrupt(home.begin_login("crm").0);
    home.run(&["grant", "list"]).text();
    home.login("crm");
    sleep(Duration::from_millis(1050));
    service.control(r#"{"fault": "hold"}"#);
    let child = home.osign(&["token", "crm"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while service.count("refresh") == 0 {
        assert!(Instant::now() < end, "nothing was sent");
        sleep(Duration::from_millis(5));
    }
    interrupt(child);
    service.control(r#"{"release": true}"#);
    // The service here gives the same pair again, which custom's cautious rule does not count on: nothing is spent blindly.
    let token = home.token();
    assert!(matches!(&token, Ok(_) | Err((11, _))), "{token:?}");
    assert!(fs::metadata(home.path(".local/share/osign/grants.sqlite")).unwrap().len() > 0);
}

#[test]
fn a_browser_is_not_told_the_key() {
    let home = Home::new();
    let service = Service::start(&[]);
    home.run(&["key", "new", "key"]).text();
    let key = fs::read_to_string(home.path("key")).unwrap();
    assert_eq!(home.add(&service, "crm", &["--key-file", "key"]).code, 0);
    let mut command = home.osign(&["grant", "login", "crm", "--timeout", "30"]);
    let child = command.env("OSIGN_STORE_KEY", &key).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let file = home.path("xdg-open.url");
    let until = Instant::now() + Duration::from_secs(20);
    while !file.exists() {
        assert!(Instant::now() < until, "no browser was opened");
        sleep(Duration::from_millis(5));
    }
    let environment = fs::read_to_string(home.path("xdg-open.env")).unwrap();
    assert!(!environment.contains("osign-key-1") && environment.contains("HOME"), "{environment}");
    let page = get(get(&fs::read_to_string(file).unwrap()).header("Location"));
    assert_eq!((page.status, end(child).0), (200, 0));
}
