//! The signature base string (RFC 5849 §3.4.1.1).

use super::mastercard;
use super::parameters::Parameters;
use super::protocol::Protocol;
use super::running::{LongestMac, Running};
use crate::error::Error;
use crate::form::recode;
use crate::mac::PADDING;
use crate::percent::fast::{lower_case, reserved, sixteen_at};
use crate::percent::{Depth, Encoded, Once, Twice, encode_into};
use crate::secret::wipe;
use crate::sink::Sink;
use crate::url::{Url, must_be_encoded};
use std::mem::replace;

/// A base string on its way to the MAC or the hash that is signed: it is handed on piece by piece, since a hash needs
/// no more than that, and 10 MB of form data stay where they are.
pub(crate) struct BaseString<'a, 'k> {
    room: [u8; ROOM + WIDEST + PADDING],
    len: usize,
    running: &'a mut Running<'k>,
    /// Where all of it is kept, too.
    kept: Option<&'a mut Vec<u8>>,
}

/// An ordinary base string in one piece.
const ROOM: usize = 384;

/// Sixteen encoded bytes, with the sixteen that are copied behind them and may not count.
const WIDEST: usize = 16 * 5 + 16;

impl<'a, 'k> BaseString<'a, 'k> {
    #[inline]
    pub(crate) fn new(running: &'a mut Running<'k>, kept: Option<&'a mut Vec<u8>>) -> Self {
        Self { room: [0; ROOM + WIDEST + PADDING], len: 0, running, kept }
    }

    /// Writes the method and the URI, each encoded.
    #[inline]
    pub(crate) fn begin(&mut self, method: &str, url: &Url<'_>) {
        self.encode_each(method.bytes().map(|byte| byte.to_ascii_uppercase()));
        self.put(SEPARATOR);
        self.encode_uri(url);
    }

    /// Appends the base string URI (§3.4.1.2), encoded.
    fn encode_uri(&mut self, url: &Url<'_>) {
        if url.is_https {
            self.extend(b"https%3A%2F%2F");
        } else {
            self.extend(b"http%3A%2F%2F");
        }
        if url.host_is_plain {
            self.extend_lower_case(url.after_scheme(), url.host.len());
        } else {
            self.encode_each(url.host.bytes().map(|byte| byte.to_ascii_lowercase()));
        }
        if let Some(port) = url.port {
            self.extend(b"%3A");
            self.extend(itoa::Buffer::new().format(port).as_bytes());
        }
        if url.path.is_empty() {
            self.extend(b"%2F");
        } else if url.needs_encoding {
            for byte in url.path.as_bytes().chunks(1) {
                // What is sent encoded is signed encoded.
                if must_be_encoded(byte[0]) {
                    encode_into::<Twice>(byte, self)
                } else {
                    encode_into::<Once>(byte, self)
                }
            }
        } else {
            self.encode(url.path.as_bytes());
        }
    }

    /// Writes the normalised parameters, encoded. `parameters` are the request's; they are in order afterwards.
    #[inline]
    pub(crate) fn end(&mut self, parameters: &mut Parameters<'_>, protocol: &Protocol<'_>) -> Result<(), Error> {
        // Where none of the request's names begins with `oauth_`, all of ours stay together: a template serves.
        let together = protocol.fits_template && !parameters.has_oauth;
        if !together {
            protocol.check_absent_from(parameters)?;
            if protocol.settings.is_mastercard_form() {
                self.end_as_mastercard(parameters, protocol);
                return Ok(());
            }
            parameters.add(protocol.iter());
        }
        parameters.sort();
        let mut separator = SEPARATOR;
        let mut ours_to_come = together;
        for pair in parameters.pairs() {
            if ours_to_come && !pair.precedes_protocol() {
                self.put_ours(protocol, replace(&mut separator, ENCODED_AMPERSAND));
                ours_to_come = false;
            }
            self.put(replace(&mut separator, ENCODED_AMPERSAND));
            let (form, start) = parameters.place(*pair);
            self.encode_pair(form, start);
        }
        if ours_to_come {
            self.put_ours(protocol, separator);
        }
        Ok(())
    }

    /// The same in the form of Mastercard's own libraries.
    #[cold]
    fn end_as_mastercard(&mut self, parameters: &Parameters<'_>, protocol: &Protocol<'_>) {
        let mut separator = SEPARATOR;
        for [name, value] in mastercard::pairs(parameters.query(), protocol.iter()) {
            self.put(replace(&mut separator, ENCODED_AMPERSAND));
            self.encode(&name);
            self.put(Twice::EQUALS);
            self.encode(&value);
        }
    }

    /// Appends a separator, and our parameters by their template.
    #[inline(never)]
    fn put_ours(&mut self, protocol: &Protocol<'_>, separator: Encoded) {
        self.put(separator);
        protocol.templates.base_string.write(protocol.nonce, protocol.timestamp, self);
    }

    /// Appends `text`, encoded.
    #[inline]
    pub(crate) fn encode(&mut self, text: &[u8]) {
        self.encode_with(text, 0, |at| Some((Once::encode(text[at]), 1)));
    }

    /// Appends single bytes, encoded.
    #[inline]
    pub(crate) fn encode_each(&mut self, bytes: impl Iterator<Item = u8>) {
        let mut len = self.len;
        for byte in bytes {
            len = self.make_room(len);
            len = self.put_at(len, Once::encode(byte));
        }
        self.len = len;
    }

    /// Appends the first `len` bytes of `text`, which are unreserved, in lower case.
    #[inline]
    fn extend_lower_case(&mut self, text: &[u8], len: usize) {
        for at in (0..len).step_by(16) {
            let room = self.make_room(self.len);
            self.room[room..room + 16].copy_from_slice(&lower_case(&sixteen_at(text, at)));
            self.len = room + 16.min(len - at);
        }
    }

    /// Appends the pair of form data that begins at `start`.
    #[inline(always)]
    fn encode_pair(&mut self, form: &[u8], start: usize) {
        let mut in_name = true;
        self.encode_with(form, start, |at| recode::<Twice>(form, at, &mut in_name));
        if in_name {
            self.put(Twice::EQUALS);
        }
    }

    /// Appends text from `start` on: what is unreserved as it is, sixteen bytes at a time, and each other byte as `recode`
    /// makes it, which is told where it stands, and tells how many bytes it took. Where it makes nothing, the text ends.
    #[inline(always)]
    fn encode_with(&mut self, text: &[u8], start: usize, mut recode: impl FnMut(usize) -> Option<(Encoded, usize)>) {
        // The length of what is in the room comes and goes as a value: kept in memory, each byte would wait for the
        // one before to be written there.
        let (mut len, mut at) = (self.len, start);
        'text: while at < text.len() {
            len = self.make_room(len);
            // Behind the end come zeros, which are reserved.
            let sixteen = sixteen_at(text, at);
            let (mut rest, mut reserved) = (u128::from_le_bytes(sixteen), reserved(&sixteen));
            let end = at + 16;
            loop {
                self.room[len..len + 16].copy_from_slice(&rest.to_le_bytes());
                if reserved == 0 {
                    len += end - at;
                    at = end;
                    break;
                }
                let run = reserved.trailing_zeros() as usize;
                len += run;
                at += run;
                if at >= text.len() {
                    break 'text;
                }
                let Some((encoded, taken)) = recode(at) else { break 'text };
                len = self.put_at(len, encoded);
                at += taken;
                if at >= end {
                    break;
                }
                reserved >>= run + taken;
                rest >>= 8 * (run + taken);
            }
        }
        self.len = len;
    }

    #[inline(always)]
    fn put(&mut self, encoded: Encoded) {
        let len = self.make_room(self.len);
        self.len = self.put_at(len, encoded);
    }

    #[inline(always)]
    fn put_at(&mut self, len: usize, encoded: Encoded) -> usize {
        self.room[len..len + 8].copy_from_slice(&encoded.bytes());
        len + encoded.len
    }

    /// Makes room for sixteen encoded bytes, and tells the length that what is in the room has then.
    #[inline(always)]
    fn make_room(&mut self, len: usize) -> usize {
        if len <= ROOM {
            return len;
        }
        self.flush(len)
    }

    /// Hands on what there is, but for the begun block at its end, which moves to the front; tells its length.
    #[cold]
    #[inline(never)]
    fn flush(&mut self, len: usize) -> usize {
        let taken = self.running.update(&self.room[..len]);
        self.keep(taken);
        self.room.copy_within(taken..len, 0);
        len - taken
    }

    /// Hands on the rest. The length of the MAC of the whole, which `mac` begins with; 0 where the method has none.
    #[inline]
    pub(crate) fn finish(&mut self, mac: &mut LongestMac) -> usize {
        self.keep(self.len);
        self.running.finish(&mut self.room, self.len, mac)
    }

    #[inline(never)]
    fn extend_long(&mut self, bytes: &[u8]) {
        bytes.chunks(WIDEST).for_each(|chunk| self.extend(chunk));
    }

    #[inline(always)]
    fn keep(&mut self, len: usize) {
        if let Some(kept) = &mut self.kept {
            keep(&self.room[..len], kept);
        }
    }
}

impl Sink for BaseString<'_, '_> {
    #[inline(always)] // So that a copy of a known size needs no call.
    fn extend(&mut self, bytes: &[u8]) {
        if bytes.len() > WIDEST {
            return self.extend_long(bytes);
        }
        let len = self.make_room(self.len);
        self.room[len..len + bytes.len()].copy_from_slice(bytes);
        self.len = len + bytes.len();
    }
}

/// Appends a piece. Were it left to the vector to grow, it would leave a copy behind that is not wiped.
#[inline(never)]
fn keep(piece: &[u8], kept: &mut Vec<u8>) {
    if kept.capacity() - kept.len() < piece.len() {
        let mut larger = Vec::with_capacity(2 * kept.capacity() + piece.len());
        larger.extend_from_slice(kept);
        wipe(replace(kept, larger));
    }
    kept.extend_from_slice(piece);
}

const SEPARATOR: Encoded = Encoded::new(*b"&\0\0\0\0\0\0\0", 1);
const ENCODED_AMPERSAND: Encoded = Encoded::new(*b"%26\0\0\0\0\0", 3);

/// The normalised parameters (§3.4.1.3.2) that a base string of ours ends with.
///
/// # Panics
/// When what stands behind its last `&` is not ASCII.
#[must_use]
pub fn normalized_parameters(base_string: &[u8]) -> String {
    let encoded = base_string.rsplit(|&b| b == b'&').next().unwrap_or_default();
    String::from_utf8(crate::percent::decode(encoded)).ok().expect("encoded text is ASCII")
}

/// The base string URI of a URL: scheme and host in lower case, no default port, no query.
///
/// ```
/// let uri = osign::oauth1::base_string_uri("HTTP://EXAMPLE.COM:80/r%20v/X?id=123")?;
/// assert_eq!(uri, "http://example.com/r%20v/X");
/// # Ok::<(), osign::Error>(())
/// ```
///
/// # Errors
/// [`Status::InvalidUrl`](crate::Status::InvalidUrl) when the URL cannot be signed.
pub fn base_string_uri(url: &str) -> Result<String, Error> {
    let url = Url::parse(url)?;
    let mut encoded = Vec::new();
    let mut running = Running::None;
    let mut base_string = BaseString::new(&mut running, Some(&mut encoded));
    base_string.encode_uri(&url);
    base_string.finish(&mut [0; 66]);
    Ok(String::from_utf8(crate::percent::decode(&encoded)).ok().expect("a base string URI is ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

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
            assert!(!seen.contains(&error.to_string()), "{url}: {error}");
            seen.push(error.to_string());
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
