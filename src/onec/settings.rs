//! The signer's settings, as the procedures of the class set them that do nothing else.

use crate::error::{Crypto, Error};
use crate::oauth1::{SignatureMethod, Signer, check_private_key_bytes};

/// A setting: what the procedure is given, and what in the core takes it.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    /// A string.
    Text(fn(&mut Signer, &str) -> Result<(), Error>),
    /// Two of them.
    Pair(fn(&mut Signer, &str, &str) -> Result<(), Error>),
    /// A string or binary data.
    Bytes(fn(&mut Signer, &[u8]) -> Result<(), Error>),
    /// Whether it is on.
    Switch(fn(&mut Signer, bool)),
    /// A whole number.
    Whole(fn(&mut Signer, i64)),
}

/// The signature method with this name. 1C's own names know no case, and so neither does this one.
pub(super) fn signature_method(signer: &mut Signer, name: &str) -> Result<(), Error> {
    signer.set_signature_method(SignatureMethod::from_name(&name.to_ascii_uppercase())?);
    Ok(())
}

pub(super) fn private_key(signer: &mut Signer, pem: &[u8]) -> Result<(), Error> {
    check_private_key_bytes(pem)?;
    let pem = std::str::from_utf8(pem).map_err(|_| Crypto::NotPem)?;
    signer.set_private_key(pem)
}
