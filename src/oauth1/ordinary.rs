//! The ordinary protocol parameters, which every request carries (RFC 5849 §3.1).

use super::settings::Settings;

/// The name of the nonce.
pub(crate) const NONCE: &str = "oauth_nonce";
/// The name of the timestamp.
pub(crate) const TIMESTAMP: &str = "oauth_timestamp";

/// The ordinary parameters, in the order of the base string.
pub(crate) fn ordinary<'a>(
    settings: &'a Settings,
    nonce: &'a [u8],
    timestamp: &'a [u8],
) -> [Option<(&'static str, &'a [u8])>; 6] {
    [
        Some(("oauth_consumer_key", settings.consumer_key.as_bytes())),
        settings.sends_nonce().then_some((NONCE, nonce)),
        Some(("oauth_signature_method", settings.method_name().as_bytes())),
        settings.sends_nonce().then_some((TIMESTAMP, timestamp)),
        // RFC 5849 §3.1: left out where there is no resource owner.
        (settings.send_empty_token || !settings.token.is_empty()).then_some(("oauth_token", settings.token.as_bytes())),
        settings.send_version.then_some(("oauth_version", settings.version.as_bytes())),
    ]
}
