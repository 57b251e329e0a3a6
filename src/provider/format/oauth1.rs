//! The file of a service of OAuth 1.0a (RFC 5849): the tables that all profiles have, and its own in place of OAuth 2.0's.

use super::read::{Fault, Read, Value, table, text, words};
use super::{Account, Callback, Kind, Meaning, Method, Sentence};
use crate::oauth1::{SignatureMethod, Transmission};
use std::collections::BTreeMap;

/// The whole file.
#[derive(Clone, Debug)]
pub(in crate::provider) struct File {
    pub(in crate::provider) name: String,
    pub(in crate::provider) title: String,
    pub(in crate::provider) grant: Kind,
    pub(in crate::provider) unverified: Vec<String>,
    pub(in crate::provider) account: Option<Account>,
    pub(in crate::provider) endpoints: Endpoints,
    pub(in crate::provider) oauth1: Requests,
    pub(in crate::provider) renewal: Renewal,
    pub(in crate::provider) revocation: Revocation,
    pub(in crate::provider) extra: Extra,
    pub(in crate::provider) lifetimes: Lifetimes,
    pub(in crate::provider) callback: Callback,
    pub(in crate::provider) answer: Answer,
    pub(in crate::provider) errors: Vec<ErrorRow>,
    pub(in crate::provider) warnings: Vec<Sentence>,
    pub(in crate::provider) sources: BTreeMap<String, String>,
}

table!(
    File, "a table",
    needs [name, title, grant],
    may have [
        unverified, account, endpoints, oauth1, renewal, revocation, extra, lifetimes, callback, answer, errors, warnings,
        sources
    ]
);

/// Each may be missing: credentials that somebody made by hand need none.
#[derive(Clone, Debug, Default)]
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

table!(Endpoints, "a table", may differ in [request_token, authorize, token, renew, revoke, api]);

/// How requests are signed and sent: those of the three steps, and, as far as the signature goes, those of the API.
#[derive(Clone, Debug)]
pub(in crate::provider) struct Requests {
    pub(in crate::provider) signature_method: SignatureMethod,
    pub(in crate::provider) method: Method,
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

table!(
    Requests, "a table",
    may differ in [
        signature_method, method, transmission, realm, callback_in, callback_confirmed, body_hash, send_empty_token,
        send_version, mastercard_form, plain_http, xauth, headers
    ]
);

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CallbackIn {
    /// In the first one (RFC 5849 §2.1).
    #[default]
    RequestToken,
    /// In the address that the browser opens: OAuth Core 1.0 §6.2.1, before its revision A. There is no verifier then.
    Authorize,
}

words!(CallbackIn { RequestToken = "request-token", Authorize = "authorize" });

/// Whether requests carry a hash of their bodies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyHash {
    /// They carry none.
    #[default]
    Never,
    /// Where the body is no form, as the draft of that extension has it; no body counts as an empty one.
    NotForm,
    /// Whatever the body is, which is Mastercard's form alone.
    Always,
}

words!(BodyHash { Never = "never", NotForm = "not-form", Always = "always" });

/// How token credentials are renewed.
#[derive(Clone, Debug, Default)]
pub(in crate::provider) struct Renewal {
    pub(in crate::provider) method: Option<Method>,
    pub(in crate::provider) answer: AnswerKind,
    /// The service renews only in the last so many seconds of the token's life.
    pub(in crate::provider) last: Option<u32>,
}

table!(Renewal, "a table", may differ in [method, answer, last]);

/// How an account is disconnected.
#[derive(Clone, Debug, Default)]
pub(in crate::provider) struct Revocation {
    pub(in crate::provider) method: Option<Method>,
    pub(in crate::provider) answer: RevocationAnswer,
}

table!(Revocation, "a table", may differ in [method, answer]);

/// What an answer to a renewal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    /// A form with new credentials, as one of the token endpoint is (RFC 5849 §2.3).
    #[default]
    Form,
    /// Its status alone: the token lives on.
    Status,
    /// Intuit's XML, where `ErrorCode` is 0, with new credentials.
    IntuitXml,
}

words!(AnswerKind { Form = "form", Status = "status", IntuitXml = "intuit-xml" });

/// What an answer to a disconnect is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RevocationAnswer {
    /// Its status alone tells.
    #[default]
    Status,
    /// Intuit's XML, where `ErrorCode` is 0.
    IntuitXml,
}

words!(RevocationAnswer { Status = "status", IntuitXml = "intuit-xml" });

/// Parameters beside those of RFC 5849; an empty value leaves one of those out, `{kept.NAME}` is what a callback or an
/// answer brought under that name. A whole value may be `{consumer_key}` or `{token}`, and where a person agrees `{callback}`.
#[derive(Clone, Debug, Default)]
pub(in crate::provider) struct Extra {
    pub(in crate::provider) request_token: BTreeMap<String, String>,
    pub(in crate::provider) authorize: BTreeMap<String, String>,
    pub(in crate::provider) token: BTreeMap<String, String>,
    pub(in crate::provider) xauth: BTreeMap<String, String>,
    pub(in crate::provider) renew: BTreeMap<String, String>,
    pub(in crate::provider) revoke: BTreeMap<String, String>,
}

table!(Extra, "a table", may differ in [request_token, authorize, token, xauth, renew, revoke]);

/// Lifetimes in seconds, where the service's answer does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::provider) struct Lifetimes {
    pub(in crate::provider) access: Option<u32>,
    pub(in crate::provider) authorization: Option<u32>,
}

table!(Lifetimes, "a table", may differ in [access, authorization]);

#[derive(Clone, Debug, Default)]
pub(in crate::provider) struct Answer {
    /// Fields that are needed later, such as `user_id`.
    pub(in crate::provider) keep: Vec<String>,
    /// Which of them hold a host or an address, and the hosts that it may be.
    pub(in crate::provider) hosts: BTreeMap<String, Vec<String>>,
}

table!(Answer, "a table", may differ in [keep, hosts]);

/// A row of the table of errors. What is left out matches anything; the first row that matches counts.
#[derive(Clone, Debug)]
pub(in crate::provider) struct ErrorRow {
    pub(in crate::provider) status: Option<u16>,
    /// The whole of `oauth_problem`.
    pub(in crate::provider) code: Option<String>,
    /// A part of the answer.
    pub(in crate::provider) description: Option<String>,
    pub(in crate::provider) means: Meaning,
    /// What to do.
    pub(in crate::provider) advice: Option<Sentence>,
}

table!(ErrorRow, "a table, [[errors]]", needs [means], may have [status, code, description, advice]);

impl Read for SignatureMethod {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        let expected = || format!("one of {}", Self::ALL.map(Self::name).join(", "));
        Self::from_name(text(value)?).map_err(|_| Fault::bad(value, expected()))
    }
}

impl Read for Transmission {
    fn read(value: &Value<'_>) -> Result<Self, Fault> {
        Self::from_name(text(value)?).map_err(|_| Fault::bad(value, "one of header, query, body"))
    }
}
