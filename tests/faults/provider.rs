//! A provider of our own, over HTTP on loopback: it behaves as it is told, lies where it is told to, and counts.

#[path = "log.rs"]
pub(crate) mod log;
#[path = "wire.rs"]
mod wire;

use crate::clock::Clock;
use crate::service::{Habits, Pair, Refusal, Service};
use log::{Entry, Log, Network, SENDER};
use std::collections::VecDeque;
use std::io::{Result, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};
use wire::{answer, read_request, waits, whole};

/// What it does with one request to the token endpoint in place of what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// It does what it should.
    None,
    /// It hangs up, and has done nothing.
    DropBefore,
    /// It rotates, and hangs up.
    DropAfter,
    /// It answers by this status and nothing else, and has done nothing.
    Before(u16),
    /// The same once it has rotated.
    After(u16),
    /// It rotates; the answer is JSON that breaks off, with the length of what is there.
    Truncated,
    /// It rotates; the connection breaks in the middle of the answer.
    Cut,
    /// The same behind the last byte that matters, and before the last that was announced.
    CutBehind,
    /// It rotates; the answer is a page for people.
    Html,
    /// It rotates; the answer is empty.
    Empty,
    /// 429, and perhaps for how many seconds.
    TooMany(Option<u32>),
    /// 503, and for how many seconds.
    Unavailable(u32),
    /// It does not know the client.
    InvalidClient,
    /// What it says of a redirect URI that is another.
    RedirectUri,
    /// It says that the token has not expired yet.
    TooEarly,
    /// It says with 200 that the token is not good, though it is.
    RejectedWith200,
    /// It rotates, and answers by 400 with the new pair.
    PairWith400,
    /// It rotates, and answers after so many milliseconds.
    Slow(u64),
}

/// How it chooses lies once those that were told are used up.
#[derive(Clone, Copy, Debug)]
struct Chance {
    random: u64,
    /// One request in so many.
    of: u64,
    among: &'static [Lie],
}

/// Those of a service that is in trouble, and those of its network.
const USUAL: &[Lie] = &[
    Lie::DropBefore,
    Lie::DropAfter,
    Lie::Before(500),
    Lie::After(502),
    Lie::After(504),
    Lie::Truncated,
    Lie::Cut,
    Lie::Html,
    Lie::Empty,
    Lie::TooMany(Some(1)),
    Lie::Unavailable(1),
    Lie::Slow(200),
];

impl Chance {
    /// Marsaglia, "Xorshift RNGs", 2003.
    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 20
    }
}

struct Shared {
    service: Mutex<Service>,
    lies: Mutex<VecDeque<Lie>>,
    chance: Mutex<Option<Chance>>,
    /// By what it refuses to revoke.
    refusal: Mutex<Option<(u16, &'static str)>>,
    /// How long it takes for each request, in milliseconds.
    takes: AtomicU64,
    clock: Clock,
    under_way: Mutex<Vec<(u64, TcpStream)>>,
    network: Mutex<Network>,
    log: Log,
    seen: Seen,
    heard: Mutex<Vec<String>>,
}

/// What it counted.
#[derive(Debug, Default)]
struct Seen {
    sends: AtomicUsize,
    at_once: AtomicUsize,
    rejected: AtomicUsize,
    lies: AtomicUsize,
    connections: AtomicUsize,
}

/// See above. Its threads end with the process.
#[derive(Clone)]
pub(crate) struct Provider {
    port: u16,
    shared: Arc<Shared>,
}

/// The client that it knows.
pub(crate) const CLIENT: &str = "client-7";
pub(crate) const SECRET: &str = "hunter2-client-secret";

impl Provider {
    pub(crate) fn start(habits: Habits, clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            service: Mutex::new(Service::new(habits, "hunter2")),
            lies: Mutex::default(),
            chance: Mutex::default(),
            refusal: Mutex::default(),
            takes: AtomicU64::new(0),
            clock: clock.clone(),
            under_way: Mutex::default(),
            network: Mutex::default(),
            log: Log::default(),
            seen: Seen::default(),
            heard: Mutex::default(),
        });
        let provider = Self { port, shared: shared.clone() };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                thread::spawn(move || shared.serve(stream));
            }
        });
        provider
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.shared.service.lock().unwrap()
    }

    /// It tells these lies in turn, and then the truth.
    pub(crate) fn lie(&self, lies: &[Lie]) {
        self.shared.lies.lock().unwrap().extend(lies);
    }

    /// It lies to one request in so many, by this seed.
    pub(crate) fn lie_by_chance(&self, seed: u64, of: u64) {
        self.lie_by_chance_among(seed, of, USUAL);
    }

    /// The same, of these lies.
    pub(crate) fn lie_by_chance_among(&self, seed: u64, of: u64, among: &'static [Lie]) {
        *self.shared.chance.lock().unwrap() = (of > 0).then_some(Chance { random: seed | 1, of, among });
    }

    /// What its network does from now on.
    pub(crate) fn connect(&self, network: Network) {
        *self.shared.network.lock().unwrap() = network;
    }

    /// What it noted of each request to the token endpoint.
    pub(crate) fn log(&self) -> Vec<Entry> {
        self.shared.log.entries()
    }

    /// It revokes nothing, and answers by this.
    pub(crate) fn refuse_to_revoke(&self, status: u16, text: &'static str) {
        *self.shared.refusal.lock().unwrap() = Some((status, text));
    }

    /// It takes so many milliseconds for each request.
    pub(crate) fn take(&self, milliseconds: u64) {
        self.shared.takes.store(milliseconds, Ordering::SeqCst);
    }

    /// Whether a request to the token endpoint is under way.
    pub(crate) fn is_busy(&self) -> bool {
        !self.shared.under_way.lock().unwrap().is_empty()
    }

    /// The requests to the token endpoint.
    pub(crate) fn sends(&self) -> usize {
        self.shared.seen.sends.load(Ordering::SeqCst)
    }

    /// The most that were under way at once whose senders lived, and waited.
    pub(crate) fn at_once(&self) -> usize {
        self.shared.seen.at_once.load(Ordering::SeqCst)
    }

    /// How often it said that a refresh token or a code is not good.
    pub(crate) fn rejected(&self) -> usize {
        self.shared.seen.rejected.load(Ordering::SeqCst)
    }

    /// How often it lied.
    pub(crate) fn lies(&self) -> usize {
        self.shared.seen.lies.load(Ordering::SeqCst)
    }

    /// All connections.
    pub(crate) fn connections(&self) -> usize {
        self.shared.seen.connections.load(Ordering::SeqCst)
    }

    /// The requests, whole.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().unwrap().clone()
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) -> Result<()> {
        self.seen.connections.fetch_add(1, Ordering::SeqCst);
        // A connection that is dropped here is reset, as what was sent on it is not read.
        if !Network::lets_in(&self.network, Instant::now()) {
            return Ok(());
        }
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let (head, body) = read_request(&mut stream)?;
        self.heard.lock().unwrap().push(format!("{head}{body}"));
        let path = head.split(' ').nth(1).unwrap_or_default();
        match path.split('?').next().unwrap_or_default() {
            "/token" => self.token(stream, &head, &body),
            "/revoke" => {
                if let Some((status, text)) = *self.refusal.lock().unwrap() {
                    return answer(&mut stream, status, "", text);
                }
                self.service.lock().unwrap().revoke();
                answer(&mut stream, 200, "", "{}")
            }
            "/api" => self.api(stream, &head),
            _ => answer(&mut stream, 404, "", "nothing here"),
        }
    }

    fn api(&self, mut stream: TcpStream, head: &str) -> Result<()> {
        let token = header(head, "Authorization").and_then(|value| value.strip_prefix("Bearer "));
        let mut service = self.service.lock().unwrap();
        let status = service.habits.expired_status;
        let taken = token.is_some_and(|token| service.use_access(token, self.clock.now()));
        drop(service);
        if taken {
            answer(&mut stream, 200, "", r#"{"ok":true}"#)
        } else {
            answer(&mut stream, status, "", r#"{"error":"expired_token"}"#)
        }
    }

    fn token(&self, mut stream: TcpStream, head: &str, body: &str) -> Result<()> {
        let number = self.seen.sends.fetch_add(1, Ordering::SeqCst) as u64;
        self.under_way.lock().unwrap().push((number, stream.try_clone()?));
        self.log.begin(Entry::new(number, header(head, SENDER), body, self.clock.now()));
        let living = self.living();
        self.seen.at_once.fetch_max(living.len(), Ordering::SeqCst);
        self.log.change(number, |entry| entry.at_once = living);
        thread::sleep(Duration::from_millis(self.takes.load(Ordering::SeqCst)));
        let lie = self.next_lie();
        if lie != Lie::None {
            self.seen.lies.fetch_add(1, Ordering::SeqCst);
        }
        let said = self.act(lie, number, body);
        self.log.change(number, |entry| entry.lie = lie);
        if let Lie::Slow(milliseconds) = lie {
            thread::sleep(Duration::from_millis(milliseconds));
        }
        self.under_way.lock().unwrap().retain(|(other, _)| *other != number);
        stream.set_nonblocking(false)?;
        match said {
            None => stream.shutdown(Shutdown::Both),
            Some((status, header, text)) if lie == Lie::Cut => {
                let whole = whole(status, &header, &text);
                stream.write_all(&whole.as_bytes()[..whole.len() - 20])
            }
            Some((status, header, text)) if lie == Lie::CutBehind => {
                stream.write_all(whole(status, &header, &format!("{text}\r\n")).trim_end().as_bytes())
            }
            Some((status, header, text)) => answer(&mut stream, status, &header, &text),
        }
    }

    /// The requests under way whose senders wait. Who was killed, or has given up, waits no more: its end of the connection
    /// is closed, at the latest a moment after its lock was free.
    fn living(&self) -> Vec<u64> {
        let waiting = || -> Vec<u64> {
            let under_way = self.under_way.lock().unwrap();
            under_way.iter().filter(|(_, stream)| waits(stream)).map(|(number, _)| *number).collect()
        };
        let mut living = waiting();
        if living.len() < 2 {
            return living;
        }
        thread::sleep(Duration::from_millis(30));
        let still = waiting();
        let under_way = self.under_way.lock().unwrap();
        // One that has its answer by now has waited.
        living.retain(|one| still.contains(one) || !under_way.iter().any(|(number, _)| number == one));
        living
    }

    fn next_lie(&self) -> Lie {
        if let Some(lie) = self.lies.lock().unwrap().pop_front() {
            return lie;
        }
        let mut chance = self.chance.lock().unwrap();
        let Some(chance) = chance.as_mut() else { return Lie::None };
        if chance.next() % chance.of != 0 {
            return Lie::None;
        }
        chance.among[(chance.next() % chance.among.len() as u64) as usize]
    }

    /// What becomes of a request: status, further header, and body; None where it hangs up.
    fn act(&self, lie: Lie, number: u64, body: &str) -> Option<(u16, String, String)> {
        let plain = |status, text: &str| Some((status, String::new(), text.to_owned()));
        let error = |status, code: &str, description: &str| {
            plain(status, &format!(r#"{{"error":"{code}","error_description":"{description}"}}"#))
        };
        match lie {
            Lie::DropBefore => return None,
            Lie::Before(status) => return plain(status, "something went wrong"),
            Lie::TooMany(seconds) => {
                let header = seconds.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
                return Some((429, header, String::new()));
            }
            Lie::Unavailable(seconds) => return Some((503, format!("Retry-After: {seconds}\r\n"), String::new())),
            Lie::InvalidClient => return error(401, "invalid_client", "unknown client"),
            Lie::RedirectUri => return error(400, "redirect_uri_mismatch", "another redirect URI"),
            Lie::TooEarly => return error(400, "invalid_grant", "token not expired"),
            Lie::RejectedWith200 => return error(200, "invalid_grant", "no such token"),
            _ => {}
        }
        let came = self.honest(body);
        self.log.change(number, |entry| entry.came = Some(came.clone()));
        match came {
            Ok(pair) => {
                let Pair { access, refresh, expires_in } = pair;
                let text = format!(
                    r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{expires_in},"refresh_token":"{refresh}"}}"#
                );
                match lie {
                    Lie::DropAfter => None,
                    Lie::After(status) => plain(status, "something went wrong"),
                    Lie::Truncated => plain(200, &text[..text.len() - 4]),
                    Lie::Html => plain(200, "<!doctype html><title>Welcome</title><p>All is well."),
                    Lie::Empty => plain(200, ""),
                    Lie::PairWith400 => plain(400, &text),
                    _ => plain(200, &text),
                }
            }
            Err(Refusal::InvalidGrant) => {
                self.seen.rejected.fetch_add(1, Ordering::SeqCst);
                match lie {
                    Lie::DropAfter => None,
                    Lie::After(status) => plain(status, "something went wrong"),
                    _ => error(400, "invalid_grant", "no such token"),
                }
            }
            Err(Refusal::TooEarly) => error(400, "invalid_grant", "token not expired"),
        }
    }

    fn honest(&self, body: &str) -> std::result::Result<Pair, Refusal> {
        let field = |name: &str| log::field(body, name);
        assert_eq!((field("client_id"), field("client_secret")), (CLIENT, SECRET), "{body}");
        let now = self.clock.now();
        let mut service = self.service.lock().unwrap();
        match field("grant_type") {
            "refresh_token" => service.refresh(field("refresh_token"), now),
            "authorization_code" => {
                assert!(field("code_verifier").len() >= 43, "{body}");
                service.exchange(field("code"), now)
            }
            other => panic!("the grant type {other:?}"),
        }
    }
}

/// The value of a header, if there is one.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (other, value) = line.split_once(':')?;
        other.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
