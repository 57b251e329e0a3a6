//! What a browser brings back from a login: parameters, of which whoever opens the address chooses the values.

use super::profile::Profile;
use crate::error::{Error, Protocol};
use crate::form;
use zeroize::Zeroizing;

/// The parameters of a callback.
pub(crate) struct Brought(Vec<(Vec<u8>, Zeroizing<Vec<u8>>)>);

impl Brought {
    /// Those of an address, or of its query alone; None where it has none.
    pub(crate) fn read(callback: &str) -> Option<Self> {
        let before_fragment = callback.split('#').next().unwrap_or_default();
        let query = before_fragment.split_once('?').map_or(before_fragment, |(_, query)| query);
        let pairs = || form::decode(query.as_bytes()).into_iter().map(|(name, value)| (name, Zeroizing::new(value)));
        query.contains('=').then(|| Self(pairs().collect()))
    }

    /// The value of a parameter, which may stand there once (RFC 6749 §3.1); an empty one is none.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&[u8]>, Error> {
        let mut values = self.0.iter().filter(|(known, _)| known == name.as_bytes()).map(|(_, value)| value.as_slice());
        let value = values.next();
        if values.next().is_some() {
            return Err(Protocol::RepeatedParameter { name }.into());
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The host of the account, where the service has one for each and tells it so.
    pub(crate) fn account(&self, profile: &Profile) -> Result<Option<String>, Error> {
        let names = profile.account_parameters();
        match (names.first(), names.iter().find_map(|name| Some((name, self.text(name)?)))) {
            (None, _) => Ok(None),
            (Some(_), Some((name, value))) => profile.arrived_account(name, value).map(Some),
            (Some(name), None) => Err(Protocol::NoCallbackField { name: name.clone() }.into()),
        }
    }

    /// What the profile keeps, by name.
    pub(crate) fn kept(&self, profile: &Profile) -> Result<Vec<(String, String)>, Error> {
        let names = profile.kept_of_callback().iter();
        let kept = names.map(|name| {
            let value = self.text(name).ok_or_else(|| Protocol::NoCallbackField { name: name.clone() })?;
            Ok((name.clone(), value.to_owned()))
        });
        kept.collect()
    }

    /// All of them, as they stand there.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// A parameter of the service's own, if it is short text that stands there once.
    fn text(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name.as_bytes());
        let (Some((_, value)), None) = (values.next(), values.next()) else { return None };
        std::str::from_utf8(value).ok().filter(|text| is_public_text(text, 512))
    }
}

/// Whether text is one line that is fit to be kept and shown, as far as its form goes.
pub(crate) fn is_public_text(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && !text.contains(char::is_control)
}
