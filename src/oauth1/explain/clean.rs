//! What happens to a base string on its way from a server's error page to here, undone.

use crate::percent::decode;
use std::borrow::Cow;

/// Something that was undone in a pasted base string before it was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cleaning {
    /// Quotation marks around it were taken off.
    Quotes,
    /// White space around it was taken off.
    SpaceAround,
    /// Line breaks or other white space within it, which no base string holds, were taken out.
    SpaceWithin,
    /// `&amp;` was read as `&`, as in the source of a web page.
    HtmlEscapes,
    /// `\u0026` was read as `&`, as in JSON.
    JsonEscapes,
    /// All of it was percent-encoded once more, as in a URL or a log.
    EncodedWhole,
}

/// A pasted base string as the server had it, as far as that can be told.
///
/// Each step looks for what no base string holds: white space, quotation marks, `;` and `\` are encoded in one.
pub(super) fn clean(pasted: &str) -> (Cow<'_, str>, Vec<Cleaning>) {
    let mut done = Vec::new();
    let mut text = Cow::Borrowed(pasted);
    let step = |text: &mut Cow<'_, str>, done: &mut Vec<Cleaning>, cleaning, new: String| {
        if new != **text {
            *text = Cow::Owned(new);
            done.push(cleaning);
        }
    };
    let trimmed = text.trim().to_owned();
    step(&mut text, &mut done, Cleaning::SpaceAround, trimmed);
    for quote in ['"', '\'', '`'] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).map(str::to_owned);
        if let Some(inner) = inner {
            step(&mut text, &mut done, Cleaning::Quotes, inner.trim().to_owned());
        }
    }
    let joined = text.split_whitespace().collect();
    step(&mut text, &mut done, Cleaning::SpaceWithin, joined);
    let plain = text.replace("&amp;", "&").replace("&#38;", "&").replace("&#x26;", "&");
    step(&mut text, &mut done, Cleaning::HtmlEscapes, plain);
    let plain = text.replace("\\u0026", "&");
    step(&mut text, &mut done, Cleaning::JsonEscapes, plain);
    if !text.contains('&')
        && text.contains("%26")
        && let Ok(plain) = String::from_utf8(decode(text.as_bytes()))
    {
        // Only where it becomes one: method, URI, parameters.
        if plain.matches('&').count() == 2 {
            step(&mut text, &mut done, Cleaning::EncodedWhole, plain);
        }
    }
    (text, done)
}

/// The value, decoded, of a parameter in a base string; a server's own, as pasted.
///
/// With `oauth_nonce` and `oauth_timestamp` of it the same request can be signed again, and then compared.
///
/// ```
/// use osign::oauth1::explain::base_string_parameter;
/// let text = "GET&http%3A%2F%2Fexample.com%2F&a%3Dr%2520b%26oauth_nonce%3D7d8f3e4a";
/// assert_eq!(base_string_parameter(text, "oauth_nonce").as_deref(), Some("7d8f3e4a"));
/// assert_eq!(base_string_parameter(text, "a").as_deref(), Some("r b"));
/// assert_eq!(base_string_parameter(text, "b"), None);
/// ```
#[must_use]
pub fn base_string_parameter(base_string: &str, name: &str) -> Option<String> {
    let (text, _) = clean(base_string);
    let normalized = String::from_utf8(decode(text.splitn(3, '&').nth(2)?.as_bytes())).ok()?;
    let value = normalized.split('&').find_map(|pair| {
        let (encoded, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(encoded.as_bytes()) == name.as_bytes()).then(|| decode(value.as_bytes()))
    })?;
    String::from_utf8(value).ok()
}
