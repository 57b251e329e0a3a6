//! The tokens that an open store hands out, and what is sent with them.

use super::super::any::{AnyLock, AnyStore};
use super::network::Nobody;
use super::{OpenStore, PATIENCE};
use crate::error::Error;
use crate::grant::access::{Consent, Token, Want, unusable};
use crate::grant::credential::{authorized, check_receiver_by};
use crate::grant::keep::{Keeper, Progress, Run};
use crate::grant::record::{Kind, Status};
use crate::grant::signed::{self, SignedBodies, Signing};
use crate::grant::store::Store;
use crate::grant::{Grant, Kept};
use crate::http::{Answer, Request, Sent};
use crate::oauth1;
use crate::provider::Sentence;

impl OpenStore {
    /// A token that lives on for so many milliseconds; renewed where it must be, by the client that is built in.
    ///
    /// # Errors
    /// The 600 family.
    pub fn access_token(&self, name: &str, min_validity: i64, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.access_token(name, min_validity, patience))
    }

    /// A service turned the token of a generation down: the one that is good now.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn refused(&self, name: &str, generation: u64, http_status: u16, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.refused(name, generation, http_status, patience))
    }

    /// A request of the service's API as it must be sent under a grant of whatever kind, and the generation of its token.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token); a method or a content type that is none, and a URL that the credential may not be
    /// sent to, before one is had.
    pub fn authorize(
        &self,
        name: &str,
        method: &str,
        url: &str,
        body: Option<(&str, &[u8])>,
        min_validity: i64,
        patience: i64,
    ) -> Result<(Request, u64), Error> {
        let asked = oauth1::Request::new(method, url);
        let asked = match body {
            Some((content_type, body)) => asked.with_body(Some(content_type), body),
            None => asked,
        };
        self.authorize_asked(name, &asked, min_validity, patience)
    }

    /// The same of a request whose signature has more in it, where the grant signs.
    ///
    /// # Errors
    /// As [`authorize`](Self::authorize).
    pub fn authorize_asked(
        &self,
        name: &str,
        asked: &oauth1::Request<'_>,
        min_validity: i64,
        patience: i64,
    ) -> Result<(Request, u64), Error> {
        asked.check()?;
        asked.content_type.map_or(Ok(()), oauth1::Request::check_content_type)?;
        let grant = self.grant(name)?;
        // A place that the token must not go to is refused before one is had. A login may tell the account, and so the place.
        if !matches!(grant.state.status, Status::New) {
            check_receiver_by(&*self.profiles.of(&grant)?, &grant, asked.url)?;
        }
        if grant.settings.kind == Kind::OAuth1 {
            let (signing, grant) = self.signing_of(&grant, asked.url, patience)?;
            let request = self.keep_with(&Nobody, |keeper| signing.request(asked, &mut keeper.fresh()))?;
            return Ok((request, grant.generation));
        }
        let (token, grant) = self
            .keep(|keeper| keeper.with_grant(name, patience, || keeper.access_token(name, min_validity, patience)))?;
        let request = authorized(&*self.profiles.of(&grant)?, &grant, &token, asked)?;
        Ok((request, token.generation))
    }

    /// What signs under a grant of OAuth 1.0a, for requests to this URL and others of its origin; None of another grant.
    ///
    /// # Errors
    /// As [`authorize`](Self::authorize).
    pub fn signing(&self, name: &str, url: &str) -> Result<Option<Signing>, Error> {
        let grant = self.grant(name)?;
        if grant.settings.kind != Kind::OAuth1 {
            return Ok(None);
        }
        if !matches!(grant.state.status, Status::New) {
            check_receiver_by(&*self.profiles.of(&grant)?, &grant, url)?;
        }
        self.signing_of(&grant, url, PATIENCE).map(|(signing, _)| Some(signing))
    }

    /// Which bodies take part in what a grant of OAuth 1.0a signs; None of a grant that signs nothing.
    ///
    /// # Errors
    /// What the store or the profile says.
    pub fn signed_bodies(&self, name: &str) -> Result<Option<SignedBodies>, Error> {
        let grant = self.grant(name)?;
        let signs = grant.settings.kind == Kind::OAuth1;
        signs.then(|| self.profiles.of(&grant).map(|profile| signed::signed_bodies(&profile))).transpose()
    }

    /// No lock is taken for it and nothing is written, unless credentials lie beside the store: a token of OAuth 1.0a stays what
    /// it is.
    fn signing_of(&self, grant: &Grant, url: &str, patience: i64) -> Result<(Signing, Grant), Error> {
        let is_ready = unusable(grant).is_none() && !matches!(self.store.spilled(&grant.name), Ok(Some(_)));
        let grant = if is_ready {
            grant.clone()
        } else {
            self.keep_with(&Nobody, |keeper| keeper.usable(&grant.name, patience))?
        };
        let profile = self.profiles.of(&grant)?;
        check_receiver_by(&profile, &grant, url)?;
        Ok((Signing::of(&profile, &grant)?, grant))
    }

    /// Whether an answer of the service's API means that the token has ended: what [`refused`](Self::refused) is to be told of.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_expired(&self, name: &str, http_status: u16, body: Option<&[u8]>) -> Result<bool, Error> {
        let grant = self.grant(name)?;
        // Nobody can renew a static key, nor a token of OAuth 1.0a.
        Ok(grant.settings.kind.is_renewed() && self.profiles.of(&grant)?.is_expired(http_status, body))
    }

    /// What the profile advises about an answer of the service's API, where it knows what that says: the services that a signature is
    /// for refuse in ways of their own, BrickLink with status 200. Nothing of the answer is repeated.
    ///
    /// # Errors
    /// What the store or the profile says.
    pub fn advice(&self, name: &str, answer: &Answer) -> Result<Option<Sentence>, Error> {
        let profile = self.profiles.of(&self.grant(name)?)?;
        Ok(oauth1::flow::advice(&profile, answer).cloned())
    }

    /// Asks for a longer life of a token of OAuth 1.0a, where the service gives one.
    ///
    /// # Errors
    /// As [`Keeper::renew`].
    pub fn renew(&self, name: &str, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.renew(name, patience))
    }

    /// Begins a login: the address where a person agrees.
    ///
    /// # Errors
    /// What the store or the profile says.
    pub fn begin_login(&self, name: &str, account: Option<&str>) -> Result<String, Error> {
        self.keep(|keeper| keeper.begin_login(name, account))
    }

    /// Ends a login with the URL that the browser came to, or its query.
    ///
    /// # Errors
    /// As [`Keeper::finish_login`].
    pub fn finish_login(&self, name: &str, callback: &str, patience: i64) -> Result<Token, Error> {
        self.keep(|keeper| keeper.finish_login(name, callback, patience))
    }

    /// Exchanges a code that was had in another way.
    ///
    /// # Errors
    /// As [`Keeper::exchange`]; an account that the profile does not allow.
    pub fn exchange(&self, name: &str, code: &str, account: Option<&str>, patience: i64) -> Result<Token, Error> {
        let grant = self.grant(name)?;
        let account = account.map(|account| self.profiles.of(&grant)?.account(Some(account))).transpose()?;
        let consent = Consent { code: Kept::new(code), account, kept: Vec::new() };
        self.keep(|keeper| keeper.exchange(name, consent, patience))
    }

    /// A token at once, or a run whose requests the caller sends: [`answer`](Self::answer) and [`wake`](Self::wake) go on.
    /// `refused` is a generation whose token a service turned down, and by which status.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn begin_refresh(
        &self,
        name: &str,
        min_validity: i64,
        refused: Option<(u64, u16)>,
        patience: i64,
    ) -> Result<Progress<AnyLock>, Error> {
        let patience = self.now().saturating_add(patience);
        self.keep_with(&Nobody, |keeper| keeper.begin(name, Want { min_validity, refused, patience, consent: None }))
    }

    /// The same for the code of a login.
    ///
    /// # Errors
    /// As [`finish_login`](Self::finish_login).
    pub fn begin_finish(&self, name: &str, callback: &str, patience: i64) -> Result<Progress<AnyLock>, Error> {
        self.keep_with(&Nobody, |keeper| keeper.begin_finish(name, callback, patience))
    }

    /// Goes on with what came of sending a run's request.
    #[must_use]
    pub fn answer(&self, run: Run<AnyLock>, sent: Sent) -> Progress<AnyLock> {
        self.go_on(|keeper| keeper.answer(run, sent))
    }

    /// Goes on after a run's wait.
    #[must_use]
    pub fn wake(&self, run: Run<AnyLock>) -> Progress<AnyLock> {
        self.go_on(|keeper| keeper.wake(run))
    }

    fn go_on(&self, go_on: impl FnOnce(&Keeper<'_, AnyStore>) -> Progress<AnyLock>) -> Progress<AnyLock> {
        self.keep_with(&Nobody, |keeper| Ok(go_on(keeper))).unwrap_or_else(|error| Progress::Done(Err(error)))
    }
}
