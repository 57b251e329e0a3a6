//! A run of the state machine, which stops where something must come from outside: an answer, or time.

use super::refusals::Refusals;
use super::{Keeper, Read};
use crate::error::{Error, Keeping};
use crate::grant::access::{Token, Want};
use crate::grant::record::Grant;
use crate::grant::refresh::{Event, Refresh, Spend, Step};
use crate::grant::service::Service;
use crate::grant::store::{Lock, Store};
use crate::http::{Request, Sent};
use crate::oauth2::{Purpose, read_answer};

/// What a run has come to.
#[allow(missing_debug_implementations, reason = "a lock is the store's")]
pub enum Progress<L> {
    /// This is to be sent, once, within [`DEADLINE`](crate::grant::service::DEADLINE); then [`Keeper::answer`] goes on.
    /// Whoever drops the run instead has lost the answer.
    Send(Request, Run<L>),
    /// It goes on at this time, in Unix milliseconds, by [`Keeper::wake`].
    Wait(i64, Run<L>),
    /// It is over.
    Done(Result<Token, Error>),
}

/// A run under way, with the grant's lock once it has it.
#[allow(missing_debug_implementations, reason = "a lock is the store's")]
pub struct Run<L> {
    name: String,
    machine: Refresh,
    lock: Option<L>,
    is_login: bool,
    account: Option<String>,
    is_resolved: bool,
    /// The grant as it was read or written last.
    last: Read,
    refusals: Refusals,
    sending: Option<Sending>,
}

/// A request under way, and what its answer is read by.
struct Sending {
    service: Service,
    purpose: Purpose,
    at: i64,
}

impl<S: Store> Keeper<'_, S> {
    /// A token at once, or a run whose requests the caller sends.
    ///
    /// # Errors
    /// As [`access_token`](Self::access_token).
    pub fn begin(&self, name: &str, mut want: Want) -> Result<Progress<S::Lock>, Error> {
        if want.consent.is_none()
            && let Some(token) = self.find(name, &mut want)?
        {
            return Ok(Progress::Done(Ok(token)));
        }
        let read = self.read(name)?;
        let rules = self.rules(&read.grant)?;
        let is_login = want.consent.is_some();
        let account = want.consent.as_ref().and_then(|consent| consent.account.clone());
        let (machine, step) = Refresh::begin(name, self.owner, want, rules);
        let name = name.to_owned();
        let run = Run {
            name,
            machine,
            lock: None,
            is_login,
            account,
            is_resolved: false,
            last: read,
            refusals: Refusals::default(),
            sending: None,
        };
        Ok(self.go_on(run, step))
    }

    /// Goes on with what came of sending.
    pub fn answer(&self, mut run: Run<S::Lock>, sent: Sent) -> Progress<S::Lock> {
        let event = match (sent, run.sending.take()) {
            (Sent::Answer(answer) | Sent::Cut(_, answer), Some(Sending { service, purpose, at })) => {
                Event::Answered(read_answer(service.profile(), purpose, at, &answer))
            }
            (Sent::NotSent(trouble), _) => Event::NotSent(trouble),
            (Sent::Lost(trouble) | Sent::Cut(trouble, _), _) => Event::Lost(trouble),
            (Sent::Answer(_), None) => Event::Lost(crate::http::Trouble::BadAnswer),
        };
        let step = self.step(&mut run, event);
        self.go_on(run, step)
    }

    /// Goes on after a wait.
    pub fn wake(&self, mut run: Run<S::Lock>) -> Progress<S::Lock> {
        let step = self.step(&mut run, Event::Woken);
        self.go_on(run, step)
    }

    /// Goes on after a wait whose caller waits no longer: to an end, unless a pair is still to be kept.
    pub(super) fn give_up(&self, mut run: Run<S::Lock>) -> Progress<S::Lock> {
        match run.machine.give_up(self.clock.now()) {
            Some(step) => self.go_on(run, step),
            None => self.wake(run),
        }
    }

    /// Does what the machine says until it wants what is not here.
    fn go_on(&self, mut run: Run<S::Lock>, mut step: Step) -> Progress<S::Lock> {
        loop {
            let event = match step {
                Step::Load => self.load(&mut run),
                Step::Lock => self.take_lock(&mut run),
                Step::Acquire(grant) => self.acquire(&mut run, *grant),
                Step::Commit(grant) => self.commit(&mut run, &grant),
                Step::Spill(grant) => match self.spill(&grant) {
                    Ok(()) => Event::Written,
                    Err(error) => Event::Failed(error),
                },
                Step::Send(spend) => match self.build(&mut run, &spend) {
                    Ok(request) => return Progress::Send(request, run),
                    Err(error) => Event::Failed(error),
                },
                Step::Sleep(until) => return Progress::Wait(until, run),
                Step::Done(result) => {
                    drop(run.lock);
                    return Progress::Done(result);
                }
            };
            step = self.step(&mut run, event);
        }
    }

    fn step(&self, run: &mut Run<S::Lock>, event: Event) -> Step {
        let step = run.machine.step(event, self.clock.now());
        // A lease that ended, or that is too short for what comes next, is given back; so is the claim to it.
        if !run.machine.is_locked() {
            run.lock = None;
        }
        step
    }

    fn load(&self, run: &mut Run<S::Lock>) -> Event {
        match self.try_read(&run.name) {
            Ok(read) => Event::Loaded(read.map(|read| {
                // Where a lock is an intent, somebody may have begun since it was looked for.
                if self.holder(&read.grant.state).is_some() {
                    run.machine.lose_lock();
                }
                let grant = Box::new(read.grant.clone());
                run.last = read;
                grant
            })),
            Err(error) => Event::Failed(error),
        }
    }

    fn take_lock(&self, run: &mut Run<S::Lock>) -> Event {
        // Whoever waits for the lock takes many looks at it.
        if !std::mem::replace(&mut run.is_resolved, true) {
            self.resolve(&run.last.grant, run.account.as_deref());
        }
        match self.try_lock(&run.name) {
            Ok(Lock::Taken(taken)) => {
                run.lock = Some(taken);
                Event::Locked
            }
            Ok(Lock::Held(holder)) => Event::Busy(holder),
            Err(error) => Event::Failed(error),
        }
    }

    fn acquire(&self, run: &mut Run<S::Lock>, grant: Grant) -> Event {
        let (generation, revision) = (grant.generation, run.last.revision);
        let sealed = self.seal_over(&run.last.grant, &grant);
        let written = sealed.and_then(|record| self.store.acquire(&run.name, generation, revision, &record));
        if matches!(written, Ok(true)) {
            self.tell(&run.last.grant, &grant);
            run.last = Read { grant, revision: revision + 1 };
        }
        written_event(self.unless_refused(&mut run.refusals, &run.name, (generation, Some(revision)), written))
    }

    fn commit(&self, run: &mut Run<S::Lock>, grant: &Grant) -> Event {
        let name = &run.name;
        let written = self.seal(grant).and_then(|record| self.store.commit(name, grant.generation - 1, &record));
        if matches!(written, Ok(true)) {
            self.note(grant, if run.is_login { "logged-in" } else { "refreshed" }, "");
            // Another consent: what lies beside the store is of the one before. The lock is ours.
            if run.is_login {
                let _ = self.forget_own_spilled(name);
            }
        }
        let at = (grant.generation - 1, None);
        written_event(self.unless_refused(&mut run.refusals, &run.name, at, written))
    }

    /// The request that spends this, noted as under way.
    fn build(&self, run: &mut Run<S::Lock>, spend: &Spend) -> Result<Request, Error> {
        let service = Service::of(&run.last.grant)?.at_account(run.account.as_deref());
        let (request, purpose) = service.request(&run.last.grant, spend)?;
        run.sending = Some(Sending { service, purpose, at: self.clock.now() });
        Ok(request)
    }

    /// Names are looked up before the lock is taken: that can take long, and nobody should wait for it.
    fn resolve(&self, grant: &Grant, account: Option<&str>) {
        let spend = grant.secrets.refresh.clone().map_or(Spend::Nothing, Spend::Refresh);
        if let Ok(service) = Service::of(grant)
            && let Ok((request, _)) = service.at_account(account).request(grant, &spend)
        {
            self.sender.resolve(&request);
        }
    }
}

fn written_event(written: Result<bool, Error>) -> Event {
    match written {
        Ok(true) => Event::Written,
        Ok(false) => Event::Conflict,
        Err(Error::Keeping(Keeping::LeaseEnded { .. })) => Event::Ended,
        Err(error) => Event::Failed(error),
    }
}
