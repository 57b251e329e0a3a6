//! A curl command that sends exactly what was signed.

use crate::answer::{Headers, body_to_send};
use crate::failure::Failure;
use osign::oauth1::{Request, Signed};
use shlex::bytes::try_quote;
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// One argument; wiped when dropped, since with PLAINTEXT header, URL or body hold the secrets.
pub(crate) type Word = Zeroizing<Vec<u8>>;

/// The command, quoted for a POSIX shell. A body that signing left alone is named by its file, when it came from one
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
    // curl reads brackets and braces as patterns, and shortens `/../`; what is sent must be what was signed.
    if signed.url.contains(['[', ']', '{', '}']) {
        add(b"--globoff");
    }
    if signed.url.contains("/.") {
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
    add(signed.url.as_bytes());
    let quoted = words.iter().map(|word| match try_quote(word) {
        // shlex grows what it quotes into, and so may leave a part of it behind; the rest is wiped.
        Ok(word) => Ok(Word::new(word.into_owned())),
        Err(_) => Err(Failure::input("the request holds a NUL byte, which no shell command can")),
    });
    quoted.collect()
}

/// Writes the command, a line.
pub(crate) fn write(words: &[Word], out: &mut impl Write) -> io::Result<()> {
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out.write_all(b" ")?;
        }
        out.write_all(word)?;
    }
    out.write_all(b"\n")
}

/// Whether the file still has its bytes when curl comes: stdin, pipes such as `<(…)` and other descriptors do not, even
/// where a regular file stands behind them.
fn can_be_read_again(file: &Path) -> bool {
    let is_stdin = file.as_os_str() == "-" || file == Path::new("/dev/stdin");
    let is_descriptor = is_stdin || file.starts_with("/dev/fd") || file.starts_with("/proc");
    !is_descriptor && file.is_file()
}

/// Refuses a body that cannot stand in a command line, or that a terminal or an editor would spoil on its way to one.
fn check_inline(body: &[u8], is_changed: bool) -> Result<(), Failure> {
    if std::str::from_utf8(body).is_ok() && !body.contains(&0) {
        return Ok(());
    }
    Err(Failure::input(if is_changed {
        "the body to send is no text, and a command cannot hold it; leave out --curl, save the output to a file, and \
         send that with curl --data-binary @FILE"
    } else {
        "the body is no text, and a command cannot hold it; save it to a file first, and name that with --data-file"
    }))
}
