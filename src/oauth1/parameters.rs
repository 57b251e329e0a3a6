//! The parameters that are signed: the request's own and ours (RFC 5849 §3.4.1.3).

use crate::buffer::Buffer;
use crate::form::{self, decoded_name, head, order};
use crate::percent::{Once, encode_into};
use std::cmp::Ordering;
use zeroize::Zeroizing;

/// Pairs of form data, which are read where they stand. It is large: do not move it.
#[derive(Debug)]
pub(crate) struct Parameters<'a> {
    query: &'a [u8],
    body: &'a [u8],
    /// What is ours, as form data too.
    own: Zeroizing<Vec<u8>>,
    pairs: Buffer<Pair, 128>,
    /// Whether any name begins with `oauth_`.
    pub(crate) has_oauth: bool,
}

/// One name and value. There may be many, and they are sorted: so it is small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    /// The name's first eight bytes, encoded, which nearly always decide an order.
    head: u64,
    /// Where it begins in the query, the body and ours, taken as one.
    start: usize,
}

impl Pair {
    /// Whether the name sorts before all that begin with `oauth_`.
    #[inline]
    pub(crate) fn precedes_protocol(&self) -> bool {
        self.order_to_protocol() == Ordering::Less
    }

    /// Whether the name begins with `oauth_`, or sorts before or after all that do.
    #[inline]
    pub(crate) fn order_to_protocol(self) -> Ordering {
        const PREFIX: u64 = u64::from_be_bytes(*b"\0\0oauth_");
        (self.head >> 16).cmp(&PREFIX)
    }
}

impl<'a> Parameters<'a> {
    /// The pairs of a query and of a form body, which are not [`read`](Self::read) yet.
    #[inline]
    pub(crate) fn new(query: &'a [u8], body: &'a [u8]) -> Self {
        Self { query, body, own: Zeroizing::default(), pairs: Buffer::new(), has_oauth: false }
    }

    #[inline]
    pub(crate) fn read(&mut self) {
        self.read_form(self.query, 0);
        if !self.body.is_empty() {
            self.read_form(self.body, self.query.len());
        }
    }

    #[inline(never)]
    fn read_form(&mut self, form: &[u8], before: usize) {
        form::pairs(form, |start, head| {
            let pair = Pair { head, start: before + start };
            self.has_oauth |= pair.order_to_protocol() == Ordering::Equal;
            self.pairs.push(pair);
        });
    }

    /// Adds pairs of ours, neither part encoded yet.
    pub(crate) fn add<'b>(&mut self, own: impl Iterator<Item = (&'b str, &'b [u8])> + Clone) {
        // Room for the longest encoding: a vector that grew would leave a copy behind.
        self.own.reserve_exact(own.clone().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum());
        for (name, value) in own {
            let start = self.own.len();
            encode_into::<Once>(name.as_bytes(), &mut *self.own);
            self.own.push(b'=');
            encode_into::<Once>(value, &mut *self.own);
            let pair = Pair { head: head(&self.own, start), start: self.query.len() + self.body.len() + start };
            self.own.push(b'&');
            self.pairs.push(pair);
        }
    }

    /// Puts the pairs in the order of §3.4.1.3.2. Pairs that compare equal are signed as the same bytes, so an
    /// unstable sort loses nothing.
    pub(crate) fn sort(&mut self) {
        let Self { query, body, own, pairs, .. } = self;
        let pairs = pairs.as_mut_slice();
        // As many clients give them.
        if pairs.is_sorted_by(|a, b| a.head < b.head) {
            return;
        }
        pairs.sort_unstable_by(|a, b| {
            let heads = a.head.cmp(&b.head);
            if heads.is_ne() { heads } else { order_alike([query, body, own], *a, *b) }
        });
    }

    /// The query, as it came.
    pub(crate) fn query(&self) -> &'a [u8] {
        self.query
    }

    #[inline]
    pub(crate) fn pairs(&self) -> &[Pair] {
        self.pairs.as_slice()
    }

    /// The decoded names that begin with `oauth_`.
    pub(crate) fn oauth_names(&self) -> impl Iterator<Item = Vec<u8>> {
        let is_oauth = |pair: &&Pair| pair.order_to_protocol() == Ordering::Equal;
        self.pairs.as_slice().iter().filter(is_oauth).map(|&pair| {
            let (form, start) = self.place(pair);
            decoded_name(form, start)
        })
    }

    /// The form that a pair stands in, and where it begins there.
    #[inline]
    pub(crate) fn place(&self, pair: Pair) -> (&[u8], usize) {
        place([self.query, self.body, &self.own], pair)
    }
}

#[inline(never)] // So that sorting by heads is small enough to stand where it is called.
fn order_alike(forms: [&[u8]; 3], a: Pair, b: Pair) -> Ordering {
    order(place(forms, a), place(forms, b))
}

#[inline]
fn place(forms: [&[u8]; 3], pair: Pair) -> (&[u8], usize) {
    let [query, body, own] = forms;
    if pair.start < query.len() {
        return (query, pair.start);
    }
    let start = pair.start - query.len();
    if start < body.len() { (body, start) } else { (own, start - body.len()) }
}
