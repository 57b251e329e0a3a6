//! A client: what a service knows a program by (RFC 6749 §2).

use crate::error::{Error, Protocol};
use crate::secret::Secret;

/// A client of a service.
#[derive(Debug)]
pub struct Client {
    /// The identifier (RFC 6749 §2.2); no secret.
    pub id: String,
    /// The secret (§2.3.1); None for a client that has none.
    pub secret: Option<Secret>,
    /// Where the browser comes back to (§3.1.2), as the service has it. None where no login is needed.
    pub redirect_uri: Option<String>,
}

impl Client {
    /// A client of an identifier, and its secret and redirect URI where it has them; an empty one is none.
    #[must_use]
    pub fn new(id: &str, secret: Option<&str>, redirect_uri: Option<&str>) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.filter(|text| !text.is_empty()).map(|text| Secret::new(text.as_bytes())),
            redirect_uri: redirect_uri.filter(|text| !text.is_empty()).map(str::to_owned),
        }
    }

    pub(super) fn id(&self) -> Result<&str, Error> {
        if self.id.is_empty() { Err(Protocol::NoClientId.into()) } else { Ok(&self.id) }
    }

    pub(super) fn secret(&self) -> Result<&Secret, Error> {
        self.secret.as_ref().ok_or_else(|| Protocol::NoClientSecret.into())
    }

    pub(super) fn redirect_uri(&self) -> Result<&str, Error> {
        self.redirect_uri.as_deref().ok_or_else(|| Protocol::NoRedirectUri.into())
    }
}
