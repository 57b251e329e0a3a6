//! The file that tells what is known of a service: its tables and fields, as TOML.
//!
//! Every file of `services/` is an example; `custom.toml` and `custom-oauth1.toml` have each field with what it means when
//! it is left out. Where nothing is known, a field has the value that does least harm when it is wrong.

pub(super) mod oauth1;
pub(super) mod read;

use read::{table, words};
use std::collections::BTreeMap;

/// The whole file of a service of OAuth 2.0.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// As `--provider` has it: small letters, digits, hyphens.
    pub(super) name: String,
    /// As people write it.
    pub(super) title: String,
    pub(super) grant: Kind,
    /// Fields whose value nobody has seen documented.
    pub(super) unverified: Vec<String>,
    pub(super) account: Option<Account>,
    pub(super) endpoints: Endpoints,
    pub(super) request: Request,
    pub(super) scope: Scope,
    pub(super) grant_type: GrantType,
    pub(super) extra: Extra,
    pub(super) rotation: Rotation,
    pub(super) access_token: AccessToken,
    pub(super) lifetimes: Lifetimes,
    pub(super) callback: Callback,
    pub(super) answer: Answer,
    pub(super) errors: Vec<ErrorRow>,
    pub(super) warnings: Vec<Sentence>,
    /// Where each value stands written: a field, or the table around it, and a place.
    #[allow(dead_code, reason = "for those who read the file, and for a test")]
    pub(super) sources: BTreeMap<String, String>,
}

table!(
    File, "a table",
    needs [name, title, grant, endpoints, request, rotation],
    may have [
        unverified, account, scope, grant_type, extra, access_token, lifetimes, callback, answer, errors, warnings, sources
    ]
);

/// How a service hands out tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A person agrees; a code is exchanged, and refresh tokens keep it alive (RFC 6749 §4.1).
    Code,
    /// To the client itself (RFC 6749 §4.4).
    ClientCredentials,
    /// OAuth 1.0a: each request is signed, with a token that a person agreed to, or that somebody made by hand
    /// (RFC 5849).
    OAuth1,
}

words!(Kind { Code = "code", ClientCredentials = "client-credentials", OAuth1 = "oauth1" });

/// Hosts that differ from account to account: `{account}` in an address.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// Parameters of the callback that hold it; the first that is there counts.
    pub(super) callback: Vec<String>,
    /// Host patterns: `{label}` stands for one label.
    pub(super) hosts: Vec<String>,
    /// The one that is taken where none is known.
    pub(super) default: Option<String>,
    /// Whether a person may name any other host, since the service can be run by oneself. One that a callback brings
    /// never is.
    pub(super) self_hosted: bool,
}

table!(Account, "a table", needs [hosts], may have [callback, default, self_hosted]);

#[derive(Clone, Debug)]
pub(super) struct Endpoints {
    pub(super) authorize: Option<String>,
    /// Empty where the caller must name it.
    pub(super) token: String,
    /// Where it is another than `token`.
    pub(super) refresh: Option<String>,
    /// RFC 7009.
    pub(super) revoke: Option<String>,
    /// Origins that may see the access token, as host patterns after `https://`.
    pub(super) api: Vec<String>,
}

table!(Endpoints, "a table", needs [token], may have [authorize, refresh, revoke, api]);

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) client_authentication: ClientAuthentication,
    pub(super) body: Body,
    /// Where the redirect URI is sent.
    pub(super) redirect_uri: Vec<Step>,
    /// RFC 7636 with S256.
    pub(super) pkce: bool,
    /// Headers of every request to the token endpoint.
    pub(super) headers: BTreeMap<String, String>,
    /// How the revocation request differs: JSON, for QuickBooks.
    pub(super) revocation_body: Option<Body>,
}

table!(
    Request, "a table",
    needs [client_authentication, body],
    may have [method, redirect_uri, pkce, headers, revocation_body]
);

impl Request {
    /// Of a service of OAuth 1.0a, whose requests say themselves how they are sent.
    pub(super) const fn without_token_endpoint(headers: BTreeMap<String, String>) -> Self {
        Self {
            method: Method::Post,
            client_authentication: ClientAuthentication::None,
            body: Body::Form,
            redirect_uri: Vec::new(),
            pkce: false,
            headers,
            revocation_body: None,
        }
    }
}

/// The method of requests to the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    #[default]
    Post,
    Get,
}

words!(Method { Post = "POST", Get = "GET" });

impl Method {
    /// As a request has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

/// How a client proves itself (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuthentication {
    Basic,
    Body,
    Query,
    None,
}

words!(ClientAuthentication { Basic = "basic", Body = "body", Query = "query", None = "none" });

/// Where the parameters of a request stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Form,
    Json,
    Query,
}

words!(Body { Form = "form", Json = "json", Query = "query" });

/// A step of a grant's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Authorize,
    Exchange,
    Refresh,
    /// The client's own token: no redirect URI is sent there.
    ClientCredentials,
    Revoke,
}

words!(Step { Authorize = "authorize", Exchange = "exchange", Refresh = "refresh" });

#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// RFC 6749 §3.3 has a space.
    pub(super) separator: String,
    /// What is asked for where the caller asks for nothing, with spaces between.
    pub(super) default: String,
}

table!(Scope, "a table", may differ in [separator, default]);

impl Default for Scope {
    fn default() -> Self {
        Self { separator: " ".to_owned(), default: String::new() }
    }
}

/// `grant_type` and its values, where a service has names of its own.
#[derive(Clone, Debug)]
pub(super) struct GrantType {
    pub(super) parameter: String,
    pub(super) code: String,
    pub(super) refresh: String,
    pub(super) client_credentials: String,
}

table!(GrantType, "a table", may differ in [parameter, code, refresh, client_credentials]);

impl Default for GrantType {
    fn default() -> Self {
        Self {
            parameter: "grant_type".to_owned(),
            code: "authorization_code".to_owned(),
            refresh: "refresh_token".to_owned(),
            client_credentials: "client_credentials".to_owned(),
        }
    }
}

/// Parameters beside those of RFC 6749; an empty value leaves one of those out. `{kept.NAME}` is what a callback or an
/// answer brought under that name.
#[derive(Clone, Debug, Default)]
pub(super) struct Extra {
    pub(super) authorize: BTreeMap<String, String>,
    pub(super) exchange: BTreeMap<String, String>,
    pub(super) refresh: BTreeMap<String, String>,
    pub(super) client_credentials: BTreeMap<String, String>,
    pub(super) revoke: BTreeMap<String, String>,
}

table!(Extra, "a table", may differ in [authorize, exchange, refresh, client_credentials, revoke]);

#[derive(Clone, Debug)]
pub(super) struct Rotation {
    pub(super) policy: PolicyName,
    /// `timed`, `calendar`: how long the old one works.
    pub(super) seconds: Option<u32>,
    /// `timed`: how often.
    pub(super) count: Option<u32>,
    /// `until-new-access-used`: seconds after that use.
    pub(super) extra: Option<u32>,
    /// `until-…-used`: seconds at most.
    pub(super) cap: Option<u32>,
    /// Whether an old one that is sent again ends the whole grant.
    pub(super) revokes_family: bool,
    pub(super) refresh_when: WhenName,
    /// `refresh_when = "last"`: how many seconds.
    pub(super) last: Option<u32>,
    /// How many requests an hour the service bears.
    pub(super) budget_per_hour: Option<u32>,
}

table!(
    Rotation, "a table",
    needs [policy],
    may have [seconds, count, extra, cap, revokes_family, refresh_when, last, budget_per_hour]
);

impl Rotation {
    /// Of a service without refresh tokens.
    pub(super) const fn none() -> Self {
        Self {
            policy: PolicyName::None,
            seconds: None,
            count: None,
            extra: None,
            cap: None,
            revokes_family: false,
            refresh_when: WhenName::Any,
            last: None,
            budget_per_hour: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyName {
    None,
    Strict,
    Timed,
    UntilNewRefreshUsed,
    UntilNewAccessUsed,
    Idempotent,
    Calendar,
    Maybe,
    Fapi2,
}

words!(PolicyName {
    None = "none",
    Strict = "strict",
    Timed = "timed",
    UntilNewRefreshUsed = "until-new-refresh-used",
    UntilNewAccessUsed = "until-new-access-used",
    Idempotent = "idempotent",
    Calendar = "calendar",
    Maybe = "maybe",
    Fapi2 = "fapi2",
});

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WhenName {
    #[default]
    Any,
    AfterExpiry,
    Last,
    OnRefusal,
}

words!(WhenName { Any = "any", AfterExpiry = "after-expiry", Last = "last", OnRefusal = "on-refusal" });

#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    /// Whether a refresh ends the old one.
    pub(super) old_dies: bool,
    /// Whether a refresh may bring the same one.
    pub(super) may_stay: bool,
    /// How the service says that one has ended.
    pub(super) expired: Vec<Expired>,
}

table!(AccessToken, "a table", may differ in [old_dies, may_stay, expired]);

impl Default for AccessToken {
    fn default() -> Self {
        Self { old_dies: false, may_stay: false, expired: vec![Expired { status: 401, contains: None }] }
    }
}

/// An answer of the service's API that says that the access token has ended.
#[derive(Clone, Debug)]
pub(super) struct Expired {
    pub(super) status: u16,
    /// What its body contains, where the status alone does not tell.
    pub(super) contains: Option<String>,
}

table!(Expired, "a table with status, and contains", needs [status], may have [contains]);

/// Lifetimes in seconds, where the service's answer does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetimes {
    /// The access token's.
    pub access: Option<u32>,
    /// The refresh token's, from when it was handed out or used.
    pub refresh_idle: Option<u32>,
    /// The whole authorization's, whatever is done.
    pub authorization: Option<u32>,
}

table!(Lifetimes, "a table", may differ in [access, refresh_idle, authorization]);

#[derive(Clone, Debug, Default)]
pub(super) struct Callback {
    /// Parameters that are needed later, such as `realmId`.
    pub(super) keep: Vec<String>,
}

table!(Callback, "a table", may differ in [keep]);

#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    /// Whether it may come as form data.
    pub(super) form: bool,
    /// The field whose object holds the tokens, such as Slack's `authed_user`.
    pub(super) tokens_in: Option<String>,
    /// Fields that are needed later, such as `member_id`.
    pub(super) keep: Vec<String>,
    /// Which of them hold a host or an address, and the hosts that it may be.
    pub(super) hosts: BTreeMap<String, Vec<String>>,
}

table!(Answer, "a table", may differ in [form, tokens_in, keep, hosts]);

/// A row of the table of errors. What is left out matches anything; the first row that matches counts.
#[derive(Clone, Debug)]
pub(super) struct ErrorRow {
    pub(super) status: Option<u16>,
    /// The whole of `error`.
    pub(super) code: Option<String>,
    /// A part of `title`.
    pub(super) title: Option<String>,
    /// A part of `hint`.
    pub(super) hint: Option<String>,
    /// A part of `error_description`, `detail` or `message`.
    pub(super) description: Option<String>,
    pub(super) means: Meaning,
    /// What to do.
    pub(super) advice: Option<Sentence>,
}

table!(ErrorRow, "a table, [[errors]]", needs [means], may have [status, code, title, hint, description, advice]);

/// What a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Rejected,
    TooEarly,
    Configuration,
    Throttled,
    NotConsumed,
}

words!(Meaning {
    Rejected = "rejected",
    TooEarly = "too-early",
    Configuration = "configuration",
    Throttled = "throttled",
    NotConsumed = "not-consumed",
});

/// A sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

table!(Sentence, "a table with en and ru", needs [en, ru], may have []);
