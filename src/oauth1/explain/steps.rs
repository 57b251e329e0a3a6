//! A request is signed, and each step kept.

use super::explanation::{BodyUse, Explanation};
use super::key_shape::{KeyShape, SecretShape};
use super::parameter::{Origin, Parameter};
use super::uri_notes::uri_notes;
use super::warning::warnings;
use crate::error::{Argument, Error};
use crate::form;
use crate::oauth1::base_string::base_string_uri;
use crate::oauth1::body_hash::body_hash;
use crate::oauth1::mastercard;
use crate::oauth1::method::Mechanism;
use crate::oauth1::protocol::{OwnNonce, Protocol};
use crate::oauth1::request::{Request, Transmission};
use crate::oauth1::signed::Signed;
use crate::oauth1::signer::Signer;
use crate::oauth1::url_form::UrlForm;
use crate::percent::encode;
use crate::system::Fresh;
use crate::url::Url;

impl Signer {
    /// Signs a request as [`sign`](Self::sign) does, and keeps the steps.
    ///
    /// # Errors
    /// As [`sign`](Self::sign); and [`Argument::TooManyParameters`] where query and form have more than 100,000.
    pub fn explain(&self, request: &Request<'_>, fresh: &mut impl Fresh) -> Result<Explanation, Error> {
        request.check()?;
        check_size(request)?;
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
            uri_notes: uri_notes(request.url, sent)?,
            warnings: warnings(&self.settings, request, &url, &parameters, &signed),
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
        );
        protocol.check()?;
        if self.settings.is_mastercard_form() {
            return Ok(collect_as_mastercard(url, &protocol));
        }
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
        match self.settings.method.mechanism() {
            Mechanism::Hmac(_) => KeyShape::Hmac { consumer, token },
            // Signing has refused a signer without private key.
            Mechanism::Rsa(_) => KeyShape::Rsa { bits: self.settings.private_key.as_ref().map_or(0, |key| key.bits()) },
            Mechanism::Plaintext => KeyShape::Plaintext { consumer, token },
        }
    }
}

/// The pairs in the form of Mastercard's own libraries, which sign no form.
fn collect_as_mastercard(url: &Url<'_>, protocol: &Protocol<'_>) -> Vec<Parameter> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let query = mastercard::query(url.query()).into_iter().map(|([name, value], [encoded_name, encoded_value])| {
        let (encoded_name, encoded_value) = (text(&encoded_name), text(&encoded_value));
        Parameter { origin: Origin::Query, name, value, encoded_name, encoded_value }
    });
    let own = protocol.iter().map(|(name, value)| Parameter {
        origin: Origin::Protocol,
        name: name.into(),
        value: value.to_vec(),
        encoded_name: name.to_owned(),
        encoded_value: text(value),
    });
    query.chain(own).collect()
}

/// Refuses what nobody would read, and few machines could hold.
fn check_size(request: &Request<'_>) -> Result<(), Error> {
    const MOST: usize = 100_000;
    let separators = request.url.bytes().chain(request.form().iter().copied()).filter(|&byte| byte == b'&');
    if separators.count() < MOST { Ok(()) } else { Err(Argument::TooManyParameters { most: MOST }.into()) }
}
