//! How a name or value that a server has comes from the one that is right.

use crate::percent::{decode, encode};
use std::ops::Range;

/// How a server came to an encoded text that differs from ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recoding {
    /// It encoded the text twice.
    Twice,
    /// It decoded the text twice, or we were given text that was encoded before.
    DecodedTwice,
    /// It took `+` for a space where it stands for itself.
    PlusAsSpace,
    /// It took `+` for itself where it stands for a space.
    SpaceAsPlus,
    /// It wrote `+` for a space; in a base string a space is `%20`.
    SpaceWrittenAsPlus,
    /// It wrote the hex digits of an escape in lower case.
    LowerCaseHex,
    /// It encoded this character, which stands for itself (RFC 5849 §3.6).
    EncodedNeedlessly(char),
    /// It left this character as it is, which is to be encoded (RFC 5849 §3.6).
    LeftPlain(char),
    /// It read the UTF-8 text as ISO-8859-1.
    Latin1,
    /// It has HTML's `&amp;`, `&lt;` and the like in the text.
    HtmlEscaped,
    /// It took white space off the ends, or put it there.
    Trimmed,
    /// It has it in other capitals.
    Case,
    /// It has only the beginning.
    Cut,
}

/// A right name or value, with what servers make of it.
///
/// Made once, since it may be long and the texts that it is compared with many: each comparison looks no further into it
/// than the other text is long.
pub(super) struct Right<'a> {
    encoded: &'a str,
    bytes: Vec<u8>,
    encoded_twice: String,
    decoded_twice: Vec<u8>,
    with_plus: Option<String>,
    without_plus: String,
    text: Option<RightText>,
}

/// The same where it is UTF-8.
struct RightText {
    text: String,
    /// Where in it the text without white space at its ends stands.
    trimmed: Range<usize>,
    /// As text, its bytes taken for ISO-8859-1.
    from_latin1: String,
    /// As ISO-8859-1, if that has all its letters.
    to_latin1: Option<Vec<u8>>,
}

impl<'a> Right<'a> {
    /// Of a text that is encoded once.
    pub(super) fn new(encoded: &'a str) -> Self {
        let bytes = decode(encoded.as_bytes());
        Self {
            encoded_twice: encode(encoded.as_bytes()),
            decoded_twice: decode(&bytes),
            with_plus: encoded.contains("%20").then(|| encoded.replace("%20", "+")),
            without_plus: encoded.replace("%2B", "%20"),
            text: String::from_utf8(bytes.clone()).ok().map(RightText::new),
            encoded,
            bytes,
        }
    }

    /// How `theirs` was made instead, encoded once as well; none when nothing known leads from one to the other.
    pub(super) fn recoding(&self, theirs: &str) -> Option<Recoding> {
        if self.encoded == theirs {
            return None;
        }
        let bytes = decode(theirs.as_bytes());
        if self.bytes == bytes {
            return Some(other_escapes(self.encoded, theirs));
        }
        if theirs == self.encoded_twice {
            return Some(Recoding::Twice);
        }
        // Compared with `+` read as a space in both, so that one cause does not hide the other.
        if self.with_plus.as_deref() == Some(theirs) {
            return Some(Recoding::SpaceWrittenAsPlus);
        }
        if self.without_plus == theirs {
            return Some(Recoding::PlusAsSpace);
        }
        if theirs.replace("%2B", "%20") == self.encoded {
            return Some(Recoding::SpaceAsPlus);
        }
        if bytes == self.decoded_twice {
            return Some(Recoding::DecodedTwice);
        }
        let ours = self.text.as_ref()?;
        match String::from_utf8(bytes) {
            Ok(theirs) => ours.recoding(&theirs),
            // Latin-1 bytes where UTF-8 is due.
            Err(error) => (ours.to_latin1.as_deref() == Some(error.as_bytes())).then_some(Recoding::Latin1),
        }
    }
}

impl RightText {
    fn new(text: String) -> Self {
        let start = text.len() - text.trim_start().len();
        Self {
            trimmed: start..start + text.trim().len(),
            from_latin1: text.bytes().map(char::from).collect(),
            to_latin1: text.chars().map(|letter| u8::try_from(letter).ok()).collect(),
            text,
        }
    }

    fn recoding(&self, theirs: &str) -> Option<Recoding> {
        let unescape =
            |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        if self.from_latin1 == theirs {
            Some(Recoding::Latin1)
        } else if unescape(theirs) == self.text {
            Some(Recoding::HtmlEscaped)
        } else if theirs.trim() == &self.text[self.trimmed.clone()] {
            Some(Recoding::Trimmed)
        } else if theirs.eq_ignore_ascii_case(&self.text) {
            Some(Recoding::Case)
        } else if !theirs.is_empty() && self.text.starts_with(theirs) {
            Some(Recoding::Cut)
        } else {
            None
        }
    }
}

/// The same bytes, escaped otherwise: where that begins.
fn other_escapes(ours: &str, theirs: &str) -> Recoding {
    if ours.eq_ignore_ascii_case(theirs) {
        return Recoding::LowerCaseHex;
    }
    let same = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    // They part where one has an escape and the other a letter; that letter, or the escape's.
    let escaped = |text: &str| text.as_bytes().get(same) == Some(&b'%');
    let letter = |text: &str| text.get(same..).and_then(|rest| rest.chars().next()).unwrap_or('%');
    if escaped(theirs) { Recoding::EncodedNeedlessly(letter(ours)) } else { Recoding::LeftPlain(letter(theirs)) }
}
