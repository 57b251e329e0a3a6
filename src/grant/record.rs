//! What is kept of a grant.

use super::kept::{Kept, Print};
use super::pending;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// So many codes are remembered.
const CODES: usize = 8;

/// A grant, opened: what a person set, how it stands, and its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Its name; see [`name::check`](super::name::check).
    pub name: String,
    /// How many pairs and other secrets there were: it grows by one with each commit, and never falls.
    pub generation: u64,
    /// What a person set. No secret, and sealed against change.
    pub settings: Settings,
    /// How it stands. No secret.
    pub state: State,
    /// Its secrets.
    pub secrets: Secrets,
}

impl Grant {
    /// Whether it goes on here no more, whatever comes.
    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state.status, Status::Revoked | Status::Exported)
    }

    /// Notes that a code is sent, in its intent: whatever becomes of it, it is not sent again.
    pub(super) fn note_code(&mut self, code: &Kept) {
        self.state.note_codes(&[code.print()]);
    }
}

/// How tokens of a grant are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// A person consents; the code brings a pair, and the refresh token the next (RFC 6749 §4.1, §6).
    Code,
    /// The client asks for itself (RFC 6749 §4.4).
    ClientCredentials,
    /// A key that somebody made by hand.
    Static,
    /// Each request is signed with a token and its secret (RFC 5849), which a person consented to, or which there were already.
    #[serde(rename = "oauth1")]
    OAuth1,
}

impl Kind {
    /// Whether a token that has ended is followed by another one, without a person.
    #[must_use]
    pub const fn is_renewed(self) -> bool {
        match self {
            Self::Code | Self::ClientCredentials => true,
            Self::Static | Self::OAuth1 => false,
        }
    }
}

/// What a person set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How tokens are had.
    pub kind: Kind,
    /// The service's name among the profiles that osign brings; empty where `profile` has its text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// The text of a profile of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The client's id (RFC 6749 §2.2), or the consumer key (RFC 5849 §3.1).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// Where the service sends the person back to; `oob` where it shows a code instead (RFC 5849 §2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The scope to ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The account's host, once the profile's rule has let it through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Values that stand in place of the profile's, by the names of its fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<(String, String)>,
    /// Whether addresses on loopback may do without TLS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_insecure_http: bool,
    /// Where a static key goes: `Name: value with {}`, or `?name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Whether a grant can be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// Nobody has logged in yet.
    New,
    /// It can.
    Active,
    /// The service turned it down for good: no request until a person acts.
    NeedsLogin {
        /// When, in Unix milliseconds.
        since: i64,
        /// Whether an answer had been lost before.
        lost: bool,
        /// What the service said.
        said: String,
        /// Where another one is known that may have used the tokens: the generation at which this one was adopted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        elsewhere: Option<u64>,
    },
    /// It was revoked here.
    Revoked,
    /// It goes on elsewhere; its secrets are gone from here.
    Exported,
    /// It came from elsewhere, and waits for a person to say that it is the one to go on with.
    Imported,
}

/// How a grant stands. All times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// Whether it can be used.
    pub status: Status,
    /// When the current access token was asked for; 0 where there is none.
    #[serde(default)]
    pub obtained_at: i64,
    /// When the access token, or the static key, ends; None where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// When the refresh token ends if it is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<i64>,
    /// When the whole grant ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_expires_at: Option<i64>,
    /// The token's type, such as `Bearer`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token_type: String,
    /// The scope that was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Fields of callbacks and answers that the profile keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<(String, String)>,
    /// A request that was about to be sent, and of which no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
    /// No request before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<i64>,
    /// When that was decided; by a clock that is before it, and so was put back, it does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<i64>,
    /// How many tries in a row brought nothing.
    #[serde(default)]
    pub failures: u32,
    /// The hour that the budget counts in, and how many refreshes of this hour count.
    #[serde(default)]
    pub budget: (i64, u32),
    /// Whether the service turned down the access token of the current generation.
    #[serde(default)]
    pub refused: bool,
    /// Whether the current access token was asked for because the one before was turned down.
    #[serde(default)]
    pub by_refusal: bool,
    /// Refresh tokens that the service turned down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Print>,
    /// Codes that were sent, the newest last: none is sent twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Print>,
    /// What the last request that failed was told; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// The word of the reason that it failed for, such as `client-refused`, where that is more than that it must be waited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reason: Option<String>,
    /// When the answer came that nobody could read and that is kept, sealed; see [`Secrets::unread`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_at: Option<i64>,
    /// The generation at which a person said that this one is to go on with, though there was another one; until a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<u64>,
    /// When the grant was added to its store, which tells it from another that had its name before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_at: Option<i64>,
    /// The generation that a person's last login brought, and when its tokens were asked for: it tells what came of one consent
    /// from what came of another. None where nobody has logged in, or an older osign wrote this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consented: Option<(u64, i64)>,
    /// Of tokens that a store did not take: the one whose place they were to take, or that they were had by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<Print>,
}

impl State {
    /// Of a grant that is new.
    #[must_use]
    pub fn new() -> Self {
        Self {
            status: Status::New,
            obtained_at: 0,
            expires_at: None,
            refresh_expires_at: None,
            authorization_expires_at: None,
            token_type: String::new(),
            scope: None,
            kept: Vec::new(),
            intent: None,
            not_before: None,
            failed_at: None,
            failures: 0,
            budget: (0, 0),
            refused: false,
            by_refusal: false,
            rejected: Vec::new(),
            codes: Vec::new(),
            last_error: None,
            last_reason: None,
            unread_at: None,
            adopted: None,
            added_at: None,
            consented: None,
            instead_of: None,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// The intent of an owner of whom it is not known that they came to an end. Whoever loses an answer notes when; and no
    /// other's failure is noted beside an intent for the same token.
    #[must_use]
    pub fn open_intent(&self) -> Option<&Intent> {
        self.intent.as_ref().filter(|intent| self.failed_at.is_none_or(|failed| failed < intent.at))
    }

    /// Notes codes that were sent.
    pub(super) fn note_codes(&mut self, sent: &[Print]) {
        for code in sent {
            if !self.codes.contains(code) {
                self.codes.push(*code);
            }
        }
        self.codes.drain(..self.codes.len().saturating_sub(CODES));
    }

    /// Whether its tokens are those that a login brought, and not yet others that were had by them.
    #[must_use]
    pub fn is_of_login(&self) -> bool {
        self.consented.is_some_and(|(_, at)| at == self.obtained_at)
    }

    /// A token that was had after `now`, by a clock that was ahead, was had by now at the latest, and ends so much earlier: by its
    /// own times a service that renews in the last days alone would be asked when it has ended. Whether it was so.
    pub(super) fn keep_token_to_clock(&mut self, now: i64) -> bool {
        let ahead = self.obtained_at.saturating_sub(now);
        if ahead <= 0 {
            return false;
        }
        self.obtained_at = now;
        self.expires_at = self.expires_at.map(|end| end.saturating_sub(ahead));
        self.authorization_expires_at = self.authorization_expires_at.map(|end| end.saturating_sub(ahead));
        true
    }

    /// Before an intent is written: a failure that was noted by a clock that is ahead of ours, and what hangs on it, is moved to
    /// before `now`. It would close the new intent from its birth, and a second one would send beside it; how long to wait since
    /// the failure stays as it is, and the intent that it closed stays closed.
    pub(super) fn keep_to_clock(&mut self, now: i64) {
        // As a number: a compiled look at both halves of an Option at once is one at memory that nobody wrote, to valgrind.
        let failed_at = self.failed_at.unwrap_or(i64::MIN);
        if failed_at < now {
            return;
        }
        let before = now.saturating_sub(1);
        if self.open_intent().is_none()
            && let Some(intent) = &mut self.intent
        {
            intent.at = intent.at.min(before);
        }
        let ahead = failed_at.saturating_sub(before);
        self.not_before = self.not_before.map(|until| until.saturating_sub(ahead));
        self.failed_at = Some(before);
    }
}

/// A request that is about to be sent. It is durable before a byte of it leaves, so that whoever finds it knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Intent {
    /// What was to be spent; None where the client asks for itself.
    pub token: Option<Print>,
    /// When it was to be sent, in Unix milliseconds.
    pub at: i64,
    /// How often this token was sent, or may have been, without an answer that could be read.
    pub sends: u32,
    /// Who was to send it: the process, for people.
    pub owner: String,
}

impl Intent {
    /// Whether it is of another request than the one before; by which clock it was noted says nothing.
    pub(super) fn is_another(&self, before: &Option<Self>) -> bool {
        before.as_ref().is_none_or(|before| Self { at: before.at, ..self.clone() } != *before)
    }
}

/// The secrets of a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Secrets {
    /// The client's secret (RFC 6749 §2.3.1), or the consumer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Kept>,
    /// The private key in PEM that the RSA methods sign with (RFC 5849 §3.4.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key: Option<Kept>,
    /// The access token, or the static key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Kept>,
    /// The token's secret (RFC 5849 §2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_secret: Option<Kept>,
    /// The refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<Kept>,
    /// The refresh token that this one replaced, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<(Kept, i64)>,
    /// Refresh tokens of pairs that came while another was committed first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternates: Vec<Kept>,
    /// What renews the token, where a service gave it (the extension OAuth Session).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_handle: Option<Kept>,
    /// A login that was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// A login of OAuth 1.0a that was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<pending::Record>,
    /// An answer to a refresh that nobody could read, until there is a new pair: it may be all that is left of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<UnreadAnswer>,
}

impl Secrets {
    /// What is the client's own stays, and what services gave goes.
    pub(super) fn keep_client(&mut self) {
        let Self { client_secret, private_key, .. } = std::mem::take(self);
        *self = Self { client_secret, private_key, ..Self::default() };
    }
}

/// An answer that nobody could read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnreadAnswer {
    /// Its HTTP status.
    pub http_status: u16,
    /// How it begins: up to 4 KiB where it speaks of a token, and else enough to tell what it is.
    pub body: Kept,
}

impl UnreadAnswer {
    /// The most bytes of one that speaks of a token, and of another.
    const MOST: [usize; 2] = [4096, 512];

    /// Of a status and a body; what is not UTF-8 is replaced, as no token is.
    #[must_use]
    pub fn new(http_status: u16, body: &[u8]) -> Self {
        let most = Self::MOST[usize::from(!speaks_of_token(body))];
        let text = Zeroizing::new(String::from_utf8_lossy(&body[..body.len().min(most)]).into_owned());
        Self { http_status, body: Kept::new(&text) }
    }

    /// Whether there may be a pair in it.
    #[must_use]
    pub fn speaks_of_token(&self) -> bool {
        speaks_of_token(self.body.expose().as_bytes())
    }
}

fn speaks_of_token(body: &[u8]) -> bool {
    body.windows(5).any(|part| part == b"token")
}

/// A login that was begun, and what its callback must bring.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Login {
    /// The state (RFC 6749 §10.12).
    pub state: Kept,
    /// The code verifier (RFC 7636 §4.1), where the service takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifier: Option<Kept>,
    /// When it was begun, in Unix milliseconds.
    pub at: i64,
    /// The account's host that it was begun for, where the caller named one; it may be another than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}
