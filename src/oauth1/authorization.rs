//! A signature with all that travels with it, written where the request wants it (RFC 5849 §3.5).

use super::header;
use super::protocol::Protocol;
use super::request::{Request, Transmission};
use super::signature::Signature;
use super::signed::Signed;
use crate::sink::{Count, Sink};
use crate::url::Url;
use zeroize::Zeroizing;

/// A signed header, not written yet.
#[allow(missing_debug_implementations, reason = "with PLAINTEXT it holds the secrets")]
pub struct Authorization<'a> {
    pub(super) protocol: &'a Protocol<'a>,
    pub(super) signature: Signature<'a>,
}

impl Authorization<'_> {
    /// Its length in bytes, exactly.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        let mut count = Count::default();
        let mut out: &mut dyn Sink = &mut count;
        self.write(&mut out);
        count.len()
    }

    /// A length in bytes that it does not exceed, and may fall short of by some; told sooner than [`len`](Self::len).
    #[must_use]
    #[inline]
    pub fn bound(&self) -> usize {
        let mut count = Count::default();
        header::write(self.protocol, &mut count, |_| ());
        count.len() + self.signature.encoded_bound()
    }

    /// Appends it.
    #[inline]
    pub fn write(&self, out: &mut impl Sink) {
        header::write(self.protocol, out, |out| self.signature.write_encoded(out));
    }

    /// All of the signature to keep, save for the base string.
    pub(super) fn to_signed(&self, request: &Request<'_>, url: &Url<'_>, timestamp: i64) -> Signed {
        let Self { protocol, signature } = self;
        let mut signed = Signed {
            url: String::new(),
            body: None,
            authorization: String::new(),
            signature: into_text(exact_bytes(&|out| signature.write(out))),
            base_string: String::new(),
            nonce: into_text(if protocol.settings.sends_nonce() { protocol.nonce.to_vec() } else { Vec::new() }),
            timestamp,
            is_secret: matches!(signature, Signature::Plaintext(_)) || !request.form().is_empty(),
        };
        match request.transmission {
            Transmission::Header => {
                signed.authorization = into_text(exact_bytes(&|mut out| self.write(&mut out)));
                signed.url = into_text(exact_bytes(&|out| url.write(out)));
            }
            Transmission::Query => {
                let ours = Zeroizing::new(into_text(form(b"", protocol, signature)));
                signed.url = into_text(exact_bytes(&|out| url.write_with(&ours, out)));
            }
            Transmission::Body => {
                signed.url = into_text(exact_bytes(&|out| url.write(out)));
                signed.body = Some(form(request.form(), protocol, signature));
            }
        }
        signed
    }
}

/// Form data with ours at its end, the signature last.
fn form(form: &[u8], protocol: &Protocol<'_>, signature: &Signature<'_>) -> Vec<u8> {
    exact_bytes(&|mut out| {
        out.extend(form);
        if !(form.is_empty() || form.ends_with(b"&")) {
            out.extend(b"&");
        }
        protocol.write(b"=", b"&", out);
        out.extend(b"&oauth_signature=");
        signature.write_encoded(&mut out);
    })
}

/// What `write` writes, in memory of its exact size and room for a NUL, should it become a C string:
/// growth would leave copies behind that are not wiped.
fn exact_bytes(write: &dyn Fn(&mut dyn Sink)) -> Vec<u8> {
    let mut count = Count::default();
    write(&mut count);
    let mut out = Vec::with_capacity(count.len() + 1);
    write(&mut out);
    out
}

pub(super) fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).ok().expect("encoded text is ASCII, and a given nonce came as text")
}
