//! Signing a request (RFC 5849 §3.4, §3.5).

use super::base_string::BaseString;
use super::body_hash::body_hash;
use super::header;
use super::key::{MacRoom, Signature};
use super::parameters::Parameters;
use super::protocol::{OwnNonce, Protocol};
use super::request::{Request, Transmission};
use super::signer::Signer;
use super::uri::Uri;
use crate::buffer::{Count, Sink};
use crate::error::{Error, Status};
use crate::nonce::{Fresh, Nonce};
use crate::secret::wipe;
use std::fmt;
use std::mem::take;
use zeroize::Zeroizing;

/// A signed request: what to send, and what signing it produced.
///
/// With PLAINTEXT it carries the secrets, and of a form the base string holds every value: such a one is wiped on drop.
#[derive(Clone)]
#[non_exhaustive]
pub struct Signed {
    /// The URL to send, exactly.
    pub url: String,
    /// The body to send when it is another than the request's: with body transmission.
    pub body: Option<Vec<u8>>,
    /// The value of the `Authorization` header; empty unless the transmission is by header.
    pub authorization: String,
    /// The signature, in base64 (for PLAINTEXT the encoded secrets), not percent-encoded.
    pub signature: String,
    /// The signature base string.
    pub base_string: String,
    /// The nonce that was signed.
    pub nonce: String,
    /// The timestamp that was signed, in Unix seconds.
    pub timestamp: i64,
    /// Whether any of it can hold a secret.
    is_secret: bool,
}

impl Signed {
    /// The normalised parameters (RFC 5849 §3.4.1.3.2), read from the base string.
    #[must_use]
    pub fn normalized_parameters(&self) -> String {
        super::normalized_parameters(self.base_string.as_bytes())
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("nonce", &self.nonce).field("timestamp", &self.timestamp).finish_non_exhaustive()
    }
}

impl Drop for Signed {
    fn drop(&mut self) {
        if !self.is_secret {
            return;
        }
        let Self { url, authorization, signature, base_string, .. } = self;
        for text in [url, authorization, signature, base_string] {
            wipe(take(text).into_bytes());
        }
        wipe(self.body.take().unwrap_or_default());
    }
}

impl Signer {
    /// The value of the `Authorization` header for a request.
    ///
    /// # Errors
    /// Every [`Status`] of the families 200 and 300, and [`Status::InvalidArgument`] for a transmission
    /// other than by header.
    pub fn authorization(&self, request: &Request<'_>, fresh: &mut impl Fresh) -> Result<String, Error> {
        self.authorization_with(request, fresh, |authorization| {
            let mut out = Vec::with_capacity(authorization.bound());
            authorization.write(&mut out);
            into_text(out)
        })
    }

    /// The same; with HMAC and PLAINTEXT without an allocation for a request of up to 128 parameters, none of them
    /// `oauth_*`: `deliver` is handed what can tell its length and write itself.
    ///
    /// # Errors
    /// As [`authorization`](Self::authorization).
    pub fn authorization_with<R>(
        &self,
        request: &Request<'_>,
        fresh: &mut impl Fresh,
        deliver: impl FnOnce(&Authorization<'_>) -> R,
    ) -> Result<R, Error> {
        require_header(request)?;
        self.signed_with(request, fresh, None, |_, authorization, _| deliver(authorization))
    }

    /// A length in bytes that the header's value never exceeds for this request, whenever it is asked.
    /// Draws no nonce.
    ///
    /// # Errors
    /// As [`authorization`](Self::authorization), save for what only the signing itself can meet.
    pub fn authorization_bound(&self, request: &Request<'_>) -> Result<usize, Error> {
        require_header(request)?;
        let uri = request.parse()?;
        let mut own = Own::new(self, request, &mut Widest)?;
        // The widest value that a hash can have: no digit of it is worse than one that needs encoding.
        let widest_hash = self.hashes_body(request).then(|| "+".repeat(body_hash(self.method, b"").len()));
        let protocol = own.protocol(self, request, widest_hash.as_deref())?;
        let mut parameters = Parameters::new(uri.query(), request.form());
        parameters.read();
        protocol.check_absent_from(&parameters)?;
        let mut count = Count::default();
        header::write(&protocol, &mut count, |_| ());
        Ok(count.len() + self.key.encoded_signature_bound(self.private_key.as_ref())?)
    }

    /// Signs a request and returns all of it: what to send, and what was signed.
    ///
    /// # Errors
    /// Every [`Status`] of the families 200 and 300, and [`Status::InvalidArgument`] for a body
    /// transmission without a form body.
    pub fn sign(&self, request: &Request<'_>, fresh: &mut impl Fresh) -> Result<Signed, Error> {
        if request.transmission == Transmission::Body && !request.is_form() {
            return Err(Error::new(
                Status::InvalidArgument,
                "the transmission is by body, and the content type is not application/x-www-form-urlencoded",
            ));
        }
        // Of a size that it seldom outgrows.
        let usual = request.url.len().saturating_add(request.form().len()).saturating_add(512);
        let mut base_string = Zeroizing::new(Vec::with_capacity(usual));
        let mut signed =
            self.signed_with(request, fresh, Some(&mut base_string), |uri, authorization, timestamp| {
                authorization.to_signed(request, uri, timestamp)
            })?;
        signed.base_string = into_text(take(&mut *base_string));
        Ok(signed)
    }

    /// Signs, and shows `deliver` all of it while it stands on the stack: the URL, the header, the timestamp. The
    /// base string goes to `keep`.
    #[inline]
    fn signed_with<R>(
        &self,
        request: &Request<'_>,
        fresh: &mut impl Fresh,
        keep: Option<&mut Vec<u8>>,
        deliver: impl FnOnce(&Uri<'_>, &Authorization<'_>, i64) -> R,
    ) -> Result<R, Error> {
        let uri = request.parse()?;
        let hash = self.hashes_body(request).then(|| body_hash(self.method, request.body.unwrap_or_default()));
        let mut own = Own::new(self, request, fresh)?;
        let timestamp = own.timestamp;
        let protocol = own.protocol(self, request, hash.as_deref())?;
        let mut room = [0; 64];
        let signature = self.signature(request, &uri, &protocol, fresh, keep, &mut room)?;
        Ok(deliver(&uri, &Authorization { protocol: &protocol, signature }, timestamp))
    }

    /// The signature of the base string, which goes to `keep` too.
    fn signature<'s>(
        &'s self,
        request: &Request<'_>,
        uri: &Uri<'_>,
        protocol: &Protocol<'_>,
        fresh: &mut dyn Fresh,
        keep: Option<&mut Vec<u8>>,
        room: &'s mut MacRoom,
    ) -> Result<Signature<'s>, Error> {
        let mut running = self.key.begin();
        let mut base_string = BaseString::new(&mut running, keep);
        base_string.begin(request.method, uri);
        let mut parameters = Parameters::new(uri.query(), request.form());
        parameters.read();
        base_string.end(&mut parameters, protocol)?;
        base_string.flush();
        self.key.finish(running, room, self.private_key.as_ref(), fresh)
    }

    pub(super) fn hashes_body(&self, request: &Request<'_>) -> bool {
        self.body_hash && !request.is_form()
    }
}

/// A signed header, not written yet.
#[allow(missing_debug_implementations, reason = "with PLAINTEXT it holds the secrets")]
pub struct Authorization<'a> {
    protocol: &'a Protocol<'a>,
    signature: Signature<'a>,
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
    fn to_signed(&self, request: &Request<'_>, uri: &Uri<'_>, timestamp: i64) -> Signed {
        let Self { protocol, signature } = self;
        let mut signed = Signed {
            url: String::new(),
            body: None,
            authorization: String::new(),
            signature: into_text(exact_bytes(&|out| signature.write(out))),
            base_string: String::new(),
            nonce: into_text(protocol.nonce.to_vec()),
            timestamp,
            is_secret: matches!(signature, Signature::Plaintext(_)) || !request.form().is_empty(),
        };
        match request.transmission {
            Transmission::Header => {
                signed.authorization = into_text(exact_bytes(&|mut out| self.write(&mut out)));
                signed.url = into_text(exact_bytes(&|out| uri.write(out)));
            }
            Transmission::Query => {
                let ours = Zeroizing::new(into_text(form(b"", protocol, signature)));
                signed.url = into_text(exact_bytes(&|out| uri.write_with(&ours, out)));
            }
            Transmission::Body => {
                signed.url = into_text(exact_bytes(&|out| uri.write(out)));
                signed.body = Some(form(request.form(), protocol, signature));
            }
        }
        signed
    }
}

/// What is ours and new with each signature.
struct Own<'a> {
    given_nonce: Option<&'a str>,
    fresh_nonce: Nonce,
    timestamp: i64,
    digits: itoa::Buffer,
}

impl<'a> Own<'a> {
    #[inline]
    fn new(signer: &Signer, request: &Request<'a>, fresh: &mut impl Fresh) -> Result<Self, Error> {
        let fresh_nonce = match request.nonce {
            Some(nonce) => {
                Request::check_nonce(nonce)?;
                Nonce::from_random([0; 3]) // Not used: drawing one would waste it.
            }
            None => fresh.nonce()?,
        };
        let timestamp = request.timestamp.unwrap_or_else(|| fresh.timestamp().saturating_add(signer.clock_offset));
        Request::check_timestamp(timestamp)?;
        Ok(Self { given_nonce: request.nonce, fresh_nonce, timestamp, digits: itoa::Buffer::new() })
    }

    #[inline]
    fn protocol<'p>(
        &'p mut self,
        signer: &'p Signer,
        request: &Request<'p>,
        body_hash: Option<&'p str>,
    ) -> Result<Protocol<'p>, Error>
    where
        'a: 'p,
    {
        let nonce = self.given_nonce.map_or(OwnNonce::Fresh(&self.fresh_nonce), OwnNonce::Given);
        Protocol::new(signer, nonce, self.digits.format(self.timestamp).as_bytes(), body_hash, request.parameters)
    }
}

fn require_header(request: &Request<'_>) -> Result<(), Error> {
    match request.transmission {
        Transmission::Header => Ok(()),
        _ => Err(Error::new(
            Status::InvalidArgument,
            "only a request transmitted by header has an Authorization header; sign it the full way",
        )),
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

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).ok().expect("encoded text is ASCII, and a given nonce came as text")
}

/// The longest that fresh text can be.
struct Widest;

impl Fresh for Widest {
    fn nonce(&mut self) -> Result<Nonce, Error> {
        Ok(Nonce::from_random([0; 3]))
    }
    fn timestamp(&mut self) -> i64 {
        i64::MAX
    }
    fn blinding_seed(&mut self) -> Result<Zeroizing<[u8; 32]>, Error> {
        Err(Error::new(Status::EntropyUnavailable, "a length needs no randomness"))
    }
}
