//! `osign.oauth1.netsuite_passport`.

use super::arguments::{seconds, text};
use super::guard::call;
use crate::oauth1;
use pyo3::prelude::*;

/// The signature of a `tokenPassport` of NetSuite's SOAP web services, with `HMAC-SHA256` as its algorithm, in base64. It is not
/// of RFC 5849, since it signs no request.
///
/// The password of SuiteAnalytics Connect joins account, consumer key, token, nonce, timestamp, this, and `HMAC-SHA256` by `&`.
/// A sandbox's account is written as in `1234567_SB1`. Nonce and timestamp are those that are sent along:
/// `osign.nonce()[:20]` and `osign.timestamp()`.
///
/// Raises `osign.InputError` for what cannot be sent.
#[pyfunction]
#[pyo3(signature = (account, consumer_key, consumer_secret, token, token_secret, *, nonce, timestamp))]
pub(super) fn netsuite_passport(
    account: &Bound<'_, PyAny>,
    consumer_key: &Bound<'_, PyAny>,
    consumer_secret: &Bound<'_, PyAny>,
    token: &Bound<'_, PyAny>,
    token_secret: &Bound<'_, PyAny>,
    nonce: &Bound<'_, PyAny>,
    timestamp: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let consumer = (text(consumer_key, "consumer_key")?, text(consumer_secret, "consumer_secret")?);
    let pair = (text(token, "token")?, text(token_secret, "token_secret")?);
    let (account, nonce_text) = (text(account, "account")?, text(nonce, "nonce")?);
    let seconds = seconds(timestamp, "timestamp")?;
    call(nonce.py(), || oauth1::netsuite_passport(account, consumer, pair, nonce_text, seconds))
}
