//! Answers of a service that hands out credentials (RFC 5849 §2.1, §2.3).

use super::credentials::{Credentials, Pair, Renewal, Temporary};
use super::fields::Fields;
use super::intuit;
use super::names::{AUTHORIZATION_EXPIRES_IN, CONFIRMED, EXPIRES_IN, SESSION_HANDLE};
use super::problem::{self, Words};
use crate::error::{Error, Protocol};
use crate::http::Answer;
use crate::provider::{AnswerKind, Meaning, OAuth1, Profile, RevocationAnswer};

/// Reads the answer to a [temporary credentials request](super::temporary_request) (§2.1).
///
/// # Errors
/// - [`Denied`](crate::Status::Denied) where the service refused;
/// - [`InvalidAnswer`](crate::Status::InvalidAnswer) where it failed, or the answer is no form with a token and its secret, each
///   once; and where it does not say `oauth_callback_confirmed=true`, unless the service is one of OAuth 1.0;
/// - [`NotConfigured`](crate::Status::NotConfigured) where the profile is of another kind.
pub fn read_temporary(profile: &Profile, answer: &Answer) -> Result<Temporary, Error> {
    let oauth1 = oauth1(profile)?;
    let fields = fields(profile, answer, Words::Shown)?;
    let pair = fields.pair(profile)?;
    // Services on Authlib say `True`.
    let is_confirmed = fields.get(CONFIRMED).is_some_and(|value| value.eq_ignore_ascii_case(b"true"));
    if oauth1.confirms_callback() && !is_confirmed {
        return Err(Protocol::CallbackNotConfirmed.into());
    }
    Ok(Temporary { pair })
}

/// Reads the answer to a [token credentials request](super::token_request) (§2.3).
///
/// # Errors
/// As [`read_temporary`], save for the callback.
pub fn read_token(profile: &Profile, answer: &Answer) -> Result<Credentials, Error> {
    oauth1(profile)?;
    credentials(profile, answer, Words::Shown).map_err(|error| problem::of_login(answer, error))
}

/// Reads the answer to [xAuth's request](super::xauth_request). No error shows the service's own words, which may say the password.
///
/// # Errors
/// As [`read_token`].
pub fn read_xauth(profile: &Profile, answer: &Answer) -> Result<Credentials, Error> {
    oauth1(profile)?;
    credentials(profile, answer, Words::Hidden).map_err(|error| problem::of_login(answer, error))
}

/// Reads the answer to a [renewal](super::renew_request).
///
/// # Errors
/// As [`read_token`].
pub fn read_renewal(profile: &Profile, answer: &Answer) -> Result<Renewal, Error> {
    match oauth1(profile)?.renewal_answer() {
        AnswerKind::Form => credentials(profile, answer, Words::Shown).map(Renewal::New),
        AnswerKind::IntuitXml => {
            let pair = intuit::pair(profile, answer)?;
            Ok(Renewal::New(with_lifetimes(profile, pair, None)))
        }
        AnswerKind::Status => success(profile, answer).map(|()| Renewal::Same),
    }
}

/// Whether an answer to a [renewal](super::renew_request) that brought this error leaves it open what the service did: it failed,
/// or nobody could read what it said. A refusal, or what the profile knows the meaning of, does not.
#[must_use]
pub fn is_in_doubt(profile: &Profile, answer: &Answer, error: &Error) -> bool {
    match error {
        Error::Protocol(Protocol::RequestRefused { .. }) => false,
        Error::Protocol(Protocol::ServiceFailed { http_status, .. }) => {
            *http_status >= 500 && problem::meaning(profile, answer).is_none()
        }
        _ => true,
    }
}

/// Whether an answer to a renewal says that it is not yet its time, by what the profile knows.
#[must_use]
pub fn is_too_early(profile: &Profile, answer: &Answer) -> bool {
    problem::meaning(profile, answer) == Some(Meaning::TooEarly)
}

/// Reads the answer to a [disconnect](super::disconnect_request): whether the token is good no more, which one that had ended
/// before is not either.
///
/// # Errors
/// As [`read_token`].
pub fn read_disconnect(profile: &Profile, answer: &Answer) -> Result<(), Error> {
    let read = match oauth1(profile)?.revocation_answer() {
        RevocationAnswer::Status => success(profile, answer),
        RevocationAnswer::IntuitXml => intuit::success(profile, answer).map(drop),
    };
    match read {
        Err(Error::Protocol(Protocol::RequestRefused { .. })) if problem::tells_of_end(answer) => Ok(()),
        read => read,
    }
}

pub(super) fn oauth1(profile: &Profile) -> Result<&OAuth1, Error> {
    profile.oauth1().ok_or_else(|| Protocol::OtherGrant.into())
}

fn credentials(profile: &Profile, answer: &Answer, words: Words) -> Result<Credentials, Error> {
    let fields = fields(profile, answer, words)?;
    let pair = fields.pair(profile)?;
    Ok(with_lifetimes(profile, pair, Some(&fields)))
}

fn with_lifetimes(profile: &Profile, pair: Pair, fields: Option<&Fields>) -> Credentials {
    let (usual, seconds) = (profile.lifetimes(), |name| fields.and_then(|fields| fields.seconds(name)));
    Credentials {
        pair,
        expires_in: seconds(EXPIRES_IN).or(usual.access),
        authorization_expires_in: seconds(AUTHORIZATION_EXPIRES_IN).or(usual.authorization),
        session_handle: fields.and_then(|fields| fields.secret(SESSION_HANDLE)),
    }
}

/// The fields of an answer of success.
fn fields(profile: &Profile, answer: &Answer, words: Words) -> Result<Fields, Error> {
    let fields = Fields::read(answer);
    problem::of_answer(profile, answer, fields.as_ref().ok(), words).map_or(fields, Err)
}

/// Whether an answer without fields is one of success.
fn success(profile: &Profile, answer: &Answer) -> Result<(), Error> {
    let fields = Fields::read(answer).ok();
    problem::of_answer(profile, answer, fields.as_ref(), Words::Shown).map_or(Ok(()), Err)
}
