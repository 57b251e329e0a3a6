//! The core's sentences in the words of the class: where the core names what its own callers call, 1C's call another.

/// As [`TERMS`](super::russian::TERMS), those that are other words here.
pub(super) const TERMS: [(&str, &str); 6] = [
    ("the signer's consumer key", "the consumer key (SetConsumer)"),
    ("the signer's token", "the token (SetToken)"),
    ("the signer's signature method", "the signature method (SetSignatureMethod)"),
    ("the signer's send_version", "signing, which always adds it"),
    ("the request's nonce", "the nonce, which each signature has anew"),
    ("the request's timestamp", "the clock"),
];

pub(super) const SENTENCES: [(&str, &str); 5] = [
    (
        "realm is never signed; set it as the signer's realm", //
        "realm is never signed; set it by SetRealm",
    ),
    (
        "the signature method is RSA and the signer has no private key; set one",
        "the signature method is RSA and there is no private key; call SetPrivateKey",
    ),
    (
        "a protocol parameter is set twice, or oauth_body_hash is set and the signer adds it too",
        "a protocol parameter is set twice, or oauth_body_hash is set and SetBodyHash adds it too",
    ),
    (
        "the timestamp is not positive (RFC 5849 §3.3); look at the clock, its offset, or the timestamp given",
        "the timestamp is not positive (RFC 5849 §3.3); look at the clock",
    ),
    (
        "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
         RSA-PSS-SHA256, PLAINTEXT (names are case-sensitive)",
        "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
         RSA-PSS-SHA256, PLAINTEXT",
    ),
];
