//! The protocol parameters, which are ours to add (RFC 5849 §3.1).

use super::parameters::Parameters;
use super::signer::Signer;
use crate::buffer::Sink;
use crate::error::{Error, Status};
use crate::nonce::Nonce;
use crate::percent::{Depth, Once, encode_into, is_unreserved};

/// The ordinary parameters of a signer, rendered once: all but the nonce and the timestamp, which stand
/// in the gaps.
#[derive(Debug, Default)]
pub(crate) struct Template {
    before_nonce: Vec<u8>,
    before_timestamp: Vec<u8>,
    end: Vec<u8>,
}

impl Template {
    /// `name` `equals` `value` `separator` for each, in the order of the base string, between `start` and `end`.
    pub(crate) fn render<D: Depth>(
        start: &[u8],
        equals: &[u8],
        separator: &[u8],
        end: &[u8],
        ordinary: &[(&str, &[u8])],
    ) -> Self {
        let mut parts: [Vec<u8>; 3] = [start.to_vec(), Vec::new(), Vec::new()];
        let mut part = 0;
        for (index, &(name, value)) in ordinary.iter().enumerate() {
            if index > 0 {
                parts[part].extend_from_slice(separator);
            }
            parts[part].extend_from_slice(name.as_bytes());
            parts[part].extend_from_slice(equals);
            match name {
                NONCE | TIMESTAMP => part += 1,
                _ => encode_into::<D>(value, &mut parts[part]),
            }
        }
        parts[part].extend_from_slice(end);
        let [before_nonce, before_timestamp, end] = parts;
        Self { before_nonce, before_timestamp, end }
    }

    /// Writes it with a nonce and a timestamp that encoding leaves as they are.
    #[inline]
    pub(crate) fn write(&self, nonce: &[u8], timestamp: &[u8], out: &mut impl Sink) {
        out.extend(&self.before_nonce);
        extend_usual::<{ Nonce::LEN }>(nonce, out);
        out.extend(&self.before_timestamp);
        extend_usual::<10>(timestamp, out); // Its digits until 2286.
        out.extend(&self.end);
    }
}

/// Appends what is `LEN` bytes long as a rule: a copy of a known size needs no call.
#[inline]
fn extend_usual<const LEN: usize>(bytes: &[u8], out: &mut impl Sink) {
    match <&[u8; LEN]>::try_from(bytes) {
        Ok(bytes) => out.extend(bytes),
        Err(_) => out.extend(bytes),
    }
}

const NONCE: &str = "oauth_nonce";
const TIMESTAMP: &str = "oauth_timestamp";
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
    pub(crate) signer: &'a Signer,
    pub(crate) nonce: &'a [u8],
    /// Decimal digits.
    pub(crate) timestamp: &'a [u8],
    body_hash: Option<&'a str>,
    extra: &'a [(&'a str, &'a str)],
    /// Whether the signer's templates serve: there are only the ordinary ones, and the nonce needs no encoding.
    pub(crate) fits_template: bool,
}

impl<'a> Protocol<'a> {
    #[inline]
    pub(crate) fn new(
        signer: &'a Signer,
        nonce: OwnNonce<'a>,
        timestamp: &'a [u8],
        body_hash: Option<&'a str>,
        extra: &'a [(&'a str, &'a str)],
    ) -> Result<Self, Error> {
        let nonce_is_plain = match nonce {
            OwnNonce::Fresh(_) => true,
            OwnNonce::Given(nonce) => nonce.bytes().all(is_unreserved),
        };
        let fits_template = nonce_is_plain && body_hash.is_none() && extra.is_empty();
        let protocol = Self { signer, nonce: nonce.as_bytes(), timestamp, body_hash, extra, fits_template };
        protocol.check_extra()?;
        Ok(protocol)
    }

    /// Every one, the ordinary ones first, in the order of the base string.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + Clone {
        ordinary(self.signer, self.nonce, self.timestamp)
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

    /// Refuses extra parameters that cannot be any.
    fn check_extra(&self) -> Result<(), Error> {
        if self.extra.is_empty() {
            return Ok(());
        }
        for &(name, value) in self.extra {
            check_extra_parameter(name, value)?;
        }
        let names = self.names();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::new(
                Status::DuplicateProtocolParameter,
                "a protocol parameter is set twice, or oauth_body_hash is set and the signer adds it too",
            ));
        }
        Ok(())
    }

    /// Refuses a request that brings an `oauth_*` parameter of ours (§3.5: each at most once).
    #[cold]
    pub(crate) fn check_absent_from(&self, request: &Parameters<'_>) -> Result<(), Error> {
        let own = self.names();
        for name in request.oauth_names() {
            if name == b"oauth_signature" || own.binary_search(&&name[..]).is_ok() {
                let name = String::from_utf8_lossy(&name);
                return Err(Error::filled(
                    Status::DuplicateProtocolParameter,
                    "{} stands in the query or the form body, and signing adds its own; remove it there",
                    &[&name],
                ));
            }
        }
        Ok(())
    }

    /// Each name and value, encoded, with these between them.
    pub(crate) fn write(&self, equals: &[u8], separator: &[u8], out: &mut dyn Sink) {
        for (index, (name, value)) in self.iter().enumerate() {
            out.extend(if index > 0 { separator } else { b"" });
            encode_into::<Once>(name.as_bytes(), out);
            out.extend(equals);
            encode_into::<Once>(value, out);
        }
    }
}

/// The ordinary parameters, in the order of the base string.
pub(crate) fn ordinary<'a>(
    signer: &'a Signer,
    nonce: &'a [u8],
    timestamp: &'a [u8],
) -> [Option<(&'static str, &'a [u8])>; 6] {
    [
        Some(("oauth_consumer_key", signer.consumer_key.as_bytes())),
        Some((NONCE, nonce)),
        Some(("oauth_signature_method", signer.method.name().as_bytes())),
        Some((TIMESTAMP, timestamp)),
        // RFC 5849 §3.1: left out where there is no resource owner.
        (!signer.token.is_empty()).then_some(("oauth_token", signer.token.as_bytes())),
        signer.send_version.then_some(("oauth_version", b"1.0")),
    ]
}

/// Names that are set elsewhere, and where.
const SET_ELSEWHERE: [(&str, &str); 7] = [
    ("oauth_consumer_key", "the signer's consumer key"),
    (NONCE, "the request's nonce"),
    ("oauth_signature", "signing"),
    ("oauth_signature_method", "the signer's signature method"),
    (TIMESTAMP, "the request's timestamp"),
    ("oauth_token", "the signer's token"),
    ("oauth_version", "the signer's send_version"),
];

/// Refuses an extra protocol parameter that cannot be one.
pub(crate) fn check_extra_parameter(name: &str, value: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::new(Status::InvalidParameter, "a protocol parameter has an empty name"));
    }
    if let Some((name, source)) = SET_ELSEWHERE.iter().find(|(own, _)| *own == name) {
        return Err(Error::filled(
            Status::DuplicateProtocolParameter,
            "{} cannot be set as an extra parameter: it comes from {}",
            &[name, source],
        ));
    }
    if name.eq_ignore_ascii_case("realm") {
        return Err(Error::new(Status::InvalidParameter, "realm is never signed; set it as the signer's realm"));
    }
    // The name is not repeated: a caller may have swapped the two, and the value may be a secret.
    check_text("a protocol parameter's name", name)?;
    check_text("a protocol parameter's value", value)
}

/// Refuses control characters in what a header will carry: nearly always a line break that was read
/// from a file along with the text.
pub(crate) fn check_text(what: &str, text: &str) -> Result<(), Error> {
    if text.bytes().any(|b| b.is_ascii_control()) {
        return Err(Error::filled(
            Status::InvalidParameter,
            "{} holds a control character, such as a line break at its end; remove it",
            &[what],
        ));
    }
    Ok(())
}
