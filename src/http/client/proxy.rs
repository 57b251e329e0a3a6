//! Which proxy a request goes through: one that a program has set, or by the variables of the environment that everybody knows.

use crate::error::{Error, Network};
use ureq::Proxy;
use ureq::ProxyProtocol;
use ureq::http::Uri;

/// Where a proxy for `https` stands, the first that is set.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Which hosts are reached without one.
const WITHOUT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy for everything that has TLS, if there is one. What does without is on loopback, and needs none.
#[derive(Debug)]
pub(super) struct Proxies(Option<Proxy>);

impl Proxies {
    /// The one at this address, which everything with TLS goes through; none is by the environment.
    ///
    /// # Errors
    /// [`Network`]: an address that is none, or of a SOCKS proxy. To go past a proxy that somebody set would be worse.
    pub(super) fn new(url: Option<&str>) -> Result<Self, Error> {
        match url {
            Some(url) => proxy("proxy", url.trim(), "").map(|proxy| Self(Some(proxy))),
            None => Self::from_environment(),
        }
    }

    fn from_environment() -> Result<Self, Error> {
        let set = |variable: &&'static str| std::env::var(variable).ok().filter(|value| !value.trim().is_empty());
        let Some((variable, url)) = VARIABLES.iter().find_map(|variable| Some((*variable, set(variable)?))) else {
            return Ok(Self(None));
        };
        let without = WITHOUT.iter().find_map(set).unwrap_or_default();
        proxy(variable, url.trim(), &without).map(|proxy| Self(Some(proxy)))
    }

    /// The proxy for an address.
    pub(super) fn proxy_for(&self, target: &Uri) -> Option<&Proxy> {
        self.0.as_ref().filter(|proxy| target.scheme_str() == Some("https") && !proxy.is_no_proxy(target))
    }
}

fn proxy(variable: &'static str, url: &str, without: &str) -> Result<Proxy, Error> {
    let bad = |_| Error::from(Network::BadProxy { variable });
    let plain = Proxy::new(url).map_err(bad)?;
    if !matches!(plain.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
        return Err(Network::SocksProxy { variable }.into());
    }
    let mut builder = Proxy::builder(plain.protocol()).host(plain.host()).port(plain.port());
    if let Some(username) = plain.username() {
        builder = builder.username(username);
    }
    if let Some(password) = plain.password() {
        builder = builder.password(password);
    }
    for host in without.split(',').map(str::trim).filter(|host| !host.is_empty()) {
        // As curl has it: `example.com` stands for its subdomains as well.
        builder = builder.no_proxy(host);
        if host.starts_with(|first: char| first.is_ascii_alphabetic()) {
            builder = builder.no_proxy(&format!(".{host}"));
        }
    }
    builder.build().map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(url: &str, without: &str, target: &str) -> bool {
        let proxies = Proxies(Some(proxy("HTTPS_PROXY", url, without).unwrap()));
        proxies.proxy_for(&target.parse().unwrap()).is_some()
    }

    #[test]
    fn some_hosts_are_reached_without_a_proxy() {
        let without = "example.com, .internal,127.0.0.1";
        for (target, expected) in [
            ("https://example.org/", true),
            ("https://example.com/", false),
            ("https://EXAMPLE.com/", false),
            ("https://sub.example.com/", false),
            ("https://myexample.com/", true),
            ("https://a.internal/", false),
            ("https://internal/", true),
            ("https://127.0.0.1/", false),
            ("http://localhost/", false),
        ] {
            assert_eq!(through("http://proxy:3128", without, target), expected, "{target}");
        }
        assert!(!through("http://user:p%40ss@proxy:3128", "*", "https://example.org/"));
        assert!(through("proxy:3128", "", "https://example.org/"));
    }

    #[test]
    fn a_proxy_that_is_set_is_for_all() {
        let proxies = Proxies::new(Some(" http://proxy:3128 ")).unwrap();
        assert!(proxies.proxy_for(&"https://example.com/".parse().unwrap()).is_some());
        assert!(proxies.proxy_for(&"http://127.0.0.1/".parse().unwrap()).is_none());
        assert_eq!(Proxies::new(Some("")).unwrap_err(), Network::BadProxy { variable: "proxy" }.into());
    }

    #[test]
    fn what_is_no_proxy_is_refused() {
        let error = |url| proxy("HTTPS_PROXY", url, "").unwrap_err();
        assert_eq!(error("http://"), Network::BadProxy { variable: "HTTPS_PROXY" }.into());
        assert_eq!(error("ftp://proxy"), Network::BadProxy { variable: "HTTPS_PROXY" }.into());
        assert_eq!(error("socks5://proxy"), Network::SocksProxy { variable: "HTTPS_PROXY" }.into());
    }
}
