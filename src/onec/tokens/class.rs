//! An object of the class `OSignTokens`: where grants are kept, what is being done, and what it came to.

use crate::error::{Error, Status};
use crate::grant::key::Key;
use crate::grant::settings::NewGrant;
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::value::Returned;
use crate::setting::Value;
use crate::store::open::OpenStore;
use crate::store::settings::StoreSettings;
use crate::store::steps::{Outcome, Work};
use crate::system;
use std::mem::take;

/// One object of the class.
#[derive(Default)]
pub(in crate::onec) struct Tokens {
    settings: StoreSettings,
    store: Option<OpenStore>,
    /// How long a call waits for others, in milliseconds.
    pub(super) patience: i64,
    /// The grant that is being put together.
    grant: NewGrant,
    pub(super) work: Option<Work>,
    /// What the last work came to.
    pub(super) outcome: Option<Outcome>,
    /// Why a person must log in.
    pub(super) refusal: Option<Error>,
    /// That, while the call is under way that tells of it.
    pub(super) remark: Option<Error>,
}

impl Tokens {
    pub(super) fn set_store_option(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, value) = (arguments.setting(0)?, arguments.setting_of_any_type(1)?);
        self.settings.set(&name.to_ascii_lowercase(), Value::Text(&value))?;
        Ok(Returned::Nothing)
    }

    pub(super) fn keep_in_register(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (id, environment) = (arguments.setting(0)?, arguments.setting(2)?);
        self.open(arguments, &environment, |settings| settings.in_steps(&id))
    }

    pub(super) fn open_store(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let url = arguments.setting(0)?;
        self.open(arguments, "", |settings| settings.open(&url))
    }

    pub(super) fn create_store(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let url = arguments.setting(0)?;
        self.open(arguments, "", |settings| settings.create(&url))
    }

    /// Opens a store with the key of the second argument. What was begun over the one before is given up.
    fn open(
        &mut self,
        arguments: &Arguments<'_>,
        environment: &str,
        open: impl FnOnce(&StoreSettings) -> Result<OpenStore, Error>,
    ) -> Result<Returned, Exception> {
        let key = arguments.setting(1)?;
        let mut settings = self.settings.clone();
        settings.set("key", Value::Text(&key))?;
        if !environment.is_empty() {
            settings.set("environment", Value::Text(environment))?;
        }
        let store = open(&settings)?;
        self.forget();
        (self.store, self.patience) = (Some(store), settings.patience());
        Ok(Returned::Nothing)
    }

    pub(super) fn new_key(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        Ok(Key::from_random(&*system::seed()?).line().as_str().into())
    }

    pub(super) fn new_grant(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let provider = arguments.setting(0)?;
        let mut grant = NewGrant::new();
        if !provider.is_empty() {
            grant.set("provider", Value::Text(&provider))?;
        }
        self.grant = grant;
        Ok(Returned::Nothing)
    }

    pub(super) fn set_option(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?.to_ascii_lowercase();
        match arguments.boolean(1) {
            Ok(flag) => self.grant.set(&name, Value::Flag(flag))?,
            Err(_) => self.grant.set(&name, Value::Text(&arguments.setting_of_any_type(1)?))?,
        }
        Ok(Returned::Nothing)
    }

    pub(super) fn set_client(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let mut grant = self.grant.clone();
        for (name, index) in [("client_id", 0), ("client_secret", 1), ("redirect_uri", 2)] {
            let value = arguments.setting(index)?;
            if !value.is_empty() {
                grant.set(name, Value::Text(&value))?;
            }
        }
        self.grant = grant;
        Ok(Returned::Nothing)
    }

    /// The grant that was put together; the next one begins anew.
    pub(super) fn take_grant(&mut self) -> NewGrant {
        take(&mut self.grant)
    }

    /// Begins a work, in the place of the one before.
    pub(super) fn begin(
        &mut self,
        begin: impl FnOnce(&OpenStore, i64) -> Result<Work, Error>,
    ) -> Result<Returned, Exception> {
        self.forget();
        let store = self.store.as_ref().ok_or(Exception::NoStore)?;
        self.work = Some(begin(store, self.patience)?);
        Ok(Returned::Nothing)
    }

    /// Gives up what was begun, and what it has brought.
    pub(super) fn forget(&mut self) {
        (self.work, self.outcome, self.refusal) = (None, None, None);
    }

    /// Where grants are kept is not known any more.
    pub(super) fn forget_store(&mut self) {
        self.forget();
        self.store = None;
    }

    /// Whether an error is that a person must log in.
    pub(super) fn needs_login(error: &Error) -> bool {
        error.status() == Status::NeedsLogin
    }
}
