//! `[userinfo@]host[:port]` (RFC 3986 §3.2): where its parts lie, and what they may be.

use crate::error::{Error, Input};
use crate::percent::is_unreserved;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Host and port; a port that is not given is none.
pub(super) fn parse_authority(authority: &str) -> Result<(&str, Option<u16>), Error> {
    if authority.contains('\\') {
        // Some clients take it for a `/`, and would send to another host than the one that is signed.
        return Err(Input::BadHost.into());
    }
    let host_port = split_userinfo(authority).1;
    let (host, port) = split_port(host_port);
    match host.strip_prefix('[') {
        Some(bracketed) => check_address(bracketed)?,
        None if host_port.matches(':').count() > 1 => return Err(Input::BareIpv6.into()),
        None => check_host(host)?,
    }
    // RFC 3986 §3.2.3: an empty port is the default one.
    let Some(digits) = port.filter(|digits| !digits.is_empty()) else { return Ok((host, None)) };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Input::BadPort.into());
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(Input::PortOutOfRange.into()),
        Ok(port) => Ok((host, Some(port))),
    }
}

/// User name and password, where there is an `@`, and what follows it: host and port.
pub(super) fn split_userinfo(authority: &str) -> (Option<&str>, &str) {
    authority.rsplit_once('@').map_or((None, authority), |(userinfo, host_port)| (Some(userinfo), host_port))
}

/// Host, and port, where there is a colon before one. An IPv6 address has colons too, but within brackets.
pub(crate) fn split_port(host_port: &str) -> (&str, Option<&str>) {
    match host_port.rsplit_once(':') {
        Some((host, port)) if !(host.contains('[') && port.contains(']')) => (host, Some(port)),
        _ => (host_port, None),
    }
}

/// Refuses what follows a host's opening bracket, if that is not an IPv6 address and a bracket.
fn check_address(bracketed: &str) -> Result<(), Error> {
    let (address, after) = bracketed.split_once(']').ok_or(Input::OpenBracket)?;
    if address.parse::<Ipv6Addr>().is_err() {
        return Err(Input::BadIpv6.into());
    }
    match after.chars().next() {
        None => Ok(()),
        Some(':') => Err(Input::BadPort.into()), // A second one follows.
        Some(_) => Err(Input::TextAfterIpv6.into()),
    }
}

/// A byte of RFC 3986 §3.2.2's `reg-name`: unreserved or a sub-delim. An escape is refused, since clients
/// differ on what it means there.
#[inline]
const fn is_host_name_byte(byte: u8) -> bool {
    is_unreserved(byte) || matches!(byte, b'!' | b'$' | b'&'..=b',' | b';' | b'=')
}

fn check_host(host: &str) -> Result<(), Error> {
    if host.is_empty() {
        return Err(Input::NoHost.into());
    }
    if !host.is_ascii() {
        return Err(Input::ForeignHost.into());
    }
    if host.bytes().all(is_host_name_byte) { Ok(()) } else { Err(Input::BadHost.into()) }
}

/// Whether the host of a URL in normal form may be an address: its last label begins with a digit, or it has brackets.
pub(crate) fn may_have_address(url: &str) -> bool {
    let (_, rest) = url.split_once("//").unwrap_or(("", url));
    let host = rest.split_once('/').map_or(rest, |(host, _)| host).as_bytes();
    let last = host.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    host.get(last).is_none_or(|first| first.is_ascii_digit() || *first == b'[') || host.first() == Some(&b'[')
}

/// Whether a host is an address in a spelling of which clients make another.
pub(super) fn is_respelled_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() != address),
        None => {
            // The last label decides: where it is a number, clients read an IPv4 address of one to four parts.
            let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            let is_number = last.starts_with(|first: char| first.is_ascii_digit());
            is_number && host.parse::<Ipv4Addr>().is_err()
        }
    }
}
