//! The requests of the three steps (RFC 5849 §2), and of what follows them.

use super::answer::oauth1;
use crate::error::{Error, Protocol};
use crate::http;
use crate::oauth1::{Request, Signed, Signer, Transmission};
use crate::provider::{BodyHash, Endpoint, Method, OAuth1Step, Parameters, Profile, with_query};
use crate::secret::Secret;
use crate::system::Fresh;
use zeroize::Zeroizing;

const FORM: &str = "application/x-www-form-urlencoded";

/// Sets a signer up as a service wants it: signature method, realm, body hash, whether an empty token and a version are sent, and
/// whether requests have Mastercard's form. `account` is the host of the account where the service has one for each.
///
/// # Errors
/// [`NotConfigured`](crate::Status::NotConfigured) where the profile is of another kind, or its realm depends on an account that
/// is not known; [`UntrustedHost`](crate::Status::UntrustedHost) for one that it does not allow.
pub fn set_up(profile: &Profile, account: Option<&str>, signer: &mut Signer) -> Result<(), Error> {
    let oauth1 = oauth1(profile)?;
    signer.set_realm(&profile.realm(account)?)?;
    signer.set_signature_method(oauth1.signature_method());
    signer.set_send_empty_token(oauth1.sends_empty_token());
    if !oauth1.sends_version() {
        signer.set_send_version(false);
    }
    signer.set_mastercard_form(oauth1.has_mastercard_form());
    signer.set_body_hash(match oauth1.body_hash() {
        BodyHash::Never => false,
        BodyHash::NotForm | BodyHash::Always => true,
    });
    Ok(())
}

/// Asks for temporary credentials (§2.1). The signer has no token yet.
///
/// `callback` is where the browser comes back to, or `oob` where the service shows a code instead; empty sends none, for
/// services that have it registered.
///
/// # Errors
/// - [`NotConfigured`](crate::Status::NotConfigured) and [`UntrustedHost`](crate::Status::UntrustedHost), as
///   [`Profile::endpoint`] has them, and where the profile is of another kind;
/// - [`InvalidArgument`](crate::Status::InvalidArgument) for a callback that is no absolute address;
/// - those of [`Signer::sign`].
pub fn temporary_request(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    callback: &str,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    let oauth1 = oauth1(profile)?;
    check_callback(callback)?;
    let mut parameters = Parameters::default();
    if !(callback.is_empty() || oauth1.is_before_revision_a()) {
        parameters.add("oauth_callback", callback);
    }
    signed(profile, signer, account, (OAuth1Step::RequestToken, Endpoint::RequestToken), parameters, fresh)
}

/// The address at which a person agrees (§2.2).
///
/// `callback` is the one of the first step: services of OAuth 1.0 are told of it here. Of the signer only the consumer key
/// is read, which some services want here as well. `extra` are parameters that a service has beside, such as `screen_name`,
/// `perms` or `scope`; one takes the place of what the profile has under its name.
///
/// # Errors
/// As [`temporary_request`], save for the signature; and [`Protocol::EmptyToken`].
pub fn authorize_url(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    token: &str,
    callback: &str,
    extra: &[(&str, &str)],
) -> Result<String, Error> {
    let oauth1 = oauth1(profile)?;
    check_callback(callback)?;
    if token.is_empty() {
        return Err(Protocol::EmptyToken.into());
    }
    let address = profile.endpoint(Endpoint::Authorize, account)?;
    let mut parameters = Parameters::default();
    parameters.add("oauth_token", token);
    if oauth1.is_before_revision_a() && !callback.is_empty() {
        parameters.add("oauth_callback", callback);
    }
    let own = [("consumer_key", signer.settings.consumer_key.as_str()), ("token", token), ("callback", callback)];
    parameters.add_extra(profile, oauth1.extra(OAuth1Step::Authorize), &own)?;
    for (name, value) in extra {
        parameters.set(name, value);
    }
    Ok(with_query(&address, &parameters.percent_form())?.to_string())
}

/// Changes temporary credentials, which the signer has, and a verifier into token credentials (§2.3).
///
/// # Errors
/// As [`temporary_request`]; and [`Protocol::NoVerifier`] where there is none, unless the service is one of OAuth 1.0.
pub fn token_request(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    verifier: Option<&Secret>,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    if verifier.is_none() && !oauth1(profile)?.is_before_revision_a() {
        return Err(Protocol::NoVerifier.into());
    }
    let mut parameters = Parameters::default();
    if let Some(verifier) = verifier {
        parameters.add("oauth_verifier", verifier.expose());
    }
    signed(profile, signer, account, (OAuth1Step::Token, Endpoint::Token), parameters, fresh)
}

/// Asks for token credentials by a person's name and password, where a service takes them (xAuth). The signer has no token.
///
/// # Errors
/// As [`temporary_request`]; and [`Protocol::NoXauth`].
pub fn xauth_request(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    user_name: &str,
    password: &Secret,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    if !oauth1(profile)?.has_xauth() {
        return Err(Protocol::NoXauth.into());
    }
    let mut parameters = Parameters::default();
    parameters.add("x_auth_username", user_name);
    parameters.add("x_auth_password", password.expose());
    parameters.add("x_auth_mode", "client_auth");
    signed(profile, signer, account, (OAuth1Step::Xauth, Endpoint::Token), parameters, fresh)
}

/// Asks for a longer life of the token that the signer has, where a service gives one. `session_handle` is the one that came
/// with the token, if one did (the extension OAuth Session).
///
/// # Errors
/// As [`temporary_request`].
pub fn renew_request(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    session_handle: Option<&Secret>,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    let mut parameters = Parameters::default();
    if let Some(handle) = session_handle {
        parameters.add("oauth_session_handle", handle.expose());
    }
    signed(profile, signer, account, (OAuth1Step::Renew, Endpoint::Renew), parameters, fresh)
}

/// Ends the token that the signer has, where a service can.
///
/// # Errors
/// As [`temporary_request`].
pub fn disconnect_request(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    signed(profile, signer, account, (OAuth1Step::Revoke, Endpoint::Revoke), Parameters::default(), fresh)
}

fn signed(
    profile: &Profile,
    signer: &Signer,
    account: Option<&str>,
    (step, endpoint): (OAuth1Step, Endpoint),
    parameters: Parameters,
    fresh: &mut impl Fresh,
) -> Result<http::Request, Error> {
    let own = [("consumer_key", signer.settings.consumer_key.as_str()), ("token", signer.settings.token.as_str())];
    let unsigned = Unsigned::new(profile, account, (step, endpoint), parameters, &own)?;
    let own: Vec<_> = unsigned.own.texts().collect();
    let signed = signer.sign(&unsigned.request(&own), fresh)?;
    Ok(unsigned.sent(profile, &signed))
}

/// A request to an endpoint. What is called `oauth_…` travels where the profile says; other parameters in the body of a POST, as
/// a form, and in the query of a GET.
struct Unsigned {
    method: Method,
    url: Zeroizing<String>,
    transmission: Transmission,
    own: Parameters,
    form: Option<Zeroizing<Vec<u8>>>,
}

impl Unsigned {
    fn new(
        profile: &Profile,
        account: Option<&str>,
        (step, endpoint): (OAuth1Step, Endpoint),
        mut own: Parameters,
        known: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let oauth1 = oauth1(profile)?;
        let address = profile.endpoint(endpoint, account)?;
        own.add_extra(profile, oauth1.extra(step), known)?;
        let others = own.split_off(|name| !name.starts_with("oauth_")).percent_form();
        let (method, transmission) = (oauth1.method(step), oauth1.transmission());
        Ok(match method {
            Method::Get => {
                // It has no body to carry them.
                let in_query = transmission != Transmission::Header;
                let transmission = if in_query { Transmission::Query } else { Transmission::Header };
                Self { method, url: with_query(&address, &others)?, transmission, own, form: None }
            }
            Method::Post => {
                let has_form = transmission == Transmission::Body || !others.is_empty();
                Self { method, url: Zeroizing::new(address), transmission, own, form: has_form.then_some(others) }
            }
        })
    }

    fn request<'a>(&'a self, own: &'a [(&'a str, &'a str)]) -> Request<'a> {
        let mut request = Request::new(self.method.name(), &self.url);
        if let Some(form) = &self.form {
            request = request.with_body(Some(FORM), form);
        }
        (request.parameters, request.transmission) = (own, self.transmission);
        request
    }

    fn sent(&self, profile: &Profile, signed: &Signed) -> http::Request {
        let request = http::Request::new(self.method.name(), &signed.url);
        let mut request = request.with_loopback_http(profile.allows_insecure_http());
        if !signed.authorization.is_empty() {
            request.add_header("Authorization", &signed.authorization);
        }
        for (name, value) in profile.headers() {
            request.add_header(name.clone(), value);
        }
        if let Some(form) = &self.form {
            request.set_body(FORM, signed.body.as_ref().unwrap_or(form));
        }
        request
    }
}

/// `oob`, nothing, or an absolute address, of whatever scheme: applications have some of their own.
pub(super) fn check_callback(callback: &str) -> Result<(), Error> {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let is_address = callback.bytes().all(|byte| byte.is_ascii_graphic())
        && callback.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty());
    if matches!(callback, "" | "oob") || is_address { Ok(()) } else { Err(Protocol::BadCallback.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;
    use crate::setting::Value;
    use crate::system::System;

    /// The requests of RFC 5849 §1.2, with its nonces and timestamps.
    #[test]
    fn the_requests_of_rfc_5849() {
        let mut photos = provider::builtin("custom-oauth1").unwrap();
        for (name, value) in [
            ("request_token_url", "https://photos.example.net/initiate"),
            ("access_token_url", "https://photos.example.net/token"),
            ("realm", "Photos"),
        ] {
            photos.set(name, Value::Text(value)).unwrap();
        }
        let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
        signer.set_send_version(false);
        set_up(&photos, None, &mut signer).unwrap();
        let sent = |signer: &Signer, step, name: &str, value: &str, nonce, timestamp| {
            let mut parameters = Parameters::default();
            parameters.add(name, value);
            let unsigned = Unsigned::new(&photos, None, step, parameters, &[]).unwrap();
            let own: Vec<_> = unsigned.own.texts().collect();
            let mut request = unsigned.request(&own);
            (request.nonce, request.timestamp) = (Some(nonce), Some(timestamp));
            let sent = unsigned.sent(&photos, &signer.sign(&request, &mut System).unwrap());
            assert_eq!((sent.method(), sent.body()), ("POST", &b""[..]));
            let [(name, value)] = sent.headers().collect::<Vec<_>>()[..] else { panic!("one header") };
            assert_eq!(name, "Authorization");
            (sent.url().to_owned(), value.to_owned())
        };
        let first = (OAuth1Step::RequestToken, Endpoint::RequestToken);
        let callback = "http://printer.example.com/ready";
        assert_eq!(
            sent(&signer, first, "oauth_callback", callback, "wIjqoS", 137_131_200),
            (
                "https://photos.example.net/initiate".to_owned(),
                "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", \
                 oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\", \
                 oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", \
                 oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\""
                    .to_owned()
            )
        );
        signer.set_token("hh5s93j4hdidpola", "hdhd0244k9j7ao03").unwrap();
        let last = (OAuth1Step::Token, Endpoint::Token);
        assert_eq!(
            sent(&signer, last, "oauth_verifier", "hfdp7dh39dks9884", "walatlh", 137_131_201),
            (
                "https://photos.example.net/token".to_owned(),
                "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"walatlh\", \
                 oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", \
                 oauth_token=\"hh5s93j4hdidpola\", oauth_verifier=\"hfdp7dh39dks9884\", \
                 oauth_signature=\"gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D\""
                    .to_owned()
            )
        );
    }
}
