//! HTTP: a request to send, and what came of it. Plain values; a host may send them by a client of its own.

#[cfg(feature = "http")]
pub mod client;

use crate::secret::Secret;
use std::borrow::Cow;
use std::fmt;

/// A request to send exactly as it is: no redirect followed, nothing repeated, nothing respelled.
///
/// It holds secrets: they are wiped when it is dropped, and `Debug` shows none.
pub struct Request {
    method: Cow<'static, str>,
    url: Secret,
    headers: Vec<(Cow<'static, str>, Secret)>,
    body: Secret,
    is_local: bool,
    is_plain: bool,
}

impl Request {
    /// A request of a method to a URL, which may hold a secret in its query.
    #[must_use]
    pub fn new(method: impl Into<Cow<'static, str>>, url: &str) -> Self {
        let (url, body) = (Secret::new(url.as_bytes()), Secret::new(b""));
        Self { method: method.into(), url, headers: Vec::new(), body, is_local: false, is_plain: false }
    }

    /// The same request, which may do without TLS on loopback, or may not; else it may not.
    #[must_use]
    pub fn with_loopback_http(self, allowed: bool) -> Self {
        Self { is_local: allowed, ..self }
    }

    /// Whether it may do without TLS on loopback.
    #[must_use]
    pub const fn allows_loopback_http(&self) -> bool {
        self.is_local
    }

    /// The same request, which may do without TLS anywhere, or may not; else it may not. It must carry no secret, but a signature.
    #[must_use]
    pub fn with_plain_http(self, allowed: bool) -> Self {
        Self { is_plain: allowed, ..self }
    }

    /// Whether it may do without TLS anywhere.
    #[must_use]
    pub const fn allows_plain_http(&self) -> bool {
        self.is_plain
    }

    /// Adds a header. Both must be what a field of RFC 9110 §5.5 may hold; whoever builds the request sees to that.
    pub fn add_header(&mut self, name: impl Into<Cow<'static, str>>, value: &str) {
        self.headers.push((name.into(), Secret::new(value.as_bytes())));
    }

    /// Sets the body, and the header that tells its type, if it has one.
    pub fn set_body<'a>(&mut self, content_type: impl Into<Option<&'a str>>, body: &[u8]) {
        if let Some(content_type) = content_type.into() {
            self.add_header("Content-Type", content_type);
        }
        self.body = Secret::new(body);
    }

    /// Such as `POST`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The whole URL. It may hold a secret.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.text()
    }

    /// Names and values, in the order in which they are to be sent. Values may be secret.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, value.text()))
    }

    /// The body; empty where there is none. It may hold secrets.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.expose()
    }
}

impl Clone for Request {
    fn clone(&self) -> Self {
        let copy = |secret: &Secret| Secret::new(secret.expose());
        Self {
            method: self.method.clone(),
            url: copy(&self.url),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), copy(value))).collect(),
            body: copy(&self.body),
            is_local: self.is_local,
            is_plain: self.is_plain,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.url().split(['?', '#']).next().unwrap_or_default();
        write!(f, "{} {place} […]", self.method)
    }
}

/// An answer that came. Its body may hold secrets, and is wiped.
pub struct Answer {
    /// The status, such as 200; 0 where a host had none, and nobody knows what the answer means.
    pub status: u16,
    /// The value of `Content-Type`, if there was one.
    pub content_type: Option<String>,
    /// The seconds that `Retry-After` asks for (RFC 9110 §10.2.3), if it did in seconds.
    pub retry_after: Option<u64>,
    /// The value of `WWW-Authenticate`, if there was one: services of OAuth 1.0a say there why they refuse.
    pub challenge: Option<String>,
    /// Whether its connection broke where it may not have been at its end.
    pub is_cut: bool,
    body: Secret,
}

impl Answer {
    /// An answer with this status and body, and no headers that matter.
    #[must_use]
    pub fn new(status: u16, body: &[u8]) -> Self {
        Self { status, content_type: None, retry_after: None, challenge: None, is_cut: false, body: Secret::new(body) }
    }

    /// Takes a header in, where it is one that matters.
    pub fn add_header(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-type") {
            self.content_type = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("www-authenticate") {
            self.challenge = Some(value.to_owned());
        } else if name.eq_ignore_ascii_case("retry-after") && value.bytes().all(|byte| byte.is_ascii_digit()) {
            self.retry_after = value.parse().ok();
        }
    }

    /// The bytes of its body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.body.expose()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// What came of sending a request.
#[derive(Debug)]
pub enum Sent {
    /// An answer came, whole.
    Answer(Answer),
    /// Nothing of the request's body can have reached the service: no name, no connection, no TLS.
    NotSent(Trouble),
    /// It may have reached the service, and no answer came.
    Lost(Trouble),
    /// An answer began to come, and broke off before its end: this is what came of it.
    Cut(Trouble, Answer),
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trouble {
    /// The host's name cannot be resolved.
    NoName,
    /// No connection, to the host or to the proxy.
    NoConnection,
    /// TLS failed: a certificate that is not trusted or of another name, or no common version.
    Tls,
    /// Time ran out.
    TimeOut,
    /// The connection broke.
    Broken,
    /// The answer is no HTTP, or longer than anybody reads.
    BadAnswer,
    /// The address has no TLS and would need it, or is none.
    Insecure,
}

impl Trouble {
    /// It in a few words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NoName => "the host's name was not found",
            Self::NoConnection => "no connection",
            Self::Tls => "TLS failed",
            Self::TimeOut => "no answer in time",
            Self::Broken => "the connection broke",
            Self::BadAnswer => "the answer was no HTTP",
            Self::Insecure => "the address has no TLS",
        }
    }
}

/// What sends a request: the client that is built in, or a host's own.
pub trait Sender {
    /// Looks the host's name up, so that sending need not wait for it; what fails here fails again when it is sent.
    fn resolve(&self, request: &Request) {
        let _ = request;
    }

    /// Sends it once, within so many milliseconds, and follows no redirect.
    fn send(&self, request: &Request, deadline_ms: u64) -> Sent;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let mut request = Request::new("POST", "https://h/token?client_secret=hunter2#hunter2");
        request.add_header("Authorization", "Basic hunter2");
        request.set_body("text/plain", b"hunter2");
        assert_eq!(format!("{request:?}"), "POST https://h/token […]");
        assert_eq!(
            request.headers().collect::<Vec<_>>(),
            [("Authorization", "Basic hunter2"), ("Content-Type", "text/plain")]
        );
        let answer = Answer::new(200, b"hunter2");
        assert_eq!(format!("{answer:?}"), "Answer { status: 200, bytes: 7, .. }");
    }

    #[test]
    fn an_answer_takes_the_headers_that_matter() {
        let mut answer = Answer::new(429, b"");
        for (name, value) in [("content-TYPE", " text/plain "), ("Retry-After", "17"), ("Server", "x")] {
            answer.add_header(name, value);
        }
        assert_eq!((answer.content_type.as_deref(), answer.retry_after), (Some("text/plain"), Some(17)));
        answer.add_header("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
        assert_eq!(answer.retry_after, Some(17));
    }
}
