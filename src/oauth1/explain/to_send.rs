//! What is sent, fit to be shown: without user name, password and PLAINTEXT signature.

use super::explanation::Explanation;
use crate::explain::shown;
use crate::oauth1::method::SignatureMethod;
use crate::url::Url;
use std::borrow::Cow;

/// What stands where a secret would.
const MASK: &str = "[not shown]";

impl Explanation {
    /// The URL to send, fit to be shown: without user name, password and PLAINTEXT signature.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let url = self.signed.url.as_str();
        let Ok(parts) = Url::parse(url) else { return MASK.to_owned() }; // Another one was put there than was signed.
        let (sent, fragment) = url.split_at(url.len() - parts.fragment.len());
        let (scheme, rest) = sent.split_at(parts.scheme().len() + "://".len());
        let userinfo = parts.userinfo().unwrap_or_default();
        let mask = if userinfo.is_empty() { "" } else { MASK };
        format!("{scheme}{mask}{}{fragment}", self.without_signature(&rest[userinfo.len()..]))
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
