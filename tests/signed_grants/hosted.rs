//! In a table of the host's own, directly and in steps: no lock is more than an intent there.

use crate::oauth1::OAuth1Provider;
use crate::rows::Memory;
use crate::world::{PATIENCE, World, word};
use osign::Error;
use osign::http::client::{Client, Options as ClientOptions};
use osign::http::{Answer, Request, Sender, Sent};
use osign::store::Records;
use osign::store::open::{OpenStore, Options, StoreKey};
use osign::store::steps::{Outcome, Step, Work, Write};
use std::sync::Arc;

struct Host {
    world: World,
    rows: Memory,
    store: OpenStore,
    client: Client,
}

impl Host {
    fn new() -> Self {
        let world = World::new();
        let rows = Memory::default();
        let mut options = Options::default();
        options.anchors = Some(world.folder.join("anchors"));
        options.beside = Some(world.folder.join("beside"));
        let store = OpenStore::hosted("infobase", Arc::new(rows.clone()), StoreKey::Key(&[7; 32]), &options).unwrap();
        Self { world, rows, store, client: Client::new(&ClientOptions::default()).unwrap() }
    }

    fn provider(&self) -> &OAuth1Provider {
        &self.world.provider
    }

    /// Does a work step by step, and counts the requests that it sends.
    fn drive(&self, work: Work, sent: &mut usize) -> Result<Outcome, Error> {
        self.drive_by(&self.client, work, sent)
    }

    /// The same by another client.
    fn drive_by(&self, client: &dyn Sender, mut work: Work, sent: &mut usize) -> Result<Outcome, Error> {
        let rows = &self.rows;
        loop {
            match work.step() {
                None => return work.take().expect("it is over"),
                Some(Step::Load { name }) => {
                    let row = rows.load(name).unwrap();
                    work.loaded(row).unwrap();
                }
                Some(Step::Names) => work.names(rows.names().unwrap()).unwrap(),
                Some(Step::Write(write)) => {
                    let is_written = match write {
                        Write::Acquire { name, generation, revision, record } => {
                            rows.acquire(name, *generation, *revision, record)
                        }
                        Write::Commit { name, generation, record } => rows.commit(name, *generation, record),
                        Write::Add { name, record } => rows.add(name, record),
                        Write::Remove { name, generation } => rows.remove(name, *generation),
                        Write::Rename { name, generation, new_name, record } => {
                            rows.rename(name, *generation, new_name, record)
                        }
                    };
                    work.written(is_written.unwrap()).unwrap();
                }
                Some(Step::Send(request)) => {
                    *sent += 1;
                    work.sent(client.send(request, 10_000)).unwrap();
                }
                Some(Step::Wait(_)) => work.waited().unwrap(),
            }
        }
    }

    fn call(&self, request: &Request) -> u16 {
        match self.client.send(request, 10_000) {
            Sent::Answer(answer) => answer.status,
            sent => panic!("{sent:?}"),
        }
    }
}

#[test]
fn by_calls() {
    let host = Host::new();
    host.store.add("photos", host.world.settings(&[])).unwrap();
    let came_to = host.provider().agree(&host.store.begin_login("photos", None).unwrap());
    host.store.finish_login("photos", &came_to, PATIENCE).unwrap();
    assert_eq!(word(host.store.finish_login("photos", &came_to, PATIENCE)), "no-login");
    let url = format!("{}/api/x", host.provider().url);
    let (request, generation) = host.store.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert_eq!((host.call(&request), generation), (200, 2));
    // Nothing is under way, whatever came of it.
    assert_eq!(host.store.grant("photos").unwrap().state.intent, None);
    let came_to = host.provider().agree(&host.store.begin_login("photos", None).unwrap());
    host.provider().lie("/token", 500, "text/plain", "");
    assert_eq!(word(host.store.finish_login("photos", &came_to, PATIENCE)), "service-failed");
    assert_eq!(host.store.grant("photos").unwrap().state.intent, None);
    assert!(!host.store.revoke("photos", PATIENCE).unwrap());
}

#[test]
fn a_renewal_in_steps() {
    let host = Host::new();
    let (store, mut sent) = (&host.store, 0);
    let url = format!("{}/renew", host.provider().url);
    store.add("photos", host.world.settings(&[("renew_url", url.as_str())])).unwrap();
    let came_to = host.provider().agree(&store.begin_login("photos", None).unwrap());
    store.finish_login("photos", &came_to, PATIENCE).unwrap();
    host.provider().take();
    let work = Work::renew(store, "photos", PATIENCE);
    let Outcome::Token(token) = host.drive(work, &mut sent).unwrap() else { panic!("a token") };
    assert_eq!((token.value.expose(), token.generation, sent), ("", 3, 1));
    assert_eq!(host.provider().take().len(), 1);
    let url = format!("{}/api/x", host.provider().url);
    let (request, _) = store.authorize("photos", "GET", &url, None, 0, PATIENCE).unwrap();
    assert_eq!(host.call(&request), 200);
}

/// Nor is an answer lost that nobody can read; and nothing is under way then.
#[test]
fn an_unread_renewal_is_kept() {
    let host = Host::new();
    let url = format!("{}/renew", host.provider().url);
    host.store.add("photos", host.world.settings(&[("renew_url", url.as_str())])).unwrap();
    let came_to = host.provider().agree(&host.store.begin_login("photos", None).unwrap());
    host.store.finish_login("photos", &came_to, PATIENCE).unwrap();
    host.provider().lie("/renew", 200, "text/plain", "oauth_token=new");
    assert_eq!(word(host.drive(Work::renew(&host.store, "photos", PATIENCE), &mut 0)), "renewal-lost");
    let grant = host.store.grant("photos").unwrap();
    assert_eq!(grant.secrets.unread.unwrap().body.expose(), "oauth_token=new");
    assert_eq!((grant.generation, grant.state.intent), (2, None));
}

/// The same work as for any grant, and its requests are the caller's to send.
#[test]
fn in_steps() {
    let host = Host::new();
    let (store, mut sent) = (&host.store, 0);
    host.drive(Work::add(store, "photos", host.world.settings(&[])), &mut sent).unwrap();
    let Outcome::Text(url, 0) = host.drive(Work::begin_login(store, "photos", None), &mut sent).unwrap() else {
        panic!("an address")
    };
    assert_eq!(sent, 1);
    let came_to = host.provider().agree(&url);
    let Outcome::Token(token) = host.drive(Work::finish_login(store, "photos", &came_to, PATIENCE), &mut sent).unwrap()
    else {
        panic!("an end")
    };
    assert_eq!((token.value.expose(), token.generation, sent), ("", 2, 2));
    assert_eq!(host.provider().take().len(), 2, "each once");
    let url = format!("{}/api/x", host.provider().url);
    let form = Some(("application/x-www-form-urlencoded", &b"a=1"[..]));
    let work = Work::authorize(store, "photos", ("POST", &url), form, 0, PATIENCE);
    let Outcome::Request(request, 2) = host.drive(work, &mut sent).unwrap() else { panic!("a request") };
    assert_eq!((host.call(&request), sent), (200, 2));
    host.provider().only();
    assert_eq!(word(host.drive(Work::access_token(store, "photos", 0, PATIENCE), &mut sent)), "signs-each-request");
    assert_eq!(word(host.drive(Work::renew(store, "photos", PATIENCE), &mut sent)), "no-endpoint");
    host.drive(Work::revoke(store, "photos", PATIENCE), &mut sent).unwrap();
    assert_eq!(word(host.drive(Work::authorize(store, "photos", ("GET", &url), None, 0, 0), &mut sent)), "revoked");
}

/// That its token has ended already the service says by a header alone.
#[test]
fn a_challenge_in_steps() {
    struct Says;
    impl Sender for Says {
        fn send(&self, _: &Request, _: u64) -> Sent {
            let mut answer = Answer::new(401, b"");
            answer.add_header("WWW-Authenticate", "OAuth oauth_problem=\"token_revoked\"");
            Sent::Answer(answer)
        }
    }
    let host = Host::new();
    let url = format!("{}/disconnect", host.provider().url);
    let settings = [("token", "t"), ("token_secret", "s"), ("revoke_url", url.as_str())];
    host.store.add("photos", host.world.settings(&settings)).unwrap();
    let told = host.drive_by(&Says, Work::revoke(&host.store, "photos", PATIENCE), &mut 0).unwrap();
    assert!(matches!(told, Outcome::Flag(true)));
}
