//! The HTTP client against small servers of its own: what comes of good answers and bad ones, and whether it knows what has
//! left.

#![cfg(feature = "http")]

mod server;

use osign::error::{Error, Network};
use osign::http::client::{Client, Options};
use osign::http::{Answer, Request, Sender, Sent, Trouble};
use osign::secret::Secret;
use server::{Authority, Server, read_request};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

/// The authority that the clients of the tests trust.
fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    AUTHORITY.get_or_init(Authority::new)
}

fn client() -> Client {
    let mut options = Options::default();
    options.ca_file = Some(authority().file().to_owned());
    Client::new(&options).unwrap()
}

fn request(url: &str) -> Request {
    let mut request = Request::new("POST", url);
    request.add_header("Accept", "application/json");
    request.set_body("application/x-www-form-urlencoded", b"grant_type=refresh_token");
    request
}

fn send(url: &str, deadline_ms: u64) -> Sent {
    client().send(&request(url), deadline_ms)
}

fn answered(sent: Sent) -> Answer {
    match sent {
        Sent::Answer(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn not_sent(sent: Sent) -> Trouble {
    match sent {
        Sent::NotSent(trouble) => trouble,
        other => panic!("{other:?}"),
    }
}

fn lost(sent: Sent) -> Trouble {
    match sent {
        Sent::Lost(trouble) | Sent::Cut(trouble, _) => trouble,
        other => panic!("{other:?}"),
    }
}

/// A server with TLS that reads the request, and then writes this and closes.
fn saying(text: &'static [u8]) -> Server {
    Server::with_tls(authority().of("localhost"), move |stream| {
        read_request(stream)?;
        stream.write_all(text)
    })
}

#[test]
fn a_request_is_sent_as_it_is() {
    let server = saying(ANSWER);
    let client = client();
    let request = request(&server.url("/oauth2/access_token?a=%41"));
    client.resolve(&request).unwrap();
    let answer = answered(client.send(&request, 5000));
    assert_eq!((answer.status, answer.body()), (200, &b"{}"[..]));
    assert_eq!(answer.content_type.as_deref(), Some("application/json"));
    assert_eq!(answer.retry_after, None);
    let host = format!("localhost:{}", server.port());
    let expected = format!(
        "POST /oauth2/access_token?a=%41 HTTP/1.1\r\n\
         accept-encoding: identity\r\n\
         content-length: 24\r\n\
         user-agent: osign/{}\r\n\
         host: {host}\r\n\
         accept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\n\
         connection: close\r\n\r\n\
         grant_type=refresh_token",
        osign::VERSION
    );
    assert_eq!(server.heard(), [expected]);
}

#[test]
fn a_get_has_no_body() {
    let server = saying(ANSWER);
    let answer = answered(client().send(&Request::new("GET", &server.url("/?code=1")), 5000));
    assert_eq!(answer.status, 200);
    let heard = server.heard();
    assert!(heard[0].starts_with("GET /?code=1 HTTP/1.1\r\n"), "{heard:?}");
    assert!(!heard[0].contains("content-length") && !heard[0].contains("transfer-encoding"), "{heard:?}");
}

#[test]
fn no_redirect_is_followed_and_nothing_is_sent_twice() {
    let other = saying(ANSWER);
    for status in [301, 302, 303, 307, 308] {
        let location = other.url("/elsewhere");
        let server = Server::with_tls(authority().of("localhost"), move |stream| {
            read_request(stream)?;
            write!(stream, "HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
        });
        assert_eq!(answered(send(&server.url("/"), 5000)).status, status);
        assert_eq!(server.connections(), 1);
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn an_error_is_an_answer_and_tells_when_to_come_back() {
    for (value, expected) in [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("0", Some(0)),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("99999999999999999999999", None),
        ("", None),
    ] {
        let server = Server::with_tls(authority().of("localhost"), move |stream| {
            read_request(stream)?;
            write!(stream, "HTTP/1.1 429 Slow down\r\nRetry-After: {value}\r\nContent-Length: 3\r\n\r\nno!")
        });
        let answer = answered(send(&server.url("/"), 5000));
        assert_eq!((answer.status, answer.body(), answer.retry_after), (429, &b"no!"[..], expected), "{value}");
    }
}

#[test]
fn an_answer_that_is_slow_is_given_up() {
    let drip = |text: &'static [u8]| {
        Server::with_tls(authority().of("localhost"), move |stream| {
            read_request(stream)?;
            for byte in text {
                stream.write_all(&[*byte])?;
                stream.flush()?;
                thread::sleep(Duration::from_millis(40));
            }
            Ok(())
        })
    };
    for server in [
        drip(b"HTTP/1.1 200 OK\r\nX: a long, long header that never comes to its end, and goes on and on and on\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na long, long body that never comes to its end, and goes on"),
    ] {
        let begun = Instant::now();
        assert_eq!(lost(send(&server.url("/"), 700)), Trouble::TimeOut);
        assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    }
}

#[test]
fn an_answer_that_breaks_off_is_lost() {
    for (text, trouble) in [
        (&b""[..], Trouble::Broken),
        (b"HTTP/1.1 200 OK\r\nContent-Le", Trouble::Broken),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":", Trouble::Broken),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"acc", Trouble::Broken),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Trouble::BadAnswer),
        (b"\0\0\0\0\0\0\r\n\r\n", Trouble::BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}", Trouble::BadAnswer),
    ] {
        let server = saying(text);
        assert_eq!(lost(send(&server.url("/"), 3000)), trouble, "{}", String::from_utf8_lossy(text));
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn an_answer_without_a_length_ends_with_its_connection() {
    // Many servers close without TLS's own farewell. What they said may be all, and holds a pair that is had once.
    let server = saying(b"HTTP/1.1 200 OK\r\n\r\n{\"access_token\":\"a\"}");
    assert_eq!(answered(send(&server.url("/"), 3000)).body(), b"{\"access_token\":\"a\"}");
}

#[test]
fn what_came_of_an_answer_that_breaks_off_is_handed_on() {
    let server = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":");
    match send(&server.url("/"), 3000) {
        Sent::Cut(Trouble::Broken, answer) => {
            assert_eq!((answer.body(), answer.is_cut), (&b"{\"access_token\":"[..], true))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_connection_that_is_reset_is_lost() {
    let server = Server::plain(|stream| {
        let mut some = [0; 10];
        stream.read_exact(&mut some)?; // What is not read when it is closed makes the system reset it.
        thread::sleep(Duration::from_millis(100));
        Ok(())
    });
    let url = server.url("/").replace("https:", "http:");
    assert_eq!(lost(client().with_loopback_http(true).send(&request(&url), 3000)), Trouble::Broken);
}

#[test]
fn an_answer_is_read_to_a_megabyte() {
    let long = |len: usize| {
        Server::with_tls(authority().of("localhost"), move |stream| {
            read_request(stream)?;
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {len}\r\n\r\n")?;
            stream.write_all(&vec![b'a'; len])
        })
    };
    assert_eq!(answered(send(&long(1 << 20).url("/"), 5000)).body().len(), 1 << 20);
    assert_eq!(lost(send(&long((1 << 20) + 1).url("/"), 5000)), Trouble::BadAnswer);
    assert_eq!(lost(send(&long(2 << 20).url("/"), 5000)), Trouble::BadAnswer);
    let endless = Server::with_tls(authority().of("localhost"), |stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"X-Header: and another one\r\n")?;
        }
    });
    assert_eq!(lost(send(&endless.url("/"), 5000)), Trouble::BadAnswer);
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_gets_no_request() {
    let stranger = Authority::new();
    for certificate in [authority().of("example.com"), stranger.of("localhost"), authority().expired("localhost")] {
        let server = Server::with_tls(certificate, |stream| read_request(stream).map(drop));
        assert_eq!(not_sent(send(&server.url("/"), 5000)), Trouble::Tls);
        assert_eq!(server.heard(), Vec::<String>::new());
    }
}

#[test]
fn what_does_not_come_to_tls_is_not_sent() {
    let closing = Server::plain(|_| Ok(()));
    assert_eq!(not_sent(send(&closing.url("/"), 3000)), Trouble::Broken);
    let plain = Server::plain(|stream| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert!(matches!(not_sent(send(&plain.url("/"), 3000)), Trouble::Tls | Trouble::Broken));
    let silent = Server::plain(|_| {
        thread::sleep(Duration::from_secs(2));
        Ok(())
    });
    let begun = Instant::now();
    assert_eq!(not_sent(send(&silent.url("/"), 500)), Trouble::TimeOut);
    assert!(begun.elapsed() < Duration::from_millis(1500));
}

#[test]
fn a_host_that_is_not_there_is_told_from_one_without_a_name() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(not_sent(send(&format!("https://127.0.0.1:{port}/"), 3000)), Trouble::NoConnection);
    let nowhere = request("https://nowhere.invalid/");
    assert_eq!(client().resolve(&nowhere), Err(Trouble::NoName));
    assert_eq!(not_sent(client().send(&nowhere, 3000)), Trouble::NoName);
}

#[test]
fn nothing_goes_without_tls_but_to_loopback_where_that_is_allowed() {
    let server = Server::plain(|stream| {
        read_request(stream)?;
        stream.write_all(ANSWER)
    });
    let url = server.url("/").replace("https:", "http:");
    assert_eq!(not_sent(send(&url, 3000)), Trouble::Insecure);
    assert_eq!(client().resolve(&request(&url)), Err(Trouble::Insecure));
    assert_eq!(server.connections(), 0);
    let allowed = client().with_loopback_http(true);
    for url in [url.clone(), url.replace("localhost", "127.0.0.1")] {
        assert_eq!(answered(allowed.send(&request(&url), 3000)).status, 200);
    }
    for url in ["http://example.com/", "http://192.0.2.1/", "ftp://localhost/", "localhost", "/token", "", "https://"] {
        assert_eq!(not_sent(allowed.send(&request(url), 3000)), Trouble::Insecure, "{url}");
    }
}

/// A shop that has no TLS gets signatures, and no secrets. 0.0.0.0 is this machine, and no loopback address.
#[test]
fn what_carries_a_signature_alone_goes_anywhere() {
    let server = Server::plain(|stream| {
        read_request(stream)?;
        stream.write_all(ANSWER)
    });
    let url = server.url("/").replace("https://localhost", "http://0.0.0.0");
    assert_eq!(not_sent(client().with_loopback_http(true).send(&request(&url), 3000)), Trouble::Insecure);
    assert_eq!(server.connections(), 0);
    let signed = request(&url).with_plain_http(true);
    assert_eq!(client().resolve(&signed), Ok(()));
    assert_eq!(answered(client().send(&signed.clone(), 3000)).status, 200);
    let ftp = request("ftp://localhost/").with_plain_http(true);
    assert_eq!(not_sent(client().send(&ftp, 3000)), Trouble::Insecure);
}

#[test]
fn a_ca_file_without_a_certificate_is_an_error() {
    let mut options = Options::default();
    for path in ["/nowhere/ca.pem", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        options.ca_file = Some(path.into());
        assert_eq!(Client::new(&options).unwrap_err(), Error::from(Network::BadCaFile { path: path.to_owned() }));
    }
}

/// Runs one of the tests below in a process of its own, in an environment of its own.
fn run(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--test-threads=1"]);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Not a test by itself: sends to `TARGET`, with the authority in `CA`, and compares what comes of it with `EXPECTED`.
#[test]
fn in_an_environment() {
    if std::env::var_os("EXPECTED").is_none() {
        return;
    }
    let variable = |name| std::env::var(name).unwrap();
    let mut options = Options::default();
    options.ca_file = Some(variable("CA").into());
    // What a program sets, and no variable.
    options.proxy = std::env::var("SET").ok().map(|url| Arc::new(Secret::new(url.as_bytes())));
    let came = match Client::new(&options) {
        Ok(client) => {
            let request = request(&variable("TARGET"));
            let _ = client.resolve(&request);
            format!("{:?}", client.send(&request, 3000))
        }
        Err(error) => error.word().to_owned(),
    };
    assert!(came.starts_with(&variable("EXPECTED")), "{came}");
}

fn goes(target: &str, expected: &str, variables: &[(&str, &str)]) {
    let ca = authority().file().to_str().unwrap();
    run("in_an_environment", &[&[("CA", ca), ("TARGET", target), ("EXPECTED", expected)], variables].concat());
}

const GOOD: &str = "Answer(Answer { status: 200";

#[test]
fn a_proxy_of_the_environment_is_used() {
    let target = saying(ANSWER);
    let proxy = Server::proxy(target.port());
    let address = format!("http://user:p%40ss@127.0.0.1:{}", proxy.port());
    // The proxy resolves the name, which nobody else knows.
    let certified = Server::with_tls(authority().of("api.invalid"), |stream| {
        read_request(stream)?;
        stream.write_all(ANSWER)
    });
    let resolving = Server::proxy(certified.port());
    let resolving_address = format!("127.0.0.1:{}", resolving.port());
    goes("https://api.invalid/token", GOOD, &[("https_proxy", &resolving_address)]);
    assert_eq!(certified.heard().len(), 1);

    goes(&target.url("/"), GOOD, &[("HTTPS_PROXY", &address)]);
    let heard = proxy.heard();
    assert_eq!(heard.len(), 1);
    let place = format!("localhost:{}", target.port());
    assert!(
        heard[0].starts_with(&format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: osign/")),
        "{heard:?}"
    );
    assert!(heard[0].contains("\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n"), "{heard:?}");
    goes(&target.url("/"), GOOD, &[("ALL_PROXY", &address)]);
    assert_eq!(proxy.connections(), 2);
    goes(&target.url("/"), GOOD, &[("HTTPS_PROXY", &address), ("NO_PROXY", "example.com,localhost")]);
    goes(&target.url("/"), GOOD, &[("HTTPS_PROXY", &address), ("no_proxy", "*")]);
    assert_eq!(proxy.connections(), 2);
    assert_eq!(target.connections(), 4);
    goes(&target.url("/"), GOOD, &[("SET", &address), ("HTTPS_PROXY", "http://proxy.invalid:3128"), ("NO_PROXY", "*")]);
    assert_eq!(proxy.connections(), 3);
    goes(&target.url("/"), "bad-proxy", &[("SET", "")]);
}

#[test]
fn what_fails_at_a_proxy_is_not_sent() {
    let target = saying(ANSWER);
    let url = target.url("/");
    let refusing = Server::plain(|stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    });
    let closing = Server::plain(|stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
    });
    let at = |server: &Server| format!("http://127.0.0.1:{}", server.port());
    goes(&url, "NotSent(NoConnection)", &[("HTTPS_PROXY", &at(&refusing))]);
    goes(&url, "NotSent(Broken)", &[("HTTPS_PROXY", &at(&closing))]);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    goes(&url, "NotSent(NoConnection)", &[("HTTPS_PROXY", &format!("http://127.0.0.1:{port}"))]);
    goes(&url, "NotSent(NoName)", &[("HTTPS_PROXY", "http://proxy.invalid:3128")]);
    goes(&url, "socks-proxy", &[("HTTPS_PROXY", "socks5://127.0.0.1:1080")]);
    goes(&url, "bad-proxy", &[("HTTPS_PROXY", "http://")]);
    assert_eq!(target.connections(), 0);
}

/// Not a test by itself: how many threads there are before and after sending to `TARGET`.
#[test]
#[cfg(target_os = "linux")]
fn counting_threads() {
    let Ok(target) = std::env::var("TARGET") else { return };
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    let mut options = Options::default();
    options.ca_file = Some(std::env::var_os("CA").unwrap().into());
    let client = Client::new(&options).unwrap();
    for url in [target, "https://nowhere.invalid/".to_owned()] {
        let request = request(&url);
        let _ = client.resolve(&request);
        let _ = client.send(&request, 1000);
        let _ = client.send(&request, 1000);
        assert_eq!(threads(), before, "{url}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn no_thread_outlives_a_call() {
    let server = saying(ANSWER);
    let ca = authority().file().to_str().unwrap();
    run("counting_threads", &[("CA", ca), ("TARGET", &server.url("/"))]);
    assert_eq!(server.connections(), 2);
}
