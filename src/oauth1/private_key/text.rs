//! A private key's text: PEM (RFC 7468), and around what.

use crate::error::{Crypto, Error};
use base64ct::{Base64, Encoding};
use rsa::pkcs1::ALGORITHM_OID as RSA;
use rsa::pkcs8::der::asn1::AnyRef;
use rsa::pkcs8::{ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

/// `id-RSASSA-PSS` (RFC 4055 §3.1).
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// How the parameters for SHA-256 begin: `[0] sha256, [1] mgf1 with sha256` (RFC 4055 §2.1, §2.2).
const SHA256_AND_MGF1: &[u8] =
    b"\xA0\x0F\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\xA1\x1C\x30\x1A\x06\x09\x2A\
    \x86\x48\x86\xF7\x0D\x01\x01\x08\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00";

/// Longer than any file with a key and the certificates around it.
const LONGEST: usize = 1 << 20;

/// A key as it was found: an `RSAPrivateKey` (RFC 8017 §A.1.2), in DER.
pub(super) struct Found {
    pub(super) der: Zeroizing<Vec<u8>>,
    pub(super) only_pss: bool,
}

/// Refuses the bytes of a key's file that are no text because they are DER or PKCS#12, and says how to convert it. For
/// hosts that read files: a text never has such bytes.
///
/// # Errors
/// [`Status::InvalidKey`](crate::Status::InvalidKey).
pub fn check_private_key_bytes(bytes: &[u8]) -> Result<(), Error> {
    // A SEQUENCE whose length takes more than one byte, as it does for every key: no UTF-8 goes on so behind a `0`.
    let [0x30, length @ 0x80..=0x84, rest @ ..] = bytes else { return Ok(()) };
    let content = rest.get(usize::from(length & 0x7F)..).unwrap_or_default();
    // Its version, 3 (RFC 7292 §4).
    if content.starts_with(&[0x02, 0x01, 0x03]) {
        return Err(Crypto::Pkcs12.into());
    }
    Err(Crypto::Der.into())
}

/// Finds the private key in a text that may hold other things too, and opens PKCS#8 (RFC 5958).
pub(super) fn read(text: &str) -> Result<Found, Error> {
    if text.len() > LONGEST {
        return Err(Crypto::LongKeyText { most: LONGEST }.into());
    }
    let Some(block) = private_key_block(text) else {
        return Err(Crypto::NotPem.into());
    };
    let is_pkcs8 = match block.label {
        "PRIVATE KEY" => true,
        "RSA PRIVATE KEY" if !block.body.contains("ENCRYPTED") => false,
        "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => {
            return Err(Crypto::EncryptedKey.into());
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => {
            return Err(Crypto::PublicKey.into());
        }
        "CERTIFICATE" => {
            return Err(Crypto::Certificate.into());
        }
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => return Err(Crypto::NotRsa.into()),
        "OPENSSH PRIVATE KEY" => {
            return Err(Crypto::OpensshKey.into());
        }
        _ => return Err(Crypto::NoKeyInPem.into()),
    };
    if block.body.contains("\\n") {
        return Err(Crypto::EscapedLineBreaks.into());
    }
    let der = block.decode().ok_or(Crypto::DamagedKey)?;
    if !is_pkcs8 {
        return Ok(Found { der, only_pss: false });
    }
    let info = PrivateKeyInfoRef::try_from(der.as_slice()).map_err(|_| Crypto::DamagedKey)?;
    if info.algorithm.oid != RSA && info.algorithm.oid != RSA_PSS {
        return Err(Crypto::NotRsa.into());
    }
    if info.algorithm.oid == RSA_PSS {
        check_parameters(info.algorithm.parameters)?;
    }
    let inner = Zeroizing::new(info.private_key.as_bytes().to_vec());
    Ok(Found { der: inner, only_pss: info.algorithm.oid == RSA_PSS })
}

/// A key for RSASSA-PSS may be meant for one hash and a least salt (RFC 4055 §3.1): ours must fit.
fn check_parameters(parameters: Option<AnyRef<'_>>) -> Result<(), Error> {
    let Some(parameters) = parameters else { return Ok(()) };
    match parameters.value().strip_prefix(SHA256_AND_MGF1) {
        // The salt's length; without one it is 20.
        Some([] | [0xA2, 0x03, 0x02, 0x01, ..=32]) => Ok(()),
        _ => Err(Crypto::OtherPss.into()),
    }
}

/// What stands between `-----BEGIN label-----` and the next `-----`.
struct Block<'a> {
    label: &'a str,
    body: &'a str,
    /// Whether `-----END label-----` follows.
    is_whole: bool,
}

/// The block of the private key, or the first one where none is: a file may hold a certificate too.
fn private_key_block(text: &str) -> Option<Block<'_>> {
    let blocks = || text.split("-----BEGIN ").skip(1).map(Block::new);
    blocks().find(|block| block.label.ends_with("PRIVATE KEY")).or_else(|| blocks().next())
}

impl<'a> Block<'a> {
    /// Of the text that follows a `-----BEGIN `, up to the next one.
    fn new(text: &'a str) -> Self {
        let (label, rest) = text.split_once("-----").unwrap_or((text, ""));
        let (body, end) = rest.split_once("-----END ").unwrap_or((rest, ""));
        let is_whole = end.strip_prefix(label).is_some_and(|end| end.starts_with("-----"));
        Self { label, body, is_whole }
    }

    /// What the base64 says, in lines of whatever length, or without any (RFC 7468 §2).
    fn decode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut base64 = Zeroizing::new(String::with_capacity(self.body.len()));
        base64.extend(self.body.split_whitespace());
        let mut der = Zeroizing::new(vec![0; base64.len() / 4 * 3]);
        let len = Base64::decode(base64.as_bytes(), &mut der).ok()?.len();
        der.truncate(len);
        self.is_whole.then_some(der)
    }
}
