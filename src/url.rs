//! An http or https URL, as every protocol reads and sends it.

mod authority;
mod normal;
mod parts;

pub(crate) use authority::{may_have_address, split_port};
pub(crate) use normal::is_surely_normal;
pub use parts::{Parts, form_value, parts, query_value};

use crate::error::{Error, Input};
use crate::percent::fast::{any, len_before_byte, unreserved_len};
use crate::percent::{Once, encode_into};
use crate::sink::Sink;
use authority::{is_respelled_host, parse_authority, split_userinfo};

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
            let (host, port) = parse_authority(&rest[..end])?;
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

/// The parts that are seldom asked for, as they came.
impl<'a> Url<'a> {
    /// `http` or `https`, in whatever case.
    pub(crate) fn scheme(&self) -> &'a str {
        &self.url[..if self.is_https { "https" } else { "http" }.len()]
    }

    /// `[userinfo@]host[:port]` (RFC 3986 §3.2).
    fn authority(&self) -> &'a str {
        let start = self.scheme().len() + "://".len();
        let after = self.path.len() + self.query.map_or(0, |query| query.len() + 1) + self.fragment.len();
        &self.url[start..self.url.len() - after]
    }

    /// User name and password, where there is an `@`.
    pub(crate) fn userinfo(&self) -> Option<&'a str> {
        split_userinfo(self.authority()).0
    }

    /// The same where another `Host` is sent even when letters are not told apart, as services compare it.
    pub(crate) fn has_other_host(&self) -> bool {
        self.has_respelled_host() && is_respelled_host(&self.host.to_ascii_lowercase())
    }

    /// Host and port.
    pub(crate) fn host_port(&self) -> &'a str {
        split_userinfo(self.authority()).1
    }

    /// Whether the host is an address in a spelling of which clients make another, so that another `Host` is sent than was
    /// signed: `127.1` becomes `127.0.0.1`, `[0:0:0:0:0:0:0:1]` becomes `[::1]`.
    pub(crate) fn has_respelled_host(&self) -> bool {
        is_respelled_host(self.host)
    }
}

/// Host and port of a URL, as they stand there, where the host is an address in a spelling of which clients make another:
/// `127.1` becomes `127.0.0.1`, and so another `Host` is sent than was signed. None for any other host, and for what is no
/// URL.
#[must_use]
pub fn respelled_host(url: &str) -> Option<&str> {
    Url::parse(url).ok().filter(Url::has_respelled_host).map(|url| url.host_port())
}

/// The same where more than the case of letters changes.
#[must_use]
pub fn other_host(url: &str) -> Option<&str> {
    Url::parse(url).ok().filter(Url::has_other_host).map(|url| url.host_port())
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
        if let Some((head, rest)) = url.split_at_checked(scheme.len())
            && head.eq_ignore_ascii_case(scheme)
        {
            return Ok((is_https, rest));
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

    #[test]
    fn addresses_that_clients_spell_in_their_own_way() {
        for url in [
            "http://h/",
            "http://127.0.0.1:80/",
            "https://u:p@1.example.com",
            "http://[::1]:8080?a",
            "http://[2001:db8::1]/[x]",
        ] {
            assert_eq!(respelled_host(url), None, "{url}");
        }
        for (url, host) in [
            ("http://127.1:8799/a", "127.1:8799"),
            ("http://u@0x7f.1/", "0x7f.1"),
            ("http://2130706433", "2130706433"),
            ("http://0177.0.0.01./", "0177.0.0.01."),
            ("http://[0:0:0:0:0:0:0:1]:8799/b", "[0:0:0:0:0:0:0:1]:8799"),
            ("http://[2001:DB8::1]/", "[2001:DB8::1]"),
            ("http://h.7z0/", "h.7z0"), // Not changed; the header says what is sent anyway.
        ] {
            assert_eq!(respelled_host(url), Some(host));
        }
    }
}
