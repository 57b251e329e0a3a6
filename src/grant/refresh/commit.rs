//! A pair that came is made durable: in the store, beside another that was faster, or beside the store.

use super::step::{Spend, Step};
use super::{Attempt, Next, Refresh, Stage};
use crate::error::{Error, Keeping};
use crate::grant::access::{self, Want, unusable};
use crate::grant::kept::Kept;
use crate::grant::record::{Grant, Status};
use crate::oauth2::verdict::Tokens;

/// How often a commit is tried, and how long between.
const COMMITS: u32 = 6;
const BETWEEN_COMMITS: i64 = 250;

impl Refresh {
    /// A pair came: it is durable before anybody has it.
    pub(super) fn renew(&mut self, attempt: Attempt, tokens: Tokens, now: i64) -> Step {
        let grant = Box::new(renewed(&attempt, tokens, &self.want, now));
        self.commit(attempt, grant, 0)
    }

    pub(super) fn commit(&mut self, attempt: Attempt, grant: Box<Grant>, tries: u32) -> Step {
        let stays = self.want.refused.is_some() && grant.secrets.access == attempt.grant.secrets.access;
        let result = match access::token(&grant) {
            Some(token) if !stays => Ok(token),
            _ => Err(Keeping::RefusedAtOnce { name: self.name.clone() }.into()),
        };
        self.stage = Stage::Committing { attempt, grant: grant.clone(), tries, next: Next::Done(result) };
        Step::Commit(grant)
    }

    /// The store does not take it. It is tried again, and then put beside the store: a pair that came is never dropped.
    pub(super) fn commit_later(&mut self, attempt: Attempt, grant: Box<Grant>, tries: u32, now: i64) -> Step {
        if tries + 1 < COMMITS {
            self.stage = Stage::Pausing { attempt, grant, tries };
            return Step::Sleep(now + BETWEEN_COMMITS);
        }
        self.spill(attempt, grant)
    }

    pub(super) fn spill(&mut self, attempt: Attempt, grant: Box<Grant>) -> Step {
        self.stage = Stage::Spilling { attempt, grant: grant.clone() };
        Step::Spill(grant)
    }

    /// Nowhere is room for it, and nobody else has it: while there is time, it is tried again.
    pub(super) fn not_spilled(&mut self, attempt: Attempt, grant: Box<Grant>, now: i64) -> Step {
        if now + BETWEEN_COMMITS > self.want.patience {
            return self.fail(Keeping::NotKept { name: self.name.clone() });
        }
        self.stage = Stage::Pausing { attempt, grant, tries: COMMITS };
        Step::Sleep(now + BETWEEN_COMMITS)
    }

    /// Another state was committed first. Which of two pairs the service keeps nobody knows, so ours is kept as well. A login's
    /// takes the place of whatever stands there: a person has just agreed to it, and its code works once.
    pub(super) fn second(&mut self, attempt: Attempt, grant: Box<Grant>, mut stored: Grant, now: i64) -> Step {
        let is_login = self.want.consent.is_some();
        if is_another(&grant, &stored) {
            return match is_login {
                // The client that it was for is there no more.
                true if grant.state.added_at != stored.state.added_at => {
                    self.fail(Keeping::LoginLost { name: self.name.clone() })
                }
                true => self.commit_over(attempt, grant, &stored),
                false => self.look(stored, now),
            };
        }
        let Some(refresh) = &grant.secrets.refresh else {
            return if is_login { self.commit_over(attempt, grant, &stored) } else { self.look(stored, now) };
        };
        // It is ours that stands there: the store took it, and said that it had failed.
        if stored.secrets.refresh.as_ref() == Some(refresh) {
            return if is_login { self.hand_out(&stored) } else { self.look(stored, now) };
        }
        if is_login {
            return self.commit_over(attempt, grant, &stored);
        }
        if let Some(reason) = ended(&stored) {
            return self.put_aside(grant, reason.clone(), reason.into());
        }
        if !stored.keep_came(&grant, refresh) {
            return self.look(stored, now);
        }
        self.stage = Stage::Beside { attempt, grant };
        Step::Acquire(Box::new(stored))
    }

    /// Others have written before a refresh token that came in an answer which nobody could rely on: it is kept beside what they
    /// brought, and before what it came by.
    pub(super) fn came_second(&mut self, grant: Box<Grant>, came: Kept, next: Next, mut stored: Box<Grant>) -> Step {
        if is_another(&grant, &stored) {
            return self.go_on(next);
        }
        if let Some(reason) = ended(&stored) {
            return self.put_aside(grant, reason.clone(), reason.into());
        }
        if stored.keep_came(&grant, &came) { self.note_with(stored, next, Some(came)) } else { self.go_on(next) }
    }

    /// What came lives at the service, and has no place in the store.
    pub(super) fn put_aside(&mut self, grant: Box<Grant>, kept: Keeping, lost: Error) -> Step {
        self.stage = Stage::Aside { kept, lost };
        Step::Spill(grant)
    }

    fn commit_over(&mut self, attempt: Attempt, mut grant: Box<Grant>, stored: &Grant) -> Step {
        grant.generation = stored.generation + 1;
        grant.state.consented = Some((grant.generation, attempt.at));
        self.commit(attempt, grant, 0)
    }
}

/// Whether what stands there is another client's grant by now, or of another consent: what came for the one before is nothing to it.
/// A record that an older osign wrote tells of no consent.
fn is_another(grant: &Grant, stored: &Grant) -> bool {
    let (ours, theirs) = (&grant.state, &stored.state);
    ours.added_at != theirs.added_at || (theirs.consented.is_some() && ours.consented != theirs.consented)
}

/// Why a grant goes on here no more, whatever comes.
fn ended(grant: &Grant) -> Option<Keeping> {
    grant.has_ended().then(|| unusable(grant)).flatten()
}

/// The grant with what the service handed out, a generation further.
fn renewed(attempt: &Attempt, tokens: Tokens, want: &Want, now: i64) -> Grant {
    let mut grant = (*attempt.grant).clone();
    let text = |secret: &crate::secret::Secret| Kept::new(std::str::from_utf8(secret.expose()).unwrap_or_default());
    grant.generation += 1;
    let state = &mut grant.state;
    state.status = Status::Active;
    state.obtained_at = attempt.at;
    state.expires_at = tokens.expires_at;
    state.token_type = tokens.token_type;
    state.scope = tokens.scope.or(state.scope.take());
    state.authorization_expires_at = tokens.authorization_expires_at.or(state.authorization_expires_at);
    if let Some(consent) = &want.consent {
        // Another consent: what was known of the one before is nothing to it.
        grant.settings.account = consent.account.clone().or(grant.settings.account);
        state.kept.clone_from(&consent.kept);
        state.authorization_expires_at = tokens.authorization_expires_at;
        state.adopted = None;
        state.consented = Some((grant.generation, attempt.at));
        grant.secrets.refresh = None;
        grant.secrets.previous = None;
        grant.secrets.login = None;
    }
    for (name, value) in tokens.kept {
        state.kept.retain(|(other, _)| *other != name);
        state.kept.push((name, value));
    }
    state.intent = None;
    state.not_before = None;
    state.failed_at = None;
    state.failures = 0;
    state.refused = false;
    state.by_refusal = want.refused.is_some();
    state.rejected = Vec::new();
    state.last_error = None;
    state.last_reason = None;
    state.unread_at = None;
    state.instead_of = None;
    let secrets = &mut grant.secrets;
    secrets.unread = None;
    secrets.access = Some(text(&tokens.access));
    // RFC 6749 §6: where the answer has none, the old one stays.
    if let Some(refresh) = tokens.refresh.as_ref().map(text) {
        state.refresh_expires_at = tokens.refresh_expires_at;
        if secrets.refresh.as_ref() != Some(&refresh) {
            let spent = match &attempt.spend {
                Spend::Refresh(token) => Some(token.clone()),
                Spend::Code(_) | Spend::Nothing => None,
            };
            secrets.previous = spent.map(|token| (token, now));
        }
        secrets.refresh = Some(refresh);
    } else if let Spend::Refresh(token) = &attempt.spend {
        secrets.refresh = Some(token.clone());
    }
    secrets.alternates = Vec::new();
    grant
}
