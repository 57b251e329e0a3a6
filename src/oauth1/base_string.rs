//! The signature base string (RFC 5849 §3.4.1.1).

use super::key::Running;
use super::parameters::{Pair, Parameters};
use super::protocol::Protocol;
use super::uri::Uri;
use crate::buffer::Sink;
use crate::error::Error;
use crate::percent::word::{bytes_before, letters, reserved_mask, word_at};
use crate::percent::{Depth, Encoded, Once, Twice, recode};
use crate::secret::wipe;
use std::mem::replace;

/// A base string on its way to the MAC or the hash that is signed: it is handed on piece by piece, since a hash needs
/// no more than that, and 10 MB of form data stay where they are.
pub(crate) struct BaseString<'a> {
    room: [u8; ROOM + WIDEST],
    len: usize,
    running: &'a mut Running,
    /// Where all of it is kept, too.
    kept: Option<&'a mut Vec<u8>>,
}

/// An ordinary base string in one piece.
const ROOM: usize = 384;

/// Eight encoded bytes, each of them copied with what does not count.
const WIDEST: usize = 8 * 8;

impl<'a> BaseString<'a> {
    #[inline]
    pub(crate) fn new(running: &'a mut Running, kept: Option<&'a mut Vec<u8>>) -> Self {
        Self { room: [0; ROOM + WIDEST], len: 0, running, kept }
    }

    /// Writes the method and the URI, each encoded.
    #[inline]
    pub(crate) fn begin(&mut self, method: &str, uri: &Uri<'_>) {
        self.encode_each(method.bytes().map(|byte| byte.to_ascii_uppercase()));
        self.put(SEPARATOR);
        uri.encode_base_string_uri_into(self);
    }

    /// Writes the normalised parameters, encoded. `parameters` are the request's; they are in order afterwards.
    #[inline]
    pub(crate) fn end(&mut self, parameters: &mut Parameters<'_>, protocol: &Protocol<'_>) -> Result<(), Error> {
        // Where none of the request's names begins with `oauth_`, all of ours stay together: a template serves.
        let together = protocol.fits_template && !parameters.has_oauth;
        if !together {
            protocol.check_absent_from(parameters)?;
            parameters.add(protocol.iter());
        }
        parameters.sort();
        let pairs = parameters.pairs();
        let ours = if together { pairs.partition_point(Pair::precedes_protocol) } else { usize::MAX };
        let mut separator = SEPARATOR;
        for index in 0..=pairs.len() {
            if index == ours {
                self.put(separator);
                protocol.signer.base_template.write(protocol.nonce, protocol.timestamp, self);
                separator = ENCODED_AMPERSAND;
            }
            if let Some(pair) = pairs.get(index) {
                self.put(separator);
                let (form, start) = parameters.place(*pair);
                self.encode_pair(form, start);
                separator = ENCODED_AMPERSAND;
            }
        }
        Ok(())
    }

    /// Appends `text`, encoded.
    #[inline]
    pub(crate) fn encode(&mut self, text: &[u8]) {
        let mut len = self.len;
        let mut eights = text.chunks_exact(8);
        // Eight at a time, since the way round a loop takes as long as a byte does.
        for eight in &mut eights {
            len = self.make_room(len);
            for &byte in eight {
                len = self.put_at(len, Once::encode(byte));
            }
        }
        self.len = len;
        self.encode_each(eights.remainder().iter().copied());
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

    /// Appends unreserved `text` in lower case.
    #[inline]
    pub(crate) fn extend_lower_case(&mut self, text: &[u8]) {
        let mut len = self.len;
        for at in (0..text.len()).step_by(8) {
            len = self.make_room(len);
            self.room[len..len + 8].copy_from_slice(&to_lower(word_at(text, at)).to_le_bytes());
            len += 8;
        }
        self.len = len - (text.len().next_multiple_of(8) - text.len());
    }

    /// Appends the pair of form data that begins at `start`.
    #[inline(always)]
    fn encode_pair(&mut self, form: &[u8], start: usize) {
        // The length of what is in the room comes and goes as a value: kept in memory, each byte would wait for the
        // one before to be written there.
        let (mut len, mut at, mut in_name) = (self.len, start, true);
        while at < form.len() {
            len = self.make_room(len);
            let word = word_at(form, at);
            // Behind the end come zeros, which are reserved.
            let run = bytes_before(reserved_mask(word));
            self.room[len..len + 8].copy_from_slice(&word.to_le_bytes());
            len += run;
            at += run;
            if run < 8 && at < form.len() {
                let Some((encoded, taken)) = recode::<Twice>(form, at, &mut in_name) else { break };
                len = self.put_at(len, encoded);
                at += taken;
            }
        }
        self.len = len;
        if in_name {
            self.put(Twice::EQUALS);
        }
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

    /// Makes room for eight encoded bytes, and tells the length that what is in the room has then.
    #[inline(always)]
    fn make_room(&mut self, len: usize) -> usize {
        if len <= ROOM {
            return len;
        }
        self.len = len;
        self.flush();
        0
    }

    /// Hands on what there is.
    #[inline(never)]
    pub(crate) fn flush(&mut self) {
        let piece = &self.room[..self.len];
        self.running.update(piece);
        if let Some(kept) = &mut self.kept {
            keep(piece, kept);
        }
        self.len = 0;
    }
}

impl Sink for BaseString<'_> {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        if bytes.len() > WIDEST {
            return bytes.chunks(WIDEST).for_each(|chunk| self.extend(chunk));
        }
        let len = self.make_room(self.len);
        self.room[len..len + bytes.len()].copy_from_slice(bytes);
        self.len = len + bytes.len();
    }
}

/// Appends a piece. Were it left to the vector to grow, it would leave a copy behind that is not wiped.
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

fn to_lower(word: u64) -> u64 {
    word | (letters(word, b'A') >> 2)
}

/// The normalised parameters (§3.4.1.3.2) that a base string ends with.
pub(crate) fn normalized_parameters(base_string: &[u8]) -> String {
    let encoded = base_string.rsplit(|&b| b == b'&').next().unwrap_or_default();
    String::from_utf8(crate::percent::decode(encoded)).ok().expect("encoded text is ASCII")
}
