//! `osign.Bundle`, and what opens it or a store.

use super::arguments::{bytes, unchanging};
use crate::error::Error;
use crate::grant::bundle::Lock;
use crate::grant::key::Key;
use crate::store::open::StoreKey;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// A grant as a sealed text of its own. The secrets in it are sealed.
#[pyclass(module = "osign", frozen, get_all)]
#[derive(Debug)]
pub(super) struct Bundle {
    /// The text, one line.
    pub(super) text: String,
    /// What it was sealed for: `"move"` or `"backup"`.
    pub(super) purpose: &'static str,
    /// The revision of the record that it was made of: what `exported` looks at.
    pub(super) revision: u64,
}

#[pymethods]
impl Bundle {
    fn __repr__(&self) -> String {
        format!("Bundle(purpose='{}', revision={})", self.purpose, self.revision)
    }
}

/// What opens a store or a bundle: a key or a passphrase, whichever is given.
pub(super) struct Unlocks<'py> {
    object: Bound<'py, PyAny>,
    is_key: bool,
}

impl<'py> Unlocks<'py> {
    pub(super) fn of(key: Option<&Bound<'py, PyAny>>, passphrase: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        match (key, passphrase) {
            (Some(object), None) | (None, Some(object)) => {
                Ok(Self { object: unchanging(object)?, is_key: key.is_some() })
            }
            _ => Err(PyTypeError::new_err("give either a key or a passphrase")),
        }
    }

    /// It as what opens a store.
    pub(super) fn store_key(&self) -> PyResult<StoreKey<'_>> {
        let (bytes, is_key) = self.read()?;
        Ok(if is_key { StoreKey::Key(bytes) } else { StoreKey::Passphrase(bytes) })
    }

    /// Its bytes, and whether they are a key.
    pub(super) fn read(&self) -> PyResult<(&[u8], bool)> {
        let name = if self.is_key { "key" } else { "passphrase" };
        Ok((bytes(&self.object, name)?, self.is_key))
    }
}

/// What seals or opens a bundle by it.
pub(super) fn with_lock<T>(
    (bytes, is_key): (&[u8], bool),
    body: impl FnOnce(Lock<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    if is_key { body(Lock::Key(&Key::read(bytes)?)) } else { body(Lock::Passphrase(bytes)) }
}
