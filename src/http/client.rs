//! The HTTP client that is built in: each request goes out once, over a connection of its own, and no thread outlives a call.
//!
//! It follows no redirect, repeats nothing, keeps no cookie and no connection: what it sends spends a single-use token.

mod connection;
mod names;
mod proxy;

use super::{Answer, Request, Sender, Sent, Trouble};
use crate::error::{Error, Network};
use crate::secret::Secret;
use connection::{Tls, Watch};
use names::{Name, Names};
use proxy::Proxies;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use ureq::http::{Response, Uri, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector};
use ureq::{Agent, Body, Timeout};
use zeroize::Zeroizing;

/// The most bytes of an answer's body, where nobody asked for more.
const MOST: u64 = 1024 * 1024;
/// What connecting may take, TLS included.
const CONNECT: Duration = Duration::from_secs(10);

/// How a client sends.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// A PEM file of certificate authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The address of a proxy; without it the environment tells of one.
    pub proxy: Option<Arc<Secret>>,
    /// Whether loopback addresses may do without TLS.
    pub allow_loopback_http: bool,
}

/// A client, which any number of threads may use at once, and which costs little to copy.
///
/// Proxies are those that `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` named when it was made, unless one was set.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
    allow_loopback_http: bool,
    most: u64,
}

#[derive(Debug)]
struct Shared {
    tls: TlsConfig,
    connector: Tls,
    proxies: Proxies,
    names: Names,
}

impl Client {
    /// A client that trusts the system's certificate authorities.
    ///
    /// # Errors
    /// [`Network`]: a CA file or a proxy that cannot be used.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots(options.ca_file.as_deref())?)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let shared = Shared {
            tls,
            connector: Tls::default(),
            proxies: Proxies::new(options.proxy.as_deref().map(Secret::text))?,
            names: Names::default(),
        };
        Ok(Self { shared: Arc::new(shared), allow_loopback_http: options.allow_loopback_http, most: MOST })
    }

    /// The same client, which may do without TLS on loopback, or may not.
    #[must_use]
    pub fn with_loopback_http(&self, allowed: bool) -> Self {
        Self { allow_loopback_http: allowed, ..self.clone() }
    }

    /// The same client, which reads answers of so many bytes; else a MiB, which no token endpoint needs.
    #[must_use]
    pub fn with_longest_answer(&self, bytes: u64) -> Self {
        Self { most: bytes, ..self.clone() }
    }

    /// Looks up the name that a request to come needs, on the calling thread, and keeps the answer for it, and for those that
    /// follow within a minute.
    ///
    /// The system sets no bound to how long that takes. So it is done before a lock is taken: [`send`](Sender::send) looks up
    /// what is not there.
    ///
    /// # Errors
    /// [`Trouble::NoName`]; [`Trouble::Insecure`] of an address that would not be sent to.
    pub fn resolve(&self, request: &Request) -> Result<(), Trouble> {
        let target = self.target(request)?;
        let name = self.name(&target)?;
        let addresses = name.look_up()?;
        self.shared.names.keep(name, addresses);
        Ok(())
    }

    /// Whether two are copies of one.
    #[cfg(test)]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The address of a request, which has TLS, or is allowed to do without.
    fn target(&self, request: &Request) -> Result<Uri, Trouble> {
        let target: Uri = request.url().parse().map_err(|_| Trouble::Insecure)?;
        match (target.scheme_str(), target.host()) {
            (Some("https"), Some(_)) => Ok(target),
            (Some("http"), Some(_)) if request.allows_plain_http() => Ok(target),
            (Some("http"), Some(host)) if self.is_allowed(request) && names::is_loopback(host) => Ok(target),
            _ => Err(Trouble::Insecure),
        }
    }

    fn is_allowed(&self, request: &Request) -> bool {
        self.allow_loopback_http || request.allows_loopback_http()
    }

    /// Whose address is needed: the proxy's, or the host's.
    fn name(&self, target: &Uri) -> Result<Name, Trouble> {
        let next = self.shared.proxies.proxy_for(target).map_or(target, ureq::Proxy::uri);
        Name::of(next).ok_or(Trouble::Insecure)
    }

    /// The answer; with the trouble that broke it off.
    fn run(
        &self,
        request: &Request,
        deadline: Duration,
        left: &Arc<AtomicBool>,
    ) -> Result<(Answer, Option<Trouble>), Trouble> {
        let begun = Instant::now();
        let target = self.target(request)?;
        let name = self.name(&target)?;
        let addresses = match self.shared.names.of(&name) {
            Some(addresses) => addresses,
            None => name.look_up()?,
        };
        // What `localhost` means is the system's to say, and a wrong answer would send secrets over a network in clear.
        let needs_loopback = target.scheme_str() == Some("http") && !request.allows_plain_http();
        if needs_loopback && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(Trouble::Insecure);
        }
        let remaining = deadline.saturating_sub(begun.elapsed());
        if remaining.is_zero() {
            return Err(Trouble::TimeOut);
        }
        let config = Agent::config_builder()
            .tls_config(self.shared.tls.clone())
            .proxy(self.shared.proxies.proxy_for(&target).cloned())
            .timeout_global(Some(remaining))
            .timeout_connect(Some(CONNECT.min(remaining)))
            .user_agent(concat!("osign/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_idle_connections(0)
            .build();
        let watch = Watch { target, left: left.clone() };
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(self.shared.connector.clone())
                .chain(watch);
        let agent = Agent::with_parts(config, connector, names::Known { name, addresses });
        let mut message = ureq::http::Request::builder().method(request.method()).uri(request.url());
        for (name, value) in request.headers() {
            message = message.header(name, value);
        }
        message = message.header(header::CONNECTION, "close");
        let answered = if request.body().is_empty() && !matches!(request.method(), "POST" | "PUT" | "PATCH") {
            message.body(()).map_err(Into::into).and_then(|message| agent.run(message))
        } else {
            message.body(request.body()).map_err(Into::into).and_then(|message| agent.run(message))
        };
        let mut answered = answered.map_err(|error| trouble(&error))?;
        let mut body = Zeroizing::new(Vec::new());
        let read = answered.body_mut().with_config().limit(self.most).reader().read_to_end(&mut body);
        let mut answer = answer(&answered, &body);
        answer.is_cut = read.is_err();
        let broken = match read {
            // Without a length an answer ends with its connection, and many servers close that without TLS's farewell: to
            // take what came for lost would cost the pair in it.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && !has_length(&answered) => None,
            read => read.err().map(|error| trouble(&error.into())),
        };
        Ok((answer, broken))
    }
}

impl Sender for Client {
    fn resolve(&self, request: &Request) {
        let _ = Self::resolve(self, request);
    }

    fn send(&self, request: &Request, deadline_ms: u64) -> Sent {
        let left = Arc::new(AtomicBool::new(false));
        match self.run(request, Duration::from_millis(deadline_ms), &left) {
            Ok((answer, None)) => Sent::Answer(answer),
            Ok((answer, Some(trouble))) => Sent::Cut(trouble, answer),
            Err(trouble) if left.load(Ordering::Relaxed) => Sent::Lost(trouble),
            Err(trouble) => Sent::NotSent(trouble),
        }
    }
}

fn has_length(answered: &Response<Body>) -> bool {
    let has = |name| answered.headers().contains_key(name);
    has(header::CONTENT_LENGTH) || has(header::TRANSFER_ENCODING)
}

fn answer(answered: &Response<Body>, body: &[u8]) -> Answer {
    let mut answer = Answer::new(answered.status().as_u16(), body);
    for name in [header::CONTENT_TYPE, header::RETRY_AFTER, header::WWW_AUTHENTICATE] {
        if let Some(value) = answered.headers().get(&name).and_then(|value| value.to_str().ok()) {
            answer.add_header(name.as_str(), value);
        }
    }
    answer
}

/// The system's authorities, where they can be asked for.
#[cfg(feature = "roots")]
fn roots_of_system() -> Vec<Certificate<'static>> {
    let system = rustls_native_certs::load_native_certs().certs;
    system.iter().map(|root| Certificate::from_der(root).to_owned()).collect()
}

/// The system's authorities, and those of a file. A system without any still reaches those of the file.
fn roots(ca_file: Option<&Path>) -> Result<Vec<Certificate<'static>>, Error> {
    #[cfg(feature = "roots")]
    let mut roots = roots_of_system();
    #[cfg(not(feature = "roots"))]
    let mut roots = Vec::new();
    if !cfg!(feature = "roots") && ca_file.is_none() {
        return Err(Network::NoRoots.into());
    }
    if let Some(path) = ca_file {
        let before = roots.len();
        let pem = std::fs::read(path).unwrap_or_default();
        roots.extend(parse_pem(&pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(root)) => Some(root),
            _ => None,
        }));
        if roots.len() == before {
            return Err(Network::BadCaFile { path: path.display().to_string() }.into());
        }
    }
    Ok(roots)
}

fn trouble(error: &ureq::Error) -> Trouble {
    match error {
        ureq::Error::HostNotFound => Trouble::NoName,
        ureq::Error::Timeout(Timeout::Resolve) => Trouble::NoName,
        ureq::Error::Timeout(_) => Trouble::TimeOut,
        ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => Trouble::NoConnection,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired => Trouble::Tls,
        ureq::Error::Io(error) => match error.kind() {
            // How rustls says that a peer's message, or its certificate, is not to be trusted.
            ErrorKind::InvalidData => Trouble::Tls,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Trouble::TimeOut,
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable
            | ErrorKind::PermissionDenied => Trouble::NoConnection,
            _ => Trouble::Broken,
        },
        ureq::Error::Http(_) | ureq::Error::BadUri(_) => Trouble::Insecure,
        _ => Trouble::BadAnswer,
    }
}
