//! What an answer of a token endpoint means.

use crate::secret::Secret;

/// What a service handed out.
#[derive(Debug)]
pub struct Tokens {
    /// The access token; never empty.
    pub access: Secret,
    /// Its type as the service writes it, such as `Bearer`.
    pub token_type: String,
    /// When it ends, in Unix milliseconds, counted from when the request was sent. None where the service does not say.
    pub expires_at: Option<i64>,
    /// The refresh token; never empty. None where the answer has none.
    pub refresh: Option<Secret>,
    /// When the refresh token ends unless it is used (`refresh_token_timeout` and its kin), in Unix milliseconds.
    pub refresh_expires_at: Option<i64>,
    /// When the whole authorization ends, whatever is done (`authorization_expires_in` and its kin), in Unix milliseconds.
    pub authorization_expires_at: Option<i64>,
    /// The scope that was granted, as the service writes it.
    pub scope: Option<String>,
    /// Other fields that the profile keeps, such as `client_endpoint`, by name. None is a secret.
    pub kept: Vec<(String, String)>,
}

/// What an answer means for the grant.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// Tokens were handed out.
    Tokens(Tokens),
    /// What was sent, a refresh token or a code, is not good, or no more. This is definitive.
    Rejected(Said),
    /// The service renews only later; the token is not to blame, and not used up.
    TooEarly(Said),
    /// The client, its secret, the redirect URI or the request is wrong; the grant is not to blame.
    Configuration(Said),
    /// Too many requests. The token is not used up.
    Throttled {
        /// The seconds that the service asked for.
        retry_after: Option<u64>,
    },
    /// Refused for a passing reason, before the token was looked at.
    NotConsumed(Said),
    /// Nobody can tell whether the token was used up.
    Ambiguous(Unread),
}

/// An answer that nobody can rely on, and what it may hold all the same: it can be all that is left of a pair.
#[derive(Debug)]
pub struct Unread {
    /// What it says.
    pub said: Said,
    /// The refresh token that stands in it as one.
    pub refresh: Option<Secret>,
    /// Its bytes.
    pub body: Secret,
}

/// What a service said of an error: fit to be shown, without a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Said {
    /// The HTTP status.
    pub http_status: u16,
    /// The error code, such as `invalid_grant`, where it is one of the known ones; else empty.
    pub code: String,
    /// What the profile advises, or empty.
    pub advice: String,
}
