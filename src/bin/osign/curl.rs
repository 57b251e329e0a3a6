//! A curl command that sends exactly what was signed.

use crate::answer::{Headers, body_to_send};
use crate::failure::Failure;
use osign::oauth1::{Request, Signed};
use shlex::bytes::try_quote;
use std::path::Path;

/// The command, quoted for a POSIX shell. A body that signing left alone is named by its file, when it came from one.
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
        match file.filter(|_| signed.body.is_none()) {
            Some(file) => {
                add(b"--data-binary");
                add(&[b"@", file.as_os_str().as_encoded_bytes()].concat());
            }
            // To --data-binary a leading @ names a file.
            None => {
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
        line.extend_from_slice(&try_quote(word).map_err(|_| {
            Failure::input("the request holds a NUL byte, which no shell command can; use --data-file for the body")
        })?);
    }
    Ok(line)
}
