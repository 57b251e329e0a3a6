//! In which form a URL is signed.

use super::request::Request;
use crate::error::{Argument, Error};
use crate::url::Url;
use zeroize::Zeroizing;

/// In which form a URL is signed. What is sent must be byte-equal to what was signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UrlForm {
    /// The full way, which hands the URL back, signs the normal form; the short way signs it as it was given.
    #[default]
    Usual,
    /// As it was given, with raw spaces and bytes outside ASCII encoded.
    AsGiven,
    /// In the normal form of RFC 3986 §6.2.2 and §6.2.3, without userinfo and fragment: clients that normalise and
    /// clients that do not send that alike.
    Normal,
}

impl UrlForm {
    /// The form called `usual`, `as-given` or `normal`.
    ///
    /// # Errors
    /// [`Argument::UnknownUrlForm`] when the name is another.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "usual" => Ok(Self::Usual),
            "as-given" => Ok(Self::AsGiven),
            "normal" => Ok(Self::Normal),
            _ => Err(Argument::UnknownUrlForm.into()),
        }
    }

    /// The request's URL in normal form, if this is the form to sign, where `usual` is the usual one.
    #[inline]
    pub(super) fn normal(self, usual: Self, request: &Request<'_>) -> Result<Option<Zeroizing<String>>, Error> {
        match (self, usual) {
            (Self::Normal, _) | (Self::Usual, Self::Normal) => {
                request.check_method()?;
                Ok(Some(Zeroizing::new(Url::parse(request.url)?.normal_form())))
            }
            (Self::Usual | Self::AsGiven, _) => Ok(None),
        }
    }
}

impl Request<'_> {
    /// Whether every client sends the URL as it is, since it is in the normal form of RFC 3986 §6.2.2 and §6.2.3. Where it
    /// is not, a header that was made the short way fits what is sent only if the client leaves the URL alone.
    ///
    /// # Errors
    /// [`Status::InvalidUrl`](crate::Status::InvalidUrl) when the URL cannot be signed.
    pub fn has_normal_url(&self) -> Result<bool, Error> {
        Ok(Url::parse(self.url)?.is_normal())
    }
}
