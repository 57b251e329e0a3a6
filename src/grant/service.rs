//! What a grant's settings say of its service, as requests need it.

use super::record::{Grant, Kind, Settings, State};
use super::refresh::Spend;
use super::rules::Rules;
use crate::error::Error;
use crate::http::Request;
use crate::oauth2::{
    Client, Purpose, TokenKind, client_credentials_request, code_request, refresh_request, revocation_request,
};
use crate::provider::{self, Endpoint, OAuth1, Profile};
use crate::secret::Secret;
use crate::setting::Value;
use crate::url::Url;

/// A request is given up after this, in milliseconds.
pub const DEADLINE: i64 = 30_000;
/// And has arrived or vanished after so much more.
const MARGIN: i64 = 5_000;

/// The profile of a grant's service with what the grant sets, and the client.
#[derive(Debug)]
pub struct Service {
    profile: Profile,
    client: Client,
    account: Option<String>,
    scope: Option<String>,
}

/// The profile that a grant's settings name, with their own values in it.
///
/// # Errors
/// Those of [`Profile::parse`] and [`Profile::set`]; an unknown provider.
pub fn profile(settings: &Settings) -> Result<Profile, Error> {
    let mut profile = match &settings.profile {
        Some(text) => Profile::parse(text)?,
        None => provider::builtin(&settings.provider)?,
    };
    for (name, value) in &settings.overrides {
        profile.set(name, Value::Text(value))?;
    }
    if settings.allow_insecure_http {
        profile.set("allow_insecure_http", Value::Flag(true))?;
    }
    Ok(profile)
}

/// Whether tokens that were had by some settings may be kept by others: it is the same client of the same service, and they go
/// nowhere that they did not go before. An account that is named is another one where the host differs.
#[must_use]
pub fn may_keep_tokens(old: &Settings, new: &Settings) -> bool {
    let is_same_account = new.account.is_none() || old.account.is_none() || new.account == old.account;
    let (Ok(was), Ok(is)) = (profile(old), profile(new)) else { return false };
    // A login has told the account where the settings do not.
    let account = old.account.as_deref();
    let (receivers, wanted) = (receivers(&was, account), receivers(&is, new.account.as_deref().or(account)));
    new.kind != Kind::Static
        && new.kind == old.kind
        && new.client_id == old.client_id
        && is_same_account
        && was.name() == is.name()
        && wanted.iter().all(|origin| receivers.contains(origin))
        // Of OAuth 1.0a the API sees what a login had: each request has the token, and by PLAINTEXT its secret.
        && (new.kind != Kind::OAuth1 || is.api_origins(account).iter().all(|origin| was.api_origins(account).contains(origin)))
}

/// When the service begins to renew a token of OAuth 1.0a whose end is known, in Unix milliseconds; None where it does at any time.
/// A clock that was put back since the token was had knows of no time.
#[must_use]
pub fn renewal_begins(profile: &Profile, state: &State, now: i64) -> Option<i64> {
    let last = profile.oauth1().and_then(OAuth1::renews_in_last)?;
    let end = state.expires_at.filter(|_| state.obtained_at <= now)?;
    Some(end.saturating_sub(i64::from(last) * 1000))
}

/// The origins that refresh tokens and the client's secret, or what they sign, are sent to: whether with TLS, the host and the
/// port of each.
fn receivers(profile: &Profile, account: Option<&str>) -> Vec<(bool, String, Option<u16>)> {
    let endpoints = [Endpoint::Token, Endpoint::Refresh, Endpoint::Revoke, Endpoint::RequestToken, Endpoint::Renew];
    let addresses = endpoints.map(|endpoint| profile.endpoint(endpoint, account));
    let origin = |address: String| {
        let url = Url::parse(&address).ok()?;
        Some((url.is_https, url.host.to_ascii_lowercase(), url.port))
    };
    addresses.into_iter().flatten().filter_map(origin).collect()
}

impl Service {
    /// Of a grant.
    ///
    /// # Errors
    /// Those of [`profile`].
    pub fn of(grant: &Grant) -> Result<Self, Error> {
        let settings = &grant.settings;
        let secret = grant.secrets.client_secret.as_ref();
        Ok(Self {
            profile: profile(settings)?.with_kept(&grant.state.kept),
            client: Client::new(&settings.client_id, secret.map(super::Kept::expose), settings.redirect_uri.as_deref()),
            account: settings.account.clone(),
            scope: settings.scope.clone(),
        })
    }

    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What decides how it is refreshed.
    #[must_use]
    pub fn rules(&self) -> Rules {
        let profile = &self.profile;
        Rules {
            policy: profile.policy(),
            revokes_family: profile.revokes_family(),
            refresh_when: profile.refresh_when(),
            access_may_stay: profile.access_token_may_stay(),
            // Who speaks of a refusal by 200 has looked at the body.
            expired_statuses: profile.expired_statuses().collect(),
            budget_per_hour: profile.refresh_budget(),
            deadline: DEADLINE,
            margin: MARGIN,
            lease: None,
            pause: Rules::default().pause,
        }
    }

    /// The request that spends this, and what its answer is read as.
    ///
    /// # Errors
    /// Where something is missing that the profile asks for.
    pub fn request(&self, grant: &Grant, spend: &Spend) -> Result<(Request, Purpose), Error> {
        let (profile, client) = (&self.profile, &self.client);
        let (request, purpose) = match spend {
            Spend::Refresh(token) => {
                let token = Secret::new(token.expose().as_bytes());
                (refresh_request(profile, client, self.account.as_deref(), &token)?, Purpose::Refresh)
            }
            Spend::Code(code) => {
                let code = Secret::new(code.expose().as_bytes());
                let verifier = grant.secrets.login.as_ref().and_then(|login| login.verifier.as_ref());
                let verifier = verifier.map(|verifier| Secret::new(verifier.expose().as_bytes()));
                (code_request(profile, client, self.account.as_deref(), &code, verifier.as_ref())?, Purpose::Exchange)
            }
            Spend::Nothing => (
                client_credentials_request(profile, client, self.account.as_deref(), self.scope.as_deref())?,
                Purpose::ClientCredentials,
            ),
        };
        Ok((request.with_loopback_http(grant.settings.allow_insecure_http), purpose))
    }

    /// The same for the account of a login that is not committed yet.
    #[must_use]
    pub fn at_account(mut self, account: Option<&str>) -> Self {
        if let Some(account) = account {
            self.account = Some(account.to_owned());
        }
        self
    }

    /// The request that revokes a grant (RFC 7009 §2.1); None where there is nothing to revoke.
    ///
    /// # Errors
    /// Where the profile has no address for that, or something is missing that it asks for.
    pub fn revocation(&self, grant: &Grant) -> Result<Option<Request>, Error> {
        let secrets = &grant.secrets;
        let (token, kind) = match (&secrets.refresh, &secrets.access) {
            (Some(token), _) => (token, TokenKind::Refresh),
            (None, Some(token)) => (token, TokenKind::Access),
            (None, None) => return Ok(None),
        };
        let token = Secret::new(token.expose().as_bytes());
        let request = revocation_request(&self.profile, &self.client, self.account.as_deref(), &token, kind)?;
        Ok(Some(request.with_loopback_http(grant.settings.allow_insecure_http)))
    }
}
