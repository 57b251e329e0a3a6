//! A curl command that sends exactly what was signed.

use crate::answer::{Headers, body_to_send};
use crate::failure::Failure;
use osign::oauth1::{Request, Signed};
use shlex::bytes::try_quote;
use std::path::Path;

/// The command, quoted for a POSIX shell. A body that signing left alone is named by its file, when it came from one
/// that curl can read again.
pub(crate) fn command(request: &Request<'_>, signed: &Signed, file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let body = body_to_send(request, signed);
    let mut words: Vec<Vec<u8>> = vec![b"curl".to_vec()];
    let mut add = |word: &[u8]| words.push(word.to_vec());
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
        add(format!("{name}: {value}").as_bytes());
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
    let mut line = Vec::new();
    for word in &words {
        if !line.is_empty() {
            line.push(b' ');
        }
        line.extend_from_slice(
            &try_quote(word).map_err(|_| Failure::input("the request holds a NUL byte, which no shell command can"))?,
        );
    }
    Ok(line)
}

/// Whether the file still has its bytes when curl comes: stdin, pipes such as `<(…)` and other descriptors do not, even
/// where a regular file stands behind them.
fn can_be_read_again(file: &Path) -> bool {
    let is_descriptor = file.as_os_str() == "-" || file.starts_with("/dev") || file.starts_with("/proc");
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
