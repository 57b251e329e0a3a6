//! The `Authorization` header's value (RFC 5849 §3.5.1).

use super::protocol::Protocol;
use super::templates::{HEADER_EQUALS, HEADER_SEPARATOR, HEADER_SIGNATURE, header_start};
use crate::sink::Sink;

/// `OAuth`, the realm first when there is one (it is never signed), our parameters, and the signature that
/// `write_signature` writes; each value but the realm percent-encoded.
#[inline]
pub(crate) fn write<S: Sink>(protocol: &Protocol<'_>, out: &mut S, write_signature: impl FnOnce(&mut S)) {
    if protocol.fits_template {
        protocol.templates.header.write(protocol.nonce, protocol.timestamp, out);
    } else {
        write_each(protocol, out);
    }
    write_signature(out);
    out.extend(b"\"");
}

#[cold]
#[inline(never)]
fn write_each(protocol: &Protocol<'_>, out: &mut dyn Sink) {
    out.extend(&header_start(protocol.settings.realm()));
    protocol.write(HEADER_EQUALS, HEADER_SEPARATOR, out);
    out.extend(HEADER_SIGNATURE);
}
