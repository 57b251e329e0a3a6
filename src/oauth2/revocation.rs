//! Token revocation (RFC 7009).

use super::client::Client;
use super::parameters::Parameters;
use super::request::build;
use crate::error::Error;
use crate::http::Request;
use crate::provider::{Profile, Step};
use crate::secret::Secret;

/// Which token is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token, and with it, at nearly every service, the whole grant (§2.1).
    Refresh,
}

/// Revokes a token (§2.1). 200 says that it is good no more, even where the service did not know it (§2.2); 503 that it
/// still is (§2.2.1).
///
/// # Errors
/// As [`code_request`](super::code_request); [`NotConfigured`](crate::Status::NotConfigured) where the service has no
/// such endpoint.
pub fn revocation_request(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    token: &Secret,
    kind: TokenKind,
) -> Result<Request, Error> {
    let mut parameters = Parameters::default();
    parameters.add("token", token.expose());
    let hint = match kind {
        TokenKind::Access => "access_token",
        TokenKind::Refresh => "refresh_token",
    };
    parameters.add("token_type_hint", hint);
    build(profile, client, account, Step::Revoke, parameters)
}
