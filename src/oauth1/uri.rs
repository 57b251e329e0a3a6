//! The URL: what is signed of it (RFC 5849 §3.4.1.2), and what is sent.

use super::base_string::BaseString;
use super::key::Running;
use crate::buffer::Sink;
use crate::error::{Error, Status};
use crate::percent::word::{len_before_byte, unreserved_len};
use crate::percent::{Once, Twice, decode, encode_into, is_unreserved};
use std::net::Ipv6Addr;

/// The base string URI of a URL: scheme and host in lower case, no default port, no query.
///
/// ```
/// let uri = osign::oauth1::base_string_uri("HTTP://EXAMPLE.COM:80/r%20v/X?id=123")?;
/// assert_eq!(uri, "http://example.com/r%20v/X");
/// # Ok::<(), osign::Error>(())
/// ```
///
/// # Errors
/// [`Status::InvalidUrl`] when the URL cannot be signed.
pub fn base_string_uri(url: &str) -> Result<String, Error> {
    let uri = Uri::parse(url)?;
    let mut encoded = Vec::new();
    let mut running = Running::None;
    let mut base_string = BaseString::new(&mut running, Some(&mut encoded));
    uri.encode_base_string_uri_into(&mut base_string);
    base_string.flush();
    Ok(String::from_utf8(decode(&encoded)).ok().expect("a base string URI is ASCII"))
}

/// An http or https URL, taken apart but not decoded.
#[derive(Debug)]
pub(crate) struct Uri<'a> {
    url: &'a str,
    pub(super) is_https: bool,
    /// With brackets when it is an IPv6 address; in the case it came in.
    pub(super) host: &'a str,
    host_is_plain: bool,
    /// None for the scheme's default.
    pub(super) port: Option<u16>,
    /// As it came, possibly empty.
    pub(super) path: &'a str,
    /// Without its `?`.
    pub(super) query: Option<&'a str>,
    /// With its `#`, or empty.
    pub(super) fragment: &'a str,
    /// Whether a space or a byte outside ASCII needs encoding before the URL can be sent.
    needs_encoding: bool,
}

impl<'a> Uri<'a> {
    pub(crate) fn parse(url: &'a str) -> Result<Self, Error> {
        // One look for all that is rare; which of it there is takes another.
        let is_rare = |byte: u8| byte.wrapping_sub(b'!') > b'~' - b'!' || byte == b'#';
        let rare = url.bytes().fold(false, |rare, byte| rare | is_rare(byte));
        let (has_control, needs_encoding, has_fragment) = if rare { rarities(url) } else { (false, false, false) };
        if has_control {
            return invalid("the URL holds a control character, such as a line break; remove it or encode it as %XX");
        }
        let (is_https, rest) = split_scheme(url)?;
        let name_end = unreserved_len(rest.as_bytes());
        let is_bare = matches!(rest.as_bytes().get(name_end), None | Some(b'/' | b'?' | b'#'));
        let (host, port, rest) = if is_bare && name_end > 0 {
            (&rest[..name_end], None, &rest[name_end..]) // Nothing but a host: the ordinary case.
        } else {
            let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
            let (host, port) = split_authority(&rest[..end])?;
            (host, port, &rest[end..])
        };
        let fragment_start = if has_fragment { len_before_byte(rest.as_bytes(), b'#') } else { rest.len() };
        let (before_fragment, fragment) = rest.split_at(fragment_start);
        let (path, query) = before_fragment.split_at(len_before_byte(before_fragment.as_bytes(), b'?'));
        let query = query.strip_prefix('?');
        let default = if is_https { 443 } else { 80 };
        let port = port.filter(|&port| port != default);
        Ok(Self { url, is_https, host, host_is_plain: is_bare, port, path, query, fragment, needs_encoding })
    }

    /// The query's bytes, as they came.
    pub(crate) fn query(&self) -> &'a [u8] {
        self.query.unwrap_or_default().as_bytes()
    }

    /// Appends the base string URI, encoded once more for the base string (§3.4.1.1).
    pub(crate) fn encode_base_string_uri_into(&self, out: &mut BaseString<'_>) {
        if self.is_https {
            out.extend(b"https%3A%2F%2F");
        } else {
            out.extend(b"http%3A%2F%2F");
        }
        if self.host_is_plain {
            out.extend_lower_case(self.host.as_bytes());
        } else {
            out.encode_each(self.host.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        if let Some(port) = self.port {
            out.extend(b"%3A");
            out.extend(itoa::Buffer::new().format(port).as_bytes());
        }
        if self.path.is_empty() {
            out.extend(b"%2F");
        } else if self.needs_encoding {
            for byte in self.path.as_bytes().chunks(1) {
                // What is sent encoded is signed encoded.
                if must_be_encoded(byte[0]) { encode_into::<Twice>(byte, out) } else { encode_into::<Once>(byte, out) }
            }
        } else {
            out.encode(self.path.as_bytes());
        }
    }

    /// Writes the URL to send: spaces and bytes outside ASCII encoded, all else as it came.
    pub(crate) fn write(&self, out: &mut dyn Sink) {
        self.write_sendable(self.url, out);
    }

    /// Writes the URL to send with `parameters`, already encoded, at the end of its query (§3.5.3).
    pub(crate) fn write_with(&self, parameters: &str, out: &mut dyn Sink) {
        self.write_sendable(&self.url[..self.url.len() - self.fragment.len()], out);
        out.extend(match self.query {
            None => b"?",
            Some(query) if query.is_empty() || query.ends_with('&') => b"",
            Some(_) => b"&",
        });
        out.extend(parameters.as_bytes());
        self.write_sendable(self.fragment, out);
    }

    fn write_sendable(&self, part: &str, out: &mut dyn Sink) {
        if !self.needs_encoding {
            return out.extend(part.as_bytes());
        }
        for byte in part.as_bytes().chunks(1) {
            if must_be_encoded(byte[0]) { encode_into::<Once>(byte, out) } else { out.extend(byte) }
        }
    }
}

/// Whether a URL holds a control character, what must be encoded, and `#`.
#[cold]
fn rarities(url: &str) -> (bool, bool, bool) {
    let (mut has_control, mut needs_encoding, mut has_fragment) = (false, false, false);
    for byte in url.bytes() {
        has_control |= byte.is_ascii_control();
        needs_encoding |= must_be_encoded(byte);
        has_fragment |= byte == b'#';
    }
    (has_control, needs_encoding, has_fragment)
}

pub(super) const fn must_be_encoded(byte: u8) -> bool {
    byte == b' ' || byte >= 0x80
}

#[inline]
fn split_scheme(url: &str) -> Result<(bool, &str), Error> {
    if let Some(rest) = url.strip_prefix("https://") {
        return Ok((true, rest));
    }
    for (scheme, is_https) in [("http://", false), ("https://", true)] {
        if let Some((head, rest)) = url.split_at_checked(scheme.len()) {
            if head.eq_ignore_ascii_case(scheme) {
                return Ok((is_https, rest));
            }
        }
    }
    if url.is_empty() {
        invalid("the URL is empty")
    } else if url.contains("://") {
        invalid("the URL's scheme is neither http nor https")
    } else {
        invalid("the URL is relative; begin it with https:// or http://")
    }
}

/// Host and port of `[userinfo@]host[:port]` (RFC 3986 §3.2).
fn split_authority(authority: &str) -> Result<(&str, Option<u16>), Error> {
    let host_port = authority.rsplit_once('@').map_or(authority, |(_userinfo, host_port)| host_port);
    if authority.contains('\\') {
        // Some clients take it for a `/`, and would send to another host than the one that is signed.
        return invalid("the URL's host holds a character that no host name has");
    }
    let (host, port) = if host_port.starts_with('[') {
        let Some(end) = host_port.find(']') else {
            return invalid("the URL's IPv6 address has no closing bracket");
        };
        if host_port[1..end].parse::<Ipv6Addr>().is_err() {
            return invalid("what stands in brackets in the URL is no IPv6 address");
        }
        let (host, port) = host_port.split_at(end + 1);
        if !(port.is_empty() || port.starts_with(':')) {
            return invalid("after the URL's IPv6 address only a port may follow");
        }
        (host, port)
    } else {
        let colon = host_port.bytes().position(|b| b == b':').unwrap_or(host_port.len());
        let (host, port) = host_port.split_at(colon);
        if port.matches(':').count() > 1 {
            return invalid("the URL's host holds more than one colon; an IPv6 address needs brackets");
        }
        check_host(host)?;
        (host, port)
    };
    let digits = port.strip_prefix(':').unwrap_or_default();
    if digits.is_empty() {
        return Ok((host, None)); // RFC 3986 §3.2.3: an empty port is the default one.
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return invalid("the URL's port is not a number");
    }
    match digits.parse() {
        Ok(0) | Err(_) => invalid("the URL's port is not between 1 and 65535"),
        Ok(port) => Ok((host, Some(port))),
    }
}

/// A byte of RFC 3986 §3.2.2's `reg-name`: unreserved or a sub-delim. An escape is refused, since clients
/// differ on what it means there.
#[inline]
const fn is_host_name_byte(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'!' | b'$' | b'&'..=b',' | b';' | b'=')
}

fn check_host(host: &str) -> Result<(), Error> {
    if host.is_empty() {
        return invalid("the URL has no host");
    }
    if !host.is_ascii() {
        return invalid("the URL's host has letters outside ASCII; write its xn-- form");
    }
    if host.bytes().all(is_host_name_byte) {
        Ok(())
    } else {
        invalid("the URL's host holds a character that no host name has")
    }
}

#[cold]
fn invalid<T>(message: &'static str) -> Result<T, Error> {
    Err(Error::new(Status::InvalidUrl, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_urls_keep_what_is_encoded() {
        let sent = |uri: &Uri<'_>| {
            let mut out = Vec::new();
            uri.write(&mut out);
            String::from_utf8(out).unwrap()
        };
        let with = |uri: &Uri<'_>| {
            let mut out = Vec::new();
            uri.write_with("z=1", &mut out);
            String::from_utf8(out).unwrap()
        };
        let uri = Uri::parse("https://user:p w@Example.com:443/a b%2f/é?x=1 2&ü#f r").unwrap();
        assert_eq!(sent(&uri), "https://user:p%20w@Example.com:443/a%20b%2f/%C3%A9?x=1%202&%C3%BC#f%20r");
        assert_eq!(with(&uri), "https://user:p%20w@Example.com:443/a%20b%2f/%C3%A9?x=1%202&%C3%BC&z=1#f%20r");
        assert_eq!(with(&Uri::parse("http://h#f").unwrap()), "http://h?z=1#f");
        assert_eq!(with(&Uri::parse("http://h/?").unwrap()), "http://h/?z=1");
        assert_eq!(with(&Uri::parse("http://h/?a&").unwrap()), "http://h/?a&z=1");
    }

    #[test]
    fn base_string_uris() {
        for (url, uri) in [
            ("https://EXAMPLE.com", "https://example.com/"),
            ("HTTPS://a.b:443?x", "https://a.b/"),
            ("https://a.b:80/", "https://a.b:80/"),
            ("http://a.b:443/", "http://a.b:443/"),
            ("http://a.b:/", "http://a.b/"),
            ("http://a.b:0080/", "http://a.b/"),
            ("http://u:p@x@a.b/c#d", "http://a.b/c"),
            ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
            ("http://a/b c/é/%7e/~{x}", "http://a/b%20c/%C3%A9/%7e/~{x}"),
        ] {
            assert_eq!(base_string_uri(url).as_deref(), Ok(uri), "{url}");
        }
    }

    #[test]
    fn bad_urls_are_told_apart() {
        let mut seen = Vec::new();
        for url in [
            "",
            "/a",
            "ftp://a",
            "http:///a",
            "http://a\n",
            "http://[::1",
            "http://[::g]/",
            "http://[::1]x/",
            "http://::1/",
            "http://a:x/",
            "http://a:65536/",
            "http://é/",
            "http://a b/",
        ] {
            let error = base_string_uri(url).unwrap_err();
            assert_eq!(error.status(), Status::InvalidUrl, "{url}");
            assert!(!seen.contains(&error.message().to_owned()), "{url}: {error}");
            seen.push(error.message().to_owned());
        }
        for url in [
            "http://a:0/",
            "http://@/",
            "http://?",
            "https:/a",
            "mailto:x",
            "http://[]/",
            "http://a:99999999999/",
            "http://a%41/",
            "http://a\\b/",
            "http://a\\@b/",
        ] {
            assert_eq!(base_string_uri(url).unwrap_err().status(), Status::InvalidUrl, "{url}");
        }
    }
}
