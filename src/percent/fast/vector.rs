//! Whether any byte of a text is such a one, in loops that the compiler makes vectors of.

/// Whether a byte of `text` is such a one.
///
/// What the last whole vector leaves is looked at with some bytes once more: one by one it takes longer.
#[inline(always)]
pub(crate) fn any(text: &[u8], is: impl Fn(u8) -> bool) -> bool {
    let in_all = |bytes: &[u8]| bytes.iter().fold(false, |any, &byte| any | is(byte));
    match text.last_chunk::<16>() {
        Some(last) => in_all(&text[..text.len() / 16 * 16]) | in_all(last),
        None => in_all(text),
    }
}
