//! What a language has to say for a page.

use super::explanation::BodyUse;
use super::key_shape::KeyShape;
use super::parameter::Origin;
use super::uri_notes::UriNote;
use super::warning::Warning;
use std::borrow::Cow;

/// The words of one language: titles, remarks, and sentences for what an explanation found.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Words {
    /// Title: the HTTP method.
    pub method: &'static str,
    /// Remark: the method was given in other capitals than it is signed in.
    pub method_changed: &'static str,
    /// Title: the base string URI.
    pub base_string_uri: &'static str,
    /// Remark: in what the base string URI differs from the URL.
    pub uri_note: fn(&UriNote) -> Cow<'static, str>,
    /// Title: the parameters as they are collected.
    pub collected: &'static str,
    /// In one word, where a pair comes from.
    pub origin: fn(Origin) -> &'static str,
    /// Remark: what becomes of the body, when there is one.
    pub body: fn(BodyUse) -> Option<String>,
    /// Remark: the realm is sent, and not signed.
    pub realm: &'static str,
    /// Title: the parameters as they are sorted.
    pub sorted: &'static str,
    /// Title: the normalised parameters.
    pub normalized: &'static str,
    /// Title: the signature base string.
    pub base_string: &'static str,
    /// Title: the key.
    pub key: &'static str,
    /// The shape of what signed.
    pub key_shape: fn(KeyShape) -> String,
    /// Title: the signature; its method follows.
    pub signature: &'static str,
    /// Remark: the signature is made of the secrets.
    pub signature_hidden: &'static str,
    /// Title: the request to send.
    pub to_send: &'static str,
    /// Title: the warnings.
    pub warnings: &'static str,
    /// What looks like a mistake.
    pub warning: fn(&Warning) -> Cow<'static, str>,
}
