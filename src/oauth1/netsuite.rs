//! What NetSuite signs beside requests of OAuth 1.0a: the passport of its SOAP web services, and the password of its
//! database drivers. It is not that of RFC 5849, for there is no request in it.

use super::extra::check_text;
use super::request::Request;
use crate::error::{Error, Term};
use crate::mac::hmac;
use crate::percent::{Once, encode, encode_into};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The signature of a `tokenPassport` of NetSuite's SOAP web services, with `HMAC-SHA256` as its algorithm; and of the
/// password of SuiteAnalytics Connect, which joins account, consumer key, token, nonce, timestamp, this, and `HMAC-SHA256` by
/// `&`. Of consumer and token it takes key and secret; of a sandbox's account the identifier as in `1234567_SB1`.
///
/// ```
/// let (consumer, token) = (("consumer key", "consumer secret"), ("token", "token secret"));
/// let signature = osign::oauth1::netsuite_passport("1234567_SB1", consumer, token, "fjaLirsIcCGVZWzBX0pg", 1508242306)?;
/// assert_eq!(signature, "KWM0Q6k0fxJOaKPsKJf/LispZImfGKp7SrP+q/smajw=");
/// # Ok::<(), osign::Error>(())
/// ```
///
/// # Errors
/// [`Status::InvalidParameter`](crate::Status::InvalidParameter) for a nonce that is empty, and for text with control characters;
/// [`Status::InvalidArgument`](crate::Status::InvalidArgument) for a timestamp that is not positive.
pub fn netsuite_passport(
    account: &str,
    consumer: (&str, &str),
    token: (&str, &str),
    nonce: &str,
    timestamp: i64,
) -> Result<String, Error> {
    Request::check_nonce(nonce)?;
    Request::check_timestamp(timestamp)?;
    check_text(Term::Realm, account)?;
    check_text(Term::ConsumerKey, consumer.0)?;
    check_text(Term::Token, token.0)?;
    let signed =
        [account, consumer.0, token.0, nonce, &timestamp.to_string()].map(|part| encode(part.as_bytes())).join("&");
    // Of the greatest length, so that no growth leaves a copy behind.
    let mut key = Zeroizing::new(Vec::with_capacity(3 * (consumer.1.len() + token.1.len()) + 1));
    encode_into::<Once>(consumer.1.as_bytes(), &mut *key);
    key.push(b'&');
    encode_into::<Once>(token.1.as_bytes(), &mut *key);
    Ok(STANDARD.encode(hmac("SHA256", &key, signed.as_bytes())?))
}
