//! The steps of one signature, as data.

use super::key_shape::KeyShape;
use super::parameter::Parameter;
use super::uri_notes::UriNote;
use super::warning::Warning;
use crate::oauth1::method::SignatureMethod;
use crate::oauth1::signed::Signed;
use std::fmt;

/// Every step of one signature. `Display` prints them as plain text.
///
/// No secret is in it but for [`signed`](Self::signed), which carries them with PLAINTEXT; `Display`
/// shows none even then. `Debug` shows neither secrets nor what the request holds.
#[derive(Clone)]
#[non_exhaustive]
pub struct Explanation {
    /// The HTTP method as the base string has it, in capitals.
    pub method: String,
    /// Whether the request wrote the method otherwise.
    pub method_changed: bool,
    /// The base string URI (RFC 5849 §3.4.1.2), not encoded.
    pub base_string_uri: String,
    /// Why the base string URI is not simply the URL up to its query.
    pub uri_notes: Vec<UriNote>,
    /// Every pair that is signed, in the order of collection: query, form body, protocol.
    pub parameters: Vec<Parameter>,
    /// The order of §3.4.1.3.2, as indices into `parameters`.
    pub sorted: Vec<usize>,
    /// What the signature says of the body.
    pub body: BodyUse,
    /// The signature method.
    pub signature_method: SignatureMethod,
    /// What signed, without any of it.
    pub key: KeyShape,
    /// The realm, which is sent in the `Authorization` header but never signed; none with another transmission.
    pub realm: Option<String>,
    /// What looks like a mistake.
    pub warnings: Vec<Warning>,
    /// What to send, and what was signed: normalised parameters, base string, signature.
    pub signed: Signed,
}

/// What becomes of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyUse {
    /// There is none, and nothing stands for it.
    Absent,
    /// Its pairs are signed one by one.
    Form {
        /// The body's length in bytes.
        bytes: usize,
    },
    /// Its hash is signed as `oauth_body_hash`.
    Hashed {
        /// How many bytes were hashed; an absent body has none.
        bytes: usize,
        /// `SHA-1`, `SHA-256` or `SHA-512`.
        algorithm: &'static str,
    },
    /// The signature does not cover it.
    NotSigned {
        /// The body's length in bytes.
        bytes: usize,
    },
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation")
            .field("method", &self.method)
            .field("uri_notes", &self.uri_notes)
            .field("parameters", &self.parameters.len())
            .field("body", &self.body)
            .field("signature_method", &self.signature_method)
            .field("key", &self.key)
            .field("warnings", &self.warnings.len())
            .field("signed", &self.signed)
            .finish_non_exhaustive()
    }
}
