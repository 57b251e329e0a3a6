//! The rule for every host that arrives: in a callback, in an answer, from a record, from a caller.
//!
//! A host decides where a client's secret goes, and whoever opens a redirect URI chooses what stands in it. So it is
//! taken for text of an attacker: https, no port, no user name, no IP address, ASCII, and exactly the labels that the
//! profile allows.

use crate::error::{Error, Protocol};

/// How every place of the account begins in a template: `{account}` is its whole host.
pub(super) const ACCOUNT: &str = "{account";
/// The first label of that.
pub(super) const ACCOUNT_LABEL: &str = "{account.label}";

/// The same in a realm, as NetSuite writes the identifier of an account: in capitals and with underscores, where its host
/// has small letters and hyphens.
pub(super) const ACCOUNT_ID: &str = "{account.LABEL}";

/// The host in `given`, in small letters: a bare host, or an https address without a path.
///
/// `field` says in an error where it stood; what stood there is never repeated.
pub(crate) fn host(field: &str, given: &str) -> Result<String, Error> {
    let (host, rest) = split(field, given)?;
    if rest.is_empty() || rest == "/" { Ok(host) } else { Err(Protocol::HostText { field: field.to_owned() }.into()) }
}

/// The host that a person names: the same, or what stands for the one label of a pattern, in capitals as well.
pub(crate) fn named(field: &str, given: &str, pattern: &str) -> Result<String, Error> {
    let is_label = !given.contains(['.', ':', '/']) && pattern.matches("{label}").count() == 1;
    if is_label { host(field, &pattern.replace("{label}", given)) } else { host(field, given) }
}

/// The host of an https address, which may have a path, and no query.
pub(crate) fn host_of_url(field: &str, given: &str) -> Result<String, Error> {
    let (host, rest) = split(field, given)?;
    let is_path = rest.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b'@'));
    if is_path { Ok(host) } else { Err(Protocol::HostText { field: field.to_owned() }.into()) }
}

/// A host that `patterns` allow.
pub(crate) fn allowed(field: &str, host: String, patterns: &[String]) -> Result<String, Error> {
    if patterns.iter().any(|pattern| matches(pattern, &host)) {
        return Ok(host);
    }
    Err(Protocol::HostElsewhere { field: field.to_owned(), allowed: patterns.join(", ") }.into())
}

/// Whether a host is what a pattern says: `{label}` stands for one label, all else for itself.
pub(crate) fn matches(pattern: &str, host: &str) -> bool {
    let (mut wanted, mut labels) = (pattern.split('.'), host.split('.'));
    loop {
        match (wanted.next(), labels.next()) {
            (None, None) => return true,
            (Some("{label}"), Some(label)) if is_label(label) => {}
            (Some(wanted), Some(label)) if wanted == label => {}
            _ => return false,
        }
    }
}

/// Host and what follows it.
fn split<'a>(field: &str, given: &'a str) -> Result<(String, &'a str), Error> {
    let field = || field.to_owned();
    let rest = match given.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
        Some(_) => return Err(Protocol::HostScheme { field: field() }.into()),
        None => given,
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    if authority.contains('@') {
        return Err(Protocol::HostUserinfo { field: field() }.into());
    }
    let host = authority.to_ascii_lowercase();
    if is_address(&host) {
        return Err(Protocol::HostAddress { field: field() }.into());
    }
    if host.contains(':') {
        return Err(Protocol::HostPort { field: field() }.into());
    }
    if host.len() > 253 || !host.contains('.') || !host.split('.').all(is_label) {
        return Err(Protocol::HostText { field: field() }.into());
    }
    Ok((host, rest))
}

/// A label of a host name (RFC 1123 §2.1), which an attacker may choose within a pattern.
fn is_label(label: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
}

/// Whether clients take a host for an IP address: in brackets, or with a number in its last label (WHATWG URL §3.5),
/// as `127.1`, `0x7f.1` and `2130706433` have. A port behind it does not matter, nor a dot.
fn is_address(host: &str) -> bool {
    if host.starts_with('[') || host.matches(':').count() > 1 {
        return true;
    }
    let name = host.split(':').next().unwrap_or_default();
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let is_hex = last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_hex || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_for_the_host_that_it_makes() {
        let pattern = "{label}.suitetalk.api.netsuite.com";
        for (given, host) in [
            ("1234567-SB1", Some("1234567-sb1.suitetalk.api.netsuite.com")),
            // Whoever writes it so says that first: see [`Profile::account`](crate::provider::Profile::account).
            ("1234567_SB1", None),
            ("1234567-sb1", Some("1234567-sb1.suitetalk.api.netsuite.com")),
            ("1234567", Some("1234567.suitetalk.api.netsuite.com")),
            ("https://1234567-SB1.suitetalk.api.netsuite.com/", Some("1234567-sb1.suitetalk.api.netsuite.com")),
            ("1234567_sb1.suitetalk.api.netsuite.com", None),
            ("evil.example", Some("evil.example")),
            ("", None),
            ("-1", None),
            ("1@2", None),
            ("1?2", None),
            ("1#2", None),
            ("1/", None),
            ("1:443", None),
            ("1 2", None),
            ("\u{661}", None),
        ] {
            assert_eq!(named("account", given, pattern).ok().as_deref(), host, "{given}");
        }
        // Of which one of two it is, nobody knows.
        for pattern in ["api.example.com", "{label}.{label}.example.com"] {
            assert!(named("account", "a", pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn one_label_is_one_label() {
        for (pattern, host, is_match) in [
            ("{label}.amocrm.ru", "sub.amocrm.ru", true),
            ("{label}.amocrm.ru", "amocrm.ru", false),
            ("{label}.amocrm.ru", "a.b.amocrm.ru", false),
            ("{label}.amocrm.ru", "sub.amocrm.ru.evil.tld", false),
            ("{label}.amocrm.ru", "subxamocrm.ru", false),
            ("{label}.amocrm.ru", ".amocrm.ru", false),
            ("{label}.amocrm.ru", "a%2e.amocrm.ru", false),
            ("accounts.zoho.eu", "accounts.zoho.eu", true),
            ("accounts.zoho.eu", "accounts-zoho.eu", false),
        ] {
            assert_eq!(matches(pattern, host), is_match, "{pattern} {host}");
        }
    }
}
