//! A grant's end, at the service and here.

use super::Keeper;
use crate::error::{Error, Keeping, Protocol};
use crate::grant::record::{Grant, Kind, Status};
use crate::grant::refresh::in_brackets;
use crate::grant::service::{DEADLINE, Service};
use crate::grant::store::Store;
use crate::http::{Request, Sent, Trouble};
use crate::oauth1::flow::read_disconnect;
use crate::oauth2::{Revocation, read_revocation};
use crate::provider::Profile;

impl<S: Store> Keeper<'_, S> {
    /// Revokes a grant at the service, where that has a way, and here for good: nothing that is under way brings it back.
    /// Whether the service was told; false also where it was not told of what lies beside the store, and stays there.
    ///
    /// # Errors
    /// What the store says. [`Keeping::ClientRefused`], and [`Keeping::NotRevoked`] where the request cannot be made, such as by a key
    /// that does not sign, or nobody knows whether the service has done it: nothing has changed here then, and
    /// [`revoke_here`](Self::revoke_here) is left.
    pub fn revoke(&self, name: &str, patience: i64) -> Result<bool, Error> {
        let patience = self.clock.now().saturating_add(patience);
        // Looking up a name can take long, and nobody should wait for it.
        if let Some((_, request)) = self.revocation(&self.read(name)?.grant)? {
            self.sender.resolve(&request);
        }
        let _lock = self.lock(name, patience)?;
        let claimed = self.claim(name)?;
        let told = self.tell_service(&claimed.grant);
        // Where nothing else is left to end, whether that ends is the answer.
        let told = if has_tokens(&claimed.grant) { told } else { told.and_then(|_| self.end_spilled(name, false)) };
        let told = told.inspect_err(|_| self.give_back(name, &claimed))?;
        let mut grant = claimed.grant.clone();
        end(&mut grant);
        self.commit_claimed(name, "revoked", claimed, grant)?;
        // And else it stays where it is, and is told of.
        Ok(self.end_spilled(name, told).unwrap_or_default())
    }

    /// Ends what still lies beside the store, too: it had no place in it, or came by a process that is held up. Whether the service
    /// was told; `told` where nothing lies there.
    #[inline(never)] // A record in the frame of whoever asks takes kilobytes of the stack.
    fn end_spilled(&self, name: &str, told: bool) -> Result<bool, Error> {
        let Some(spilled) = self.own_spilled(name)? else { return Ok(told) };
        let told = self.tell_service(&spilled)?;
        self.store.forget_spilled(name)?;
        Ok(told)
    }

    /// The same here alone: at the service the grant lives on, until somebody ends it there.
    ///
    /// # Errors
    /// What the store says.
    pub fn revoke_here(&self, name: &str, patience: i64) -> Result<(), Error> {
        let patience = self.clock.now().saturating_add(patience);
        let _lock = self.lock_by(name, patience, || self.try_lock_to_end(name))?;
        self.commit_change(name, "revoked", |grant, _| {
            end(grant);
            Ok(())
        })?;
        // Whoever ends it here alone knows that it lives on at the service; so does what lies beside the store.
        let _ = self.forget_own_spilled(name);
        Ok(())
    }

    /// Whether the service was told; not where it has no way to be.
    fn tell_service(&self, grant: &Grant) -> Result<bool, Error> {
        let Some((reader, request)) = self.revocation(grant)? else { return Ok(false) };
        let name = || grant.name.clone();
        let not_revoked = |said| Keeping::NotRevoked { name: name(), said };
        let of_trouble = |trouble: Trouble| not_revoked(format!(" ({})", trouble.in_words()));
        match self.sender.send(&request, DEADLINE.unsigned_abs()) {
            Sent::Answer(answer) => match &reader {
                Reader::OAuth2(service) => match read_revocation(service.profile(), &answer) {
                    Revocation::Revoked => Ok(true),
                    Revocation::NoEndpoint => Ok(false),
                    Revocation::ClientRefused(said) => {
                        Err(Keeping::ClientRefused { name: name(), said: in_brackets(&said) }.into())
                    }
                    Revocation::Unknown(said) => Err(not_revoked(in_brackets(&said)).into()),
                },
                Reader::OAuth1(profile) => {
                    let said = |error: Error| not_revoked(format!(" ({error})"));
                    read_disconnect(profile, &answer).map(|()| true).map_err(|error| said(error).into())
                }
            },
            Sent::NotSent(trouble) | Sent::Lost(trouble) | Sent::Cut(trouble, _) => Err(of_trouble(trouble).into()),
        }
    }
}

/// What reads the answer to a revocation.
enum Reader {
    OAuth2(Box<Service>),
    OAuth1(Box<Profile>),
}

impl<S: Store> Keeper<'_, S> {
    /// The request that tells the service; none where there is nothing to tell, or no way to.
    fn revocation(&self, grant: &Grant) -> Result<Option<(Reader, Request)>, Error> {
        if !has_tokens(grant) {
            return Ok(None);
        }
        let request = match grant.settings.kind {
            Kind::Static => return Ok(None),
            Kind::OAuth1 => {
                self.disconnect(grant).map(|(profile, request)| Some((Reader::OAuth1(Box::new(profile)), request)))
            }
            Kind::Code | Kind::ClientCredentials => revocation(grant),
        };
        match request {
            Err(Error::Protocol(Protocol::NoEndpoint { .. })) => Ok(None),
            // A key that does not sign, an account or a profile that is missing: it can be ended here all the same.
            Err(error) => Err(Keeping::NotRevoked { name: grant.name.clone(), said: format!(" ({error})") }.into()),
            request => request,
        }
    }
}

fn has_tokens(grant: &Grant) -> bool {
    let secrets = &grant.secrets;
    secrets.refresh.is_some() || secrets.access.as_ref().is_some_and(|token| !token.expose().is_empty())
}

fn revocation(grant: &Grant) -> Result<Option<(Reader, Request)>, Error> {
    let service = Service::of(grant)?;
    let request = service.revocation(grant)?;
    Ok(request.map(|request| (Reader::OAuth2(Box::new(service)), request)))
}

fn end(grant: &mut Grant) {
    grant.state.status = Status::Revoked;
    grant.state.expires_at = None;
    grant.secrets.keep_client();
}
