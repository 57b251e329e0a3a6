//! What of a service's profile, and of the store, decides how a grant is refreshed.

use crate::provider::policy::{Policy, RefreshWhen};

/// How a service treats its tokens. Times are in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rules {
    /// What becomes of the old refresh token.
    pub policy: Policy,
    /// Whether an old refresh token, used again, makes the service revoke the new one as well.
    pub revokes_family: bool,
    /// When it wants to be asked.
    pub refresh_when: RefreshWhen,
    /// Whether a refresh may bring the same access token again.
    pub access_may_stay: bool,
    /// The statuses by which it says that an access token has ended.
    pub expired_statuses: Vec<u16>,
    /// How many refreshes an hour may fail, come early, or follow a refusal.
    pub budget_per_hour: u32,
    /// A request is given up after this.
    pub deadline: i64,
    /// A request that was given up has arrived, or has vanished, after this beyond the deadline.
    pub margin: i64,
    /// How long a lock lasts, where the store's locks end by time: another one may have it then while we live, and so may we
    /// have another's. None where a lock ends with its owner alone.
    pub lease: Option<i64>,
    /// How long whoever waits for a lock lets pass before it is looked for again.
    pub pause: i64,
}

impl Rules {
    /// Whether a refresh token that was replaced may be sent: where it still works, and never where that would cost the new one.
    #[must_use]
    pub fn forgives(&self, replaced_for: i64) -> bool {
        let within = |seconds: u32| replaced_for < i64::from(seconds) * 1000;
        !self.revokes_family
            && match self.policy {
                Policy::Strict => false,
                Policy::Timed { seconds, .. } | Policy::Calendar { seconds } => within(seconds),
                Policy::UntilNewRefreshUsed { cap } | Policy::UntilNewAccessUsed { cap, .. } => cap == 0 || within(cap),
                Policy::None | Policy::Idempotent | Policy::Maybe | Policy::Fapi2 => true,
            }
    }
}

impl Default for Rules {
    /// Of a service of which nothing is known: the cautious values.
    fn default() -> Self {
        Self {
            policy: Policy::Strict,
            revokes_family: false,
            refresh_when: RefreshWhen::Any,
            access_may_stay: false,
            expired_statuses: vec![401],
            budget_per_hour: 20,
            deadline: 30_000,
            margin: 5_000,
            lease: None,
            pause: 20,
        }
    }
}
