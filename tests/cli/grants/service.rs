//! The provider of `tests/provider/`, and as much of a browser as a login needs.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What the provider's client is called, and its secret.
pub(crate) const CLIENT: &str = "demo-client";
pub(crate) const SECRET: &str = "demo-SECRET-of-the-client";

/// A running provider, which ends with this.
pub(crate) struct Service {
    child: Child,
    pub(crate) url: String,
}

impl Service {
    /// With settings as `policy=strict`.
    pub(crate) fn start(settings: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/provider/provider.py");
        let mut command = Command::new("python3");
        command.arg(script);
        for setting in settings {
            command.args(["--set", setting]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    /// Changes settings while it runs.
    #[track_caller]
    pub(crate) fn control(&self, changes: &str) {
        let answer = send("POST", &format!("{}/control", self.url), &[], changes);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// How often something came.
    pub(crate) fn count(&self, name: &str) -> u64 {
        let counters: Value = serde_json::from_str(&get(&format!("{}/counters", self.url)).body).unwrap();
        counters[name].as_u64().unwrap_or_else(|| panic!("{name}"))
    }

    /// Every code and token that it ever handed out.
    pub(crate) fn issued(&self) -> Vec<String> {
        serde_json::from_str(&get(&format!("{}/issued", self.url)).body).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// A header's value.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.head.lines().filter_map(|line| line.split_once(": "));
        values.find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap_or_else(|| panic!("{name}: {}", self.head)).1
    }
}

pub(crate) fn get(url: &str) -> Answer {
    send("GET", url, &[], "")
}

/// Sends a request over a connection of its own.
pub(crate) fn send(method: &str, url: &str, headers: &[&str], body: &str) -> Answer {
    let (host, path) = url.strip_prefix("http://").expect("http").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut head = format!("{method} /{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        head.push_str(&format!("Host: {host}\r\n"));
    }
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
