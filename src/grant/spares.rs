//! What a grant keeps besides its pair: refresh tokens that came beside it or too late, and an answer that nobody could read.

use super::kept::Kept;
use super::record::{Grant, Status, UnreadAnswer};
use crate::oauth2::Unread;

/// Of pairs that came beside another so many are kept.
const ALTERNATES: usize = 2;

impl Grant {
    /// Keeps what is left of an answer that nobody could rely on, and the refresh token in it; that one, where it is new.
    pub(super) fn keep_unread(&mut self, unread: &Unread, now: i64) -> Option<Kept> {
        let text =
            unread.refresh.as_ref().map(|token| Kept::new(std::str::from_utf8(token.expose()).unwrap_or_default()));
        // If it is good the old one is spent, and sent again would cost a family.
        let came = text.filter(|refresh| self.keep_first(refresh));
        self.keep_answer(UnreadAnswer::new(unread.said.http_status, unread.body.expose()), now);
        came
    }

    /// Keeps what is left of such an answer, unless it is empty, or the one that is kept alone speaks of a token.
    pub(super) fn keep_answer(&mut self, answer: UnreadAnswer, now: i64) {
        let is_better = |had: &UnreadAnswer| answer.speaks_of_token() || !had.speaks_of_token();
        if !answer.body.expose().is_empty() && self.secrets.unread.as_ref().is_none_or(is_better) {
            self.secrets.unread = Some(answer);
            self.state.unread_at = Some(now);
        }
    }

    /// Keeps a refresh token that came by the one that stands there, and is to be sent before that; false where it is there already.
    pub(super) fn keep_first(&mut self, refresh: &Kept) -> bool {
        let is_new = self.keep_beside(refresh);
        if is_new {
            let newest = &mut self.secrets.alternates[0];
            *newest = self.secrets.refresh.replace(refresh.clone()).unwrap_or_else(|| newest.clone());
        }
        is_new
    }

    /// Keeps the refresh token that came to `by`, whose place another generation has taken: before the one that stands here, where it
    /// came by that, and else beside it. False where it is there already.
    pub(super) fn keep_came(&mut self, by: &Self, refresh: &Kept) -> bool {
        let Some(stands) = self.secrets.refresh.clone() else { return self.keep_beside(refresh) };
        if by.secrets.alternates.contains(&stands) {
            return self.keep_first(refresh);
        }
        if !by.has_spent(&stands) || stands == *refresh {
            return self.keep_beside(refresh);
        }
        // An answer brought the one for the other: that is spent, and sent again would cost a family.
        let secrets = &mut self.secrets;
        secrets.alternates.retain(|token| token != refresh);
        secrets.refresh = Some(refresh.clone());
        secrets.previous = Some((stands, by.state.obtained_at));
        self.state.refresh_expires_at = by.state.refresh_expires_at;
        self.revive();
        true
    }

    /// Whether its refresh token was had by this one. A record that had no room for the one before has its print.
    pub(super) fn has_spent(&self, token: &Kept) -> bool {
        self.secrets.previous.as_ref().is_some_and(|(before, _)| before == token)
            || self.state.instead_of == Some(token.print())
    }

    /// Whether the other one has a refresh token beside its own that this has not.
    pub(super) fn lacks_spare_of(&self, other: &Self) -> bool {
        let own = &self.secrets;
        let is_there = |token: &Kept| own.refresh.as_ref() == Some(token) || own.alternates.contains(token);
        !other.secrets.alternates.iter().all(is_there)
    }

    /// Keeps the refresh token of a pair that came while another was committed first; false where it is there already. One that
    /// was turned down has something to go on with then.
    pub(super) fn keep_beside(&mut self, refresh: &Kept) -> bool {
        let secrets = &mut self.secrets;
        let is_new = secrets.refresh.as_ref() != Some(refresh) && !secrets.alternates.contains(refresh);
        if is_new {
            secrets.alternates.insert(0, refresh.clone());
            secrets.alternates.truncate(ALTERNATES);
            self.revive();
        }
        is_new
    }

    /// There is something to go on with, where it was turned down.
    fn revive(&mut self) {
        if matches!(self.state.status, Status::NeedsLogin { .. }) {
            self.state.status = Status::Active;
        }
    }
}
