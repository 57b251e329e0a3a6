//! A login, from the address where a person agrees to the code that is exchanged (RFC 6749 §4.1).

use super::refusals::Refusals;
use super::{Keeper, Progress, Read};
use crate::error::{Error, Keeping, Protocol};
use crate::grant::access::{Consent, Token, Want};
use crate::grant::kept::Kept;
use crate::grant::record::{Grant, Kind, Login};
use crate::grant::service::{DEADLINE, Service};
use crate::grant::store::Store;
use crate::oauth2::{authorization_url, challenge, read_callback, verifier};

impl<S: Store> Keeper<'_, S> {
    /// Begins a login: the address where a person agrees. Its state is kept, so that the callback can come to another process; of
    /// OAuth 1.0a that are temporary credentials, which the service is asked for first.
    /// An account that is named is the one that the grant is for from then on: accounts get other hosts.
    ///
    /// # Errors
    /// What the store or the profile says.
    pub fn begin_login(&self, name: &str, account: Option<&str>) -> Result<String, Error> {
        if self.kind(name)? == Kind::OAuth1 {
            return self.begin_signed_login(name, account);
        }
        self.note_login(name, |grant| {
            let service = Service::of(grant)?.at_account(account);
            let state = self.random_text()?;
            let secret = self.random_bytes::<32>().map(|bytes| verifier(&bytes))?;
            let challenge = service.profile().uses_pkce().then(|| challenge(&secret));
            let named = account.map(|account| service.profile().account(Some(account))).transpose()?;
            let scope = grant.settings.scope.clone();
            let account = account.or(grant.settings.account.as_deref());
            let url = authorization_url(
                service.profile(),
                service.client(),
                account,
                scope.as_deref(),
                state.expose(),
                challenge.as_deref(),
            )?;
            let verifier = challenge.map(|_| Kept::new(std::str::from_utf8(secret.expose()).unwrap_or_default()));
            grant.secrets.login = Some(Login { state, verifier, at: self.clock.now(), account: named });
            Ok(url)
        })
    }

    /// Puts a login that begins into the record, which is the same generation; what `note` returns.
    pub(super) fn note_login(
        &self,
        name: &str,
        note: impl Fn(&mut Grant) -> Result<String, Error>,
    ) -> Result<String, Error> {
        // Whoever refreshes meanwhile puts the record in place that they began with: it would not have this login.
        let patience = self.clock.now().saturating_add(DEADLINE);
        let _lock = self.lock(name, patience)?;
        let mut refusals = Refusals::default();
        loop {
            let Read { mut grant, revision } = self.read(name)?;
            if let Some(holder) = self.holder(&grant.state) {
                self.wait_for(name, holder, patience)?;
                continue;
            }
            let url = note(&mut grant)?;
            let written = self.store.acquire(name, grant.generation, revision, &self.seal(&grant)?);
            if self.unless_refused(&mut refusals, name, (grant.generation, Some(revision)), written)? {
                return Ok(url);
            }
            self.wait_for(name, "another process".to_owned(), patience)?;
        }
    }

    /// Ends a login with what the browser brought back: a URL or its query; of OAuth 1.0a also the code that a service shows. Each
    /// code is sent once, ever. Under a grant of OAuth 1.0a the token that comes back is empty: it is not handed out.
    ///
    /// # Errors
    /// The 500 family of a callback that is foreign or tells of a refusal, and of what a service of OAuth 1.0a does not take; the
    /// 600 family of a code that is not taken. The grant is then as it was.
    pub fn finish_login(&self, name: &str, callback: &str, patience: i64) -> Result<Token, Error> {
        if self.kind(name)? == Kind::OAuth1 {
            return self.finish_signed_login(name, callback, patience);
        }
        self.exchange(name, self.consent(name, callback)?, patience)
    }

    /// The same, as a run whose request the caller sends.
    ///
    /// # Errors
    /// As [`finish_login`](Self::finish_login).
    pub fn begin_finish(&self, name: &str, callback: &str, patience: i64) -> Result<Progress<S::Lock>, Error> {
        if self.kind(name)? == Kind::OAuth1 {
            return Err(Keeping::LoginBySteps { name: name.to_owned() }.into());
        }
        let consent = Some(self.consent(name, callback)?);
        let patience = self.clock.now().saturating_add(patience);
        self.begin(name, Want { min_validity: 0, refused: None, patience, consent })
    }

    /// What a callback brings, if it is one of the login that was begun.
    fn consent(&self, name: &str, callback: &str) -> Result<Consent, Error> {
        let Read { grant, .. } = self.read(name)?;
        let Some(login) = &grant.secrets.login else {
            return Err(Keeping::NoLogin { name: name.to_owned() }.into());
        };
        let service = Service::of(&grant)?;
        let callback = read_callback(service.profile(), callback, login.state.expose())?;
        let wanted = login.account.as_ref().or(grant.settings.account.as_ref());
        if let (Some(wanted), Some(came)) = (wanted, &callback.account)
            && wanted != came
        {
            return Err(Keeping::OtherAccount { name: name.to_owned() }.into());
        }
        let code = Kept::new(std::str::from_utf8(callback.code.expose()).unwrap_or_default());
        Ok(Consent { code, account: callback.account, kept: callback.kept })
    }

    /// Exchanges a code for tokens (RFC 6749 §4.1.3).
    ///
    /// # Errors
    /// As [`finish_login`](Self::finish_login).
    pub fn exchange(&self, name: &str, consent: Consent, patience: i64) -> Result<Token, Error> {
        if self.kind(name)? != Kind::Code {
            return Err(Protocol::OtherGrant.into());
        }
        let patience = self.clock.now().saturating_add(patience);
        self.run(name, Want { min_validity: 0, refused: None, patience, consent: Some(consent) })
    }
}
