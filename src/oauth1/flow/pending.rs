//! A login while a person agrees at the service: what must be kept between two web requests.

use crate::error::{Error, Protocol};
use crate::secret::Secret;

/// How long a login is kept at most, in hours. Services end temporary credentials sooner.
pub const HOURS: i64 = 24;

/// A login under way.
///
/// Whoever keeps it must keep it secret, and bound to the person's session: a callback is believed where its token is this one.
#[derive(Debug)]
pub struct Pending {
    /// The temporary token (RFC 5849 §2.1).
    pub token: Secret,
    /// Its secret.
    pub secret: Secret,
    /// Where the browser comes back to, or `oob`; empty where the service has it registered.
    pub callback: String,
    /// The account's host, where the service has one for each.
    pub account: Option<String>,
    /// When it was begun, in Unix milliseconds.
    pub begun_at: i64,
}

impl Pending {
    /// Refuses one that is old by now, or was begun so far ahead that a clock is wrong. `now` is in Unix milliseconds.
    ///
    /// # Errors
    /// [`Protocol::OldPending`].
    pub fn check_age(&self, now: i64) -> Result<(), Error> {
        let is_young = now.abs_diff(self.begun_at) <= HOURS.unsigned_abs() * 3_600_000;
        if is_young { Ok(()) } else { Err(Protocol::OldPending { hours: HOURS }.into()) }
    }
}

impl Clone for Pending {
    fn clone(&self) -> Self {
        Self {
            token: Secret::new(self.token.expose()),
            secret: Secret::new(self.secret.expose()),
            callback: self.callback.clone(),
            account: self.account.clone(),
            begun_at: self.begun_at,
        }
    }
}
