//! Token revocation (RFC 7009).

use super::answer::{read_refusal, said};
use super::client::Client;
use super::object::{Object, Value};
use super::request::build;
use super::verdict::Said;
use crate::error::{Error, Protocol};
use crate::http::{Answer, Request};
use crate::provider::{Kind, Meaning, Parameters, Profile, Refusal, Step};
use crate::secret::Secret;

/// Which token is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token, and with it, at nearly every service, the whole grant (§2.1).
    Refresh,
}

/// Revokes a token (§2.1). [`is_revoked`] reads what comes back.
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
    if profile.kind() == Kind::OAuth1 {
        return Err(Protocol::OtherGrant.into());
    }
    let mut parameters = Parameters::default();
    parameters.add("token", token.expose());
    let hint = match kind {
        TokenKind::Access => "access_token",
        TokenKind::Refresh => "refresh_token",
    };
    parameters.add("token_type_hint", hint);
    build(profile, client, account, Step::Revoke, parameters)
}

/// Whether an answer to a revocation says that the token is good no more (§2.2). Some services say so of a token that
/// they do not know by the error `invalid_token`.
#[must_use]
pub fn is_revoked(answer: &Answer) -> bool {
    let is_unknown = || {
        let text = std::str::from_utf8(answer.body()).ok();
        let error = text.and_then(Object::read).map(|object| object.get("error"));
        matches!(error, Some(Value::Text(code)) if *code == "invalid_token")
    };
    (200..300).contains(&answer.status) || (answer.status == 400 && is_unknown())
}

/// What an answer to a revocation says (§2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The token is good no more.
    Revoked,
    /// Nothing at that address revokes.
    NoEndpoint,
    /// The service refuses the client (§2.2.1, RFC 6749 §5.2), so that the token lives on.
    ClientRefused(Said),
    /// Anything else: nobody can rely on it that the token is good no more.
    Unknown(Said),
}

/// Reads an answer to a revocation, with [`is_revoked`].
#[must_use]
pub fn read_revocation(profile: &Profile, answer: &Answer) -> Revocation {
    let text = std::str::from_utf8(answer.body()).ok();
    let refusal = text.and_then(Object::read).map(|object| read_refusal(answer.status, &object));
    let refusal = refusal.unwrap_or_else(|| Refusal { status: answer.status, ..Refusal::default() });
    let (said, meaning) = said(profile, &refusal);
    let is_of_client = answer.status == 401
        || meaning == Some(Meaning::Configuration)
        || matches!(refusal.code.as_str(), "invalid_client" | "unauthorized_client");
    match answer.status {
        _ if is_revoked(answer) => Revocation::Revoked,
        404 | 405 | 410 => Revocation::NoEndpoint,
        400..500 if is_of_client => Revocation::ClientRefused(said),
        _ => Revocation::Unknown(said),
    }
}
