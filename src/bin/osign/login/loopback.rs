//! Waits for a browser on a loopback address, and answers what comes to the redirect URI and nothing else.

use super::address::Address;
use super::page;
use crate::failure::Failure;
use osign::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most bytes of a request's head, and the most headers.
const MOST: usize = 16 * 1024;
const HEADERS: usize = 64;
/// The most connections at once. Browsers open some ahead, and send nothing over them.
const CONNECTIONS: usize = 32;
/// How long a connection may take to send its request.
const PATIENCE: Duration = Duration::from_secs(5);

/// What listens.
pub(super) struct Loopback {
    visits: Receiver<Visit>,
}

/// A browser that came to the redirect URI, and waits for an answer.
pub(super) struct Visit {
    stream: TcpStream,
    query: Zeroizing<String>,
    language: page::Language,
}

impl Loopback {
    /// Listens from now on.
    pub(super) fn listen(address: Address) -> Result<Self, Failure> {
        let (sender, visits) = channel();
        let mut failed = None;
        let mut listeners = Vec::new();
        for socket in &address.sockets {
            match TcpListener::bind(socket) {
                Ok(listener) => listeners.push(listener),
                // A machine without IPv6 has a localhost, too.
                Err(error) if error.kind() == ErrorKind::AddrNotAvailable => failed = Some(error),
                Err(error) => return Err(cannot(&address, &error)),
            }
        }
        if let (true, Some(error)) = (listeners.is_empty(), failed) {
            return Err(cannot(&address, &error));
        }
        let address = Arc::new(address);
        let count = Arc::new(AtomicUsize::new(0));
        for listener in listeners {
            let (sender, address, count) = (sender.clone(), address.clone(), count.clone());
            // The process ends when the login does, and they with it.
            thread::spawn(move || accept(&listener, &sender, &address, &count));
        }
        Ok(Self { visits })
    }

    /// Whoever came a second time, as browsers do that load a page ahead, has the same answer.
    pub(super) fn answer_the_rest(&self, grant: &str, result: Result<(), &Error>) {
        for visit in self.visits.try_iter() {
            let _ = visit.answer(grant, result, false);
        }
    }

    /// The next browser that comes to the redirect URI; none when time is over.
    pub(super) fn next(&self, end: Instant) -> Result<Option<Visit>, Failure> {
        match self.visits.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(visit) => Ok(Some(visit)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Failure::io("cannot wait for the browser", &ErrorKind::ConnectionAborted.into()))
            }
        }
    }
}

impl Visit {
    /// What the redirect URI came with; it holds the code.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Tells the person what happened, and whether the login goes on.
    pub(super) fn answer(mut self, grant: &str, result: Result<(), &Error>, goes_on: bool) -> io::Result<()> {
        let status = if result.is_ok() { "200 OK" } else { "400 Bad Request" };
        write(&mut self.stream, status, "text/html; charset=utf-8", &page::page(self.language, grant, result, goes_on))
    }
}

fn cannot(address: &Address, error: &io::Error) -> Failure {
    let what = format!(
        "cannot wait for the browser at port {} of this machine, where the redirect URI leads; free it, or log in with \
         --no-browser",
        address.port
    );
    Failure::io(what, error)
}

fn accept(listener: &TcpListener, sender: &Sender<Visit>, address: &Arc<Address>, count: &Arc<AtomicUsize>) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if count.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS {
            count.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (sender, address, count) = (sender.clone(), address.clone(), count.clone());
        thread::spawn(move || {
            // A connection that breaks is a browser's to open again.
            let _ = serve(stream, &sender, &address);
            count.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// Reads one request, and hands it on if it is the one that is waited for.
fn serve(mut stream: TcpStream, sender: &Sender<Visit>, address: &Address) -> io::Result<()> {
    stream.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut stream)?;
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(&head), Ok(httparse::Status::Complete(_))) {
        return refuse(&mut stream, "400 Bad Request");
    }
    let header = |name: &str| {
        let mut values = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        match (values.next(), values.next()) {
            (Some(header), None) => std::str::from_utf8(header.value).ok(),
            _ => None,
        }
    };
    // A page elsewhere may have its own name lead here; it is none that the service sends anybody to.
    if !header("Host").is_some_and(|host| host.eq_ignore_ascii_case(&address.host)) {
        return refuse(&mut stream, "400 Bad Request");
    }
    let target = request.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != address.path {
        return refuse(&mut stream, "404 Not Found");
    }
    if request.method != Some("GET") {
        return refuse(&mut stream, "405 Method Not Allowed");
    }
    let language = page::Language::of(header("Accept-Language").unwrap_or_default());
    let query = Zeroizing::new(format!("?{query}"));
    // Where nobody waits any more, the connection is closed.
    let _ = sender.send(Visit { stream, query, language });
    Ok(())
}

/// All up to the empty line, within the time that a connection has.
fn read_head(stream: &mut TcpStream) -> io::Result<Zeroizing<Vec<u8>>> {
    let end = Instant::now() + PATIENCE;
    let mut head = Zeroizing::new(Vec::with_capacity(MOST));
    let mut buffer = Zeroizing::new([0; 2048]);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || head.len() + buffer.len() > MOST {
            return Err(ErrorKind::InvalidData.into());
        }
        stream.set_read_timeout(Some(left))?;
        let read = stream.read(&mut *buffer)?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&buffer[..read]);
        if head.windows(4).any(|window| window == b"\r\n\r\n") {
            return Ok(head);
        }
    }
}

fn refuse(stream: &mut TcpStream, status: &str) -> io::Result<()> {
    write(stream, status, "text/plain; charset=utf-8", &format!("{}\n", &status[4..]))
}

/// No script, no other resource, no copy of the address with its code anywhere.
fn write(stream: &mut TcpStream, status: &str, content_type: &str, body: &str) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    // What is closed with bytes unread would be reset, and the page with it. Nobody is listened to for long.
    let end = Instant::now() + Duration::from_secs(1);
    let mut rest = [0; 16 * 1024];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        stream.set_read_timeout(Some(left))?;
        if stream.read(&mut rest)? == 0 {
            return Ok(());
        }
    }
}
