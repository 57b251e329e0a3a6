//! One order of events, step by step: an answer that nobody can rely on has a refresh token in it, and others have committed a
//! pair before that can be noted.

use crate::service::Habit;
use crate::world::{START, World};
use crate::{LIMITS, rules};
use osign::error::Keeping;
use osign::grant::access::Want;
use osign::grant::record::Status;
use osign::grant::refresh::{Event, Refresh, Step};
use osign::grant::{Grant, Kept};
use osign::oauth2::verdict::{Said, Tokens, Unread, Verdict};
use osign::provider::policy::Policy;
use osign::secret::Secret;

fn loaded(grant: &Grant) -> Event {
    Event::Loaded(Some(Box::new(grant.clone())))
}

/// A refresh that has sent its request, and is to note what came: a refresh token, in an answer that nobody could rely on.
fn noting(before: &Grant) -> (Refresh, Box<Grant>) {
    let want = Want { min_validity: 0, refused: None, patience: START, consent: None };
    let (mut refresh, first) = Refresh::begin("g", "here", want, rules(Policy::Strict, false));
    assert_eq!(first, Step::Load);
    assert_eq!(refresh.step(loaded(before), START), Step::Lock);
    assert_eq!(refresh.step(Event::Locked, START), Step::Load);
    assert!(matches!(refresh.step(loaded(before), START), Step::Acquire(_)));
    assert!(matches!(refresh.step(Event::Written, START), Step::Send(_)));
    let said = Said { http_status: 400, ..Said::default() };
    let unread = Unread { said, refresh: Some(Secret::new(b"r7")), body: Secret::new(b"") };
    let Step::Acquire(noted) = refresh.step(Event::Answered(Verdict::Ambiguous(unread)), START) else { panic!() };
    assert_eq!(noted.secrets.refresh, Some(Kept::new("r7")));
    (refresh, noted)
}

/// A grant as it stands before.
fn before() -> Grant {
    let mut before = World::new(rules(Policy::Strict, false), Habit::Strict, LIMITS).stored().clone();
    before.state.added_at = Some(7);
    before.state.consented = Some((1, 8));
    before
}

#[test]
fn its_token_is_put_beside_the_pair_of_others() {
    let before = before();
    let (mut refresh, _) = noting(&before);
    let mut other = before;
    other.generation += 1;
    other.secrets.refresh = Some(Kept::new("r9"));
    for _ in 0..2 {
        assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
        let Step::Acquire(beside) = refresh.step(loaded(&other), START) else { panic!("the token that came is lost") };
        assert_eq!((beside.generation, &beside.secrets.refresh), (other.generation, &other.secrets.refresh));
        assert_eq!(beside.secrets.alternates, [Kept::new("r7")]);
        // Somebody writes again.
        other.state.failures += 1;
    }
    assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
    other.secrets.alternates = vec![Kept::new("r7")];
    assert!(matches!(refresh.step(loaded(&other), START), Step::Done(Err(_))));
}

/// It came by the token that stands there still, and is sent before that.
#[test]
fn its_token_is_put_before_the_one_that_it_came_by() {
    let mut same = before();
    let (mut refresh, _) = noting(&same);
    same.state.failures += 1;
    let spent = same.secrets.refresh.clone().unwrap();
    assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
    let Step::Acquire(noted) = refresh.step(loaded(&same), START) else { panic!("the token that came is lost") };
    assert_eq!((noted.secrets.refresh, noted.secrets.alternates), (Some(Kept::new("r7")), vec![spent]));
}

#[test]
fn its_token_goes_into_no_other_grant() {
    let of_another = |change: fn(&mut Grant)| {
        let mut other = before();
        let (mut refresh, _) = noting(&other);
        other.generation += 1;
        change(&mut other);
        assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
        refresh.step(loaded(&other), START)
    };
    // Another client's, which has taken its name; and one of another consent.
    assert!(matches!(of_another(|grant| grant.state.added_at = Some(77)), Step::Done(Err(_))));
    assert!(matches!(of_another(|grant| grant.state.consented = Some((2, 88))), Step::Done(Err(_))));
    // It lives on at the service, and a person is told of it.
    let Step::Spill(aside) = of_another(|grant| grant.state.status = Status::Revoked) else { panic!("it is lost") };
    assert_eq!(aside.secrets.refresh, Some(Kept::new("r7")));
}

#[test]
fn its_token_lies_beside_a_store_that_fails() {
    let failed = || Event::Failed(Keeping::ForkedStore.into());
    let (mut refresh, noted) = noting(&before());
    assert_eq!(refresh.step(failed(), START), Step::Spill(noted));
    assert_eq!(refresh.step(Event::Written, START), Step::Done(Err(Keeping::NotSaved { name: "g".to_owned() }.into())));
    let (mut refresh, noted) = noting(&before());
    assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
    assert_eq!(refresh.step(failed(), START), Step::Spill(noted));
    assert_eq!(refresh.step(failed(), START), Step::Done(Err(Keeping::ForkedStore.into())));
}

/// So it is with a whole pair.
#[test]
fn a_pair_goes_into_no_other_grant() {
    let second = |change: fn(&mut Grant)| {
        let mut other = before();
        let want = Want { min_validity: 0, refused: None, patience: START, consent: None };
        let (mut refresh, _) = Refresh::begin("g", "here", want, rules(Policy::Strict, false));
        refresh.step(loaded(&other), START);
        refresh.step(Event::Locked, START);
        refresh.step(loaded(&other), START);
        refresh.step(Event::Written, START);
        let tokens = Tokens {
            access: Secret::new(b"a7"),
            token_type: "Bearer".to_owned(),
            expires_at: Some(START + 1_000),
            refresh: Some(Secret::new(b"r7")),
            refresh_expires_at: None,
            authorization_expires_at: None,
            scope: None,
            kept: Vec::new(),
        };
        let committed = refresh.step(Event::Answered(Verdict::Tokens(tokens)), START);
        assert!(matches!(committed, Step::Commit(_)));
        assert_eq!(refresh.step(Event::Conflict, START), Step::Load);
        other.generation += 1;
        other.secrets.refresh = Some(Kept::new("r9"));
        change(&mut other);
        (refresh.step(loaded(&other), START), refresh)
    };
    let beside = |change| match second(change).0 {
        Step::Acquire(grant) => grant.secrets.alternates,
        step => panic!("{step:?}"),
    };
    assert_eq!(beside(|_| ()), [Kept::new("r7")]);
    // What stands there is renewed then.
    assert_eq!(beside(|grant| grant.state.added_at = Some(77)), []);
    assert_eq!(beside(|grant| grant.state.consented = Some((2, 88))), []);
    let (Step::Spill(aside), mut refresh) = second(|grant| grant.state.status = Status::Revoked) else { panic!() };
    assert_eq!(aside.secrets.refresh, Some(Kept::new("r7")));
    assert_eq!(refresh.step(Event::Written, START), Step::Done(Err(Keeping::Revoked { name: "g".to_owned() }.into())));
}
