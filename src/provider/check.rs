//! What TOML's types cannot say of a profile.

use super::fault;
use super::format::Kind;
use super::format::oauth1::BodyHash;
use super::host::{self, ACCOUNT, ACCOUNT_ID, ACCOUNT_LABEL};
use super::oauth1::OAuth1;
use super::profile::Profile;
use crate::error::Error;

impl Profile {
    /// Whether an address is one, where `{account}` can be its whole host, and `{account.label}` its first label.
    fn is_template(&self, address: &str) -> bool {
        let (is_host, filled) = match address.strip_prefix("https://{account") {
            None => (true, address.to_owned()),
            Some(rest) => match (rest.strip_prefix('}'), rest.strip_prefix(".label}")) {
                (Some(rest), _) => {
                    (rest.is_empty() || rest.starts_with(['/', ':']), format!("https://account.example{rest}"))
                }
                (None, Some(rest)) => {
                    let host = &rest[..rest.find(['/', ':', '?']).unwrap_or(rest.len())];
                    (is_pattern(&format!("{{label}}{host}")), format!("https://account{rest}"))
                }
                (None, None) => return false,
            },
        };
        is_host && !filled.contains(ACCOUNT) && self.check_address("", &filled).is_ok()
    }

    /// What TOML's types cannot say.
    pub(super) fn check(&self, text: &str) -> Result<(), Error> {
        let file = &self.file;
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !is_name(&file.name) {
            return Err(fault::bad(text, "name", "small letters, digits and hyphens"));
        }
        if file.grant == Kind::Code && file.endpoints.authorize.is_none() {
            return Err(fault::missing(text, "endpoints.authorize"));
        }
        let endpoints = &file.endpoints;
        let of_oauth1 = |address: fn(&OAuth1) -> Option<&String>| self.oauth1.as_ref().and_then(address);
        for (path, address) in [
            ("endpoints.request_token", of_oauth1(|oauth1| oauth1.request_token.as_ref())),
            ("endpoints.authorize", endpoints.authorize.as_ref()),
            ("endpoints.token", Some(&endpoints.token)),
            ("endpoints.refresh", endpoints.refresh.as_ref()),
            ("endpoints.renew", of_oauth1(|oauth1| oauth1.renew.as_ref())),
            ("endpoints.revoke", endpoints.revoke.as_ref()),
        ] {
            let address = address.map_or("", String::as_str);
            if address.contains(ACCOUNT) && file.account.is_none() {
                return Err(fault::missing(text, "account"));
            }
            if !address.is_empty() && !self.is_template(address) {
                return Err(fault::bad(text, path, "an https:// address, with {account} as its host at most"));
            }
        }
        for pattern in file.account.iter().flat_map(|account| &account.hosts) {
            if !is_pattern(pattern) {
                return Err(fault::bad(text, "account.hosts", PATTERN));
            }
        }
        for pattern in file.answer.hosts.values().flatten() {
            if !is_pattern(pattern) {
                return Err(fault::bad(text, "answer.hosts", PATTERN));
            }
        }
        let is_of_account =
            |origin: &str| file.account.is_some() && is_pattern(&origin.replace(ACCOUNT_LABEL, "{label}"));
        if !endpoints.api.iter().all(|origin| origin == "{account}" || is_pattern(origin) || is_of_account(origin)) {
            return Err(fault::bad(text, "endpoints.api", PATTERN));
        }
        self.check_realm(text)?;
        self.check_body_hash(text)?;
        let is_header = |(name, value): (&String, &String)| {
            let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            !name.is_empty() && name.bytes().all(is_name) && value.bytes().all(|b| (b' '..=b'~').contains(&b))
        };
        if !file.request.headers.iter().all(is_header) {
            return Err(fault::bad(
                text,
                if self.oauth1.is_some() { "oauth1.headers" } else { "request.headers" },
                "names of letters, digits and hyphens, with values in ASCII",
            ));
        }
        Ok(())
    }

    /// Forms have no hash by the extension (draft-eaton-oauth-bodyhash-00 §3.1), and always one in Mastercard's form alone.
    fn check_body_hash(&self, text: &str) -> Result<(), Error> {
        let is_known = |oauth1: &OAuth1| (oauth1.body_hash() == BodyHash::Always) == oauth1.has_mastercard_form();
        if self.oauth1.as_ref().is_none_or(is_known) {
            return Ok(());
        }
        Err(fault::bad(text, "oauth1.body_hash", "`always` with mastercard_form, and only then"))
    }

    /// A realm stands in a header, in quotes.
    fn check_realm(&self, text: &str) -> Result<(), Error> {
        let Some(realm) = self.oauth1.as_ref().map(OAuth1::realm) else { return Ok(()) };
        if realm.contains(ACCOUNT) && self.file.account.is_none() {
            return Err(fault::missing(text, "account"));
        }
        if is_realm(realm) { Ok(()) } else { Err(fault::bad(text, "oauth1.realm", REALM)) }
    }
}

/// Whether a realm is text of one line, with an account's identifier in it at most.
pub(super) fn is_realm(realm: &str) -> bool {
    let filled = realm.replace(ACCOUNT_ID, "");
    !filled.contains(ACCOUNT) && filled.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

pub(super) const REALM: &str = "text in ASCII, with {account.LABEL} in it at most";

const PATTERN: &str = "host names of two labels and more, {label} for one that differs";

/// Whether a pattern fixes at least the last two labels, lest it allow all hosts of a country.
fn is_pattern(pattern: &str) -> bool {
    let fixed = pattern.replace("{label}", "label");
    let labels: Vec<&str> = pattern.rsplit('.').take(2).collect();
    host::host("", &fixed).is_ok_and(|host| host == fixed) && !labels.contains(&"{label}")
}
