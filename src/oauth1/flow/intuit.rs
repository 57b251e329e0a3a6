//! The XML that Intuit answers to a renewal and to a disconnect with: elements of text, of which three matter.

use super::credentials::Pair;
use super::fields::check_whole;
use super::problem::refused;
use crate::error::{Error, Protocol};
use crate::http::Answer;
use crate::provider::Profile;
use crate::secret::Secret;

/// The new pair of a renewal.
pub(super) fn pair(profile: &Profile, answer: &Answer) -> Result<Pair, Error> {
    let text = success(profile, answer)?;
    let of = |name: &str, missing: Protocol| {
        let value = element(text, name).ok_or(missing)?;
        Ok::<_, Error>(Secret::new(value.as_bytes()))
    };
    let token = of("OAuthToken", Protocol::NoToken)?;
    if token.is_empty() {
        return Err(Protocol::EmptyToken.into());
    }
    let secret = of("OAuthTokenSecret", Protocol::NoTokenSecret)?;
    Ok(Pair { token, secret, kept: Vec::new(), others: Vec::new() })
}

/// The text of an answer whose `ErrorCode` is 0.
pub(super) fn success<'a>(profile: &Profile, answer: &'a Answer) -> Result<&'a str, Error> {
    check_whole(answer)?;
    let text = std::str::from_utf8(answer.body()).unwrap_or_default().trim_start_matches('\u{feff}').trim();
    let code = element(text, "ErrorCode");
    match code {
        Some(code) if code != "0" => Err(refused(profile, answer, code, "")),
        _ if !(200..300).contains(&answer.status) => Err(refused(profile, answer, "", "")),
        Some(_) => Ok(text),
        None if text.is_empty() => Err(Protocol::EmptyAnswer.into()),
        None => Err(Protocol::NoErrorCode.into()),
    }
}

/// The text of the element of a name; none where it is not there once, or holds anything but text. A document with
/// declarations, comments or sections that are no plain text has none.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    if text.contains("<!") {
        return None;
    }
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let (_, after) = text.split_once(&start)?;
    let (value, rest) = after.split_once(&end)?;
    let is_text = value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'&'));
    (is_text && !rest.contains(&start) && value.len() <= 1024).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_there_once_and_holds_text() {
        for (text, value) in [
            ("<A><Token>abc</Token></A>", Some("abc")),
            ("<A><Token></Token></A>", Some("")),
            ("<A><Token/></A>", None),
            ("<A><Token>abc</Token><Token>abd</Token></A>", None),
            ("<A><Token><B>abc</B></Token></A>", None),
            ("<A><Token>a&amp;c</Token></A>", None),
            ("<!DOCTYPE A><A><Token>abc</Token></A>", None),
            ("<A><!-- <Token>abc</Token> --></A>", None),
            ("<A><Token>a b</Token></A>", None),
            ("<A><Token>abc</A>", None),
            ("", None),
        ] {
            assert_eq!(element(text, "Token"), value, "{text}");
        }
    }
}
