//! Any URL, awkward on purpose.

use crate::plain;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

/// A URL in its parts, so that nothing here has to take one apart.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    pub(crate) scheme: String,
    pub(crate) userinfo: String,
    pub(crate) host: String,
    pub(crate) port: Option<String>,
    pub(crate) path: String,
    pub(crate) query: Option<Vec<String>>,
    pub(crate) fragment: String,
}

impl Url {
    pub(crate) fn text(&self) -> String {
        let port = self.port.as_ref().map_or(String::new(), |port| format!(":{port}"));
        let query = self.query.as_ref().map_or(String::new(), |pieces| format!("?{}", pieces.join("&")));
        let Self { scheme, userinfo, host, path, fragment, .. } = self;
        format!("{scheme}://{userinfo}{host}{port}{path}{query}{fragment}")
    }

    pub(crate) fn base_string_uri(&self) -> String {
        let scheme = self.scheme.to_lowercase();
        let default = if scheme == "https" { 443 } else { 80 };
        let port = self.port.as_deref().unwrap_or_default().parse::<u16>().unwrap_or(default);
        let port = if port == default { String::new() } else { format!(":{port}") };
        let path = if self.path.is_empty() { "/".to_owned() } else { plain::as_sent(&self.path) };
        format!("{scheme}://{}{port}{path}", self.host.to_lowercase())
    }

    pub(crate) fn pairs(&self) -> plain::Pairs {
        self.query.as_ref().map_or(Vec::new(), |pieces| plain::form(pieces.join("&").as_bytes()))
    }
}

pub(crate) fn concatenated(parts: Vec<String>, most: usize) -> impl Strategy<Value = String> {
    vec(Union::new([select(parts).boxed(), "[a-zA-Z0-9_~.-]{1,4}".boxed()]), 0..most).prop_map(|parts| parts.concat())
}

pub(crate) fn strings(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|&part| part.to_owned()).collect()
}

/// A name or a value as it may stand in a query, awkward on purpose.
pub(crate) fn word() -> impl Strategy<Value = String> {
    concatenated(
        strings(&[
            "a",
            "A",
            "a-",
            "o",
            "oauth",
            "oauth_",
            "oauth_zzz",
            "%6fauth_a",
            "OAUTH_TOKEN",
            "p",
            "%FF",
            "%fe%00",
            "%zz",
            "%",
            "%4",
            "+",
            " ",
            "%20",
            "%2B",
            ";",
            ":",
            "/",
            "?",
            "é",
            "☃",
            "~",
            "%7e",
            "!",
            "*",
            "'",
            "(",
            "[0]",
            "%26",
            "%3D",
            "%25",
            "\"",
            "\\",
        ]),
        4,
    )
}

/// One piece between two `&`: a pair, a name alone, or nothing.
pub(crate) fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (word(), word()).prop_map(|(name, value)| format!("{name}={value}")),
        2 => word(),
        1 => word().prop_map(|word| format!("a={word}=b")),
        1 => select(strings(&["", "=", "a", "a=1", "a=1", "oauth_zzz=9", "zz=", "a%20=", "a=", "a!=1", "a-=1"])),
    ]
}

pub(crate) fn url() -> impl Strategy<Value = Url> {
    let host = prop_oneof![
        4 => "[A-Za-z0-9]{1,6}(-[a-z]{1,3})?(\\.[A-Za-z]{2,4}){0,2}",
        1 => "[a-z]{1,3}_[!$&'()*,;=]{0,2}[A-Z]",
        1 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()),
        2 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]")),
        1 => any::<std::net::Ipv6Addr>().prop_map(|address| format!("[{address}]").to_uppercase()),
    ];
    let port = prop_oneof![
        2 => select(strings(&["", "80", "443", "080", "0443", "8080", "65535", "1"])),
        1 => (1..=65535_u16).prop_map(|port| port.to_string()),
    ];
    let path = concatenated(
        strings(&[
            "/",
            "//",
            "/..",
            "%20",
            "%2f",
            "%2F",
            "%zz",
            "%",
            "+",
            ";v=1",
            ":",
            "@",
            "é",
            "日本",
            " ",
            "~",
            "{x}",
            "\\",
            "%E2%98%83",
            "%ff",
            "'",
            "(",
            "*",
            "!",
            "\"",
            "<",
            "|",
            "[",
            "&",
            "=",
        ]),
        6,
    );
    (
        select(strings(&["http", "https", "HTTP", "hTTps"])),
        select(strings(&["", "", "", "user@", "user:p%40ss@", "a@b@", ":@"])),
        host,
        option::of(port),
        option::of(path),
        option::of(vec(piece(), 0..6)),
        select(strings(&["", "", "", "#", "#a=1&b", "#f r?/é"])),
    )
        .prop_map(|(scheme, userinfo, host, port, path, query, fragment)| {
            let path = path.map_or(String::new(), |path| format!("/{path}"));
            Url { scheme, userinfo, host, port, path, query, fragment }
        })
}
