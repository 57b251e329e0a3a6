//! A curl command that sends exactly what was signed.

use crate::answer::{Headers, body_to_send};
use crate::failure::Failure;
use osign::http;
use osign::oauth1::{Request, SignatureMethod, Signed, Transmission};
use osign::url::respelled_host;
use std::io::{self, Write};
use std::path::Path;

/// The command's words, not yet quoted.
pub(crate) struct Command {
    /// The arguments, which other users of the machine can read while curl runs.
    arguments: Vec<Vec<u8>>,
    /// What they must not read comes by curl's stdin: an option, and its value.
    secret: Option<(&'static str, Vec<u8>)>,
}

/// What is sent.
pub(crate) struct Sent<'a> {
    method: &'a str,
    url: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    has_type: bool,
    body: Option<&'a [u8]>,
    /// Whether the body is another than the caller's.
    is_changed: bool,
    /// What carries secrets, if anything does: the header is the first.
    secret: Option<Transmission>,
}

impl<'a> Sent<'a> {
    /// A signed request.
    pub(crate) fn signed(request: &Request<'a>, signed: &'a Signed, method: SignatureMethod) -> Self {
        // Its signature is the secrets themselves (RFC 5849 §3.4.4).
        let is_plaintext = method == SignatureMethod::Plaintext;
        Self {
            method: request.method,
            url: &signed.url,
            headers: Headers::new(request, signed).iter().copied().collect(),
            has_type: request.content_type.is_some(),
            body: body_to_send(request, signed),
            is_changed: signed.body.is_some(),
            secret: is_plaintext.then_some(request.transmission),
        }
    }

    /// One with a token or a key, which is in its first header, or in its URL where it has none.
    pub(crate) fn authorized(request: &'a http::Request, has_body: bool) -> Self {
        let headers: Vec<_> = request.headers().collect();
        let is_type = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("Content-Type");
        let is_in_header = headers.iter().any(|header| !is_type(header));
        Self {
            method: request.method(),
            url: request.url(),
            has_type: headers.iter().any(is_type),
            headers,
            body: has_body.then(|| request.body()),
            is_changed: false,
            secret: Some(if is_in_header { Transmission::Header } else { Transmission::Query }),
        }
    }
}

/// The command. A body that is the caller's own is named by its file, when it came from one that curl can read again.
pub(crate) fn command(sent: &Sent<'_>, file: Option<&Path>) -> Result<Command, Failure> {
    let body = sent.body;
    let carries_secrets = |carrier: Transmission| sent.secret == Some(carrier);
    let mut secret = None;
    let mut arguments = Vec::new();
    let mut add = |word: &[u8]| arguments.push(word.to_vec());
    if sent.secret.is_some() {
        add(b"--config");
        add(b"-");
    }
    match (sent.method, body) {
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
    if sent.url.contains(['[', ']', '{', '}']) {
        add(b"--globoff");
    }
    let is_encoded_dot = |place: &[u8]| place.eq_ignore_ascii_case(b"/%2E");
    if sent.url.contains("/.") || sent.url.as_bytes().windows("/%2E".len()).any(is_encoded_dot) {
        add(b"--path-as-is");
    }
    for (at, (name, value)) in sent.headers.iter().enumerate() {
        let header = [name.as_bytes(), b": ", value.as_bytes()].concat();
        if carries_secrets(Transmission::Header) && at == 0 {
            secret = Some(("header", header));
        } else {
            add(b"--header");
            add(&header);
        }
    }
    if let Some(body) = body {
        if !sent.has_type {
            // Without it curl would call the body a form.
            add(b"--header");
            add(b"Content-Type:");
        }
        match file.filter(|file| !sent.is_changed && can_be_read_again(file)) {
            Some(file) => {
                add(b"--data-binary");
                add(&[b"@", file.as_os_str().as_encoded_bytes()].concat());
            }
            // To --data-binary a leading @ names a file.
            None => {
                check_inline(body, sent.is_changed)?;
                let option = if body.starts_with(b"@") { "--data-raw" } else { "--data-binary" };
                if carries_secrets(Transmission::Body) {
                    secret = Some((&option[2..], body.to_vec()));
                } else {
                    add(option.as_bytes());
                    add(body);
                }
            }
        }
    }
    if let Some(host) = respelled_host(sent.url) {
        add(b"--header");
        add(&[b"Host: ", host.as_bytes()].concat());
    }
    if carries_secrets(Transmission::Query) {
        secret = Some(("url", sent.url.as_bytes().to_vec()));
    } else {
        add(sent.url.as_bytes());
    }
    if arguments.iter().any(|word| word.len() > LONGEST_ARGUMENT) {
        return Err(Failure::input(
            "the URL or the header has more bytes than the 131071 of an argument, and a command cannot hold it; \
             leave out --curl",
        ));
    }
    if secret.as_ref().is_some_and(|(option, value)| config_line(option, value).len() > LONGEST_CONFIG_LINE) {
        return Err(Failure::input(
            "secrets come by curl's configuration, and a line of it holds no more than 100000 bytes; leave out --curl",
        ));
    }
    if arguments.iter().chain(secret.iter().map(|(_, value)| value)).any(|word| word.contains(&0)) {
        return Err(Failure::input("the request holds a NUL byte, which no shell command can"));
    }
    Ok(Command { arguments, secret })
}

impl Command {
    /// Writes the command, a line, quoted for a POSIX shell.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if let Some((option, value)) = &self.secret {
            // It is built into the shell, so that its arguments are no process's.
            out.write_all(b"printf '%s\\n' ")?;
            write_quoted(&config_line(option, value), out)?;
            out.write_all(b" | ")?;
        }
        out.write_all(b"curl")?;
        for word in &self.arguments {
            out.write_all(b" ")?;
            write_quoted(word, out)?;
        }
        out.write_all(b"\n")
    }
}

/// A line of what curl's `--config` reads (curl(1)), without the line break.
fn config_line(option: &str, value: &[u8]) -> Vec<u8> {
    let mut line = format!("{option} = \"").into_bytes();
    for &byte in value {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', byte]),
            b'\n' => line.extend(b"\\n"),
            b'\r' => line.extend(b"\\r"),
            b'\t' => line.extend(b"\\t"),
            0x0B => line.extend(b"\\v"),
            _ => line.push(byte),
        }
    }
    line.push(b'"');
    line
}

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

/// The longest line of a configuration that all releases of curl read: some take no more than 100 KiB.
const LONGEST_CONFIG_LINE: usize = 100_000;

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
        let arguments = ["a b", "--header"].map(|word| word.as_bytes().to_vec()).to_vec();
        let line = |secret| {
            let mut out = Vec::new();
            Command { arguments: arguments.clone(), secret }.write(&mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(line(None), "curl 'a b' --header\n");
        assert_eq!(
            line(Some(("data-raw", b"it's \"a\"\\\t\n\r\x0B".to_vec()))),
            "printf '%s\\n' 'data-raw = \"it'\\''s \\\"a\\\"\\\\\\t\\n\\r\\v\"' | curl 'a b' --header\n"
        );
    }
}
