//! A provider, a clock, and a grant between it and a host's table.

use crate::clock::Clock;
use crate::folder::Folder;
use crate::provider::{CLIENT, Provider, SECRET};
use crate::rows::Memory;
use crate::service::Habits;
use crate::watched::{Gate, Watched};
use osign::error::Error;
use osign::grant::access::Token;
use osign::grant::keep::Keeper;
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State};
use osign::grant::seal::Sealer;
use osign::grant::settings::NewGrant;
use osign::grant::{Grant, Kept};
use osign::http::client::{Client, Options as ClientOptions};
use osign::setting::Value;
use osign::store::{HostStore, Options, Records};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

pub(crate) const NAME: &str = "crm";
/// How long calls wait, in milliseconds; the clock skips what is long.
pub(crate) const PATIENCE: i64 = 60_000;
/// For who is to find that another one is at it.
pub(crate) const SHORT: i64 = 100;
/// How long an intent holds, in milliseconds.
pub(crate) const LEASE: i64 = 75_000;

pub(crate) fn options(folder: &Folder) -> Options {
    let mut options = folder.options();
    options.beside = Some(folder.path("beside"));
    options
}

pub(crate) fn open(id: &str, rows: impl Records + 'static, folder: &Folder) -> HostStore {
    HostStore::new(id, Arc::new(rows), &options(folder)).unwrap()
}

/// A host, and what it needs.
pub(crate) struct Host {
    pub(crate) store: HostStore,
    pub(crate) sealer: Sealer,
    client: Client,
    clock: Clock,
    owner: String,
}

impl Host {
    pub(crate) fn with(store: HostStore, clock: &Clock, owner: &str) -> Self {
        let sealer = Sealer::new(Keys::new(Key::from_random(&[0xA7; 32])), store.id(), store.environment());
        let mut options = ClientOptions::default();
        options.allow_loopback_http = true;
        let client = Client::new(&options).unwrap();
        Self { store, sealer, client, clock: clock.clone(), owner: owner.to_owned() }
    }

    /// Does something with a gate at each step.
    pub(crate) fn watched<R>(&self, gate: Gate<'_>, work: impl FnOnce(&Keeper<'_, Watched<'_, HostStore>>) -> R) -> R {
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

    pub(crate) fn keep<R>(&self, work: impl FnOnce(&Keeper<'_, Watched<'_, HostStore>>) -> R) -> R {
        self.watched(&|_| Ok(()), work)
    }

    pub(crate) fn token(&self) -> Result<Token, Error> {
        self.keep(|keeper| keeper.access_token(NAME, 0, PATIENCE))
    }

    pub(crate) fn grant(&self) -> Grant {
        self.keep(|keeper| keeper.grant(NAME)).unwrap()
    }

    /// A person agrees.
    pub(crate) fn log_in(&self, provider: &Provider) -> Result<Token, Error> {
        let url = self.keep(|keeper| keeper.begin_login(NAME, None))?;
        self.finish(provider, &url)
    }

    pub(crate) fn finish(&self, provider: &Provider, url: &str) -> Result<Token, Error> {
        let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
        let code = provider.service().consent();
        let callback = format!("http://127.0.0.1:9/callback?code={code}&state={state}");
        self.keep(|keeper| keeper.finish_login(NAME, &callback, PATIENCE))
    }

    /// Asks for a token, and stops once at a step until it is let go on.
    pub(crate) fn stopped_at<'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        step: &'static str,
    ) -> Stopped<'scope> {
        let (stops, stopped) = channel();
        let (go_on, goes_on): (_, Receiver<()>) = channel();
        let goes_on = std::sync::Mutex::new(goes_on);
        let thread = scope.spawn(move || {
            let once = AtomicBool::new(false);
            let gate = |at: &str| {
                if at == step && !once.swap(true, Ordering::Relaxed) {
                    stops.send(()).unwrap();
                    // Whoever lets go of it lets it go on.
                    let _ = goes_on.lock().unwrap().recv();
                }
                Ok(())
            };
            self.watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE))
        });
        stopped.recv().unwrap();
        Stopped { thread, go_on }
    }
}

/// A call that has stopped.
pub(crate) struct Stopped<'scope> {
    thread: ScopedJoinHandle<'scope, Result<Token, Error>>,
    go_on: Sender<()>,
}

impl Stopped<'_> {
    /// It goes on, and comes to this.
    pub(crate) fn go_on(self) -> Result<Token, Error> {
        let _ = self.go_on.send(());
        self.thread.join().unwrap()
    }
}

/// Two hosts over one table.
pub(crate) struct World {
    pub(crate) rows: Memory,
    pub(crate) hosts: [Host; 2],
    pub(crate) clock: Clock,
    pub(crate) provider: Provider,
    pub(crate) folders: [Folder; 2],
    before: usize,
}

impl World {
    /// The grant `crm`, to which a person has agreed, and whose access token has ended: its generation is 2.
    pub(crate) fn expired(name: &str, habits: Habits) -> Self {
        let world = Self::new(name, habits);
        world.expire();
        world
    }

    pub(crate) fn new(name: &str, habits: Habits) -> Self {
        let folders = [Folder::empty(name), Folder::empty(name)];
        let clock = Clock::of(&folders[0].anchors());
        let rows = Memory::default();
        let host = |index: usize| {
            let store = open("infobase", rows.clone(), &folders[index]);
            Host::with(store, &clock, ["the one", "the other"][index])
        };
        let hosts = [host(0), host(1)];
        let provider = Provider::start(habits, &clock);
        hosts[0].keep(|keeper| keeper.add(&grant(&provider))).unwrap();
        hosts[0].log_in(&provider).unwrap();
        let before = provider.sends();
        Self { rows, hosts, clock, provider, folders, before }
    }

    /// A host once more, as after a start.
    pub(crate) fn reopen(&self, index: usize) -> Host {
        Host::with(open("infobase", self.rows.clone(), &self.folders[index]), &self.clock, "the one once more")
    }

    pub(crate) fn expire(&self) {
        self.clock.skip(self.provider.service().habits.life * 1000 + 1);
    }

    /// The requests since the login.
    pub(crate) fn sends(&self) -> usize {
        self.provider.sends() - self.before
    }

    /// The token is in the table, and the refresh token beside it is good.
    pub(crate) fn is_well(&self, generation: u64) {
        let grant = self.hosts[1].grant();
        assert_eq!(grant.generation, generation);
        assert_eq!(grant.state.open_intent(), None);
        let refresh = grant.secrets.refresh.unwrap();
        assert!(
            self.provider.service().would_take(refresh.expose(), self.clock.now()),
            "the token that is kept is dead"
        );
    }
}

pub(crate) fn grant(provider: &Provider) -> Grant {
    let set = |name: &str, path: &str| (name.to_owned(), provider.url(path));
    Grant {
        name: NAME.to_owned(),
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

/// The same as a program sets it.
pub(crate) fn grant_settings(provider: &Provider) -> NewGrant {
    let mut grant = NewGrant::new();
    let profile = provider.service().habits.profile();
    let urls = [("authorize_url", "/authorize"), ("token_url", "/token"), ("revoke_url", "/revoke")];
    let urls: Vec<_> = urls.iter().map(|(name, path)| (*name, provider.url(path))).collect();
    let texts = [
        ("profile", profile.as_str()),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("redirect_uri", "http://127.0.0.1:9/callback"),
        ("allow_insecure_http", "true"),
    ];
    for (name, value) in texts.into_iter().chain(urls.iter().map(|(name, url)| (*name, url.as_str()))) {
        grant.set(name, Value::Text(value)).unwrap();
    }
    grant
}
