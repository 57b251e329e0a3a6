//! What in a request or its credentials looks like a mistake.

use super::parameter::{Origin, Parameter};
use crate::error::Term;
use crate::oauth1::method::SignatureMethod;
use crate::oauth1::request::{Request, Transmission};
use crate::oauth1::settings::Settings;
use crate::oauth1::signed::Signed;
use crate::oauth1::url_form::UrlForm;
use crate::url::Url;

/// Something that is signed as it stands, yet is rarely meant. It holds names, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// PLAINTEXT sends the secrets, and http lets anyone on the way read them (RFC 5849 §3.4.4).
    PlaintextOverHttp,
    /// A `%` that two hex digits do not follow. It stands for itself here; servers differ on it.
    StrayPercent {
        /// Where it stands.
        origin: Origin,
        /// How many there are.
        count: usize,
    },
    /// A form body on a method that usually has none: some servers do not read it.
    FormOnBodylessMethod,
    /// A body that looks like form data, but has no content type that says so: it is not signed.
    FormWithoutContentType,
    /// The request brings an `oauth_*` parameter of its own, and it is signed.
    ForeignProtocolParameter {
        /// Its name, decoded.
        name: String,
        /// Where it stands.
        origin: Origin,
    },
    /// A secret begins or ends with white space or a line break, as when it was pasted with what stood around it.
    SecretWithWhitespace {
        /// Which secret.
        secret: SecretName,
    },
    /// The consumer key or the token begins or ends with white space, as when it was pasted with what stood around it.
    TextWithWhitespace {
        /// Which text.
        term: Term,
    },
    /// There is a token, and its secret is empty.
    TokenWithoutSecret,
    /// The URL is signed as it was given, with its user name: HTTP clients make a header of it that replaces ours.
    Userinfo,
    /// The host is an address in a spelling that clients change, and so the `Host` that is sent.
    RespelledHost,
    /// The URL is signed as it was given, and not as clients that normalise send it (RFC 3986 §6.2.2).
    NotNormal,
    /// The clock's time was corrected.
    ClockOffset {
        /// By so many seconds.
        seconds: i64,
    },
    /// The timestamp has too many digits for seconds.
    TimestampInMilliseconds,
    /// There is a realm, and the transmission is not by header, which alone can carry it (RFC 5849 §3.5.1).
    RealmNotSent,
}

/// One of the two secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretName {
    /// The consumer secret.
    Consumer,
    /// The token secret.
    Token,
}

pub(super) fn warnings(
    signer: &Settings,
    request: &Request<'_>,
    url: &Url<'_>,
    parameters: &[Parameter],
    signed: &Signed,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if signer.method == SignatureMethod::Plaintext && !url.is_https {
        warnings.push(Warning::PlaintextOverHttp);
    }
    let secrets = [(SecretName::Consumer, &signer.consumer_secret), (SecretName::Token, &signer.token_secret)];
    if !signer.method.is_rsa() {
        for (secret, text) in secrets {
            if has_whitespace_around(text.expose()) {
                warnings.push(Warning::SecretWithWhitespace { secret });
            }
        }
        if !signer.token.is_empty() && signer.token_secret.is_empty() {
            warnings.push(Warning::TokenWithoutSecret);
        }
    }
    for (term, text) in [(Term::ConsumerKey, &signer.consumer_key), (Term::Token, &signer.token)] {
        if has_whitespace_around(text.as_bytes()) {
            warnings.push(Warning::TextWithWhitespace { term });
        }
    }
    if url.has_userinfo {
        warnings.push(Warning::Userinfo);
    }
    if url.has_respelled_host() {
        warnings.push(Warning::RespelledHost);
    }
    if signer.url_form == UrlForm::AsGiven && !url.is_signed_as_normal() {
        warnings.push(Warning::NotNormal);
    }
    for (origin, form) in [(Origin::Query, url.query()), (Origin::FormBody, request.form())] {
        match stray_percents(form) {
            0 => {}
            count => warnings.push(Warning::StrayPercent { origin, count }),
        }
    }
    if !request.form().is_empty() && ["GET", "HEAD"].iter().any(|m| m.eq_ignore_ascii_case(request.method)) {
        warnings.push(Warning::FormOnBodylessMethod);
    }
    if is_unsigned_form(request) {
        warnings.push(Warning::FormWithoutContentType);
    }
    for pair in parameters.iter().filter(|pair| pair.origin != Origin::Protocol && pair.name.starts_with(b"oauth_")) {
        let name = String::from_utf8_lossy(&pair.name).into_owned();
        warnings.push(Warning::ForeignProtocolParameter { name, origin: pair.origin });
    }
    if signer.clock_offset != 0 && request.timestamp.is_none() {
        warnings.push(Warning::ClockOffset { seconds: signer.clock_offset });
    }
    if signed.timestamp > 99_999_999_999 {
        warnings.push(Warning::TimestampInMilliseconds);
    }
    if signer.realm().is_some() && request.transmission != Transmission::Header {
        warnings.push(Warning::RealmNotSent);
    }
    warnings
}

fn has_whitespace_around(secret: &[u8]) -> bool {
    // As text: a no-break space is as easily pasted as a plain one.
    std::str::from_utf8(secret).is_ok_and(|text| text != text.trim())
}

fn stray_percents(form: &[u8]) -> usize {
    let is_escape = |at: usize| form.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    (0..form.len()).filter(|&at| form[at] == b'%' && !is_escape(at)).count()
}

/// Whether the body looks like a form, and has no content type that says so: see [`Warning::FormWithoutContentType`].
#[must_use]
pub fn is_unsigned_form(request: &Request<'_>) -> bool {
    request.content_type.is_none() && request.body.is_some_and(looks_like_form)
}

/// Names and values without white space or the marks that JSON and XML begin with. Most other bodies are told by their
/// first bytes.
fn looks_like_form(body: &[u8]) -> bool {
    body.iter().all(|byte| byte.is_ascii_graphic() && !b"{}<>\"".contains(byte)) && body.contains(&b'=')
}
