//! What a service hands out.

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
