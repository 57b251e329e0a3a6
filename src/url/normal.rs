//! The normal form of a URL (RFC 3986 §6.2.2, §6.2.3): what clients that normalise and clients that do not send alike.

use super::Url;
use crate::percent::fast::{any, each_reserved, unreserved_len};
use crate::percent::{Once, encode_into, hex_pair, is_unreserved};
use zeroize::Zeroizing;

impl Url<'_> {
    /// The URL in normal form: what no URI may hold is encoded, `%xx` has capitals, an encoded unreserved character is
    /// decoded, dot segments are gone, and so are userinfo, fragment and the scheme's own port.
    ///
    /// A `%` that begins no escape stays as it is.
    pub(crate) fn normal_form(&self) -> Zeroizing<String> {
        // A password may stand in it, so neither vector grows, which would leave a copy behind that is not wiped: in place
        // of a byte that may not stand three are written, and a slash in place of no path.
        let grows = self.url.bytes().filter(|&byte| !may_stand(byte) || matches!(byte, b'[' | b']')).count() * 2;
        let mut out = Vec::with_capacity(self.url.len() + grows + 1);
        out.extend_from_slice(if self.is_https { b"https://" } else { b"http://" });
        out.extend(self.host.bytes().map(|byte| byte.to_ascii_lowercase()));
        if let Some(port) = self.port {
            out.push(b':');
            out.extend_from_slice(itoa::Buffer::new().format(port).as_bytes());
        }
        self.write_normal_path(&mut out);
        if let Some(query) = self.query {
            out.push(b'?');
            normalize(query, may_stand, &mut out);
        }
        Zeroizing::new(String::from_utf8(out).ok().expect("what is not ASCII was encoded"))
    }

    /// Whether the URL is in normal form already, so that every client sends it as it is.
    pub(crate) fn is_normal(&self) -> bool {
        is_surely_normal(self.url) || *self.normal_form() == self.url
    }

    /// Whether the normal form is signed as the URL itself is, so that clients may send either. It is, where the path is
    /// normal: the rest is lower-cased, left out or decoded before it is signed (RFC 5849 §3.4.1.2, §3.4.1.3.1).
    pub(crate) fn is_signed_as_normal(&self) -> bool {
        // Most paths are; the rare ones have one of these.
        let is_rare = |byte: u8| byte == b'%' || !may_stand_in_path(byte);
        if !self.path.bytes().any(is_rare) && !self.path.contains("/.") {
            return true;
        }
        let mut normal = Vec::with_capacity(self.path.len());
        self.write_normal_path(&mut normal);
        normal == self.path.as_bytes()
    }

    /// Appends the path in normal form; an empty one is `/`.
    fn write_normal_path(&self, out: &mut Vec<u8>) {
        let mut path = Zeroizing::new(Vec::with_capacity(3 * self.path.len()));
        normalize(self.path, may_stand_in_path, &mut path);
        push_without_dot_segments(&path, out);
    }
}

impl Url<'_> {
    /// Whether the path has segments that stand for this place and the one above (§3.3).
    pub(crate) fn has_dot_segments(&self) -> bool {
        self.path.split('/').any(|segment| matches!(&crate::percent::decode(segment.as_bytes())[..], b"." | b".."))
    }

    /// Whether path or query spell an escape otherwise than the normal form does, or hold what may not stand there; what
    /// is always encoded before it is sent does not count.
    pub(crate) fn has_other_spelling(&self) -> bool {
        let (mut usual, mut normal) = (Vec::new(), Vec::new());
        for (part, is_path) in [(self.path, true), (self.query.unwrap_or_default(), false)] {
            self.write_sendable(part, &mut usual);
            normalize(part, if is_path { may_stand_in_path } else { may_stand }, &mut normal);
        }
        usual != normal
    }
}

/// Whether a URL is in normal form for sure. Of most that are it tells so by one look at their bytes, before they are taken
/// apart; of some it does not.
pub(crate) fn is_surely_normal(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else { return false };
    let rest = rest.as_bytes();
    let (host, path) = rest.split_at(unreserved_len(rest));
    let mut may_stand_all = true;
    each_reserved(path, |at| {
        may_stand_all &= match path[at] {
            b'/' => path.get(at + 1) != Some(&b'.'), // No dot segments.
            b'%' | b'#' | b'[' | b']' => false,
            byte => may_stand(byte),
        };
    });
    !host.is_empty() && !any(host, |byte| byte.is_ascii_uppercase()) && path.starts_with(b"/") && may_stand_all
}

/// Whether a byte may stand in a path as it is.
const fn may_stand_in_path(byte: u8) -> bool {
    may_stand(byte) && !matches!(byte, b'[' | b']')
}

/// Whether a byte may stand in a query as it is. Brackets may in neither, but in a query every client leaves them, and they
/// are decoded before they are signed.
const fn may_stand(byte: u8) -> bool {
    byte > b' ' && byte < 0x7F && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

/// Appends a path or a query with its escapes in normal form (§6.2.2.1, §6.2.2.2), and what may not stand encoded.
fn normalize(part: &str, may_stand: impl Fn(u8) -> bool, out: &mut Vec<u8>) {
    let bytes = part.as_bytes();
    let mut at = 0;
    // Up to here an escape stays one: decoded, it would make one of a `%` before it that begins none.
    let mut kept_until = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = if byte == b'%' { hex_pair(&bytes[at + 1..]) } else { None };
        match escaped {
            Some(byte) if is_unreserved(byte) && out.len() >= kept_until => out.push(byte),
            Some(_) => out.extend(bytes[at..at + 3].iter().map(u8::to_ascii_uppercase)),
            None if may_stand(byte) => {
                out.push(byte);
                if byte == b'%' {
                    kept_until = out.len() + 2;
                }
            }
            None => encode_into::<Once>(&[byte], out),
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
}

/// Appends a path without its dot segments (§5.2.4); an empty one is `/` (§6.2.3).
fn push_without_dot_segments(path: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    // What follows the first slash; a path that is not empty begins with one.
    let mut segments = path.strip_prefix(b"/").unwrap_or(path).split(|&byte| byte == b'/').peekable();
    while let Some(segment) = segments.next() {
        match segment {
            b"." => {}
            b".." => {
                let last = out[start..].iter().rposition(|&byte| byte == b'/').unwrap_or(0);
                out.truncate(start + last);
            }
            segment => {
                out.push(b'/');
                out.extend_from_slice(segment);
                continue;
            }
        }
        // A dot segment at the end leaves its slash.
        if segments.peek().is_none() {
            out.push(b'/');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_respell_is_spelt_so_before() {
        for (url, normal) in [
            ("http://h", "http://h/"),
            ("http://h?a", "http://h/?a"),
            ("HTTP://User:Pass@EXAMPLE.com:80/a#f", "http://example.com/a"),
            ("https://h:443/", "https://h/"),
            ("https://h:/", "https://h/"),
            ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
            ("http://h/é/%c3%a9/%7e/%2f", "http://h/%C3%A9/%C3%A9/~/%2F"),
            ("http://h/a b\"<>\\^`{|}[x]", "http://h/a%20b%22%3C%3E%5C%5E%60%7B%7C%7D%5Bx%5D"),
            ("http://h/?é=a b\"<>\\^`{|}[x]&%41=%7E", "http://h/?%C3%A9=a%20b%22%3C%3E%5C%5E%60%7B%7C%7D[x]&A=~"),
            ("http://h/100%/%4/%zz?%=%g", "http://h/100%/%4/%zz?%=%g"),
            ("http://h/%%411?a=%4%31&b=%%41", "http://h/%%411?a=%4%31&b=%%41"),
            ("http://h/a/b/c/./../../g", "http://h/a/g"),
            ("http://h/%2e%2E/a/%2e/b/..", "http://h/a/"),
            ("http://h/..", "http://h/"),
            ("http://h/.", "http://h/"),
            ("http://h/a/.", "http://h/a/"),
            ("http://h/../../a", "http://h/a"),
            ("http://h//a//../b", "http://h//a/b"),
            ("http://h/.a/..b/...", "http://h/.a/..b/..."),
            ("http://h/?", "http://h/?"),
            ("http://h/a;b=1,2!$&'()*+:@", "http://h/a;b=1,2!$&'()*+:@"),
        ] {
            let parsed = Url::parse(url).unwrap();
            assert_eq!(*parsed.normal_form(), normal, "{url}");
            assert_eq!(parsed.is_normal(), url == normal, "{url}");
            assert!(!is_surely_normal(url) || url == normal, "{url}");
            let again = Url::parse(normal).unwrap();
            assert!(again.is_normal() && *again.normal_form() == normal, "{url}");
        }
    }

    #[test]
    fn a_path_alone_is_signed_otherwise() {
        for url in [
            "http://h",
            "http://h?a",
            "HTTP://EXAMPLE.com:80/a",
            "https://h:443/A/.well-known/..x",
            "http://u:p@h/",
            "http://h/a#f",
            "http://h/?%7e=é&x= {}[]%",
            "http://h/%C3%A9/%2F/%zz",
        ] {
            assert!(Url::parse(url).unwrap().is_signed_as_normal(), "{url}");
        }
        for url in
            ["http://h/é", "http://h/ ", "http://h/%c3", "http://h/%7E", "http://h/a/..", "http://h/{}", "http://h/[]"]
        {
            assert!(!Url::parse(url).unwrap().is_signed_as_normal(), "{url}");
        }
    }

    #[test]
    fn most_urls_are_normal_at_first_sight() {
        for url in ["http://h/", "https://a.b-c/d/E;f=1,2/?g=H&i=(j)*'!$+:@/?k~_"] {
            assert!(is_surely_normal(url), "{url}");
        }
        // Each byte in each place: what is told at first sight is so at the second.
        for byte in (0..0x80).map(char::from) {
            for url in [format!("http://h{byte}/a?b"), format!("http://{byte}/"), format!("http:{byte}//h/")] {
                assert!(!is_surely_normal(&url) || *Url::parse(&url).unwrap().normal_form() == url, "{url:?}");
            }
            for url in
                [format!("https://h/a{byte}/.b?c"), format!("https://h/a/{byte}?c={byte}d"), format!("https://h{byte}")]
            {
                assert!(!is_surely_normal(&url) || *Url::parse(&url).unwrap().normal_form() == url, "{url:?}");
            }
        }
    }
}
