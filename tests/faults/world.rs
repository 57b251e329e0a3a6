//! A folder with a store, a provider, a clock, and a grant between them; and the processes of a test.

use crate::clock::Clock;
use crate::folder::{Folder, folder_of_environment};
use crate::process::Other;
use crate::provider::{CLIENT, Provider, SECRET};
use crate::service::Habits;
use crate::watched::{Gate, Watched};
use osign::error::Error;
use osign::grant::access::Token;
use osign::grant::keep::Keeper;
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State, Status};
use osign::grant::seal::Sealer;
use osign::grant::store::Store;
use osign::grant::{Grant, Kept};
use osign::http::client::{Client, Options};
use osign::http::{Request, Sender, Sent};
use osign::store::Sqlite;

/// The grant that most tests have.
pub(crate) const NAME: &str = "crm";
/// How long calls wait, in milliseconds; the clock skips what is long.
pub(crate) const PATIENCE: i64 = 60_000;
/// The byte that the test's key is made of.
pub(crate) const KEY: u8 = 0xA7;

/// The variable that tells a child at which step to stop.
pub(crate) const STOP: &str = "OSIGN_TEST_STOP";

pub(crate) fn key(byte: u8) -> Key {
    Key::from_random(&[byte; 32])
}

/// What a process needs for its grants.
pub(crate) struct Host {
    pub(crate) store: Sqlite,
    pub(crate) sealer: Sealer,
    pub(crate) client: Client,
    pub(crate) clock: Clock,
    owner: String,
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), Error> {
    for part in bytes.chunks_mut(32) {
        part.copy_from_slice(&osign::system::seed()?[..part.len()]);
    }
    Ok(())
}

impl Host {
    pub(crate) fn open(folder: &Folder) -> Self {
        // Not in the folder itself, which can be a disk that takes nothing.
        Self::with(folder.open(), Clock::of(&folder.anchors()))
    }

    /// Over a store that is open.
    pub(crate) fn with(store: Sqlite, clock: Clock) -> Self {
        let sealer = Sealer::new(Keys::new(key(KEY)), store.id(), store.environment());
        let mut options = Options::default();
        options.allow_loopback_http = true;
        Self {
            store,
            sealer,
            client: Client::new(&options).unwrap(),
            clock,
            owner: format!("process {}", std::process::id()),
        }
    }

    /// That of the process that started this one.
    pub(crate) fn of_environment() -> Self {
        Self::open(&folder_of_environment())
    }

    pub(crate) fn keeper(&self) -> Keeper<'_, Sqlite> {
        self.keeper_over(&self.store, &self.client)
    }

    pub(crate) fn keeper_over<'a, S: Store>(&'a self, store: &'a S, sender: &'a dyn Sender) -> Keeper<'a, S> {
        Keeper { store, sealer: &self.sealer, sender, clock: &self.clock, random: &random, owner: &self.owner }
    }

    /// Does something with a gate at each step.
    pub(crate) fn watched<R>(&self, gate: Gate<'_>, work: impl FnOnce(&Keeper<'_, Watched<'_, Sqlite>>) -> R) -> R {
        let store = Watched { inner: &self.store, gate };
        let sender = Watched { inner: &self.client, gate };
        work(&self.keeper_over(&store, &sender))
    }

    pub(crate) fn token(&self) -> Result<Token, Error> {
        self.keeper().access_token(NAME, 0, PATIENCE)
    }

    pub(crate) fn refused(&self, generation: u64) -> Result<Token, Error> {
        self.keeper().refused(NAME, generation, 401, PATIENCE)
    }

    pub(crate) fn grant(&self) -> Grant {
        self.keeper().grant(NAME).unwrap()
    }

    /// Whether the API takes a token; the status.
    pub(crate) fn call(&self, provider: &Provider, token: &Token) -> u16 {
        let mut request = Request::new("GET", &provider.url("/api"));
        request.add_header("Authorization", &format!("Bearer {}", token.value.expose()));
        match self.client.send(&request, 10_000) {
            Sent::Answer(answer) => answer.status,
            sent => panic!("{sent:?}"),
        }
    }

    /// A person logs in.
    pub(crate) fn log_in(&self, name: &str, provider: &Provider) -> Result<Token, Error> {
        let url = self.keeper().begin_login(name, None)?;
        let code = provider.service().consent();
        self.keeper().finish_login(name, &callback(&url, &code), PATIENCE)
    }

    pub(crate) fn add(&self, name: &str, provider: &Provider) {
        self.keeper().add(&new_grant(name, provider)).unwrap();
    }
}

/// What the browser brings back from an address where a person agreed.
pub(crate) fn callback(url: &str, code: &str) -> String {
    let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap();
    format!("http://127.0.0.1:9/callback?code={code}&state={state}")
}

pub(crate) fn new_grant(name: &str, provider: &Provider) -> Grant {
    let set = |name: &str, path: &str| (name.to_owned(), provider.url(path));
    Grant {
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
            overrides: vec![
                set("authorize_url", "/authorize"),
                set("token_url", "/token"),
                set("revoke_url", "/revoke"),
            ],
            allow_insecure_http: true,
            place: None,
        },
        state: State::new(),
        secrets: Secrets { client_secret: Some(Kept::new(SECRET)), ..Secrets::default() },
    }
}

/// All that a test has.
pub(crate) struct World {
    pub(crate) folder: Folder,
    pub(crate) clock: Clock,
    pub(crate) provider: Provider,
    pub(crate) host: Host,
    /// The requests of the login.
    before: usize,
}

impl World {
    /// A store with the grant `crm`, to which a person has agreed: its generation is 2.
    pub(crate) fn new(name: &str, habits: Habits) -> Self {
        Self::within(Folder::with_store(name), habits)
    }

    /// The same in a folder that has a store.
    pub(crate) fn within(folder: Folder, habits: Habits) -> Self {
        let host = Host::open(&folder);
        let clock = host.clock.clone();
        let provider = Provider::start(habits, &clock);
        host.add(NAME, &provider);
        host.log_in(NAME, &provider).unwrap();
        let before = provider.sends();
        Self { folder, clock, provider, host, before }
    }

    /// The same, and the access token has ended.
    pub(crate) fn expired(name: &str, habits: Habits) -> Self {
        let world = Self::new(name, habits);
        world.expire();
        world
    }

    /// Time goes on until the access token has ended.
    pub(crate) fn expire(&self) {
        self.clock.skip(self.provider.service().habits.life * 1000 + 1);
    }

    /// The requests since the login.
    pub(crate) fn sends(&self) -> usize {
        self.provider.sends() - self.before
    }

    /// Another process in a role.
    pub(crate) fn other(&self, role: &str) -> Other {
        Other::start(self.folder.command(), role)
    }

    /// Another process that asks for a token, and stops at a step.
    pub(crate) fn stopped_at(&self, step: &str) -> Other {
        let mut command = self.folder.command();
        command.env(STOP, step);
        let mut other = Other::start(command, "token");
        other.wait_for("stopped");
        other
    }

    /// The same, and it is killed there.
    pub(crate) fn killed_at(&self, step: &str) {
        self.stopped_at(step).kill();
    }

    /// A person must log in, by this reason; and it stays so without a request.
    pub(crate) fn is_given_up(&self, word: &str) {
        let sends = self.provider.connections();
        for _ in 0..20 {
            assert_eq!(self.host.token().unwrap_err().word(), word);
        }
        assert!(matches!(self.host.grant().state.status, Status::NeedsLogin { .. }));
        assert_eq!(self.provider.connections(), sends, "a grant that was given up is asked for");
    }

    /// The same, found out by the first call.
    pub(crate) fn is_given_up_after_asking(&self) {
        assert_eq!(self.host.token().unwrap_err().word(), "rejected");
        self.is_given_up("rejected");
    }

    /// Another token than those before, which the API takes, and which is in the store.
    pub(crate) fn is_well(&self, token: &Token) {
        assert_eq!(self.host.call(&self.provider, token), 200);
        let grant = self.host.grant();
        assert_eq!(grant.secrets.access.as_ref(), Some(&token.value));
        assert_eq!(grant.generation, token.generation);
        assert_eq!(grant.state.status, Status::Active);
        assert_eq!(grant.state.intent, None);
        let refresh = grant.secrets.refresh.unwrap();
        let end = grant.state.expires_at.unwrap() + 1000;
        assert!(self.provider.service().would_take(refresh.expose(), end), "the refresh token that is kept is dead");
    }
}
