//! The parameters of a request, and how they are written.

use super::profile::Profile;
use crate::error::{Error, Protocol};
use crate::percent::{Once, encode_into};
use crate::sink::Sink;
use crate::url::Url;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Names and values in the order in which they are sent. They are wiped.
#[derive(Default)]
pub(crate) struct Parameters(Vec<(String, Zeroizing<Vec<u8>>)>);

impl Parameters {
    pub(crate) fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.0.push((name.to_owned(), Zeroizing::new(value.as_ref().to_vec())));
    }

    /// Puts it in the place of one of the same name; an empty one takes that away.
    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        let place = self.0.iter().position(|(known, _)| known == name);
        let is_none = value.as_ref().is_empty();
        match place {
            Some(place) if is_none => drop(self.0.remove(place)),
            Some(place) => self.0[place].1 = Zeroizing::new(value.as_ref().to_vec()),
            None if is_none => {}
            None => self.add(name, value),
        }
    }

    /// Sets what a profile sends beside. `own` is what a value may stand for as a whole, by its name.
    pub(crate) fn add_extra(
        &mut self,
        profile: &Profile,
        extra: &BTreeMap<String, String>,
        own: &[(&str, &str)],
    ) -> Result<(), Error> {
        for (name, value) in extra {
            let place = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
            match own.iter().find(|(known, _)| Some(*known) == place) {
                Some((_, text)) => self.set(name, text),
                None => self.set(name, filled(profile, value)?),
            }
        }
        Ok(())
    }

    /// Takes those out whose names are such.
    pub(crate) fn split_off(&mut self, is_such: impl Fn(&str) -> bool) -> Self {
        let (such, rest) = std::mem::take(&mut self.0).into_iter().partition(|(name, _)| is_such(name));
        self.0 = rest;
        Self(such)
    }

    /// Names, and values that are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value).ok()?)))
    }

    /// As `application/x-www-form-urlencoded`, with a plus for a space (RFC 6749 Appendix B).
    pub(crate) fn form(&self) -> Zeroizing<Vec<u8>> {
        self.encoded(encode_form)
    }

    /// The same with `%20` for a space, as RFC 5849 §3.6 encodes, so that nobody takes a plus for one.
    pub(crate) fn percent_form(&self) -> Zeroizing<Vec<u8>> {
        self.encoded(encode_into::<Once>)
    }

    fn encoded(&self, encode: fn(&[u8], &mut dyn Sink)) -> Zeroizing<Vec<u8>> {
        let most: usize = self.0.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut out = Zeroizing::new(Vec::with_capacity(most)); // So that no growth leaves a copy behind.
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push(b'&');
            }
            encode(name.as_bytes(), &mut *out);
            out.push(b'=');
            encode(value, &mut *out);
        }
        out
    }

    /// As a JSON object of texts.
    pub(crate) fn json(&self) -> Zeroizing<Vec<u8>> {
        let most: usize = self.0.iter().map(|(name, value)| 6 * (name.len() + value.len()) + 6).sum();
        let mut out = Zeroizing::new(Vec::with_capacity(most + 2));
        for (index, (name, value)) in self.0.iter().enumerate() {
            out.push(if index == 0 { b'{' } else { b',' });
            write_json(name, &mut out);
            out.push(b':');
            write_json(&String::from_utf8_lossy(value), &mut out);
        }
        out.push(b'}');
        out
    }
}

/// A value with what was kept in the place of `{kept.NAME}`.
fn filled(profile: &Profile, value: &str) -> Result<String, Error> {
    let Some((before, rest)) = value.split_once("{kept.") else { return Ok(value.to_owned()) };
    let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
    let kept = profile.kept(name).ok_or_else(|| Protocol::NothingKept { name: name.to_owned() })?;
    Ok(format!("{before}{kept}{after}"))
}

/// An address with this at the end of its query, which stays (RFC 6749 §3.1).
pub(crate) fn with_query(address: &str, query: &[u8]) -> Result<Zeroizing<String>, Error> {
    if query.is_empty() {
        return Ok(Zeroizing::new(address.to_owned()));
    }
    let mut url = Zeroizing::new(Vec::with_capacity(address.len() + query.len() + 1));
    Url::parse(address)?.write_with(&String::from_utf8_lossy(query), &mut *url);
    Ok(Zeroizing::new(String::from_utf8_lossy(&url).into_owned()))
}

fn write_json(text: &str, out: &mut Zeroizing<Vec<u8>>) {
    // A vector takes whatever is written, and text is always JSON.
    let _: serde_json::Result<()> = serde_json::to_writer(&mut **out, text);
}

/// Appends a text in the encoding of RFC 6749 Appendix B, where a space is a plus.
pub(crate) fn encode_form(text: &[u8], out: &mut dyn Sink) {
    for (index, word) in text.split(|&byte| byte == b' ').enumerate() {
        if index > 0 {
            out.extend(b"+");
        }
        encode_into::<Once>(word, out);
    }
}
