//! The signer: credentials and a signature method.

use super::extra::check_text;
use super::key::Key;
use super::method::SignatureMethod;
use super::private_key::PrivateKey;
use super::settings::Settings;
use super::templates::Templates;
use crate::error::{Error, Input, Term};
use crate::secret::Secret;

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
        self.settings.private_key = Some(PrivateKey::from_pem(pem)?);
        Ok(())
    }

    /// Sends this realm first in the header; it is never signed (RFC 5849 §3.4.1.3.1). Empty sends none.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when it holds control characters; the signer is unchanged then.
    pub fn set_realm(&mut self, realm: &str) -> Result<(), Error> {
        check_text(Term::Realm, realm)?;
        self.settings.realm = (!realm.is_empty()).then(|| realm.to_owned());
        self.render();
        Ok(())
    }

    /// Adds this many seconds to the clock, for a host whose clock is off.
    pub const fn set_clock_offset(&mut self, seconds: i64) {
        self.settings.clock_offset = seconds;
    }

    /// Whether `oauth_version="1.0"` is sent and signed; it is, unless turned off.
    pub fn set_send_version(&mut self, enabled: bool) {
        self.settings.send_version = enabled;
        self.render();
    }

    /// Whether `oauth_body_hash` is sent and signed where the body is no form; it is not, unless turned on.
    /// An absent body counts as empty.
    pub const fn set_body_hash(&mut self, enabled: bool) {
        self.settings.body_hash = enabled;
    }

    /// The method it signs with.
    #[must_use]
    pub const fn signature_method(&self) -> SignatureMethod {
        self.settings.method
    }

    /// How many bytes of its settings a request carries or a signature needs, before they are encoded.
    #[must_use]
    pub fn carried_len(&self) -> usize {
        let Settings { consumer_key, consumer_secret, token, token_secret, realm, .. } = &self.settings;
        let texts = consumer_key.len() + token.len() + realm.as_ref().map_or(0, String::len);
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
