//! No secret of a test stands in clear where others may look: in files, in errors, in `Debug`, in the history.

use crate::policies::UNTIL_USED;
use crate::provider::Lie;
use crate::world::{Host, KEY, NAME, PATIENCE, World, callback, key};
use osign::error::{Error, Keeping};
use osign::grant::Kept;
use osign::grant::access::{Consent, Want};
use osign::grant::seal::outside;
use osign::grant::store::Store;
use std::fs;
use std::path::{Path, PathBuf};

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn no_secret_stands_in_clear() {
    let world = World::new("secrets", UNTIL_USED);
    let host = &world.host;
    let mut errors: Vec<Error> = Vec::new();
    let url = host.keeper().begin_login(NAME, None).unwrap();
    let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
    let is_clean = |when: &str| {
        let mut looked_at = Vec::new();
        for path in files(&world.folder.path("")).into_iter().chain(files(&world.folder.anchors())) {
            let bytes = fs::read(&path).unwrap();
            let line = key(KEY).line();
            for secret in [&b"hunter2"[..], &[KEY; 32], line.as_bytes(), state.as_bytes()] {
                assert!(!holds(&bytes, secret), "{when}: {path:?} holds {}", String::from_utf8_lossy(secret));
            }
            looked_at.push(path);
        }
        looked_at
    };
    is_clean("while a person logs in");
    errors.extend(host.keeper().finish_login(NAME, "http://h/?code=hunter2-code&state=hunter2-state", 0).err());
    let code = world.provider.service().consent();
    host.keeper().finish_login(NAME, &callback(&url, &code), PATIENCE).unwrap();

    // Each kind of error that a refresh knows.
    for lie in [
        Lie::DropBefore,
        Lie::Before(500),
        Lie::Truncated,
        Lie::Html,
        Lie::TooMany(Some(9)),
        Lie::InvalidClient,
        Lie::RedirectUri,
        Lie::TooEarly,
        Lie::RejectedWith200,
    ] {
        world.expire();
        world.provider.lie(&[lie]);
        errors.extend(host.keeper().access_token(NAME, 0, 0).err());
        errors.extend(host.refused(2).err());
        errors.extend(host.refused(99).err());
        if lie == Lie::RejectedWith200 {
            host.log_in(NAME, &world.provider).unwrap();
        } else {
            world.clock.skip(60_000);
        }
    }
    let refusing = |step: &str| if step == "before commit" { Err(Keeping::BadStoreKey.into()) } else { Ok(()) };
    world.expire();
    errors.extend(host.watched(&refusing, |keeper| keeper.access_token(NAME, 0, PATIENCE)).err());
    assert_eq!(errors.last().unwrap().word(), "not-saved");
    let looked_at = is_clean("with a pair beside the store");
    for end in ["store.db", "store.db-wal", "store.db-shm", ".spill"] {
        assert!(looked_at.iter().any(|path| path.to_string_lossy().ends_with(end)), "{end} was not looked at");
    }
    assert!(looked_at.iter().any(|path| path.starts_with(world.folder.anchors())));
    host.token().unwrap();
    let mut other = Host::open(&world.folder);
    other.sealer = osign::grant::seal::Sealer::new(
        osign::grant::key::Keys::new(key(1)),
        other.store.id(),
        other.store.environment(),
    );
    errors.extend(other.token().err());
    assert!(errors.len() > 15, "{errors:?}");
    host.store.backup(&world.folder.path("backup.db")).unwrap();

    // What people and logs are shown.
    let token = host.token().unwrap();
    let code = Kept::new("hunter2-code");
    let consent = Consent { code, account: None, kept: Vec::new() };
    let want = Want { min_validity: 0, refused: None, patience: 0, consent: Some(consent) };
    let record = host.store.peek(NAME).unwrap().unwrap();
    let history = host.store.history(NAME, 1000).unwrap();
    let mut shown: Vec<_> = errors
        .iter()
        .flat_map(|error| [error.to_string(), format!("{error:?}"), osign::language::russian(error).into_owned()])
        .collect();
    shown.extend([
        format!("{token:?}"),
        format!("{want:?}"),
        format!("{:?}", host.grant()),
        format!("{:?}", host.store),
        format!("{:?}", host.sealer),
        format!("{:?}", host.client),
        format!("{:?}", outside(NAME, &record.record)),
        format!("{record:?}"),
        format!("{history:?}"),
        format!("{:?}", host.store.info()),
    ]);
    for text in &shown {
        assert!(!text.contains("hunter2") && !text.contains(&state), "{text}");
    }
    assert!(history.len() > 10);
    is_clean("at the end");
    // The test itself would find them: the service was sent them.
    let heard = world.provider.heard().concat();
    assert!(heard.contains("hunter2-refresh-1") && heard.contains("hunter2-client-secret"));
}
