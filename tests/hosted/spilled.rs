//! What lies beside a table and is of another grant than the one that has its name now.

use crate::rows::Memory;
use crate::service::{Habits, Rotation};
use crate::world::{Host, LEASE, NAME, PATIENCE, SHORT, World, grant, open};
use osign::error::Keeping;
use osign::grant::key::{Key, Keys};
use osign::grant::seal::Sealer;
use osign::grant::store::Store;
use std::thread;

/// The first host has a pair of generation 3, which the table did not take.
fn with_spilled(name: &str) -> World {
    let world = World::expired(name, Habits::STRICT);
    let gate = |at: &str| if at == "before commit" { Err(Keeping::ForkedStore.into()) } else { Ok(()) };
    let refused = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
    assert_eq!(refused.unwrap_err().word(), "not-saved");
    world
}

/// The token that it came by is spent, and sent again would cost the family.
#[test]
fn a_pair_is_used_before_the_token_that_it_came_by() {
    let spilled = {
        let world = World::expired("came-by", Habits::FAMILY);
        let gate = |at: &str| if at == "before commit" { Err(Keeping::ForkedStore.into()) } else { Ok(()) };
        let refused = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
        assert_eq!(refused.unwrap_err().word(), "not-saved");
        world.clock.skip(LEASE + 1);
        world.hosts[1].keep(|keeper| keeper.replace(&grant(&world.provider), SHORT)).unwrap();
        world
    };
    // And a process that was held up beyond its lease.
    let second = World::expired("came-second", Habits::FAMILY);
    let is_first = std::sync::atomic::AtomicBool::new(true);
    let gate = |at: &str| {
        if at == "before commit" && is_first.swap(false, std::sync::atomic::Ordering::Relaxed) {
            second.clock.skip(LEASE + 1);
            second.hosts[1].keep(|keeper| keeper.replace(&grant(&second.provider), SHORT)).unwrap();
        }
        Ok(())
    };
    let came = second.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE)).unwrap();
    assert_eq!(came.generation, 4);
    assert_eq!(spilled.hosts[0].token().unwrap().generation, 4);
    for world in [&spilled, &second] {
        assert_eq!(world.sends(), 2);
        world.is_well(4);
        assert_eq!(world.hosts[0].grant().secrets.alternates, Vec::new());
        assert_eq!(world.hosts[0].store.info().unwrap().spilled, [""; 0]);
    }
}

/// A grant whose tokens are so long that a record has no room for three, of generation 3; and the access token has ended.
fn with_long_tokens(name: &str, habits: Habits, length: usize) -> World {
    let world = World::expired(name, habits);
    world.provider.service().mark = "h".repeat(length);
    world.hosts[0].token().unwrap();
    world.clock.skip(habits.life * 1000 + 1);
    let gate = |at: &str| if at == "before commit" { Err(Keeping::ForkedStore.into()) } else { Ok(()) };
    let refused = world.hosts[0].watched(&gate, |keeper| keeper.access_token(NAME, 0, PATIENCE));
    assert_eq!(refused.unwrap_err().word(), "not-saved");
    world.clock.skip(LEASE + 1);
    world
}

/// Its print tells of it.
#[test]
fn a_pair_is_used_before_the_token_that_it_came_by_where_there_was_no_room_for_that() {
    let world = with_long_tokens("long", Habits::FAMILY, 1750);
    let spilled = world.hosts[0].store.spilled(NAME).unwrap().unwrap();
    assert_eq!(world.hosts[0].sealer.open(NAME, &spilled).unwrap().secrets.previous, None);
    world.hosts[1].keep(|keeper| keeper.replace(&grant(&world.provider), SHORT)).unwrap();
    assert_eq!((world.hosts[0].token().unwrap().generation, world.sends()), (5, 3));
    world.is_well(5);
}

/// What a refresh brings again makes room for it.
#[test]
fn a_pair_is_kept_beside_another_whatever_room_there_is() {
    let habits = Habits::of(Rotation::UntilNewRefreshUsed { cap: None });
    let world = with_long_tokens("beside", habits, 1750);
    assert_eq!(world.hosts[1].token().unwrap().generation, 4);
    let stored = world.hosts[1].grant().secrets;
    world.hosts[0].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    let secrets = world.hosts[0].grant().secrets;
    assert_eq!((secrets.refresh, secrets.access, secrets.alternates.len()), (stored.refresh, None, 1));
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [""; 0]);
    assert_eq!(world.hosts[0].token().unwrap().generation, 5);
    world.is_well(5);
    // Where there is none at all it stays where it is.
    let world = with_long_tokens("no-room", habits, 2450);
    assert_eq!(world.hosts[1].token().unwrap().generation, 4);
    world.hosts[0].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME]);
    assert_eq!(world.hosts[0].token().unwrap().generation, 4);
    world.is_well(4);
}

/// Of a record that an older osign wrote nobody knows the consent; of one that a login brought since, that it is another.
#[test]
fn a_pair_of_no_known_consent_is_nothing_to_a_login_that_came_since() {
    let world = World::expired("no-consent", Habits::STRICT);
    let mut old = world.hosts[0].grant();
    old.state.consented = None;
    let row = world.hosts[0].store.load(NAME).unwrap().unwrap();
    let record = world.hosts[0].sealer.seal(&old, &[1; 24]).unwrap();
    assert!(world.hosts[0].store.acquire(NAME, row.generation, row.revision, &record).unwrap());
    thread::scope(|scope| {
        let paused = world.hosts[0].stopped_at(scope, "before commit");
        world.clock.skip(LEASE + 1);
        world.hosts[1].log_in(&world.provider).unwrap();
        assert_eq!(paused.go_on().unwrap().generation, 3);
    });
    assert_eq!(world.hosts[1].grant().secrets.alternates, Vec::new());
    world.is_well(3);
}

/// It has a generation of the same number, and is nothing to it.
#[test]
fn a_grant_that_was_removed_does_not_come_back_over_the_one_that_took_its_name() {
    let world = with_spilled("took");
    world.clock.skip(LEASE + 1);
    world.hosts[1].keep(|keeper| keeper.remove(NAME, SHORT)).unwrap();
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME], "it is told though no grant has the name");
    world.hosts[1].keep(|keeper| keeper.add(&grant(&world.provider))).unwrap();
    let generation = world.hosts[1].log_in(&world.provider).unwrap().generation;
    let added_at = world.hosts[1].grant().state.added_at;
    let token = world.hosts[0].keep(|keeper| keeper.refused(NAME, generation, 401, PATIENCE)).unwrap();
    assert_eq!((token.generation, world.hosts[1].grant().state.added_at), (3, added_at));
    world.is_well(3);
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME], "it stays for a person");
}

/// Its state is in the table, and the pair that the table did not take was had before.
#[test]
fn a_login_that_was_begun_meanwhile_goes_on() {
    let world = with_spilled("begun");
    world.clock.skip(LEASE + 1);
    let url = world.hosts[1].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    assert_eq!(world.hosts[0].token().unwrap().generation, 3);
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [""; 0]);
    assert_eq!(world.hosts[1].finish(&world.provider, &url).unwrap().generation, 4);
    world.is_well(4);
}

/// Another client's tokens are none of the one that took its place.
#[test]
fn a_grant_that_was_replaced_by_another_client_s_takes_nothing_in() {
    let world = with_spilled("replaced");
    world.clock.skip(LEASE + 1);
    let mut new = grant(&world.provider);
    new.settings.client_id = "another".to_owned();
    world.hosts[1].keep(|keeper| keeper.replace(&new, SHORT)).unwrap();
    assert_eq!(world.hosts[0].token().unwrap_err().word(), "not-logged-in");
    let secrets = world.hosts[1].grant().secrets;
    assert_eq!((secrets.refresh, secrets.alternates), (None, Vec::new()));
}

/// Two programs of one user with stores of one id.
#[test]
fn what_another_key_has_sealed_is_forgotten_by_nobody_else() {
    let world = with_spilled("foreign");
    let mut other = Host::with(open("infobase", Memory::default(), &world.folders[0]), &world.clock, "another program");
    let keys = Keys::new(Key::from_random(&[3; 32]));
    other.sealer = Sealer::new(keys, other.store.id(), other.store.environment());
    let is_kept = || other.store.spilled(NAME).unwrap().is_some();
    world.clock.skip(1);
    other.keep(|keeper| keeper.add(&grant(&world.provider))).unwrap();
    assert!(is_kept(), "added");
    other.log_in(&world.provider).unwrap();
    assert!(is_kept(), "logged in");
    other.keep(|keeper| keeper.rename(NAME, "erp", SHORT)).unwrap();
    other.keep(|keeper| keeper.rename("erp", NAME, SHORT)).unwrap();
    assert!(is_kept(), "renamed");
    other.keep(|keeper| keeper.remove(NAME, SHORT)).unwrap();
    assert!(is_kept(), "removed");
    assert_eq!(world.hosts[0].token().unwrap().generation, 3);
    assert!(!is_kept());
    world.is_well(3);
}

/// A person has agreed anew on another host: the pair that the table did not take is of the consent before, and is nothing to that.
#[test]
fn a_pair_of_the_consent_before_stays_beside_the_table() {
    let world = with_spilled("before");
    world.clock.skip(LEASE + 1);
    world.hosts[1].log_in(&world.provider).unwrap();
    let consented = world.hosts[1].grant();
    world.hosts[0].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME], "it is told of");
    assert_eq!(world.hosts[1].grant().secrets.alternates, Vec::new());
    assert_eq!(world.hosts[1].grant().secrets.refresh, consented.secrets.refresh);
    world.hosts[0].log_in(&world.provider).unwrap();
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [""; 0], "a login on this host ends it");
}

/// The first host has a login that the table did not take, and the second has renewed what was there.
fn with_spilled_login(name: &str) -> World {
    let world = World::expired(name, Habits::STRICT);
    let url = world.hosts[0].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    let state = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
    let callback = format!("http://127.0.0.1:9/callback?code={}&state={state}", world.provider.service().consent());
    let gate = |at: &str| if at == "before commit" { Err(Keeping::ForkedStore.into()) } else { Ok(()) };
    let refused = world.hosts[0].watched(&gate, |keeper| keeper.finish_login(NAME, &callback, PATIENCE));
    assert_eq!(refused.unwrap_err().word(), "not-saved");
    world.clock.skip(LEASE + 1);
    world
}

/// A person has agreed to it after what was renewed meanwhile.
#[test]
fn a_login_takes_the_place_of_what_was_renewed_since() {
    let world = with_spilled_login("login");
    assert_eq!(world.hosts[1].token().unwrap().generation, 3);
    let renewed = world.hosts[1].grant();
    let begun = world.hosts[1].keep(|keeper| keeper.begin_login(NAME, None)).unwrap();
    world.hosts[0].keep(|keeper| keeper.adopt(NAME, SHORT)).unwrap_err();
    let grant = world.hosts[1].grant();
    assert_eq!((grant.generation, world.hosts[0].store.info().unwrap().spilled.len()), (4, 0));
    assert_ne!(grant.secrets.refresh, renewed.secrets.refresh);
    assert_eq!((grant.secrets.alternates.len(), grant.state.added_at), (0, renewed.state.added_at));
    assert_eq!(grant.state.consented, Some((4, grant.state.obtained_at)));
    world.is_well(4);
    assert_eq!(world.hosts[1].finish(&world.provider, &begun).unwrap().generation, 5, "what was begun goes on");
}

/// Nobody knows which of two logins the service keeps.
#[test]
fn a_login_stays_where_another_one_came_since() {
    let world = with_spilled_login("two");
    assert_eq!(world.hosts[1].log_in(&world.provider).unwrap().generation, 3);
    let grant = world.hosts[1].grant();
    world.hosts[0].keep(|keeper| keeper.adopt(NAME, SHORT)).unwrap_err();
    assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME]);
    assert_eq!(world.hosts[1].grant(), grant);
}

/// What went elsewhere is what stood in the table, whose refresh token was spent.
#[test]
fn a_pair_stays_where_the_grant_was_exported_on_another_host() {
    for end in ["exported", "revoked"] {
        let world = with_spilled(end);
        world.clock.skip(LEASE + 1);
        world.hosts[1]
            .keep(|keeper| match end {
                "exported" => keeper.export(NAME, SHORT, |_| Ok(())),
                _ => keeper.revoke_here(NAME, SHORT),
            })
            .unwrap();
        assert_eq!(world.hosts[0].token().unwrap_err().word(), end);
        assert_eq!(world.hosts[0].store.info().unwrap().spilled, [NAME]);
    }
}
