//! What a signer is set up with, before anything is made of it.

use super::method::SignatureMethod;
use super::private_key::PrivateKey;
use crate::secret::Secret;

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
    pub(crate) private_key: Option<PrivateKey>,
    pub(crate) realm: Option<String>,
    pub(crate) clock_offset: i64,
    pub(crate) send_version: bool,
    pub(crate) body_hash: bool,
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
            realm: None,
            clock_offset: 0,
            send_version: true,
            body_hash: false,
        }
    }
}
