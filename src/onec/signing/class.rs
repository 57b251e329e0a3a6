//! The class `OSign`: what its methods do.

use super::explanation;
use super::login::Login;
use super::settings::Setting;
use crate::error::{Argument, Error};
use crate::oauth1::{Request, Signer, Transmission};
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::fresh::{Fresh, fresh};
use crate::onec::limits::LARGEST_SETTING;
use crate::onec::shortage::{Need, TO_EXPLAIN, TO_SIGN, TO_SIGN_URL};
use crate::onec::value::Returned;
use crate::setting::Value;
use std::mem::take;
use zeroize::Zeroizing;

/// One object of the class.
pub(in crate::onec) struct Signing {
    /// None while nothing is set.
    signer: Option<Signer>,
    /// Whether the signer's consumer is the caller's yet.
    has_consumer: bool,
    /// The login under way, or what came of the last one.
    pub(super) login: Login,
    /// The protocol parameters of the next signature.
    parameters: Vec<(Zeroizing<String>, Zeroizing<String>)>,
    /// What the last signature is for; empty when it failed. With PLAINTEXT it may hold the secrets.
    pub(super) request_url: Zeroizing<String>,
    /// The nonce and the timestamp of a published signature.
    #[cfg(osign_vectors)]
    fixed: Option<(String, i64)>,
}

impl Signing {
    pub(super) fn new() -> Self {
        Self {
            signer: None,
            has_consumer: false,
            login: Login::default(),
            parameters: Vec::new(),
            request_url: Zeroizing::default(),
            #[cfg(osign_vectors)]
            fixed: None,
        }
    }

    pub(super) fn request_url(&self) -> &str {
        &self.request_url
    }

    /// The token that it signs with; empty for none.
    pub(super) fn token(&self) -> &str {
        self.signer.as_ref().map_or("", Signer::token)
    }

    /// Nothing is signed that could be sent.
    pub(super) fn forget_request_url(&mut self) {
        self.request_url = Zeroizing::default();
    }

    pub(super) fn set_consumer(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (key, secret) = (arguments.setting(0)?, arguments.setting(1)?);
        self.connect(|signer| signer.set_consumer(&key, &secret))?;
        Ok(Returned::Nothing)
    }

    /// The signer, once a consumer is set.
    pub(super) fn signer(&self) -> Result<&Signer, Exception> {
        self.signer.as_ref().filter(|_| self.has_consumer).ok_or(Exception::NoConsumer)
    }

    /// The same, for what the private key alone is of use.
    pub(super) const fn signer_if_any(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    /// Signs for another consumer, or with another token.
    pub(super) fn connect(&mut self, connect: impl FnOnce(&mut Signer) -> Result<(), Error>) -> Result<(), Exception> {
        self.change(connect)?;
        self.has_consumer = true;
        Ok(())
    }

    /// Changes the signer. Should that be unwound half-way, the signer is lost, with something old in it and something new:
    /// then nothing is set any more.
    fn change(&mut self, change: impl FnOnce(&mut Signer) -> Result<(), Error>) -> Result<Returned, Exception> {
        let has_consumer = take(&mut self.has_consumer);
        let unset = || Signer::new("-", "").expect("a consumer key of one character is one");
        let mut signer = self.signer.take().unwrap_or_else(unset);
        let changed = change(&mut signer);
        (self.signer, self.has_consumer) = (Some(signer), has_consumer);
        changed?;
        Ok(Returned::Nothing)
    }

    /// Changes a setting of the signer.
    pub(super) fn set(&mut self, setting: Setting, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        match setting {
            Setting::Text(set) => {
                let text = arguments.setting(0)?;
                self.change(|signer| set(signer, &text))
            }
            Setting::Pair(set) => {
                let (one, other) = (arguments.setting(0)?, arguments.setting(1)?);
                self.change(|signer| set(signer, &one, &other))
            }
            Setting::Bytes(set) => {
                let bytes = arguments.setting_bytes(0)?;
                self.change(|signer| set(signer, &bytes))
            }
            Setting::Switch(set) => {
                let enabled = arguments.boolean(0)?;
                self.change(|signer| {
                    set(signer, enabled);
                    Ok(())
                })
            }
            Setting::Whole(set) => {
                let number = arguments.whole(0)?;
                self.change(|signer| {
                    set(signer, number);
                    Ok(())
                })
            }
            Setting::Named(set) => {
                let name = arguments.setting(0)?;
                let flag = arguments.boolean(1).ok();
                let text = if flag.is_some() { None } else { Some(arguments.setting_of_any_type(1)?) };
                let value = match (flag, &text) {
                    (Some(flag), _) => Value::Flag(flag),
                    (None, text) => Value::Text(text.as_deref().unwrap_or_default()),
                };
                // What no signer has concerns logins alone.
                match self.change(|signer| set(signer, &name, value)) {
                    Err(Exception::Core(Error::Argument(Argument::UnknownSetting))) => {
                        self.login.set(&name.to_ascii_lowercase(), value)?;
                        Ok(Returned::Nothing)
                    }
                    set => set,
                }
            }
        }
    }

    pub(super) fn add_parameter(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (name, value) = (arguments.setting(0)?, arguments.setting(1)?);
        Request::check_parameter(&name, &value)?;
        let others = self.parameters.iter().filter(|(own, _)| **own != *name);
        let len: usize = others.map(|(name, value)| name.len() + value.len()).sum();
        if len + name.len() + value.len() > LARGEST_SETTING {
            return Err(Exception::LongParameters);
        }
        // All memory first: without it nothing has changed.
        let parameter = (Zeroizing::new(name.to_string()), Zeroizing::new(value.to_string()));
        self.parameters.reserve(1);
        self.parameters.retain(|(own, _)| **own != *name);
        self.parameters.push(parameter);
        Ok(Returned::Nothing)
    }

    pub(super) fn clear_parameters(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        self.forget_parameters();
        Ok(Returned::Nothing)
    }

    /// Forgets the parameters of a signature that the caller has.
    pub(super) fn forget_parameters(&mut self) {
        self.parameters.clear();
    }

    pub(super) fn authorization(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        self.sign(arguments, TO_SIGN, |signer, request| {
            Ok((signer.authorization(request, &mut fresh())?.into(), signer.url_to_send(request)?))
        })
    }

    pub(super) fn signed_url(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        self.sign(arguments, TO_SIGN_URL, |signer, request| {
            let request = Request { transmission: Transmission::Query, ..*request };
            let url = take(&mut signer.sign(&request, &mut fresh())?.url);
            Ok((url.as_str().into(), url))
        })
    }

    /// Signs, and keeps the URL to send. Should that fail, or what it returns not arrive, the caller
    /// [`forget_request_url`](Self::forget_request_url)s.
    fn sign(
        &mut self,
        arguments: &Arguments<'_>,
        need: Need,
        sign: impl FnOnce(&Signer, &Request<'_>) -> Result<(Returned, String), Error>,
    ) -> Result<Returned, Exception> {
        let (returned, url) = self.with_request(arguments, need, sign)?;
        self.request_url = Zeroizing::new(url);
        Ok(returned)
    }

    pub(super) fn explain(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let language = arguments.language;
        self.with_request(arguments, TO_EXPLAIN, |signer, request| {
            Ok(Returned::from(explanation::text(&signer.explain(request, &mut fresh())?, language)))
        })
    }

    pub(super) fn nonce(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        Ok(fresh().nonce()?.as_str().into())
    }

    pub(super) fn timestamp(&mut self, _: &Arguments<'_>) -> Result<Returned, Exception> {
        Ok(Returned::Integer(fresh().timestamp()))
    }

    /// Signs with this nonce and this timestamp from now on, as tests/onec/vectors.cpp must; it is compiled with
    /// `--cfg osign_vectors` alone.
    #[cfg(osign_vectors)]
    pub(super) fn fix_for_tests(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let timestamp = arguments.text(1)?.parse().map_err(|_| Exception::Panic)?;
        self.fixed = Some((arguments.text(0)?.to_string(), timestamp));
        Ok(Returned::Nothing)
    }

    /// The request of the arguments `Method`, `URL`, and where a method has them, `Body` and `ContentType`. It borrows them for
    /// the call: one that owns its parts would need memory for a body that the platform holds already.
    fn with_request<R>(
        &self,
        arguments: &Arguments<'_>,
        need: Need,
        sign: impl FnOnce(&Signer, &Request<'_>) -> Result<R, Error>,
    ) -> Result<R, Exception> {
        let (method, url) = (arguments.text(0)?, arguments.text(1)?);
        let has_body = arguments.parameters.len() > 2;
        let body = has_body.then(|| arguments.bytes(2)).transpose()?;
        let content_type = has_body.then(|| arguments.text(3)).transpose()?;
        let signer = self.signer()?;
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut request = Request::new(&method, &url);
        // An empty string is how 1C's language says none.
        request.body = body.as_deref().filter(|body| !body.is_empty());
        request.content_type = content_type.as_deref().filter(|text| !text.is_empty());
        request.parameters = &parameters;
        let form = request.body.filter(|_| request.is_form()).unwrap_or_default();
        let content_type = request.content_type.unwrap_or_default();
        let added: usize = parameters.iter().map(|(name, value)| name.len() + value.len()).sum();
        let settings = added + signer.carried_len();
        let need = if signer.signature_method().is_rsa() { need.with_base_string() } else { need };
        need.check(&[method.as_bytes(), url.as_bytes(), content_type.as_bytes(), form], settings)?;
        #[cfg(osign_vectors)]
        if let Some((nonce, timestamp)) = &self.fixed {
            (request.nonce, request.timestamp) = (Some(nonce.as_str()), Some(*timestamp));
        }
        Ok(sign(signer, &request)?)
    }
}
