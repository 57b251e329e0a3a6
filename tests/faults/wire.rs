//! HTTP as little of it as the provider needs.

use std::io::{ErrorKind, Read, Result, Write};
use std::net::{Shutdown, TcpStream};

/// Whether the other end is open.
pub(super) fn waits(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).is_ok()
        && match stream.peek(&mut [0]) {
            Ok(read) => read > 0,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        }
}

/// The head and the body of a request.
pub(super) fn read_request(stream: &mut TcpStream) -> Result<(String, String)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end + 4]).into_owned();
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:").and_then(|text| text.trim().parse().ok())
            });
            let length: usize = length.unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Ok((head, String::from_utf8_lossy(&bytes[end + 4..]).into_owned()));
            }
        }
        match stream.read(&mut part)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => bytes.extend(&part[..read]),
        }
    }
}

/// An answer as it is sent.
pub(super) fn whole(status: u16, header: &str, text: &str) -> String {
    let length = text.len();
    format!(
        "HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{header}Connection: close\r\n\r\n{text}"
    )
}

/// Sends an answer, which is the last thing on its connection.
pub(super) fn answer(stream: &mut TcpStream, status: u16, header: &str, text: &str) -> Result<()> {
    stream.write_all(whole(status, header, text).as_bytes())?;
    stream.shutdown(Shutdown::Write)
}
