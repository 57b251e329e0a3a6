//! How a request carries a token, a static key or a signature, and to whom.

use super::access::Token;
use super::kept::Kept;
use super::record::{Grant, Kind, Settings};
use super::service::Service;
use crate::error::{Error, Keeping, Protocol};
use crate::http::Request;
use crate::oauth1;
use crate::percent::{Once, encode_into};
use crate::provider::Profile;
use crate::url::Url;
use zeroize::Zeroizing;

/// Where a static key goes that nobody said otherwise of.
const USUAL: &str = "Authorization: Bearer {}";

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A header's name and value.
    Header(String, Kept),
    /// A parameter's name and value, in the query.
    Query(String, Kept),
}

impl Credential {
    /// What a request under a grant carries (RFC 6750 §2.1).
    ///
    /// # Errors
    /// [`Keeping::OtherTokenType`], [`Keeping::BadPlace`].
    pub fn of(grant: &Grant, token: &Token) -> Result<Self, Error> {
        if grant.settings.kind == Kind::Static {
            return at(grant.settings.place.as_deref().unwrap_or(USUAL), token.value.expose());
        }
        // Some write it small, or not at all.
        if !(token.token_type.is_empty() || token.token_type.eq_ignore_ascii_case("bearer")) {
            return Err(Keeping::OtherTokenType { name: grant.name.clone() }.into());
        }
        at(USUAL, token.value.expose())
    }
}

/// Whether a static key can go there: `Name: value with {}`, or `?name`.
///
/// # Errors
/// [`Keeping::BadPlace`].
pub fn check_place(place: &str) -> Result<(), Error> {
    at(place, "key").map(drop)
}

/// Refuses a URL that is none which the grant's credential may be sent to.
///
/// # Errors
/// [`UntrustedHost`](crate::Status::UntrustedHost).
pub fn check_receiver(grant: &Grant, url: &str) -> Result<(), Error> {
    Url::parse(url)?;
    check_receiver_by(Service::of(grant)?.profile(), grant, url)
}

/// The same, where the profile of the grant's service is at hand, with what was kept for it.
///
/// # Errors
/// As [`check_receiver`].
pub fn check_receiver_by(profile: &Profile, grant: &Grant, url: &str) -> Result<(), Error> {
    let parsed = Url::parse(url)?;
    let account = grant.settings.account.as_deref();
    let may = match grant.settings.kind {
        Kind::OAuth1 => profile.may_receive_signature(url, account),
        // A profile that lets signatures go without TLS may be that of a key, too.
        _ => profile.may_receive_token(url, account),
    };
    if !may {
        if !parsed.is_https && !grant.settings.allow_insecure_http {
            return Err(Protocol::InsecureUrl { name: "the URL".to_owned() }.into());
        }
        let mut allowed = profile.api_origins(account).join(", ");
        if allowed.is_empty() {
            "the API origins of the grant, which has none".clone_into(&mut allowed);
        }
        return Err(Protocol::HostElsewhere { field: "the URL's origin".to_owned(), allowed }.into());
    }
    Ok(())
}

/// A request to a URL of the service's API that carries a token or a static key, and its own body. Nothing else is added to it,
/// nor are protocol parameters of OAuth 1.0a.
///
/// # Errors
/// As [`check_receiver`]; [`Keeping::OtherTokenType`].
pub fn authorized(
    profile: &Profile,
    grant: &Grant,
    token: &Token,
    asked: &oauth1::Request<'_>,
) -> Result<Request, Error> {
    let (method, url) = (asked.method, asked.url);
    check_receiver_by(profile, grant, url)?;
    let parsed = Url::parse(url)?;
    let mut sent = Zeroizing::new(Vec::new());
    let request = |url: &[u8]| {
        Request::new(method.to_owned(), std::str::from_utf8(url).unwrap_or_default())
            .with_loopback_http(grant.settings.allow_insecure_http)
    };
    let before_fragment = &url[..url.len() - parsed.fragment.len()];
    let mut request = match Credential::of(grant, token)? {
        Credential::Header(name, value) => {
            Url::parse(before_fragment)?.write(&mut *sent);
            let mut request = request(&sent);
            request.add_header(name, value.expose());
            request
        }
        Credential::Query(name, value) => {
            let mut pair = Zeroizing::new(format!("{name}=").into_bytes());
            encode_into::<Once>(value.expose().as_bytes(), &mut *pair);
            Url::parse(before_fragment)?.write_with(std::str::from_utf8(&pair).unwrap_or_default(), &mut *sent);
            request(&sent)
        }
    };
    if let Some(body) = asked.body {
        request.set_body(asked.content_type, body);
    }
    Ok(request)
}

fn at(place: &str, key: &str) -> Result<Credential, Error> {
    let bad = || Error::from(Keeping::BadPlace);
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
    };
    let is_text = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if let Some(name) = place.strip_prefix('?') {
        return if is_token(name) { Ok(Credential::Query(name.to_owned(), Kept::new(key))) } else { Err(bad()) };
    }
    let (name, value) = place.split_once(':').ok_or_else(bad)?;
    if !is_token(name) || !is_text(value) || !is_text(key) || value.matches("{}").count() != 1 {
        return Err(bad());
    }
    let value = Zeroizing::new(value.trim().replace("{}", key));
    Ok(Credential::Header(name.to_owned(), Kept::new(&value)))
}

/// Whether what a person set lets the credential go anywhere.
#[must_use]
pub fn has_receiver(settings: &Settings) -> bool {
    super::service::profile(settings).is_ok_and(|profile| !profile.api_origins(settings.account.as_deref()).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_into_a_header_or_the_query() {
        let header = |name: &str, value| Ok(Credential::Header(name.to_owned(), Kept::new(value)));
        assert_eq!(at("X-Api-Key: {}", "k"), header("X-Api-Key", "k"));
        assert_eq!(at("Authorization:Token token={}", "k"), header("Authorization", "Token token=k"));
        assert_eq!(at("?api_key", "k"), Ok(Credential::Query("api_key".to_owned(), Kept::new("k"))));
        for (place, key) in [
            ("", "k"),
            ("X-Api-Key", "k"),
            ("X-Api-Key: ", "k"),
            ("X-Api-Key: {}{}", "k"),
            ("X Key: {}", "k"),
            ("X-Key: {}\r\nX: y", "k"),
            ("X-Key: {}", "k\r\nX: y"),
            ("?", "k"),
            ("?a=b", "k"),
        ] {
            assert_eq!(at(place, key), Err(Keeping::BadPlace.into()), "{place}");
        }
    }
}
