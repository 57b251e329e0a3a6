//! Reading the arguments of a call: 1C's language has no types to lean on.

use super::failure::{Failure, Given, Wanted};
use super::members::Parameter;
use super::value::Value;
use std::borrow::Cow;
use std::ops::Deref;
use zeroize::{Zeroize, Zeroizing};

/// The arguments of a call, in the order of the method's parameters.
pub(super) struct Arguments<'a> {
    pub(super) parameters: &'static [Parameter],
    pub(super) values: Vec<Value<'a>>,
}

impl Arguments<'_> {
    /// A string; a whole number is taken as its digits.
    pub(super) fn text(&self, index: usize) -> Result<Zeroizing<String>, Failure> {
        match (&self.values[index], self.parameters[index].default) {
            (Value::Text(text), _) => Ok(text.clone()),
            (Value::Integer(number), _) => Ok(Zeroizing::new(number.to_string())),
            (Value::Undefined, Some(default)) => Ok(Zeroizing::new(default.to_owned())),
            (Value::BrokenText, _) => Err(Failure::BrokenText { parameter: self.parameters[index].names }),
            _ => Err(self.wrong_type(index, Wanted::Text)),
        }
    }

    /// Binary data, or a string as UTF-8.
    pub(super) fn bytes(&self, index: usize) -> Result<Bytes<'_>, Failure> {
        match &self.values[index] {
            Value::Bytes(bytes) => Ok(Bytes(Cow::Borrowed(bytes))),
            Value::Text(text) => Ok(Bytes(Cow::Borrowed(text.as_bytes()))),
            Value::Undefined | Value::Integer(_) | Value::BrokenText => match self.text(index) {
                Ok(mut text) => Ok(Bytes(Cow::Owned(std::mem::take(&mut *text).into_bytes()))),
                Err(Failure::WrongType { .. }) => Err(self.wrong_type(index, Wanted::TextOrBytes)),
                Err(failure) => Err(failure),
            },
            _ => Err(self.wrong_type(index, Wanted::TextOrBytes)),
        }
    }

    pub(super) fn boolean(&self, index: usize) -> Result<bool, Failure> {
        match self.values[index] {
            Value::Boolean(value) => Ok(value),
            _ => Err(self.wrong_type(index, Wanted::Boolean)),
        }
    }

    fn wrong_type(&self, index: usize, wanted: Wanted) -> Failure {
        let given = match self.values[index] {
            Value::Undefined => Given::Undefined,
            Value::Null => Given::Null,
            Value::Boolean(_) => Given::Boolean,
            Value::Integer(_) => Given::Number,
            Value::Fraction => Given::Fraction,
            Value::Date => Given::Date,
            Value::Text(_) | Value::BrokenText => Given::Text,
            Value::Bytes(_) => Given::Bytes,
            Value::Other => Given::Other,
        };
        Failure::WrongType { parameter: self.parameters[index].names, wanted, given }
    }
}

/// Bytes of the platform's, or our own copy, which is wiped.
pub(super) struct Bytes<'a>(Cow<'a, [u8]>);

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Bytes<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(bytes) = &mut self.0 {
            bytes.zeroize();
        }
    }
}
