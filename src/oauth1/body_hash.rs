//! `oauth_body_hash`: the OAuth Request Body Hash extension (draft-eaton-oauth-bodyhash-00 §3.2).

use super::method::{Hash, SignatureMethod};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

/// The base64 of the body's bare hash, by the hash of the signature method. It is no HMAC.
pub(crate) fn body_hash(method: SignatureMethod, body: &[u8]) -> String {
    match method.hash() {
        Hash::Sha1 => STANDARD.encode(Sha1::digest(body)),
        Hash::Sha256 => STANDARD.encode(Sha256::digest(body)),
        Hash::Sha512 => STANDARD.encode(Sha512::digest(body)),
    }
}
