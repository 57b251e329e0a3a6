//! What the class signs beside requests: MACs, hashes, bare signatures and tokens.

use super::class::Signing;
use crate::jws;
use crate::mac::{self, Encoding};
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::fresh::fresh;
use crate::onec::shortage;
use crate::onec::value::Returned;
use crate::percent;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt::Write;

impl Signing {
    pub(super) fn hmac(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (algorithm, encoding) = (arguments.setting(0)?, arguments.setting(3)?);
        let mac = mac::hmac(&hash_name(&algorithm), &arguments.bytes(1)?, &arguments.bytes(2)?)?;
        encoded(&mac, &encoding)
    }

    pub(super) fn verify_hmac(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (algorithm, encoding) = (arguments.setting(0)?, arguments.setting(4)?);
        let (key, data, signature) = (arguments.bytes(1)?, arguments.bytes(2)?, arguments.setting(3)?);
        let encoding = match &*encoding.to_lowercase() {
            "auto" | "авто" => None,
            "hex" => Some(Encoding::Hex),
            "base64" => Some(Encoding::Base64),
            "base64url" => Some(Encoding::Base64Url),
            _ => return Err(Exception::UnknownEncoding { known: "auto, hex, base64, base64url" }),
        };
        Ok(Returned::Boolean(mac::verify(&hash_name(&algorithm), &key, &data, &signature, encoding)?))
    }

    pub(super) fn hash(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (algorithm, encoding) = (arguments.setting(0)?, arguments.setting(2)?);
        encoded(&mac::hash(&hash_name(&algorithm), &arguments.bytes(1)?)?, &encoding)
    }

    pub(super) fn sign_rsa(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (algorithm, encoding) = (arguments.setting(0)?.to_ascii_uppercase(), arguments.setting(2)?);
        let signature = jws::sign_rsa(self.signer_if_any(), &algorithm, &arguments.bytes(1)?, &mut fresh())?;
        encoded(&signature, &encoding)
    }

    pub(super) fn jwt(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (header, claims, algorithm) = (arguments.setting(0)?, arguments.setting(1)?, arguments.setting(2)?);
        let (algorithm, secret) = (algorithm.to_ascii_uppercase(), arguments.setting_bytes(3)?);
        let key =
            if algorithm.starts_with("HS") { jws::Key::Secret(&secret) } else { jws::Key::Of(self.signer_if_any()) };
        Ok(jws::token(&header, &claims, &algorithm, key, &mut fresh())?.into())
    }

    pub(super) fn percent_encode(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let text = arguments.text(0)?;
        let len = percent::encoded_len(text.as_bytes());
        let mut encoded = shortage::bytes(len).ok_or(Exception::NoMemory)?;
        percent::encode_into::<percent::Once>(text.as_bytes(), &mut encoded);
        Ok(String::from_utf8(encoded).expect("encoded text is ASCII").into())
    }
}

/// FIPS 180-4 writes SHA-1 and SHA-256; case does not matter to 1C's names.
fn hash_name(name: &str) -> String {
    name.to_ascii_uppercase().replacen("SHA-", "SHA", 1)
}

fn encoded(bytes: &[u8], encoding: &str) -> Result<Returned, Exception> {
    match &*encoding.to_ascii_lowercase() {
        "base64" => Ok(STANDARD.encode(bytes).into()),
        "base64url" => Ok(URL_SAFE_NO_PAD.encode(bytes).into()),
        "hex" => Ok(bytes
            .iter()
            .fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
                let _ = write!(digits, "{byte:02x}");
                digits
            })
            .into()),
        "binary" => Ok(Returned::Bytes(bytes.to_vec())),
        _ => Err(Exception::UnknownEncoding { known: "base64, base64url, hex, binary" }),
    }
}
