//! One login, step by step, for hosts that send requests by clients of their own.

use super::answer::{read_disconnect, read_renewal, read_temporary, read_token, read_xauth};
use super::callback::{Callback, check_typed, read_callback};
use super::credentials::{Credentials, Renewal};
use super::pending::Pending;
use super::request::{
    authorize_url, disconnect_request, renew_request, set_up, temporary_request, token_request, xauth_request,
};
use crate::error::{Error, Protocol};
use crate::http::{Answer, Request};
use crate::oauth1::Signer;
use crate::provider::{self, Kind, Profile};
use crate::secret::Secret;
use crate::setting::{self, Setting, Value};
use crate::system::Fresh;
use std::mem::replace;

/// A login at a service of OAuth 1.0a, and what follows it: a renewal, a disconnect.
///
/// Each step makes a request to send, and reads the answer that came. A step out of its turn is refused and changes nothing. The
/// temporary credentials are given up once they have brought token credentials, or the service refused them.
#[derive(Debug)]
pub struct Flow {
    profile: Profile,
    signer: Signer,
    callback: String,
    account: Option<String>,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing yet.
    New,
    /// Temporary credentials are asked for.
    Begun,
    /// A person is to agree.
    Pending(Pending, Option<Callback>),
    /// Token credentials are asked for by name and password.
    Xauth,
    /// There are token credentials.
    Done { token: Secret, secret: Secret, session_handle: Option<Secret> },
}

macro_rules! of_profile {
    ($name:literal) => {
        Setting::text($name, |flow: &mut Flow, text| flow.profile.set($name, Value::Text(text)))
    };
    ($name:literal, flag) => {
        // A profile of OAuth 1.0a takes each of these.
        Setting::flag($name, |flow: &mut Flow, flag| drop(flow.profile.set($name, Value::Flag(flag))))
    };
}

impl Flow {
    /// A flow by a service's profile, for a consumer.
    ///
    /// # Errors
    /// [`Protocol::OtherGrant`]; those of [`Signer::new`].
    pub fn new(profile: Profile, consumer_key: &str, consumer_secret: &str) -> Result<Self, Error> {
        if profile.kind() != Kind::OAuth1 {
            return Err(Protocol::OtherGrant.into());
        }
        let signer = Signer::new(consumer_key, consumer_secret)?;
        Ok(Self { profile, signer, callback: String::new(), account: None, state: State::New })
    }

    /// A flow for the consumer of a signer that is set up: it signs by the signer's method, key, realm and clock, which stand in the
    /// place of the profile's. A token of the signer's has no part in it.
    ///
    /// # Errors
    /// [`Protocol::OtherGrant`].
    pub fn of_signer(mut profile: Profile, signer: &Signer) -> Result<Self, Error> {
        if profile.kind() != Kind::OAuth1 {
            return Err(Protocol::OtherGrant.into());
        }
        profile.set("signature_method", Value::Text(signer.settings.method.name()))?;
        profile.set("realm", Value::Text(&signer.settings.realm))?;
        profile.set("send_empty_token", Value::Flag(signer.settings.send_empty_token))?;
        let signer = signer.with_token("", "")?;
        Ok(Self { profile, signer, callback: String::new(), account: None, state: State::New })
    }

    /// A flow by the name of a service that osign knows, or by the text of a profile of one's own; by `custom-oauth1`, of which
    /// nothing is known but what is set, where there is neither.
    ///
    /// # Errors
    /// [`Protocol::TwoProfiles`]; those of [`provider::builtin`], [`Profile::parse`] and [`new`](Self::new).
    pub fn of_service(
        provider: Option<&str>,
        profile: Option<&str>,
        consumer_key: &str,
        consumer_secret: &str,
    ) -> Result<Self, Error> {
        let profile = match (provider, profile) {
            (Some(_), Some(_)) => return Err(Protocol::TwoProfiles.into()),
            (None, Some(text)) => Profile::parse(text)?,
            (name, None) => provider::builtin(name.unwrap_or("custom-oauth1"))?,
        };
        Self::new(profile, consumer_key, consumer_secret)
    }

    /// What can be set by name: [`set`](Self::set). Those of the profile take the place of what it says.
    pub const SETTINGS: &'static [Setting<Self>] = &[
        // Where the browser comes back to, or `oob` where the service shows a code instead.
        Setting::text("callback", |flow, text| {
            super::request::check_callback(text)?;
            text.clone_into(&mut flow.callback);
            Ok(())
        }),
        // The host of the account, where the service has one for each.
        Setting::text("account", |flow, text| {
            flow.account = Some(flow.profile.account(Some(text))?);
            Ok(())
        }),
        of_profile!("request_token_url"),
        of_profile!("authorize_url"),
        of_profile!("access_token_url"),
        of_profile!("renew_url"),
        of_profile!("revoke_url"),
        of_profile!("signature_method"),
        Setting::secret("private_key", |flow, pem| flow.signer.set_private_key(pem)),
        of_profile!("realm"),
        of_profile!("transmission"),
        of_profile!("http_method"),
        of_profile!("callback_in"),
        of_profile!("callback_confirmed", flag),
        of_profile!("send_empty_token", flag),
        of_profile!("xauth", flag),
        of_profile!("user_agent"),
        of_profile!("allow_insecure_http", flag),
        Setting::seconds("clock_offset", |flow, seconds| {
            flow.signer.set_clock_offset(seconds);
            Ok(())
        }),
        Setting::text("version", |flow, text| flow.signer.set_version(text)),
        Setting::flag("send_version", |flow, flag| flow.signer.set_send_version(flag)),
        Setting::flag("plaintext_nonce", |flow, flag| flow.signer.set_plaintext_nonce(flag)),
    ];

    /// Sets what has this name among [`SETTINGS`](Self::SETTINGS).
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) for a name or a value that is none; else what the setting's own method
    /// says. The flow is unchanged then.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(Self::SETTINGS, self, name, value)
    }

    /// The profile, with what was set.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The account's host: as it was set, or as the callback told.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Step 1: the request for temporary credentials. It begins a new login; one that was under way is given up.
    ///
    /// # Errors
    /// As [`temporary_request`](super::temporary_request).
    pub fn request_temporary(&mut self, fresh: &mut impl Fresh) -> Result<Request, Error> {
        let signer = self.signer_with("", "")?;
        let request = temporary_request(&self.profile, &signer, self.account.as_deref(), &self.callback, fresh)?;
        self.state = State::Begun;
        Ok(request)
    }

    /// Reads the answer to it. `now` is in Unix milliseconds.
    ///
    /// # Errors
    /// As [`read_temporary`](super::read_temporary): a further answer may be read then. [`Protocol::StepBefore`].
    pub fn read_temporary(&mut self, answer: &Answer, now: i64) -> Result<(), Error> {
        if !matches!(self.state, State::Begun) {
            return Err(Protocol::StepBefore { step: "the request for temporary credentials" }.into());
        }
        let temporary = read_temporary(&self.profile, answer)?;
        let pending = Pending {
            token: Secret::new(temporary.token().as_bytes()),
            secret: Secret::new(temporary.secret().as_bytes()),
            callback: self.callback.clone(),
            account: self.account.clone(),
            begun_at: now,
        };
        self.state = State::Pending(pending, None);
        Ok(())
    }

    /// Step 2: the address where a person agrees, with further parameters.
    ///
    /// # Errors
    /// As [`authorize_url`](super::authorize_url); [`Protocol::StepBefore`].
    pub fn authorize_url(&self, extra: &[(&str, &str)]) -> Result<String, Error> {
        let pending = self.under_way()?;
        authorize_url(
            &self.profile,
            &self.signer,
            self.account.as_deref(),
            pending.token.text(),
            &pending.callback,
            extra,
        )
    }

    /// Reads what the browser came to, or a code that a person typed, where the callback is none or `oob`.
    ///
    /// # Errors
    /// As [`read_callback`](super::read_callback), and [`Protocol::CodeForAddress`]: the login goes on, since anybody can open an address. [`Protocol::StepBefore`].
    pub fn read_callback(&mut self, callback: &str) -> Result<(), Error> {
        let pending = self.under_way()?;
        check_typed(callback, &pending.callback)?;
        let callback = read_callback(&self.profile, callback, pending.token.text())?;
        if let State::Pending(_, read) = &mut self.state {
            *read = Some(callback);
        }
        Ok(())
    }

    /// The same where the host has read the callback itself: its verifier, or none where the service is one of OAuth 1.0.
    ///
    /// # Errors
    /// [`Protocol::StepBefore`].
    pub fn set_verifier(&mut self, verifier: Option<&str>) -> Result<(), Error> {
        self.under_way()?;
        if let State::Pending(_, read) = &mut self.state {
            let verifier = verifier.map(|verifier| Secret::new(verifier.as_bytes()));
            *read = Some(Callback { verifier, account: None, kept: Vec::new() });
        }
        Ok(())
    }

    /// Step 3: the request for token credentials.
    ///
    /// # Errors
    /// As [`token_request`](super::token_request); [`Protocol::StepBefore`].
    pub fn request_token(&mut self, fresh: &mut impl Fresh) -> Result<Request, Error> {
        let State::Pending(pending, Some(callback)) = &self.state else {
            return Err(Protocol::StepBefore { step: "the callback" }.into());
        };
        if let Some(account) = &callback.account {
            self.account = Some(account.clone());
        }
        let signer = self.signer_with(pending.token.text(), pending.secret.text())?;
        token_request(&self.profile, &signer, self.account.as_deref(), callback.verifier.as_ref(), fresh)
    }

    /// The request for token credentials by name and password, where a service takes them.
    ///
    /// # Errors
    /// As [`xauth_request`](super::xauth_request).
    pub fn request_xauth(&mut self, user_name: &str, password: &str, fresh: &mut impl Fresh) -> Result<Request, Error> {
        let signer = self.signer_with("", "")?;
        let (account, password) = (self.account.as_deref(), Secret::new(password.as_bytes()));
        let request = xauth_request(&self.profile, &signer, account, user_name, &password, fresh)?;
        self.state = State::Xauth;
        Ok(request)
    }

    /// Reads the answer to either. What the profile keeps of the callback stands before what it keeps of the answer.
    ///
    /// # Errors
    /// As [`read_token`](super::read_token): after a refusal the login is over, else the request may be made once more.
    /// [`Protocol::StepBefore`].
    pub fn read_token(&mut self, answer: &Answer) -> Result<Credentials, Error> {
        if !matches!(self.state, State::Pending(_, Some(_)) | State::Xauth) {
            return Err(Protocol::StepBefore { step: "the request for token credentials" }.into());
        }
        let read = if matches!(self.state, State::Xauth) { read_xauth } else { read_token };
        let mut credentials = match read(&self.profile, answer) {
            Ok(credentials) => credentials,
            Err(error) => {
                let is_over =
                    |reason: &_| matches!(reason, Protocol::RequestRefused { .. } | Protocol::LoginNotTaken { .. });
                if matches!(&error, Error::Protocol(reason) if is_over(reason)) {
                    self.state = State::New;
                }
                return Err(error);
            }
        };
        let handle = credentials.session_handle.as_ref().map(Secret::text);
        let done = State::done(credentials.token(), credentials.secret(), handle);
        if let State::Pending(_, Some(callback)) = replace(&mut self.state, done) {
            credentials.pair.kept.splice(0..0, callback.kept);
        }
        Ok(credentials)
    }

    /// Goes on with token credentials of an earlier login.
    ///
    /// # Errors
    /// [`Protocol::EmptyToken`].
    pub fn set_credentials(&mut self, token: &str, secret: &str, session_handle: Option<&str>) -> Result<(), Error> {
        if token.is_empty() {
            return Err(Protocol::EmptyToken.into());
        }
        self.state = State::done(token, secret, session_handle);
        Ok(())
    }

    /// What signs requests of the service's API with the token credentials that there are, as the profile wants it and as was set:
    /// by that method, key and clock, with the realm, and the hash of a body where the service wants one. Where the protocol
    /// parameters travel is said of each request ([`Request::transmission`](crate::oauth1::Request::transmission)). At a service
    /// without a login the consumer signs alone, where no credentials were set.
    ///
    /// # Errors
    /// [`Protocol::StepBefore`]; those of [`set_up`]; [`InvalidKey`](crate::Status::InvalidKey) for an RSA method without a key.
    pub fn signer(&self) -> Result<Signer, Error> {
        let signer = match &self.state {
            State::Done { token, secret, .. } => self.signer_with(token.text(), secret.text()),
            State::New if !self.profile.has_login() => self.signer_with("", ""),
            _ => Err(no_credentials()),
        }?;
        signer.check_key()?;
        Ok(signer)
    }

    /// The request that renews the token credentials.
    ///
    /// # Errors
    /// As [`renew_request`](super::renew_request); [`Protocol::StepBefore`].
    pub fn request_renewal(&mut self, fresh: &mut impl Fresh) -> Result<Request, Error> {
        let State::Done { token, secret, session_handle } = &self.state else { return Err(no_credentials()) };
        let signer = self.signer_with(token.text(), secret.text())?;
        renew_request(&self.profile, &signer, self.account.as_deref(), session_handle.as_ref(), fresh)
    }

    /// Reads the answer to it: the credentials from now on. Some services let the same go on.
    ///
    /// # Errors
    /// As [`read_renewal`](super::read_renewal); [`Protocol::StepBefore`].
    pub fn read_renewal(&mut self, answer: &Answer) -> Result<Credentials, Error> {
        let State::Done { token, secret, session_handle } = &self.state else { return Err(no_credentials()) };
        let credentials = match read_renewal(&self.profile, answer)? {
            Renewal::New(credentials) => credentials,
            Renewal::Same => Credentials::same(token, secret, &self.profile.lifetimes()),
        };
        let credentials = credentials.or_handle(session_handle.as_ref().map(Secret::text));
        let handle = credentials.session_handle.as_ref().map(Secret::text);
        self.state = State::done(credentials.token(), credentials.secret(), handle);
        Ok(credentials)
    }

    /// The request that ends the token credentials.
    ///
    /// # Errors
    /// As [`disconnect_request`](super::disconnect_request); [`Protocol::StepBefore`].
    pub fn request_disconnect(&mut self, fresh: &mut impl Fresh) -> Result<Request, Error> {
        let State::Done { token, secret, .. } = &self.state else { return Err(no_credentials()) };
        let signer = self.signer_with(token.text(), secret.text())?;
        disconnect_request(&self.profile, &signer, self.account.as_deref(), fresh)
    }

    /// Reads the answer to it; the flow has no credentials then.
    ///
    /// # Errors
    /// As [`read_disconnect`](super::read_disconnect); [`Protocol::StepBefore`].
    pub fn read_disconnect(&mut self, answer: &Answer) -> Result<(), Error> {
        let State::Done { .. } = &self.state else { return Err(no_credentials()) };
        read_disconnect(&self.profile, answer)?;
        self.state = State::New;
        Ok(())
    }

    /// The login under way, to be kept between two web requests.
    ///
    /// # Errors
    /// [`Protocol::StepBefore`] where there is none.
    pub fn under_way(&self) -> Result<&Pending, Error> {
        self.pending().ok_or_else(|| Protocol::StepBefore { step: "the answer with temporary credentials" }.into())
    }

    /// The same; None where there is none.
    #[must_use]
    pub const fn pending(&self) -> Option<&Pending> {
        match &self.state {
            State::Pending(pending, _) => Some(pending),
            State::New | State::Begun | State::Xauth | State::Done { .. } => None,
        }
    }

    /// Goes on with a login that was kept. `now` is in Unix milliseconds.
    ///
    /// # Errors
    /// [`Protocol::OldPending`]; [`Protocol::EmptyToken`]; an account that the profile does not allow.
    pub fn resume(&mut self, pending: Pending, now: i64) -> Result<(), Error> {
        pending.check_age(now)?;
        if pending.token.is_empty() {
            return Err(Protocol::EmptyToken.into());
        }
        if let Some(account) = &pending.account {
            self.account = Some(self.profile.account(Some(account))?);
        }
        self.callback.clone_from(&pending.callback);
        self.state = State::Pending(pending, None);
        Ok(())
    }

    /// What a login of this flow belongs to when it is sealed: the service, the consumer, and a text of the host's.
    #[must_use]
    pub fn belonging<'a>(&'a self, context: &'a str) -> [&'a str; 3] {
        [self.profile.name(), &self.signer.settings.consumer_key, context]
    }

    /// What signs as the profile wants it and as was set, with these credentials.
    fn signer_with(&self, token: &str, secret: &str) -> Result<Signer, Error> {
        let mut signer = self.signer.with_token(token, secret)?;
        set_up(&self.profile, self.account.as_deref(), &mut signer)?;
        Ok(signer)
    }
}

impl State {
    fn done(token: &str, secret: &str, session_handle: Option<&str>) -> Self {
        let secret_of = |text: &str| Secret::new(text.as_bytes());
        Self::Done {
            token: secret_of(token),
            secret: secret_of(secret),
            session_handle: session_handle.filter(|handle| !handle.is_empty()).map(secret_of),
        }
    }
}

fn no_credentials() -> Error {
    Protocol::StepBefore { step: "the answer with token credentials" }.into()
}
