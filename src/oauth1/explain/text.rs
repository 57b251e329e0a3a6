//! An explanation in English.

use super::{BodyUse, Explanation, KeyShape, Origin, Parameter, SecretName, SecretShape, UriNote, Warning};
use crate::oauth1::method::SignatureMethod;
use std::borrow::Cow;
use std::fmt::{self, Write};

/// What a piece of the text is, for who wants to set it off, say with colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// The title of a step.
    Heading,
    /// Where a pair comes from.
    Origin,
    /// The name of a pair.
    Name,
    /// What is sent or signed, as it stands.
    Exact,
    /// A remark.
    Note,
    /// A warning.
    Warning,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_with(f, &mut |out, _, text| out.write_str(text))
    }
}

/// Writes a piece of text, as it is or set off by its role.
pub type Paint<'a> = dyn FnMut(&mut dyn Write, Role, &str) -> fmt::Result + 'a;

impl Explanation {
    /// Writes the text of `Display`, each piece through `paint`.
    ///
    /// # Errors
    /// What `out` or `paint` fails with.
    pub fn write_with(&self, out: &mut dyn Write, paint: &mut Paint<'_>) -> fmt::Result {
        let mut page = Page { out, paint, step: 0 };
        page.heading("HTTP method", "§3.4.1.1")?;
        page.line(Role::Exact, &self.method)?;
        if self.method_changed {
            page.line(Role::Note, "signed in capitals, sent as it was given")?;
        }
        page.heading("Base string URI", "§3.4.1.2")?;
        page.line(Role::Exact, &self.base_string_uri)?;
        for note in &self.uri_notes {
            page.line(Role::Note, &note.to_string())?;
        }
        self.write_parameters(&mut page)?;
        page.heading("Normalised parameters", "§3.4.1.3.2")?;
        page.line(Role::Exact, &self.signed.normalized_parameters())?;
        page.heading("Signature base string", "§3.4.1.1")?;
        page.line(Role::Exact, &self.signed.base_string)?;
        self.write_key(&mut page)?;
        self.write_request(&mut page)?;
        if !self.warnings.is_empty() {
            page.unnumbered("Warnings")?;
            for warning in &self.warnings {
                page.line(Role::Warning, &warning.to_string())?;
            }
        }
        Ok(())
    }

    fn write_parameters(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        page.heading("Parameters, collected and decoded", "§3.4.1.3.1")?;
        for pair in &self.parameters {
            page.indent()?;
            page.put(Role::Origin, &format!("{:<9} ", origin(pair.origin)))?;
            page.put(Role::Name, &pair.shown_name())?;
            page.put(Role::Exact, &format!(" = {}\n", pair.shown_value()))?;
        }
        match self.body {
            BodyUse::Absent => {}
            BodyUse::Form { bytes } => page.line(
                Role::Note,
                &format!("the body is a form of {}: its pairs are signed one by one", count(bytes, "byte")),
            )?,
            BodyUse::Hashed { bytes, algorithm } => page.line(
                Role::Note,
                &format!("oauth_body_hash is the {algorithm} of the body's {}, in base64", count(bytes, "byte")),
            )?,
            BodyUse::NotSigned { bytes } => {
                page.line(Role::Note, &format!("the body of {} is no form, and is not signed", count(bytes, "byte")))?
            }
        }
        if self.realm.is_some() {
            page.line(Role::Note, "realm is sent in the header and never signed")?;
        }
        page.heading("Parameters, encoded and sorted", "§3.4.1.3.2")?;
        for pair in self.sorted.iter().filter_map(|&index| self.parameters.get(index)) {
            let Parameter { encoded_name, encoded_value, .. } = pair;
            page.indent()?;
            page.put(Role::Name, encoded_name)?;
            page.put(Role::Exact, &format!("={encoded_value}\n"))?;
        }
        Ok(())
    }

    fn write_key(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        let secrets = |consumer, token| format!("consumer secret {} & token secret {}", shape(consumer), shape(token));
        let (section, key) = match self.key {
            KeyShape::Hmac { consumer, token } => ("§3.4.2", secrets(consumer, token)),
            KeyShape::Rsa { bits } => ("§3.4.3", format!("RSA private key of {bits} bits; the secrets take no part")),
            KeyShape::Plaintext { consumer, token } => ("§3.4.4", secrets(consumer, token)),
        };
        page.heading("Key", section)?;
        page.line(Role::Exact, &key)?;
        page.heading(&format!("Signature, {}", self.signature_method), section)?;
        match self.shown_signature() {
            Some(signature) => page.line(Role::Exact, signature),
            None => page.line(Role::Note, "the signature is the two secrets themselves, and is not shown"),
        }
    }

    fn write_request(&self, page: &mut Page<'_, '_>) -> fmt::Result {
        page.heading("Request to send", "§3.5")?;
        page.line(Role::Exact, &self.shown_url())?;
        if !self.signed.authorization.is_empty() {
            page.line(Role::Exact, &format!("Authorization: {}", self.shown_authorization()))?;
        }
        self.shown_body().map_or(Ok(()), |body| page.line(Role::Exact, &body))
    }

    /// The URL to send, fit to be shown: without user name, password and PLAINTEXT signature.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let url = self.signed.url.as_str();
        let start = url.find("://").map_or(0, |colon| colon + 3);
        let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |len| start + len);
        let (to, from) = match url[start..end].rfind('@') {
            Some(at) => (start, start + at),
            None => (start, start),
        };
        let (sent, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
        let host_on = sent.get(from..).unwrap_or_default();
        let userinfo = if from > to { MASK } else { "" };
        format!("{}{userinfo}{}{fragment}", &url[..to], self.without_signature(host_on))
    }

    /// The `Authorization` header's value, fit to be shown; empty when there is none.
    #[must_use]
    pub fn shown_authorization(&self) -> Cow<'_, str> {
        self.without_signature(&self.signed.authorization)
    }

    /// The body to send, fit to be shown, when it is another than the request's.
    #[must_use]
    pub fn shown_body(&self) -> Option<String> {
        let body = shown(self.signed.body.as_deref()?);
        Some(self.without_signature(&body).into_owned())
    }

    /// The signature, in base64, unless it is made of the secrets.
    #[must_use]
    pub fn shown_signature(&self) -> Option<&str> {
        (self.signature_method != SignatureMethod::Plaintext).then_some(self.signed.signature.as_str())
    }

    fn without_signature<'a>(&self, sent: &'a str) -> Cow<'a, str> {
        const NAME: &str = "oauth_signature=";
        // Ours is the last one in header, query and body alike.
        match sent.rfind(NAME).map(|at| at + NAME.len()) {
            Some(start) if self.shown_signature().is_none() => {
                let quoted = sent[start..].starts_with('"');
                let mark = if quoted { "\"" } else { "" };
                format!("{}{mark}{MASK}{mark}", &sent[..start]).into()
            }
            _ => sent.into(),
        }
    }
}

/// What stands where a secret would.
const MASK: &str = "[not shown]";

/// The text as it grows.
struct Page<'o, 'p> {
    out: &'o mut dyn Write,
    paint: &'o mut Paint<'p>,
    step: usize,
}

impl Page<'_, '_> {
    fn put(&mut self, role: Role, text: &str) -> fmt::Result {
        (self.paint)(self.out, role, text)
    }

    fn indent(&mut self) -> fmt::Result {
        self.out.write_str("   ")
    }

    fn line(&mut self, role: Role, text: &str) -> fmt::Result {
        self.indent()?;
        let mark = match role {
            Role::Note => "- ",
            Role::Warning => "! ",
            _ => "",
        };
        self.put(role, &format!("{mark}{text}"))?;
        self.out.write_str("\n")
    }

    fn heading(&mut self, title: &str, section: &str) -> fmt::Result {
        self.step += 1;
        let title = format!("{}. {title} (RFC 5849 {section})", self.step);
        self.unnumbered(&title)
    }

    fn unnumbered(&mut self, title: &str) -> fmt::Result {
        if self.step > 1 {
            self.out.write_str("\n")?;
        }
        self.put(Role::Heading, title)?;
        self.out.write_str("\n")
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Query => "query",
        Origin::FormBody => "form body",
        Origin::Protocol => "protocol",
    }
}

fn shape(secret: SecretShape) -> String {
    match secret {
        SecretShape { characters: 0, .. } => "(none)".to_owned(),
        SecretShape { characters, encoded } if encoded == characters => format!("({})", count(characters, "character")),
        SecretShape { characters, encoded } => format!("({}, encoded to {encoded})", count(characters, "character")),
    }
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Bytes as text that no terminal takes for commands: what is not UTF-8 as `\xFF`, what is not
/// printable as `\u{…}`.
#[must_use]
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\'' | '\\' => out.push(letter),
                _ => out.extend(letter.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

impl Parameter {
    /// The name, fit to be shown: what is not UTF-8 or not printable is escaped.
    #[must_use]
    pub fn shown_name(&self) -> String {
        shown(&self.name)
    }

    /// The value, fit to be shown.
    #[must_use]
    pub fn shown_value(&self) -> String {
        shown(&self.value)
    }
}

impl fmt::Display for UriNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SchemeLowerCased => "the scheme is signed in lower case",
            Self::HostLowerCased => "the host is signed in lower case",
            Self::DefaultPortDropped(Some(port)) => {
                return write!(f, "port {port} is the scheme's default and is left out");
            }
            Self::DefaultPortDropped(None) => "the empty port is left out",
            Self::UserinfoNotSigned => "user name and password are not signed",
            Self::FragmentNotSigned => "the fragment is not signed",
            Self::QueryApart => "the query is signed among the parameters",
            Self::EmptyPath => "the empty path is signed as /",
            Self::PathEncoded => {
                "spaces and letters outside ASCII in the path are sent percent-encoded, and signed as they are sent"
            }
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlaintextOverHttp => {
                f.write_str("PLAINTEXT over http shows the secrets to anyone on the way; use https")
            }
            Self::StrayPercent { origin: place, count: number } => write!(
                f,
                "the {} holds {} that begins no escape; write %25 for a percent sign, since servers differ on a bare one",
                origin(*place),
                count(*number, "% sign"),
            ),
            Self::FormOnBodylessMethod => {
                f.write_str("the form is signed, but some servers do not read the body of a GET or HEAD request")
            }
            Self::FormWithoutContentType => f.write_str(
                "the body looks like a form, but without the content type application/x-www-form-urlencoded it is not \
                 signed as one",
            ),
            Self::ForeignProtocolParameter { name, origin: place } => write!(
                f,
                "{} stands in the {} and is signed there; protocol parameters belong in one place (RFC 5849 §3.5)",
                shown(name.as_bytes()),
                origin(*place),
            ),
            Self::SecretWithWhitespace { secret } => write!(
                f,
                "the {} begins or ends with white space or a line break, which takes part in the key; was it pasted \
                 with it?",
                match secret {
                    SecretName::Consumer => "consumer secret",
                    SecretName::Token => "token secret",
                },
            ),
            Self::TokenWithoutSecret => f.write_str("there is a token, and its secret is empty"),
            Self::ClockOffset { seconds } => write!(f, "the timestamp is the clock's with {seconds:+} seconds"),
            Self::TimestampInMilliseconds => {
                f.write_str("the timestamp has too many digits for seconds; is it in milliseconds?")
            }
            Self::RealmNotSent => f.write_str(
                "the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1), and the \
                 transmission is another",
            ),
        }
    }
}
