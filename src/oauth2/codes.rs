//! Error codes that are known by name. Any other text of a service could repeat what was sent to it.

use crate::provider::Meaning;

/// The codes of RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, RFC 6750 §3.1, RFC 8628 §3.5 and OpenID Connect Core §3.1.2.6,
/// and those that several services share.
const KNOWN: &[(&str, Option<Meaning>)] = &[
    ("invalid_grant", Some(Meaning::Rejected)),
    ("expired_token", Some(Meaning::Rejected)),
    ("bad_refresh_token", Some(Meaning::Rejected)),
    ("bad_verification_code", Some(Meaning::Rejected)),
    ("invalid_refresh_token", Some(Meaning::Rejected)),
    ("invalid_code", Some(Meaning::Rejected)),
    ("invalid_client", Some(Meaning::Configuration)),
    ("invalid_request", Some(Meaning::Configuration)),
    ("invalid_scope", Some(Meaning::Configuration)),
    ("insufficient_scope", Some(Meaning::Configuration)),
    ("unauthorized_client", Some(Meaning::Configuration)),
    ("unsupported_grant_type", Some(Meaning::Configuration)),
    ("unsupported_response_type", Some(Meaning::Configuration)),
    ("unsupported_token_type", Some(Meaning::Configuration)),
    ("redirect_uri_mismatch", Some(Meaning::Configuration)),
    ("incorrect_client_credentials", Some(Meaning::Configuration)),
    ("invalid_target", Some(Meaning::Configuration)),
    ("temporarily_unavailable", Some(Meaning::NotConsumed)),
    ("slow_down", Some(Meaning::Throttled)),
    ("rate_limit_exceeded", Some(Meaning::Throttled)),
    ("too_many_requests", Some(Meaning::Throttled)),
    ("server_error", None),
    ("access_denied", None),
    ("invalid_token", None),
    ("login_required", None),
    ("consent_required", None),
    ("interaction_required", None),
    ("account_selection_required", None),
];

/// The code itself, if it is a known one.
pub(super) fn known(code: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == code).map(|(known, _)| *known)
}

/// What a code means at a token endpoint, where it says so without doubt.
pub(super) fn meaning(code: &str) -> Option<Meaning> {
    KNOWN.iter().find(|(known, _)| *known == code).and_then(|(_, meaning)| *meaning)
}
