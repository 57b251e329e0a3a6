//! The file of a service of OAuth 1.0a (RFC 5849): the tables that all profiles have, and its own in place of OAuth 2.0's.

use super::{AccessToken, Account, Callback, ErrorRow, Kind, Method, Sentence};
use crate::oauth1::{SignatureMethod, Transmission};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::collections::BTreeMap;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::provider) struct File {
    pub(in crate::provider) name: String,
    pub(in crate::provider) title: String,
    pub(in crate::provider) grant: Kind,
    #[serde(default)]
    pub(in crate::provider) unverified: Vec<String>,
    pub(in crate::provider) account: Option<Account>,
    #[serde(default)]
    pub(in crate::provider) endpoints: Endpoints,
    #[serde(default)]
    pub(in crate::provider) oauth1: Requests,
    #[serde(default)]
    pub(in crate::provider) renewal: Renewal,
    #[serde(default)]
    pub(in crate::provider) revocation: Revocation,
    #[serde(default)]
    pub(in crate::provider) extra: Extra,
    #[serde(default)]
    pub(in crate::provider) access_token: AccessToken,
    #[serde(default)]
    pub(in crate::provider) lifetimes: Lifetimes,
    #[serde(default)]
    pub(in crate::provider) callback: Callback,
    #[serde(default)]
    pub(in crate::provider) answer: Answer,
    #[serde(default)]
    pub(in crate::provider) errors: Vec<ErrorRow>,
    #[serde(default)]
    pub(in crate::provider) warnings: Vec<Sentence>,
    #[serde(default)]
    pub(in crate::provider) sources: BTreeMap<String, String>,
}

/// Each may be missing: credentials that somebody made by hand need none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Endpoints {
    /// RFC 5849 §2.1.
    pub(in crate::provider) request_token: Option<String>,
    /// RFC 5849 §2.2.
    pub(in crate::provider) authorize: Option<String>,
    /// RFC 5849 §2.3.
    pub(in crate::provider) token: String,
    pub(in crate::provider) renew: Option<String>,
    pub(in crate::provider) revoke: Option<String>,
    /// Origins that may see signed requests, as host patterns after `https://`.
    pub(in crate::provider) api: Vec<String>,
}

/// How requests are signed and sent: those of the three steps, and, as far as the signature goes, those of the API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Requests {
    #[serde(deserialize_with = "signature_method")]
    pub(in crate::provider) signature_method: SignatureMethod,
    pub(in crate::provider) method: Method,
    #[serde(deserialize_with = "transmission")]
    pub(in crate::provider) transmission: Transmission,
    /// `{account.LABEL}` in it is the first label of the account's host in capitals, with `_` for `-`.
    pub(in crate::provider) realm: String,
    pub(in crate::provider) callback_in: CallbackIn,
    pub(in crate::provider) callback_confirmed: bool,
    pub(in crate::provider) body_hash: BodyHash,
    pub(in crate::provider) send_empty_token: bool,
    pub(in crate::provider) send_version: bool,
    /// As Mastercard's own libraries make requests.
    pub(in crate::provider) mastercard_form: bool,
    /// Whether signed requests to the API may go over http too: all but PLAINTEXT keep the secrets to themselves.
    pub(in crate::provider) plain_http: bool,
    pub(in crate::provider) xauth: bool,
    pub(in crate::provider) headers: BTreeMap<String, String>,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            signature_method: SignatureMethod::default(),
            method: Method::default(),
            transmission: Transmission::default(),
            realm: String::new(),
            callback_in: CallbackIn::default(),
            callback_confirmed: true,
            body_hash: BodyHash::default(),
            send_empty_token: false,
            send_version: true,
            mastercard_form: false,
            plain_http: false,
            xauth: false,
            headers: BTreeMap::new(),
        }
    }
}

/// In which step the service is told where the browser comes back to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CallbackIn {
    /// In the first one (RFC 5849 §2.1).
    #[default]
    RequestToken,
    /// In the address that the browser opens: OAuth Core 1.0 §6.2.1, before its revision A. There is no verifier then.
    Authorize,
}

/// Whether requests carry a hash of their bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BodyHash {
    /// They carry none.
    #[default]
    Never,
    /// Where the body is no form, as the draft of that extension has it; no body counts as an empty one.
    NotForm,
    /// Whatever the body is.
    Always,
}

/// How token credentials are renewed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Renewal {
    pub(in crate::provider) method: Option<Method>,
    pub(in crate::provider) answer: AnswerKind,
    /// The service renews only in the last so many seconds of the token's life.
    pub(in crate::provider) last: Option<u32>,
}

/// How an account is disconnected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Revocation {
    pub(in crate::provider) method: Option<Method>,
    pub(in crate::provider) answer: RevocationAnswer,
}

/// What an answer to a renewal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AnswerKind {
    /// A form with new credentials, as one of the token endpoint is (RFC 5849 §2.3).
    #[default]
    Form,
    /// Its status alone: the token lives on.
    Status,
    /// Intuit's XML, where `ErrorCode` is 0, with new credentials.
    IntuitXml,
}

/// What an answer to a disconnect is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RevocationAnswer {
    /// Its status alone tells.
    #[default]
    Status,
    /// Intuit's XML, where `ErrorCode` is 0.
    IntuitXml,
}

/// Parameters beside those of RFC 5849; an empty value leaves one of those out, `{kept.NAME}` is what a callback or an
/// answer brought under that name. A whole value may be `{consumer_key}` or `{token}`, and where a person agrees `{callback}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Extra {
    pub(in crate::provider) request_token: BTreeMap<String, String>,
    pub(in crate::provider) authorize: BTreeMap<String, String>,
    pub(in crate::provider) token: BTreeMap<String, String>,
    pub(in crate::provider) xauth: BTreeMap<String, String>,
    pub(in crate::provider) renew: BTreeMap<String, String>,
    pub(in crate::provider) revoke: BTreeMap<String, String>,
}

/// Lifetimes in seconds, where the service's answer does not tell.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Lifetimes {
    pub(in crate::provider) access: Option<u32>,
    pub(in crate::provider) authorization: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub(in crate::provider) struct Answer {
    /// Fields that are needed later, such as `user_id`.
    pub(in crate::provider) keep: Vec<String>,
    /// Which of them hold a host or an address, and the hosts that it may be.
    pub(in crate::provider) hosts: BTreeMap<String, Vec<String>>,
}

fn signature_method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignatureMethod, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = SignatureMethod::ALL.map(SignatureMethod::name).join(", ");
    SignatureMethod::from_name(&name).map_err(|_| D::Error::custom(format!("expected one of {known}")))
}

fn transmission<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Transmission, D::Error> {
    let name = String::deserialize(deserializer)?;
    Transmission::from_name(&name).map_err(|_| D::Error::custom("expected one of header, query, body"))
}
