//! The parts of a URL, for hosts whose HTTP clients want them one by one.

use super::Url;
use crate::error::Error;
use crate::form;

/// The parts of a URL that is sent as osign sends it: spaces and what is not ASCII encoded, without user name and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The host in small letters; an IPv6 address has its brackets.
    pub host: String,
    /// The port, also where it is the scheme's.
    pub port: u16,
    /// Path and query, as they are sent; `/` where there is nothing.
    pub resource: String,
}

/// Takes a URL apart.
///
/// # Errors
/// [`InvalidUrl`](crate::Status::InvalidUrl).
pub fn parts(url: &str) -> Result<Parts, Error> {
    let mut sent = Vec::new();
    Url::parse(url)?.write(&mut sent);
    let sent = String::from_utf8_lossy(&sent);
    let url = Url::parse(&sent)?;
    let (scheme, port) = if url.is_https { ("https", 443) } else { ("http", 80) };
    let path = if url.path.is_empty() { "/" } else { url.path };
    let query = url.query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Parts {
        scheme,
        host: url.host.to_ascii_lowercase(),
        port: url.port.unwrap_or(port),
        resource: format!("{path}{query}"),
    })
}

/// The value of the first parameter of this name in a URL's query, decoded.
///
/// # Errors
/// [`InvalidUrl`](crate::Status::InvalidUrl).
pub fn query_value(url: &str, name: &str) -> Result<Option<String>, Error> {
    Ok(form_value(Url::parse(url)?.query(), name))
}

/// The value of the first field of this name in form data, decoded. What is no UTF-8 has U+FFFD in its place.
#[must_use]
pub fn form_value(form: &[u8], name: &str) -> Option<String> {
    let found = form::decode(form).into_iter().find(|(own, _)| own == name.as_bytes());
    found.map(|(_, value)| String::from_utf8_lossy(&value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_comes_apart() {
        for (url, scheme, host, port, resource) in [
            ("https://API.example.com", "https", "api.example.com", 443, "/"),
            ("http://user:pass@example.com:8080/a b?c=d e#f", "http", "example.com", 8080, "/a%20b?c=d%20e"),
            ("HTTPS://[::1]:443/?", "https", "[::1]", 443, "/?"),
            ("http://example.com?x=ж", "http", "example.com", 80, "/?x=%D0%B6"),
        ] {
            let wanted = Parts { scheme, host: host.to_owned(), port, resource: resource.to_owned() };
            assert_eq!(parts(url).unwrap(), wanted, "{url}");
        }
        assert!(parts("example.com/a").is_err());
    }

    #[test]
    fn a_parameter_is_found_by_its_name() {
        let url = "https://example.com/cb?a=1&oauth_verifier=x%2By+z&a=2#a=3";
        assert_eq!(query_value(url, "oauth_verifier").unwrap().as_deref(), Some("x+y z"));
        assert_eq!(query_value(url, "a").unwrap().as_deref(), Some("1"));
        assert_eq!(query_value(url, "b").unwrap(), None);
        assert_eq!(form_value(b"a=%FF&&=1", "a").as_deref(), Some("\u{fffd}"));
    }
}
