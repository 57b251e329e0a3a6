//! Requests to the token endpoint (RFC 6749 §3.2).

use super::client::Client;
use crate::error::{Error, Protocol};
use crate::http::Request;
use crate::provider::{
    Body, ClientAuthentication, Endpoint, Kind, Method, Parameters, Profile, Step, encode_form, with_query,
};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Exchanges a code for tokens (§4.1.3). A code works once; `verifier` is the one whose challenge stood in the
/// authorization request, if one did.
///
/// # Errors
/// [`NotConfigured`](crate::Status::NotConfigured) and [`UntrustedHost`](crate::Status::UntrustedHost), as
/// [`Profile::endpoint`] has them, and where the client lacks what the service wants.
pub fn code_request(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    code: &Secret,
    verifier: Option<&Secret>,
) -> Result<Request, Error> {
    of_kind(profile, Kind::Code)?;
    let (grant_type, [value, ..]) = profile.grant_type();
    let mut parameters = Parameters::default();
    parameters.add(grant_type, value);
    parameters.add("code", code.expose());
    if profile.sends_redirect_uri(Step::Exchange) {
        parameters.add("redirect_uri", client.redirect_uri()?);
    }
    if let Some(verifier) = verifier.filter(|_| profile.uses_pkce()) {
        parameters.add("code_verifier", verifier.expose());
    }
    build(profile, client, account, Step::Exchange, parameters)
}

/// Asks for new tokens (§6). The refresh token may work once.
///
/// # Errors
/// As [`code_request`].
pub fn refresh_request(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    refresh_token: &Secret,
) -> Result<Request, Error> {
    of_kind(profile, Kind::Code)?;
    let (grant_type, [_, value, _]) = profile.grant_type();
    let mut parameters = Parameters::default();
    parameters.add(grant_type, value);
    parameters.add("refresh_token", refresh_token.expose());
    if profile.sends_redirect_uri(Step::Refresh) {
        parameters.add("redirect_uri", client.redirect_uri()?);
    }
    build(profile, client, account, Step::Refresh, parameters)
}

/// Asks for a token for the client itself (§4.4.2). `scope` as [`authorization_url`](super::authorization_url) has it.
///
/// # Errors
/// As [`code_request`].
pub fn client_credentials_request(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    scope: Option<&str>,
) -> Result<Request, Error> {
    of_kind(profile, Kind::ClientCredentials)?;
    let (grant_type, [.., value]) = profile.grant_type();
    let mut parameters = Parameters::default();
    parameters.add(grant_type, value);
    let scope = profile.scope(scope);
    if !scope.is_empty() {
        parameters.add("scope", scope);
    }
    build(profile, client, account, Step::ClientCredentials, parameters)
}

fn of_kind(profile: &Profile, kind: Kind) -> Result<(), Error> {
    if profile.kind() == kind { Ok(()) } else { Err(Protocol::OtherGrant.into()) }
}

/// The whole request: the client proves itself as the profile says, and the parameters stand where it says.
pub(super) fn build(
    profile: &Profile,
    client: &Client,
    account: Option<&str>,
    step: Step,
    mut parameters: Parameters,
) -> Result<Request, Error> {
    let (endpoint, body) = match step {
        Step::Refresh => (Endpoint::Refresh, profile.body()),
        Step::Revoke => (Endpoint::Revoke, profile.revocation_body()),
        Step::Authorize | Step::Exchange | Step::ClientCredentials => (Endpoint::Token, profile.body()),
    };
    let address = profile.endpoint(endpoint, account)?;
    let mut query = Parameters::default();
    let mut authorization = None;
    match profile.client_authentication() {
        ClientAuthentication::Basic => authorization = Some(basic(client)?),
        ClientAuthentication::Body => add_credentials(&mut parameters, client)?,
        ClientAuthentication::Query => add_credentials(&mut query, client)?,
        ClientAuthentication::None => parameters.add("client_id", client.id()?),
    }
    parameters.add_extra(profile, profile.extra(step), &[])?;
    // RFC 7009 §2.1 has POST alone.
    let method = if step == Step::Revoke { Method::Post } else { profile.method() };
    let (query, content) = match body {
        Body::Query => (with(&parameters, &query), None),
        Body::Form => (query.form(), Some(("application/x-www-form-urlencoded", parameters.form()))),
        Body::Json => (query.form(), Some(("application/json", parameters.json()))),
    };
    let mut request = Request::new(method.name(), &with_query(&address, &query)?);
    request.add_header("Accept", "application/json");
    if let Some(authorization) = authorization {
        request.add_header("Authorization", &authorization);
    }
    for (name, value) in profile.headers() {
        request.add_header(name.clone(), value);
    }
    if let Some((content_type, body)) = content {
        request.set_body(content_type, &body);
    }
    Ok(request)
}

/// Both as one form.
fn with(parameters: &Parameters, others: &Parameters) -> Zeroizing<Vec<u8>> {
    let (form, others) = (parameters.form(), others.form());
    let between: &[u8] = if form.is_empty() || others.is_empty() { b"" } else { b"&" };
    Zeroizing::new([&form, between, &others].concat())
}

fn add_credentials(parameters: &mut Parameters, client: &Client) -> Result<(), Error> {
    parameters.add("client_id", client.id()?);
    parameters.add("client_secret", client.secret()?.expose());
    Ok(())
}

/// Both as form data before they are joined (§2.3.1): a colon or a percent sign in either means nothing else.
fn basic(client: &Client) -> Result<Zeroizing<String>, Error> {
    let (id, secret) = (client.id()?.as_bytes(), client.secret()?.expose());
    let mut pair = Zeroizing::new(Vec::with_capacity(3 * (id.len() + secret.len()) + 1));
    encode_form(id, &mut *pair);
    pair.push(b':');
    encode_form(secret, &mut *pair);
    let mut header = Zeroizing::new(String::with_capacity("Basic ".len() + 4 * pair.len().div_ceil(3)));
    header.push_str("Basic ");
    STANDARD.encode_string(&*pair, &mut header);
    Ok(header)
}
