//! The steps of a signature as JSON, one parameter at a time: a form may have any number of them.

use osign::oauth1::Explanation;
use osign::oauth1::explain::{BodyUse, Comparison, KeyShape, Origin, Parameter, SecretShape, UriNote, Warning};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt::Display;

/// All that `explain --json` prints. None of it shows a secret: PLAINTEXT's signature is null, or masked where it is sent.
#[derive(Serialize)]
pub(super) struct Steps<'a> {
    authorization: Cow<'a, str>,
    base_string: &'a str,
    base_string_uri: &'a str,
    body: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<Value>,
    key: Value,
    method: &'a str,
    nonce: &'a str,
    normalized_parameters: String,
    #[serde(serialize_with = "pairs")]
    parameters: &'a [Parameter],
    realm: Option<&'a str>,
    /// With body transmission; null where the request's own body is sent.
    sent_body: Option<String>,
    signature: Option<&'a str>,
    signature_method: &'static str,
    sorted: &'a [usize],
    timestamp: i64,
    #[serde(serialize_with = "sentences")]
    uri_notes: &'a [UriNote],
    url: String,
    #[serde(serialize_with = "sentences")]
    warnings: &'a [Warning],
}

impl<'a> Steps<'a> {
    pub(super) fn new(explanation: &'a Explanation, comparison: Option<&Comparison>) -> Self {
        let signed = &explanation.signed;
        Self {
            authorization: explanation.shown_authorization(),
            base_string: &signed.base_string,
            base_string_uri: &explanation.base_string_uri,
            body: body(explanation.body),
            comparison: comparison.map(verdict),
            key: key(explanation.key),
            method: &explanation.method,
            nonce: &signed.nonce,
            normalized_parameters: signed.normalized_parameters(),
            parameters: &explanation.parameters,
            realm: explanation.realm.as_deref(),
            sent_body: explanation.shown_body(),
            signature: explanation.shown_signature(),
            signature_method: explanation.signature_method.name(),
            sorted: &explanation.sorted,
            timestamp: signed.timestamp,
            uri_notes: &explanation.uri_notes,
            url: explanation.shown_url(),
            warnings: &explanation.warnings,
        }
    }
}

fn body(body: BodyUse) -> Value {
    match body {
        BodyUse::Form { bytes } => json!({ "use": "form", "bytes": bytes }),
        BodyUse::Hashed { bytes, algorithm } => json!({ "use": "hashed", "bytes": bytes, "algorithm": algorithm }),
        BodyUse::NotSigned { bytes } => json!({ "use": "not signed", "bytes": bytes }),
        _ => json!({ "use": "absent", "bytes": 0 }),
    }
}

fn verdict(comparison: &Comparison) -> Value {
    json!({
        "same": comparison.is_same(),
        "other_request": comparison.other_request,
        "message": comparison.to_string(),
    })
}

fn key(key: KeyShape) -> Value {
    let secret = |shape: SecretShape| json!({ "characters": shape.characters, "encoded": shape.encoded });
    match key {
        KeyShape::Rsa { bits } => json!({ "rsa_bits": bits }),
        KeyShape::Hmac { consumer, token } | KeyShape::Plaintext { consumer, token } => {
            json!({ "consumer_secret": secret(consumer), "token_secret": secret(token) })
        }
        _ => Value::Null,
    }
}

fn pairs<S: Serializer>(parameters: &&[Parameter], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Pair<'a> {
        encoded_name: &'a str,
        encoded_value: &'a str,
        name: Cow<'a, str>,
        origin: &'static str,
        value: Cow<'a, str>,
    }
    serializer.collect_seq(parameters.iter().map(|pair| Pair {
        encoded_name: &pair.encoded_name,
        encoded_value: &pair.encoded_value,
        name: String::from_utf8_lossy(&pair.name),
        origin: match pair.origin {
            Origin::Query => "query",
            Origin::FormBody => "form body",
            Origin::Protocol => "protocol",
        },
        value: String::from_utf8_lossy(&pair.value),
    }))
}

fn sentences<S: Serializer>(these: &&[impl Display], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(these.iter().map(ToString::to_string))
}
