//! The signer: credentials and a signature method.

use super::extra::check_text;
use super::key::Key;
#[cfg(feature = "oauth2")]
use super::method::Mechanism;
use super::method::SignatureMethod;
use super::private_key::PrivateKey;
use super::request::Request;
use super::settings::Settings;
use super::templates::Templates;
use super::url_form::UrlForm;
#[cfg(feature = "oauth2")]
use crate::error::Crypto;
use crate::error::{Error, Input, Term};
use crate::secret::Secret;
use crate::setting::{self, Setting, Value};
#[cfg(feature = "oauth2")]
use crate::system::Fresh;
use std::mem::take;
use std::sync::Arc;

/// Credentials and a signature method, ready to sign any number of requests.
///
/// Set it up, then share it: signing borrows it, from any number of threads at once. The HMAC is keyed
/// when the signer changes, not when it signs. `Debug` shows no secret, and dropping it wipes them.
#[derive(Debug)]
pub struct Signer {
    pub(super) settings: Settings,
    // Made of the settings by `render`, whenever one of them changes.
    pub(super) key: Key,
    pub(super) templates: Templates,
}

impl Signer {
    /// A signer for HMAC-SHA1 without a token.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when the consumer key is empty or holds control characters.
    pub fn new(consumer_key: &str, consumer_secret: &str) -> Result<Self, Error> {
        check_consumer_key(consumer_key)?;
        let settings = Settings::new(consumer_key, consumer_secret);
        let key = Key::new(settings.method, b"", b"");
        let mut signer = Self { settings, key, templates: Templates::default() };
        signer.render();
        Ok(signer)
    }

    /// What can be set by name: [`set`](Self::set).
    pub const SETTINGS: &'static [Setting<Self>] = &[
        Setting::text("signature_method", |signer, name| {
            signer.set_signature_method(SignatureMethod::from_name(name)?);
            Ok(())
        }),
        Setting::secret("private_key", Self::set_private_key),
        Setting::text("realm", Self::set_realm),
        Setting::flag("send_empty_realm", Self::set_send_empty_realm),
        Setting::flag("send_empty_token", Self::set_send_empty_token),
        Setting::seconds("clock_offset", |signer, seconds| {
            signer.set_clock_offset(seconds);
            Ok(())
        }),
        Setting::text("version", Self::set_version),
        Setting::flag("send_version", Self::set_send_version),
        Setting::flag("plaintext_nonce", Self::set_plaintext_nonce),
        Setting::flag("body_hash", Self::set_body_hash),
        Setting::text("url_form", |signer, name| {
            signer.set_url_form(UrlForm::from_name(name)?);
            Ok(())
        }),
        #[cfg(feature = "dialects")]
        Setting::flag("mastercard_form", Self::set_mastercard_form),
    ];

    /// Sets what has this name among [`SETTINGS`](Self::SETTINGS).
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status::InvalidArgument) for a name or a value that is none; else what the
    /// setting's own method says. The signer is unchanged then.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(Self::SETTINGS, self, name, value)
    }

    /// Signs for this consumer from now on.
    ///
    /// # Errors
    /// As [`new`](Self::new); the signer is unchanged then.
    pub fn set_consumer(&mut self, consumer_key: &str, consumer_secret: &str) -> Result<(), Error> {
        check_consumer_key(consumer_key)?;
        self.settings.consumer_key = consumer_key.to_owned();
        self.settings.consumer_secret = Secret::new(consumer_secret.as_bytes());
        self.render();
        Ok(())
    }

    /// Signs with this token from now on. An empty token is none: `oauth_token` is not sent (RFC 5849 §3.1).
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when the token holds control characters; the signer is unchanged then.
    pub fn set_token(&mut self, token: &str, token_secret: &str) -> Result<(), Error> {
        check_text(Term::Token, token)?;
        self.settings.token = token.to_owned();
        self.settings.token_secret = Secret::new(token_secret.as_bytes());
        self.render();
        Ok(())
    }

    /// Another signer, with this token and otherwise as this one.
    ///
    /// # Errors
    /// As [`set_token`](Self::set_token).
    #[cfg(feature = "oauth2")]
    pub(crate) fn with_token(&self, token: &str, token_secret: &str) -> Result<Self, Error> {
        check_text(Term::Token, token)?;
        let settings = self.settings.with_token(token, token_secret);
        let mut signer =
            Self { settings, key: Key::new(self.settings.method, b"", b""), templates: Templates::default() };
        signer.render();
        Ok(signer)
    }

    /// Consumer and token, each with its secret; the token is empty for none.
    #[cfg(feature = "grant")]
    pub(crate) fn credentials(&self) -> [(&str, &Secret); 2] {
        let Settings { consumer_key, consumer_secret, token, token_secret, .. } = &self.settings;
        [(consumer_key, consumer_secret), (token, token_secret)]
    }

    /// Signs with this method from now on.
    pub fn set_signature_method(&mut self, method: SignatureMethod) {
        self.settings.method = method;
        self.render();
    }

    /// The RSA private key that the RSA methods sign with, as PKCS#1 or PKCS#8 PEM, not encrypted.
    ///
    /// # Errors
    /// [`Status::InvalidKey`](crate::Status::InvalidKey) when the text is no such key, with what it is instead; the signer is unchanged then.
    pub fn set_private_key(&mut self, pem: &str) -> Result<(), Error> {
        self.settings.private_key = Some(Arc::new(PrivateKey::from_pem(pem)?));
        Ok(())
    }

    /// The signature of a message of any kind by RSA, with the private key that is set; `method` is one of RSA's.
    ///
    /// # Errors
    /// [`Status::InvalidKey`](crate::Status::InvalidKey) without a key, or with one that is not for this.
    #[cfg(feature = "oauth2")]
    pub(crate) fn sign_rsa(
        &self,
        method: SignatureMethod,
        message: &[u8],
        fresh: &mut dyn Fresh,
    ) -> Result<Vec<u8>, Error> {
        let Mechanism::Rsa(scheme) = method.mechanism() else { return Err(Crypto::NoPrivateKey.into()) };
        self.settings.private_key.as_deref().ok_or(Crypto::NoPrivateKey)?.sign(scheme, message, fresh)
    }

    /// Refuses an RSA method without a private key; signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidKey`](crate::Status::InvalidKey).
    pub fn check_key(&self) -> Result<(), Error> {
        self.key.encoded_signature_bound(self.settings.private_key.as_deref()).map(drop)
    }

    /// Sends this realm first in the header; it is never signed (RFC 5849 §3.4.1.3.1). Empty sends none.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when it holds control characters; the signer is unchanged then.
    pub fn set_realm(&mut self, realm: &str) -> Result<(), Error> {
        check_text(Term::Realm, realm)?;
        realm.clone_into(&mut self.settings.realm);
        self.render();
        Ok(())
    }

    /// Whether an empty realm is sent; without this it is none.
    pub fn set_send_empty_realm(&mut self, enabled: bool) {
        self.settings.send_empty_realm = enabled;
        self.render();
    }

    /// Whether an empty token is sent, as some services want before there is one; without this it is none
    /// (RFC 5849 §3.1).
    pub fn set_send_empty_token(&mut self, enabled: bool) {
        self.settings.send_empty_token = enabled;
        self.render();
    }

    /// The value of `oauth_version`, `1.0` unless set otherwise.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when it holds control characters; the signer is
    /// unchanged then.
    pub fn set_version(&mut self, version: &str) -> Result<(), Error> {
        check_text(Term::Version, version)?;
        version.clone_into(&mut self.settings.version);
        self.render();
        Ok(())
    }

    /// Whether PLAINTEXT sends nonce and timestamp; it does, unless turned off (RFC 5849 §3.1).
    pub fn set_plaintext_nonce(&mut self, enabled: bool) {
        self.settings.plaintext_nonce = enabled;
        self.render();
    }

    /// Adds this many seconds to the clock, for a host whose clock is off.
    pub const fn set_clock_offset(&mut self, seconds: i64) {
        self.settings.clock_offset = seconds;
    }

    /// Whether `oauth_version` is sent and signed; it is, unless turned off.
    pub fn set_send_version(&mut self, enabled: bool) {
        self.settings.send_version = enabled;
        self.render();
    }

    /// Whether `oauth_body_hash` is sent and signed where the body is no form; it is not, unless turned on.
    /// An absent body counts as empty.
    pub const fn set_body_hash(&mut self, enabled: bool) {
        self.settings.body_hash = enabled;
    }

    /// Signs URLs in this form from now on; usually the full way signs the normal form, and the short way what it was
    /// given.
    pub const fn set_url_form(&mut self, form: UrlForm) {
        self.settings.url_form = form;
    }

    /// Whether requests have the form that Mastercard's own libraries give them, which is not that of RFC 5849; they do not,
    /// unless turned on. The base string has protocol parameters encoded once, and so a query without escapes; the header has
    /// them as they are, but for the signature; `oauth_body_hash` is sent whatever the body is, and a form is signed by that
    /// alone; RSA-PSS-SHA256 is called RSA-PSS. Parameters travel by header only.
    #[cfg(feature = "dialects")]
    pub fn set_mastercard_form(&mut self, enabled: bool) {
        self.settings.mastercard_form = enabled;
        self.render();
    }

    /// The token that it signs with; empty for none.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.settings.token
    }

    /// The form that it signs URLs in.
    #[must_use]
    pub const fn url_form(&self) -> UrlForm {
        self.settings.url_form
    }

    /// The method it signs with.
    #[must_use]
    pub const fn signature_method(&self) -> SignatureMethod {
        self.settings.method
    }

    /// The URL to send along with a header of the short way, exactly as that signs it.
    ///
    /// # Errors
    /// As [`Request::check`].
    pub fn url_to_send(&self, request: &Request<'_>) -> Result<String, Error> {
        match self.settings.url_form.normal(UrlForm::AsGiven, request.url)? {
            Some(mut normal) => Ok(take(&mut *normal)),
            None => request.url_to_send(),
        }
    }

    /// How many bytes of its settings a request carries or a signature needs, before they are encoded.
    #[must_use]
    pub fn carried_len(&self) -> usize {
        let Settings { consumer_key, consumer_secret, token, token_secret, realm, version, .. } = &self.settings;
        let texts = consumer_key.len() + token.len() + realm.len() + version.len();
        texts + consumer_secret.len() + token_secret.len()
    }

    fn render(&mut self) {
        let Settings { method, consumer_secret, token_secret, .. } = &self.settings;
        self.key = Key::new(*method, consumer_secret.expose(), token_secret.expose());
        self.templates = Templates::render(&self.settings);
    }
}

fn check_consumer_key(consumer_key: &str) -> Result<(), Error> {
    if consumer_key.is_empty() {
        return Err(Input::EmptyConsumerKey.into());
    }
    check_text(Term::ConsumerKey, consumer_key)
}
