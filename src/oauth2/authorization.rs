//! The authorization request: the address that a browser opens (RFC 6749 §4.1.1).

use super::client::Client;
use crate::error::{Error, Protocol};
use crate::provider::{Endpoint, Kind, Parameters, Profile, Step, with_query};

/// The address at which a person agrees.
///
/// `account` is the host of the account where the service has an address for each; `scope` has spaces between its parts,
/// and None asks for what the profile has. `state` ties the callback to this login, and must not be guessable (§10.12).
/// `challenge` is of the [verifier](super::verifier) that goes with the code; it is left out where the service knows no
/// PKCE.
///
/// # Errors
/// [`NotConfigured`](crate::Status::NotConfigured) and [`UntrustedHost`](crate::Status::UntrustedHost), as
/// [`Profile::endpoint`] has them, and where the client lacks what the service wants.
pub fn authorization_url(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    scope: Option<&str>,
    state: &str,
    challenge: Option<&str>,
) -> Result<String, Error> {
    if profile.kind() != Kind::Code {
        return Err(Protocol::OtherGrant.into());
    }
    let endpoint = profile.endpoint(Endpoint::Authorize, account)?;
    let mut parameters = Parameters::default();
    parameters.add("response_type", "code");
    parameters.add("client_id", client.id()?);
    if profile.sends_redirect_uri(Step::Authorize) {
        parameters.add("redirect_uri", client.redirect_uri()?);
    }
    let scope = profile.scope(scope);
    if !scope.is_empty() {
        parameters.add("scope", scope);
    }
    parameters.add("state", state);
    if let Some(challenge) = challenge.filter(|_| profile.uses_pkce()) {
        parameters.add("code_challenge", challenge);
        parameters.add("code_challenge_method", "S256");
    }
    parameters.add_extra(profile, profile.extra(Step::Authorize), &[])?;
    Ok(with_query(&endpoint, &parameters.form())?.to_string())
}
