//! Requests that are signed under a grant of OAuth 1.0a (RFC 5849 §3).

use super::kept::Kept;
use super::record::Grant;
use crate::error::Error;
use crate::http;
use crate::oauth1::flow::set_up;
use crate::oauth1::{Request, Signer, Transmission};
use crate::provider::{BodyHash, OAuth1, Profile};
use crate::system::Fresh;

/// Which bodies take part in a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedBodies {
    /// Those of forms (RFC 5849 §3.4.1.3.1).
    Forms,
    /// All, by their hash at least.
    All,
}

impl SignedBodies {
    /// It in a word that stays.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Forms => "forms",
            Self::All => "all",
        }
    }
}

/// Which bodies take part in the signatures of a service's requests.
#[must_use]
pub fn signed_bodies(profile: &Profile) -> SignedBodies {
    match profile.oauth1().map(|oauth1| oauth1.body_hash()) {
        None | Some(BodyHash::Never) => SignedBodies::Forms,
        Some(BodyHash::NotForm | BodyHash::Always) => SignedBodies::All,
    }
}

/// What signs for a grant's consumer as its service wants it, with this token; with none where that is empty.
///
/// # Errors
/// A key or a text of the grant's that is none; an account that the realm needs.
pub(super) fn signer(
    profile: &Profile,
    grant: &Grant,
    account: Option<&str>,
    token: &str,
    token_secret: &str,
) -> Result<Signer, Error> {
    let secrets = &grant.secrets;
    let mut signer = Signer::new(&grant.settings.client_id, text(&secrets.client_secret))?;
    set_up(profile, account, &mut signer)?;
    signer.set_token(token, token_secret)?;
    if let Some(pem) = &secrets.private_key {
        signer.set_private_key(pem.expose())?;
    }
    Ok(signer)
}

/// What is not there is empty.
pub(super) fn text(kept: &Option<Kept>) -> &str {
    kept.as_ref().map_or("", Kept::expose)
}

/// What signs the requests of a service's API under a grant, and how they carry it.
#[derive(Debug)]
pub struct Signing {
    signer: Signer,
    transmission: Transmission,
    is_local: bool,
    is_plain: bool,
}

impl Signing {
    /// By the token that the grant has, if it has one.
    ///
    /// # Errors
    /// A key or a text of the grant's that is none; an account that the realm needs.
    pub fn of(profile: &Profile, grant: &Grant) -> Result<Self, Error> {
        let (account, secrets) = (grant.settings.account.as_deref(), &grant.secrets);
        let signer = signer(profile, grant, account, text(&secrets.access), text(&secrets.token_secret))?;
        let in_query = profile.oauth1().is_some_and(|oauth1| oauth1.transmission() == Transmission::Query);
        let is_plain = profile.oauth1().is_some_and(OAuth1::allows_plain_http);
        // A body is the API's own.
        let transmission = if in_query { Transmission::Query } else { Transmission::Header };
        Ok(Self { signer, transmission, is_local: grant.settings.allow_insecure_http, is_plain })
    }

    /// The signer. The URLs that it signs must be ones that the grant's credential may be sent to
    /// ([`check_receiver`](super::credential::check_receiver)).
    #[must_use]
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The same, to be changed.
    #[must_use]
    pub fn into_signer(self) -> Signer {
        self.signer
    }

    /// A request, with the protocol parameters where this service wants them.
    #[must_use]
    pub const fn asked<'a>(&self, asked: &Request<'a>) -> Request<'a> {
        Request { transmission: self.transmission, ..*asked }
    }

    /// A request as it must be sent, once.
    ///
    /// # Errors
    /// Those of [`Signer::sign`].
    pub fn request(&self, asked: &Request<'_>, fresh: &mut impl Fresh) -> Result<http::Request, Error> {
        let signed = self.signer.sign(&self.asked(asked), fresh)?;
        let request = http::Request::new(asked.method.to_owned(), &signed.url);
        let mut request = request.with_loopback_http(self.is_local).with_plain_http(self.is_plain);
        if !signed.authorization.is_empty() {
            request.add_header("Authorization", &signed.authorization);
        }
        if let Some(body) = signed.body.as_deref().or(asked.body) {
            request.set_body(asked.content_type, body);
        }
        Ok(request)
    }
}
