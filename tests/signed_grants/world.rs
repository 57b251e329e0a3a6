//! A store, a provider, and grants between them.

use crate::oauth1::{CONSUMER_KEY, CONSUMER_SECRET, OAuth1Provider};
use osign::Error;
use osign::grant::settings::NewGrant;
use osign::http::{Answer, Request, Sent};
use osign::setting::Value;
use osign::store::open::{OpenStore, Options, StoreKey};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How long calls wait, in milliseconds.
pub(crate) const PATIENCE: i64 = 10_000;

pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) store: OpenStore,
    pub(crate) provider: OAuth1Provider,
}

impl World {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("osign-signed-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let store = open(&folder.join("store.db"), &folder, true);
        Self { folder, store, provider: OAuth1Provider::start() }
    }

    /// The same store, opened as another process does.
    pub(crate) fn again(&self) -> OpenStore {
        open(&self.folder.join("store.db"), &self.folder, false)
    }

    /// The settings of a grant of the provider's, with these besides or instead.
    pub(crate) fn settings(&self, more: &[(&str, &str)]) -> NewGrant {
        let url = &self.provider.url;
        let addresses = [
            ("request_token_url", format!("{url}/initiate")),
            ("authorize_url", format!("{url}/authorize")),
            ("access_token_url", format!("{url}/token")),
        ];
        let usual = [
            ("kind", "oauth1"),
            ("consumer_key", CONSUMER_KEY),
            ("consumer_secret", CONSUMER_SECRET),
            ("callback", "http://127.0.0.1:9/callback"),
            ("api_origin", url),
            ("allow_insecure_http", "true"),
        ];
        let addresses = addresses.iter().map(|(name, value)| (*name, value.as_str()));
        made(usual.into_iter().chain(addresses).chain(more.iter().copied()))
    }

    /// A grant with a token that the provider made by hand; the token.
    pub(crate) fn with_token(&self, name: &str, more: &[(&str, &str)]) -> String {
        let (token, secret) = self.provider.make_token();
        let mut all = vec![("token", token.as_str()), ("token_secret", secret.as_str())];
        all.extend(more);
        self.store.add(name, self.settings(&all)).unwrap();
        token
    }

    /// What the provider says to a request under a grant.
    pub(crate) fn call(
        &self,
        name: &str,
        method: &str,
        path: &str,
        body: Option<(&str, &[u8])>,
    ) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.provider.url);
        let (request, _) = self.store.authorize(name, method, &url, body, 0, PATIENCE)?;
        Ok(self.send(&request))
    }

    pub(crate) fn send(&self, request: &Request) -> Answer {
        match self.store.send(request, 10_000, 1 << 20).unwrap() {
            Sent::Answer(answer) => answer,
            sent => panic!("{sent:?}"),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn open(path: &std::path::Path, anchors: &std::path::Path, is_new: bool) -> OpenStore {
    let mut options = Options::default();
    options.anchors = Some(anchors.join("anchors"));
    let url = format!("sqlite:{}", path.display());
    let open = if is_new { OpenStore::create } else { OpenStore::open };
    open(&url, StoreKey::Key(&[7; 32]), &options).unwrap()
}

pub(crate) fn made<'a>(settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> NewGrant {
    let mut new = NewGrant::new();
    for (name, value) in settings {
        new.set(name, Value::Text(value)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    new
}

/// The word of what a call failed with.
#[track_caller]
pub(crate) fn word<T>(result: Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => panic!("it did not fail"),
        Err(error) => error.word(),
    }
}
