//! Records: they have room, older ones open, and no secret is outside.

use crate::world::{World, word};
use osign::grant::bundle::{Lock, Purpose};
use osign::grant::record::{Secrets, Status};
use osign::grant::seal::MOST;
use osign::grant::store::Store;
use osign::store::{Options, Sqlite};

/// A key as long as services take, in the longer of its two forms.
const LONG: &str = include_str!("../keys/sound-4096.pem");

fn record(world: &World, name: &str) -> String {
    let mut options = Options::default();
    options.anchors = Some(world.folder.join("anchors"));
    Sqlite::open(&world.folder.join("store.db"), &options).unwrap().load(name).unwrap().unwrap().record
}

#[test]
fn a_key_of_4096_bits_has_room() {
    let world = World::new();
    let long = "x".repeat(200);
    let settings = [
        ("signature_method", "RSA-SHA256"),
        ("private_key", LONG),
        ("token", &long),
        ("token_secret", &long),
        ("realm", "R"),
    ];
    world.store.add("cards", world.settings(&settings)).unwrap();
    let record = record(&world, "cards");
    assert!(record.len() < MOST, "{} bytes", record.len());
    assert!(!record.contains("PRIVATE KEY") && !record.contains(&long));
    assert_eq!(world.again().grant("cards").unwrap().secrets.private_key.unwrap().expose(), LONG.trim());
}

/// What does not fit is refused whole: nothing of it that cannot be had again is left out in silence.
#[test]
fn what_is_too_long_is_refused() {
    let world = World::new();
    let token = "x".repeat(3000);
    let settings =
        [("signature_method", "RSA-SHA256"), ("private_key", LONG), ("token", &token), ("token_secret", "s")];
    let error = world.store.add("cards", world.settings(&settings)).unwrap_err();
    assert_eq!(error.word(), "large-record");
    let says = "the record of the grant cards would be longer than 8192 bytes: its profile, its keys and the service's tokens are \
                too long together";
    assert_eq!(error.to_string(), says);
    assert_eq!(word(world.store.grant("cards")), "unknown-grant");
}

#[test]
fn secrets_of_an_older_version_open() {
    let older = r#"{"client_secret":"c","access":"a","refresh":"r","login":{"state":"s","at":1}}"#;
    let secrets: Secrets = serde_json::from_str(older).unwrap();
    assert_eq!((secrets.private_key, secrets.token_secret, secrets.pending), (None, None, None));
    assert_eq!(serde_json::from_str::<Secrets>("{}").unwrap(), Secrets::default());
    assert_eq!(serde_json::to_string(&Secrets::default()).unwrap(), "{}");
}

#[test]
fn what_it_shows_of_itself_is_no_secret() {
    let world = World::new();
    world.with_token("photos", &[("realm", "Photos")]);
    let shown = world.store.grant_as_json("photos").unwrap();
    for part in [
        "\"kind\":\"oauth1\"",
        "\"consumer_key\":\"consumer-key\"",
        "\"callback\":\"http://127.0.0.1:9/callback\"",
        "\"client_id\":null",
        "\"redirect_uri\":null",
        "\"provider\":\"custom-oauth1\"",
        "\"status\":\"active\"",
    ] {
        assert!(shown.contains(part), "{shown} lacks {part}");
    }
    let record = record(&world, "photos");
    for secret in world.provider.secrets() {
        assert!(!shown.contains(&secret) && !record.contains(&secret));
    }
    assert_eq!(world.store.check_as_json(i64::MAX / 2).unwrap(), "[]");
}

#[test]
fn it_moves_to_another_store() {
    let (here, there) = (World::new(), World::new());
    here.with_token("photos", &[]);
    let lock = Lock::Passphrase(b"correct horse battery");
    let (text, revision) = here.store.export("photos", Purpose::Move, lock).unwrap();
    here.store.exported("photos", revision, 0).unwrap();
    assert_eq!(word(here.call("photos", "GET", "/api/x", None)), "exported");
    let secrets = here.store.grant("photos").unwrap().secrets;
    assert!(secrets.access.is_none() && secrets.token_secret.is_none());
    there.store.import(&text, lock, None).unwrap();
    // As with a key: whoever moves a grant says so, whatever its kind.
    let url = format!("{}/api/x", here.provider.url);
    assert_eq!(word(there.store.authorize("photos", "GET", &url, None, 0, 0)), "imported");
    there.store.adopt("photos", 0).unwrap();
    let (request, _) = there.store.authorize("photos", "GET", &url, None, 0, 0).unwrap();
    assert_eq!(there.send(&request).status, 200);
    here.provider.only();
}

#[test]
fn another_name() {
    let world = World::new();
    world.with_token("photos", &[]);
    world.store.rename("photos", "boxes", 0).unwrap();
    world.call("boxes", "GET", "/api/x", None).unwrap();
    assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "unknown-grant");
    world.provider.only();
}

#[test]
fn a_new_secret_of_the_same_consumer_costs_no_login() {
    let world = World::new();
    let token = world.with_token("photos", &[]);
    world.store.replace("photos", world.settings(&[("consumer_secret", "another"), ("realm", "R")]), 0).unwrap();
    let grant = world.store.grant("photos").unwrap();
    assert_eq!((grant.state.status, grant.generation), (Status::Active, 2));
    assert_eq!(grant.secrets.access.unwrap().expose(), token);
    assert_eq!(grant.secrets.client_secret.unwrap().expose(), "another");
    // A token that is given takes the place of the one that there was.
    world.store.replace("photos", world.settings(&[("token", "t"), ("token_secret", "s")]), 0).unwrap();
    let grant = world.store.grant("photos").unwrap();
    assert_eq!((grant.secrets.access.unwrap().expose(), grant.state.status), ("t", Status::Active));
    // Of another consumer nothing is kept.
    world.store.replace("photos", world.settings(&[("consumer_key", "other")]), 0).unwrap();
    let grant = world.store.grant("photos").unwrap();
    assert_eq!((grant.secrets.access, grant.secrets.token_secret, grant.state.status), (None, None, Status::New));
    // Nor where requests for tokens would go elsewhere.
    world.store.replace("photos", world.settings(&[("token", "t"), ("token_secret", "s")]), 0).unwrap();
    let elsewhere = world.settings(&[("access_token_url", "https://evil.example/token")]);
    world.store.replace("photos", elsewhere, 0).unwrap();
    assert_eq!(world.store.grant("photos").unwrap().state.status, Status::New);
}

#[test]
fn it_ends_here() {
    let world = World::new();
    world.with_token("photos", &[]);
    assert!(!world.store.revoke("photos", 0).unwrap(), "this service has no way to be told");
    assert_eq!(word(world.call("photos", "GET", "/api/x", None)), "revoked");
    let secrets = world.store.grant("photos").unwrap().secrets;
    assert!(secrets.access.is_none() && secrets.token_secret.is_none() && secrets.client_secret.is_some());
    world.store.remove("photos", 0).unwrap();
    assert_eq!(word(world.store.grant("photos")), "unknown-grant");
}
