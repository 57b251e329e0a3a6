//! What may be handed out of a grant, and whether it must be refreshed first.

use super::kept::Kept;
use super::record::{Grant, Kind, Status};
use super::rules::Rules;
use crate::error::Keeping;
use crate::provider::policy::RefreshWhen;

/// A token that is turned down as soon as it was got will not be got again for so long.
const AT_ONCE: i64 = 60_000;
const HOUR: i64 = 3_600_000;

/// An access token, or a static key, to be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// The token itself.
    pub value: Kept,
    /// Its type, such as `Bearer`; empty for a static key.
    pub token_type: String,
    /// When it ends, in Unix milliseconds; None where that is not known.
    pub expires_at: Option<i64>,
    /// The grant's generation: what [`Want::refused`] takes.
    pub generation: u64,
}

impl Token {
    /// One that is never sent: for looking whether a request can be made.
    #[must_use]
    pub fn nobody_s() -> Self {
        Self { value: Kept::new("-"), token_type: String::new(), expires_at: None, generation: 0 }
    }
}

/// What a caller wants of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Want {
    /// How long the token must live on, in milliseconds; 0 is until it ends. Of a token's life, half at most can be asked for.
    pub min_validity: i64,
    /// The generation whose token a service turned down, and by which HTTP status.
    pub refused: Option<(u64, u16)>,
    /// Until when to wait for others, in Unix milliseconds.
    pub patience: i64,
    /// A person has agreed: the code is exchanged, whatever there is.
    pub consent: Option<Consent>,
}

/// What a callback brought (RFC 6749 §4.1.2), once its state and its host were found to be good.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consent {
    /// The code, which works once.
    pub code: Kept,
    /// The account's host.
    pub account: Option<String>,
    /// Fields of the callback that the profile keeps.
    pub kept: Vec<(String, String)>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The token that is there.
    HandOut,
    /// A new one is needed, and may be asked for.
    Refresh,
    /// A new one is needed, and may not be asked for before this, in Unix milliseconds.
    Wait(i64),
    /// There is none, and asking does not help.
    Fail(Keeping),
}

/// Decides what is to be done about a grant.
///
/// A living access token is handed out wherever nothing better is to be had: its end tells how long it lives.
#[must_use]
pub fn decide(grant: &Grant, rules: &Rules, want: &Want, now: i64) -> Decision {
    let name = || grant.name.clone();
    if grant.settings.kind == Kind::OAuth1 {
        return Decision::Fail(Keeping::SignsEachRequest { name: name() });
    }
    if let Some(reason) = unusable(grant) {
        return Decision::Fail(reason);
    }
    // Another one has taken the place of the token that was turned down: nothing is known against that one.
    let refused = want.refused.filter(|(generation, _)| *generation >= grant.generation);
    if let Some((generation, http_status)) = refused {
        if generation > grant.generation {
            return Decision::Fail(Keeping::UnknownGeneration { generation });
        }
        if !rules.expired_statuses.contains(&http_status) {
            return Decision::Fail(Keeping::NotExpired { http_status });
        }
        if grant.settings.kind == Kind::Static {
            return Decision::Fail(Keeping::StaticRefused { name: name() });
        }
        // A clock that was put back does not make it just got.
        if grant.state.by_refusal && (0..AT_ONCE).contains(&now.saturating_sub(grant.state.obtained_at)) {
            return Decision::Fail(Keeping::RefusedAtOnce { name: name() });
        }
    }
    let lives = refused.is_none() && living(grant, now);
    if lives && lives_on(grant, want.min_validity, now) {
        return Decision::HandOut;
    }
    if grant.settings.kind == Kind::Static {
        return Decision::Fail(Keeping::StaticEnded { name: name() });
    }
    let or_living = |decision| if lives { Decision::HandOut } else { decision };
    if let Some(reason) = needs_login(grant) {
        return or_living(Decision::Fail(reason));
    }
    if grant.settings.kind == Kind::Code && grant.secrets.refresh.is_none() {
        return or_living(Decision::Fail(Keeping::NoRefreshToken { name: name() }));
    }
    if lives && !is_time(grant, rules, now) {
        return Decision::HandOut;
    }
    let is_ahead = grant.state.failed_at.is_none_or(|at| at <= now);
    if let Some(until) = grant.state.not_before.filter(|until| is_ahead && now < *until) {
        return or_living(Decision::Wait(until));
    }
    if counts(grant, want, now) && grant.state.budget.0 == now / HOUR && grant.state.budget.1 >= rules.budget_per_hour {
        return or_living(Decision::Wait((now / HOUR + 1) * HOUR));
    }
    Decision::Refresh
}

/// Why nothing is done under a grant before a person acts, by its status; None where the service alone decides.
#[must_use]
pub fn unusable(grant: &Grant) -> Option<Keeping> {
    let name = grant.name.clone();
    match grant.state.status {
        Status::New => Some(Keeping::NotLoggedIn { name }),
        Status::Revoked => Some(Keeping::Revoked { name }),
        Status::Exported => Some(Keeping::Exported { name }),
        Status::Imported => Some(Keeping::Imported { name }),
        Status::Active | Status::NeedsLogin { .. } => None,
    }
}

/// The token that is handed out whatever the service's rules are: nothing bad is known of it, and it lives for long enough.
#[must_use]
pub fn good(grant: &Grant, want: &Want, now: i64) -> Option<Token> {
    let is_usable = matches!(grant.state.status, Status::Active | Status::NeedsLogin { .. });
    let is_usable = is_usable && grant.settings.kind != Kind::OAuth1;
    let is_good = want.refused.is_none() && want.consent.is_none() && living(grant, now);
    token(grant).filter(|_| is_usable && is_good && lives_on(grant, want.min_validity, now))
}

/// The token of a grant that has one.
#[must_use]
pub fn token(grant: &Grant) -> Option<Token> {
    Some(Token {
        value: grant.secrets.access.clone()?,
        token_type: grant.state.token_type.clone(),
        expires_at: grant.state.expires_at,
        generation: grant.generation,
    })
}

/// Whether there is an access token of which nothing bad is known.
#[must_use]
pub fn living(grant: &Grant, now: i64) -> bool {
    grant.secrets.access.is_some() && lives(grant, now)
}

/// Whether the access token that came last lives, though the record may have had no room for it.
fn lives(grant: &Grant, now: i64) -> bool {
    !grant.state.refused && grant.state.expires_at.is_none_or(|end| now < end)
}

/// Why a person must log in, if the service has turned the grant down.
pub(super) fn needs_login(grant: &Grant) -> Option<Keeping> {
    let Status::NeedsLogin { lost, said, elsewhere, .. } = &grant.state.status else { return None };
    let (name, said) = (grant.name.clone(), said.clone());
    Some(match *elsewhere {
        _ if *lost => Keeping::LostPair { name, said },
        Some(generation) => Keeping::UsedElsewhere { name, generation, said },
        None => Keeping::Rejected { name, said },
    })
}

/// Notes that a refresh begins, where the budget counts it.
pub(super) fn charge(grant: &mut Grant, want: &Want, now: i64) {
    if counts(grant, want, now) {
        let hour = now / HOUR;
        let count = if grant.state.budget.0 == hour { grant.state.budget.1 } else { 0 };
        grant.state.budget = (hour, count.saturating_add(1));
    }
}

/// Whether the budget counts a refresh now: one that follows a failure or a refusal, or comes early. One that is due is free.
fn counts(grant: &Grant, want: &Want, now: i64) -> bool {
    grant.state.failures > 0 || want.refused.is_some() || (grant.state.obtained_at > 0 && lives(grant, now))
}

/// Whether the token lives on for so long; or for half of its life, as a longer time would have each call refresh it.
pub(super) fn lives_on(grant: &Grant, min_validity: i64, now: i64) -> bool {
    grant.state.expires_at.is_none_or(|end| {
        let most = end.saturating_sub(grant.state.obtained_at).max(0) / 2;
        now < end.saturating_sub(min_validity.clamp(0, most))
    })
}

/// Whether the service wants to be asked now, while its token lives.
fn is_time(grant: &Grant, rules: &Rules, now: i64) -> bool {
    match rules.refresh_when {
        RefreshWhen::Any => true,
        RefreshWhen::AfterExpiry | RefreshWhen::OnRefusal => false,
        RefreshWhen::Last(seconds) => {
            grant.state.expires_at.is_some_and(|end| end.saturating_sub(now) <= i64::from(seconds) * 1000)
        }
    }
}
