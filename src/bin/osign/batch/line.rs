//! One line of a batch.

use crate::input::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::{Error, Status};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::mem;
use zeroize::Zeroizing;

/// Text that is wiped when dropped. What is escaped in it passes through a buffer of the parser's that is not.
type Text = Zeroizing<String>;

/// Why a line was not signed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request that it describes cannot be signed.
    Unsigned(Error),
    /// It is not UTF-8.
    NotUtf8,
    /// It describes no request; the sentence repeats none of its values.
    NoRequest(String),
    /// It has a body twice.
    TwoBodies,
    /// `body_base64` is no base64.
    NotBase64,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Unsigned(error)
    }
}

impl Refusal {
    pub(super) const fn status(&self) -> Status {
        match self {
            Self::Unsigned(error) => error.status(),
            Self::NotUtf8 => Status::InvalidUtf8,
            Self::NoRequest(_) | Self::TwoBodies | Self::NotBase64 => Status::InvalidArgument,
        }
    }

    /// The reason in one stable word.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Unsigned(error) => error.word(),
            Self::NotUtf8 => "not-utf8",
            Self::NoRequest(_) => "no-request",
            Self::TwoBodies => "two-bodies",
            Self::NotBase64 => "not-base64",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(error) => error.fmt(f),
            Self::NotUtf8 => f.write_str("the line is not UTF-8; put other bytes into body_base64"),
            Self::NoRequest(sentence) => f.write_str(sentence),
            Self::TwoBodies => f.write_str("the line has both body and body_base64; keep one"),
            Self::NotBase64 => f.write_str("body_base64 is no base64 (RFC 4648 §4)"),
        }
    }
}

/// A request, and the caller's own mark for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    /// Anything; it comes back as it was written.
    #[serde(borrow, default, deserialize_with = "present")]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    pub(super) url: Text,
    #[serde(default)]
    pub(super) content_type: Option<String>,
    #[serde(default)]
    body: Option<Text>,
    #[serde(default)]
    body_base64: Option<Text>,
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
    pub(super) fn take_body(&mut self) -> Result<Option<Bytes>, Refusal> {
        match (&mut self.body, &self.body_base64) {
            (Some(_), Some(_)) => Err(Refusal::TwoBodies),
            (Some(text), None) => Ok(Some(Bytes::new(mem::take(&mut **text).into_bytes()))),
            (None, Some(text)) => match STANDARD.decode(text.as_bytes()) {
                Ok(bytes) => Ok(Some(Bytes::new(bytes))),
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
    let text = error.to_string();
    let place = format!("at column {}", error.column());
    match error.classify() {
        Category::Data => {
            let names_a_field = ["unknown field", "missing field", "duplicate field"];
            if names_a_field.iter().any(|start| text.starts_with(start)) {
                let sentence = text.split(" at line ").next().unwrap_or_default().replace('`', "");
                format!("the line is no request: {sentence}")
            } else {
                format!("the line is no request: the value {place} has another type than its field")
            }
        }
        Category::Eof => "the line is cut off; each request is one line of JSON".to_owned(),
        Category::Syntax | Category::Io => format!("the line is no JSON {place}; each request is one line of JSON"),
    }
}

/// `{"name": "value"}` or `[["name", "value"]]`, in order.
struct Parameters(Vec<(String, Text)>);

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
