//! An explanation as a page, in any language.

use super::english::ENGLISH;
use super::explanation::Explanation;
use super::key_shape::KeyShape;
use super::parameter::Origin;
use super::words::Words;
use crate::explain::{Page, Paint};
use std::fmt::{self, Write};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&ENGLISH, f, &mut |out, _, text| out.write_str(text))
    }
}

impl Explanation {
    /// The page as plain text. No secret is in it.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(words, &mut text, &mut |out, _, piece| out.write_str(piece));
        text
    }

    /// Writes the page, each piece through `paint`. `Display` writes the same in English.
    ///
    /// # Errors
    /// What `out` or `paint` fails with.
    pub fn write(&self, words: &Words, out: &mut dyn Write, paint: &mut Paint<'_>) -> fmt::Result {
        let page = &mut Page::new(out, paint);
        page.step(words.method, "RFC 5849 §3.4.1.1")?;
        page.line(&self.method)?;
        if self.method_changed {
            page.note(words.method_changed)?;
        }
        page.step(words.base_string_uri, "RFC 5849 §3.4.1.2")?;
        page.line(&self.base_string_uri)?;
        for note in &self.uri_notes {
            page.note(&(words.uri_note)(note))?;
        }
        self.write_parameters(words, page)?;
        page.step(words.normalized, "RFC 5849 §3.4.1.3.2")?;
        page.line(&self.signed.normalized_parameters())?;
        page.step(words.base_string, "RFC 5849 §3.4.1.1")?;
        page.line(&self.signed.base_string)?;
        self.write_key(words, page)?;
        self.write_request(words, page)?;
        if !self.warnings.is_empty() {
            page.heading(words.warnings)?;
            for warning in &self.warnings {
                page.warning(&(words.warning)(warning))?;
            }
        }
        Ok(())
    }

    fn write_parameters(&self, words: &Words, page: &mut Page<'_, '_>) -> fmt::Result {
        page.step(words.collected, "RFC 5849 §3.4.1.3.1")?;
        let origins = [Origin::Query, Origin::FormBody, Origin::Protocol].map(words.origin);
        let width = origins.map(|word| word.chars().count()).into_iter().fold(0, usize::max);
        for pair in &self.parameters {
            page.pair(((words.origin)(pair.origin), width), &pair.shown_name(), &pair.shown_value())?;
        }
        if let Some(note) = (words.body)(self.body) {
            page.note(&note)?;
        }
        if self.realm.is_some() {
            page.note(words.realm)?;
        }
        page.step(words.sorted, "RFC 5849 §3.4.1.3.2")?;
        for pair in self.sorted.iter().filter_map(|&index| self.parameters.get(index)) {
            page.encoded_pair(&pair.encoded_name, &pair.encoded_value)?;
        }
        Ok(())
    }

    fn write_key(&self, words: &Words, page: &mut Page<'_, '_>) -> fmt::Result {
        let section = match self.key {
            KeyShape::Hmac { .. } => "RFC 5849 §3.4.2",
            KeyShape::Rsa { .. } => "RFC 5849 §3.4.3",
            KeyShape::Plaintext { .. } => "RFC 5849 §3.4.4",
        };
        page.step(words.key, section)?;
        page.line(&(words.key_shape)(self.key))?;
        page.step(&format!("{}, {}", words.signature, self.signature_method), section)?;
        match self.shown_signature() {
            Some(signature) => page.line(signature),
            None => page.note(words.signature_hidden),
        }
    }

    fn write_request(&self, words: &Words, page: &mut Page<'_, '_>) -> fmt::Result {
        page.step(words.to_send, "RFC 5849 §3.5")?;
        page.line(&self.shown_url())?;
        if !self.signed.authorization.is_empty() {
            page.line(&format!("Authorization: {}", self.shown_authorization()))?;
        }
        self.shown_body().map_or(Ok(()), |body| page.line(&body))
    }
}
