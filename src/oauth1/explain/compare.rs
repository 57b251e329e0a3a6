//! Where the base string that a server reports differs from ours.

use super::clean::{Cleaning, base_string_parameter, clean};
use super::compare_value::Right;
use super::difference::Difference;
use crate::oauth1::body_hash::body_hash;
use crate::oauth1::method::SignatureMethod;
use crate::percent::decode;
use crate::url::split_port;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// What comparing two base strings found. `Display` says it in English, with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// What was undone in the server's text before it was compared.
    pub cleaned: Vec<Cleaning>,
    /// The first difference, in the order method, URI, parameters; nonce and timestamp are left out of it.
    pub difference: Option<Difference>,
    /// Whether nonce or timestamp differ: then the two are not of the same request.
    pub other_request: bool,
    /// The text around the place where the two part.
    pub excerpt: Option<Excerpt>,
    /// The signature method that our base string names.
    pub signature_method: Option<SignatureMethod>,
}

/// The two texts around the place where they part. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// How many bytes are the same before they part.
    pub same: usize,
    /// Ours.
    pub ours: String,
    /// The server's.
    pub theirs: String,
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Excerpt").field("same", &self.same).finish_non_exhaustive()
    }
}

/// Compares our base string with the one that a server reports, as pasted from its answer or its log.
///
/// ```
/// use osign::oauth1::explain::{Difference, compare_base_strings};
/// let ours = "GET&https%3A%2F%2Fexample.com%2F&a%3D1";
/// let comparison = compare_base_strings(ours, "GET&https%3A%2F%2Fexample.com%3A443%2F&a%3D1");
/// assert!(comparison.to_string().starts_with("The server sees port 443"));
/// assert!(compare_base_strings(ours, ours).is_same());
/// ```
#[must_use]
pub fn compare_base_strings(ours: &str, theirs: &str) -> Comparison {
    // What is the same needs no cleaning, which would find something in text that is no base string.
    let (theirs, cleaned) = if ours == theirs { (theirs.into(), Vec::new()) } else { clean(theirs) };
    let mut other_request = false;
    let difference = if ours == theirs { None } else { first_difference(ours, &theirs, &mut other_request) };
    let signature_method =
        base_string_parameter(ours, "oauth_signature_method").and_then(|name| SignatureMethod::from_name(&name).ok());
    Comparison { cleaned, difference, other_request, excerpt: excerpt(ours, &theirs), signature_method }
}

impl Comparison {
    /// Whether the two are the same, but for what was undone before they were compared.
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.difference.is_none() && !self.other_request
    }
}

fn first_difference(ours: &str, theirs: &str, other_request: &mut bool) -> Option<Difference> {
    // The parts of ours are always three; should a caller pass something else, it differs as text.
    let (Some(our), Some(their)) = (parts(ours), parts(theirs)) else {
        return Some(Difference::NotABaseString);
    };
    if our[0] != their[0] {
        return Some(match our[0].eq_ignore_ascii_case(their[0]) {
            true => Difference::MethodCase,
            false => Difference::Method { ours: our[0].into(), theirs: their[0].into() },
        });
    }
    if our[1] != their[1] {
        return Some(uri_difference(our[1], their[1]));
    }
    if let Some(rest) = theirs.strip_prefix(ours) {
        // What could not be part of an encoded value came after the base string.
        if rest.bytes().next().is_some_and(|byte| byte != b'%' && !crate::percent::is_unreserved(byte)) {
            return Some(Difference::TrailingText { bytes: rest.len() });
        }
    }
    if their[2].contains(['=', '&']) {
        return Some(Difference::ParametersNotEncoded);
    }
    parameter_difference(our[2], their[2], other_request)
}

fn parts(base_string: &str) -> Option<[&str; 3]> {
    let mut parts = base_string.splitn(3, '&');
    Some([parts.next()?, parts.next()?, parts.next()?])
}

fn decoded(part: &str) -> String {
    String::from_utf8_lossy(&decode(part.as_bytes())).into_owned()
}

fn uri_difference(ours: &str, theirs: &str) -> Difference {
    if theirs.contains("://") {
        return Difference::UriNotEncoded;
    }
    let (ours, theirs) = (decoded(ours), decoded(theirs));
    if ours == theirs {
        return Difference::UriEscapes;
    }
    if theirs.contains('?') {
        return Difference::UriHasQuery;
    }
    let (our, their) = (UriParts::of(&ours), UriParts::of(&theirs));
    let own = |text: &str| text.to_owned();
    if our.scheme != their.scheme && their.scheme.is_empty() {
        Difference::UriNotAbsolute { theirs }
    } else if our.scheme != their.scheme {
        Difference::Scheme { ours: own(our.scheme), theirs: own(their.scheme) }
    } else if our.host != their.host {
        match our.host.eq_ignore_ascii_case(their.host) {
            true => Difference::HostCase,
            false => Difference::Host { ours: own(our.host), theirs: own(their.host) },
        }
    } else if our.port != their.port {
        let default = if our.scheme == "https" { "443" } else { "80" };
        Difference::Port {
            ours: our.port.map(own),
            theirs: their.port.map(own),
            theirs_is_default: our.port.is_none() && their.port == Some(default),
        }
    } else {
        // A path's slashes stay as they are, so its segments are told apart first.
        let mut segments = our.path.split('/').zip(their.path.split('/'));
        let same_count = our.path.matches('/').count() == their.path.matches('/').count();
        let changed = segments.find(|(a, b)| a != b).filter(|_| same_count);
        let recoding = changed.and_then(|(a, b)| Right::new(a).recoding(b));
        Difference::Path { ours: own(our.path), theirs: own(their.path), recoding }
    }
}

/// A base string URI taken apart, whether or not it is a good one.
struct UriParts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
}

impl<'a> UriParts<'a> {
    fn of(uri: &'a str) -> Self {
        let (scheme, rest) = uri.split_once("://").unwrap_or(("", uri));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = split_port(authority);
        Self { scheme, host, port, path }
    }
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

fn parameter_difference(our_part: &str, their_part: &str, other_request: &mut bool) -> Option<Difference> {
    let (our_text, their_text) = (decoded(our_part), decoded(their_part));
    let ours = pairs(&our_text);
    let mut theirs = pairs(&their_text);
    if ours == theirs {
        return (our_part != their_part).then_some(Difference::ParameterEscapes);
    }
    for fresh in ["oauth_nonce", "oauth_timestamp"] {
        let Some(&(_, own)) = ours.iter().find(|(name, _)| *name == fresh) else { continue };
        for (_, value) in theirs.iter_mut().filter(|(name, value)| *name == fresh && *value != own) {
            *other_request = true;
            *value = own;
        }
    }
    if ours == theirs {
        return None;
    }
    let only_ours = without(&ours, &theirs);
    let only_theirs = without(&theirs, &ours);
    let has = |name| only_theirs.iter().any(|&(own, _)| own == name);
    if has("realm") {
        Some(Difference::RealmSigned)
    } else if has("oauth_signature") {
        Some(Difference::SignatureSigned)
    } else if let Some(&(name, value)) = only_ours.first() {
        Some(changed_or_missing(name, value, &ours, &theirs, &only_theirs))
    } else if let Some(&(name, value)) = only_theirs.first() {
        Some(Difference::Extra { name: name.into(), value: value.into() })
    } else {
        let place = ours.iter().zip(&theirs).position(|(a, b)| a != b)?;
        let name = |pairs: &Pairs<'_>| pairs[place].0.to_owned();
        Some(Difference::Order { place: place + 1, ours: name(&ours), theirs: name(&theirs) })
    }
}

fn changed_or_missing(
    name: &str,
    value: &str,
    ours: &Pairs<'_>,
    theirs: &Pairs<'_>,
    only_theirs: &Pairs<'_>,
) -> Difference {
    let count = |pairs: &Pairs<'_>| pairs.iter().filter(|(own, _)| *own == name).count();
    let candidates = || only_theirs.iter().filter(|(own, _)| *own == name).map(|&(_, value)| value);
    let right = Right::new(value);
    let explained = candidates().find_map(|theirs| Some((theirs, Some(right.recoding(theirs)?))));
    if let Some((theirs, recoding)) = explained.or_else(|| candidates().next().map(|theirs| (theirs, None))) {
        if name == "oauth_body_hash" {
            let of_nothing = |hash: &str| {
                SignatureMethod::ALL.iter().any(|&method| decode(hash.as_bytes()) == body_hash(method, b"").as_bytes())
            };
            match (of_nothing(value), of_nothing(theirs)) {
                (false, true) => return Difference::ServerHashedNothing,
                (true, false) => return Difference::WeHashedNothing,
                _ => {}
            }
        }
        return Difference::Value { name: name.into(), ours: value.into(), theirs: theirs.into(), recoding };
    }
    // There may be as many candidates as pairs.
    let our_names: HashSet<&str> = ours.iter().map(|&(own, _)| own).collect();
    let new_names = only_theirs.iter().map(|&(theirs, _)| theirs).filter(|theirs| !our_names.contains(theirs));
    let right = Right::new(name);
    let renamed = new_names.filter_map(|theirs| Some((theirs, right.recoding(theirs)?))).next();
    match renamed {
        Some((theirs, recoding)) => Difference::Name { ours: name.into(), theirs: theirs.into(), recoding },
        None => Difference::Missing { name: name.into(), value: value.into(), kept: count(theirs) },
    }
}

fn pairs(normalized: &str) -> Pairs<'_> {
    let pairs = normalized.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
}

/// The pairs of `these` that `those` lack, each as often as it lacks them, in their order.
fn without<'a>(these: &Pairs<'a>, those: &Pairs<'_>) -> Pairs<'a> {
    let mut left: HashMap<(&str, &str), usize> = HashMap::new();
    for &pair in those {
        *left.entry(pair).or_default() += 1;
    }
    let mut missing = Vec::new();
    for &pair in these {
        match left.get_mut(&pair) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing.push(pair),
        }
    }
    missing
}

fn excerpt(ours: &str, theirs: &str) -> Option<Excerpt> {
    const BEFORE: usize = 30;
    const AFTER: usize = 45;
    let same = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| {
        // Whole letters: the server's text may hold any.
        let start = (0..=same.saturating_sub(BEFORE)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let rest = &text[start..];
        let letters: String = rest.chars().take(BEFORE + AFTER).collect();
        let (before, after) = (if start > 0 { "…" } else { "" }, if letters.len() < rest.len() { "…" } else { "" });
        format!("{before}{}{after}", crate::explain::shown(letters.as_bytes()))
    };
    (ours != theirs).then(|| Excerpt { same, ours: cut(ours), theirs: cut(theirs) })
}

#[cfg(test)]
mod tests;
