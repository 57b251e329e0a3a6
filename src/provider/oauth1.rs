//! What is known of a service of OAuth 1.0a (RFC 5849) beside what every profile tells.

use super::format::oauth1::{
    AnswerKind, BodyHash, CallbackIn, ErrorRow, Extra, File, Renewal, Requests, Revocation, RevocationAnswer,
};
use super::format::{self, Method};
use super::host::ACCOUNT_ID;
use crate::oauth1::{SignatureMethod, Transmission};
use std::collections::BTreeMap;
use std::mem::take;

/// How a service of OAuth 1.0a wants its requests, and how it answers. Addresses, what is kept and what errors mean are
/// the [profile's](super::Profile).
#[derive(Clone, Debug)]
pub struct OAuth1 {
    pub(super) request_token: Option<String>,
    pub(super) renew: Option<String>,
    pub(super) requests: Requests,
    /// Whether the service names an account by an identifier with underscores, which stands in its realm. A realm that somebody sets
    /// says nothing of that.
    pub(super) names_accounts: bool,
    pub(super) renewal: Renewal,
    pub(super) revocation: Revocation,
    pub(super) extra: Extra,
}

/// A step of the life of token credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuth1Step {
    RequestToken,
    Authorize,
    Token,
    /// The same endpoint by name and password.
    Xauth,
    Renew,
    Revoke,
}

impl OAuth1 {
    /// The method that requests are signed with.
    #[must_use]
    pub const fn signature_method(&self) -> SignatureMethod {
        self.requests.signature_method
    }

    /// Where the protocol parameters of the three steps travel.
    #[must_use]
    pub const fn transmission(&self) -> Transmission {
        self.requests.transmission
    }

    /// Whether requests carry a hash of their bodies.
    #[must_use]
    pub const fn body_hash(&self) -> BodyHash {
        self.requests.body_hash
    }

    /// Whether requests without a token carry an empty one.
    #[must_use]
    pub const fn sends_empty_token(&self) -> bool {
        self.requests.send_empty_token
    }

    /// Whether requests carry `oauth_version`.
    #[must_use]
    pub const fn sends_version(&self) -> bool {
        self.requests.send_version
    }

    /// Whether requests have the form of [Mastercard's own libraries](crate::oauth1::Signer::set_mastercard_form).
    #[must_use]
    pub const fn has_mastercard_form(&self) -> bool {
        self.requests.mastercard_form
    }

    /// Whether signed requests to the API may go over http too, since no signature but PLAINTEXT's tells a secret.
    #[must_use]
    pub fn allows_plain_http(&self) -> bool {
        self.requests.plain_http && self.requests.signature_method != SignatureMethod::Plaintext
    }

    /// Whether the service hands out a token for a person's name and password (xAuth).
    #[must_use]
    pub const fn has_xauth(&self) -> bool {
        self.requests.xauth
    }

    /// Whether the service is of OAuth Core 1.0 before its revision A: its callback has no verifier, so nothing shows that
    /// who came back is who agreed (the session fixation attack that revision A was made against).
    #[must_use]
    pub fn is_before_revision_a(&self) -> bool {
        self.requests.callback_in == CallbackIn::Authorize
    }

    /// Whether the answer to the first step must say `oauth_callback_confirmed=true` (RFC 5849 §2.1), as none of OAuth 1.0 does.
    #[must_use]
    pub fn confirms_callback(&self) -> bool {
        self.requests.callback_confirmed && !self.is_before_revision_a()
    }

    /// The service renews tokens only in the last so many seconds of their lives.
    #[must_use]
    pub const fn renews_in_last(&self) -> Option<u32> {
        self.renewal.last
    }

    /// With the place of the account's identifier in it.
    pub(super) fn realm(&self) -> &str {
        &self.requests.realm
    }

    pub(crate) const fn method(&self, step: OAuth1Step) -> Method {
        let own = match step {
            OAuth1Step::Renew => self.renewal.method,
            OAuth1Step::Revoke => self.revocation.method,
            // A password has no place in an address.
            OAuth1Step::Xauth => Some(Method::Post),
            OAuth1Step::RequestToken | OAuth1Step::Authorize | OAuth1Step::Token => None,
        };
        match own {
            Some(method) => method,
            None => self.requests.method,
        }
    }

    pub(crate) const fn renewal_answer(&self) -> AnswerKind {
        self.renewal.answer
    }

    pub(crate) const fn revocation_answer(&self) -> RevocationAnswer {
        self.revocation.answer
    }

    pub(crate) const fn extra(&self, step: OAuth1Step) -> &BTreeMap<String, String> {
        match step {
            OAuth1Step::RequestToken => &self.extra.request_token,
            OAuth1Step::Authorize => &self.extra.authorize,
            OAuth1Step::Token => &self.extra.token,
            OAuth1Step::Xauth => &self.extra.xauth,
            OAuth1Step::Renew => &self.extra.renew,
            OAuth1Step::Revoke => &self.extra.revoke,
        }
    }
}

impl From<ErrorRow> for format::ErrorRow {
    fn from(row: ErrorRow) -> Self {
        let ErrorRow { status, code, description, means, advice } = row;
        Self { status, code, title: None, hint: None, description, means, advice }
    }
}

impl File {
    /// In two: what every profile tells, and what one of OAuth 1.0a tells beside. OAuth 2.0's tables are then those of a
    /// service without refresh tokens.
    pub(super) fn split(self) -> (format::File, OAuth1) {
        let Self { endpoints, oauth1: mut requests, .. } = self;
        let headers = take(&mut requests.headers);
        let oauth1 = OAuth1 {
            request_token: endpoints.request_token,
            renew: endpoints.renew,
            names_accounts: requests.realm.contains(ACCOUNT_ID),
            requests,
            renewal: self.renewal,
            revocation: self.revocation,
            extra: self.extra,
        };
        let file = format::File {
            name: self.name,
            title: self.title,
            grant: self.grant,
            unverified: self.unverified,
            account: self.account,
            endpoints: format::Endpoints {
                authorize: endpoints.authorize,
                token: endpoints.token,
                refresh: None,
                revoke: endpoints.revoke,
                api: endpoints.api,
            },
            request: format::Request::without_token_endpoint(headers),
            scope: format::Scope::default(),
            grant_type: format::GrantType::default(),
            extra: format::Extra::default(),
            rotation: format::Rotation::none(),
            // Nobody renews a token on an answer of the API.
            access_token: format::AccessToken::default(),
            lifetimes: format::Lifetimes {
                access: self.lifetimes.access,
                refresh_idle: None,
                authorization: self.lifetimes.authorization,
            },
            callback: self.callback,
            answer: format::Answer { keep: self.answer.keep, hosts: self.answer.hosts, ..format::Answer::default() },
            errors: self.errors.into_iter().map(format::ErrorRow::from).collect(),
            warnings: self.warnings,
            sources: self.sources,
        };
        (file, oauth1)
    }
}
