//! One order of events, step by step: an answer that nobody can rely on has a refresh token in it, and others have committed a
//! pair before that can be noted.

use crate::service::Habit;
use crate::world::{START, World};
use crate::{LIMITS, rules};
use osign::grant::access::Want;
use osign::grant::refresh::{Event, Refresh, Step};
use osign::grant::{Grant, Kept};
use osign::oauth2::verdict::{Said, Unread, Verdict};
use osign::provider::policy::Policy;
use osign::secret::Secret;

fn loaded(grant: &Grant) -> Event {
    Event::Loaded(Some(Box::new(grant.clone())))
}

#[test]
fn its_token_is_put_beside_the_pair_of_others() {
    let rules = rules(Policy::Strict, false);
    let before = World::new(rules.clone(), Habit::Strict, LIMITS).stored().clone();
    let want = Want { min_validity: 0, refused: None, patience: START, consent: None };
    let (mut refresh, first) = Refresh::begin("g", "here", want, rules);
    assert_eq!(first, Step::Load);
    assert_eq!(refresh.step(loaded(&before), START), Step::Lock);
    assert_eq!(refresh.step(Event::Locked, START), Step::Load);
    assert!(matches!(refresh.step(loaded(&before), START), Step::Acquire(_)));
    assert!(matches!(refresh.step(Event::Written, START), Step::Send(_)));
    let said = Said { http_status: 400, ..Said::default() };
    let unread = Unread { said, refresh: Some(Secret::new(b"r7")), body: Secret::new(b"") };
    let Step::Acquire(noted) = refresh.step(Event::Answered(Verdict::Ambiguous(unread)), START) else { panic!() };
    assert_eq!(noted.secrets.refresh, Some(Kept::new("r7")));

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
