//! What keeping tokens costs: a token that lives, beside a bare read of SQLite; a refresh without the network, beside two bare
//! durable updates; and processes that ask around an expiry, by how many requests they make.
//!
//! The rounds of a comparison take turns, and medians are compared.

use osign::error::Error;
use osign::grant::keep::{Clock, Keeper};
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State, Status};
use osign::grant::seal::Sealer;
use osign::grant::{Grant, Kept};
use osign::http::{Answer, Request, Sender, Sent};
use osign::store::open::{self, OpenStore, StoreKey};
use osign::store::{Options, Postgres, Sqlite};
use std::cell::Cell;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const ROUNDS: usize = 31;
const PROCESSES: usize = 8;
const CALLS: usize = 1000;
/// How long the token lives that they find, in milliseconds: until all of them ask.
const LIVES: i64 = 300;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, folder, service] = &arguments[..]
        && mode == "ask"
    {
        return ask(Path::new(folder), Path::new(service));
    }
    if let [_, mode, folder] = &arguments[..]
        && mode == "make"
    {
        drop(requested(Path::new(folder)));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    parts(folder.path());
    warm(folder.path());
    requests(folder.path());
    refresh(folder.path());
    expiry(folder.path());
    match std::env::var("OSIGN_BENCH_POSTGRES") {
        Ok(url) => server(&url, folder.path()),
        Err(_) => println!("PostgreSQL: set OSIGN_BENCH_POSTGRES to the URL of an empty database"),
    }
}

/// Beside a bare SELECT of the same client: what is read of the store without opening it.
fn server(url: &str, folder: &Path) {
    println!("A token that lives, from PostgreSQL");
    let mut options = Options::default();
    (options.anchors, options.beside) = (Some(folder.join("anchors")), Some(folder.join("beside")));
    let store = Postgres::create(url, &options).expect("an empty database");
    let sealer = Sealer::new(Keys::new(Key::from_random(&[7; 32])), store.id(), store.environment());
    let service = Service { lives: 3600, sent: Cell::new(0) };
    let keeper =
        Keeper { store: &store, sealer: &sealer, sender: &service, clock: &Now, random: &random, owner: "bench" };
    keeper.add(&grant(3_600_000)).expect("a grant");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(500, || {
            black_box(keeper.access_token("crm", 60_000, 0).expect("a token"));
        }));
        theirs.push(timed(500, || {
            black_box(store.peek("crm").expect("a record"));
        }));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    figure("    access_token", ours, "us", None);
    figure("    a bare SELECT by the same client", theirs, "us", None);
    figure("    access_token / a bare SELECT", ours / theirs, "x", Some(1.3));
}

fn figure(what: &str, value: f64, unit: &str, most: Option<f64>) {
    let verdict = match most {
        Some(most) if value <= most => format!("<= {most}{unit} met"),
        Some(most) => format!("<= {most}{unit} OVER"),
        None => String::new(),
    };
    println!("{what:<66}{value:>9.2}{unit:<3} {verdict}");
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Microseconds for each of so many calls.
fn timed(calls: usize, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_secs_f64() * 1e6 / calls as f64
}

struct Now;

impl Clock for Now {
    fn now(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
    }

    fn sleep_until(&self, time: i64) {
        std::thread::sleep(Duration::from_millis(time.saturating_sub(self.now()).max(0).unsigned_abs()));
    }
}

/// A service without a network. Its tokens live for so many seconds.
struct Service {
    lives: u32,
    sent: Cell<u32>,
}

impl Sender for Service {
    fn send(&self, _: &Request, _: u64) -> Sent {
        let number = self.sent.get() + 1;
        self.sent.set(number);
        let body = format!(
            r#"{{"access_token":"a{number}","refresh_token":"r{number}","expires_in":{},"token_type":"Bearer"}}"#,
            self.lives
        );
        Sent::Answer(Answer::new(200, body.as_bytes()))
    }
}

/// One of which each request is a line in a file, so that processes share it.
struct Shared<'a>(&'a Path);

impl Sender for Shared<'_> {
    fn send(&self, _: &Request, _: u64) -> Sent {
        use std::io::Write;
        let mut log = std::fs::OpenOptions::new().create(true).append(true).open(self.0).expect("a log");
        log.write_all(b"x").expect("to write it");
        std::thread::sleep(Duration::from_millis(200)); // An exchange over a network.
        Sent::Answer(Answer::new(200, br#"{"access_token":"new","refresh_token":"new","expires_in":3600}"#))
    }
}

fn random(bytes: &mut [u8]) -> Result<(), Error> {
    for chunk in bytes.chunks_mut(32) {
        let seed = osign::system::seed()?;
        chunk.copy_from_slice(&seed[..chunk.len()]);
    }
    Ok(())
}

fn sealer(store: &Sqlite) -> Sealer {
    Sealer::new(Keys::new(Key::from_random(&[7; 32])), store.id(), store.environment())
}

fn store(path: &Path) -> Sqlite {
    // The anchor lies beside, and not in the home of whoever measures.
    let mut options = Options::default();
    options.anchors = Some(path.with_extension("anchors"));
    if path.exists() { Sqlite::open(path, &options) } else { Sqlite::create(path, &options) }.expect("a store")
}

fn grant(expires_in: i64) -> Grant {
    let now = Now.now();
    Grant {
        name: "crm".to_owned(),
        generation: 1,
        settings: Settings {
            kind: Kind::Code,
            provider: "gitlab".to_owned(),
            profile: None,
            client_id: "id".to_owned(),
            redirect_uri: Some("http://127.0.0.1/".to_owned()),
            scope: None,
            account: None,
            overrides: Vec::new(),
            allow_insecure_http: false,
            place: None,
        },
        state: State {
            status: Status::Active,
            obtained_at: now - 1,
            expires_at: Some(now + expires_in),
            ..State::new()
        },
        // As long as amoCRM's.
        secrets: Secrets {
            client_secret: Some(Kept::new(&"s".repeat(64))),
            access: Some(Kept::new(&"a".repeat(1000))),
            refresh: Some(Kept::new(&"r".repeat(1000))),
            ..Secrets::default()
        },
    }
}

fn keeper<'a>(store: &'a Sqlite, sealer: &'a Sealer, sender: &'a dyn Sender) -> Keeper<'a, Sqlite> {
    Keeper { store, sealer, sender, clock: &Now, random: &random, owner: "bench" }
}

fn parts(folder: &Path) {
    let store = store(&folder.join("parts.db"));
    let sealer = sealer(&store);
    let text = sealer.seal(&grant(3_600_000), &[1; 24]).expect("a record");
    figure(
        "    sealing",
        timed(2000, || {
            black_box(sealer.seal(&grant(3_600_000), &[1; 24]).expect("a record"));
        }),
        "us",
        None,
    );
    figure(
        "    opening",
        timed(2000, || {
            black_box(sealer.open("crm", &text).expect("a grant"));
        }),
        "us",
        None,
    );
    figure(
        "    the outside alone",
        timed(2000, || {
            black_box(osign::grant::seal::outside("crm", &text).expect("a grant"));
        }),
        "us",
        None,
    );
    figure(
        "    a profile",
        timed(200, || {
            black_box(osign::provider::builtin("gitlab").expect("a profile"));
        }),
        "us",
        None,
    );
}

fn warm(folder: &Path) {
    println!("A token that lives, from SQLite");
    let store = store(&folder.join("warm.db"));
    let sealer = sealer(&store);
    let service = Service { lives: 3600, sent: Cell::new(0) };
    let keeper = keeper(&store, &sealer, &service);
    keeper.add(&grant(3_600_000)).expect("a grant");
    let bare = rusqlite::Connection::open(folder.join("warm.db")).expect("a connection");
    let mut select = bare.prepare("SELECT record FROM grants WHERE name = 'crm'").expect("a statement");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(2000, || {
            black_box(keeper.access_token("crm", 60_000, 0).expect("a token"));
        }));
        theirs.push(timed(2000, || {
            black_box(select.query_row([], |row| row.get::<_, String>(0)).expect("a row"));
        }));
    }
    assert_eq!(service.sent.get(), 0);
    let (ours, theirs) = (median(ours), median(theirs));
    figure("    a bare read", theirs, "us", None);
    figure("  a warm access token, from Rust", ours, "us", Some(20.0));
}

/// A new store with a grant whose token lives; with `make` it is for `warm.c`, which asks through C.
fn requested(folder: &Path) -> OpenStore {
    let mut options = open::Options::default();
    options.anchors = Some(folder.join("anchors"));
    let url = format!("sqlite:{}", folder.join("requests.db").display());
    let store = OpenStore::create(&url, StoreKey::Key(&[7; 32]), &options).expect("a store");
    store.add_grant(&grant(3_600_000)).expect("a grant");
    store
}

/// As hosts ask for each of their requests.
fn requests(folder: &Path) {
    println!("\nA request of the service's API, while the token lives");
    let store = requested(folder);
    let (mut token, mut authorized, mut expired) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        token.push(timed(500, || {
            black_box(store.access_token("crm", 60_000, 0).expect("a token"));
        }));
        authorized.push(timed(500, || {
            black_box(store.authorize("crm", "GET", "https://gitlab.com/api", None, 60_000, 0).expect("a request"));
        }));
        expired.push(timed(500, || {
            black_box(store.is_expired("crm", 401, None).expect("an answer"));
        }));
    }
    figure("    its token", median(token), "us", None);
    figure("  with the token in it", median(authorized), "us", None);
    figure("  whether its answer says that the token has ended", median(expired), "us", None);
}

fn refresh(folder: &Path) {
    println!("\nA refresh without its exchange: intent and commit, durable");
    let store = store(&folder.join("refresh.db"));
    let sealer = sealer(&store);
    // Each token has ended when it is asked for again.
    let service = Service { lives: 0, sent: Cell::new(0) };
    let keeper = keeper(&store, &sealer, &service);
    keeper.add(&grant(-1)).expect("a grant");
    let bare = rusqlite::Connection::open(folder.join("bare.db")).expect("a connection");
    bare.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT);",
    )
    .expect("a table");
    bare.execute("INSERT INTO t VALUES (1, '')", []).expect("a row");
    // Another text each time: SQLite writes none that stands there already.
    let texts = ["x".repeat(4000), "y".repeat(4000)];
    let mut number = 0;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let before = service.sent.get();
        for _ in 0..20 {
            // A lifetime of 0 is the profile's own: so the record says that the token has ended. That change is not measured.
            let ended = keeper.change("crm", "ended", 0, |grant| {
                grant.state.expires_at = Some(0);
                Ok(())
            });
            ended.expect("a change");
            ours.push(timed(1, || {
                black_box(keeper.access_token("crm", 0, 0).expect("a token"));
            }));
            theirs.push(timed(1, || {
                for _ in 0..2 {
                    number ^= 1;
                    bare.execute("UPDATE t SET v = ?1 WHERE k = 1", [&texts[number]]).expect("an update");
                }
            }));
        }
        assert_eq!(service.sent.get() - before, 20);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    figure("    two bare durable updates", theirs, "us", None);
    figure("    a refresh", ours, "us", None);
    figure("  a refresh / two bare durable updates", ours / theirs, "x", Some(1.5));
}

/// What each process does: it asks, again and again, around the expiry.
fn ask(folder: &Path, service: &Path) {
    let store = store(&folder.join("expiry.db"));
    let sealer = sealer(&store);
    let service = Shared(service);
    let keeper = keeper(&store, &sealer, &service);
    let mut longest = 0.0_f64;
    for call in 0..CALLS {
        let mut end = None;
        longest = longest.max(timed(1, || {
            end = black_box(keeper.access_token("crm", 0, 30_000).expect("a token")).expires_at;
        }));
        // Half of them come before the end, however fast they are.
        let left = end.map_or(0, |end| end - Now.now());
        if call == CALLS / 2 && left < LIVES {
            std::thread::sleep(Duration::from_millis(left.max(0).unsigned_abs()));
        }
    }
    println!("{longest}");
}

fn expiry(folder: &Path) {
    println!("\n{PROCESSES} processes, {CALLS} calls each, around an expiry; the exchange takes 200 ms");
    let made = store(&folder.join("expiry.db"));
    let sealer = sealer(&made);
    let nobody = Service { lives: 0, sent: Cell::new(0) };
    // It ends while they ask.
    keeper(&made, &sealer, &nobody).add(&grant(LIVES)).expect("a grant");
    let log = folder.join("sent");
    let children: Vec<_> = (0..PROCESSES)
        .map(|_| {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command.args(["ask".as_ref(), folder.as_os_str(), log.as_os_str()]).stdout(std::process::Stdio::piped());
            command.spawn().expect("a process")
        })
        .collect();
    let longest = children.into_iter().map(|child| {
        let output = child.wait_with_output().expect("its end");
        assert!(output.status.success(), "a process failed");
        String::from_utf8_lossy(&output.stdout).trim().parse::<f64>().expect("a time") / 1e6
    });
    let longest = longest.fold(0.0, f64::max);
    let sent = std::fs::read(&log).map_or(0, |sent| sent.len());
    figure("  requests", sent as f64, "", Some(1.0));
    figure("  the longest call", longest, "s", Some(0.5));
    assert_eq!(sent, 1, "more than one refresh");
}
