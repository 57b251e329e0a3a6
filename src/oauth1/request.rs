//! The request to be signed.

use super::extra::{check_extra_parameter, check_text};
use crate::error::{Argument, Error, Input, Term};
use crate::sink::Count;
use crate::url::{Url, is_surely_normal, may_have_address};
use std::fmt;

/// Where the protocol parameters travel (RFC 5849 §3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transmission {
    /// In the `Authorization` header (§3.5.1); the default.
    #[default]
    Header,
    /// In the form body (§3.5.2).
    Body,
    /// In the URL's query (§3.5.3).
    Query,
}

impl Transmission {
    /// The transmission called `header`, `query` or `body`.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status::InvalidArgument) when the name is another.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "header" => Ok(Self::Header),
            "query" => Ok(Self::Query),
            "body" => Ok(Self::Body),
            _ => Err(Argument::UnknownTransmission.into()),
        }
    }
}

/// A request as it will be sent, and what its signature needs besides. It borrows everything.
///
/// `Debug` shows its shape, and nothing that a password might stand in.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The HTTP method; its case is kept for the wire, and the base string has it in capitals.
    pub method: &'a str,
    /// The absolute http or https URL, with its query.
    pub url: &'a str,
    /// The value of the `Content-Type` header, when there is one.
    pub content_type: Option<&'a str>,
    /// The body; absent counts as empty.
    pub body: Option<&'a [u8]>,
    /// More protocol parameters, such as `oauth_callback` and `oauth_verifier`, not encoded.
    pub parameters: &'a [(&'a str, &'a str)],
    /// Where the protocol parameters travel.
    pub transmission: Transmission,
    /// The nonce to use instead of a fresh one.
    pub nonce: Option<&'a str>,
    /// The timestamp to use instead of the clock, in Unix seconds; the clock offset is not added to it.
    pub timestamp: Option<i64>,
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("content_type", &self.content_type)
            .field("body_len", &self.body.map(<[u8]>::len))
            .field("parameters", &self.parameters.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("transmission", &self.transmission)
            .finish_non_exhaustive()
    }
}

impl<'a> Request<'a> {
    /// A request without body; set the other fields as needed.
    #[must_use]
    pub const fn new(method: &'a str, url: &'a str) -> Self {
        Self {
            method,
            url,
            content_type: None,
            body: None,
            parameters: &[],
            transmission: Transmission::Header,
            nonce: None,
            timestamp: None,
        }
    }

    /// The same request with a body of this content type.
    #[must_use]
    pub const fn with_body(mut self, content_type: Option<&'a str>, body: &'a [u8]) -> Self {
        self.content_type = content_type;
        self.body = Some(body);
        self
    }

    /// Whether the content type says that the body is a single-part form (RFC 5849 §3.4.1.3.1), with or
    /// without parameters such as `charset`.
    #[must_use]
    #[inline(always)]
    pub fn is_form(&self) -> bool {
        self.content_type.is_some_and(is_form_type)
    }

    /// The body's bytes when they are form data.
    #[inline(always)]
    pub(crate) fn form(&self) -> &'a [u8] {
        if self.is_form() { self.body.unwrap_or_default() } else { &[] }
    }

    /// Refuses a method or a URL that cannot be signed; signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidMethod`](crate::Status::InvalidMethod), [`Status::InvalidUrl`](crate::Status::InvalidUrl).
    pub fn check(&self) -> Result<(), Error> {
        self.check_method()?;
        Url::parse(self.url).map(|_| ())
    }

    /// The URL to send, exactly as the short way signs it, unless [the signer's form](super::Signer::url_to_send) is another.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn url_to_send(&self) -> Result<String, Error> {
        let url = self.parse(self.url)?;
        let mut count = Count::default();
        url.write(&mut count);
        let mut sent = Vec::with_capacity(count.len());
        url.write(&mut sent);
        Ok(String::from_utf8(sent).expect("an encoded URL is ASCII"))
    }

    /// Whether every client sends the URL as it is, since it is in the normal form of RFC 3986 §6.2.2 and §6.2.3.
    ///
    /// # Errors
    /// [`Status::InvalidUrl`](crate::Status::InvalidUrl) when the URL cannot be signed.
    pub fn has_normal_url(&self) -> Result<bool, Error> {
        Ok(is_surely_normal(self.url) || Url::parse(self.url)?.is_normal())
    }

    /// Whether a header of the short way fits what any client sends: the URL as it is, or in normal form, where that is
    /// signed the same. Not so where the path has another form, nor with a user name, of which clients make a header, nor
    /// with an address in a spelling that they change.
    ///
    /// # Errors
    /// As [`has_normal_url`](Self::has_normal_url).
    pub fn fits_any_client(&self) -> Result<bool, Error> {
        // Most are, which their bytes tell before they are taken apart.
        if is_surely_normal(self.url) && !may_have_address(self.url) {
            return Ok(true);
        }
        let url = Url::parse(self.url)?;
        Ok(!url.has_userinfo && !url.has_other_host() && url.is_signed_as_normal())
    }

    /// Refuses a content type with control characters, which a header cannot carry and which would hide that a
    /// body is a form; signing does the same. A tab is white space there (RFC 9110 §5.6.3).
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter).
    pub fn check_content_type(content_type: &str) -> Result<(), Error> {
        content_type.split('\t').try_for_each(|text| check_text(Term::ContentType, text))
    }

    /// Refuses what cannot be one of [`parameters`](Self::parameters); signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) for an empty name, `realm`, and control characters;
    /// [`Status::DuplicateProtocolParameter`](crate::Status::DuplicateProtocolParameter) for a name that is set elsewhere.
    pub fn check_parameter(name: &str, value: &str) -> Result<(), Error> {
        check_extra_parameter(name, value)
    }

    /// Refuses what cannot be a nonce; signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when it is empty or holds control characters.
    pub fn check_nonce(nonce: &str) -> Result<(), Error> {
        if nonce.is_empty() {
            return Err(Input::EmptyNonce.into());
        }
        check_text(Term::Nonce, nonce)
    }

    /// Refuses what cannot be a timestamp (RFC 5849 §3.3: a positive integer); signing does the same.
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status::InvalidArgument) when it is not positive.
    pub fn check_timestamp(seconds: i64) -> Result<(), Error> {
        if seconds > 0 {
            return Ok(());
        }
        Err(Argument::BadTimestamp.into())
    }

    /// The parts of the URL to sign, once method, URL and content type are known to be some.
    #[inline(always)]
    pub(crate) fn parse<'u>(&self, url: &'u str) -> Result<Url<'u>, Error> {
        self.check_method()?;
        let url = Url::parse_here(url)?;
        if let Some(content_type) = self.content_type {
            Self::check_content_type(content_type)?;
        }
        Ok(url)
    }

    /// Refuses a method that is no token (RFC 9110 §5.6.2), which also keeps CR and LF out of what is sent.
    pub(crate) fn check_method(&self) -> Result<(), Error> {
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        // Those that there are, sooner told.
        if matches!(self.method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
            return Ok(());
        }
        if self.method.is_empty() {
            Err(Input::EmptyMethod.into())
        } else if self.method.bytes().all(is_token) {
            Ok(())
        } else {
            Err(Input::BadMethod.into())
        }
    }
}

#[inline(never)]
fn is_form_type(content_type: &str) -> bool {
    let media_type = content_type.split_once(';').map_or(content_type, |(media_type, _)| media_type);
    media_type.trim_matches([' ', '\t']).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_types() {
        let is_form = |content_type| Request::new("POST", "").with_body(content_type, b"").is_form();
        for yes in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-URLEncoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            " application/x-www-form-urlencoded\t;charset=\"a;b\"",
        ] {
            assert!(is_form(Some(yes)), "{yes}");
        }
        for no in [
            "",
            "application/json",
            "multipart/form-data",
            "application/x-www-form-urlencodedx",
            "a;application/x-www-form-urlencoded",
        ] {
            assert!(!is_form(Some(no)), "{no}");
        }
        assert!(!is_form(None));
    }
}
