//! English.

use super::explanation::BodyUse;
use super::key_shape::{KeyShape, SecretShape};
use super::parameter::Origin;
use super::uri_notes::UriNote;
use super::warning::{SecretName, Warning};
use super::words::Words;
use crate::explain::shown;
use std::borrow::Cow;
use std::fmt;

/// The words of an explanation in English, which `Display` uses.
pub const ENGLISH: Words = Words {
    method: "HTTP method",
    method_changed: "signed in capitals, sent as it was given",
    base_string_uri: "Base string URI",
    uri_note,
    collected: "Parameters, collected and decoded",
    origin: Origin::word,
    body,
    realm: "realm is sent in the header and never signed",
    sorted: "Parameters, encoded and sorted",
    normalized: "Normalised parameters",
    base_string: "Signature base string",
    key: "Key",
    key_shape,
    signature: "Signature",
    signature_hidden: "the signature is the two secrets themselves, and is not shown",
    to_send: "Request to send",
    warnings: "Warnings",
    warning,
};

impl fmt::Display for UriNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&uri_note(self))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&warning(self))
    }
}

fn body(body: BodyUse) -> Option<String> {
    match body {
        BodyUse::Absent => None,
        BodyUse::Form { bytes } => {
            Some(format!("the body is a form of {}: its pairs are signed one by one", count(bytes, "byte")))
        }
        BodyUse::Hashed { bytes, algorithm } => {
            Some(format!("oauth_body_hash is the {algorithm} of the body's {}, in base64", count(bytes, "byte")))
        }
        BodyUse::NotSigned { bytes } => {
            Some(format!("the body of {} is no form, and is not signed", count(bytes, "byte")))
        }
    }
}

fn key_shape(key: KeyShape) -> String {
    match key {
        KeyShape::Rsa { bits } => format!("RSA private key of {bits} bits; the secrets take no part"),
        KeyShape::Hmac { consumer, token } | KeyShape::Plaintext { consumer, token } => {
            format!("consumer secret {} & token secret {}", secret(consumer), secret(token))
        }
    }
}

fn secret(shape: SecretShape) -> String {
    match shape {
        SecretShape { characters: 0, .. } => "(none)".to_owned(),
        SecretShape { characters, encoded } if encoded == characters => format!("({})", count(characters, "character")),
        SecretShape { characters, encoded } => format!("({}, encoded to {encoded})", count(characters, "character")),
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn uri_note(note: &UriNote) -> Cow<'static, str> {
    match note {
        UriNote::SchemeLowerCased => "the scheme is signed in lower case",
        UriNote::HostLowerCased => "the host is signed in lower case",
        UriNote::DefaultPortDropped(Some(port)) => {
            return format!("port {port} is the scheme's default and is left out").into();
        }
        UriNote::DefaultPortDropped(None) => "the empty port is left out",
        UriNote::UserinfoNotSigned => "user name and password are not signed",
        UriNote::FragmentNotSigned => "the fragment is not signed",
        UriNote::QueryApart => "the query is signed among the parameters",
        UriNote::EmptyPath => "the empty path is signed as /",
        UriNote::DotSegmentsRemoved => "the path is sent without its dot segments, and signed as it is sent",
        UriNote::Normalized => {
            "escapes are sent in the normal form of RFC 3986 §6.2.2, which every client sends alike, and signed so"
        }
        UriNote::PathEncoded => {
            "spaces and letters outside ASCII in the path are sent percent-encoded, and signed as they are sent"
        }
    }
    .into()
}

fn warning(warning: &Warning) -> Cow<'static, str> {
    match warning {
        Warning::PlaintextOverHttp => "PLAINTEXT over http shows the secrets to anyone on the way; use https",
        Warning::StrayPercent { origin, count: number } => {
            return format!(
                "the {} holds {} that begins no escape; write %25 for a percent sign, since servers differ on a bare \
                 one",
                origin.word(),
                count(*number, "% sign"),
            )
            .into();
        }
        Warning::FormOnBodylessMethod => {
            "the form is signed, but some servers do not read the body of a GET or HEAD request"
        }
        Warning::FormWithoutContentType => {
            "the body looks like a form, but without the content type application/x-www-form-urlencoded it is not \
                 signed as one"
        }
        Warning::ForeignProtocolParameter { name, origin } => {
            return format!(
                "{} stands in the {} and is signed there; protocol parameters belong in one place (RFC 5849 §3.5)",
                shown(name.as_bytes()),
                origin.word(),
            )
            .into();
        }
        Warning::SecretWithWhitespace { secret } => {
            return format!(
                "the {} begins or ends with white space or a line break, which takes part in the key; was it pasted \
                 with it?",
                match secret {
                    SecretName::Consumer => "consumer secret",
                    SecretName::Token => "token secret",
                },
            )
            .into();
        }
        Warning::TextWithWhitespace { term } => {
            return format!("{term} begins or ends with white space, which is sent and signed; was it pasted with it?")
                .into();
        }
        Warning::Userinfo => {
            "HTTP clients make an Authorization header of their own of the user name in the URL, and send that in \
                 place of ours; take it out"
        }
        Warning::RespelledHost => {
            "the host is an address in a spelling that clients change, and then another Host is sent than was signed; \
                 write it as clients do, such as 127.0.0.1"
        }
        Warning::NotNormal => {
            "the URL is signed as it was given, and clients that normalise URLs send it otherwise; sign the normal form"
        }
        Warning::TokenWithoutSecret => "there is a token, and its secret is empty",
        Warning::ClockOffset { seconds } => {
            return format!("the timestamp is the clock's with {seconds:+} seconds").into();
        }
        Warning::TimestampInMilliseconds => "the timestamp has too many digits for seconds; is it in milliseconds?",
        Warning::RealmNotSent => {
            "the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1), and the \
                 transmission is another"
        }
    }
    .into()
}
