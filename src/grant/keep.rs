//! Runs the state machine over a store, a sender and a clock.

mod fresh;
mod intents;
mod life;
mod login;
mod oauth1;
mod refusals;
mod revoke;
mod run;
mod spilled;

pub use fresh::Drawn;
pub use run::{Progress, Run};

use super::access::{Decision, Token, Want, decide, good, lives_on, token};
use super::kept::Kept;
use super::pages;
use super::record::{Grant, Kind, Status};
use super::rules::Rules;
use super::seal::{NONCE, Sealer, outside};
use super::service::{DEADLINE, Service};
use super::store::{Happening, Lock, Store};
use crate::error::{Error, Keeping};
use crate::http::Sender;
use crate::oauth2::verifier;

/// How much longer than is asked a token must live on at most, in milliseconds.
const MOST_AHEAD: i64 = 30_000;

/// The time, and waiting.
pub trait Clock {
    /// Unix milliseconds.
    fn now(&self) -> i64;

    /// Returns at about that time, or somewhat later: processes that wait for one thing must not wake all at once.
    fn sleep_until(&self, time: i64);

    /// Whether the caller waits no longer. What is under way comes to its end all the same.
    fn is_given_up(&self) -> bool {
        false
    }
}

/// Where randomness comes from: fills what it is given.
pub type Random<'a> = &'a dyn Fn(&mut [u8]) -> Result<(), Error>;

/// Hands out tokens of the grants in a store, and renews them.
///
/// Any number of threads and processes may each have one over the same store.
#[allow(missing_debug_implementations, reason = "it is made of what others bring")]
pub struct Keeper<'a, S> {
    /// Where the grants are.
    pub store: &'a S,
    /// What opens and seals them.
    pub sealer: &'a Sealer,
    /// What sends requests.
    pub sender: &'a dyn Sender,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Where nonces, states and verifiers come from.
    pub random: Random<'a>,
    /// Names this process, for people.
    pub owner: &'a str,
}

/// How often a change is tried to be written that the store fails at, and how long between, in milliseconds: until then nobody
/// knows what stands there, and what came with it may be all that there is.
const COMMITS: u32 = 6;
const BETWEEN_COMMITS: i64 = 250;

/// A grant with the revision of its record.
struct Read {
    grant: Grant,
    revision: u64,
}

impl<S: Store> Keeper<'_, S> {
    /// An access token, or a static key, that lives on for so many milliseconds; renewed where it must be, and where the service
    /// lets it be up to a tenth of that earlier, 30 s at most, by chance. It waits for others, and for a service that asks to,
    /// for so many milliseconds at most.
    ///
    /// # Errors
    /// The 600 family, and what the store or the profile says.
    pub fn access_token(&self, name: &str, min_validity: i64, patience: i64) -> Result<Token, Error> {
        let patience = self.clock.now().saturating_add(patience);
        self.run(name, Want { min_validity, refused: None, patience, consent: None })
    }

    /// Tells that a service turned the token of a generation down, by this HTTP status: another one, newer or renewed.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn refused(&self, name: &str, generation: u64, http_status: u16, patience: i64) -> Result<Token, Error> {
        let patience = self.clock.now().saturating_add(patience);
        self.run(name, Want { min_validity: 0, refused: Some((generation, http_status)), patience, consent: None })
    }

    /// A token with the grant that it is of: between two reads another grant may have taken the name, with other places that
    /// tokens may go to. `ask` has the token; where it is of another generation than the grant that is read then, it is asked
    /// once more.
    ///
    /// # Errors
    /// Those of `ask`; [`Keeping::Busy`] where the grant changes on and on until the patience has ended.
    pub fn with_grant(
        &self,
        name: &str,
        patience: i64,
        ask: impl Fn() -> Result<Token, Error>,
    ) -> Result<(Token, Grant), Error> {
        let patience = self.clock.now().saturating_add(patience);
        loop {
            let token = ask()?;
            let grant = self.grant(name)?;
            if grant.generation == token.generation {
                return Ok((token, grant));
            }
            if self.clock.now() > patience {
                return Err(busy(name));
            }
        }
    }

    /// Changes a grant's settings or secrets, as a generation of its own; nobody renews it meanwhile.
    ///
    /// # Errors
    /// What the store or `change` says.
    pub fn change(
        &self,
        name: &str,
        event: &str,
        patience: i64,
        change: impl FnOnce(&mut Grant) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let patience = self.clock.now().saturating_add(patience);
        let _lock = self.lock(name, patience)?;
        self.commit_change(name, event, |grant, _| change(grant))
    }

    /// The grant of a name, opened.
    ///
    /// # Errors
    /// [`Keeping::UnknownGrant`], and what the store says.
    pub fn grant(&self, name: &str) -> Result<Grant, Error> {
        self.read(name).map(|read| read.grant)
    }

    /// Its kind. Apart, as a record in the frame of whoever asks takes kilobytes of the stack from all that follows.
    #[inline(never)]
    fn kind(&self, name: &str) -> Result<Kind, Error> {
        Ok(self.grant(name)?.settings.kind)
    }

    /// The same, and the revision of its record, which grows with each write: also with those that leave the generation.
    ///
    /// # Errors
    /// As [`grant`](Self::grant).
    pub fn grant_at(&self, name: &str) -> Result<(Grant, u64), Error> {
        self.read(name).map(|read| (read.grant, read.revision))
    }

    /// Adds a grant.
    ///
    /// # Errors
    /// [`Keeping::BadName`], [`Keeping::GrantExists`]; [`Keeping::ForeignKey`] where the rest is sealed with another key; and
    /// what the store says.
    pub fn add(&self, grant: &Grant) -> Result<(), Error> {
        super::name::check(&grant.name)?;
        self.check_key(&grant.name)?;
        self.forget_left(&grant.name)?;
        let mut grant = grant.clone();
        grant.state.added_at = Some(self.clock.now());
        if !self.store.add(&grant.name, &self.seal(&grant)?)? {
            return Err(Keeping::GrantExists { name: grant.name }.into());
        }
        self.note(&grant, "added", "");
        Ok(())
    }

    /// The token that is there; none where the machine must run.
    fn find(&self, name: &str, want: &mut Want) -> Result<Option<Token>, Error> {
        let Read { grant, .. } = self.read(name)?;
        // What is asked for most needs no profile.
        let now = self.clock.now();
        if let Some(token) = good(&grant, want, now) {
            let Some(longer) = self.ahead_of_time(&grant, want, now) else { return Ok(Some(token)) };
            want.min_validity = longer;
            return Ok(None);
        }
        let rules = self.rules(&grant)?;
        match decide(&grant, &rules, want, self.clock.now()) {
            Decision::HandOut => {
                token(&grant).map(Some).ok_or_else(|| Keeping::NotLoggedIn { name: name.to_owned() }.into())
            }
            Decision::Fail(reason) if self.store.spilled(name)?.is_none() => Err(reason.into()),
            // What makes it good again lies beside the store, if it opens.
            Decision::Fail(reason) => {
                drop(self.lock(name, want.patience)?);
                if self.store.spilled(name)?.is_none() { self.find(name, want) } else { Err(reason.into()) }
            }
            Decision::Refresh | Decision::Wait(_) => Ok(None),
        }
    }

    /// How long the token of a grant that is good enough must live on all the same, where it is renewed now: each caller draws a
    /// share of a tenth more than is asked, so that not all of many come at the same moment. Nobody waits for that.
    fn ahead_of_time(&self, grant: &Grant, want: &Want, now: i64) -> Option<i64> {
        let most = (want.min_validity / 10).clamp(0, MOST_AHEAD);
        if lives_on(grant, want.min_validity.saturating_add(most), now) {
            return None;
        }
        let mut drawn = [0; 4];
        (self.random)(&mut drawn).ok()?;
        let longer = want.min_validity.saturating_add(i64::from(u32::from_le_bytes(drawn)) % (most + 1));
        let decision = decide(grant, &self.rules(grant).ok()?, &Want { min_validity: longer, ..want.clone() }, now);
        let is_free = || matches!(self.try_lock(&grant.name), Ok(Lock::Taken(_)));
        (decision == Decision::Refresh && is_free()).then_some(longer)
    }

    fn rules(&self, grant: &Grant) -> Result<Rules, Error> {
        match grant.settings.kind {
            Kind::Static | Kind::OAuth1 => Ok(Rules::default()),
            Kind::Code | Kind::ClientCredentials => {
                let lease = self.store.lease().map(|lease| i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
                Ok(Rules { lease, pause: self.pause(), ..Service::of(grant)?.rules() })
            }
        }
    }

    /// Does what the machine says until it is over.
    fn run(&self, name: &str, want: Want) -> Result<Token, Error> {
        let mut progress = self.begin(name, want)?;
        loop {
            progress = match progress {
                Progress::Send(request, run) => self.answer(run, self.sender.send(&request, DEADLINE.unsigned_abs())),
                Progress::Wait(until, run) => {
                    self.clock.sleep_until(until);
                    if self.clock.is_given_up() { self.give_up(run) } else { self.wake(run) }
                }
                Progress::Done(result) => return result,
            }
        }
    }

    /// A grant that is sealed with another key than the rest would be found out late: whoever has one key opens not all of them.
    /// One other record tells; what is damaged tells of no key.
    fn check_key(&self, name: &str) -> Result<(), Error> {
        let read = |other: Result<String, Error>| match other {
            Ok(other) if other == name => None,
            Ok(other) => self.store.load(&other).ok()?.and_then(|stored| outside(&other, &stored.record).ok()).map(Ok),
            Err(error) => Some(Err(error)),
        };
        match pages::names(self.store).find_map(read).transpose()? {
            Some(other) if !self.sealer.has_key(&other) => Err(Keeping::ForeignKey { name: other.name }.into()),
            _ => Ok(()),
        }
    }

    fn lock(&self, name: &str, patience: i64) -> Result<S::Lock, Error> {
        self.lock_by(name, patience, || self.try_lock(name))
    }

    fn lock_by(
        &self,
        name: &str,
        patience: i64,
        try_lock: impl Fn() -> Result<Lock<S::Lock>, Error>,
    ) -> Result<S::Lock, Error> {
        loop {
            match try_lock()? {
                Lock::Taken(lock) => return Ok(lock),
                Lock::Held(holder) => self.wait_for(name, holder, patience)?,
            }
        }
    }

    fn commit_change(
        &self,
        name: &str,
        event: &str,
        change: impl FnOnce(&mut Grant, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let read = self.read(name)?;
        if let Some(holder) = self.holder(&read.grant.state) {
            return Err(Keeping::Busy { name: name.to_owned(), holder }.into());
        }
        let mut changed = read.grant.clone();
        change(&mut changed, read.revision)?;
        // Where a lock is an intent, this is the write that shows whether anybody has begun one since.
        let claimed = self.claim_read(name, read)?;
        self.commit_claimed(name, event, claimed, changed)
    }

    fn commit_changed(&self, name: &str, event: &str, mut grant: Grant, most: u32) -> Result<(), Error> {
        let before = grant.generation;
        grant.generation += 1;
        let record = self.seal(&grant)?;
        let mut tries = 1;
        loop {
            match self.store.commit(name, before, &record) {
                Ok(true) => break,
                Ok(false) if tries == 1 => return Err(busy(name)),
                // Nobody knows whether it was written. What stands there tells: a move must not be taken back that was made.
                Ok(false) if self.stands(name, &record) => break,
                Ok(false) => return Err(busy(name)),
                Err(_) if self.stands(name, &record) => break,
                Err(error) if tries == most => return Err(error),
                Err(_) => {
                    tries += 1;
                    self.clock.sleep_until(self.clock.now().saturating_add(BETWEEN_COMMITS));
                }
            }
        }
        self.note(&grant, event, "");
        Ok(())
    }

    fn stands(&self, name: &str, record: &str) -> bool {
        matches!(self.store.load(name), Ok(Some(stored)) if stored.record == record)
    }

    fn read(&self, name: &str) -> Result<Read, Error> {
        self.try_read(name)?.ok_or_else(|| Keeping::UnknownGrant { name: name.to_owned() }.into())
    }

    fn try_read(&self, name: &str) -> Result<Option<Read>, Error> {
        super::name::check(name)?;
        let Some(stored) = self.store.load(name)? else { return Ok(None) };
        let grant = self.sealer.open(name, &stored.record)?;
        // An older record of the same grant is as good as any, but for its generation.
        if grant.generation != stored.generation {
            return Err(Keeping::Tampered { name: name.to_owned() }.into());
        }
        Ok(Some(Read { grant, revision: stored.revision }))
    }

    fn seal(&self, grant: &Grant) -> Result<String, Error> {
        self.sealer.seal(grant, &*self.random_bytes::<NONCE>()?)
    }

    /// The record of a grant that takes another's place. A refresh token that came, and is to be kept beside, is nowhere else.
    fn seal_over(&self, was: &Grant, grant: &Grant) -> Result<String, Error> {
        if was.secrets.alternates == grant.secrets.alternates {
            return self.seal(grant);
        }
        match self.sealer.seal_spares(grant, &*self.random_bytes::<NONCE>()?) {
            Err(Error::Keeping(Keeping::LargeRecord { .. })) if !was.lacks_spare_of(grant) => self.seal(grant),
            sealed => sealed,
        }
    }

    fn random_bytes<const N: usize>(&self) -> Result<zeroize::Zeroizing<[u8; N]>, Error> {
        let mut bytes = zeroize::Zeroizing::new([0; N]);
        (self.random)(&mut *bytes)?;
        Ok(bytes)
    }

    /// 256 random bits, as text that a URL carries as it is.
    fn random_text(&self) -> Result<Kept, Error> {
        let secret = self.random_bytes::<32>().map(|bytes| verifier(&bytes))?;
        Ok(Kept::new(std::str::from_utf8(secret.expose()).unwrap_or_default()))
    }

    /// The history's line of a write that is no commit, where it tells something.
    fn tell(&self, was: &Grant, is: &Grant) {
        let state = &is.state;
        match (&state.status, &state.last_error) {
            (Status::NeedsLogin { elsewhere: Some(generation), .. }, _) if was.state.status != state.status => {
                self.note(is, "used-elsewhere", &format!("since generation {generation}"))
            }
            (Status::NeedsLogin { said, .. }, _) if was.state.status != state.status => {
                self.note(is, "turned-down", said)
            }
            (_, Some(error)) if was.state.failures != state.failures => self.note(is, "failed", error),
            _ if state.intent.as_ref().is_some_and(|intent| intent.is_another(&was.state.intent)) => {
                self.note(is, "sending", "")
            }
            _ => {}
        }
    }

    /// History is for people: where it cannot be written, the grant goes on.
    fn note(&self, grant: &Grant, event: &str, detail: &str) {
        let happening = Happening {
            at: self.clock.now(),
            generation: grant.generation,
            event: event.to_owned(),
            detail: detail.trim().to_owned(),
            owner: self.owner.to_owned(),
        };
        let _ = self.store.note(&grant.name, &happening);
    }
}

fn busy(name: &str) -> Error {
    Keeping::Busy { name: name.to_owned(), holder: "another process".to_owned() }.into()
}
