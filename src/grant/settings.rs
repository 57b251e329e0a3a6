//! A grant to come: what a person sets of it, by name, as every host does. It is looked at whole before anything is made.

use super::access::Token;
use super::credential::{authorized, check_place};
use super::kept::Kept;
use super::name;
use super::record::{Grant, Kind, Secrets, Settings, State, Status};
use super::service::{Service, profile};
use crate::error::{Argument, Error, Keeping, Protocol};
use crate::oauth2::{authorization_url, client_credentials_request, code_request};
use crate::provider::{self, Profile};
use crate::secret::Secret;
use crate::setting::{self, Setting, Value};

/// What can be set of a grant to come. Those of the profile that stand here too take the place of what the profile says.
pub const SETTINGS: [Setting<NewGrant>; 21] = [
    // `code`, `client-credentials` or `static`; where it is left out, the profile tells.
    Setting::text("kind", |grant, text| {
        grant.kind = Some(match text {
            "code" => Kind::Code,
            "client-credentials" => Kind::ClientCredentials,
            "static" => Kind::Static,
            _ => return Err(Keeping::UnknownKind.into()),
        });
        Ok(())
    }),
    // The name of a profile that osign brings.
    Setting::text("provider", |grant, text| put(&mut grant.provider, text)),
    // The text of a profile of one's own.
    Setting::text("profile", |grant, text| put(&mut grant.profile, &provider::slim(text))),
    Setting::text("client_id", |grant, text| put(&mut grant.client_id, text)),
    Setting::secret("client_secret", |grant, text| {
        grant.client_secret = Some(text).filter(|text| !text.is_empty()).map(Kept::new);
        Ok(())
    }),
    Setting::text("redirect_uri", |grant, text| put(&mut grant.redirect_uri, text)),
    Setting::text("scope", |grant, text| put(&mut grant.scope, text)),
    // The account's host, where the service has one for each.
    Setting::text("account", |grant, text| put(&mut grant.account, text)),
    Setting::text("authorize_url", |grant, text| grant.of_profile("authorize_url", text)),
    Setting::text("token_url", |grant, text| grant.of_profile("token_url", text)),
    Setting::text("refresh_url", |grant, text| grant.of_profile("refresh_url", text)),
    Setting::text("revoke_url", |grant, text| grant.of_profile("revoke_url", text)),
    Setting::text("rotation", |grant, text| grant.of_profile("rotation", text)),
    // An origin that the credential may be sent to; may be set more than once.
    Setting::text("api_origin", |grant, text| grant.of_profile("api_origin", text)),
    Setting::text("user_agent", |grant, text| grant.of_profile("user_agent", text)),
    Setting::flag("pkce", |grant, flag| grant.overrides.push(("pkce".to_owned(), flag.to_string()))),
    Setting::flag("allow_insecure_http", |grant, flag| grant.allow_insecure_http = flag),
    // Of a static key: itself.
    Setting::secret("secret", |grant, text| {
        if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(Keeping::BadStaticKey.into());
        }
        grant.secret = Some(Kept::new(text));
        Ok(())
    }),
    // The header that it goes into, such as `X-Api-Key: {}`.
    Setting::text("header", |grant, text| grant.place(text, "query")),
    // Or the parameter of the query.
    Setting::text("query", |grant, text| grant.place(&format!("?{text}"), "header")),
    // When it ends, in Unix seconds.
    Setting::seconds("expires_at", |grant, seconds| {
        grant.expires_at = Some(seconds.checked_mul(1000).ok_or(Argument::NotSeconds { name: "expires_at" })?);
        Ok(())
    }),
];

/// A grant to come.
#[derive(Clone, Debug, Default)]
pub struct NewGrant {
    kind: Option<Kind>,
    provider: Option<String>,
    profile: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Kept>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    account: Option<String>,
    overrides: Vec<(String, String)>,
    allow_insecure_http: bool,
    secret: Option<Kept>,
    place: Option<String>,
    expires_at: Option<i64>,
}

impl NewGrant {
    /// One of which nothing is set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what has this name in [`SETTINGS`].
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where there is no such setting, or it takes something else.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(&SETTINGS, self, name, value)
    }

    /// The profile of its service with what was set, and the kind of grant that it comes to.
    ///
    /// # Errors
    /// [`Keeping::NoProvider`], [`Keeping::OtherKind`]; those of the profile.
    pub fn profile(&self) -> Result<(Profile, Kind), Error> {
        let is_static = self.kind == Some(Kind::Static);
        if self.provider.is_none() && self.profile.is_none() && !is_static {
            return Err(Keeping::NoProvider.into());
        }
        if self.provider.is_some() && self.profile.is_some() {
            return Err(Keeping::TwoOf { one: "provider", other: "profile" }.into());
        }
        let settings = self.settings(self.kind.unwrap_or(Kind::Code), None);
        let profile = profile(&settings)?;
        if let Some(account) = &self.account {
            profile.account(Some(account))?;
        }
        let of_service = match profile.kind() {
            provider::Kind::Code => Some(Kind::Code),
            provider::Kind::ClientCredentials => Some(Kind::ClientCredentials),
            provider::Kind::OAuth1 => None,
        };
        match (self.kind, of_service) {
            (None, Some(kind)) => Ok((profile, kind)),
            (Some(kind), _) if is_static || Some(kind) == of_service => Ok((profile, kind)),
            (_, None) => Err(Protocol::OtherGrant.into()),
            (Some(_), Some(_)) => Err(Keeping::OtherKind { service: profile.title().to_owned() }.into()),
        }
    }

    /// The grant of a name, as it is added; and the profile of its service. Every request is built once, so that what is
    /// missing is said now, and not to whoever needs a token at night.
    ///
    /// # Errors
    /// What is missing, or does not go together; [`Keeping::BadName`].
    pub fn grant(self, name: &str, now: i64) -> Result<(Grant, Profile), Error> {
        name::check(name)?;
        let (profile, kind) = self.profile()?;
        self.check_kind(kind)?;
        let account = self.account.as_deref().map(|account| profile.account(Some(account))).transpose()?;
        let origins = self.overrides.iter().filter(|(name, _)| name == "api_origin").map(|(_, origin)| origin.clone());
        let origins: Vec<_> = origins.collect();
        let mut grant = Grant {
            name: name.to_owned(),
            generation: 1,
            settings: self.settings(kind, account),
            state: State::new(),
            secrets: Secrets::default(),
        };
        if kind == Kind::Static {
            if self.expires_at.is_some_and(|end| end <= now) {
                return Err(Keeping::StaticKeyEnded.into());
            }
            grant.secrets.access = Some(self.secret.ok_or(Keeping::NoStaticKey)?);
            grant.state.status = Status::Active;
            grant.state.obtained_at = now;
            grant.state.expires_at = self.expires_at;
            try_origins(&grant, &origins)?;
            return Ok((grant, profile));
        }
        if grant.settings.client_id.is_empty() {
            return Err(Protocol::NoClientId.into());
        }
        if self.client_secret.is_none() && profile.wants_client_secret() {
            return Err(Protocol::NoClientSecret.into());
        }
        grant.secrets.client_secret = self.client_secret;
        if kind == Kind::ClientCredentials {
            // Nobody needs to log in.
            grant.state.status = Status::Active;
        }
        try_requests(&grant)?;
        try_origins(&grant, &origins)?;
        Ok((grant, profile))
    }

    fn settings(&self, kind: Kind, account: Option<String>) -> Settings {
        let mut overrides = self.overrides.clone();
        overrides.extend(account.iter().map(|account| ("account".to_owned(), account.clone())));
        let named = self.provider.as_deref().unwrap_or("custom");
        Settings {
            kind,
            provider: if self.profile.is_none() { named.to_owned() } else { String::new() },
            profile: self.profile.clone(),
            client_id: self.client_id.clone().unwrap_or_default(),
            redirect_uri: self.redirect_uri.clone(),
            scope: self.scope.clone(),
            account,
            overrides,
            allow_insecure_http: self.allow_insecure_http,
            place: self.place.clone(),
        }
    }

    /// What is set must be for this kind of grant.
    fn check_kind(&self, kind: Kind) -> Result<(), Error> {
        let of_static = [
            ("secret", self.secret.is_some()),
            ("header", self.place.is_some()),
            ("expires_at", self.expires_at.is_some()),
        ];
        let of_client = [
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("redirect_uri", self.redirect_uri.is_some()),
            ("scope", self.scope.is_some()),
        ];
        let wrong = if kind == Kind::Static { &of_client[..] } else { &of_static[..] };
        match wrong.iter().find(|(_, is_set)| *is_set) {
            Some((setting, _)) => Err(Keeping::NotOfKind { setting }.into()),
            None => Ok(()),
        }
    }

    fn of_profile(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.overrides.push((name.to_owned(), text.to_owned()));
        Ok(())
    }

    fn place(&mut self, place: &str, other: &'static str) -> Result<(), Error> {
        check_place(place)?;
        if self.place.as_ref().is_some_and(|set| set.starts_with('?') != place.starts_with('?')) {
            return Err(Keeping::TwoOf { one: if other == "query" { "header" } else { "query" }, other }.into());
        }
        put(&mut self.place, place)
    }
}

fn put(place: &mut Option<String>, text: &str) -> Result<(), Error> {
    *place = Some(text.to_owned());
    Ok(())
}

/// A place that its token must not go to is said now as well.
fn try_origins(grant: &Grant, origins: &[String]) -> Result<(), Error> {
    origins.iter().try_for_each(|origin| authorized(grant, &Token::nobody_s(), "GET", origin).map(drop))
}

fn try_requests(grant: &Grant) -> Result<(), Error> {
    let service = Service::of(grant)?;
    let (profile, client) = (service.profile(), service.client());
    let (account, scope) = (grant.settings.account.as_deref(), grant.settings.scope.as_deref());
    let code = Secret::new(b"code");
    let tried = if grant.settings.kind == Kind::ClientCredentials {
        client_credentials_request(profile, client, account, scope).map(drop)
    } else {
        authorization_url(profile, client, account, scope, "state", Some("challenge"))
            .and_then(|_| code_request(profile, client, account, &code, Some(&code)).map(drop))
    };
    match tried {
        // The callback brings it.
        Err(Error::Protocol(Protocol::NoAccount)) if grant.settings.kind == Kind::Code => Ok(()),
        tried => tried,
    }
}
