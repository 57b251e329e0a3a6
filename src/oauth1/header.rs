//! The `Authorization` header's value (RFC 5849 §3.5.1).

use super::protocol::{Protocol, Template};
use super::signer::Signer;
use crate::buffer::Sink;
use crate::percent::{Once, encode_into};

/// `OAuth`, the realm first when there is one (it is never signed), our parameters, and the signature that
/// `write_signature` writes; each value percent-encoded.
#[inline]
pub(crate) fn write<S: Sink>(protocol: &Protocol<'_>, out: &mut S, write_signature: impl FnOnce(&mut S)) {
    if protocol.fits_template {
        protocol.signer.header_template.write(protocol.nonce, protocol.timestamp, out);
    } else {
        write_each(protocol, out);
    }
    write_signature(out);
    out.extend(b"\"");
}

#[cold]
#[inline(never)]
fn write_each(protocol: &Protocol<'_>, out: &mut dyn Sink) {
    out.extend(&start(protocol.signer.realm.as_deref()));
    protocol.write(EQUALS, SEPARATOR, out);
    out.extend(SIGNATURE);
}

const EQUALS: &[u8] = b"=\"";
const SEPARATOR: &[u8] = b"\", ";
const SIGNATURE: &[u8] = b"\", oauth_signature=\"";

/// The signer's part of it, up to the signature.
pub(crate) fn template(signer: &Signer, ordinary: &[(&str, &[u8])]) -> Template {
    Template::render::<Once>(&start(signer.realm.as_deref()), EQUALS, SEPARATOR, SIGNATURE, ordinary)
}

fn start(realm: Option<&str>) -> Vec<u8> {
    let mut out = b"OAuth ".to_vec();
    if let Some(realm) = realm {
        out.extend_from_slice(b"realm=\"");
        encode_into::<Once>(realm.as_bytes(), &mut out);
        out.extend_from_slice(SEPARATOR);
    }
    out
}
