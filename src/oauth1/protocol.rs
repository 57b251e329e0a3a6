//! The protocol parameters of one signature, which are ours to add (RFC 5849 §3.1).

use super::extra::check_extra_parameter;
use super::ordinary::ordinary;
use super::parameters::Parameters;
use super::settings::Settings;
use super::templates::{Templates, write_quoted};
use crate::error::{Error, Input};
use crate::percent::{Once, encode_into, is_unreserved};
use crate::sink::Sink;
use crate::system::Nonce;

const BODY_HASH: &str = "oauth_body_hash";

/// The nonce of one signature.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OwnNonce<'a> {
    /// The request's own, checked.
    Given(&'a str),
    /// Letters and digits.
    Fresh(&'a Nonce),
}

impl<'a> OwnNonce<'a> {
    pub(crate) fn as_bytes(self) -> &'a [u8] {
        match self {
            Self::Given(nonce) => nonce.as_bytes(),
            Self::Fresh(nonce) => nonce.as_bytes(),
        }
    }
}

/// The protocol parameters of one signature, not encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) templates: &'a Templates,
    pub(crate) nonce: &'a [u8],
    /// Decimal digits.
    pub(crate) timestamp: &'a [u8],
    body_hash: Option<&'a str>,
    extra: &'a [(&'a str, &'a str)],
    /// Whether the signer's templates serve: there are only the ordinary ones, and the nonce needs no encoding.
    pub(crate) fits_template: bool,
}

impl<'a> Protocol<'a> {
    /// Not [`check`](Self::check)ed yet.
    #[inline(always)]
    pub(crate) fn new(
        settings: &'a Settings,
        templates: &'a Templates,
        nonce: OwnNonce<'a>,
        timestamp: &'a [u8],
        body_hash: Option<&'a str>,
        extra: &'a [(&'a str, &'a str)],
    ) -> Self {
        let nonce_is_plain = match nonce {
            OwnNonce::Fresh(_) => true,
            OwnNonce::Given(nonce) => nonce.bytes().all(is_unreserved),
        };
        let fits_template = nonce_is_plain && templates.serve && body_hash.is_none() && extra.is_empty();
        Self { settings, templates, nonce: nonce.as_bytes(), timestamp, body_hash, extra, fits_template }
    }

    /// Refuses extra parameters that cannot be any.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.extra.is_empty() { Ok(()) } else { self.check_extra() }
    }

    /// Every one, the ordinary ones first, in the order of the base string.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + Clone {
        ordinary(self.settings, self.nonce, self.timestamp)
            .into_iter()
            .flatten()
            .chain(self.body_hash.map(|hash| (BODY_HASH, hash.as_bytes())))
            .chain(self.extra.iter().map(|&(name, value)| (name, value.as_bytes())))
    }

    /// Their names, in order: there may be many.
    fn names(&self) -> Vec<&'a [u8]> {
        let mut names: Vec<_> = self.iter().map(|(name, _)| name.as_bytes()).collect();
        names.sort_unstable();
        names
    }

    #[cold]
    fn check_extra(&self) -> Result<(), Error> {
        for &(name, value) in self.extra {
            check_extra_parameter(name, value)?;
        }
        let names = self.names();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Input::SetTwice.into());
        }
        Ok(())
    }

    /// Refuses a request that brings an `oauth_*` parameter of ours (§3.5: each at most once).
    #[cold]
    pub(crate) fn check_absent_from(&self, request: &Parameters<'_>) -> Result<(), Error> {
        let own = self.names();
        for name in request.oauth_names() {
            if name == b"oauth_signature" || own.binary_search(&&name[..]).is_ok() {
                return Err(Input::InRequest { name: String::from_utf8_lossy(&name).into_owned() }.into());
            }
        }
        Ok(())
    }

    /// Each name and value, encoded but in Mastercard's form, with these between them.
    pub(crate) fn write(&self, equals: &[u8], separator: &[u8], out: &mut dyn Sink) {
        for (index, (name, value)) in self.iter().enumerate() {
            out.extend(if index > 0 { separator } else { b"" });
            encode_into::<Once>(name.as_bytes(), out);
            out.extend(equals);
            if self.settings.is_mastercard_form() {
                write_quoted(value, out);
            } else {
                encode_into::<Once>(value, out);
            }
        }
    }
}
