//! Reading the arguments of a call: 1C's language has no types to lean on.

use super::exception::{Exception, Given, Wanted};
use super::language::Language;
use super::limits::LARGEST_SETTING;
use super::parameter::{Default, Parameter};
use super::value::Value;
use std::ops::Deref;
use zeroize::Zeroizing;

/// The arguments of a call, in the order of the method's parameters.
pub(super) struct Arguments<'a> {
    pub(super) parameters: &'static [Parameter],
    pub(super) values: Vec<Value<'a>>,
    /// That of the interface.
    pub(super) language: Language,
}

impl Arguments<'_> {
    /// A string; a whole number is taken as its digits.
    pub(super) fn text(&self, index: usize) -> Result<Text<'_>, Exception> {
        match (&self.values[index], self.parameters[index].default) {
            (Value::Text(text), _) => Ok(Text::Given(text)),
            (Value::Integer(number), _) => Ok(Text::Digits(Zeroizing::new(number.to_string()))),
            (Value::Undefined, Some(Default::Text(default))) => Ok(Text::Given(default)),
            (Value::BrokenText, _) => Err(Exception::BrokenText { parameter: self.parameters[index].names }),
            _ => Err(self.wrong_type(index, Wanted::Text)),
        }
    }

    /// A string that is kept, and so must not be long.
    pub(super) fn setting(&self, index: usize) -> Result<Text<'_>, Exception> {
        let text = self.text(index)?;
        self.check_setting(index, text.as_bytes())?;
        Ok(text)
    }

    /// The same, where a boolean is taken, too.
    pub(super) fn setting_of_any_type(&self, index: usize) -> Result<Text<'_>, Exception> {
        match self.setting(index) {
            Err(Exception::WrongType { .. }) => Err(self.wrong_type(index, Wanted::TextOrNumberOrBoolean)),
            read => read,
        }
    }

    /// The same as [`setting`](Self::setting), or binary data.
    pub(super) fn setting_bytes(&self, index: usize) -> Result<Bytes<'_>, Exception> {
        let bytes = self.bytes(index)?;
        self.check_setting(index, &bytes)?;
        Ok(bytes)
    }

    fn check_setting(&self, index: usize, bytes: &[u8]) -> Result<(), Exception> {
        if bytes.len() > LARGEST_SETTING {
            return Err(Exception::LongSetting { parameter: self.parameters[index].names });
        }
        Ok(())
    }

    /// Binary data, or a string as UTF-8.
    pub(super) fn bytes(&self, index: usize) -> Result<Bytes<'_>, Exception> {
        if let Value::Bytes(bytes) = self.values[index] {
            return Ok(Bytes::Given(bytes));
        }
        match self.text(index) {
            Ok(text) => Ok(Bytes::Text(text)),
            Err(Exception::WrongType { .. }) => Err(self.wrong_type(index, Wanted::TextOrBytes)),
            Err(exception) => Err(exception),
        }
    }

    pub(super) fn boolean(&self, index: usize) -> Result<bool, Exception> {
        match (&self.values[index], self.parameters[index].default) {
            (Value::Boolean(value), _) => Ok(*value),
            #[cfg(feature = "onec-tokens")]
            (Value::Undefined, Some(Default::Boolean(default))) => Ok(default),
            _ => Err(self.wrong_type(index, Wanted::Boolean)),
        }
    }

    pub(super) fn whole(&self, index: usize) -> Result<i64, Exception> {
        match (&self.values[index], self.parameters[index].default) {
            (Value::Integer(number), _) => Ok(*number),
            (Value::Undefined, Some(Default::Whole(default))) => Ok(default),
            _ => Err(self.wrong_type(index, Wanted::Whole)),
        }
    }

    fn wrong_type(&self, index: usize, wanted: Wanted) -> Exception {
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
        Exception::WrongType { parameter: self.parameters[index].names, wanted, given }
    }
}

/// The text of an argument.
pub(super) enum Text<'a> {
    Given(&'a str),
    /// Those of a number, which may be a secret too.
    Digits(Zeroizing<String>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Given(text) => text,
            Self::Digits(digits) => digits,
        }
    }
}

/// The bytes of an argument.
pub(super) enum Bytes<'a> {
    Given(&'a [u8]),
    Text(Text<'a>),
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Given(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }
}
