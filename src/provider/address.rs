//! Where a service's requests go, and where its tokens may.

use super::host::{self, ACCOUNT, ACCOUNT_ID, ACCOUNT_LABEL};
use super::oauth1::OAuth1;
use super::profile::Profile;
use crate::error::{Error, Protocol};
use crate::url::Url;

/// An endpoint of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Where a person agrees (RFC 6749 §3.1, RFC 5849 §2.2).
    Authorize,
    /// Where codes are exchanged (RFC 6749 §3.2), or temporary credentials (RFC 5849 §2.3).
    Token,
    /// Where tokens are refreshed; nearly everywhere the same.
    Refresh,
    /// Where tokens are revoked (RFC 7009), or an account is disconnected.
    Revoke,
    /// Where temporary credentials are had (RFC 5849 §2.1).
    RequestToken,
    /// Where token credentials of OAuth 1.0a are renewed.
    Renew,
}

impl Endpoint {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Revoke => "revoke",
            Self::RequestToken => "request_token",
            Self::Renew => "renew",
        }
    }
}

/// A template with an account's host in it.
fn filled(template: &str, account: &str) -> String {
    template.replace(ACCOUNT_LABEL, label(account)).replace("{account}", account)
}

/// The first label of a host.
fn label(host: &str) -> &str {
    host.split('.').next().unwrap_or_default()
}

impl Profile {
    /// Whether a person can log in by OAuth 1.0a, as far as the profile tells: `custom-oauth1` leaves that to the caller.
    #[must_use]
    pub fn has_login(&self) -> bool {
        self.name() == "custom-oauth1" || self.template(Endpoint::Authorize).is_some()
    }

    /// Whether an endpoint's address depends on the account.
    #[must_use]
    pub fn needs_account(&self, endpoint: Endpoint) -> bool {
        self.template(endpoint).is_some_and(|address| address.contains(ACCOUNT))
    }

    /// The address of an endpoint, for the account whose host is given.
    ///
    /// The host is checked each time, since records can be written by others.
    ///
    /// # Errors
    /// [`NotConfigured`](crate::Status::NotConfigured) where the profile has no such endpoint, or none without an
    /// account; [`UntrustedHost`](crate::Status::UntrustedHost) for a host that it does not allow, and for an address
    /// that is not https.
    pub fn endpoint(&self, endpoint: Endpoint, account: Option<&str>) -> Result<String, Error> {
        let name = endpoint.name();
        let template = self.template(endpoint).ok_or(Protocol::NoEndpoint { name })?;
        let address =
            if template.contains(ACCOUNT) { filled(template, &self.account(account)?) } else { template.to_owned() };
        self.check_address(name, &address)?;
        Ok(address)
    }

    /// The realm of signed requests (RFC 5849 §3.5.1); empty where there is none.
    ///
    /// # Errors
    /// As [`account`](Self::account), where the realm depends on it.
    pub fn realm(&self, account: Option<&str>) -> Result<String, Error> {
        let realm = self.oauth1.as_ref().map_or("", OAuth1::realm);
        if !realm.contains(ACCOUNT) {
            return Ok(realm.to_owned());
        }
        let id = label(&self.account(account)?).to_ascii_uppercase().replace('-', "_");
        Ok(realm.replace(ACCOUNT_ID, &id))
    }

    /// The host of an account that a person or a record names; the profile's default where none is given. Where the hosts of a
    /// service's accounts differ by one label alone, that label will do, as people write it: NetSuite's `1234567_SB1`.
    ///
    /// # Errors
    /// [`UntrustedHost`](crate::Status::UntrustedHost) for a host that the profile does not allow,
    /// [`NotConfigured`](crate::Status::NotConfigured) where there is none.
    pub fn account(&self, given: Option<&str>) -> Result<String, Error> {
        let account = self.file.account.as_ref().ok_or_else(|| match given {
            Some(_) => Protocol::SameForAll { service: self.title().to_owned() },
            None => Protocol::NoAccount,
        })?;
        let given = given.or(account.default.as_deref()).ok_or(Protocol::NoAccount)?;
        // A service whose realm has the identifier writes it with underscores, which no host has.
        let has_underscores = self.oauth1.as_ref().is_some_and(|oauth1| oauth1.names_accounts);
        let given = if has_underscores { given.replace('_', "-") } else { given.to_owned() };
        let host = match account.hosts.as_slice() {
            [pattern] if !account.self_hosted => host::named("account", &given, pattern)?,
            _ => host::host("account", &given)?,
        };
        if account.self_hosted { Ok(host) } else { host::allowed("account", host, &account.hosts) }
    }

    /// The host of an account that a callback brought, which is an attacker's to choose.
    pub(crate) fn arrived_account(&self, field: &str, given: &str) -> Result<String, Error> {
        let account = self.file.account.as_ref().ok_or(Protocol::NoAccount)?;
        let host = host::host(field, given)?;
        if account.default.as_deref() == Some(&host) {
            return Ok(host);
        }
        host::allowed(field, host, &account.hosts)
    }

    /// The host in a field of an answer, one of `patterns` or the account that the caller named.
    pub(crate) fn arrived_host(&self, field: &str, given: &str, patterns: &[String]) -> Result<String, Error> {
        let host = host::host_of_url(field, given)?;
        let named = self.file.account.as_ref().and_then(|account| account.default.as_deref());
        if named == Some(&host) { Ok(host) } else { host::allowed(field, host, patterns) }
    }

    /// Whether a token, or a key, may be sent to a URL: https to one of the service's API origins, at the usual port.
    #[must_use]
    pub fn may_receive_token(&self, url: &str, account: Option<&str>) -> bool {
        self.may_receive(url, account, false)
    }

    /// Whether a signed request may: the same, and where the profile says so, http will do.
    #[must_use]
    pub fn may_receive_signature(&self, url: &str, account: Option<&str>) -> bool {
        self.may_receive(url, account, self.oauth1.as_ref().is_some_and(OAuth1::allows_plain_http))
    }

    fn may_receive(&self, url: &str, account: Option<&str>, allows_http: bool) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let host = url.host.to_ascii_lowercase();
        if url.has_userinfo || !(url.is_https || self.is_loopback_allowed(&host) || allows_http) {
            return false;
        }
        let port = url.port.map(|port| format!(":{port}")).unwrap_or_default();
        let account = self.account(account).ok();
        self.file.endpoints.api.iter().any(|origin| match (origin.as_str(), &account) {
            ("{account}", Some(account)) => port.is_empty() && *account == host,
            (origin, Some(account)) if origin.contains(ACCOUNT) => {
                port.is_empty() && host::matches(&filled(origin, account), &host)
            }
            (origin, None) if origin.contains(ACCOUNT) => false,
            (origin, _) => {
                let name_end = origin.find(']').map_or(0, |bracket| bracket + 1); // Of an IPv6 address.
                let port_start = origin[name_end..].find(':').map_or(origin.len(), |at| name_end + at);
                let (pattern, wanted) = origin.split_at(port_start);
                wanted == port && host::matches(pattern, &host)
            }
        })
    }

    /// The origins that may see the access token, as the profile has them, with the account's host where that is known.
    #[must_use]
    pub fn api_origins(&self, account: Option<&str>) -> Vec<String> {
        let account = self.account(account).ok();
        let origins = self.file.endpoints.api.iter();
        origins.map(|origin| account.as_ref().map_or(origin.clone(), |host| filled(origin, host))).collect()
    }

    fn template(&self, endpoint: Endpoint) -> Option<&str> {
        let endpoints = &self.file.endpoints;
        let address = match endpoint {
            Endpoint::Authorize => endpoints.authorize.as_deref(),
            Endpoint::Token => Some(endpoints.token.as_str()),
            Endpoint::Refresh if self.oauth1.is_some() => None,
            Endpoint::Refresh => endpoints.refresh.as_deref().or(Some(&endpoints.token)),
            Endpoint::Revoke => endpoints.revoke.as_deref(),
            Endpoint::RequestToken => self.oauth1.as_ref().and_then(|oauth1| oauth1.request_token.as_deref()),
            Endpoint::Renew => self.oauth1.as_ref().and_then(|oauth1| oauth1.renew.as_deref()),
        };
        address.filter(|address| !address.is_empty())
    }

    /// Refuses an address that is not https, or, where that was allowed, http on loopback.
    pub(super) fn check_address(&self, name: &str, address: &str) -> Result<(), Error> {
        let insecure = || Protocol::InsecureUrl { name: format!("the {name} address") };
        let url = Url::parse(address).map_err(|_| insecure())?;
        let is_safe = url.is_https || self.is_loopback_allowed(url.host);
        if is_safe && !url.has_userinfo && url.fragment.is_empty() { Ok(()) } else { Err(insecure().into()) }
    }

    fn is_loopback_allowed(&self, host: &str) -> bool {
        self.allows_insecure_http && matches!(host, "127.0.0.1" | "[::1]" | "localhost")
    }
}
