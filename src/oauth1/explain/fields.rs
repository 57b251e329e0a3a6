//! What an explanation and a comparison tell programs. No secret is in it: PLAINTEXT's signature is none, or masked where
//! it is sent.

use super::compare::Comparison;
use super::explanation::{BodyUse, Explanation};
use super::key_shape::{KeyShape, SecretShape};
use super::parameter::Parameter;
use crate::explain::{Field, Fields, List};

impl Explanation {
    /// The steps by name. A name or value that is not UTF-8 has U+FFFD for what is not.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        let signed = &self.signed;
        vec![
            ("method", self.method.as_str().into()),
            ("base_string_uri", self.base_string_uri.as_str().into()),
            ("uri_notes", List::of(&self.uri_notes, |note| note.to_string().into()).into()),
            ("parameters", List::of(&self.parameters, |pair| pair.fields().into()).into()),
            ("sorted", List::of(&self.sorted, |&index| index.into()).into()),
            ("normalized_parameters", signed.normalized_parameters().into()),
            ("base_string", signed.base_string.as_str().into()),
            ("body", self.body.fields().into()),
            ("signature_method", self.signature_method.name().into()),
            ("key", self.key.fields().into()),
            ("signature", self.shown_signature().into()),
            ("url", self.shown_url().into()),
            ("authorization", self.shown_authorization().into()),
            // With body transmission; none where the request's own body is sent.
            ("sent_body", self.shown_body().into()),
            ("realm", self.realm.as_deref().into()),
            ("nonce", signed.nonce.as_str().into()),
            ("timestamp", signed.timestamp.into()),
            ("warnings", List::of(&self.warnings, |warning| warning.to_string().into()).into()),
        ]
    }
}

impl Parameter {
    fn fields(&self) -> Fields<'_> {
        vec![
            ("origin", self.origin.word().into()),
            ("name", String::from_utf8_lossy(&self.name).into()),
            ("value", String::from_utf8_lossy(&self.value).into()),
            ("encoded_name", self.encoded_name.as_str().into()),
            ("encoded_value", self.encoded_value.as_str().into()),
        ]
    }
}

impl BodyUse {
    /// What becomes of the body, by name: `use`, `bytes`, and where it is hashed `algorithm`.
    #[must_use]
    pub fn fields<'a>(self) -> Fields<'a> {
        let (what, bytes, algorithm) = match self {
            Self::Absent => ("absent", 0, None),
            Self::Form { bytes } => ("form", bytes, None),
            Self::Hashed { bytes, algorithm } => ("hashed", bytes, Some(algorithm)),
            Self::NotSigned { bytes } => ("not signed", bytes, None),
        };
        let mut fields: Fields<'a> = vec![("use", what.into()), ("bytes", bytes.into())];
        fields.extend(algorithm.map(|name| ("algorithm", Field::from(name))));
        fields
    }
}

impl KeyShape {
    fn fields<'a>(self) -> Fields<'a> {
        let secret = |shape: SecretShape| -> Fields<'a> {
            vec![("characters", shape.characters.into()), ("encoded", shape.encoded.into())]
        };
        match self {
            Self::Rsa { bits } => vec![("rsa_bits", bits.into())],
            Self::Hmac { consumer, token } | Self::Plaintext { consumer, token } => {
                vec![("consumer_secret", secret(consumer).into()), ("token_secret", secret(token).into())]
            }
        }
    }
}

impl Comparison {
    /// What was found, by name.
    #[must_use]
    pub fn fields<'a>(&self) -> Fields<'a> {
        vec![
            ("same", self.is_same().into()),
            ("other_request", self.other_request.into()),
            ("message", self.to_string().into()),
        ]
    }
}
