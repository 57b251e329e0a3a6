//! Where a service's requests go, and where its tokens may.

use super::host;
use super::profile::Profile;
use crate::error::{Error, Protocol};
use crate::url::Url;

/// An endpoint of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Where a person agrees (RFC 6749 §3.1).
    Authorize,
    /// Where codes are exchanged (RFC 6749 §3.2).
    Token,
    /// Where tokens are refreshed; nearly everywhere the same.
    Refresh,
    /// Where tokens are revoked (RFC 7009).
    Revoke,
}

impl Endpoint {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Revoke => "revoke",
        }
    }
}

impl Profile {
    /// Whether an endpoint's address depends on the account.
    #[must_use]
    pub fn needs_account(&self, endpoint: Endpoint) -> bool {
        self.template(endpoint).is_some_and(|address| address.contains("{account}"))
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
        let address = if template.contains("{account}") {
            template.replace("{account}", &self.account(account)?)
        } else {
            template.to_owned()
        };
        self.check_address(name, &address)?;
        Ok(address)
    }

    /// The host of an account that a person or a record names; the profile's default where none is given.
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
        let host = host::host("account", given)?;
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

    /// Whether the access token may be sent to a URL: https to one of the service's API origins, at the usual port.
    #[must_use]
    pub fn may_receive_token(&self, url: &str, account: Option<&str>) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        let host = url.host.to_ascii_lowercase();
        if url.has_userinfo || !(url.is_https || self.is_loopback_allowed(&host)) {
            return false;
        }
        let port = url.port.map(|port| format!(":{port}")).unwrap_or_default();
        let account = self.account(account).ok();
        self.file.endpoints.api.iter().any(|origin| match (origin.as_str(), &account) {
            ("{account}", Some(account)) => port.is_empty() && *account == host,
            ("{account}", None) => false,
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
        origins
            .map(|origin| account.as_ref().map_or(origin.clone(), |host| origin.replace("{account}", host)))
            .collect()
    }

    fn template(&self, endpoint: Endpoint) -> Option<&str> {
        let endpoints = &self.file.endpoints;
        let address = match endpoint {
            Endpoint::Authorize => endpoints.authorize.as_deref(),
            Endpoint::Token => Some(endpoints.token.as_str()),
            Endpoint::Refresh => endpoints.refresh.as_deref().or(Some(&endpoints.token)),
            Endpoint::Revoke => endpoints.revoke.as_deref(),
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
