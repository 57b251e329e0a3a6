//! A provider, a clock, and a grant between it and a store at a server.

use crate::clock::Clock;
use crate::process::{Other, listen, say};
use crate::provider::{CLIENT, Provider, SECRET};
use crate::server::{self, Server, command_for};
use crate::service::Habits;
use crate::watched::{Gate, Watched};
use osign::error::Error;
use osign::grant::access::Token;
use osign::grant::keep::Keeper;
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State};
use osign::grant::seal::Sealer;
use osign::grant::{Grant, Kept};
use osign::http::client::{Client, Options};
use osign::store::Postgres;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) const NAME: &str = "crm";
/// How long calls wait, in milliseconds; the clock skips what is long.
pub(crate) const PATIENCE: i64 = 60_000;
/// The variable that tells a child at which step to stop.
const STOP: &str = "OSIGN_TEST_STOP";

/// A host's store, and what else it needs.
pub(crate) struct Host {
    pub(crate) store: Postgres,
    sealer: Sealer,
    client: Client,
    clock: Clock,
    owner: String,
}

impl Host {
    pub(crate) fn with(store: Postgres, clock: Clock) -> Self {
        let sealer = Sealer::new(Keys::new(Key::from_random(&[0xA7; 32])), store.id(), store.environment());
        let mut options = Options::default();
        options.allow_loopback_http = true;
        let client = Client::new(&options).unwrap();
        Self { store, sealer, client, clock, owner: format!("process {}", std::process::id()) }
    }

    /// Does something with a gate at each step.
    pub(crate) fn watched<R>(&self, gate: Gate<'_>, work: impl FnOnce(&Keeper<'_, Watched<'_, Postgres>>) -> R) -> R {
        let (store, sender) = (Watched { inner: &self.store, gate }, Watched { inner: &self.client, gate });
        work(&Keeper {
            store: &store,
            sealer: &self.sealer,
            sender: &sender,
            clock: &self.clock,
            random: &osign::system::fill,
            owner: &self.owner,
        })
    }

    /// Does something without a gate.
    pub(crate) fn keep<R>(&self, work: impl FnOnce(&Keeper<'_, Watched<'_, Postgres>>) -> R) -> R {
        self.watched(&|_| Ok(()), work)
    }

    pub(crate) fn token(&self) -> Result<Token, Error> {
        self.keep(|keeper| keeper.access_token(NAME, 0, PATIENCE))
    }

    pub(crate) fn grant(&self) -> Grant {
        self.keep(|keeper| keeper.grant(NAME)).unwrap()
    }
}

/// All that a test has.
pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) clock: Clock,
    pub(crate) provider: Provider,
    pub(crate) server: Server,
    before: usize,
}

impl World {
    /// A store with the grant `crm`, to which a person has agreed, and whose access token has ended: its generation is 2.
    pub(crate) fn expired(name: &str, habits: Habits) -> Self {
        Self::within(Server::with_store(name), habits)
    }

    pub(crate) fn within(server: Server, habits: Habits) -> Self {
        let clock = Clock::of(&server.folder.join("host"));
        let host = Host::with(server.open(), clock.clone());
        let provider = Provider::start(habits, &clock);
        agreed(&host, &provider);
        let before = provider.sends();
        let world = Self { host, clock, provider, server, before };
        world.expire();
        world
    }

    pub(crate) fn expire(&self) {
        self.clock.skip(self.provider.service().habits.life * 1000 + 1);
    }

    /// The requests since the login.
    pub(crate) fn sends(&self) -> usize {
        self.provider.sends() - self.before
    }

    /// The folder of another host, on which the time is the same.
    pub(crate) fn elsewhere(&self) -> PathBuf {
        let folder = self.server.folder.join("elsewhere");
        std::fs::create_dir_all(folder.join("host")).unwrap();
        std::fs::hard_link(self.server.folder.join("host/clock"), folder.join("host/clock")).unwrap();
        folder
    }

    /// Another process that asks for a token, and stops at a step.
    pub(crate) fn stopped_at(&self, step: &str) -> Other {
        let mut other = Other::start(stopping(self.server.command(), step), "token");
        other.wait_for("stopped");
        other
    }

    /// What another process says that asks for a token.
    pub(crate) fn asked(&self) -> String {
        answer(&mut Other::start(self.server.command(), "token"))
    }

    /// The token is in the store, and the refresh token beside it is good.
    pub(crate) fn is_well(&self, generation: u64) {
        let grant = self.host.grant();
        assert_eq!(grant.generation, generation);
        assert_eq!(grant.state.open_intent(), None);
        let refresh = grant.secrets.refresh.unwrap();
        assert!(
            self.provider.service().would_take(refresh.expose(), self.clock.now()),
            "the token that is kept is dead"
        );
    }
}

pub(crate) fn stopping(mut command: Command, step: &str) -> Command {
    command.env(STOP, step);
    command
}

/// What a process came to.
pub(crate) fn answer(other: &mut Other) -> String {
    other.lines().find(|line| line.starts_with("token ") || line.starts_with("error ")).expect("it comes to an end")
}

/// Sends a signal to a process.
pub(crate) fn signal(other: &Other, signal: &str) {
    assert!(Command::new("kill").args([signal, &other.process.id().to_string()]).status().unwrap().success());
}

/// Stops a process, as a machine that hangs does.
pub(crate) fn pause(other: &Other) {
    signal(other, "-STOP");
    let stat = format!("/proc/{}/stat", other.process.id());
    while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
        std::thread::yield_now();
    }
}

/// A grant to which a person agreed.
pub(crate) fn agreed(host: &Host, provider: &Provider) {
    agreed_as(host, provider, NAME);
}

/// The same by another name.
pub(crate) fn agreed_as(host: &Host, provider: &Provider, name: &str) {
    let set = |setting: &str, path: &str| (setting.to_owned(), provider.url(path));
    let grant = Grant {
        name: name.to_owned(),
        generation: 1,
        settings: Settings {
            kind: Kind::Code,
            provider: String::new(),
            profile: Some(provider.service().habits.profile()),
            client_id: CLIENT.to_owned(),
            redirect_uri: Some("http://127.0.0.1:9/callback".to_owned()),
            scope: None,
            account: None,
            overrides: vec![set("authorize_url", "/authorize"), set("token_url", "/token")],
            allow_insecure_http: true,
            place: None,
        },
        state: State::new(),
        secrets: Secrets { client_secret: Some(Kept::new(SECRET)), ..Secrets::default() },
    };
    host.keep(|keeper| {
        keeper.add(&grant).unwrap();
        let url = keeper.begin_login(name, None).unwrap();
        let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
        let code = provider.service().consent();
        let callback = format!("http://127.0.0.1:9/callback?code={code}&state={state}");
        keeper.finish_login(name, &callback, PATIENCE).unwrap();
    });
}

/// What a child does in a role.
pub(crate) fn play(role: &str) {
    let folder = server::folder_of_environment();
    let stop = std::env::var(STOP).unwrap_or_default();
    match role {
        "token" => ask(&Host::with(server::of_environment(), Clock::of(&folder.join("host"))), &stop),
        "storm" => crate::scale::storm(&Host::with(server::of_environment(), Clock::of(&folder.join("host")))),
        // Its provider is its own: it is in a network of its own.
        "alone" => {
            let clock = Clock::of(&folder.join("host"));
            let host = Host::with(server::of_environment(), clock.clone());
            let provider = Provider::start(Habits::FAMILY, &clock);
            agreed(&host, &provider);
            clock.skip(provider.service().habits.life * 1000 + 1);
            ask(&host, &stop);
            listen();
            ask(&host, "");
            say(&format!("sends {}", provider.sends()));
        }
        _ => panic!("the role {role:?}"),
    }
}

/// Asks once for a token; at a step it stops, until it is killed or let go on.
fn ask(host: &Host, stop: &str) {
    let stopped = AtomicBool::new(false);
    let gate = |step: &str| {
        if step == stop && !stopped.swap(true, Ordering::Relaxed) {
            say("stopped");
            listen();
        }
        Ok(())
    };
    match host.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)) {
        Ok(token) => say(&format!("token {}", token.generation)),
        Err(error) => say(&format!("error {}", error.word())),
    }
}

/// The command of a client elsewhere.
pub(crate) fn client(url: &str, folder: &Path, server: &Server) -> Command {
    command_for(url, folder, server.lease)
}
