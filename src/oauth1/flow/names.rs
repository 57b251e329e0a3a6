//! What the fields of an answer, and the parameters of a callback, are called.

/// The names that RFC 5849 has in an answer.
pub(super) const TOKEN: &str = "oauth_token";
pub(super) const SECRET: &str = "oauth_token_secret";
pub(super) const CONFIRMED: &str = "oauth_callback_confirmed";
/// And those of the extensions for sessions and for problems.
pub(super) const EXPIRES_IN: &str = "oauth_expires_in";
pub(super) const AUTHORIZATION_EXPIRES_IN: &str = "oauth_authorization_expires_in";
pub(super) const SESSION_HANDLE: &str = "oauth_session_handle";
pub(super) const PROBLEM: &str = "oauth_problem";
pub(super) const ADVICE: &str = "oauth_problem_advice";

/// And of a callback: the verifier, which no error shows the value of, and what X and others send in place of a token that a person
/// refused.
pub(super) const VERIFIER: &str = "oauth_verifier";
pub(super) const DENIED: &str = "denied";

/// All that an answer may have.
pub(super) const KNOWN: [&str; 8] =
    [TOKEN, SECRET, CONFIRMED, EXPIRES_IN, AUTHORIZATION_EXPIRES_IN, SESSION_HANDLE, PROBLEM, ADVICE];
