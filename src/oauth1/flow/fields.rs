//! The fields of an answer with credentials, read strictly: form data and nothing else (RFC 5849 §2.1, §2.3).
//!
//! The type that an answer says it has decides nothing, since services send forms as text, as HTML and as nothing at all; what
//! it is decides.

use super::credentials::Pair;
use super::names::{KNOWN, SECRET, TOKEN};
use crate::error::{Error, Protocol};
use crate::form;
use crate::http::Answer;
use crate::provider::{Profile, is_public_text};
use crate::secret::{Secret, repeats};
use zeroize::Zeroizing;

/// The most that is read of an answer, in bytes: no service has credentials of such a length.
const MOST: usize = 64 * 1024;

/// The most bytes of a token or of its secret, which must fit in a header.
const MOST_OF_TOKEN: usize = 8 * 1024;

/// Names and values, each of them once.
pub(super) struct Fields(Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>);

impl Fields {
    /// Those of an answer.
    pub(super) fn read(answer: &Answer) -> Result<Self, Error> {
        check_whole(answer)?;
        let body = form_of(answer);
        match body.first() {
            None => return Err(Protocol::EmptyAnswer.into()),
            Some(b'<') => return Err(Protocol::PageAnswer.into()),
            Some(b'{' | b'[' | b'"') => return Err(Protocol::JsonAnswer.into()),
            Some(_) => {}
        }
        // Form data is ASCII without spaces (WHATWG URL §5.2), each pair with an equals sign.
        let is_form = body.iter().all(u8::is_ascii_graphic) && body.contains(&b'=');
        if !is_form {
            return Err(Protocol::NotForm.into());
        }
        let fields = form::decode(body).into_iter().map(|(name, value)| (name, Zeroizing::new(value)));
        Self(fields.collect()).each_once()
    }

    /// Readers disagree on which of two counts, so none does.
    fn each_once(self) -> Result<Self, Error> {
        let mut names: Vec<&[u8]> = self.0.iter().map(|(name, _)| name.as_slice()).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        match twice {
            None => Ok(self),
            Some(twice) => {
                let known = KNOWN.into_iter().find(|known| known.as_bytes() == twice);
                Err(Protocol::RepeatedAnswerField { name: known.unwrap_or("a field") }.into())
            }
        }
    }

    /// The value of a field; an empty one too.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value.as_slice())
    }

    /// The same as text; None where it is none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// A number of seconds: from one to a hundred years. Some services say 0 of what does not end.
    pub(super) fn seconds(&self, name: &str) -> Option<u32> {
        const CENTURY: u32 = 100 * 366 * 86_400;
        let text = self.text(name).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        text.parse().ok().filter(|seconds| (1..=CENTURY).contains(seconds))
    }

    /// A secret that can be sent again.
    pub(super) fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).filter(|text| !text.is_empty() && is_sendable(text)).map(|text| Secret::new(text.as_bytes()))
    }

    /// Token and secret, and what came along.
    pub(super) fn pair(&self, profile: &Profile) -> Result<Pair, Error> {
        let token = self.get(TOKEN).ok_or(Protocol::NoToken)?;
        if token.is_empty() {
            return Err(Protocol::EmptyToken.into());
        }
        let secret = self.get(SECRET).ok_or(Protocol::NoTokenSecret)?;
        let sendable = |name: &'static str, value: &[u8]| {
            let text = std::str::from_utf8(value).ok().filter(|text| is_sendable(text));
            text.map(|text| Secret::new(text.as_bytes())).ok_or(Protocol::UnsendableToken { name })
        };
        let (token, secret) = (sendable(TOKEN, token)?, sendable(SECRET, secret)?);
        let kept = self.kept(profile, &[token.expose(), secret.expose()]);
        let others = self.0.iter().filter(|(name, _)| !KNOWN.iter().any(|known| known.as_bytes() == name));
        let others = others.filter_map(|(name, value)| {
            let (name, value) = (std::str::from_utf8(name).ok()?, std::str::from_utf8(value).ok()?);
            Some((name.to_owned(), Secret::new(value.as_bytes())))
        });
        Ok(Pair { token, secret, kept, others: others.collect() })
    }

    /// What the profile keeps, if it is short text that repeats no secret, and where it is a host, an allowed one.
    fn kept(&self, profile: &Profile, secrets: &[&[u8]]) -> Vec<(String, String)> {
        let mut kept = Vec::new();
        for (name, hosts) in profile.kept_of_answer() {
            let Some(value) = self.text(name).filter(|value| is_public_text(value, 512) && !repeats(value, secrets))
            else {
                continue;
            };
            if hosts.is_none_or(|hosts| profile.arrived_host(name, value, hosts).is_ok()) {
                kept.push((name.to_owned(), value.to_owned()));
            }
        }
        kept
    }
}

/// Refuses an answer that is too long, or did not come whole.
pub(super) fn check_whole(answer: &Answer) -> Result<(), Error> {
    if answer.body().len() > MOST {
        return Err(Protocol::LongAnswer { most: MOST }.into());
    }
    if answer.is_cut {
        return Err(Protocol::CutAnswer.into());
    }
    Ok(())
}

/// The form that an answer is, if it is one: without the mark and the blanks that some send around it.
pub(super) fn form_of(answer: &Answer) -> &[u8] {
    let body = answer.body();
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii()
}

/// Whether a header can carry it (RFC 5849 §3.5.1).
fn is_sendable(text: &str) -> bool {
    text.len() <= MOST_OF_TOKEN && !text.bytes().any(|byte| byte.is_ascii_control())
}
