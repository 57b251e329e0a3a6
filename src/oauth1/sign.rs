//! Signing a request (RFC 5849 §3.4, §3.5).

use super::authorization::{Authorization, into_text};
use super::base_string::BaseString;
use super::body_hash::body_hash;
use super::header;
use super::parameters::Parameters;
use super::protocol::{OwnNonce, Protocol};
use super::request::{Request, Transmission};
use super::running::LongestMac;
use super::signature::Signature;
use super::signed::Signed;
use super::signer::Signer;
use super::url_form::UrlForm;
use crate::error::{Argument, Error};
use crate::sink::Count;
use crate::system::{Fresh, Nonce};
use crate::url::Url;
use std::mem::take;
use zeroize::Zeroizing;

impl Signer {
    /// The value of the `Authorization` header for a request.
    ///
    /// # Errors
    /// Every [`Status`](crate::Status) of the families 200 and 300, and [`Status::InvalidArgument`](crate::Status::InvalidArgument) for a transmission
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
        let normal = self.settings.url_form.normal(UrlForm::AsGiven, request.url)?;
        let url = normal.as_deref().map_or(request.url, String::as_str);
        self.signed_with(request, url, fresh, None, |_, authorization, _| deliver(authorization))
    }

    /// A length in bytes that the header's value never exceeds for this request, whenever it is asked.
    /// Draws no nonce.
    ///
    /// # Errors
    /// As [`authorization`](Self::authorization), save for what only the signing itself can meet.
    pub fn authorization_bound(&self, request: &Request<'_>) -> Result<usize, Error> {
        require_header(request)?;
        let url = request.parse(request.url)?;
        let mut own = Own::widest(request)?;
        // The widest value that a hash can have: no digit of it is worse than one that needs encoding.
        let widest_hash = self.hashes_body(request).then(|| "+".repeat(body_hash(self.settings.method, b"").len()));
        let protocol = own.protocol(self, request, widest_hash.as_deref());
        protocol.check()?;
        let mut parameters = Parameters::new(url.query(), request.form());
        parameters.read();
        protocol.check_absent_from(&parameters)?;
        let mut count = Count::default();
        header::write(&protocol, &mut count, |_| ());
        Ok(count.len() + self.key.encoded_signature_bound(self.settings.private_key.as_deref())?)
    }

    /// Signs a request and returns all of it: what to send, and what was signed. The URL is signed, and handed back, in its
    /// normal form, unless [`set_url_form`](Self::set_url_form) said otherwise.
    ///
    /// # Errors
    /// Every [`Status`](crate::Status) of the families 200 and 300, and [`Status::InvalidArgument`](crate::Status::InvalidArgument) for a body
    /// transmission without a form body.
    pub fn sign(&self, request: &Request<'_>, fresh: &mut impl Fresh) -> Result<Signed, Error> {
        if request.transmission == Transmission::Body && !request.is_form() {
            return Err(Argument::NoFormToCarry.into());
        }
        if self.settings.is_mastercard_form() {
            require_header(request)?; // No other place is known of that form.
        }
        request.check_method()?; // Before the URL, as the short way does.
        let normal = self.settings.url_form.normal(UrlForm::Normal, request.url)?;
        let url = normal.as_deref().map_or(request.url, String::as_str);
        // Of a size that it seldom outgrows.
        let usual = request.url.len().saturating_add(request.form().len()).saturating_add(512);
        let mut base_string = Zeroizing::new(Vec::with_capacity(usual));
        let mut signed =
            self.signed_with(request, url, fresh, Some(&mut base_string), |url, authorization, timestamp| {
                authorization.to_signed(request, url, timestamp)
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
        url: &str,
        fresh: &mut impl Fresh,
        keep: Option<&mut Vec<u8>>,
        deliver: impl FnOnce(&Url<'_>, &Authorization<'_>, i64) -> R,
    ) -> Result<R, Error> {
        let url = request.parse(url)?;
        let hash = self.hashes_body(request).then(|| body_hash(self.settings.method, request.body.unwrap_or_default()));
        let mut own = Own::new(self, request, fresh)?;
        let timestamp = own.timestamp;
        let protocol = own.protocol(self, request, hash.as_deref());
        protocol.check()?;
        let mut mac = [0; size_of::<LongestMac>()];
        let signature = self.signature(request, &url, &protocol, fresh, keep, &mut mac)?;
        Ok(deliver(&url, &Authorization { protocol: &protocol, signature }, timestamp))
    }

    /// The signature of the base string, which goes to `keep` too.
    fn signature<'s>(
        &'s self,
        request: &Request<'_>,
        url: &Url<'_>,
        protocol: &Protocol<'_>,
        fresh: &mut dyn Fresh,
        keep: Option<&mut Vec<u8>>,
        mac: &'s mut LongestMac,
    ) -> Result<Signature<'s>, Error> {
        let mut running = self.key.begin();
        let mut base_string = BaseString::new(&mut running, keep);
        base_string.begin(request.method, url);
        let mut parameters = Parameters::new(url.query(), request.form());
        parameters.read();
        base_string.end(&mut parameters, protocol)?;
        let mac_len = base_string.finish(mac);
        self.key.finish(mac, mac_len, &running, self.settings.private_key.as_deref(), fresh)
    }

    pub(super) fn hashes_body(&self, request: &Request<'_>) -> bool {
        self.settings.is_mastercard_form() || self.settings.body_hash && !request.is_form()
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
    #[inline(always)]
    fn new(signer: &Signer, request: &Request<'a>, fresh: &mut impl Fresh) -> Result<Self, Error> {
        let fresh_nonce = match request.nonce {
            Some(nonce) => {
                Request::check_nonce(nonce)?;
                Nonce::from_random([0; Nonce::LEN]) // Not used: drawing one would waste it.
            }
            None => fresh.nonce()?,
        };
        let timestamp =
            request.timestamp.unwrap_or_else(|| fresh.timestamp().saturating_add(signer.settings.clock_offset));
        Request::check_timestamp(timestamp)?;
        Ok(Self { given_nonce: request.nonce, fresh_nonce, timestamp, digits: itoa::Buffer::new() })
    }

    /// With the longest text that each can be.
    fn widest(request: &Request<'a>) -> Result<Self, Error> {
        request.nonce.map_or(Ok(()), Request::check_nonce)?;
        let timestamp = request.timestamp.unwrap_or(i64::MAX);
        Request::check_timestamp(timestamp)?;
        let fresh_nonce = Nonce::from_random([0; Nonce::LEN]);
        Ok(Self { given_nonce: request.nonce, fresh_nonce, timestamp, digits: itoa::Buffer::new() })
    }

    #[inline(always)]
    fn protocol<'p>(&'p mut self, signer: &'p Signer, request: &Request<'p>, body_hash: Option<&'p str>) -> Protocol<'p>
    where
        'a: 'p,
    {
        let nonce = self.given_nonce.map_or(OwnNonce::Fresh(&self.fresh_nonce), OwnNonce::Given);
        Protocol::new(
            &signer.settings,
            &signer.templates,
            nonce,
            self.digits.format(self.timestamp).as_bytes(),
            body_hash,
            request.parameters,
        )
    }
}

fn require_header(request: &Request<'_>) -> Result<(), Error> {
    match request.transmission {
        Transmission::Header => Ok(()),
        Transmission::Body | Transmission::Query => Err(Argument::NoHeader.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::SignatureMethod;
    use crate::percent::{decode, encode};
    use crate::system::System;

    /// The MAC of Python's `hmac`, for the example of RFC 5849 §1.2 with another method.
    #[test]
    fn a_mac_of_48_bytes_needs_no_padding() {
        let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
        signer.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00").unwrap();
        signer.set_send_version(false);
        signer.set_signature_method(SignatureMethod::from_name("HMAC-SHA384").unwrap());
        let url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
        let mut request = Request::new("GET", url);
        (request.nonce, request.timestamp) = (Some("chapoH"), Some(137_131_202));
        let signed = signer.sign(&request, &mut System).unwrap();
        assert_eq!(signed.signature, "b7iHSWBDPt7YmcB/YFtvwNKxf5fzm7BW7us1RW4YSFc1DiW91ffQzEJ26S3VB3Tw");
    }

    #[test]
    fn both_ways_with_every_method() {
        let pem = include_str!("../../tests/vectors/oauth1/keys/wiki-rsa-1024.pem");
        let mut signer = Signer::new("key", "se cret").unwrap();
        signer.set_private_key(pem).unwrap();
        let request = Request::new("GET", "https://h/?a=1");
        for method in SignatureMethod::ALL {
            signer.set_signature_method(method);
            let signed = signer.sign(&request, &mut System).unwrap();
            let ours = format!("oauth_signature=\"{}\"", encode(signed.signature.as_bytes()));
            assert!(signed.authorization.ends_with(&ours), "{method}");
            let header = signer.authorization(&request, &mut System).unwrap();
            assert!(header.len() <= signer.authorization_bound(&request).unwrap(), "{method}");
            let text = header.rsplit("oauth_signature=\"").next().unwrap().trim_end_matches('"');
            assert_eq!(decode(text.as_bytes()).len(), signed.signature.len(), "{method}");
        }
    }
}
