//! What a service hands out.

use super::names::{SECRET, SESSION_HANDLE, TOKEN};
use crate::provider::Lifetimes;
use crate::secret::Secret;

/// Temporary credentials (RFC 5849 §2.1): good for one login.
#[derive(Debug)]
pub struct Temporary {
    pub(super) pair: Pair,
}

/// Token credentials (RFC 5849 §2.3): they sign requests for whoever agreed.
#[derive(Debug)]
pub struct Credentials {
    pub(super) pair: Pair,
    /// The seconds that the token lives, from when it was asked for (`oauth_expires_in`, or what the profile knows). None where
    /// it is not known to end.
    pub expires_in: Option<u32>,
    /// The seconds that the whole authorization lives (`oauth_authorization_expires_in`).
    pub authorization_expires_in: Option<u32>,
    /// What renews the token (`oauth_session_handle`).
    pub session_handle: Option<Secret>,
}

/// What a renewal came to.
#[derive(Debug)]
pub enum Renewal {
    /// The token lives on; its secret is what it was.
    Same,
    /// Others take its place.
    New(Credentials),
}

/// A token and its secret, and what came along.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) token: Secret,
    pub(super) secret: Secret,
    pub(super) kept: Vec<(String, String)>,
    pub(super) others: Vec<(String, Secret)>,
}

impl Credentials {
    /// Those of a token that lives on.
    pub(super) fn same(token: &Secret, secret: &Secret, usual: &Lifetimes) -> Self {
        let copy = |secret: &Secret| Secret::new(secret.expose());
        let pair = Pair { token: copy(token), secret: copy(secret), kept: Vec::new(), others: Vec::new() };
        Self { pair, expires_in: usual.access, authorization_expires_in: None, session_handle: None }
    }

    /// A service whose renewal brings no other session handle takes the one before again.
    pub(crate) fn or_handle(mut self, before: Option<&str>) -> Self {
        self.session_handle = self.session_handle.or_else(|| before.map(|handle| Secret::new(handle.as_bytes())));
        self
    }

    /// Each field by the name that it has in the answer or the callback, each once: token, secret, session handle, what the
    /// profile keeps, and the rest. It may be secret.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = [(TOKEN, self.token()), (SECRET, self.secret())].into_iter();
        let handle = self.session_handle.as_ref().map(|handle| (SESSION_HANDLE, handle.text()));
        let kept = self.kept().iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let is_kept = |name: &str| self.kept().iter().any(|(kept, _)| kept == name);
        own.chain(handle).chain(kept).chain(self.others().filter(move |(name, _)| !is_kept(name)))
    }
}

macro_rules! of_pair {
    ($($name:ident),+) => {$(
        impl $name {
            /// The token; never empty.
            #[must_use]
            pub fn token(&self) -> &str {
                self.pair.token.text()
            }

            /// Its secret, which some services leave empty.
            #[must_use]
            pub fn secret(&self) -> &str {
                self.pair.secret.text()
            }

            /// What the profile keeps of the answer, such as `user_id`, by name. None is a secret.
            #[must_use]
            pub fn kept(&self) -> &[(String, String)] {
                &self.pair.kept
            }

            /// Each field of the answer that RFC 5849 does not name, as text. It may be secret.
            pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
                self.pair.others.iter().map(|(name, value)| (name.as_str(), value.text()))
            }
        }
    )+};
}

of_pair!(Temporary, Credentials);
