//! A request of one's own, which hosts fill part by part.

use super::extra::check_extra_parameter;
use super::request::{Request, Transmission};
use crate::error::{Argument, Error};
use crate::setting::{self, Setting, Value};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The most extra protocol parameters. No service has more than a handful.
const MOST: usize = 1000;

/// Bytes that others may hold too; a host keeps its own kind of them alive without a copy.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A request that owns its parts: what a host fills, step by step, before it is signed. Each part is checked when it is
/// set; what fails leaves the request as it was.
///
/// URL, nonce and parameters are wiped when it is dropped.
#[derive(Clone)]
#[allow(missing_debug_implementations, reason = "a form may hold a password")]
pub struct OwnedRequest {
    method: String,
    url: Zeroizing<String>,
    content_type: Option<String>,
    body: Option<SharedBytes>,
    parameters: Vec<(String, Zeroizing<String>)>,
    transmission: Transmission,
    nonce: Option<String>,
    timestamp: Option<i64>,
}

impl OwnedRequest {
    /// A request without body, transmitted by header.
    ///
    /// # Errors
    /// [`Status::InvalidMethod`](crate::Status::InvalidMethod), [`Status::InvalidUrl`](crate::Status::InvalidUrl).
    pub fn new(method: &str, url: &str) -> Result<Self, Error> {
        Request::new(method, url).check()?;
        Ok(Self {
            method: method.to_owned(),
            url: url.to_owned().into(),
            content_type: None,
            body: None,
            parameters: Vec::new(),
            transmission: Transmission::default(),
            nonce: None,
            timestamp: None,
        })
    }

    /// What can be set by name: [`set`](Self::set).
    pub const SETTINGS: &'static [Setting<Self>] = &[
        Setting::text("content_type", Self::set_content_type),
        Setting::text("nonce", Self::set_nonce),
        Setting::seconds("timestamp", Self::set_timestamp),
        Setting::text("transmission", |request, name| {
            request.set_transmission(Transmission::from_name(name)?);
            Ok(())
        }),
    ];

    /// Sets what has this name among [`SETTINGS`](Self::SETTINGS).
    ///
    /// # Errors
    /// [`Status::InvalidArgument`](crate::Status::InvalidArgument) for a name or a value that is none; else what the
    /// setting's own method says.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(Self::SETTINGS, self, name, value)
    }

    /// The value of the `Content-Type` header.
    ///
    /// # Errors
    /// [`Status::InvalidParameter`](crate::Status::InvalidParameter) when it holds control characters but tabs.
    pub fn set_content_type(&mut self, content_type: &str) -> Result<(), Error> {
        Request::check_content_type(content_type)?;
        self.content_type = Some(content_type.to_owned());
        Ok(())
    }

    /// The body, and its content type, in place of former ones.
    ///
    /// # Errors
    /// As [`set_content_type`](Self::set_content_type).
    pub fn set_body(&mut self, content_type: Option<&str>, body: SharedBytes) -> Result<(), Error> {
        content_type.map_or(Ok(()), Request::check_content_type)?;
        self.content_type = content_type.map(str::to_owned);
        self.body = Some(body);
        Ok(())
    }

    /// The body, where there is one.
    #[must_use]
    pub const fn body(&self) -> Option<&SharedBytes> {
        self.body.as_ref()
    }

    /// An extra protocol parameter such as `oauth_callback`, in place of a former one of that name; not encoded.
    ///
    /// # Errors
    /// As [`Request::check_parameter`]; and [`Argument::ManyProtocolParameters`] where there are 1,000 already.
    pub fn set_parameter(&mut self, name: &str, value: &str) -> Result<(), Error> {
        check_extra_parameter(name, value)?;
        let value = Zeroizing::new(value.to_owned());
        // Each is looked for among all.
        let is_full = self.parameters.len() >= MOST;
        match self.parameters.iter_mut().find(|(former, _)| former == name) {
            Some((_, former)) => *former = value,
            None if is_full => return Err(Argument::ManyProtocolParameters { most: MOST }.into()),
            None => self.parameters.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// The same beside a former one of that name: signing refuses the two.
    ///
    /// # Errors
    /// As [`Request::check_parameter`].
    pub fn add_parameter(&mut self, name: &str, value: &str) -> Result<(), Error> {
        check_extra_parameter(name, value)?;
        self.parameters.push((name.to_owned(), value.to_owned().into()));
        Ok(())
    }

    /// The nonce to sign with instead of a fresh one.
    ///
    /// # Errors
    /// As [`Request::check_nonce`].
    pub fn set_nonce(&mut self, nonce: &str) -> Result<(), Error> {
        Request::check_nonce(nonce)?;
        self.nonce = Some(nonce.to_owned());
        Ok(())
    }

    /// The timestamp to sign with instead of the clock's, in Unix seconds.
    ///
    /// # Errors
    /// As [`Request::check_timestamp`].
    pub fn set_timestamp(&mut self, seconds: i64) -> Result<(), Error> {
        Request::check_timestamp(seconds)?;
        self.timestamp = Some(seconds);
        Ok(())
    }

    /// Where the protocol parameters travel.
    pub const fn set_transmission(&mut self, transmission: Transmission) {
        self.transmission = transmission;
    }

    /// Shows `look` the request as the core takes it.
    pub fn with<R>(&self, look: impl FnOnce(&Request<'_>) -> R) -> R {
        let parameters: Vec<_> = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        look(&Request {
            method: &self.method,
            url: &self.url,
            content_type: self.content_type.as_deref(),
            body: self.body.as_ref().map(|body| (**body).as_ref()),
            parameters: &parameters,
            transmission: self.transmission,
            nonce: self.nonce.as_deref(),
            timestamp: self.timestamp,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_an_end() {
        let mut request = OwnedRequest::new("GET", "http://h/").unwrap();
        for number in 0..MOST {
            request.set_parameter(&format!("p{number}"), "").unwrap();
        }
        let too_many = Err(Argument::ManyProtocolParameters { most: MOST }.into());
        assert_eq!(request.set_parameter("one_more", ""), too_many);
        assert_eq!(request.set_parameter("p0", "again"), Ok(()));
    }
}
