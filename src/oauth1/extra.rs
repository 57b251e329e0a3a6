//! Extra protocol parameters, such as `oauth_callback` and `oauth_verifier`: what cannot be one.

use super::ordinary::{NONCE, TIMESTAMP};
use crate::error::{Error, Input, Source, Term};

/// Names that are set elsewhere, and where.
const SET_ELSEWHERE: [(&str, Source); 7] = [
    ("oauth_consumer_key", Source::ConsumerKey),
    (NONCE, Source::Nonce),
    ("oauth_signature", Source::Signing),
    ("oauth_signature_method", Source::SignatureMethod),
    (TIMESTAMP, Source::Timestamp),
    ("oauth_token", Source::Token),
    ("oauth_version", Source::SendVersion),
];

/// Refuses an extra protocol parameter that cannot be one.
pub(crate) fn check_extra_parameter(name: &str, value: &str) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Input::EmptyParameterName.into());
    }
    if let Some(&(name, source)) = SET_ELSEWHERE.iter().find(|(own, _)| *own == name) {
        return Err(Input::SetElsewhere { name, source }.into());
    }
    if name.eq_ignore_ascii_case("realm") {
        return Err(Input::RealmAsParameter.into());
    }
    // The name is not repeated: a caller may have swapped the two, and the value may be a secret.
    check_text(Term::ParameterName, name)?;
    check_text(Term::ParameterValue, value)
}

/// Refuses control characters in what a header will carry.
pub(crate) fn check_text(term: Term, text: &str) -> Result<(), Error> {
    if text.bytes().any(|b| b.is_ascii_control()) {
        return Err(Input::ControlCharacter { term }.into());
    }
    Ok(())
}
