//! A grant to come: what a person sets of it, by name, as every host does. It is looked at whole before anything is made.

use super::credential::{check_place, check_receiver};
use super::kept::Kept;
use super::name;
use super::record::{Grant, Kind, Secrets, Settings, State, Status};
use super::service::{Service, profile};
use super::signed::Signing;
use crate::error::{Argument, Error, Input, Keeping, Protocol};
use crate::oauth2::{authorization_url, client_credentials_request, code_request};
use crate::provider::{self, Endpoint, Profile};
use crate::secret::Secret;
use crate::setting::{self, Setting, Value};
use zeroize::Zeroizing;

/// What can be set of a grant to come. Those of the profile that stand here too take the place of what the profile says.
pub const SETTINGS: [Setting<NewGrant>; 38] = [
    // `code`, `client-credentials`, `static` or `oauth1`; where it is left out, the profile tells.
    Setting::text("kind", |grant, text| {
        grant.kind = Some(match text {
            "code" => Kind::Code,
            "client-credentials" => Kind::ClientCredentials,
            "static" => Kind::Static,
            "oauth1" => Kind::OAuth1,
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
    Setting::flag("pkce", |grant, flag| grant.flag_of_profile("pkce", flag)),
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
    // Of OAuth 1.0a, by its own names (RFC 5849 §1.1): what the service gave the application. A secret may be empty.
    Setting::text("consumer_key", |grant, text| put(&mut grant.consumer_key, text)),
    Setting::secret("consumer_secret", |grant, text| keep(&mut grant.consumer_secret, text)),
    // In PEM, for the RSA methods.
    Setting::secret("private_key", |grant, text| {
        // A record has little room.
        keep(&mut grant.private_key, &Zeroizing::new(text.trim().replace('\r', "")))
    }),
    // Where the service sends the person back to; `oob` where it shows a code instead.
    Setting::text("callback", |grant, text| put(&mut grant.callback, text)),
    // A token that there is already, so that nobody logs in; empty where the service has none.
    Setting::secret("token", |grant, text| keep(&mut grant.token, text)),
    Setting::secret("token_secret", |grant, text| keep(&mut grant.token_secret, text)),
    Setting::text("request_token_url", |grant, text| grant.of_profile("request_token_url", text)),
    Setting::text("access_token_url", |grant, text| grant.of_profile("access_token_url", text)),
    Setting::text("renew_url", |grant, text| grant.of_profile("renew_url", text)),
    Setting::text("signature_method", |grant, text| grant.of_profile("signature_method", text)),
    Setting::text("realm", |grant, text| grant.of_profile("realm", text)),
    Setting::text("transmission", |grant, text| grant.of_profile("transmission", text)),
    Setting::text("http_method", |grant, text| grant.of_profile("http_method", text)),
    Setting::text("callback_in", |grant, text| grant.of_profile("callback_in", text)),
    Setting::flag("callback_confirmed", |grant, flag| grant.flag_of_profile("callback_confirmed", flag)),
    Setting::flag("send_empty_token", |grant, flag| grant.flag_of_profile("send_empty_token", flag)),
    // A parameter of the address where a person agrees, NAME=VALUE; may be set more than once.
    Setting::text("authorize_parameter", |grant, text| grant.of_profile("authorize_parameter", text)),
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
    consumer_key: Option<String>,
    consumer_secret: Option<Kept>,
    private_key: Option<Kept>,
    callback: Option<String>,
    token: Option<Kept>,
    token_secret: Option<Kept>,
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
        let needs_provider = !matches!(self.kind, Some(Kind::Static | Kind::OAuth1));
        if self.provider.is_none() && self.profile.is_none() && needs_provider {
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
            provider::Kind::Code => Kind::Code,
            provider::Kind::ClientCredentials => Kind::ClientCredentials,
            provider::Kind::OAuth1 => Kind::OAuth1,
        };
        match self.kind {
            None => Ok((profile, of_service)),
            Some(kind) if is_static || kind == of_service => Ok((profile, kind)),
            Some(_) => Err(Keeping::OtherKind { service: profile.title().to_owned() }.into()),
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
        if kind == Kind::OAuth1 {
            self.put_credentials(&profile, &mut grant, now)?;
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

    /// What signs, whole: nobody finds out with the first request that half of it is missing.
    fn put_credentials(self, profile: &Profile, grant: &mut Grant, now: i64) -> Result<(), Error> {
        if grant.settings.client_id.is_empty() {
            return Err(Input::EmptyConsumerKey.into());
        }
        let is_rsa = profile.oauth1().is_some_and(|oauth1| oauth1.signature_method().is_rsa());
        if self.consumer_secret.is_none() && !is_rsa {
            return Err(Keeping::UnsetConsumerSecret.into());
        }
        let has_token = self.token.as_ref().is_some_and(|token| !token.expose().is_empty());
        if has_token && self.token_secret.is_none() && !is_rsa {
            return Err(Keeping::UnsetTokenSecret.into());
        }
        if self.token.is_none() && self.token_secret.is_some() {
            return Err(Keeping::UnsetToken.into());
        }
        let needs_login = self.token.is_none();
        grant.secrets.client_secret = self.consumer_secret;
        grant.secrets.private_key = self.private_key;
        grant.secrets.access = self.token;
        grant.secrets.token_secret = self.token_secret;
        Signing::of(profile, grant)?.signer().check_key()?;
        if needs_login {
            return try_login(profile, grant);
        }
        grant.state.status = Status::Active;
        grant.state.obtained_at = now;
        Ok(())
    }

    fn settings(&self, kind: Kind, account: Option<String>) -> Settings {
        let mut overrides = self.overrides.clone();
        overrides.extend(account.iter().map(|account| ("account".to_owned(), account.clone())));
        let is_oauth1 = kind == Kind::OAuth1;
        let named = self.provider.as_deref().unwrap_or(if is_oauth1 { "custom-oauth1" } else { "custom" });
        let (client_id, redirect_uri) =
            if is_oauth1 { (&self.consumer_key, &self.callback) } else { (&self.client_id, &self.redirect_uri) };
        Settings {
            kind,
            provider: if self.profile.is_none() { named.to_owned() } else { String::new() },
            profile: self.profile.clone(),
            client_id: client_id.clone().unwrap_or_default(),
            redirect_uri: redirect_uri.clone(),
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
        let of_consumer = [
            ("consumer_key", self.consumer_key.is_some()),
            ("consumer_secret", self.consumer_secret.is_some()),
            ("private_key", self.private_key.is_some()),
            ("callback", self.callback.is_some()),
            ("token", self.token.is_some()),
            ("token_secret", self.token_secret.is_some()),
        ];
        let wrong: [&[_]; 2] = match kind {
            Kind::Code | Kind::ClientCredentials => [&of_static, &of_consumer],
            Kind::Static => [&of_client, &of_consumer],
            Kind::OAuth1 => [&of_client, &of_static],
        };
        match wrong.into_iter().flatten().find(|(_, is_set)| *is_set) {
            Some((setting, _)) => Err(Keeping::NotOfKind { setting }.into()),
            None => Ok(()),
        }
    }

    fn flag_of_profile(&mut self, name: &str, flag: bool) {
        self.overrides.push((name.to_owned(), flag.to_string()));
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

fn keep(place: &mut Option<Kept>, text: &str) -> Result<(), Error> {
    *place = Some(Kept::new(text));
    Ok(())
}

/// A place that its token must not go to is said now as well.
fn try_origins(grant: &Grant, origins: &[String]) -> Result<(), Error> {
    origins.iter().try_for_each(|origin| check_receiver(grant, origin))
}

/// The addresses of a login of OAuth 1.0a; one of an account may be told when it is begun.
fn try_login(profile: &Profile, grant: &Grant) -> Result<(), Error> {
    check_login(profile, &grant.name)?;
    let account = grant.settings.account.as_deref();
    for endpoint in [Endpoint::RequestToken, Endpoint::Authorize, Endpoint::Token] {
        match profile.endpoint(endpoint, account) {
            Err(Error::Protocol(Protocol::NoAccount)) => {}
            address => drop(address?),
        }
    }
    Ok(())
}

/// A service may have no login at all.
pub(super) fn check_login(profile: &Profile, name: &str) -> Result<(), Error> {
    if profile.has_login() {
        return Ok(());
    }
    Err(Keeping::WithoutLogin { name: name.to_owned(), service: profile.title().to_owned() }.into())
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
