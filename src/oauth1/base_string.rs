//! The signature base string (RFC 5849 §3.4.1.1).

use super::parameters::{AMPERSAND, Parameters};
use super::protocol::Protocol;
use super::uri::Uri;
use crate::buffer::{Buffer, Sink};
use crate::error::Error;
use crate::percent::{Once, encode_byte_into};
use std::cmp::Ordering;

/// Room for the base string of an ordinary request without a heap. It is large: do not move it.
pub(crate) type BaseString = Buffer<u8, 12288>;

/// Writes the method, the URI and the normalised parameters, each encoded, to an empty `out`.
///
/// `parameters` are the request's; they are in order afterwards.
pub(crate) fn write(
    method: &str,
    uri: &Uri<'_>,
    parameters: &mut Parameters,
    protocol: &Protocol<'_>,
    out: &mut BaseString,
) -> Result<(), Error> {
    for byte in method.bytes() {
        encode_byte_into::<Once>(byte.to_ascii_uppercase(), out);
    }
    out.push(b'&');
    uri.encode_base_string_uri_into(out);
    out.push(b'&');

    if parameters.has_oauth || !protocol.fits_template {
        protocol.check_absent_from(parameters)?;
        for (name, value) in protocol.iter() {
            parameters.add(name.as_bytes(), value);
        }
        parameters.sort();
        out.reserve(parameters.base_len());
        for (index, pair) in parameters.iter().enumerate() {
            out.extend(if index > 0 { AMPERSAND } else { b"" });
            out.extend(pair.text);
        }
    } else {
        // None of the request's names begins with `oauth_` and all of ours do: ours stay together.
        parameters.sort();
        out.reserve(parameters.base_len());
        let mut request = parameters.iter().peekable();
        while let Some(pair) = request.next_if(|pair| pair.order_to_protocol() == Ordering::Less) {
            out.extend(pair.text);
            out.extend(AMPERSAND);
        }
        protocol.signer.base_template.write(protocol.nonce, protocol.timestamp, out);
        for pair in request {
            out.extend(AMPERSAND);
            out.extend(pair.text);
        }
    }
    Ok(())
}

/// The normalised parameters (§3.4.1.3.2) that a base string ends with.
pub(crate) fn normalized_parameters(base_string: &[u8]) -> Vec<u8> {
    let encoded = base_string.rsplit(|&b| b == b'&').next().unwrap_or_default();
    crate::percent::decode(encoded)
}
