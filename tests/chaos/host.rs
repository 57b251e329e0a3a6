//! What a thread needs for the grant: a store and a client that note what they do, a key, and a clock that may be wrong.

use crate::clock::Clock;
use crate::journal::{Hasty, Journal, Noting};
use crate::place::Place;
use crate::provider::{CLIENT, Provider, SECRET};
use osign::error::Error;
use osign::grant::access::Token;
use osign::grant::keep::{self, Keeper};
use osign::grant::key::{Key, Keys};
use osign::grant::record::{Kind, Secrets, Settings, State};
use osign::grant::seal::{NONCE, Sealer};
use osign::grant::{Grant, Kept};
use osign::http::client::{Client, Options};
use osign::http::{Request, Sender, Sent};
use osign::store::AnyStore;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

pub(crate) const NAME: &str = "crm";

/// A clock that is ahead of the test's by so many milliseconds.
pub(crate) struct Skewed {
    pub(crate) clock: Clock,
    pub(crate) ahead: i64,
}

impl keep::Clock for Skewed {
    fn now(&self) -> i64 {
        self.clock.now() + self.ahead
    }

    fn sleep_until(&self, time: i64) {
        keep::Clock::sleep_until(&self.clock, time.saturating_sub(self.ahead));
    }
}

/// A process: its threads share this.
pub(crate) struct Host {
    pub(crate) store: AnyStore,
    pub(crate) sealer: Sealer,
    pub(crate) client: Client,
    pub(crate) journal: Journal,
    pub(crate) clock: Skewed,
    /// The milliseconds after which a request is given up.
    pub(crate) deadline: u64,
    owner: String,
}

impl Host {
    pub(crate) fn open(place: &Place, ahead: i64, deadline: u64) -> Result<Self, Error> {
        let store = place.open()?;
        let sealer = Sealer::new(Keys::new(Key::from_random(&[0xA7; 32])), store.id(), store.environment());
        let mut options = Options::default();
        options.allow_loopback_http = true;
        Ok(Self {
            sealer,
            client: Client::new(&options).unwrap(),
            journal: Journal::at(&place.beside),
            clock: Skewed { clock: Clock::of(&place.beside), ahead },
            deadline,
            owner: store.owner(),
            store,
        })
    }

    /// Does something, which the journal has by the name of the call.
    pub(crate) fn keep<R>(
        &self,
        call: &str,
        work: impl FnOnce(&Keeper<'_, Noting<'_, AnyStore>>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let (call, journal) = (Mutex::new(call.to_owned()), &self.journal);
        let store = Noting { inner: &self.store, journal, call: &call };
        let noting = Noting { inner: &self.client, journal, call: &call };
        let sender = Hasty { noting, deadline: self.deadline, count: AtomicU64::new(0) };
        let done = work(&Keeper {
            store: &store,
            sealer: &self.sealer,
            sender: &sender,
            clock: &self.clock,
            random: &osign::system::fill,
            owner: &self.owner,
        });
        let how = done.as_ref().map_or_else(Error::word, |_| "well");
        journal.note(&call.lock().unwrap(), "ended", how);
        done
    }

    pub(crate) fn token(&self, call: &str, patience: i64) -> Result<Token, Error> {
        self.keep(call, |keeper| keeper.access_token(NAME, 0, patience))
    }

    /// The grant as it stands, also in a store that is quarantined.
    pub(crate) fn grant(&self) -> Result<Grant, Error> {
        let stored = self.store.peek(NAME)?.expect("the grant is there");
        let mut grant = self.sealer.open(NAME, &stored.record)?;
        grant.generation = stored.generation;
        Ok(grant)
    }

    /// A person logs in; None where that came to nothing.
    pub(crate) fn log_in(&self, call: &str, provider: &Provider) -> Result<Token, Error> {
        let url = self.keep(&format!("{call}/begin"), |keeper| keeper.begin_login(NAME, None))?;
        let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
        let code = provider.service().consent();
        let callback = format!("http://127.0.0.1:9/callback?code={code}&state={state}");
        self.keep(call, |keeper| keeper.finish_login(NAME, &callback, 3_000))
    }

    /// A person makes a restored store the one to go on with.
    pub(crate) fn adopt_store(&self) -> Result<usize, Error> {
        self.store.adopt(|name, record, from| {
            let mut nonce = [0; NONCE];
            osign::system::fill(&mut nonce)?;
            self.sealer.adopt(name, record, from, &nonce)
        })
    }

    /// By which status an API takes a token, or says that it has ended; None where there is no answer.
    pub(crate) fn call(&self, url: &str, token: &Token) -> Option<(u16, bool)> {
        let mut request = Request::new("GET", url);
        request.add_header("Authorization", &format!("Bearer {}", token.value.expose()));
        match self.client.send(&request, self.deadline) {
            Sent::Answer(answer) => Some((answer.status, answer.body().starts_with(b"{\"ok\":true}"))),
            _ => None,
        }
    }
}

pub(crate) fn new_grant(provider: &Provider) -> Grant {
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
