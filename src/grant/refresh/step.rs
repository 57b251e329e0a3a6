//! What the machine wants done, and what came of it.

use crate::error::Error;
use crate::grant::access::Token;
use crate::grant::kept::{Kept, Print};
use crate::grant::record::Grant;
use crate::http::Trouble;
use crate::oauth2::verdict::Verdict;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read the grant: [`Event::Loaded`].
    Load,
    /// Take the grant's lock, without waiting: [`Event::Locked`], [`Event::Busy`].
    Lock,
    /// Put this in place of what was read last, if nothing has changed since: [`Event::Written`], [`Event::Conflict`],
    /// [`Event::Failed`].
    Acquire(Box<Grant>),
    /// Put this in place of whatever has the generation before it, durably: the same events.
    Commit(Box<Grant>),
    /// Put this beside the store, since it takes nothing: [`Event::Written`], [`Event::Failed`].
    Spill(Box<Grant>),
    /// Send, once: [`Event::Answered`], [`Event::NotSent`], [`Event::Lost`]; [`Event::Failed`] where there can be no such
    /// request.
    Send(Spend),
    /// Wait until then, in Unix milliseconds: [`Event::Woken`].
    Sleep(i64),
    /// It is over: release the lock, and hand this out.
    Done(Result<Token, Error>),
}

/// What a request spends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spend {
    /// A refresh token (RFC 6749 §6).
    Refresh(Kept),
    /// A code (RFC 6749 §4.1.3).
    Code(Kept),
    /// Nothing: the client asks for itself (RFC 6749 §4.4).
    Nothing,
}

impl Spend {
    /// The print of what is spent, if anything is.
    pub(super) fn print(&self) -> Option<Print> {
        match self {
            Self::Refresh(token) | Self::Code(token) => Some(token.print()),
            Self::Nothing => None,
        }
    }
}

/// What came of a step.
#[derive(Debug)]
pub enum Event {
    /// The grant as it stands; None where there is none of that name.
    Loaded(Option<Box<Grant>>),
    /// The lock is ours.
    Locked,
    /// Somebody else has it, who lives: this tells who.
    Busy(String),
    /// It is written, and durable.
    Written,
    /// Something else stood there than was expected; nothing was written.
    Conflict,
    /// The lock has ended by time; nothing was written.
    Ended,
    /// The store failed, or a request cannot be made. Whether it was written is not known where it was a commit.
    Failed(Error),
    /// An answer came, and means this.
    Answered(Verdict),
    /// Nothing has left.
    NotSent(Trouble),
    /// It may have left, and no answer came.
    Lost(Trouble),
    /// The wait is over.
    Woken,
}
