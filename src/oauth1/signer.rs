//! The signer: credentials and a signature method.

use super::header;
use super::key::Key;
use super::method::SignatureMethod;
use super::private_key::PrivateKey;
use super::protocol::{Template, check_text, ordinary};
use crate::error::{Error, Status};
use crate::percent::Twice;
use crate::secret::Secret;

/// Credentials and a signature method, ready to sign any number of requests.
///
/// Set it up, then share it: signing borrows it, from any number of threads at once. The HMAC is keyed
/// when the signer changes, not when it signs. `Debug` shows no secret, and dropping it wipes them.
#[derive(Debug)]
pub struct Signer {
    pub(super) consumer_key: String,
    pub(super) consumer_secret: Secret,
    /// Empty for none.
    pub(super) token: String,
    pub(super) token_secret: Secret,
    pub(super) method: SignatureMethod,
    pub(super) private_key: Option<PrivateKey>,
    pub(super) realm: Option<String>,
    pub(super) clock_offset: i64,
    pub(super) send_version: bool,
    pub(super) body_hash: bool,
    // Made of the above by `render`, whenever one of them changes.
    pub(super) key: Key,
    pub(super) base_template: Template,
    pub(super) header_template: Template,
}

impl Signer {
    /// A signer for HMAC-SHA1 without a token.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] when the consumer key is empty or holds control characters.
    pub fn new(consumer_key: &str, consumer_secret: &str) -> Result<Self, Error> {
        check_consumer_key(consumer_key)?;
        let method = SignatureMethod::default();
        let mut signer = Self {
            consumer_key: consumer_key.to_owned(),
            consumer_secret: Secret::new(consumer_secret.as_bytes()),
            token: String::new(),
            token_secret: Secret::new(b""),
            method,
            private_key: None,
            realm: None,
            clock_offset: 0,
            send_version: true,
            body_hash: false,
            key: Key::new(method, b"", b""),
            base_template: Template::default(),
            header_template: Template::default(),
        };
        signer.render();
        Ok(signer)
    }

    /// Signs for this consumer from now on.
    ///
    /// # Errors
    /// As [`new`](Self::new); the signer is unchanged then.
    pub fn set_consumer(&mut self, consumer_key: &str, consumer_secret: &str) -> Result<(), Error> {
        check_consumer_key(consumer_key)?;
        self.consumer_key = consumer_key.to_owned();
        self.consumer_secret = Secret::new(consumer_secret.as_bytes());
        self.render();
        Ok(())
    }

    /// Signs with this token from now on. An empty token is none: `oauth_token` is not sent (RFC 5849 §3.1).
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] when the token holds control characters; the signer is unchanged then.
    pub fn set_token(&mut self, token: &str, token_secret: &str) -> Result<(), Error> {
        check_text("the token", token)?;
        self.token = token.to_owned();
        self.token_secret = Secret::new(token_secret.as_bytes());
        self.render();
        Ok(())
    }

    /// Signs with this method from now on.
    pub fn set_signature_method(&mut self, method: SignatureMethod) {
        self.method = method;
        self.render();
    }

    /// The RSA private key that the RSA methods sign with, as PKCS#1 or PKCS#8 PEM, not encrypted.
    ///
    /// # Errors
    /// [`Status::InvalidKey`] when the text is no such key, with what it is instead; the signer is unchanged then.
    pub fn set_private_key(&mut self, pem: &str) -> Result<(), Error> {
        self.private_key = Some(PrivateKey::from_pem(pem)?);
        Ok(())
    }

    /// Refuses an RSA method without a private key; signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidKey`].
    pub fn check_key(&self) -> Result<(), Error> {
        self.key.encoded_signature_bound(self.private_key.as_ref()).map(drop)
    }

    /// Sends this realm first in the header; it is never signed (RFC 5849 §3.4.1.3.1). Empty sends none.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`] when it holds control characters; the signer is unchanged then.
    pub fn set_realm(&mut self, realm: &str) -> Result<(), Error> {
        check_text("the realm", realm)?;
        self.realm = (!realm.is_empty()).then(|| realm.to_owned());
        self.render();
        Ok(())
    }

    /// Adds this many seconds to the clock, for a host whose clock is off.
    pub const fn set_clock_offset(&mut self, seconds: i64) {
        self.clock_offset = seconds;
    }

    /// Whether `oauth_version="1.0"` is sent and signed; it is, unless turned off.
    pub fn set_send_version(&mut self, enabled: bool) {
        self.send_version = enabled;
        self.render();
    }

    /// Whether `oauth_body_hash` is sent and signed where the body is no form; it is not, unless turned on.
    /// An absent body counts as empty.
    pub const fn set_body_hash(&mut self, enabled: bool) {
        self.body_hash = enabled;
    }

    /// The method it signs with.
    #[must_use]
    pub const fn signature_method(&self) -> SignatureMethod {
        self.method
    }

    /// How many bytes of its settings a request carries or a signature needs, before they are encoded.
    #[cfg(feature = "onec")]
    pub(crate) fn carried_len(&self) -> usize {
        let secrets = self.consumer_secret.len() + self.token_secret.len();
        self.consumer_key.len() + self.token.len() + self.realm.as_ref().map_or(0, String::len) + secrets
    }

    fn render(&mut self) {
        self.key = Key::new(self.method, self.consumer_secret.expose(), self.token_secret.expose());
        let ordinary: Vec<_> = ordinary(self, b"", b"").into_iter().flatten().collect();
        let base_template = Template::render::<Twice>(b"", b"%3D", b"%26", b"", &ordinary);
        let header_template = header::template(self, &ordinary);
        (self.base_template, self.header_template) = (base_template, header_template);
    }
}

fn check_consumer_key(consumer_key: &str) -> Result<(), Error> {
    if consumer_key.is_empty() {
        return Err(Error::new(
            Status::InvalidParameter,
            "the consumer key is empty; set the one that the service gave you",
        ));
    }
    check_text("the consumer key", consumer_key)
}
