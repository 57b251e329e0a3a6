//! What a signer is set up with, before anything is made of it.

use super::method::SignatureMethod;
use super::private_key::PrivateKey;
use super::url_form::UrlForm;
use crate::secret::Secret;
use std::sync::Arc;

/// The settings of a signer. Those of the protocol parameters that each request carries are rendered whenever one of
/// them changes.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: Secret,
    /// Empty for none.
    pub(crate) token: String,
    pub(crate) token_secret: Secret,
    pub(crate) method: SignatureMethod,
    pub(crate) private_key: Option<Arc<PrivateKey>>,
    /// Whether an empty token is sent, which is none otherwise.
    pub(crate) send_empty_token: bool,
    pub(crate) realm: String,
    /// Whether an empty realm is sent, which is none otherwise.
    pub(crate) send_empty_realm: bool,
    pub(crate) clock_offset: i64,
    /// The value of `oauth_version`.
    pub(crate) version: String,
    pub(crate) send_version: bool,
    /// Whether PLAINTEXT sends nonce and timestamp, which it may leave out (RFC 5849 §3.1).
    pub(crate) plaintext_nonce: bool,
    pub(crate) body_hash: bool,
    pub(crate) url_form: UrlForm,
    /// Whether requests have the form of Mastercard's own libraries. Never in a library that lacks it.
    pub(crate) mastercard_form: bool,
}

impl Settings {
    /// HMAC-SHA1 without a token, for a consumer key that was checked.
    pub(crate) fn new(consumer_key: &str, consumer_secret: &str) -> Self {
        Self {
            consumer_key: consumer_key.to_owned(),
            consumer_secret: Secret::new(consumer_secret.as_bytes()),
            token: String::new(),
            token_secret: Secret::new(b""),
            method: SignatureMethod::default(),
            private_key: None,
            send_empty_token: false,
            realm: String::new(),
            send_empty_realm: false,
            clock_offset: 0,
            version: "1.0".to_owned(),
            send_version: true,
            plaintext_nonce: true,
            body_hash: false,
            url_form: UrlForm::Usual,
            mastercard_form: false,
        }
    }

    /// The same with another token.
    #[cfg(feature = "oauth2")]
    pub(crate) fn with_token(&self, token: &str, token_secret: &str) -> Self {
        Self {
            consumer_key: self.consumer_key.clone(),
            consumer_secret: Secret::new(self.consumer_secret.expose()),
            token: token.to_owned(),
            token_secret: Secret::new(token_secret.as_bytes()),
            method: self.method,
            private_key: self.private_key.clone(),
            send_empty_token: self.send_empty_token,
            realm: self.realm.clone(),
            send_empty_realm: self.send_empty_realm,
            clock_offset: self.clock_offset,
            version: self.version.clone(),
            send_version: self.send_version,
            plaintext_nonce: self.plaintext_nonce,
            body_hash: self.body_hash,
            url_form: self.url_form,
            mastercard_form: self.mastercard_form,
        }
    }

    /// The realm that a header carries, if any.
    pub(crate) fn realm(&self) -> Option<&str> {
        (self.send_empty_realm || !self.realm.is_empty()).then_some(self.realm.as_str())
    }

    /// Whether requests have the form of Mastercard's own libraries.
    #[inline(always)]
    pub(crate) const fn is_mastercard_form(&self) -> bool {
        cfg!(feature = "dialects") && self.mastercard_form
    }

    /// The value of `oauth_signature_method`.
    pub(crate) fn method_name(&self) -> &'static str {
        if self.is_mastercard_form() && self.method == SignatureMethod::RsaPssSha256 {
            "RSA-PSS"
        } else {
            self.method.name()
        }
    }

    /// Whether a request carries nonce and timestamp.
    pub(crate) fn sends_nonce(&self) -> bool {
        self.plaintext_nonce || self.method != SignatureMethod::Plaintext
    }
}
