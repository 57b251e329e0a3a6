//! What a caller knows better than the profile: a name and a value for each.

use super::check::{REALM, is_realm};
use super::format::Method;
use super::format::oauth1::CallbackIn;
use super::host;
use super::oauth1::OAuth1;
use super::policy::Policy;
use super::profile::Profile;
use crate::error::{Argument, Error, Protocol};
use crate::oauth1::{SignatureMethod, Transmission};
use crate::setting::{self, Setting, Value};
use crate::url::Url;

/// What a caller can set of a profile.
pub const SETTINGS: [Setting<Profile>; 22] = [
    Setting::text("authorize_url", |profile, text| {
        profile.file.endpoints.authorize = Some(address("authorize_url", text)?);
        Ok(())
    }),
    Setting::text("token_url", |profile, text| {
        profile.file.endpoints.token = address("token_url", text)?;
        Ok(())
    }),
    Setting::text("refresh_url", |profile, text| {
        profile.file.endpoints.refresh = Some(address("refresh_url", text)?);
        Ok(())
    }),
    Setting::text("revoke_url", |profile, text| {
        profile.file.endpoints.revoke = Some(address("revoke_url", text)?);
        Ok(())
    }),
    // The host of the account, where the profile has one.
    Setting::text("account", |profile, text| {
        let host = profile.account(Some(text))?;
        if let Some(account) = &mut profile.file.account {
            account.default = Some(host);
        }
        Ok(())
    }),
    // One more origin that may see the access token, such as https://api.example.com.
    Setting::text("api_origin", |profile, text| {
        let origin = origin(text)?;
        profile.file.endpoints.api.push(origin);
        Ok(())
    }),
    Setting::text("rotation", |profile, text| {
        profile.policy = rotation(text).ok_or(Protocol::BadRotation)?;
        // Who says that the old token works for a while says as well that sending it again costs nothing.
        profile.file.rotation.revokes_family &= profile.policy == Policy::Strict;
        Ok(())
    }),
    // What some services want of every request: the application's name, and an address to write to.
    Setting::text("user_agent", |profile, text| {
        if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(Protocol::BadUserAgent.into());
        }
        profile.file.request.headers.insert("User-Agent".to_owned(), text.to_owned());
        Ok(())
    }),
    Setting::flag("pkce", |profile, flag| profile.file.request.pkce = flag),
    // Plain http, on loopback alone.
    Setting::flag("allow_insecure_http", |profile, flag| profile.allows_insecure_http = flag),
    // Where temporary credentials are had (RFC 5849 §2.1).
    Setting::text("request_token_url", |profile, text| {
        let address = address("request_token_url", text)?;
        profile.of_oauth1(|oauth1| oauth1.request_token = Some(address))
    }),
    // Where they become token credentials (§2.3).
    Setting::text("access_token_url", |profile, text| {
        profile.file.endpoints.token = address("access_token_url", text)?;
        Ok(())
    }),
    Setting::text("renew_url", |profile, text| {
        let address = address("renew_url", text)?;
        profile.of_oauth1(|oauth1| oauth1.renew = Some(address))
    }),
    Setting::text("signature_method", |profile, text| {
        let method = SignatureMethod::from_name(text)?;
        profile.of_oauth1(|oauth1| oauth1.requests.signature_method = method)
    }),
    Setting::text("realm", |profile, text| {
        if !is_realm(text) {
            return Err(Protocol::BadChoice { name: "realm", choices: REALM }.into());
        }
        profile.of_oauth1(|oauth1| text.clone_into(&mut oauth1.requests.realm))
    }),
    // Where the parameters of the three steps travel: `header`, `query` or `body`.
    Setting::text("transmission", |profile, text| {
        let transmission = Transmission::from_name(text)?;
        profile.of_oauth1(|oauth1| oauth1.requests.transmission = transmission)
    }),
    // The method of the requests of the three steps.
    Setting::text("http_method", |profile, text| {
        let method = match text {
            "POST" => Method::Post,
            "GET" => Method::Get,
            _ => return Err(Protocol::BadChoice { name: "http_method", choices: "POST or GET" }.into()),
        };
        profile.of_oauth1(|oauth1| oauth1.requests.method = method)
    }),
    // In which step the service is told where the browser comes back to.
    Setting::text("callback_in", |profile, text| {
        let step = match text {
            "request-token" => CallbackIn::RequestToken,
            "authorize" => CallbackIn::Authorize,
            _ => {
                let choices = "request-token, or authorize for services of OAuth 1.0";
                return Err(Protocol::BadChoice { name: "callback_in", choices }.into());
            }
        };
        profile.of_oauth1(|oauth1| oauth1.requests.callback_in = step)
    }),
    // Whether the first answer must say oauth_callback_confirmed=true (§2.1); services of OAuth 1.0 say nothing.
    Setting::flag("callback_confirmed", |profile, flag| {
        let _ = profile.of_oauth1(|oauth1| oauth1.requests.callback_confirmed = flag);
    }),
    Setting::flag("send_empty_token", |profile, flag| {
        let _ = profile.of_oauth1(|oauth1| oauth1.requests.send_empty_token = flag);
    }),
    // One more parameter of the address where a person agrees; an empty value leaves one out. May be set more than once.
    Setting::text("authorize_parameter", |profile, text| {
        // Those of the protocol are the login's own.
        let is_free = |name: &str| !(name.is_empty() || name.starts_with("oauth_"));
        let Some((name, value)) = text.split_once('=').filter(|(name, _)| is_free(name)) else {
            let choices = "NAME=VALUE, where NAME does not begin with oauth_";
            return Err(Protocol::BadChoice { name: "authorize_parameter", choices }.into());
        };
        profile.of_oauth1(|oauth1| {
            oauth1.extra.authorize.insert(name.to_owned(), value.to_owned());
        })
    }),
    // Whether a person's name and password bring a token.
    Setting::flag("xauth", |profile, flag| {
        let _ = profile.of_oauth1(|oauth1| oauth1.requests.xauth = flag);
    }),
];

/// What only a profile of OAuth 2.0 has.
const OF_OAUTH2: [&str; 4] = ["token_url", "refresh_url", "rotation", "pkce"];
/// What only one of OAuth 1.0a has.
const OF_OAUTH1: [&str; 12] = [
    "request_token_url",
    "access_token_url",
    "renew_url",
    "signature_method",
    "realm",
    "transmission",
    "http_method",
    "callback_in",
    "callback_confirmed",
    "send_empty_token",
    "authorize_parameter",
    "xauth",
];

impl Profile {
    /// Sets what has this name in [`SETTINGS`].
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where there is no such setting, it takes something else, or is
    /// for another kind of grant; [`UntrustedHost`](crate::Status::UntrustedHost) for an account that the profile does not
    /// allow.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        let foreign: &[&'static str] = if self.oauth1.is_some() { &OF_OAUTH2 } else { &OF_OAUTH1 };
        if let Some(name) = foreign.iter().find(|foreign| **foreign == name) {
            return Err(Protocol::OtherSetting { name }.into());
        }
        setting::set(&SETTINGS, self, name, value)
    }

    fn of_oauth1(&mut self, change: impl FnOnce(&mut OAuth1)) -> Result<(), Error> {
        self.oauth1.as_mut().map(change).ok_or_else(|| Argument::UnknownSetting.into())
    }
}

/// An address as far as it can be told before it is known whether http is allowed.
fn address(name: &'static str, text: &str) -> Result<String, Error> {
    let is_good = Url::parse(text).is_ok_and(|url| !url.has_userinfo && url.fragment.is_empty() && !url.needs_encoding);
    if is_good { Ok(text.to_owned()) } else { Err(Protocol::BadAddress { name }.into()) }
}

/// Host, and port if it is an unusual one, of an origin.
fn origin(text: &str) -> Result<String, Error> {
    let bad = || Protocol::BadAddress { name: "api_origin" };
    let url = Url::parse(text).map_err(|_| bad())?;
    let is_origin = !url.has_userinfo && matches!(url.path, "" | "/") && url.query.is_none() && url.fragment.is_empty();
    let host = url.host.to_ascii_lowercase();
    let is_loopback = matches!(host.as_str(), "127.0.0.1" | "[::1]" | "localhost");
    if !is_origin || !(is_loopback || host::host("api_origin", &host).is_ok()) {
        return Err(bad().into());
    }
    Ok(url.port.map_or(host.clone(), |port| format!("{host}:{port}")))
}

fn rotation(text: &str) -> Option<Policy> {
    let (name, seconds) = text.split_once(':').map_or((text, None), |(name, seconds)| (name, Some(seconds)));
    let seconds = seconds.map(|seconds| seconds.parse().ok()).map_or(Some(None), |seconds| seconds.map(Some))?;
    Some(match (name, seconds) {
        ("none", None) => Policy::None,
        ("strict", None) => Policy::Strict,
        ("until-used", None) => Policy::UntilNewRefreshUsed { cap: 0 },
        ("timed", Some(seconds)) => Policy::Timed { seconds, count: None },
        ("calendar", Some(seconds)) => Policy::Calendar { seconds },
        ("idempotent", None) => Policy::Idempotent,
        ("maybe", None) => Policy::Maybe,
        _ => return None,
    })
}
