//! `oauth_body_hash`: the OAuth Request Body Hash extension (draft-eaton-oauth-bodyhash-00 §3.2).

use super::method::SignatureMethod;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The base64 of the body's bare hash, by the hash of the signature method. It is no HMAC.
pub(crate) fn body_hash(method: SignatureMethod, body: &[u8]) -> String {
    STANDARD.encode(method.hash().of(body))
}
