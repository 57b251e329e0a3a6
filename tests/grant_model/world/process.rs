//! What a process does: a step of its machine.

use super::{PROCESS, Process, Request, START, World, number};
use osign::grant::Grant;
use osign::grant::access::Token;
use osign::grant::record::{Intent, Status};
use osign::grant::refresh::{Event, Spend, Step};

impl World {
    /// A process does what its machine says.
    pub(super) fn go(&mut self, index: usize) {
        let Process::At(calls, mut refresh, step) = self.processes[index].clone() else { return };
        match step {
            Step::Load => {
                // As `grant::keep` does.
                if self.holder().is_some() {
                    refresh.lose_lock();
                    self.processes[index] = Process::At(calls, refresh, step);
                }
                self.read[index] = (self.stored.generation, self.revision);
                let event = Event::Loaded(Some(Box::new(self.stored.clone())));
                self.feed(index, event);
            }
            Step::Lock if self.limits.intents => match self.holder().map(|intent| intent.owner.clone()) {
                None => self.feed(index, Event::Locked),
                Some(owner) => self.feed(index, Event::Busy(owner)),
            },
            Step::Lock => match self.lock {
                None => {
                    self.lock = Some(index);
                    self.feed(index, Event::Locked);
                }
                Some(holder) => self.feed(index, Event::Busy(format!("{PROCESS}{holder}"))),
            },
            Step::Acquire(grant) => {
                let event = if refresh.is_locked() && self.lock != Some(index) && !self.limits.intents {
                    Event::Ended
                } else if self.read[index] == (self.stored.generation, self.revision) {
                    self.write(index, *grant);
                    Event::Written
                } else {
                    Event::Conflict
                };
                self.feed(index, event);
            }
            Step::Commit(grant) => {
                let event = if grant.generation == self.stored.generation + 1 {
                    self.write(index, *grant);
                    Event::Written
                } else {
                    Event::Conflict
                };
                self.feed(index, event);
            }
            Step::Spill(_) => {
                self.spilled = true;
                self.feed(index, Event::Written);
            }
            Step::Send(Spend::Refresh(token)) => {
                self.sends += 1;
                let is_turned_down =
                    |generation: &u64| *generation == self.stored.generation && self.stored.state.by_refusal;
                self.no_reason = self.refused[index].filter(is_turned_down);
                // Whoever was paused between the intent and the request sends it when they wake, whatever was noted meanwhile.
                self.too_soon = self.stored.state.not_before.filter(|until| self.now < *until && self.expired == 0);
                self.network.push(Request { from: Some(index), token: number(&token), sent: self.now, reply: None });
                self.processes[index] = Process::Waiting(calls, refresh, self.now);
            }
            Step::Send(Spend::Code(_) | Spend::Nothing) => {
                unreachable!("the grant has a refresh token, and nobody logs in")
            }
            Step::Sleep(_) => self.feed(index, Event::Woken),
            Step::Done(result) => {
                if self.lock == Some(index) {
                    self.lock = None;
                }
                self.leave(index);
                self.processes[index] = Process::Idle(calls);
                let refused = self.refused[index].take();
                match result {
                    Ok(token) => {
                        self.refused_again = refused.filter(|generation| *generation == token.generation);
                        self.use_token(&token);
                    }
                    Err(error) => {
                        // §5.6, 8: while a token lives nobody hears of it that the service does not renew.
                        let lives =
                            self.now < START + self.limits.life && refused.is_none() && self.limits.refusals == 0;
                        self.not_handed_out = Some(error.clone()).filter(|_| lives);
                        self.error = Some(error);
                    }
                }
            }
        }
    }

    /// Who has the lock by the record, where that is what a lock is.
    pub(super) fn holder(&self) -> Option<&Intent> {
        let intent = self.stored.state.open_intent().filter(|_| self.limits.intents);
        intent.filter(|intent| !self.ended.contains(intent))
    }

    /// A process is over: nothing more comes of the intent that it left, if it did.
    pub(super) fn leave(&mut self, index: usize) {
        let owner = format!("{PROCESS}{index}");
        if let Some(intent) = self.holder().filter(|intent| intent.owner == owner).cloned() {
            self.left.push(intent);
        }
    }

    fn write(&mut self, index: usize, grant: Grant) {
        self.went_back |= grant.generation < self.stored.generation;
        let was = matches!(self.stored.state.status, Status::NeedsLogin { .. });
        let is = matches!(grant.state.status, Status::NeedsLogin { .. });
        if is && !was {
            self.silent_since = Some(self.sends);
        } else if !is {
            self.silent_since = None;
        }
        self.spares.extend(grant.secrets.alternates.iter().map(number));
        self.stored = grant;
        self.revision += 1;
        self.read[index] = (self.stored.generation, self.revision);
    }

    fn use_token(&mut self, token: &Token) {
        self.handed_out = Some((token.generation, token.value.expose().to_owned()));
        if let Some(refresh) =
            self.stored.secrets.refresh.as_ref().filter(|_| token.generation == self.stored.generation)
        {
            self.service.use_access(number(refresh));
        }
    }

    pub(super) fn feed(&mut self, index: usize, event: Event) {
        let (Process::At(calls, mut refresh, _) | Process::Waiting(calls, mut refresh, _)) =
            self.processes[index].clone()
        else {
            return;
        };
        let step = refresh.step(event, self.now);
        if !refresh.is_locked() && self.lock == Some(index) {
            self.lock = None;
        }
        self.processes[index] = Process::At(calls, refresh, step);
    }
}
