//! The class `OSign`: what its methods do. It knows nothing of the platform.

use super::arguments::Arguments;
use super::explanation;
use super::failure::Failure;
use super::language::Language;
use super::members::Method;
use super::room::{self, LARGEST_SETTING, Need, TO_EXPLAIN, TO_SIGN, TO_SIGN_URL};
use super::value::{Answer, Value};
use crate::error::{Error, Status};
use crate::nonce::{self, System};
use crate::oauth1::{Request, SignatureMethod, Signer, Transmission, check_private_key_bytes};
use crate::percent;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;
use std::mem::take;
use zeroize::Zeroizing;

/// One object of the class.
pub(super) struct Class {
    /// None while nothing is set.
    signer: Option<Signer>,
    /// Whether the signer's consumer is the caller's yet.
    has_consumer: bool,
    /// The protocol parameters of the next signature.
    parameters: Vec<(Zeroizing<String>, Zeroizing<String>)>,
    pub(super) language: Language,
    last_error: String,
    error_code: i32,
    /// The nonce and the timestamp of a published signature.
    #[cfg(osign_vectors)]
    fixed: Option<(String, i64)>,
}

impl Class {
    pub(super) fn new() -> Self {
        Self {
            signer: None,
            has_consumer: false,
            parameters: Vec::new(),
            language: Language::default(),
            last_error: String::new(),
            error_code: 0,
            #[cfg(osign_vectors)]
            fixed: None,
        }
    }

    /// Calls a method. Should that fail, or its answer not arrive, the caller [`note`](Self::note)s it.
    pub(super) fn call(&mut self, method: &Method, values: Vec<Value<'_>>) -> Result<Answer, Failure> {
        (self.error_code, self.last_error) = (0, String::new());
        (method.call)(self, &Arguments { parameters: method.parameters, values })
    }

    /// Keeps what `LastError` and `ErrorCode` answer until the next call.
    pub(super) fn note(&mut self, failure: &Failure) {
        self.error_code = failure.status().code();
        self.last_error = failure.text(self.language);
    }

    pub(super) fn last_error(&self) -> &str {
        &self.last_error
    }

    pub(super) const fn error_code(&self) -> i32 {
        self.error_code
    }

    pub(super) fn set_consumer(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let (key, secret) = (arguments.setting(0)?, arguments.setting(1)?);
        self.change(|signer| signer.set_consumer(&key, &secret))?;
        self.has_consumer = true;
        Ok(Answer::Nothing)
    }

    /// Changes the signer. Should that be unwound half-way, the signer is lost, with something old in it and something new:
    /// then nothing is set any more.
    fn change(&mut self, change: impl FnOnce(&mut Signer) -> Result<(), Error>) -> Result<Answer, Failure> {
        let has_consumer = take(&mut self.has_consumer);
        let unset = || Signer::new("-", "").expect("a consumer key of one character is one");
        let mut signer = self.signer.take().unwrap_or_else(unset);
        let changed = change(&mut signer);
        (self.signer, self.has_consumer) = (Some(signer), has_consumer);
        changed?;
        Ok(Answer::Nothing)
    }

    pub(super) fn set_token(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let (token, secret) = (arguments.setting(0)?, arguments.setting(1)?);
        self.change(|signer| signer.set_token(&token, &secret))
    }

    pub(super) fn set_signature_method(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let name = arguments.setting(0)?.to_ascii_uppercase(); // 1C's own names know no case.
        let method = SignatureMethod::from_name(&name)?;
        self.change(|signer| {
            signer.set_signature_method(method);
            Ok(())
        })
    }

    pub(super) fn set_private_key(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let pem = arguments.setting_bytes(0)?;
        check_private_key_bytes(&pem)?;
        let pem = std::str::from_utf8(&pem).map_err(|_| {
            Error::new(Status::InvalidKey, "the private key is no PEM text: it has no line -----BEGIN …-----")
        })?;
        self.change(|signer| signer.set_private_key(pem))
    }

    pub(super) fn set_realm(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let realm = arguments.setting(0)?;
        self.change(|signer| signer.set_realm(&realm))
    }

    pub(super) fn set_body_hash(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let enabled = arguments.boolean(0)?;
        self.change(|signer| {
            signer.set_body_hash(enabled);
            Ok(())
        })
    }

    pub(super) fn add_parameter(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let (name, value) = (arguments.setting(0)?, arguments.setting(1)?);
        Request::check_parameter(&name, &value)?;
        let others = self.parameters.iter().filter(|(own, _)| **own != *name);
        let len: usize = others.map(|(name, value)| name.len() + value.len()).sum();
        if len + name.len() + value.len() > LARGEST_SETTING {
            return Err(Failure::LongParameters);
        }
        // All memory first: without it nothing has changed.
        let parameter = (Zeroizing::new(name.to_string()), Zeroizing::new(value.to_string()));
        self.parameters.reserve(1);
        self.parameters.retain(|(own, _)| **own != *name);
        self.parameters.push(parameter);
        Ok(Answer::Nothing)
    }

    pub(super) fn clear_parameters(&mut self, _: &Arguments<'_>) -> Result<Answer, Failure> {
        self.forget_parameters();
        Ok(Answer::Nothing)
    }

    /// Forgets the parameters of a signature that the caller has.
    pub(super) fn forget_parameters(&mut self) {
        self.parameters.clear();
    }

    pub(super) fn authorization(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        self.with_request(arguments, TO_SIGN, |signer, request| {
            Ok(Answer::from(signer.authorization(request, &mut System)?))
        })
    }

    pub(super) fn signed_url(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        self.with_request(arguments, TO_SIGN_URL, |signer, request| {
            let request = Request { transmission: Transmission::Query, ..*request };
            Ok(Answer::from(signer.sign(&request, &mut System)?.url.as_str()))
        })
    }

    pub(super) fn explain(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let language = self.language;
        self.with_request(arguments, TO_EXPLAIN, |signer, request| {
            Ok(Answer::from(explanation::text(&signer.explain(request, &mut System)?, language)))
        })
    }

    pub(super) fn nonce(&mut self, _: &Arguments<'_>) -> Result<Answer, Failure> {
        Ok(nonce::nonce()?.as_str().into())
    }

    pub(super) fn timestamp(&mut self, _: &Arguments<'_>) -> Result<Answer, Failure> {
        Ok(Answer::Integer(nonce::timestamp()))
    }

    pub(super) fn hmac(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let (algorithm, encoding) = (arguments.setting(0)?, arguments.setting(3)?);
        let mac = crate::mac::hmac(&algorithm.to_ascii_uppercase(), &arguments.bytes(1)?, &arguments.bytes(2)?)?;
        match &*encoding.to_ascii_lowercase() {
            "base64" => Ok(STANDARD.encode(&mac).into()),
            "hex" => Ok(mac
                .iter()
                .fold(String::with_capacity(2 * mac.len()), |mut digits, byte| {
                    let _ = write!(digits, "{byte:02x}");
                    digits
                })
                .into()),
            "binary" => Ok(Answer::Bytes(mac.to_vec())),
            _ => Err(Failure::UnknownEncoding),
        }
    }

    pub(super) fn percent_encode(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let text = arguments.text(0)?;
        let len = percent::encoded_len(text.as_bytes());
        let mut encoded = room::bytes(len).ok_or(Failure::NoMemory)?;
        percent::encode_into::<percent::Once>(text.as_bytes(), &mut encoded);
        Ok(String::from_utf8(encoded).expect("encoded text is ASCII").into())
    }

    /// Signs with this nonce and this timestamp from now on, as tests/onec/vectors.cpp must; it is compiled with
    /// `--cfg osign_vectors` alone.
    #[cfg(osign_vectors)]
    pub(super) fn fix_for_tests(&mut self, arguments: &Arguments<'_>) -> Result<Answer, Failure> {
        let timestamp = arguments.text(1)?.parse().map_err(|_| Failure::Panic)?;
        self.fixed = Some((arguments.text(0)?.to_string(), timestamp));
        let send_version = arguments.boolean(2)?;
        self.change(|signer| {
            signer.set_send_version(send_version);
            Ok(())
        })
    }

    /// The request of the arguments `Method`, `URL`, and where a method has them, `Body` and `ContentType`.
    fn with_request(
        &self,
        arguments: &Arguments<'_>,
        need: Need,
        sign: impl FnOnce(&Signer, &Request<'_>) -> Result<Answer, Error>,
    ) -> Result<Answer, Failure> {
        let (method, url) = (arguments.text(0)?, arguments.text(1)?);
        let has_body = arguments.parameters.len() > 2;
        let body = has_body.then(|| arguments.bytes(2)).transpose()?;
        let content_type = has_body.then(|| arguments.text(3)).transpose()?;
        let Some(signer) = self.signer.as_ref().filter(|_| self.has_consumer) else {
            return Err(Failure::NoConsumer);
        };
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
