//! In what a base string URI differs from its URL.

use crate::error::Error;
use crate::url::{Url, must_be_encoded, split_port};

/// One way in which a base string URI differs from its URL (RFC 5849 §3.4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriNote {
    /// The scheme is signed in lower case.
    SchemeLowerCased,
    /// The host is signed in lower case.
    HostLowerCased,
    /// A port is left out: it is the scheme's default, or empty.
    DefaultPortDropped(Option<u16>),
    /// User name and password are not signed.
    UserinfoNotSigned,
    /// The fragment is not signed.
    FragmentNotSigned,
    /// The query is signed among the parameters.
    QueryApart,
    /// An empty path is signed as `/`.
    EmptyPath,
    /// Spaces and letters outside ASCII are sent, and so signed, percent-encoded.
    PathEncoded,
    /// Dot segments are removed from the path that is sent (RFC 3986 §6.2.2.3).
    DotSegmentsRemoved,
    /// Other escapes of the path and the query are sent, and so signed, in their normal form (RFC 3986 §6.2.2).
    Normalized,
}

/// What of the URL that was given is signed otherwise; `sent` is the one that is sent.
pub(super) fn uri_notes(given: &str, sent: &str) -> Result<Vec<UriNote>, Error> {
    let (url, is_changed) = (Url::parse(given)?, given != sent);
    let upper = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
    let port = split_port(url.host_port()).1;
    let notes = [
        (upper(url.scheme()), UriNote::SchemeLowerCased),
        (url.has_userinfo, UriNote::UserinfoNotSigned),
        (upper(url.host), UriNote::HostLowerCased),
        (
            port.is_some() && url.port.is_none(),
            UriNote::DefaultPortDropped(port.and_then(|digits| digits.parse().ok())),
        ),
        (url.path.is_empty(), UriNote::EmptyPath),
        (url.path.bytes().any(must_be_encoded), UriNote::PathEncoded),
        (is_changed && url.has_dot_segments(), UriNote::DotSegmentsRemoved),
        (is_changed && url.has_other_spelling(), UriNote::Normalized),
        (url.query.is_some(), UriNote::QueryApart),
        (!url.fragment.is_empty(), UriNote::FragmentNotSigned),
    ];
    Ok(notes.into_iter().filter_map(|(applies, note)| applies.then_some(note)).collect())
}
