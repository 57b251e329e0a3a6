//! The ordinary protocol parameters of a signer, rendered once for base string and header.

use super::ordinary::{NONCE, TIMESTAMP, ordinary};
use super::settings::Settings;
use crate::percent::{Depth, Once, Twice, encode_into};
use crate::sink::{Sink, extend_usual};
use crate::system::Nonce;

/// What every signature of a signer has alike.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    /// For the base string, encoded twice.
    pub(crate) base_string: Template,
    /// For the header, from its beginning up to the signature.
    pub(crate) header: Template,
    /// Whether they serve: nonce and timestamp are sent, and encoding is that of RFC 5849.
    pub(crate) serve: bool,
}

impl Templates {
    pub(crate) fn render(settings: &Settings) -> Self {
        let ordinary: Vec<_> = ordinary(settings, b"", b"").into_iter().flatten().collect();
        let start = header_start(settings.realm());
        Self {
            base_string: Template::render::<Twice>(b"", b"%3D", b"%26", b"", &ordinary),
            header: Template::render::<Once>(&start, HEADER_EQUALS, HEADER_SEPARATOR, HEADER_SIGNATURE, &ordinary),
            serve: settings.sends_nonce() && !settings.is_mastercard_form(),
        }
    }
}

/// What stands between a name and its value in a header.
pub(crate) const HEADER_EQUALS: &[u8] = b"=\"";
/// What stands between two parameters in a header.
pub(crate) const HEADER_SEPARATOR: &[u8] = b"\", ";
/// What stands between the last parameter and the signature in a header.
pub(crate) const HEADER_SIGNATURE: &[u8] = b"\", oauth_signature=\"";

/// The scheme, and the realm first when there is one; it is never signed.
pub(crate) fn header_start(realm: Option<&str>) -> Vec<u8> {
    let mut out = b"OAuth ".to_vec();
    if let Some(realm) = realm {
        // Not percent-encoded (§3.5.1).
        out.extend_from_slice(b"realm=\"");
        write_quoted(realm.as_bytes(), &mut out);
        out.extend_from_slice(HEADER_SEPARATOR);
    }
    out
}

/// Writes what stands between the quotes of a quoted string (RFC 9110 §5.6.4).
pub(crate) fn write_quoted(text: &[u8], out: &mut dyn Sink) {
    for byte in text.chunks(1) {
        if matches!(byte[0], b'"' | b'\\') {
            out.extend(b"\\");
        }
        out.extend(byte);
    }
}

/// The ordinary parameters, all but the nonce and the timestamp, which stand in the gaps.
#[derive(Debug, Default)]
pub(crate) struct Template {
    before_nonce: Vec<u8>,
    before_timestamp: Vec<u8>,
    end: Vec<u8>,
}

impl Template {
    /// `name` `equals` `value` `separator` for each, in the order of the base string, between `start` and `end`.
    fn render<D: Depth>(start: &[u8], equals: &[u8], separator: &[u8], end: &[u8], ordinary: &[(&str, &[u8])]) -> Self {
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
