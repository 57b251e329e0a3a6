//! A signed request as JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use osign::oauth1::{Request, Signed};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use zeroize::Zeroizing;

/// All that `--json` prints, and a line of `--batch` is answered with.
#[derive(Serialize)]
pub(crate) struct Answer<'a> {
    authorization: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text")]
    body_base64: Option<Zeroizing<String>>,
    signature: &'a str,
    base_string: &'a str,
    normalized_parameters: Zeroizing<String>,
    nonce: &'a str,
    timestamp: i64,
    headers: Headers<'a>,
}

impl<'a> Answer<'a> {
    /// `body` is the one to send, whether or not signing changed it.
    pub(crate) fn new(request: &Request<'a>, signed: &'a Signed) -> Self {
        let bytes = body_to_send(request, signed);
        let body = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        Self {
            authorization: &signed.authorization,
            url: &signed.url,
            body,
            body_base64: bytes.filter(|_| body.is_none()).map(|bytes| Zeroizing::new(STANDARD.encode(bytes))),
            signature: &signed.signature,
            base_string: &signed.base_string,
            normalized_parameters: signed.normalized_parameters().into(),
            nonce: &signed.nonce,
            timestamp: signed.timestamp,
            headers: Headers::new(request, signed),
        }
    }
}

/// As serde calls it: the text, which is there.
fn text<S: Serializer>(text: &Option<Zeroizing<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_ref().map(|text| text.as_str()).serialize(serializer)
}

/// The body to send.
pub(crate) fn body_to_send<'a>(request: &Request<'a>, signed: &'a Signed) -> Option<&'a [u8]> {
    signed.body.as_deref().or(request.body)
}

/// The headers that belong to the signed request.
pub(crate) struct Headers<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Headers<'a> {
    pub(crate) fn new(request: &Request<'a>, signed: &'a Signed) -> Self {
        let authorization = (!signed.authorization.is_empty()).then_some(("Authorization", &*signed.authorization));
        let content_type = request.content_type.map(|content_type| ("Content-Type", content_type));
        Self(authorization.into_iter().chain(content_type).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(&'static str, &'a str)> {
        self.0.iter()
    }
}

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
