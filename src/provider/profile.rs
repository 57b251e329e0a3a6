//! A profile: what is known of one service.

use super::fault;
use super::format::oauth1;
use super::format::read::file;
use super::format::{Body, ClientAuthentication, File, Kind, Lifetimes, Method, PolicyName, Sentence, Step, WhenName};
use super::oauth1::OAuth1;
use super::policy::{Policy, RefreshWhen};
use crate::error::Error;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// How many refreshes an hour are sent where the profile does not say: enough for lifetimes of some minutes.
const USUAL_BUDGET: u32 = 30;

/// What is known of one service. It holds no secret.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(super) file: File,
    pub(super) oauth1: Option<OAuth1>,
    pub(super) policy: Policy,
    pub(super) allows_insecure_http: bool,
    pub(super) kept: Vec<(String, String)>,
}

impl Profile {
    /// Reads a profile from TOML; `services/custom.toml` explains each field, and `services/custom-oauth1.toml` those of
    /// OAuth 1.0a.
    ///
    /// # Errors
    /// [`InvalidProfile`](crate::Status::InvalidProfile), with the name of the field and its line.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (file, oauth1) = read(text)?;
        let policy = policy(text, &file)?;
        let profile = Self { file, oauth1, policy, allows_insecure_http: false, kept: Vec::new() };
        profile.check(text)?;
        Ok(profile)
    }

    /// Its name, such as `amocrm`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The service's name, as people write it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// How the service hands out tokens.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.file.grant
    }

    /// How requests are signed and sent, where the service is one of OAuth 1.0a.
    #[must_use]
    pub const fn oauth1(&self) -> Option<&OAuth1> {
        self.oauth1.as_ref()
    }

    /// What the service does to an old refresh token.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Whether an old refresh token that is sent again ends the whole grant.
    #[must_use]
    pub const fn revokes_family(&self) -> bool {
        self.file.rotation.revokes_family
    }

    /// When the service wants to be asked for a new token.
    #[must_use]
    pub fn refresh_when(&self) -> RefreshWhen {
        match self.file.rotation.refresh_when {
            WhenName::Any => RefreshWhen::Any,
            WhenName::AfterExpiry => RefreshWhen::AfterExpiry,
            WhenName::Last => RefreshWhen::Last(self.file.rotation.last.unwrap_or_default()),
            WhenName::OnRefusal => RefreshWhen::OnRefusal,
        }
    }

    /// Whether a refresh ends the old access token, so that callers who still use it are turned down.
    #[must_use]
    pub const fn old_access_token_dies(&self) -> bool {
        self.file.access_token.old_dies
    }

    /// Whether a refresh may bring the same access token again.
    #[must_use]
    pub const fn access_token_may_stay(&self) -> bool {
        self.file.access_token.may_stay
    }

    /// Whether an answer of the service's API says that the access token has ended. Without its body the status decides,
    /// where it is one of a refusal.
    #[must_use]
    pub fn is_expired(&self, status: u16, body: Option<&[u8]>) -> bool {
        self.file.access_token.expired.iter().filter(|row| row.status == status).any(|row| {
            match (&row.contains, body) {
                (None, _) => true,
                (Some(_), None) => status >= 400,
                (Some(part), Some(body)) => body.windows(part.len()).any(|window| window == part.as_bytes()),
            }
        })
    }

    /// The statuses by which the API says so, alone or with a body.
    pub fn expired_statuses(&self) -> impl Iterator<Item = u16> {
        self.file.access_token.expired.iter().map(|row| row.status)
    }

    /// How many requests an hour may be sent to the token endpoint for one grant.
    #[must_use]
    pub fn refresh_budget(&self) -> u32 {
        self.file.rotation.budget_per_hour.unwrap_or(USUAL_BUDGET)
    }

    /// Lifetimes where an answer does not tell.
    #[must_use]
    pub const fn lifetimes(&self) -> Lifetimes {
        self.file.lifetimes
    }

    /// Whether PKCE is used (RFC 7636).
    #[must_use]
    pub const fn uses_pkce(&self) -> bool {
        self.file.request.pkce
    }

    /// Whether the client, or consumer, proves itself by a secret.
    #[must_use]
    pub fn wants_client_secret(&self) -> bool {
        match &self.oauth1 {
            None => self.file.request.client_authentication != ClientAuthentication::None,
            Some(oauth1) => !oauth1.signature_method().is_rsa(),
        }
    }

    /// What a person should know of the service.
    #[must_use]
    pub fn warnings(&self) -> &[Sentence] {
        &self.file.warnings
    }

    /// Fields whose value nobody has seen documented, such as `rotation.policy`.
    #[must_use]
    pub fn unverified(&self) -> &[String] {
        &self.file.unverified
    }

    /// Where the values stand written: a field, or the table around it, and a place.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.file.sources.iter().map(|(field, place)| (field.as_str(), place.as_str()))
    }

    /// The Russian of a sentence that this profile has in English: a warning, or advice in what a service
    /// [said](crate::oauth2::Said).
    #[must_use]
    pub fn in_russian(&self, english: &str) -> Option<&str> {
        let advice = self.file.errors.iter().filter_map(|row| row.advice.as_ref());
        advice.chain(&self.file.warnings).find(|sentence| sentence.en == english).map(|sentence| sentence.ru.as_str())
    }

    /// The same with what a callback or an answer brought, for the parameters that send it back (`{kept.device_id}`).
    #[must_use]
    pub fn with_kept(mut self, kept: &[(String, String)]) -> Self {
        self.kept = kept.to_vec();
        self
    }

    /// Whether http is allowed on loopback.
    pub(crate) const fn allows_insecure_http(&self) -> bool {
        self.allows_insecure_http
    }

    pub(crate) fn scope(&self, asked: Option<&str>) -> String {
        let scope = asked.unwrap_or(&self.file.scope.default);
        scope.split_ascii_whitespace().collect::<Vec<_>>().join(&self.file.scope.separator)
    }

    pub(crate) fn scope_separator(&self) -> &str {
        &self.file.scope.separator
    }

    pub(crate) fn method(&self) -> Method {
        self.file.request.method
    }

    pub(crate) fn client_authentication(&self) -> ClientAuthentication {
        self.file.request.client_authentication
    }

    pub(crate) fn body(&self) -> Body {
        self.file.request.body
    }

    pub(crate) fn revocation_body(&self) -> Body {
        self.file.request.revocation_body.unwrap_or(self.file.request.body)
    }

    pub(crate) fn sends_redirect_uri(&self, step: Step) -> bool {
        self.file.request.redirect_uri.contains(&step)
    }

    pub(crate) fn headers(&self) -> &BTreeMap<String, String> {
        &self.file.request.headers
    }

    /// The name of the parameter `grant_type`, and its values for a code, a refresh token and the client's credentials.
    pub(crate) fn grant_type(&self) -> (&str, [&str; 3]) {
        let names = &self.file.grant_type;
        (&names.parameter, [&names.code, &names.refresh, &names.client_credentials])
    }

    pub(crate) fn extra(&self, step: Step) -> &BTreeMap<String, String> {
        match step {
            Step::Authorize => &self.file.extra.authorize,
            Step::Exchange => &self.file.extra.exchange,
            Step::Refresh => &self.file.extra.refresh,
            Step::ClientCredentials => &self.file.extra.client_credentials,
            Step::Revoke => &self.file.extra.revoke,
        }
    }

    pub(crate) fn kept(&self, name: &str) -> Option<&str> {
        self.kept.iter().find(|(kept, _)| kept == name).map(|(_, value)| value.as_str())
    }

    /// Parameters of a callback that may hold the account's host.
    pub(crate) fn account_parameters(&self) -> &[String] {
        self.file.account.as_ref().map_or(&[], |account| &account.callback)
    }

    pub(crate) fn kept_of_callback(&self) -> &[String] {
        &self.file.callback.keep
    }

    pub(crate) fn kept_of_answer(&self) -> impl Iterator<Item = (&str, Option<&[String]>)> {
        let hosts = &self.file.answer.hosts;
        self.file.answer.keep.iter().map(|name| (name.as_str(), hosts.get(name).map(Vec::as_slice)))
    }

    pub(crate) fn answers_in_form(&self) -> bool {
        self.file.answer.form
    }

    pub(crate) fn tokens_in(&self) -> Option<&str> {
        self.file.answer.tokens_in.as_deref()
    }
}

/// The file of a service of OAuth 2.0, or of OAuth 1.0a, by what it calls its grant.
fn read(text: &str) -> Result<(File, Option<OAuth1>), Error> {
    let table = DeTable::parse(text).map_err(|error| fault::of_syntax(text, &error))?;
    let grant = table.get_ref().get("grant").and_then(|grant| grant.get_ref().as_str());
    let read = if grant == Some("oauth1") {
        file::<oauth1::File>(&table).map(|file| {
            let (file, oauth1) = file.split();
            (file, Some(oauth1))
        })
    } else {
        file(&table).map(|file| (file, None))
    };
    read.map_err(|fault| fault::of(text, table.get_ref(), fault))
}

/// The policy that the table of rotation says.
fn policy(text: &str, file: &File) -> Result<Policy, Error> {
    let rotation = &file.rotation;
    let seconds = || rotation.seconds.ok_or_else(|| fault::missing(text, "rotation.seconds"));
    let cap = rotation.cap.unwrap_or_default();
    let allowed: &[&str] = match rotation.policy {
        PolicyName::Timed => &["seconds", "count"],
        PolicyName::Calendar => &["seconds"],
        PolicyName::UntilNewRefreshUsed => &["cap"],
        PolicyName::UntilNewAccessUsed => &["cap", "extra"],
        _ => &[],
    };
    for (name, value) in
        [("seconds", rotation.seconds), ("count", rotation.count), ("cap", rotation.cap), ("extra", rotation.extra)]
    {
        if value.is_some() && !allowed.contains(&name) {
            return Err(fault::bad(text, &format!("rotation.{name}"), "left out with this policy"));
        }
    }
    if (rotation.refresh_when == WhenName::Last) != rotation.last.is_some() {
        return Err(fault::bad(text, "rotation.last", "there with refresh_when = \"last\", and only then"));
    }
    Ok(match rotation.policy {
        PolicyName::None => Policy::None,
        PolicyName::Strict => Policy::Strict,
        PolicyName::Timed => Policy::Timed { seconds: seconds()?, count: rotation.count },
        PolicyName::UntilNewRefreshUsed => Policy::UntilNewRefreshUsed { cap },
        PolicyName::UntilNewAccessUsed => Policy::UntilNewAccessUsed { extra: rotation.extra.unwrap_or_default(), cap },
        PolicyName::Idempotent => Policy::Idempotent,
        PolicyName::Calendar => Policy::Calendar { seconds: seconds()? },
        PolicyName::Maybe => Policy::Maybe,
        PolicyName::Fapi2 => Policy::Fapi2,
    })
}
