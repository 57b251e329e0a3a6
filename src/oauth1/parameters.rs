//! The parameters that are signed: the request's own and ours (RFC 5849 §3.4.1.3).

use crate::buffer::{Buffer, Sink};
use crate::percent::{Depth, Recoded, Twice, encode_into, recode_form};
use std::cmp::Ordering;

/// `&` between two pairs, as the base string carries it.
pub(crate) const AMPERSAND: &[u8] = b"%26";

/// Pairs, encoded as the base string carries them. It is large: do not move it.
#[derive(Debug)]
pub(crate) struct Parameters {
    text: Buffer<u8, 8192>,
    spans: Buffer<Span, 128>,
    /// Whether any name begins with `oauth_`.
    pub(crate) has_oauth: bool,
}

/// Where a pair stands in the text: name, `%3D`, value.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    start: usize,
    name_end: usize,
    end: usize,
    /// The name's first eight bytes, which nearly always decide an order.
    head: u64,
}

/// One name and value, encoded twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    /// Name, `%3D`, value.
    pub(crate) text: &'a [u8],
    name_len: usize,
    head: u64,
}

impl<'a> Pair<'a> {
    pub(crate) fn name(&self) -> &'a [u8] {
        &self.text[..self.name_len]
    }

    fn value(&self) -> &'a [u8] {
        &self.text[self.name_len + Twice::EQUALS.len()..]
    }

    /// Whether the name begins with `oauth_`, or sorts before or after all that do.
    #[inline]
    pub(crate) fn order_to_protocol(&self) -> Ordering {
        order_to_protocol(self.head)
    }

    /// By name, then by value, as bytes (§3.4.1.3.2): never by the joined text, where `=` would take part.
    #[inline]
    fn order(&self, other: &Pair<'_>) -> Ordering {
        self.name().cmp(other.name()).then_with(|| self.value().cmp(other.value()))
    }
}

#[inline]
fn order_to_protocol(head: u64) -> Ordering {
    const PREFIX: u64 = self::head(b"oauth_") >> 16;
    (head >> 16).cmp(&PREFIX)
}

/// The first eight bytes as a number that orders as they do; what is shorter ends in zeros, which no
/// encoded name holds.
const fn head(name: &[u8]) -> u64 {
    if let Some(first) = name.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let (mut head, mut index) = (0, 0);
    while index < name.len() {
        head |= (name[index] as u64) << (56 - 8 * index);
        index += 1;
    }
    head
}

impl Parameters {
    pub(crate) const fn new() -> Self {
        Self { text: Buffer::new(), spans: Buffer::new(), has_oauth: false }
    }

    /// Adds the pairs of a query or a form body.
    pub(crate) fn read(&mut self, form: &[u8]) {
        // Little is encoded, as a rule; and what is large goes to the heap once, not by and by.
        self.text.reserve(form.len());
        let Self { text, spans, has_oauth } = self;
        recode_form::<Twice, _>(form, text, |Recoded { start, name_end }, text| {
            let span = Span::new(text.as_slice(), start, name_end);
            *has_oauth |= order_to_protocol(span.head) == Ordering::Equal;
            spans.push(span);
        });
    }

    /// Adds one pair, neither part encoded yet.
    pub(crate) fn add(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        encode_into::<Twice>(name, &mut self.text);
        let name_end = self.text.len();
        self.text.extend(Twice::EQUALS);
        encode_into::<Twice>(value, &mut self.text);
        self.spans.push(Span::new(self.text.as_slice(), start, name_end));
    }

    /// Puts the pairs in the order of §3.4.1.3.2. Pairs that compare equal are the same bytes, so an
    /// unstable sort loses nothing.
    pub(crate) fn sort(&mut self) {
        let text = self.text.as_slice();
        self.spans.as_mut_slice().sort_unstable_by(|a, b| {
            let head = a.head.cmp(&b.head);
            if head.is_ne() { head } else { a.of(text).order(&b.of(text)) }
        });
    }

    /// The bytes that they take in a base string, with what joins them.
    pub(crate) fn base_len(&self) -> usize {
        self.text.len() + AMPERSAND.len() * self.spans.as_slice().len()
    }

    /// The pairs in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Pair<'_>> {
        let text = self.text.as_slice();
        self.spans.as_slice().iter().map(|span| span.of(text))
    }
}

impl Span {
    fn new(text: &[u8], start: usize, name_end: usize) -> Self {
        Self { start, name_end, end: text.len(), head: head(&text[start..name_end]) }
    }

    #[inline]
    fn of(self, text: &[u8]) -> Pair<'_> {
        Pair { text: &text[self.start..self.end], name_len: self.name_end - self.start, head: self.head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_order_as_names_do() {
        let names: [&[u8]; 8] = [b"", b"%2500", b"-", b"a", b"a%2520", b"abcdefgh", b"abcdefghi", b"b"];
        for pair in names.windows(2) {
            assert!(head(pair[0]) <= head(pair[1]), "{pair:?}");
        }
        assert!(head(b"a") < head(b"a-"));
    }
}
