//! How a signature comes about, as a person reads it, and where a server's base string differs.
//!
//! [`Signer::explain`] signs a request and keeps every step as data; [`compare_base_strings`] finds the
//! first difference to the base string that a server reports. What they say in English is apart from
//! the data (`text` and `compare_text`), so that another language needs only another rendering.

mod clean;
mod compare;
mod compare_text;
mod compare_value;
mod difference;
mod text;
mod uri_notes;
mod warning;

pub use clean::{Cleaning, base_string_parameter};
pub use compare::{Comparison, compare_base_strings};
pub use compare_value::Recoding;
pub use difference::Difference;
pub use text::{Paint, Role};
pub use uri_notes::UriNote;
pub use warning::{SecretName, Warning, is_unsigned_form};

use super::base_string::base_string_uri;
use super::body_hash::body_hash;
use super::method::SignatureMethod;
use super::protocol::{OwnNonce, Protocol};
use super::request::{Request, Transmission};
use super::signed::Signed;
use super::signer::Signer;
use super::url_form::UrlForm;
use crate::error::Error;
use crate::form;
use crate::percent::encode;
use crate::system::Fresh;
use crate::url::Url;
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

/// Where a pair comes from (RFC 5849 §3.4.1.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The URL's query.
    Query,
    /// A form body.
    FormBody,
    /// The protocol parameters, which signing adds.
    Protocol,
}

/// One name and value that is signed. `Debug` shows neither: a name is all of a body that is no form.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Where it comes from.
    pub origin: Origin,
    /// The name's bytes, decoded.
    pub name: Vec<u8>,
    /// The value's bytes, decoded.
    pub value: Vec<u8>,
    /// The name, percent-encoded (§3.6): what is sorted first.
    pub encoded_name: String,
    /// The value, percent-encoded.
    pub encoded_value: String,
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

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parameter").field("origin", &self.origin).finish_non_exhaustive()
    }
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

/// The shape of what signed: lengths, never a character of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyShape {
    /// HMAC: the two secrets, each encoded, joined by `&` (§3.4.2).
    Hmac {
        /// The consumer secret.
        consumer: SecretShape,
        /// The token secret.
        token: SecretShape,
    },
    /// RSA: the private key; the secrets take no part (§3.4.3).
    Rsa {
        /// The size of the modulus.
        bits: usize,
    },
    /// PLAINTEXT: the signature is the secrets themselves (§3.4.4).
    Plaintext {
        /// The consumer secret.
        consumer: SecretShape,
        /// The token secret.
        token: SecretShape,
    },
}

/// How long a secret is; nothing else of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretShape {
    /// In characters; 0 for none.
    pub characters: usize,
    /// In characters once percent-encoded.
    pub encoded: usize,
}

impl SecretShape {
    fn of(secret: &[u8]) -> Self {
        // A UTF-8 character is one byte that continues none.
        let characters = secret.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Self { characters, encoded: crate::percent::encoded_len(secret) }
    }
}

impl Signer {
    /// Signs a request as [`sign`](Self::sign) does, and keeps the steps.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn explain(&self, request: &Request<'_>, fresh: &mut impl Fresh) -> Result<Explanation, Error> {
        let signed = self.sign(request, fresh)?;
        let normal = self.settings.url_form.normal(UrlForm::Normal, request.url)?;
        let sent = normal.as_deref().map_or(request.url, String::as_str);
        let url = Url::parse(sent)?;
        let parameters = self.collect(request, &url, &signed)?;
        let mut sorted: Vec<usize> = (0..parameters.len()).collect();
        sorted.sort_by_key(|&index| {
            let pair: &Parameter = &parameters[index];
            (pair.encoded_name.as_bytes(), pair.encoded_value.as_bytes())
        });
        let method = request.method.to_ascii_uppercase();
        Ok(Explanation {
            method_changed: method != request.method,
            method,
            base_string_uri: base_string_uri(sent)?,
            uri_notes: uri_notes::uri_notes(request.url, sent)?,
            warnings: warning::warnings(&self.settings, request, &url, &parameters, &signed),
            parameters,
            sorted,
            body: self.body_use(request),
            signature_method: self.settings.method,
            key: self.key_shape(),
            realm: self.settings.realm().filter(|_| request.transmission == Transmission::Header).map(str::to_owned),
            signed,
        })
    }

    fn collect(&self, request: &Request<'_>, url: &Url<'_>, signed: &Signed) -> Result<Vec<Parameter>, Error> {
        let hash = self.hashes_body(request).then(|| body_hash(self.settings.method, request.body.unwrap_or_default()));
        let digits = signed.timestamp.to_string();
        let protocol = Protocol::new(
            &self.settings,
            &self.templates,
            OwnNonce::Given(&signed.nonce),
            digits.as_bytes(),
            hash.as_deref(),
            request.parameters,
        )?;
        let read = |origin, form| form::decode(form).into_iter().map(move |(name, value)| (origin, name, value));
        Ok(read(Origin::Query, url.query())
            .chain(read(Origin::FormBody, request.form()))
            .chain(protocol.iter().map(|(name, value)| (Origin::Protocol, name.into(), value.to_vec())))
            .map(|(origin, name, value)| Parameter {
                origin,
                encoded_name: encode(&name),
                encoded_value: encode(&value),
                name,
                value,
            })
            .collect())
    }

    fn body_use(&self, request: &Request<'_>) -> BodyUse {
        let bytes = request.body.unwrap_or_default().len();
        if self.hashes_body(request) {
            BodyUse::Hashed { bytes, algorithm: self.settings.method.hash().name() }
        } else if request.is_form() {
            BodyUse::Form { bytes }
        } else if bytes == 0 {
            BodyUse::Absent
        } else {
            BodyUse::NotSigned { bytes }
        }
    }

    fn key_shape(&self) -> KeyShape {
        let consumer = SecretShape::of(self.settings.consumer_secret.expose());
        let token = SecretShape::of(self.settings.token_secret.expose());
        match self.settings.method {
            SignatureMethod::Plaintext => KeyShape::Plaintext { consumer, token },
            // Signing has refused a signer without private key.
            method if method.is_rsa() => {
                KeyShape::Rsa { bits: self.settings.private_key.as_ref().map_or(0, |key| key.bits()) }
            }
            _ => KeyShape::Hmac { consumer, token },
        }
    }
}

#[cfg(test)]
mod tests;
