//! An http or https URL, as every protocol reads and sends it.

mod normal;

pub(crate) use normal::is_surely_normal;

use crate::error::{Error, Input};
use crate::percent::fast::{any, len_before_byte, unreserved_len};
use crate::percent::{Once, encode_into, is_unreserved};
use crate::sink::Sink;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An http or https URL, taken apart but not decoded.
#[derive(Debug)]
pub(crate) struct Url<'a> {
    url: &'a str,
    pub(crate) is_https: bool,
    /// Whether a user name stands before the host.
    pub(crate) has_userinfo: bool,
    /// With brackets when it is an IPv6 address; in the case it came in.
    pub(crate) host: &'a str,
    /// Whether nothing but unreserved characters stands in it.
    pub(crate) host_is_plain: bool,
    /// None for the scheme's default.
    pub(crate) port: Option<u16>,
    /// As it came, possibly empty.
    pub(crate) path: &'a str,
    /// Without its `?`.
    pub(crate) query: Option<&'a str>,
    /// With its `#`, or empty.
    pub(crate) fragment: &'a str,
    /// Whether a space or a byte outside ASCII needs encoding before the URL can be sent.
    pub(crate) needs_encoding: bool,
}

impl<'a> Url<'a> {
    #[inline(never)]
    pub(crate) fn parse(url: &'a str) -> Result<Self, Error> {
        Self::parse_here(url)
    }

    /// The same as a part of its caller, which spares moving the many parts.
    #[inline(always)]
    pub(crate) fn parse_here(url: &'a str) -> Result<Self, Error> {
        // One look for all that is rare; which of it there is takes another.
        let is_rare = |byte: u8| byte.wrapping_sub(b'!') > b'~' - b'!' || byte == b'#';
        let rare = any(url.as_bytes(), is_rare);
        let (has_control, needs_encoding, has_fragment) = if rare { rarities(url) } else { (false, false, false) };
        if has_control {
            return Err(Input::ControlInUrl.into());
        }
        let (is_https, rest) = split_scheme(url)?;
        let name_end = unreserved_len(rest.as_bytes());
        let is_bare = matches!(rest.as_bytes().get(name_end), None | Some(b'/' | b'?' | b'#'));
        let (host, port, rest, has_userinfo) = if is_bare && name_end > 0 {
            (&rest[..name_end], None, &rest[name_end..], false) // Nothing but a host: the ordinary case.
        } else {
            let end = rest.bytes().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
            let (host, port) = split_authority(&rest[..end])?;
            (host, port, &rest[end..], rest[..end].contains('@'))
        };
        let fragment_start = if has_fragment { len_before_byte(rest.as_bytes(), b'#') } else { rest.len() };
        let (before_fragment, fragment) = rest.split_at(fragment_start);
        let (path, query) = before_fragment.split_at(len_before_byte(before_fragment.as_bytes(), b'?'));
        let query = query.strip_prefix('?');
        let default = if is_https { 443 } else { 80 };
        let port = port.filter(|&port| port != default);
        Ok(Self {
            url,
            is_https,
            has_userinfo,
            host,
            host_is_plain: is_bare,
            port,
            path,
            query,
            fragment,
            needs_encoding,
        })
    }

    /// The URL behind its scheme; a plain host begins it.
    pub(crate) fn after_scheme(&self) -> &'a [u8] {
        &self.url.as_bytes()[if self.is_https { 8 } else { 7 }..]
    }

    /// The query's bytes, as they came.
    pub(crate) fn query(&self) -> &'a [u8] {
        self.query.unwrap_or_default().as_bytes()
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

/// Whether a host is an address in a spelling of which clients make another, so that another `Host` is sent than was signed:
/// `127.1` becomes `127.0.0.1`, `[0:0:0:0:0:0:0:1]` becomes `[::1]`.
pub(crate) fn is_respelled_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() != address),
        None => {
            // The last label decides: where it is a number, clients read an IPv4 address of one to four parts.
            let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            let is_number = last.starts_with(|first: char| first.is_ascii_digit());
            is_number && host.parse::<Ipv4Addr>().is_err()
        }
    }
}

pub(crate) const fn must_be_encoded(byte: u8) -> bool {
    byte == b' ' || byte >= 0x80
}

#[inline(always)]
fn split_scheme(url: &str) -> Result<(bool, &str), Error> {
    match url.strip_prefix("https://") {
        Some(rest) => Ok((true, rest)),
        None => split_other_scheme(url),
    }
}

#[inline(never)]
fn split_other_scheme(url: &str) -> Result<(bool, &str), Error> {
    for (scheme, is_https) in [("http://", false), ("https://", true)] {
        if let Some((head, rest)) = url.split_at_checked(scheme.len()) {
            if head.eq_ignore_ascii_case(scheme) {
                return Ok((is_https, rest));
            }
        }
    }
    if url.is_empty() {
        Err(Input::EmptyUrl.into())
    } else if url.starts_with(char::is_whitespace) {
        Err(Input::SpaceBeforeUrl.into())
    } else if url.contains("://") {
        Err(Input::ForeignScheme.into())
    } else {
        Err(Input::RelativeUrl.into())
    }
}

/// Host and port of `[userinfo@]host[:port]` (RFC 3986 §3.2).
fn split_authority(authority: &str) -> Result<(&str, Option<u16>), Error> {
    let host_port = authority.rsplit_once('@').map_or(authority, |(_userinfo, host_port)| host_port);
    if authority.contains('\\') {
        // Some clients take it for a `/`, and would send to another host than the one that is signed.
        return Err(Input::BadHost.into());
    }
    let (host, port) = if host_port.starts_with('[') {
        let Some(end) = host_port.find(']') else {
            return Err(Input::OpenBracket.into());
        };
        if host_port[1..end].parse::<Ipv6Addr>().is_err() {
            return Err(Input::BadIpv6.into());
        }
        let (host, port) = host_port.split_at(end + 1);
        if !(port.is_empty() || port.starts_with(':')) {
            return Err(Input::TextAfterIpv6.into());
        }
        (host, port)
    } else {
        let colon = host_port.bytes().position(|b| b == b':').unwrap_or(host_port.len());
        let (host, port) = host_port.split_at(colon);
        if port.matches(':').count() > 1 {
            return Err(Input::BareIpv6.into());
        }
        check_host(host)?;
        (host, port)
    };
    let digits = port.strip_prefix(':').unwrap_or_default();
    if digits.is_empty() {
        return Ok((host, None)); // RFC 3986 §3.2.3: an empty port is the default one.
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Input::BadPort.into());
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(Input::PortOutOfRange.into()),
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
        return Err(Input::NoHost.into());
    }
    if !host.is_ascii() {
        return Err(Input::ForeignHost.into());
    }
    if host.bytes().all(is_host_name_byte) { Ok(()) } else { Err(Input::BadHost.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_urls_keep_what_is_encoded() {
        let sent = |url: &Url<'_>| {
            let mut out = Vec::new();
            url.write(&mut out);
            String::from_utf8(out).unwrap()
        };
        let with = |url: &Url<'_>| {
            let mut out = Vec::new();
            url.write_with("z=1", &mut out);
            String::from_utf8(out).unwrap()
        };
        let url = Url::parse("https://user:p w@Example.com:443/a b%2f/é?x=1 2&ü#f r").unwrap();
        assert_eq!(sent(&url), "https://user:p%20w@Example.com:443/a%20b%2f/%C3%A9?x=1%202&%C3%BC#f%20r");
        assert_eq!(with(&url), "https://user:p%20w@Example.com:443/a%20b%2f/%C3%A9?x=1%202&%C3%BC&z=1#f%20r");
        assert_eq!(with(&Url::parse("http://h#f").unwrap()), "http://h?z=1#f");
        assert_eq!(with(&Url::parse("http://h/?").unwrap()), "http://h/?z=1");
        assert_eq!(with(&Url::parse("http://h/?a&").unwrap()), "http://h/?a&z=1");
    }
}
