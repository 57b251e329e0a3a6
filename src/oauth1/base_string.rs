//! The signature base string (RFC 5849 §3.4.1.1).

use super::parameters::{AMPERSAND, Parameters};
use super::protocol::Protocol;
use super::uri::Uri;
use crate::buffer::Sink;
use crate::error::Error;
use crate::percent::word::{bytes_before, reserved_mask, word_at};
use crate::percent::{Depth, Encoded, Once, Twice, recode};

/// A base string on its way to the key that signs it: it is handed on piece by piece, since a hash needs no more
/// than that, and 10 MB of form data stay where they are.
pub(crate) struct BaseString<'a> {
    room: [u8; ROOM + WIDEST],
    len: usize,
    deliver: &'a mut dyn FnMut(&[u8]),
}

/// An ordinary base string in one piece.
const ROOM: usize = 512;

/// Eight encoded bytes, each of them copied with what does not count.
const WIDEST: usize = 8 * 8;

impl<'a> BaseString<'a> {
    pub(crate) fn new(deliver: &'a mut dyn FnMut(&[u8])) -> Self {
        Self { room: [0; ROOM + WIDEST], len: 0, deliver }
    }

    /// Writes the method and the URI, each encoded.
    #[inline]
    pub(crate) fn begin(&mut self, method: &str, uri: &Uri<'_>) {
        self.encode_each(method.bytes().map(|byte| byte.to_ascii_uppercase()));
        self.extend(b"&");
        uri.encode_base_string_uri_into(self);
        self.extend(b"&");
    }

    /// Writes the normalised parameters, encoded. `parameters` are the request's; they are in order afterwards.
    #[inline]
    pub(crate) fn end(&mut self, parameters: &mut Parameters<'_>, protocol: &Protocol<'_>) -> Result<(), Error> {
        // Where none of the request's names begins with `oauth_`, all of ours stay together: a template serves.
        let together = protocol.fits_template && !parameters.has_oauth;
        if !together {
            protocol.check_absent_from(parameters)?;
            for (name, value) in protocol.iter() {
                parameters.add(name.as_bytes(), value);
            }
        }
        parameters.sort();
        let (before, after) = parameters.around_protocol();
        let ours = together.then_some(None);
        let pieces = before.iter().map(Some).chain(ours).chain(after.iter().map(Some));
        for (index, piece) in pieces.enumerate() {
            if index > 0 {
                self.extend(AMPERSAND);
            }
            match piece {
                Some(pair) => {
                    let (form, start) = parameters.place(*pair);
                    self.encode_pair(form, start);
                }
                None => protocol.signer.base_template.write(protocol.nonce, protocol.timestamp, self),
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
                len = self.put(len, Once::encode(byte));
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
            len = self.put(len, Once::encode(byte));
        }
        self.len = len;
    }

    /// Appends the pair of form data that begins at `start`.
    #[inline]
    fn encode_pair(&mut self, form: &[u8], start: usize) {
        let (mut len, mut at, mut in_name) = (self.len, start, true);
        // By words: a run ends at a byte that no processor guesses, so there must not be a branch for each.
        'words: while at < form.len() {
            len = self.make_room(len);
            let mut word = word_at(form, at);
            let mut mask = reserved_mask(word);
            let mut left = (form.len() - at).min(8);
            loop {
                let run = bytes_before(mask).min(left);
                self.room[len..len + 8].copy_from_slice(&word.to_le_bytes());
                len += run;
                at += run;
                if run == left {
                    break;
                }
                let Some((encoded, taken)) = recode::<Twice>(form, at, &mut in_name) else { break 'words };
                len = self.put(len, encoded);
                at += taken;
                left -= run + 1;
                if taken > 1 || left == 0 {
                    break;
                }
                (word, mask) = (word >> (8 * run) >> 8, mask >> (8 * run) >> 8);
            }
        }
        self.len = len;
        if in_name {
            self.extend(b"%3D");
        }
    }

    // The length of what is in the room comes and goes as a value: kept in memory, each byte would wait for the
    // one before to be written there.

    /// Makes room for eight encoded bytes.
    #[inline(always)]
    fn make_room(&mut self, len: usize) -> usize {
        if len <= ROOM {
            return len;
        }
        self.len = len;
        self.flush();
        0
    }

    #[inline(always)]
    fn put(&mut self, len: usize, encoded: Encoded) -> usize {
        self.room[len..len + 8].copy_from_slice(&encoded.word);
        len + encoded.len
    }

    /// Hands on what there is.
    #[inline(never)]
    pub(crate) fn flush(&mut self) {
        (self.deliver)(&self.room[..self.len]);
        self.len = 0;
    }

    #[cold]
    fn extend_past_room(&mut self, bytes: &[u8]) {
        self.flush();
        (self.deliver)(bytes);
    }
}

impl Sink for BaseString<'_> {
    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        match self.room[self.len..].get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.len += bytes.len();
            }
            None => self.extend_past_room(bytes),
        }
    }
}

/// The normalised parameters (§3.4.1.3.2) that a base string ends with.
pub(crate) fn normalized_parameters(base_string: &[u8]) -> Vec<u8> {
    let encoded = base_string.rsplit(|&b| b == b'&').next().unwrap_or_default();
    crate::percent::decode(encoded)
}
