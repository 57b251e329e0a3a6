//! The steps of a work: what the program is to do next, what it tells of that, and what there is to read.

use super::class::Tokens;
use crate::error::Error;
use crate::grant::store::Stored;
use crate::http::{Answer, Request, Sent, Trouble};
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::parameter::Names;
use crate::onec::value::Returned;
use crate::store::steps::{Outcome, Step, Work, Write};
use crate::system;
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::Duration;

/// The longest that a call sleeps, in seconds: the session is not to be heard from meanwhile.
const LONGEST_PAUSE: i64 = 5;

/// The most bytes of an answer that are looked at.
const MOST: usize = 1 << 20;

pub(super) const READY: Names = ("Ready", "Готово");
pub(super) const READ: Names = ("Read", "Прочитать");
pub(super) const WRITE: Names = ("Write", "Записать");
pub(super) const NAMES: Names = ("Names", "Имена");
pub(super) const SEND: Names = ("Send", "Отправить");
pub(super) const WAIT: Names = ("Wait", "Подождать");
pub(super) const LOG_IN: Names = ("LogIn", "Войти");

/// A step is the same text in every language: code compares it.
fn named(step: Names) -> Returned {
    step.1.into()
}

impl Tokens {
    pub(super) fn next_step(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        let work = self.work.as_mut().ok_or(Exception::NoWork)?;
        work.catch_up();
        match work.step() {
            Some(Step::Load { .. }) => return Ok(named(READ)),
            Some(Step::Write(_)) => return Ok(named(WRITE)),
            Some(Step::Names) => return Ok(named(NAMES)),
            Some(Step::Send(_)) => return Ok(named(SEND)),
            Some(Step::Wait(_)) => return Ok(named(WAIT)),
            None => {}
        }
        match work.take() {
            Some(Ok(outcome)) => self.outcome = Some(outcome),
            Some(Err(error)) if Self::needs_login(&error) => self.refusal = Some(error),
            Some(Err(error)) => {
                self.work = None;
                return Err(error.into());
            }
            None => {}
        }
        self.remark.clone_from(&self.refusal);
        Ok(named(if self.refusal.is_some() { LOG_IN } else { READY }))
    }

    pub(super) fn load(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (record, generation, revision) = (arguments.setting(0)?, number(arguments, 1)?, number(arguments, 2)?);
        let stored = Stored { record: record.to_string(), generation, revision };
        self.tell(|work| work.loaded(Some(stored)))
    }

    pub(super) fn no_record(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        self.tell(|work| work.loaded(None))
    }

    pub(super) fn names_read(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let names = arguments.text(0)?;
        let names = names.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect();
        self.tell(|work| work.names(names))
    }

    pub(super) fn record_saved(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let is_saved = arguments.boolean(0)?;
        self.tell(|work| work.written(is_saved))
    }

    pub(super) fn record_failed(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let said = arguments.text(0)?;
        self.tell(|work| work.failed(&said))
    }

    pub(super) fn accept_answer(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (status, body, content_type) = (arguments.whole(0)?, arguments.bytes(1)?, arguments.setting(2)?);
        // Longer ones are no answers of such services, and are copied more than once.
        let is_cut = body.len() > MOST;
        let mut answer = Answer::new(u16::try_from(status).unwrap_or(0), &body[..body.len().min(MOST)]);
        if !content_type.is_empty() {
            answer.content_type = Some(content_type.to_string());
        }
        let retry_after = arguments.whole(3)?;
        answer.retry_after = u64::try_from(retry_after).ok().filter(|seconds| *seconds > 0);
        let sent = if is_cut { Sent::Cut(Trouble::BadAnswer, answer) } else { Sent::Answer(answer) };
        self.tell(|work| work.sent(sent))
    }

    pub(super) fn no_answer(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let may_have_gone = arguments.boolean(0)?;
        let sent = if may_have_gone { Sent::Lost(Trouble::Broken) } else { Sent::NotSent(Trouble::NoConnection) };
        self.tell(|work| work.sent(sent))
    }

    pub(super) fn pause(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let longest = arguments.whole(0)?.clamp(0, LONGEST_PAUSE) * 1000;
        let left = self.wait_milliseconds();
        sleep(Duration::from_millis(u64::try_from(left.min(longest)).unwrap_or(0)));
        if left <= longest {
            return self.tell(Work::waited);
        }
        self.tell(|_| Ok(()))
    }

    fn tell(&mut self, tell: impl FnOnce(&mut Work) -> Result<(), Error>) -> Result<Returned, Exception> {
        tell(self.work.as_mut().ok_or(Exception::NoWork)?)?;
        Ok(Returned::Nothing)
    }

    fn step(&self) -> Option<&Step> {
        self.work.as_ref()?.step()
    }

    fn write(&self) -> Option<&Write> {
        match self.step() {
            Some(Step::Write(write)) => Some(write),
            _ => None,
        }
    }

    /// The row that is to be read or written.
    pub(super) fn record_name(&self) -> &str {
        match self.step() {
            Some(Step::Load { name }) => name,
            Some(Step::Write(write)) => write.name(),
            _ => "",
        }
    }

    pub(super) fn write_kind(&self) -> &'static str {
        match self.write() {
            Some(Write::Add { .. }) => "Добавить",
            Some(Write::Acquire { .. } | Write::Commit { .. }) => "Изменить",
            Some(Write::Remove { .. }) => "Удалить",
            Some(Write::Rename { .. }) => "Переименовать",
            None => "",
        }
    }

    pub(super) fn record(&self) -> &str {
        self.write().map_or("", Write::record)
    }

    pub(super) fn new_name(&self) -> &str {
        self.write().map_or("", Write::new_name)
    }

    pub(super) fn expected_generation(&self) -> u64 {
        self.write().map_or(0, Write::generation)
    }

    pub(super) fn expected_revision(&self) -> u64 {
        self.write().map_or(0, Write::revision)
    }

    pub(super) fn new_generation(&self) -> u64 {
        self.write().map_or(0, Write::new_generation)
    }

    /// The request that is to be sent now, or that the work has brought.
    fn request(&self) -> Option<&Request> {
        match (self.step(), &self.outcome) {
            (Some(Step::Send(request)), _) | (None, Some(Outcome::Request(request, _))) => Some(request),
            _ => None,
        }
    }

    pub(super) fn request_method(&self) -> &str {
        self.request().map_or("", Request::method)
    }

    pub(super) fn request_url(&self) -> &str {
        self.request().map_or("", Request::url)
    }

    pub(super) fn request_headers(&self) -> String {
        let mut lines = String::new();
        for (name, value) in self.request().into_iter().flat_map(Request::headers) {
            let _ = writeln!(lines, "{name}: {value}");
        }
        lines
    }

    pub(super) fn request_body(&self) -> Vec<u8> {
        self.request().map_or_else(Vec::new, |request| request.body().to_vec())
    }

    pub(super) fn wait_milliseconds(&self) -> i64 {
        match self.step() {
            Some(Step::Wait(until)) => until.saturating_sub(system::milliseconds()).max(0),
            _ => 0,
        }
    }

    /// When the token ends, in Unix seconds; 0 where that is not known.
    pub(super) fn token_expires_at(&self) -> i64 {
        match &self.outcome {
            Some(Outcome::Token(token)) => token.expires_at.map_or(0, |at| at / 1000),
            _ => 0,
        }
    }

    pub(super) fn token_generation(&self) -> u64 {
        match &self.outcome {
            Some(Outcome::Token(token)) => token.generation,
            Some(Outcome::Request(_, generation)) => *generation,
            _ => 0,
        }
    }

    /// The text that the work has brought; of a flag, whether it is so.
    pub(super) fn result(&self) -> Returned {
        match &self.outcome {
            Some(Outcome::Text(text, _)) => text.as_str().into(),
            Some(Outcome::Flag(flag)) => Returned::Boolean(*flag),
            _ => Returned::Nothing,
        }
    }

    pub(super) fn result_number(&self) -> u64 {
        match &self.outcome {
            Some(Outcome::Text(_, number)) => *number,
            _ => 0,
        }
    }
}

/// A whole number that is not negative.
fn number(arguments: &Arguments<'_>, index: usize) -> Result<u64, Exception> {
    let names = arguments.parameters[index].names;
    u64::try_from(arguments.whole(index)?).map_err(|_| Exception::OutOfRange {
        parameter: names,
        least: 0,
        most: i64::MAX,
    })
}
