//! `osign grant login` and `osign grant exchange`.

use super::home::{Home, browse};
use super::service::{Service, get, send};
use crate::cli::run::run_with_input;
use std::net::TcpListener;
use std::process::Child;

/// How a login ended: its code, and its last line on stderr.
fn end(child: Child) -> (i32, String) {
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), stderr.lines().last().unwrap_or_default().to_owned())
}

fn added(settings: &[&str]) -> (Home, Service) {
    let (home, service) = (Home::new(), Service::start(settings));
    assert_eq!(home.add(&service, "crm", &[]).code, 0);
    (home, service)
}

#[test]
fn the_page_speaks_the_person_s_language() {
    let (home, _service) = added(&[]);
    for (language, title, code) in
        [("en", "Done: you are logged in", "en"), ("ru-RU,ru;q=0.9,en;q=0.8", "Готово: вход выполнен", "ru")]
    {
        let (child, url) = home.begin_login("crm");
        let page = browse(get(&url).header("Location"), language);
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("<html lang=\"{code}\">")), "{}", page.body);
        assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{}", page.body);
        // Nothing from elsewhere, nothing that runs, and the code is nowhere on it.
        for absent in ["<script", "http://", "https://", "src=", "code-"] {
            assert!(!page.body.contains(absent), "{absent}: {}", page.body);
        }
        assert!(page.header("Content-Security-Policy").starts_with("default-src 'none'; "));
        assert_eq!((page.header("Cache-Control"), page.header("Referrer-Policy")), ("no-store", "no-referrer"));
        assert_eq!(end(child).0, 0);
    }
}

#[test]
fn only_the_redirect_uri_is_answered() {
    let (home, _service) = added(&[]);
    let (child, url) = home.begin_login("crm");
    let callback = get(&url).header("Location").to_owned();
    let root = home.redirect_uri.strip_suffix("callback").unwrap();
    assert_eq!(get(&format!("{root}favicon.ico")).status, 404);
    assert_eq!(get(&format!("{root}callback/")).status, 404);
    assert_eq!(get(root).status, 404);
    assert_eq!(send("POST", &callback, &[], "").status, 405);
    assert_eq!(send("GET", &callback, &["Host: attacker.example"], "").status, 400);
    assert_eq!(send("GET", &callback, &["Bad header"], "").status, 400);
    // A browser's connection ahead of time holds nobody up.
    let address = root.strip_prefix("http://").unwrap().trim_end_matches('/');
    let _idle = std::net::TcpStream::connect(address).unwrap();
    assert_eq!(get(&callback).status, 200);
    assert_eq!(end(child).0, 0);
}

#[test]
fn a_login_that_is_denied_changes_nothing() {
    let (home, service) = added(&["authorize=deny"]);
    let (child, url) = home.begin_login("crm");
    let page = browse(get(&url).header("Location"), "en");
    assert_eq!(page.status, 400);
    assert!(
        page.body.contains(
            "<h1>The login was denied</h1>\n<p>Somebody said no, or has no right to agree. Nothing has changed.</p>\n"
        ),
        "{}",
        page.body
    );
    let says = "osign: the login was denied: the person refused, or has no right to agree";
    assert_eq!(end(child), (14, says.to_owned()));
    assert_eq!(service.count("token"), 0);
    service.control(r#"{"authorize": "code"}"#);
    home.login("crm");
    home.token().unwrap();
}

#[test]
fn a_foreign_callback_does_not_end_a_login() {
    let (home, service) = added(&["authorize=foreign"]);
    let (child, url) = home.begin_login("crm");
    let page = browse(get(&url).header("Location"), "ru");
    assert!(page.body.contains("<h1>Это ответ на другой вход</h1>"), "{}", page.body);
    let page = get(&home.redirect_uri);
    assert_eq!(page.status, 400);
    assert!(
        page.body.contains("<h1>This is no answer to a login</h1>") && page.body.contains("still waits"),
        "{page:?}"
    );
    assert_eq!(service.count("token"), 0);
    service.control(r#"{"authorize": "code"}"#);
    assert_eq!(get(get(&url).header("Location")).status, 200);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    let says = "\nosign: the callback's state is not the one of this login: it belongs to another, or was forged; still waiting\n";
    assert!(said.contains(says), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_real_browser() {
    let browser = |home: &Home, url: &str| {
        let profile = format!("--user-data-dir={}", home.path("profile").display());
        let mut command = std::process::Command::new("chromium");
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server", &profile, "--dump-dom", url]);
        command.env("HOME", home.folder.path()).output().ok().map(|output| String::from_utf8(output.stdout).unwrap())
    };
    for (settings, title, code) in [
        (&[][..], "Done: you are logged in", 0),
        (&["authorize=deny"], "The login was denied", 14),
        (&["code_lifetime=0"], "The service did not take this login", 10),
    ] {
        let (home, _service) = added(settings);
        let (mut child, url) = home.begin_login("crm");
        let Some(page) = browser(&home, &url) else {
            let _ = (child.kill(), child.wait());
            return eprintln!("not run: there is no program chromium");
        };
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{page}");
        assert_eq!(end(child).0, code);
    }
}

#[test]
fn nobody_comes() {
    let (home, service) = added(&["authorize=foreign"]);
    let says = "nobody came back from the browser within 1 s; log in again";
    let ended = home.run(&["grant", "login", "crm", "--timeout", "1"]);
    assert_eq!((ended.code, ended.stderr.lines().last()), (10, Some(format!("osign: {says}").as_str())));
    drop(service);
}

#[test]
fn a_code_that_is_too_old() {
    let (home, _service) = added(&["code_lifetime=0"]);
    let (child, url) = home.begin_login("crm");
    let page = browse(get(&url).header("Location"), "en");
    assert!(page.body.contains("<h1>The service did not take this login</h1>"), "{}", page.body);
    let says = "osign: the service did not take the code of this login (HTTP 400, invalid_grant); log in again: osign grant login \
                crm";
    assert_eq!(end(child), (10, says.to_owned()));
}

#[test]
fn a_port_that_is_taken() {
    let (home, service) = added(&[]);
    let address = home.redirect_uri.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let _taken = TcpListener::bind(address).unwrap();
    let failure = home.run(&["grant", "login", "crm"]).failure(5);
    assert!(failure.starts_with("cannot wait for the browser at port "), "{failure}");
    assert!(failure.contains("log in with --no-browser: Address already in use"), "{failure}");
    assert_eq!(service.count("authorize"), 0);
}

/// Logs in without a browser, and pastes what a change makes of the callback.
fn paste(home: &Home, change: impl Fn(&str) -> String) -> crate::cli::run::Ended {
    let mut command = home.osign(&["grant", "login", "crm", "--no-browser"]);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut url = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut url).unwrap();
    let callback = get(url.trim()).header("Location").to_owned();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), format!("{}\n", change(&callback)).as_bytes()).unwrap();
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut stdout, &mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    crate::cli::run::Ended { code: output.status.code().unwrap(), stdout: rest, stderr }
}

#[test]
fn the_address_is_pasted() {
    let (home, service) = added(&[]);
    let ended = paste(&home, |callback| format!("  {callback}\r"));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(said.starts_with("logged in: crm; the access token lives until 20"), "{said}");
    let token = home.token().unwrap();
    // A query alone will do; and what is no callback will not.
    let query = |callback: &str| callback.split_once('?').unwrap().1.to_owned();
    assert_eq!(paste(&home, query).code, 0);
    assert_ne!(home.token().unwrap(), token);
    let says =
        "this is no callback: it has no query with code and state; paste the whole address that the browser shows";
    assert_eq!(paste(&home, |_| "https://example.com/".to_owned()).failure(3), says);
    let says = "the callback's state is not the one of this login: it belongs to another, or was forged; log in again";
    assert_eq!(paste(&home, |callback| callback.replace("state=", "state=x")).failure(10), says);
    let sent = service.count("token");
    assert_eq!(paste(&home, |_| String::new()).code, 3);
    assert_eq!(service.count("token"), sent);
}

#[test]
fn a_callback_answers_one_login_of_one_grant() {
    let (home, service) = added(&[]);
    home.add(&service, "other", &[]);
    let begin = |name: &str| {
        let mut command = home.osign(&["grant", "login", name, "--no-browser"]);
        let ended = run_with_input(&mut command, b"\n");
        String::from_utf8(ended.stdout).unwrap().lines().next().unwrap().to_owned()
    };
    let callback = get(&begin("other")).header("Location").to_owned();
    // Of another grant, and of an older login.
    let other = paste(&home, |_| callback.clone());
    assert!(other.failure(10).starts_with("the callback's state is not the one of this login"));
    assert_eq!(service.count("token"), 0);
    // The same a second time: its login is over.
    let seen = std::cell::RefCell::new(String::new());
    assert_eq!(
        paste(&home, |callback| {
            seen.replace(callback.to_owned());
            callback.to_owned()
        })
        .code,
        0
    );
    let again = paste(&home, |_| seen.borrow().clone());
    assert!(again.failure(10).starts_with("the callback's state is not the one of this login"));
    assert_eq!(service.count("exchange"), 1);
    home.token().unwrap();
}

#[test]
fn a_code_that_was_had_elsewhere() {
    let (home, service) = (Home::new(), Service::start(&[]));
    // Without a challenge that this store does not know.
    assert_eq!(home.add(&service, "crm", &["--set", "pkce=false"]).code, 0);
    let code = || {
        let query = format!("client_id=demo-client&redirect_uri={}", home.redirect_uri);
        let back = get(&format!("{}/authorize?{query}", service.url));
        let code = back.header("Location").split("code=").nth(1).unwrap().split('&').next().unwrap();
        code.to_owned()
    };
    let used = code();
    assert!(home.run(&["grant", "exchange", "crm", "--code", &used]).text().starts_with("logged in: crm; "));
    let token = home.token().unwrap();
    let is_used = "this code of a login of the grant crm was sent already, and a code works once; log in again: osign grant login crm";
    assert_eq!(home.run(&["grant", "exchange", "crm", "--code", &used]).failure(10), is_used);
    assert_eq!(home.token().unwrap(), token);
    let mut command = home.osign(&["grant", "exchange", "crm", "--code", "-", "--json"]);
    let ended = run_with_input(&mut command, code().as_bytes());
    let json: serde_json::Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!((json["grant"].as_str(), json["generation"].as_u64()), (Some("crm"), Some(3)));
    // A code whose answer was lost is not sent again.
    service.control(r#"{"fault": "drop"}"#);
    let lost = code();
    let says =
        "the answer to the login of the grant crm was lost, and a code works once; log in again: osign grant login crm";
    assert_eq!(home.run(&["grant", "exchange", "crm", "--code", &lost]).failure(10), says);
    let sent = service.count("token");
    assert_eq!(home.run(&["grant", "exchange", "crm", "--code", &lost]).failure(10), is_used);
    assert_eq!(service.count("token"), sent);
}
