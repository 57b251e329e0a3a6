//! In which form a URL is signed.

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

    /// The URL in normal form, if this is the form to sign, where `usual` is the usual one.
    #[inline(always)]
    pub(super) fn normal(self, usual: Self, url: &str) -> Result<Option<Zeroizing<String>>, Error> {
        match (self, usual) {
            (Self::Normal, _) | (Self::Usual, Self::Normal) => normal_form(url).map(Some),
            (Self::Usual | Self::AsGiven, _) => Ok(None),
        }
    }
}

#[inline(never)] // What is not asked for takes no room where it could be.
fn normal_form(url: &str) -> Result<Zeroizing<String>, Error> {
    Ok(Url::parse(url)?.normal_form())
}
