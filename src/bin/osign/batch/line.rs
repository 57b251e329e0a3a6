//! One line of a batch. It owns or borrows its parts itself, so a [`Request`](osign::oauth1::Request) that borrows from it
//! is all that signing needs: one that owns them would copy each part once more for every line.

use super::refusal::Refusal;
use crate::shown;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A request, and the caller's own mark for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    /// Anything; it comes back as it was written.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) url: Cow<'a, str>,
    #[serde(default)]
    pub(super) content_type: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_base64: Option<String>,
    #[serde(default)]
    pub(super) realm: Option<String>,
    #[serde(default)]
    pub(super) transmission: Option<String>,
    #[serde(default)]
    parameters: Option<Parameters>,
    #[serde(default)]
    pub(super) nonce: Option<String>,
    #[serde(default)]
    pub(super) timestamp: Option<i64>,
}

impl<'a> Line<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(text).map_err(|_| Refusal::NotUtf8)?;
        serde_json::from_str(text).map_err(|error| Refusal::NoRequest(reason(&error)))
    }

    /// The body's bytes, once: they are not copied.
    pub(super) fn take_body(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        match (self.body.take(), &self.body_base64) {
            (Some(_), Some(_)) => Err(Refusal::TwoBodies),
            (Some(text), None) => Ok(Some(text.into_bytes())),
            (None, Some(text)) => match STANDARD.decode(text) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(_) => Err(Refusal::NotBase64),
            },
            (None, None) => Ok(None),
        }
    }

    pub(super) fn parameters(&self) -> Vec<(&str, &str)> {
        let pairs = self.parameters.iter().flat_map(|parameters| &parameters.0);
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// The mark of a line that was refused, if it can be made out.
pub(super) fn id(text: &[u8]) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Marked<'a> {
        #[serde(borrow, default, deserialize_with = "present")]
        id: Option<&'a RawValue>,
    }
    serde_json::from_slice::<Marked<'_>>(text).ok()?.id
}

/// A value that is there, `null` too, which serde would take for none.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// What is wrong with a line, in words that repeat none of its values.
fn reason(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Data => format!("the line is no request: {}", mismatch(error)),
        Category::Eof => "the line is cut off; each request is one line of JSON".to_owned(),
        Category::Syntax | Category::Io => {
            format!("the line is no JSON at column {}; each request is one line of JSON", error.column())
        }
    }
}

/// How it is another thing than a request.
fn mismatch(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The rest of what serde says are names of ours, and the place.
    let ours = |text: &str| text.split(" at line ").next().unwrap_or_default().replace('`', "");
    if let Some((name, fields)) = text.strip_prefix("unknown field `").and_then(|rest| rest.rsplit_once("`, expected "))
    {
        let name = shown::name(name).map(|name| format!(" {name}")).unwrap_or_default();
        format!("unknown field{name}, expected {}", ours(fields))
    } else if text.starts_with("missing field") || text.starts_with("duplicate field") {
        ours(&text)
    } else {
        format!("the value at column {} has another type than its field", error.column())
    }
}

/// `{"name": "value"}` or `[["name", "value"]]`, in order.
struct Parameters(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Parameters;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list of pairs")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parameters, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Parameters(pairs))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parameters, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = seq.next_element()? {
                    pairs.push(pair);
                }
                Ok(Parameters(pairs))
            }
        }
        deserializer.deserialize_any(Pairs)
    }
}
