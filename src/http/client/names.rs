//! Names and their addresses, looked up on the thread that asks: the client below would start one that may outlive the call.

use crate::http::Trouble;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// How long an answer is good for the requests that it was looked up for: a call that sends once more must not look the name
/// up under the grant's lock.
const GOOD_FOR: Duration = Duration::from_secs(60);
/// The most answers that are kept, and the most addresses that are tried.
const MOST: usize = 16;

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    host: String,
    port: u16,
}

impl Name {
    /// Of an address; none where it has no host.
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        let host = uri.host()?.to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        Some(Self { host, port })
    }

    /// Asks the system, which takes the time it takes.
    pub(super) fn look_up(&self) -> Result<Vec<SocketAddr>, Trouble> {
        let bare = bare(&self.host);
        let found = (bare, self.port).to_socket_addrs().map_err(|_| Trouble::NoName)?;
        let addresses: Vec<_> = found.take(MOST).collect();
        if addresses.is_empty() { Err(Trouble::NoName) } else { Ok(addresses) }
    }
}

/// Whether a host is this machine, by its name or its address.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An IPv6 address without its brackets.
fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// A name, when it was looked up, and its addresses.
type Kept = (Name, Instant, Vec<SocketAddr>);

/// What was looked up for requests to come.
///
/// Nobody waits for the lock: a child could find it held for ever, by a thread of its parent. Who does not get it looks the
/// name up again.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<Vec<Kept>>);

impl Names {
    pub(super) fn keep(&self, name: Name, addresses: Vec<SocketAddr>) {
        if let Ok(mut kept) = self.0.try_lock() {
            kept.retain(|(other, at, _)| *other != name && at.elapsed() < GOOD_FOR);
            if kept.len() == MOST {
                kept.remove(0);
            }
            kept.push((name, Instant::now(), addresses));
        }
    }

    /// The addresses of a name, while they are good.
    pub(super) fn of(&self, name: &Name) -> Option<Vec<SocketAddr>> {
        let kept = self.0.try_lock().ok()?;
        let found = kept.iter().find(|(other, at, _)| other == name && at.elapsed() < GOOD_FOR);
        found.map(|(_, _, addresses)| addresses.clone())
    }
}

/// The one name that a request needs, already looked up.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: Name,
    pub(super) addresses: Vec<SocketAddr>,
}

impl Resolver for Known {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        if Name::of(uri).as_ref() != Some(&self.name) {
            return Err(Error::HostNotFound);
        }
        let mut addresses = self.empty();
        for address in &self.addresses {
            addresses.push(*address);
        }
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_for_each_request_of_a_call() {
        let name = |host: &str| Name { host: host.to_owned(), port: 443 };
        let addresses = vec![SocketAddr::from(([192, 0, 2, 1], 443))];
        let names = Names::default();
        names.keep(name("a.example"), addresses.clone());
        for _ in 0..3 {
            assert_eq!(names.of(&name("a.example")), Some(addresses.clone()));
        }
        assert_eq!(names.of(&name("b.example")), None);
        // The newest push out the oldest.
        for number in 0..MOST {
            names.keep(name(&format!("{number}.example")), addresses.clone());
        }
        assert_eq!(names.of(&name("a.example")), None);
        assert!((0..MOST).all(|number| names.of(&name(&format!("{number}.example"))).is_some()));
        // For a while alone.
        if let Some(old) = Instant::now().checked_sub(GOOD_FOR) {
            names.0.lock().unwrap().iter_mut().for_each(|(_, at, _)| *at = old);
            assert_eq!(names.of(&name("0.example")), None);
        }
    }
}
