//! How a name or value that a server has comes from the one that is right.

use crate::percent::{decode, encode};

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

/// How `theirs` was made instead of `ours`, both encoded once; none when nothing known leads from one to the other.
pub(super) fn recoding(ours: &str, theirs: &str) -> Option<Recoding> {
    if ours == theirs {
        return None;
    }
    let (our_bytes, their_bytes) = (decode(ours.as_bytes()), decode(theirs.as_bytes()));
    if our_bytes == their_bytes {
        return Some(other_escapes(ours, theirs));
    }
    if theirs == encode(ours.as_bytes()) {
        return Some(Recoding::Twice);
    }
    // Compared with `+` read as a space in both, so that one cause does not hide the other.
    if ours.contains("%20") && ours.replace("%20", "+") == theirs {
        return Some(Recoding::SpaceWrittenAsPlus);
    }
    if ours.replace("%2B", "%20") == theirs {
        return Some(Recoding::PlusAsSpace);
    }
    if theirs.replace("%2B", "%20") == ours {
        return Some(Recoding::SpaceAsPlus);
    }
    if encode(&their_bytes) == encode(&decode(&our_bytes)) {
        return Some(Recoding::DecodedTwice);
    }
    let (Ok(our_text), their_text) = (String::from_utf8(our_bytes), String::from_utf8(their_bytes)) else {
        return None;
    };
    let as_latin1: String = our_text.bytes().map(char::from).collect();
    let Ok(their_text) = their_text else {
        // Latin-1 bytes where UTF-8 is due.
        let latin1: Option<Vec<u8>> = our_text.chars().map(|letter| u8::try_from(letter).ok()).collect();
        return latin1.is_some_and(|bytes| bytes == decode(theirs.as_bytes())).then_some(Recoding::Latin1);
    };
    let unescape =
        |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    if as_latin1 == their_text {
        Some(Recoding::Latin1)
    } else if unescape(&their_text) == our_text {
        Some(Recoding::HtmlEscaped)
    } else if their_text.trim() == our_text.trim() {
        Some(Recoding::Trimmed)
    } else if their_text.eq_ignore_ascii_case(&our_text) {
        Some(Recoding::Case)
    } else if !their_text.is_empty() && our_text.starts_with(&their_text) {
        Some(Recoding::Cut)
    } else {
        None
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
