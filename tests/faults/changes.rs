//! What a person does to a grant that lives: it is replaced, revoked, moved.

use crate::service::Habits;
use crate::world::{Host, KEY, NAME, PATIENCE, World, key, new_grant};
use osign::error::{Error, Keeping};
use osign::grant::key::Keys;
use osign::grant::record::Status;
use osign::grant::seal::Sealer;
use osign::grant::store::Store;
use osign::grant::{Grant, Kept};

/// What makes a grant another one.
type Change<'a> = &'a dyn Fn(&mut Grant);

fn put(grant: &mut Grant, name: &str, value: &str) {
    grant.settings.overrides.retain(|(other, _)| other != name);
    grant.settings.overrides.push((name.to_owned(), value.to_owned()));
}

/// All that a grant of one's own profile tells of its service is the profile and its addresses.
#[test]
fn tokens_stay_with_the_service_that_gave_them() {
    let other_profile = |grant: &mut Grant| {
        let profile = grant.settings.profile.take().unwrap();
        grant.settings.profile = Some(profile.replace("name = \"faulty\"", "name = \"other\""));
    };
    let elsewhere = "http://127.0.0.1:9/token";
    let others: [(&str, Change<'_>); 5] = [
        ("profile", &other_profile),
        ("token_url", &|grant| put(grant, "token_url", elsewhere)),
        ("refresh_url", &|grant| put(grant, "refresh_url", elsewhere)),
        ("revoke_url", &|grant| put(grant, "revoke_url", elsewhere)),
        ("client_id", &|grant| "another".clone_into(&mut grant.settings.client_id)),
    ];
    for (what, change) in others {
        let world = World::new("replaced", Habits::STRICT);
        let mut new = new_grant(NAME, &world.provider);
        change(&mut new);
        world.host.keeper().replace(&new, PATIENCE).unwrap();
        let grant = world.host.grant();
        assert_eq!((grant.generation, &grant.state.status), (3, &Status::New), "{what}");
        assert_eq!((&grant.settings, &grant.secrets), (&new.settings, &new.secrets), "{what}");
        assert_eq!(world.host.token().unwrap_err().word(), "not-logged-in", "{what}");
        assert_eq!(world.sends(), 0);
    }
    // Another path of the same host, another secret and redirect URI cost nobody a login.
    let world = World::new("replaced", Habits::STRICT);
    let mut new = new_grant(NAME, &world.provider);
    put(&mut new, "refresh_url", &world.provider.url("/token?again"));
    new.settings.redirect_uri = Some("http://127.0.0.1:9/other".to_owned());
    new.secrets.client_secret = Some(Kept::new("another"));
    world.host.keeper().replace(&new, PATIENCE).unwrap();
    let token = world.host.token().unwrap();
    assert_eq!((token.generation, token.value.expose(), world.sends()), (3, "hunter2-access-1", 0));
}

/// Of a service that has a host for each account another account is another place.
#[test]
fn tokens_stay_with_the_account_that_they_are_of() {
    let world = World::new("account", Habits::STRICT);
    let of = |account: Option<&str>| {
        let mut grant = new_grant("shop", &world.provider);
        grant.settings.profile = None;
        "amocrm".clone_into(&mut grant.settings.provider);
        grant.settings.overrides.clear();
        grant.settings.account = account.map(str::to_owned);
        grant
    };
    let mut grant = of(Some("one.amocrm.ru"));
    grant.state.status = Status::Active;
    grant.secrets.refresh = Some(Kept::new("hunter2-refresh"));
    world.host.keeper().add(&grant).unwrap();
    let replaced = |new: &Grant| {
        world.host.keeper().replace(new, PATIENCE).unwrap();
        world.host.keeper().grant("shop").unwrap()
    };
    let same = replaced(&of(None));
    assert_eq!(
        (same.settings.account.as_deref(), same.secrets.refresh),
        (Some("one.amocrm.ru"), grant.secrets.refresh)
    );
    let other = replaced(&of(Some("two.amocrm.ru")));
    assert_eq!((other.settings.account.as_deref(), other.secrets.refresh), (Some("two.amocrm.ru"), None));
}

/// Whoever has one key would open not all of the store.
#[test]
fn no_grant_is_sealed_with_another_key_than_the_rest() {
    let world = World::new("other-key", Habits::STRICT);
    let mut other = Host::open(&world.folder);
    other.sealer = Sealer::new(Keys::new(key(7)), other.store.id(), other.store.environment());
    let new = new_grant("second", &world.provider);
    let foreign = Error::from(Keeping::ForeignKey { name: NAME.to_owned() });
    assert_eq!(other.keeper().add(&new), Err(foreign.clone()));
    assert_eq!(other.keeper().import(new.clone(), "third"), Err(foreign.clone()));
    assert_eq!(world.host.store.names(), Ok(vec![NAME.to_owned()]));
    // While keys are changed, who has both adds.
    let both = Keys::new(key(7)).and_older(key(KEY));
    other.sealer = Sealer::new(both, other.store.id(), other.store.environment());
    assert_eq!(other.keeper().add(&new), Ok(()));
    // What is damaged tells of no key, and the next one is asked.
    assert_eq!(world.host.keeper().add(&new_grant("third", &world.provider)), Ok(()));
    let stored = world.host.store.load(NAME).unwrap().unwrap();
    assert_eq!(world.host.store.acquire(NAME, stored.generation, stored.revision, "{}"), Ok(true));
    let foreign = Error::from(Keeping::ForeignKey { name: "second".to_owned() });
    assert_eq!(world.host.keeper().add(&new_grant("fourth", &world.provider)), Err(foreign.clone()));
    assert_eq!(world.host.keeper().replace(&new_grant("third", &world.provider), PATIENCE), Err(foreign));
}
