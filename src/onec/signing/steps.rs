//! The three steps of a login (RFC 5849 §2), whose requests the program sends.

use super::class::Signing;
use super::sealing::{key, nonce};
use crate::grant::connection::Connection;
use crate::grant::kept::Kept;
use crate::http::{Answer, Request};
use crate::oauth1::flow::{Credentials, Flow};
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::fresh::fresh;
use crate::onec::value::Returned;
use crate::setting::Value;
use crate::system::milliseconds;
use zeroize::Zeroizing;

impl Signing {
    pub(super) fn request_token_header(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (url, callback, method) = (arguments.setting(0)?, arguments.setting(1)?, arguments.setting(2)?);
        let mut flow = Flow::of_signer(self.login.unset()?, self.signer()?)?;
        flow.set("request_token_url", Value::Text(&url))?;
        flow.set("http_method", Value::Text(&method.to_ascii_uppercase()))?;
        flow.set("callback", Value::Text(&callback))?;
        let request = flow.request_temporary(&mut fresh())?;
        self.login.flow = Some(flow);
        self.header(&request)
    }

    pub(super) fn accept_request_token(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let answer = answer(arguments)?;
        self.flow()?.read_temporary(&answer, milliseconds())?;
        Ok(Returned::Nothing)
    }

    pub(super) fn consent_url(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let url = arguments.setting(0)?;
        let flow = self.flow()?;
        flow.set("authorize_url", Value::Text(&url))?;
        Ok(flow.authorize_url(&[])?.into())
    }

    pub(super) fn accept_callback(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let callback = arguments.setting(0)?;
        self.flow()?.read_callback(&callback)?;
        Ok(Returned::Nothing)
    }

    pub(super) fn access_token_header(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (url, method) = (arguments.setting(0)?, arguments.setting(1)?.to_ascii_uppercase());
        let flow = self.flow()?;
        flow.set("access_token_url", Value::Text(&url))?;
        flow.set("http_method", Value::Text(&method))?;
        let request = flow.request_token(&mut fresh())?;
        self.header(&request)
    }

    pub(super) fn accept_access_token(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let answer = answer(arguments)?;
        let credentials = self.flow()?.read_token(&answer)?;
        self.connect(|signer| signer.set_token(credentials.token(), credentials.secret()))?;
        self.login.fields = further_fields(&credentials);
        self.login.flow = None;
        Ok(Returned::Nothing)
    }

    pub(super) fn extra_field(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let name = arguments.setting(0)?;
        let found = self.login.fields.iter().find(|(own, _)| **own == *name);
        Ok(found.map_or(Returned::Nothing, |(_, value)| value.expose().into()))
    }

    pub(super) fn save_state(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (key, context) = (key(arguments, 0)?, arguments.setting(1)?);
        let login = self.login.flow.as_ref().and_then(Flow::pending);
        let connection = Connection::of(self.signer()?, self.login.fields.clone(), login);
        Ok(connection.seal(&key, &context, &nonce()?)?.into())
    }

    pub(super) fn load_state(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (text, key, context) = (arguments.text(0)?, key(arguments, 1)?, arguments.setting(2)?);
        let connection = Connection::open(text.trim(), &key, &context)?;
        self.connect(|signer| connection.set_up(signer))?;
        self.login.flow = None;
        let now = milliseconds();
        if let Some(pending) = connection.login(now) {
            let mut flow = Flow::of_signer(self.login.unset()?, self.signer()?)?;
            flow.resume(pending, now)?;
            self.login.flow = Some(flow);
        }
        self.login.fields = connection.fields;
        Ok(Returned::Nothing)
    }

    fn flow(&mut self) -> Result<&mut Flow, Exception> {
        self.login.flow.as_mut().ok_or(Exception::NoLogin)
    }

    /// The header of a request, and the address to send it to.
    fn header(&mut self, request: &Request) -> Result<Returned, Exception> {
        self.request_url = Zeroizing::new(request.url().to_owned());
        let header = request.headers().find(|(name, _)| name.eq_ignore_ascii_case("Authorization"));
        Ok(header.map_or("", |(_, value)| value).into())
    }
}

/// The answer that the program got: its status and its body.
fn answer(arguments: &Arguments<'_>) -> Result<Answer, Exception> {
    let (status, body) = (arguments.whole(0)?, arguments.bytes(1)?);
    Ok(Answer::new(u16::try_from(status).unwrap_or(0), &body))
}

fn further_fields(credentials: &Credentials) -> Vec<(String, Kept)> {
    let own = [credentials.token(), credentials.secret()];
    credentials.fields().skip(own.len()).map(|(name, value)| (name.to_owned(), Kept::new(value))).collect()
}
