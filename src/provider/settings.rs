//! What a caller knows better than the profile: a name and a value for each.

use super::host;
use super::policy::Policy;
use super::profile::Profile;
use crate::error::{Error, Protocol};
use crate::setting::{self, Setting, Value};
use crate::url::Url;

/// What a caller can set of a profile.
pub const SETTINGS: [Setting<Profile>; 10] = [
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
];

impl Profile {
    /// Sets what has this name in [`SETTINGS`].
    ///
    /// # Errors
    /// [`InvalidArgument`](crate::Status::InvalidArgument) where there is no such setting, or it takes something else;
    /// [`UntrustedHost`](crate::Status::UntrustedHost) for an account that the profile does not allow.
    pub fn set(&mut self, name: &str, value: Value<'_>) -> Result<(), Error> {
        setting::set(&SETTINGS, self, name, value)
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
