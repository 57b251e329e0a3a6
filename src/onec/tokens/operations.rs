//! What can be begun: each operation of the core's, with the arguments that it takes.

use super::class::Tokens;
use crate::error::{Argument, Keeping};
use crate::grant::bundle::Purpose;
use crate::grant::key::Key;
use crate::onec::arguments::{Arguments, Text};
use crate::onec::exception::Exception;
use crate::onec::value::Returned;
use crate::store::open::MARGIN;
use crate::store::steps::{Lock, Outcome, Work};

const DAY: i64 = 86_400_000;

impl Tokens {
    pub(super) fn begin_token(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, validity) = (arguments.setting(0)?, milliseconds(arguments.whole(1)?));
        self.begin(|store, patience| Ok(Work::access_token(store, &name, validity, patience)))
    }

    pub(super) fn begin_refused(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, generation, status) = (arguments.setting(0)?, arguments.whole(1)?, arguments.whole(2)?);
        self.begin(|store, patience| {
            let generation = u64::try_from(generation).map_err(|_| Keeping::NegativeNumber { name: "generation" })?;
            let status = u16::try_from(status).map_err(|_| Argument::LargeNumber { name: "status".to_owned() })?;
            Ok(Work::refused(store, &name, generation, status, patience))
        })
    }

    pub(super) fn begin_authorize(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let validity = arguments.whole(5)?.checked_mul(1000).unwrap_or(MARGIN);
        self.authorize_with(arguments, validity)
    }

    fn authorize_with(&mut self, arguments: &Arguments<'_>, validity: i64) -> Result<Returned, Exception> {
        let (name, method, url) = (arguments.setting(0)?, arguments.setting(1)?, arguments.setting(2)?);
        let (body, content_type) = (arguments.bytes(3)?, arguments.setting(4)?);
        let body = (!body.is_empty()).then_some((&*content_type, &*body));
        self.begin(|store, patience| Ok(Work::authorize(store, &name, (&method, &url), body, validity, patience)))
    }

    pub(super) fn begin_login(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, account) = (arguments.setting(0)?, arguments.setting(1)?);
        self.begin(|store, _| Ok(Work::begin_login(store, &name, given(&account))))
    }

    pub(super) fn begin_finish_login(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, callback) = (arguments.setting(0)?, arguments.setting(1)?);
        self.begin(|store, patience| Ok(Work::finish_login(store, &name, &callback, patience)))
    }

    pub(super) fn begin_exchange(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, code, account) = (arguments.setting(0)?, arguments.setting(1)?, arguments.setting(2)?);
        self.begin(|store, patience| Ok(Work::exchange(store, &name, &code, given(&account), patience)))
    }

    pub(super) fn begin_add(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, grant) = (arguments.setting(0)?, self.take_grant());
        self.begin(|store, _| Ok(Work::add(store, &name, grant)))
    }

    pub(super) fn begin_replace(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, grant) = (arguments.setting(0)?, self.take_grant());
        self.begin(|store, patience| Ok(Work::replace(store, &name, grant, patience)))
    }

    pub(super) fn begin_renew(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?;
        self.begin(|store, patience| Ok(Work::renew(store, &name, patience)))
    }

    pub(super) fn begin_revoke(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, here_alone) = (arguments.setting(0)?, arguments.boolean(1)?);
        let revoke = if here_alone { Work::revoke_here } else { Work::revoke };
        self.begin(|store, patience| Ok(revoke(store, &name, patience)))
    }

    pub(super) fn begin_remove(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?;
        self.begin(|store, patience| Ok(Work::remove(store, &name, patience)))
    }

    pub(super) fn begin_rename(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, new_name) = (arguments.setting(0)?, arguments.setting(1)?);
        self.begin(|store, patience| Ok(Work::rename(store, &name, &new_name, patience)))
    }

    pub(super) fn begin_adopt(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?;
        self.begin(|store, patience| Ok(Work::adopt(store, given(&name), patience)))
    }

    pub(super) fn begin_export(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, key, purpose) = (arguments.setting(0)?, arguments.setting_bytes(1)?, arguments.setting(2)?);
        self.begin(|store, _| {
            let (purpose, lock) = (Purpose::from_name(&purpose)?, Lock::Key(Key::read(&key)?));
            Ok(Work::export(store, &name, purpose, lock))
        })
    }

    pub(super) fn begin_import(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (text, key, name) = (arguments.setting(0)?, arguments.setting_bytes(1)?, arguments.setting(2)?);
        self.begin(|store, _| Ok(Work::import(store, &text, Lock::Key(Key::read(&key)?), given(&name))))
    }

    pub(super) fn begin_rekey(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        self.begin(|store, _| Ok(Work::rekey(store)))
    }

    pub(super) fn begin_list(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?;
        self.begin(|store, _| Ok(Work::list(store, given(&name))))
    }

    pub(super) fn begin_check(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let warn = arguments.whole(0)?.saturating_mul(DAY);
        self.begin(|store, _| Ok(Work::check(store, warn)))
    }

    pub(super) fn access_token(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        self.begin_token(arguments)?;
        self.at_once()?;
        Ok(self.token().into())
    }

    pub(super) fn authorize(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        self.authorize_with(arguments, MARGIN)?;
        self.at_once()?;
        Ok(self.request_headers().into())
    }

    /// What came of a work over a store of the add-in's own, which has run to its end.
    fn at_once(&mut self) -> Result<(), Exception> {
        let work = self.work.as_mut().ok_or(Exception::NoWork)?;
        // Over a register nobody but the program can go on.
        let outcome = work.take().ok_or(Exception::InSteps)??;
        self.outcome = Some(outcome);
        Ok(())
    }

    /// The token that a work has brought; empty where there is none.
    pub(super) fn token(&self) -> &str {
        match &self.outcome {
            Some(Outcome::Token(token)) => token.value.expose(),
            _ => "",
        }
    }
}

fn milliseconds(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}

/// An empty string is how 1C's language says none.
fn given<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    Some(&**text).filter(|text| !text.is_empty())
}
