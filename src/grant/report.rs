//! What a grant shows of itself without its key, as fields for JSON, dictionaries and pages; and what in it needs a person.
//!
//! No secret is among it. Times are Unix seconds.

use super::record::{Kind, Settings, Status};
use super::seal::Outside;
use super::service;
use crate::error::{Error, Quarantine};
use crate::explain::{Field, Fields, List};
use crate::provider::Endpoint;

/// So many failures in a row are no passing ones.
const FAILURES: u32 = 5;

/// What scripts ask for.
#[must_use]
pub fn summary(grant: &Outside) -> Fields<'_> {
    let state = &grant.state;
    vec![
        ("grant", grant.name.as_str().into()),
        ("provider", provider(&grant.settings).into()),
        ("kind", kind(grant.settings.kind).into()),
        ("status", status(&state.status).into()),
        ("account", grant.settings.account.as_deref().into()),
        ("generation", number(grant.generation)),
        ("expires_at", seconds(state.expires_at)),
        ("refresh_expires_at", seconds(state.refresh_expires_at)),
        ("authorization_expires_at", seconds(state.authorization_expires_at)),
    ]
}

/// All of it.
#[must_use]
pub fn fields(grant: &Outside) -> Fields<'_> {
    let (settings, state) = (&grant.settings, &grant.state);
    let mut fields = summary(grant);
    let (since, said) = match &state.status {
        Status::NeedsLogin { since, said, .. } => (Some(*since), Some(said.trim())),
        _ => (None, None),
    };
    // Each under its name in its protocol.
    let back = settings.redirect_uri.as_deref().unwrap_or_default();
    let of_client = [settings.client_id.as_str(), back];
    let ([client_id, redirect_uri], [consumer_key, callback]) =
        if settings.kind == Kind::OAuth1 { ([""; 2], of_client) } else { (of_client, [""; 2]) };
    fields.extend([
        ("client_id", text(client_id)),
        ("consumer_key", text(consumer_key)),
        ("redirect_uri", text(redirect_uri)),
        ("callback", text(callback)),
        ("scope", state.scope.as_deref().or(settings.scope.as_deref()).into()),
        ("token_type", text(&state.token_type)),
        ("place", settings.place.as_deref().into()),
        ("obtained_at", seconds(Some(state.obtained_at).filter(|at| *at != 0))),
        ("refused_since", seconds(since)),
        ("refused_with", said.into()),
        ("not_before", seconds(state.not_before)),
        ("failures", Field::Number(i64::from(state.failures))),
        ("last_error", state.last_error.as_deref().map(str::trim).into()),
        ("unread_answer_since", seconds(state.unread_at)),
        ("sending_since", seconds(state.intent.as_ref().map(|intent| intent.at))),
        ("sending_by", state.intent.as_ref().map(|intent| intent.owner.as_str()).into()),
        ("key_id", grant.key.as_str().into()),
        (
            "kept",
            List::of(&state.kept, |(name, value)| {
                Field::Map(vec![("name", name.as_str().into()), ("value", value.as_str().into())])
            })
            .into(),
        ),
    ]);
    fields
}

/// Something that a person should know of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The grant's name; empty of what concerns the store.
    pub grant: String,
    /// A stable word, such as `needs-login`.
    pub what: &'static str,
    /// Whether a person must act now; else it ends soon.
    pub is_urgent: bool,
    /// When it ends, in Unix milliseconds, if that is what there is to say.
    pub ends_at: Option<i64>,
    /// What the service said, or why a record cannot be read or a store is not used; or nothing.
    pub said: String,
}

impl Finding {
    fn urgent(grant: &str, what: &'static str, said: &str) -> Self {
        Self { grant: grant.to_owned(), what, is_urgent: true, ends_at: None, said: said.to_owned() }
    }

    /// It as fields.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        vec![
            ("grant", text(&self.grant)),
            ("what", self.what.into()),
            ("urgent", self.is_urgent.into()),
            ("ends_at", seconds(self.ends_at)),
            ("said", text(&self.said)),
        ]
    }
}

/// What keeps a whole store, or a pair of one of its grants, from its use: a quarantine, and the names of grants whose new tokens
/// lie beside the store.
#[must_use]
pub fn findings_of_store(quarantine: Option<Quarantine>, spilled: &[String]) -> Vec<Finding> {
    let quarantined = quarantine.map(|why| Finding::urgent("", "quarantined", &format!("the store {why}")));
    quarantined.into_iter().chain(spilled.iter().map(|name| Finding::urgent(name, "not-saved", ""))).collect()
}

/// A record that cannot be read, and why.
#[must_use]
pub fn damaged(name: &str, error: &Error) -> Finding {
    Finding::urgent(name, "damaged", &error.to_string())
}

/// What in a grant has ended, or ends within so many milliseconds, or keeps failing. Nothing of one that somebody ended here.
#[must_use]
pub fn findings(grant: &Outside, warn: i64, now: i64) -> Vec<Finding> {
    let state = &grant.state;
    let finding = |what, is_urgent, ends_at, said: &str| Finding {
        grant: grant.name.clone(),
        what,
        is_urgent,
        ends_at,
        said: said.trim().to_owned(),
    };
    match &state.status {
        Status::New => return vec![finding("not-logged-in", true, None, "")],
        Status::NeedsLogin { said, .. } => return vec![finding("needs-login", true, None, said)],
        Status::Imported => return vec![finding("imported", true, None, "")],
        Status::Active => {}
        Status::Revoked | Status::Exported => return Vec::new(),
    }
    let ends: &[_] = match grant.settings.kind {
        Kind::Static => &[("key-ends", state.expires_at)],
        Kind::Code | Kind::ClientCredentials => {
            &[("idle", state.refresh_expires_at), ("grant-ends", state.authorization_expires_at)]
        }
        // Nobody renews its token unasked, and few services renew one at all.
        Kind::OAuth1 => match renewal(grant, now) {
            Some(has_begun) => &[
                ("token-ends", state.expires_at.filter(|_| has_begun)),
                ("grant-ends", state.authorization_expires_at),
            ],
            None => {
                let ends = [state.expires_at, state.authorization_expires_at];
                &[("grant-ends", ends.into_iter().flatten().min())]
            }
        },
    };
    let mut found: Vec<_> = ends
        .iter()
        .filter_map(|&(what, end)| end.filter(|end| end - now <= warn).map(|end| (what, end)))
        .map(|(what, end)| finding(what, end <= now, Some(end), ""))
        .collect();
    let said = state.last_error.as_deref().unwrap_or_default();
    match state.last_reason.as_deref() {
        // Waiting does not help: somebody must put the client or the address right.
        Some("client-refused") => found.push(finding("client-refused", true, None, said)),
        Some("no-such-endpoint") => found.push(finding("no-such-endpoint", true, None, said)),
        _ if grant.settings.kind.is_renewed() && state.failures >= FAILURES => {
            found.push(finding("failing", false, None, said));
        }
        _ => {}
    }
    found
}

/// Whether a token of OAuth 1.0a whose end is known gets a longer life by now where the service is asked; None where it gets none
/// at all, as when the person's consent has ended.
fn renewal(grant: &Outside, now: i64) -> Option<bool> {
    let (settings, state) = (&grant.settings, &grant.state);
    let profile = service::profile(settings).ok()?;
    let renews = profile.endpoint(Endpoint::Renew, settings.account.as_deref()).is_ok();
    let goes_on = state.expires_at.is_some() && state.authorization_expires_at.is_none_or(|end| now < end);
    let begins = service::renewal_begins(&profile, state, now);
    (renews && goes_on).then(|| begins.is_none_or(|begins| begins <= now))
}

/// Whether a person can log in to the service for new tokens.
#[must_use]
pub fn has_login(settings: &Settings) -> bool {
    match settings.kind {
        Kind::Code => true,
        Kind::OAuth1 => service::profile(settings).is_ok_and(|profile| profile.has_login()),
        Kind::ClientCredentials | Kind::Static => false,
    }
}

/// The service's name.
#[must_use]
pub fn provider(settings: &Settings) -> String {
    service::profile(settings).map_or_else(|_| settings.provider.clone(), |profile| profile.name().to_owned())
}

/// The status in words that stay.
#[must_use]
pub const fn status(status: &Status) -> &'static str {
    match status {
        Status::New => "not logged in",
        Status::Active => "active",
        Status::NeedsLogin { .. } => "needs login",
        Status::Revoked => "revoked",
        Status::Exported => "exported",
        Status::Imported => "imported",
    }
}

/// The kind, as it is set.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "code",
        Kind::ClientCredentials => "client-credentials",
        Kind::Static => "static",
        Kind::OAuth1 => "oauth1",
    }
}

fn text(text: &str) -> Field<'_> {
    Some(text).filter(|text| !text.is_empty()).into()
}

fn number<'a>(number: u64) -> Field<'a> {
    Field::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn seconds<'a>(time: Option<i64>) -> Field<'a> {
    time.map(|time| time.div_euclid(1000)).into()
}
