//! The parameters of a request, and how they are written.

use crate::error::{Error, Protocol};
use crate::percent::{Once, encode_into};
use crate::provider::{Profile, Step};
use crate::sink::Sink;
use zeroize::Zeroizing;

/// Names and values in the order in which they are sent. They are wiped.
#[derive(Default)]
pub(super) struct Parameters(Vec<(String, Zeroizing<Vec<u8>>)>);

impl Parameters {
    pub(super) fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.0.push((name.to_owned(), Zeroizing::new(value.as_ref().to_vec())));
    }

    /// Adds what a profile sends beside: it takes the place of one of the same name, and an empty one takes it away.
    pub(super) fn add_extra(&mut self, profile: &Profile, step: Step) -> Result<(), Error> {
        for (name, value) in profile.extra(step) {
            let value = filled(profile, value)?;
            let place = self.0.iter().position(|(known, _)| known == name);
            match place {
                Some(place) if value.is_empty() => drop(self.0.remove(place)),
                Some(place) => self.0[place].1 = Zeroizing::new(value.into_bytes()),
                None if value.is_empty() => {}
                None => self.add(name, value),
            }
        }
        Ok(())
    }

    /// As `application/x-www-form-urlencoded` (RFC 6749 Appendix B).
    pub(super) fn form(&self) -> Zeroizing<Vec<u8>> {
        let most: usize = self.0.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut out = Zeroizing::new(Vec::with_capacity(most)); // So that no growth leaves a copy behind.
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push(b'&');
            }
            encode_form(name.as_bytes(), &mut *out);
            out.push(b'=');
            encode_form(value, &mut *out);
        }
        out
    }

    /// As a JSON object of texts.
    pub(super) fn json(&self) -> Zeroizing<Vec<u8>> {
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

fn write_json(text: &str, out: &mut Zeroizing<Vec<u8>>) {
    // A vector takes whatever is written, and text is always JSON.
    let _: serde_json::Result<()> = serde_json::to_writer(&mut **out, text);
}

/// Appends a text in the encoding of RFC 6749 Appendix B, where a space is a plus.
pub(super) fn encode_form(text: &[u8], out: &mut dyn Sink) {
    for (index, word) in text.split(|&byte| byte == b' ').enumerate() {
        if index > 0 {
            out.extend(b"+");
        }
        encode_into::<Once>(word, out);
    }
}
