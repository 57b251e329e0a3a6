//! The signer's settings, as the procedures of the class set them that do nothing else.

use crate::error::{Crypto, Error};
use crate::oauth1::{SignatureMethod, Signer, check_private_key_bytes};
use crate::setting::Value;

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
    /// A name, and what has it: a string, a number or whether it is on.
    Named(fn(&mut Signer, &str, Value<'_>) -> Result<(), Error>),
}

/// Sets what has this name in the core's table. As with the class's own names, case does not matter.
pub(super) fn by_name(signer: &mut Signer, name: &str, value: Value<'_>) -> Result<(), Error> {
    match (&*name.to_ascii_lowercase(), value) {
        ("signature_method", Value::Text(method)) => signature_method(signer, method),
        (name, value) => signer.set(name, value),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Argument, Status};

    #[test]
    fn every_setting_of_the_core_is_known_in_any_case() {
        let mut signer = Signer::new("key", "secret").unwrap();
        for setting in Signer::SETTINGS {
            // Some take no such text, and say so.
            let set = by_name(&mut signer, &setting.name().to_uppercase(), Value::Text("1"));
            assert_ne!(set, Err(Argument::UnknownSetting.into()), "{}", setting.name());
        }
        let set = by_name(&mut signer, "colour", Value::Text("1"));
        assert_eq!(set.map_err(|error| error.status()), Err(Status::InvalidArgument));
    }
}
