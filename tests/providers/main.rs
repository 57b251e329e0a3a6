//! A grant at a provider that others wrote, which `run.sh` starts: login, refreshes, an answer that is lost, a wrong client.

#![cfg(all(feature = "sqlite", feature = "http", target_os = "linux"))]

#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/clock.rs"]
mod clock;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/folder.rs"]
mod folder;

use clock::Clock;
use folder::Folder;
use osign::error::Error;
use osign::grant::keep::Keeper;
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State};
use osign::grant::seal::Sealer;
use osign::grant::{Grant, Kept};
use osign::http::client::{Client, Options};
use osign::http::{Request, Sender, Sent, Trouble};
use osign::store::Sqlite;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

const NAME: &str = "grant";
const PATIENCE: i64 = 60_000;

fn told(name: &str) -> String {
    std::env::var(format!("OSIGN_PROVIDER_{name}")).unwrap_or_else(|_| panic!("tests/providers/run.sh says {name}"))
}

/// Counts what is sent, and loses answers when it is told to.
struct Losing {
    client: Client,
    sends: AtomicUsize,
    lose: AtomicUsize,
}

impl Sender for Losing {
    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        self.sends.fetch_add(1, Ordering::SeqCst);
        let sent = self.client.send(request, deadline_ms);
        let lost = self.lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if lost { Sent::Lost(Trouble::Broken) } else { sent }
    }
}

/// Goes where a browser would, until it is sent to the redirect URI.
fn browse(url: &str, redirect_uri: &str) -> String {
    let (mut url, mut cookies) = (url.to_owned(), BTreeMap::new());
    for _ in 0..10 {
        let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let sent: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(host).unwrap();
        let cookie = if sent.is_empty() { String::new() } else { format!("Cookie: {}\r\n", sent.join("; ")) };
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n{cookie}Connection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let mut location = None;
        for line in answer.split("\r\n\r\n").next().unwrap().lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("location") {
                location = Some(value.to_owned());
            } else if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|pair| pair.split_once('='))
            {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = location.unwrap_or_else(|| panic!("{url} leads nowhere: {answer}"));
        url = if location.starts_with('/') { format!("http://{host}{location}") } else { location };
        if url.starts_with(redirect_uri) {
            return url;
        }
    }
    panic!("{url} leads on and on");
}

fn profile() -> String {
    let rotation = told("ROTATION");
    format!(
        r#"name = "other"
title = "Other"
grant = "code"
[endpoints]
authorize = ""
token = ""
[request]
client_authentication = "basic"
body = "form"
redirect_uri = ["authorize", "exchange"]
pkce = true
[rotation]
{rotation}
[sources]
"#
    )
}

#[test]
fn a_grant_at_a_provider_that_others_wrote() {
    let folder = Folder::with_store("provider");
    let store = Sqlite::open(&folder.path("store.db"), &folder.options()).unwrap();
    let sealer = Sealer::new(Keys::new(Key::from_random(&[7; 32])), store.id(), store.environment());
    let clock = Clock::of(&folder.anchors());
    let mut options = Options::default();
    options.allow_loopback_http = true;
    let client = Client::new(&options).unwrap();
    let sender = Losing { client, sends: AtomicUsize::new(0), lose: AtomicUsize::new(0) };
    let random = |bytes: &mut [u8]| -> Result<(), Error> {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&osign::system::seed()?[..part.len()]);
        }
        Ok(())
    };
    let keeper =
        Keeper { store: &store, sealer: &sealer, sender: &sender, clock: &clock, random: &random, owner: "the test" };
    let redirect_uri = told("REDIRECT");
    let grant = Grant {
        name: NAME.to_owned(),
        generation: 1,
        settings: Settings {
            kind: Kind::Code,
            provider: String::new(),
            profile: Some(profile()),
            client_id: told("CLIENT"),
            redirect_uri: Some(redirect_uri.clone()),
            scope: Some(told("SCOPE")),
            account: None,
            overrides: vec![("authorize_url".to_owned(), told("AUTHORIZE")), ("token_url".to_owned(), told("TOKEN"))],
            allow_insecure_http: true,
            place: None,
        },
        state: State::new(),
        secrets: Secrets { client_secret: Some(Kept::new(&told("SECRET"))), ..Secrets::default() },
    };
    keeper.add(&grant).unwrap();
    let log_in = || {
        let url = keeper.begin_login(NAME, None).unwrap();
        keeper.finish_login(NAME, &browse(&url, &redirect_uri), PATIENCE).unwrap()
    };
    let expire = || {
        let end = keeper.grant(NAME).unwrap().state.expires_at.expect("it says how long tokens live");
        clock.skip((end - clock.now()).max(0) + 1);
    };
    let sends = || sender.sends.load(Ordering::SeqCst);

    let first = log_in();
    assert_eq!((first.generation, sends()), (2, 1));
    assert_eq!(keeper.access_token(NAME, 0, PATIENCE).unwrap(), first);
    for generation in 3..=6 {
        expire();
        let token = keeper.access_token(NAME, 0, PATIENCE).unwrap();
        assert_eq!((token.generation, sends()), (generation, usize::try_from(generation).unwrap() - 1));
    }

    // A wrong secret costs no grant.
    let secret = |secret: &str| {
        let set = |grant: &mut Grant| {
            grant.secrets.client_secret = Some(Kept::new(secret));
            Ok(())
        };
        keeper.change(NAME, "changed", PATIENCE, set).unwrap();
    };
    expire();
    secret("wrong");
    assert_eq!(keeper.access_token(NAME, 0, PATIENCE).unwrap_err().word(), "client-refused");
    secret(&told("SECRET"));
    clock.skip(2_000);
    let good = keeper.access_token(NAME, 0, PATIENCE).unwrap();

    // An answer is lost, after which the service has rotated.
    expire();
    let before = sends();
    sender.lose.store(1, Ordering::SeqCst);
    let mut result = keeper.access_token(NAME, 0, PATIENCE);
    if matches!(&result, Err(error) if error.word() == "waiting") {
        result = keeper.access_token(NAME, 0, PATIENCE);
    }
    assert_eq!(sends(), before + 2);
    if told("SAVES") == "yes" {
        assert_eq!(result.unwrap().generation, good.generation + 1);
    } else {
        assert_eq!(result.unwrap_err().word(), "lost-pair");
        for _ in 0..100 {
            assert_eq!(keeper.access_token(NAME, 0, PATIENCE).unwrap_err().word(), "lost-pair");
        }
        assert_eq!(sends(), before + 2);
        log_in();
    }
    for _ in 0..2 {
        expire();
        let last = keeper.grant(NAME).unwrap().generation;
        assert_eq!(keeper.access_token(NAME, 0, PATIENCE).unwrap().generation, last + 1);
    }
}
