//! The one error model of every host: a [`Status`], a reason, and so a sentence in every language.
//!
//! Each family of statuses has an enum of its reasons, with their arguments as values; the English sentence stands
//! beside the reason, and those of other languages in [`language`](crate::language).

mod advice;
mod argument;
mod crypto;
mod family;
mod input;
mod internal;
#[cfg(feature = "grant")]
mod keeping;
#[cfg(feature = "http")]
mod network;
#[cfg(feature = "oauth2")]
mod protocol;
mod status;
mod term;

pub use advice::{Advice, Wording};
pub use argument::Argument;
pub use crypto::Crypto;
pub use input::Input;
pub use internal::Internal;
#[cfg(feature = "grant")]
pub use keeping::{Keeping, Quarantine, StoreKinds};
#[cfg(feature = "http")]
pub use network::Network;
#[cfg(feature = "oauth2")]
pub use protocol::Protocol;
pub use status::Status;
pub use term::{Source, Term};

use std::fmt;

/// Why something failed; `Display` is the sentence in English, without a full stop at its end, and names no host's command.
///
/// The sentence says what was wrong, with what, and what to do. It never holds a secret, nor text of the caller's
/// that could be one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// An argument of a call is not what the call takes.
    Argument(Argument),
    /// The request cannot be signed as it is.
    Input(Input),
    /// A key cannot be used, or no randomness is to be had.
    Crypto(Crypto),
    /// OAuth cannot go on with what a service, a browser or a profile brought.
    #[cfg(feature = "oauth2")]
    Protocol(Protocol),
    /// A grant gives no token, or its store cannot be used.
    #[cfg(feature = "grant")]
    Keeping(Keeping),
    /// The HTTP client cannot be set up.
    #[cfg(feature = "http")]
    Network(Network),
    /// A defect of this library.
    Internal(Internal),
}

/// Asks the reason, whichever family it is of.
macro_rules! of_reason {
    ($error:expr, $reason:ident => $answer:expr) => {
        match $error {
            Error::Argument($reason) => $answer,
            Error::Input($reason) => $answer,
            Error::Crypto($reason) => $answer,
            #[cfg(feature = "oauth2")]
            Error::Protocol($reason) => $answer,
            #[cfg(feature = "grant")]
            Error::Keeping($reason) => $answer,
            #[cfg(feature = "http")]
            Error::Network($reason) => $answer,
            Error::Internal($reason) => $answer,
        }
    };
}

impl Error {
    /// Its number and name.
    #[must_use]
    pub const fn status(&self) -> Status {
        of_reason!(self, reason => reason.status())
    }

    /// The reason in one stable word, such as `relative-url`: what JSON, Python and 1C show beside the number.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        of_reason!(self, reason => reason.word())
    }

    /// What is to be done, where there is more to say of it than the sentence does.
    #[must_use]
    pub fn advice(&self) -> Option<Advice<'_>> {
        of_reason!(self, reason => reason.advice())
    }

    /// The sentence, with what is to be done in a host's words.
    #[must_use]
    pub fn worded(&self, wording: Wording) -> String {
        Worded(self, wording).to_string()
    }
}

/// An error in the words of a host.
struct Worded<'a>(&'a Error, Wording);

impl fmt::Display for Worded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        of_reason!(self.0, reason => reason.write(f, self.1))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        of_reason!(self, reason => reason.fmt(f))
    }
}

impl std::error::Error for Error {}

macro_rules! from_reason {
    ($($family:ident),+) => {
        $(
            impl From<$family> for Error {
                #[cold]
                fn from(reason: $family) -> Self {
                    Self::$family(reason)
                }
            }
        )+
    };
}

from_reason!(Argument, Input, Crypto, Internal);
#[cfg(feature = "grant")]
from_reason!(Keeping);
#[cfg(feature = "oauth2")]
from_reason!(Protocol);
#[cfg(feature = "http")]
from_reason!(Network);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_word_stands_for_one_reason() {
        let mut all = [argument::WORDS, input::WORDS, crypto::WORDS, internal::WORDS].concat();
        #[cfg(feature = "oauth2")]
        all.extend_from_slice(protocol::WORDS);
        #[cfg(feature = "grant")]
        all.extend_from_slice(keeping::WORDS);
        #[cfg(feature = "http")]
        all.extend_from_slice(network::WORDS);
        let all = all;
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for word in all {
            assert!(word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')), "{word}");
        }
    }

    #[cfg(feature = "grant")]
    #[test]
    fn what_is_to_be_done_is_said_in_a_host_s_words() {
        let crm = || "crm".to_owned();
        let said = |reason: Keeping| {
            let error = Error::from(reason);
            (error.to_string(), error.worded(|advice| format!("{advice:?}")), error.worded(|_| String::new()))
        };
        let (plain, worded, bare) = said(Keeping::NotLoggedIn { name: crm() });
        assert_eq!(plain, "nobody has logged in for the grant crm yet");
        assert_eq!((worded, bare), (format!("{plain}: LogIn(\"crm\")"), plain));
        let (plain, worded, bare) = said(Keeping::Revoked { name: crm() });
        assert_eq!(bare, "the grant crm was revoked; to use it again");
        assert_eq!((plain, worded), (format!("{bare}: log in"), format!("{bare}: LogInToUse(\"crm\")")));
        let (plain, worded, _) = said(Keeping::GrantExists { name: crm() });
        assert_eq!(plain, worded);
        assert_eq!(Error::from(Keeping::GrantExists { name: crm() }).advice(), None);
    }

    #[test]
    fn arguments_stand_in_the_sentence() {
        let error = Error::from(Input::SetElsewhere { name: "oauth_token", source: Source::Token });
        assert_eq!(
            error.to_string(),
            "oauth_token cannot be set as an extra parameter: it comes from the signer's token"
        );
        assert_eq!((error.status(), error.word()), (Status::DuplicateProtocolParameter, "set-elsewhere"));
    }
}
