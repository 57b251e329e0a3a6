//! What the store keeps of a login of OAuth 1.0a, step by step (RFC 5849 §2), of a renewal, and of a token's end.

use super::spilled::is_later_login;
use super::{Keeper, Read, busy};
use crate::error::{Error, Keeping, Protocol};
use crate::grant::access::{Token, unusable};
use crate::grant::kept::Kept;
use crate::grant::pending;
use crate::grant::record::{Grant, Kind, Status, UnreadAnswer};
use crate::grant::service::{DEADLINE, may_keep_tokens, profile, renewal_begins};
use crate::grant::settings::check_login;
use crate::grant::signed::{signer, text};
use crate::grant::store::Store;
use crate::http::{Answer, Request, Sent, Trouble};
use crate::oauth1::Signer;
use crate::oauth1::flow::{self, Callback, Credentials, Pending, Renewal, read_callback};
use crate::provider::{AnswerKind, Endpoint, Profile};
use crate::secret::Secret;

/// In milliseconds.
const DAY: i64 = 86_400_000;

/// What a service of OAuth 1.0a is asked by: its profile with what the grant sets and has kept, and the account's host.
struct Asked {
    profile: Profile,
    account: Option<String>,
}

impl Asked {
    /// For the account that is named, or else the grant's.
    fn of(grant: &Grant, account: Option<&str>) -> Result<Self, Error> {
        if grant.settings.kind != Kind::OAuth1 {
            return Err(Protocol::OtherGrant.into());
        }
        let profile = profile(&grant.settings)?.with_kept(&grant.state.kept);
        let account = account.or(grant.settings.account.as_deref()).map(str::to_owned);
        Ok(Self { profile, account })
    }

    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// What signs with these credentials; with none where they are empty.
    fn signer(&self, grant: &Grant, token: &str, secret: &str) -> Result<Signer, Error> {
        signer(&self.profile, grant, self.account(), token, secret)
    }

    /// Whether the service renews the grant's token by now, as far as the token's end is known.
    fn check_time(&self, grant: &Grant, now: i64) -> Result<(), Error> {
        let begins = renewal_begins(&self.profile, &grant.state, now);
        let Some(begins) = begins.filter(|begins| *begins > now) else { return Ok(()) };
        let days = u64::try_from((begins - now).div_euclid(DAY) + 1).unwrap_or(1);
        Err(Keeping::RenewalToCome { name: grant.name.clone(), days }.into())
    }

    /// The same with the grant's own token.
    fn own_signer(&self, grant: &Grant) -> Result<Signer, Error> {
        self.signer(grant, text(&grant.secrets.access), text(&grant.secrets.token_secret))
    }
}

/// Why a renewal came to nothing, with what is left of its answer.
struct Failed {
    error: Error,
    unread: Option<UnreadAnswer>,
    /// Whether the service says that it is not yet its time.
    is_too_early: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, unread: None, is_too_early: false }
    }
}

impl<S: Store> Keeper<'_, S> {
    /// Begins a login: asks the service for temporary credentials (§2.1), and keeps them until the callback comes.
    #[inline(never)] // Its frame is no other login's.
    pub(super) fn begin_signed_login(&self, name: &str, account: Option<&str>) -> Result<String, Error> {
        let grant = self.grant(name)?;
        let asked = Asked::of(&grant, account)?;
        check_login(&asked.profile, name)?;
        let named = account.map(|account| asked.profile.account(Some(account))).transpose()?;
        let callback = callback(&grant);
        let signer = asked.signer(&grant, "", "")?;
        let request = flow::temporary_request(&asked.profile, &signer, asked.account(), callback, &mut self.fresh())?;
        // No lock yet: nothing of the grant is spent, and nobody should wait for a network.
        let answer = self.send_for(name, &request)?;
        let temporary = flow::read_temporary(&asked.profile, &answer)?;
        let (profile, token) = (&asked.profile, temporary.token());
        let url = flow::authorize_url(profile, &signer, asked.account(), token, callback, &[])?;
        let pending = pending::Record {
            token: Kept::new(temporary.token()),
            secret: Kept::new(temporary.secret()),
            callback: callback.to_owned(),
            account: named,
            begun_at: self.clock.now(),
        };
        let settings = grant.settings.clone();
        self.note_login(name, |grant| {
            // They are of the consumer that the grant had then.
            if grant.settings != settings {
                return Err(busy(name));
            }
            grant.secrets.pending = Some(pending.clone());
            Ok(url.clone())
        })
    }

    /// Ends a login with what the browser came to, or the code that was typed (§2.2, §2.3). Temporary credentials are taken out
    /// of the record before they are sent, so that they are sent once.
    #[inline(never)] // Its frame is no other login's.
    pub(super) fn finish_signed_login(&self, name: &str, callback: &str, patience: i64) -> Result<Token, Error> {
        let patience = self.clock.now().saturating_add(patience);
        // What answers another login is refused before anybody is waited for, and so is a host's name looked up.
        let grant = self.grant(name)?;
        let (asked, pending, brought) = login(&grant, callback, self.clock.now())?;
        self.sender.resolve(&self.token_request(&grant, &asked, &pending, &brought)?);
        let _lock = self.lock(name, patience)?;
        let read = self.read(name)?;
        if let Some(holder) = self.holder(&read.grant.state) {
            return Err(Keeping::Busy { name: name.to_owned(), holder }.into());
        }
        let (asked, pending, brought) = login(&read.grant, callback, self.clock.now())?;
        let request = self.token_request(&read.grant, &asked, &pending, &brought)?;
        let claimed = self.take_login(name, read)?;
        let at = self.clock.now();
        let credentials = match self.sender.send(&request, DEADLINE.unsigned_abs()) {
            Sent::Answer(answer) | Sent::Cut(_, answer) => flow::read_token(&asked.profile, &answer),
            Sent::NotSent(trouble) => {
                // Nothing was spent, so the same callback will do later.
                self.put_login_back(name, claimed, &pending);
                return Err(unreachable(name, trouble));
            }
            Sent::Lost(_) => Err(Keeping::LoginLost { name: name.to_owned() }.into()),
        };
        let credentials = credentials.inspect_err(|error| {
            self.give_back(name, &claimed);
            self.note(&claimed.grant, "failed", &error.to_string());
        })?;
        let mut grant = claimed.grant.clone();
        grant.settings.account = asked.account.clone().or(grant.settings.account);
        grant.state.kept = brought.kept;
        grant.state.status = Status::Active;
        grant.state.adopted = None;
        grant.state.consented = Some((grant.generation + 1, at));
        keep(&mut grant, &credentials, at);
        self.commit_credentials(name, "logged-in", claimed, grant)
    }

    /// Asks for a longer life of a token, where a service gives one.
    ///
    /// # Errors
    /// What the service says, and nothing has changed here then; [`NotConfigured`](crate::Status::NotConfigured) where it has no
    /// such thing; [`Keeping::RenewalToCome`], and nothing was sent, where it has so in the last of a token's life alone, and that is
    /// still to come; what the store says.
    pub fn renew(&self, name: &str, patience: i64) -> Result<Token, Error> {
        let patience = self.clock.now().saturating_add(patience);
        let asked = Asked::of(&self.grant(name)?, None)?;
        // Before anybody is waited for.
        asked.profile.endpoint(Endpoint::Renew, asked.account())?;
        let _lock = self.lock(name, patience)?;
        let claimed = self.claim(name)?;
        let at = self.clock.now();
        let renewal = self.renewal(&claimed.grant).map_err(|failed| self.give_back_with(name, &claimed, failed))?;
        let mut grant = claimed.grant.clone();
        match renewal {
            Renewal::Same => {
                let lifetime = asked.profile.lifetimes().access;
                grant.state.obtained_at = at;
                grant.state.expires_at = ends(at, lifetime);
            }
            Renewal::New(credentials) => {
                let credentials = credentials.or_handle(grant.secrets.session_handle.as_ref().map(Kept::expose));
                keep(&mut grant, &credentials, at);
            }
        }
        self.commit_credentials(name, "refreshed", claimed, grant)
    }

    /// It came to nothing: the record is as it was, but for an answer that nobody could read, which may be all that is left of new
    /// credentials, and for times by a clock that was ahead, where the service says that they are.
    fn give_back_with(&self, name: &str, claimed: &Read, failed: Failed) -> Error {
        let Failed { error, unread, is_too_early } = failed;
        let (mut grant, now) = (claimed.grant.clone(), self.clock.now());
        let has_time = is_too_early && grant.state.keep_token_to_clock(now);
        let is_changed = unread.map(|answer| grant.keep_answer(answer, now)).is_some() || has_time;
        let written = is_changed.then(|| {
            let record = self.seal(&grant)?;
            self.store.acquire(name, grant.generation, claimed.revision, &record)
        });
        if !matches!(written, Some(Ok(true))) {
            self.give_back(name, claimed);
        }
        error
    }

    fn renewal(&self, grant: &Grant) -> Result<Renewal, Failed> {
        if let Some(reason) = unusable(grant) {
            return Err(Error::from(reason).into());
        }
        let asked = Asked::of(grant, None)?;
        asked.check_time(grant, self.clock.now())?;
        let handle = grant.secrets.session_handle.as_ref().map(|handle| Secret::new(handle.expose().as_bytes()));
        let signer = asked.own_signer(grant)?;
        let request =
            flow::renew_request(&asked.profile, &signer, asked.account(), handle.as_ref(), &mut self.fresh())?;
        let brings_new = asked.profile.oauth1().is_some_and(|oauth1| oauth1.renewal_answer() != AnswerKind::Status);
        let lost = || Error::from(Keeping::RenewalLost { name: grant.name.clone() });
        let answer = match self.sender.send(&request, DEADLINE.unsigned_abs()) {
            // The new ones may have been in it.
            Sent::Lost(_) if brings_new => return Err(lost().into()),
            sent => answered(&grant.name, sent)?,
        };
        match flow::read_renewal(&asked.profile, &answer) {
            // Nor does anybody know it of an answer that nobody could read, or of a service that failed.
            Err(error) if brings_new && flow::is_in_doubt(&asked.profile, &answer, &error) => {
                self.note(grant, "failed", &error.to_string());
                let unread = Some(UnreadAnswer::new(answer.status, answer.body()));
                Err(Failed { error: lost(), unread, is_too_early: false })
            }
            renewal => renewal.map_err(|error| {
                let is_too_early = flow::is_too_early(&asked.profile, &answer);
                Failed { error, unread: None, is_too_early }
            }),
        }
    }

    /// The request that ends the token at the service, and the profile that its answer is read by.
    ///
    /// # Errors
    /// [`Protocol::NoEndpoint`] where the service has no way to be told, whatever else is missing; and why it cannot be.
    pub(super) fn disconnect(&self, grant: &Grant) -> Result<(Profile, Request), Error> {
        let asked = Asked::of(grant, None)?;
        asked.profile.endpoint(Endpoint::Revoke, asked.account())?;
        let signer = asked.own_signer(grant)?;
        let request = flow::disconnect_request(&asked.profile, &signer, asked.account(), &mut self.fresh())?;
        Ok((asked.profile, request))
    }

    /// The grant of a name, under which something can be signed. Credentials that lie beside the store find their place first:
    /// the service may have ended those that stand there. Nobody is waited for where there are any.
    ///
    /// # Errors
    /// Why it can not; what the store says.
    pub fn usable(&self, name: &str, patience: i64) -> Result<Grant, Error> {
        let grant = self.grant(name)?;
        let is_usable = unusable(&grant).is_none();
        let grant = match self.store.spilled(name) {
            Ok(None) => grant,
            // Whoever holds the grant, or whatever keeps them beside the store: what stands there may be good.
            spilled if is_usable => {
                drop(spilled.and_then(|_| self.try_lock(name)));
                self.grant(name).unwrap_or(grant)
            }
            spilled => {
                spilled?;
                drop(self.lock(name, self.clock.now().saturating_add(patience))?);
                self.grant(name)?
            }
        };
        unusable(&grant).map_or(Ok(grant), |reason| Err(reason.into()))
    }

    /// Credentials that could not be saved, and those that stand there: the later ones are those that the service knows. Whether
    /// they are needed beside the store no more. What was begun or set since stays.
    pub(super) fn take_in_signed(&self, name: &str, spilled: &Grant, read: Read) -> Result<bool, Error> {
        let is_next = match order(spilled, &read.grant) {
            Order::Next => true,
            Order::Later => false,
            Order::Needless => return Ok(true),
            Order::InDoubt => return Ok(false),
        };
        let mut grant = read.grant.clone();
        take_over(&mut grant, spilled, is_next);
        self.take_in(name, read, grant)
    }

    fn token_request(
        &self,
        grant: &Grant,
        asked: &Asked,
        pending: &Pending,
        brought: &Callback,
    ) -> Result<Request, Error> {
        let signer = asked.signer(grant, pending.token.text(), pending.secret.text())?;
        let verifier = brought.verifier.as_ref();
        flow::token_request(&asked.profile, &signer, asked.account(), verifier, &mut self.fresh())
    }

    /// Takes the temporary credentials out of the record, which nobody can do twice.
    fn take_login(&self, name: &str, read: Read) -> Result<Read, Error> {
        let Read { mut grant, revision } = read;
        grant.secrets.pending = None;
        if self.store.locks_are_intents() {
            return self.claim_read(name, Read { grant, revision });
        }
        if !self.store.acquire(name, grant.generation, revision, &self.seal(&grant)?)? {
            return Err(busy(name));
        }
        Ok(Read { grant, revision: revision + 1 })
    }

    /// Where that cannot be written, the login is begun anew.
    fn put_login_back(&self, name: &str, claimed: Read, pending: &Pending) {
        let Read { mut grant, revision } = claimed;
        grant.secrets.pending = Some(pending::Record::of(pending));
        if let Ok(record) = self.seal(&grant) {
            let _ = self.store.acquire(name, grant.generation, revision, &record);
        }
    }

    /// Credentials that came are durable before anybody uses them: in the store, or beside it.
    fn commit_credentials(&self, name: &str, event: &str, claimed: Read, grant: Grant) -> Result<Token, Error> {
        let generation = grant.generation + 1;
        let mut spilled = Grant { generation, ..grant.clone() };
        spilled.state.instead_of = claimed.grant.secrets.access.as_ref().map(Kept::print);
        let expires_at = grant.state.expires_at;
        let is_login = spilled.state.is_of_login();
        match self.commit_claimed(name, event, claimed, grant) {
            Ok(()) => {
                // These are the ones that the service knows now: what lies beside the store is older. The lock is ours. What another
                // login brought is none of a renewal's.
                let _ = if is_login { self.forget_own_spilled(name) } else { self.forget_spilled_of(&spilled) };
                // Nothing is handed out.
                Ok(Token { value: Kept::new(""), token_type: String::new(), expires_at, generation })
            }
            Err(Error::Keeping(reason @ Keeping::LargeRecord { .. })) => Err(reason.into()),
            // Another generation may be there, too: these are the newest all the same.
            Err(_) => {
                let name = || name.to_owned();
                Err(match self.spill(&spilled) {
                    Ok(()) => Keeping::NotSaved { name: name() },
                    Err(_) => Keeping::NotKept { name: name() },
                }
                .into())
            }
        }
    }

    /// An answer to what may be asked again.
    fn send_for(&self, name: &str, request: &Request) -> Result<Answer, Error> {
        answered(name, self.sender.send(request, DEADLINE.unsigned_abs()))
    }
}

fn answered(name: &str, sent: Sent) -> Result<Answer, Error> {
    match sent {
        Sent::Answer(answer) | Sent::Cut(_, answer) => Ok(answer),
        Sent::NotSent(trouble) | Sent::Lost(trouble) => Err(unreachable(name, trouble)),
    }
}

/// The login that is under way, with what a callback brings to it.
fn login(grant: &Grant, callback: &str, now: i64) -> Result<(Asked, Pending, Callback), Error> {
    let name = || grant.name.clone();
    let pending = grant.secrets.pending.clone().ok_or_else(|| Keeping::NoLogin { name: name() })?.pending(now)?;
    flow::check_typed(callback, &pending.callback)?;
    let mut asked = Asked::of(grant, pending.account.as_deref())?;
    let brought = read_callback(&asked.profile, callback, pending.token.text())?;
    if let Some(came) = &brought.account {
        if asked.account().is_some_and(|wanted| wanted != came) {
            return Err(Keeping::OtherAccount { name: name() }.into());
        }
        asked.account = Some(came.clone());
    }
    asked.profile = asked.profile.with_kept(&brought.kept);
    Ok((asked, pending, brought))
}

/// Where the browser comes back to. A service of whom nothing else is known shows a code (§2.1).
fn callback(grant: &Grant) -> &str {
    grant.settings.redirect_uri.as_deref().unwrap_or("oob")
}

/// Puts credentials into a grant; its generation is the store's to count.
fn keep(grant: &mut Grant, credentials: &Credentials, at: i64) {
    let state = &mut grant.state;
    state.obtained_at = at;
    state.expires_at = ends(at, credentials.expires_in);
    state.authorization_expires_at = ends(at, credentials.authorization_expires_in);
    for (name, value) in credentials.kept() {
        state.kept.retain(|(other, _)| other != name);
        state.kept.push((name.clone(), value.clone()));
    }
    let secrets = &mut grant.secrets;
    secrets.access = Some(Kept::new(credentials.token()));
    secrets.token_secret = Some(Kept::new(credentials.secret()));
    (secrets.unread, state.unread_at) = (None, None);
    secrets.session_handle = credentials.session_handle.as_ref().map(|handle| Kept::new(handle.text()));
}

/// What credentials that were spilled are to those that stand in the store.
enum Order {
    /// They were to take the place of these very ones, and nobody has written since.
    Next,
    /// The same, with other settings by now; or they are of a login, and these of the consent before.
    Later,
    /// They are there already.
    Needless,
    /// Others have come since, and by the clocks of two machines nobody knows which of them the service has ended; or the grant has
    /// ended here, or its settings let it not keep them. They may be the only ones that are good, and live on at the service.
    InDoubt,
}

fn order(spilled: &Grant, stored: &Grant) -> Order {
    let credentials = |grant: &Grant| (grant.secrets.access.clone(), grant.secrets.token_secret.clone());
    if spilled.generation == stored.generation + 1 {
        Order::Next
    } else if credentials(spilled) == credentials(stored) {
        Order::Needless
    } else if !stored.has_ended() && may_take(spilled, stored) {
        Order::Later
    } else {
        Order::InDoubt
    }
}

/// Whether a grant may have what was spilled in the place of what it has, which is what that was to take the place of.
fn may_take(spilled: &Grant, stored: &Grant) -> bool {
    let stands = stored.secrets.access.as_ref().map(Kept::print);
    let is_later = spilled.state.instead_of == stands || is_later_login(spilled, stored);
    is_later && may_keep_tokens(&spilled.settings, &stored.settings)
}

/// Puts spilled credentials, and what is known of them, in the place of a grant's own; of those that were to be next, also the
/// account that a login was for. The intent that stands there was theirs, or has ended.
fn take_over(grant: &mut Grant, spilled: &Grant, is_next: bool) {
    grant.secrets.access.clone_from(&spilled.secrets.access);
    grant.secrets.token_secret.clone_from(&spilled.secrets.token_secret);
    grant.secrets.session_handle.clone_from(&spilled.secrets.session_handle);
    (grant.secrets.unread, grant.state.unread_at) = (None, None);
    let (state, came) = (&mut grant.state, &spilled.state);
    state.status.clone_from(&came.status);
    state.kept.clone_from(&came.kept);
    state.obtained_at = came.obtained_at;
    state.expires_at = came.expires_at;
    state.authorization_expires_at = came.authorization_expires_at;
    state.intent = None;
    // A login has told the account where the settings do not.
    if is_next || grant.settings.account.is_none() {
        grant.settings.account.clone_from(&spilled.settings.account);
    }
    if came.is_of_login() {
        state.consented = came.consented.map(|(_, at)| (grant.generation + 1, at));
    }
    if is_next {
        state.adopted = came.adopted;
    }
}

fn ends(at: i64, seconds: Option<u32>) -> Option<i64> {
    seconds.map(|seconds| at.saturating_add(i64::from(seconds) * 1000))
}

fn unreachable(name: &str, trouble: Trouble) -> Error {
    Keeping::ServiceUnreachable { name: name.to_owned(), said: format!(" ({})", trouble.in_words()) }.into()
}
