//! A curl command that sends exactly what was signed.

use crate::answer::{Headers, body_to_send};
use crate::failure::Failure;
use osign::oauth1::{Request, Signed};
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;
use zeroize::Zeroizing;

/// One argument; wiped when dropped, since with PLAINTEXT header, URL or body hold the secrets.
pub(crate) type Word = Zeroizing<Vec<u8>>;

/// The command's words, not yet quoted. A body that signing left alone is named by its file, when it came from one
/// that curl can read again.
pub(crate) fn command(request: &Request<'_>, signed: &Signed, file: Option<&Path>) -> Result<Vec<Word>, Failure> {
    let body = body_to_send(request, signed);
    let mut words = vec![Word::new(b"curl".to_vec())];
    let mut add = |word: &[u8]| words.push(Word::new(word.to_vec()));
    match (request.method, body) {
        ("GET", None) => {}
        // curl waits for a body that never comes when the method alone says HEAD.
        ("HEAD", None) => add(b"--head"),
        (method, _) => {
            add(b"--request");
            add(method.as_bytes());
        }
    }
    // curl reads brackets and braces as patterns, and shortens `/../`, encoded or not; what is sent must be what was
    // signed.
    if signed.url.contains(['[', ']', '{', '}']) {
        add(b"--globoff");
    }
    let is_encoded_dot = |place: &[u8]| place.eq_ignore_ascii_case(b"/%2E");
    if signed.url.contains("/.") || signed.url.as_bytes().windows("/%2E".len()).any(is_encoded_dot) {
        add(b"--path-as-is");
    }
    for (name, value) in Headers::new(request, signed).iter() {
        add(b"--header");
        add(&Word::new([name.as_bytes(), b": ", value.as_bytes()].concat()));
    }
    if let Some(body) = body {
        if request.content_type.is_none() {
            // Without it curl would call the body a form.
            add(b"--header");
            add(b"Content-Type:");
        }
        match file.filter(|file| signed.body.is_none() && can_be_read_again(file)) {
            Some(file) => {
                add(b"--data-binary");
                add(&[b"@", file.as_os_str().as_encoded_bytes()].concat());
            }
            // To --data-binary a leading @ names a file.
            None => {
                check_inline(body, signed.body.is_some())?;
                add(if body.starts_with(b"@") { b"--data-raw" } else { b"--data-binary" });
                add(body);
            }
        }
    }
    if let Some(host) = respelled_host(&signed.url) {
        add(b"--header");
        add(&[b"Host: ", host.as_bytes()].concat());
    }
    add(signed.url.as_bytes());
    if words.iter().any(|word| word.len() > LONGEST_ARGUMENT) {
        return Err(Failure::input(
            "the URL or the header has more bytes than the 131071 of an argument, and a command cannot hold it; \
             leave out --curl",
        ));
    }
    if words.iter().any(|word| word.contains(&0)) {
        return Err(Failure::input("the request holds a NUL byte, which no shell command can"));
    }
    Ok(words)
}

/// Host and port of a URL where curl sends the host as another spelling of its address: `127.1` as `127.0.0.1`.
fn respelled_host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host_port = authority.rsplit_once('@').map_or(authority, |(_userinfo, host_port)| host_port);
    let is_spelled_so = match host_port.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address),
        None => {
            let host = host_port.split(':').next()?;
            let last = host.trim_end_matches('.').rsplit('.').next()?;
            !last.starts_with(|first: char| first.is_ascii_digit()) || host.parse::<Ipv4Addr>().is_ok()
        }
    };
    (!is_spelled_so).then_some(host_port)
}

/// Writes the command, a line, quoted for a POSIX shell.
pub(crate) fn write(words: &[Word], out: &mut impl Write) -> io::Result<()> {
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out.write_all(b" ")?;
        }
        write_quoted(word, out)?;
    }
    out.write_all(b"\n")
}

/// Writes it byte by byte: a quoted copy would be one more to wipe.
fn write_quoted(word: &[u8], out: &mut impl Write) -> io::Result<()> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-./:@]_".contains(byte);
    if !word.is_empty() && word.iter().all(is_plain) {
        return out.write_all(word);
    }
    out.write_all(b"'")?;
    for &byte in word {
        match byte {
            b'\'' => out.write_all(br"'\''")?,
            // A line that begins with `^` is a command to bash's history, within quotes too.
            b'^' => out.write_all(b"''^")?,
            _ => out.write_all(&[byte])?,
        }
    }
    out.write_all(b"'")
}

/// Whether the file still has its bytes when curl comes: stdin, pipes such as `<(…)` and other descriptors do not, even
/// where a regular file stands behind them.
fn can_be_read_again(file: &Path) -> bool {
    let is_stdin = file.as_os_str() == "-" || file == Path::new("/dev/stdin");
    let is_descriptor = is_stdin || file.starts_with("/dev/fd") || file.starts_with("/proc");
    !is_descriptor && file.is_file()
}

/// The longest argument that Linux hands to a program, without its NUL: execve(2) allows 32 pages.
const LONGEST_ARGUMENT: usize = 32 * 4096 - 1;

/// Refuses a body that cannot stand in a command line, or that a terminal or an editor would spoil on its way to one.
fn check_inline(body: &[u8], is_changed: bool) -> Result<(), Failure> {
    let trouble = if std::str::from_utf8(body).is_err() || body.contains(&0) {
        "is no text"
    } else if body.len() > LONGEST_ARGUMENT {
        "has more bytes than the 131071 of an argument"
    } else {
        return Ok(());
    };
    Err(Failure::input(if is_changed {
        format!(
            "the body to send {trouble}, and a command cannot hold it; leave out --curl, save the output to a file, and \
             send that with curl --data-binary @FILE"
        )
    } else {
        format!(
            "the body {trouble}, and a command cannot hold it; save it to a file first, and name that with --data-file"
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_curl_spells_in_its_own_way() {
        for url in [
            "http://h/",
            "http://127.0.0.1:80/",
            "https://u:p@1.example.com",
            "http://[::1]:8080?a",
            "http://[2001:db8::1]/[x]",
        ] {
            assert_eq!(respelled_host(url), None, "{url}");
        }
        for (url, host) in [
            ("http://127.1:8799/a", "127.1:8799"),
            ("http://u@0x7f.1/", "0x7f.1"),
            ("http://2130706433", "2130706433"),
            ("http://0177.0.0.01./", "0177.0.0.01."),
            ("http://[0:0:0:0:0:0:0:1]:8799/b", "[0:0:0:0:0:0:0:1]:8799"),
            ("http://[2001:DB8::1]/", "[2001:DB8::1]"),
            ("http://h.7z0/", "h.7z0"), // Not changed; the header says what is sent anyway.
        ] {
            assert_eq!(respelled_host(url), Some(host));
        }
    }

    #[test]
    fn words_are_quoted_where_a_shell_reads_something_into_them() {
        for (word, expected) in [
            ("", "''"),
            ("https://h.example:8080/a_b-c+d.e@f]", "https://h.example:8080/a_b-c+d.e@f]"),
            ("--header", "--header"),
            ("a=1", "'a=1'"),
            ("it's", r"'it'\''s'"),
            ("'", r"''\'''"),
            ("$HOME `id` \\ ! \"", "'$HOME `id` \\ ! \"'"),
            ("a\n^b^c", "'a\n''^b''^c'"),
            ("\r\n\t", "'\r\n\t'"),
            ("é", "'é'"),
        ] {
            let mut out = Vec::new();
            write_quoted(word.as_bytes(), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn a_command_is_a_line() {
        let words = ["curl", "a b", "--header"].map(|word| Word::new(word.as_bytes().to_vec()));
        let mut out = Vec::new();
        write(&words, &mut out).unwrap();
        assert_eq!(out, b"curl 'a b' --header\n");
    }
}
