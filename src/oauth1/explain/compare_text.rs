//! A comparison in English: what the server does otherwise, and what to do.

use super::clean::Cleaning;
use super::compare::Comparison;
use super::compare_value::Recoding;
use super::difference::Difference;
use crate::explain::shown;
use crate::oauth1::method::SignatureMethod;
use std::fmt;

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.difference {
            Some(difference) => write!(f, "{difference}")?,
            None if self.other_request => f.write_str(
                "Only nonce or timestamp differ: the two base strings are of two requests. Explain the request with \
                 the nonce and the timestamp that the server reports.",
            )?,
            None if self.signature_method.is_some_and(SignatureMethod::is_rsa) => f.write_str(
                "The base strings are the same. So the key differs, or the signature method, or the server reads \
                 another signature than was sent: check that the certificate or public key that the service holds for \
                 this consumer key belongs to the private key, and the method that the server expects.",
            )?,
            None => f.write_str(
                "The base strings are the same. So a secret differs, or the signature method, or the server reads \
                 another signature than was sent: check the consumer secret and the token secret for missing letters \
                 and white space, and the method that the server expects.",
            )?,
        }
        if self.difference.is_some() && self.other_request {
            f.write_str("\nNonce or timestamp differ as well, as in two separate requests; they were left out here.")?;
        }
        for cleaning in &self.cleaned {
            write!(f, "\nBefore comparing, {cleaning}.")?;
        }
        match (&self.difference, &self.excerpt) {
            // With two requests the texts part at the nonce, and that is not what was reported.
            (Some(_), Some(excerpt)) if !self.other_request => write!(
                f,
                "\nThe first {} bytes are the same, then:\n   ours    {}\n   theirs  {}",
                excerpt.same, excerpt.ours, excerpt.theirs
            ),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Cleaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quotes => "the quotation marks around the server's text were taken off",
            Self::SpaceAround => "the white space around the server's text was taken off",
            Self::SpaceWithin => "line breaks and white space within the server's text were taken out",
            Self::HtmlEscapes => "&amp; in the server's text was read as &, as in the source of a web page",
            Self::JsonEscapes => "\\u0026 in the server's text was read as &, as in JSON",
            Self::EncodedWhole => "the server's text was percent-decoded once, since all of it was encoded",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABaseString => f.write_str(
                "This is no base string: it has no method, URI and parameters joined by &. Paste all of what the \
                 server calls the signature base string.",
            ),
            Self::MethodCase => f.write_str(
                "The server has the HTTP method in small letters; a base string has it in capitals (RFC 5849 \
                 §3.4.1.1). This is the server's mistake.",
            ),
            Self::Method { ours, theirs } => write!(
                f,
                "The server sees the method {}, and {} was signed. Sign the method that is really sent; a redirect or \
                 a method override changes it on the way.",
                short(theirs),
                short(ours)
            ),
            Self::ParametersNotEncoded => f.write_str(
                "The server did not percent-encode the parameters as a part of the base string (RFC 5849 §3.4.1.1). \
                 This is the server's mistake, or it shows the string before that step.",
            ),
            Self::ParameterEscapes => f.write_str(
                "The parameters are the same, but the server encoded them otherwise on their way into the base string: \
                 escapes have capital hex digits, and only letters, digits, -, ., _ and ~ stay as they are (RFC 5849 \
                 §3.6). This is the server's mistake.",
            ),
            Self::TrailingText { bytes } => write!(
                f,
                "The server's text begins with our base string and has {bytes} bytes more after it. If they are not \
                 part of what it signs, the base strings are the same, and a secret, a key or the method differs."
            ),
            _ if self.is_of_uri() => self.write_uri(f),
            _ => self.write_parameter(f),
        }
    }
}

impl Difference {
    const fn is_of_uri(&self) -> bool {
        matches!(
            self,
            Self::UriNotEncoded
                | Self::UriHasQuery
                | Self::UriEscapes
                | Self::UriNotAbsolute { .. }
                | Self::Scheme { .. }
                | Self::HostCase
                | Self::Host { .. }
                | Self::Port { .. }
                | Self::Path { .. }
        )
    }

    fn write_uri(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UriNotEncoded => f.write_str(
                "The server did not percent-encode the URI as a part of the base string (RFC 5849 §3.4.1.1). This is \
                 the server's mistake, or it shows the string before that step.",
            ),
            Self::UriHasQuery => f.write_str(
                "The server left the query in the URI; it belongs among the parameters (RFC 5849 §3.4.1.2). This is \
                 the server's mistake.",
            ),
            Self::UriEscapes => f.write_str(
                "The URI is the same, but the server encoded it otherwise on its way into the base string: escapes \
                 have capital hex digits, and only letters, digits, -, ., _ and ~ stay as they are (RFC 5849 §3.6).",
            ),
            Self::UriNotAbsolute { theirs } => write!(
                f,
                "The server has {} for the URI, without scheme and host; a base string has all of it up to the query, \
                 beginning with http:// or https:// (RFC 5849 §3.4.1.2). This is the server's mistake.",
                if theirs.is_empty() { "nothing".to_owned() } else { short(theirs) }
            ),
            Self::Scheme { ours, theirs } => write!(
                f,
                "The server sees the scheme {}, and {} was signed. A proxy before the server that ends TLS does that; \
                 the server must be told the scheme that clients use (X-Forwarded-Proto), or else sign {} as the server \
                 sees it.",
                short(theirs),
                short(ours),
                short(theirs)
            ),
            Self::HostCase => f.write_str(
                "The server has the host with capitals; a base string has it in small letters (RFC 5849 §3.4.1.2). \
                 Write the host in small letters in the URL.",
            ),
            Self::Host { ours, theirs } => write!(
                f,
                "The server sees the host {}, and {} was signed. Use the server's name in the URL; where a proxy \
                 changes it, the server must be told the name that clients use (X-Forwarded-Host).",
                short(theirs),
                short(ours)
            ),
            Self::Port { theirs: Some(port), theirs_is_default: true, .. } => write!(
                f,
                "The server sees port {port}, which is the scheme's default and should be left out (RFC 5849 \
                 §3.4.1.2). This is the server's mistake, or a proxy's that sends it the port in the Host header."
            ),
            Self::Port { ours, theirs, .. } => {
                match theirs {
                    Some(port) => write!(f, "The server sees port {}", short(port))?,
                    None => f.write_str("The server sees no port")?,
                }
                match ours {
                    Some(port) => write!(f, ", and port {} was signed.", short(port))?,
                    None => f.write_str(", and none was signed, since the URL has the scheme's default.")?,
                }
                f.write_str(
                    " Use the port that the server takes for its own; where a proxy changes it, the server must be \
                     told the port that clients use (X-Forwarded-Port).",
                )
            }
            Self::Path { ours, theirs, recoding: Some(recoding) } => write!(
                f,
                "The server has the path {} where {} was signed: the server {}. The path is signed as it is sent; send \
                 it in the form that the server has.",
                short(theirs),
                short(ours),
                recoding.did("the path")
            ),
            Self::Path { ours, theirs, .. } if ours == "/" && theirs.is_empty() => f.write_str(
                "The server has an empty path, and / was signed, as it must be (RFC 5849 §3.4.1.2 and RFC 3986 §6.2.3). \
                 This is the server's mistake.",
            ),
            Self::Path { ours, theirs, .. } if ours.trim_end_matches('/') == theirs.trim_end_matches('/') => write!(
                f,
                "The server has the path {}, and {} was signed: they differ in the slash at the end. Write the path in \
                 the URL as the server has it.",
                short(theirs),
                short(ours)
            ),
            Self::Path { ours, theirs, .. } => write!(
                f,
                "The server sees the path {}, and {} was signed. A redirect or a proxy that rewrites paths does that; \
                 use the path that the server sees.",
                short(theirs),
                short(ours)
            ),
            _ => Ok(()),
        }
    }

    fn write_parameter(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RealmSigned => f.write_str(
                "The server signs the realm, which must be left out (RFC 5849 §3.4.1.3.1). This is the server's \
                 mistake; try without a realm.",
            ),
            Self::SignatureSigned => f.write_str(
                "The server signs oauth_signature itself, which must be left out (RFC 5849 §3.4.1.3.1). This is the \
                 server's mistake, or the request brought an oauth_signature of its own.",
            ),
            Self::Missing { name, .. } if name == "oauth_version" => f.write_str(
                "The server leaves out oauth_version. Sign without it: --no-version, or the signer's send_version off.",
            ),
            Self::Missing { name, .. } if name == "oauth_body_hash" => f.write_str(
                "The server leaves out oauth_body_hash: it does not know that extension. Sign without a body hash.",
            ),
            Self::Missing { name, value, kept: 0 } => write!(
                f,
                "The server does not have the parameter {}={}. Either it was not sent, or the server does not count \
                 it: look whether it signs what stands in the query and, with the content type \
                 application/x-www-form-urlencoded, in the body.",
                short(name),
                short(value)
            ),
            Self::Missing { name, value, kept } => write!(
                f,
                "The server does not have {}={}, but {kept} more with this name: it drops repeated parameters. All of \
                 them are to be signed (RFC 5849 §3.4.1.3.2); send each name once if the server cannot be changed.",
                short(name),
                short(value)
            ),
            Self::Extra { name, value } if name == "oauth_token" && value.is_empty() => f.write_str(
                "The server signs an empty oauth_token, and none was sent. This is the server's mistake, unless it \
                 expects a token.",
            ),
            Self::Extra { name, value } => write!(
                f,
                "The server has the parameter {}={}, which was not signed. Either something added it on the way, or \
                 the body was sent as a form and signed as something else: give the same content type to both.",
                short(name),
                short(value)
            ),
            Self::Name { ours, theirs, recoding } => write!(
                f,
                "The server has the name {} where {} was signed: the server {}. {}",
                short(theirs),
                short(ours),
                recoding.did(&format!("the name {}", short(ours))),
                recoding.advice()
            ),
            Self::Value { name, ours, theirs, recoding: Some(recoding) } => write!(
                f,
                "The server {}: it has {}={}, and {} was signed. {}",
                recoding.did(&short(name)),
                short(name),
                short(theirs),
                short(ours),
                recoding.advice()
            ),
            Self::Value { name, ours, theirs, .. } => write!(
                f,
                "The server has {}={}, and {} was signed. Send the value that was signed, or sign the one that is sent.",
                short(name),
                short(theirs),
                short(ours)
            ),
            Self::ServerHashedNothing => f.write_str(
                "The server's oauth_body_hash is that of an empty body: the body did not arrive, or the server had read \
                 it already.",
            ),
            Self::WeHashedNothing => f.write_str(
                "Our oauth_body_hash is that of an empty body, and the server got one. Give the body to the signer.",
            ),
            Self::Order { place, ours, theirs } => write!(
                f,
                "The server sorts the parameters otherwise: at place {place} it has {}, and {} belongs there. They are \
                 sorted by encoded name, then by encoded value, byte by byte (RFC 5849 §3.4.1.3.2). This is the \
                 server's mistake.",
                short(theirs),
                short(ours)
            ),
            _ => Ok(()),
        }
    }
}

impl Recoding {
    /// What the server did to `what`.
    fn did(self, what: &str) -> String {
        match self {
            Self::Twice => format!("encoded {what} twice"),
            Self::DecodedTwice => format!("decoded {what} twice"),
            Self::PlusAsSpace => format!("decoded `+` as a space in {what}"),
            Self::SpaceAsPlus => format!("took `+` for itself, and not for a space, in {what}"),
            Self::SpaceWrittenAsPlus => format!("encoded a space as `+` in {what}"),
            Self::LowerCaseHex => format!("has escapes in other capitals in {what}"),
            Self::EncodedNeedlessly(letter) => format!("encoded {} in {what}", quoted(letter)),
            Self::LeftPlain(letter) => format!("did not encode {} in {what}", quoted(letter)),
            Self::Latin1 => format!("read {what} as ISO-8859-1"),
            Self::HtmlEscaped => format!("has HTML escapes in {what}"),
            Self::Trimmed => format!("has other white space at an end of {what}"),
            Self::Case => format!("changed the capitals of {what}"),
            Self::Cut => format!("has only the beginning of {what}"),
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Twice => "This is the server's mistake, or it was sent encoded twice.",
            Self::DecodedTwice => "Was it encoded before it was given to the signer? Give it as it is.",
            Self::PlusAsSpace => "Send a plus sign as %2B, and see that nothing on the way decodes it.",
            Self::SpaceAsPlus => "Send spaces as %20 in place of `+`.",
            Self::SpaceWrittenAsPlus => "A base string has %20 there (RFC 5849 §3.6): this is the server's mistake.",
            Self::LowerCaseHex | Self::EncodedNeedlessly(_) | Self::LeftPlain(_) => {
                "Only letters, digits, -, ., _ and ~ stay as they are, and escapes have capital hex digits (RFC 5849 \
                 §3.6): this is the server's mistake."
            }
            Self::Latin1 => "Text is UTF-8 (RFC 5849 §3.6); a charset in the content type may help.",
            Self::HtmlEscaped => "Something on the way escaped it for HTML.",
            Self::Trimmed | Self::Cut => "Send the value that was signed, whole.",
            Self::Case => "Send it in the same capitals as it was signed.",
        }
    }
}

fn quoted(letter: char) -> String {
    format!("`{}`", shown(letter.to_string().as_bytes()))
}

/// Text of the server's or the user's, cut to a length that a sentence can bear, and safe on a terminal.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = text.chars().take(LONGEST).collect();
    let mark = if start.len() < text.len() { "…" } else { "" };
    format!("{}{mark}", shown(start.as_bytes()))
}
