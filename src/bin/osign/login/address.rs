//! A redirect URI at which this machine itself answers (RFC 8252 §7.3).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where the browser comes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// With its port, unless that is the usual one: what a browser sends as `Host` (RFC 9110 §7.2).
    pub(super) host: String,
    pub(super) port: u16,
    /// Without its query.
    pub(super) path: String,
    /// Where to listen; a name stands for both kinds of addresses.
    pub(super) sockets: Vec<SocketAddr>,
}

impl Address {
    /// None where it is elsewhere, or has TLS.
    pub(super) fn of(redirect_uri: &str) -> Option<Self> {
        let (scheme, rest) = redirect_uri.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let authority = authority.to_ascii_lowercase();
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let path = if path.is_empty() { "/" } else { path };
        let (name, port) = match authority.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (name, port.parse().ok()?)
            }
            _ => (authority.as_str(), 80),
        };
        let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
        let addresses = match name {
            "127.0.0.1" => vec![v4],
            "[::1]" => vec![v6],
            "localhost" => vec![v4, v6],
            _ => return None,
        };
        let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect();
        let host = authority.strip_suffix(":80").unwrap_or(&authority).to_owned();
        Some(Self { host, port, path: path.to_owned(), sockets })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_and_no_others() {
        for (uri, host, port, path, count) in [
            ("http://127.0.0.1:8765/callback", "127.0.0.1:8765", 8765, "/callback", 1),
            ("http://localhost:8765", "localhost:8765", 8765, "/", 2),
            ("http://LOCALHOST/a/b?x=1", "localhost", 80, "/a/b", 2),
            ("http://[::1]:9/", "[::1]:9", 9, "/", 1),
            ("http://localhost:80/", "localhost", 80, "/", 2),
        ] {
            let address = Address::of(uri).unwrap();
            let found = (address.host.as_str(), address.port, address.path.as_str(), address.sockets.len());
            assert_eq!(found, (host, port, path, count), "{uri}");
        }
        for uri in [
            "",
            "https://127.0.0.1:8765/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1:99999/",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            assert_eq!(Address::of(uri), None, "{uri}");
        }
    }
}
