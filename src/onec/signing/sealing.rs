//! What the class seals, and the random texts that programs need.

use super::class::Signing;
use crate::grant::key::Key;
use crate::grant::sealed::{NONCE, open_text, seal_text};
use crate::oauth2::{challenge, check_verifier};
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::value::Returned;
use crate::secret::Secret;
use crate::system;

/// The longest random text.
const LONGEST: i64 = 1024;

impl Signing {
    pub(super) fn new_key(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        Ok(Key::from_random(&*system::seed()?).line().as_str().into())
    }

    pub(super) fn seal(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (data, context) = (arguments.bytes(0)?, arguments.setting(2)?);
        Ok(seal_text(&data, &key(arguments, 1)?, &context, &nonce()?)?.into())
    }

    pub(super) fn unseal(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (text, context, kind) = (arguments.text(0)?, arguments.setting(2)?, arguments.setting(3)?);
        let is_text = match &*kind.to_lowercase() {
            "text" | "строка" => true,
            "binary" | "двоичные" => false,
            _ => return Err(Exception::UnknownEncoding { known: "text, binary" }),
        };
        let data = open_text(text.trim(), &key(arguments, 1)?, &context)?;
        match (is_text, std::str::from_utf8(&data)) {
            (true, Ok(text)) => Ok(text.into()),
            (true, Err(_)) => Err(Exception::NoText),
            (false, _) => Ok(Returned::Bytes(data.to_vec())),
        }
    }

    pub(super) fn random_text(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let len = arguments.whole(0)?;
        match usize::try_from(len) {
            Ok(len @ 1..) if arguments.whole(0)? <= LONGEST => Ok(system::text(len)?.as_str().into()),
            _ => Err(Exception::OutOfRange { parameter: arguments.parameters[0].names, least: 1, most: LONGEST }),
        }
    }

    pub(super) fn pkce_challenge(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let verifier = arguments.setting(0)?;
        check_verifier(&verifier)?;
        Ok(challenge(&Secret::new(verifier.as_bytes())).into())
    }
}

/// The key of this argument.
pub(super) fn key(arguments: &Arguments<'_>, index: usize) -> Result<Key, Exception> {
    Ok(Key::read(&arguments.setting_bytes(index)?)?)
}

/// What no two texts under a key have.
pub(super) fn nonce() -> Result<[u8; NONCE], Exception> {
    let mut nonce = [0; NONCE];
    system::fill(&mut nonce)?;
    Ok(nonce)
}
