//! One connection to a server: its protocol (PostgreSQL's documentation, "Frontend/Backend Protocol"), spoken on the thread
//! that asks, so that no thread and no runtime is left of it.
//!
//! Each statement is the unnamed one, and parsed, bound and run in one message to and fro. So nothing of a session is relied
//! on, and a pooler in between may give each transaction another server (pgbouncer's transaction mode).

mod login;

use super::address::{Address, Host};
use super::socket::{Socket, Wire};
use super::tls;
use crate::error::{Error, Keeping};
use bytes::{Bytes, BytesMut};
use fallible_iterator::FallibleIterator;
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::{ErrorResponseBody, Message};
use postgres_protocol::message::frontend;
use rustls::{ClientConnection, StreamOwned};
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::ToSocketAddrs;
use std::time::{Duration, Instant};

/// No statement of a store takes longer, whatever becomes of the server and the network.
const STATEMENT: Duration = Duration::from_secs(10);
/// The longest message that a server may send: a record is shorter by far.
const LONGEST: usize = 16 << 20;

/// Why a call to the server failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server says so, by the code of an error (PostgreSQL's documentation, appendix A).
    Server(String),
    /// The connection.
    Wire(io::Error),
    /// What was found is the reason.
    Found(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Wire(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Found(error)
    }
}

impl From<Keeping> for Failure {
    fn from(reason: Keeping) -> Self {
        Self::Found(reason.into())
    }
}

impl Failure {
    /// The reason, of a store. The server's own text is left out: it may quote.
    pub(super) fn of(self, address: &Address) -> Error {
        let store = address.to_string();
        match self {
            Self::Found(error) => error,
            Self::Wire(error) => Keeping::ServerUnreachable { store, error: plain(&error) }.into(),
            Self::Server(code) => reason(&code, store).into(),
        }
    }

    /// Whether the server has this code for it.
    pub(super) fn is(&self, wanted: &str) -> bool {
        matches!(self, Self::Server(code) if code == wanted)
    }
}

/// What an error's code means for a store.
fn reason(code: &str, store: String) -> Keeping {
    match code {
        // A table is missing, or a column of one.
        "42P01" => Keeping::NoStore { path: store },
        "42703" => Keeping::DamagedStore { path: store },
        "25006" => Keeping::ServerReadOnly { store },
        // A disk that is full, or that takes nothing (58030).
        "53100" => Keeping::FullDisk { path: store },
        "42501" => Keeping::NoPrivilege { store },
        // A role, a password or a database that is none.
        "28000" | "28P01" | "3D000" => Keeping::LoginRefused { store },
        // Deadlocks, and others that write; a server that starts, stops, or has no room for one more.
        "40001" | "40P01" | "55P03" | "57014" => Keeping::BusyStore { path: store },
        _ if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            Keeping::ServerUnreachable { store, error: format!("PostgreSQL error {code}") }
        }
        _ => Keeping::StoreFailed { path: store, error: format!("PostgreSQL error {code}") },
    }
}

/// What the system said, without its number where that is ours.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::TimedOut => "no answer in time".to_owned(),
        ErrorKind::UnexpectedEof => "the connection was closed".to_owned(),
        _ => error.to_string(),
    }
}

/// A row, each column as text.
pub(super) struct Row(Vec<Option<Bytes>>);

impl Row {
    /// A text; empty where it is NULL.
    pub(super) fn text(&self, index: usize) -> Result<&str, Failure> {
        let bytes = self.0.get(index).and_then(Option::as_ref).map_or(&[][..], |bytes| bytes);
        std::str::from_utf8(bytes).map_err(|_| strange())
    }

    /// A number that is not below zero.
    pub(super) fn number(&self, index: usize) -> Result<u64, Failure> {
        self.text(index)?.parse().map_err(|_| strange())
    }

    /// A truth.
    pub(super) fn is(&self, index: usize) -> Result<bool, Failure> {
        Ok(self.text(index)? == "t")
    }

    /// Whether there is something.
    pub(super) fn has(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(Option::is_some)
    }
}

/// An answer that no server gives.
pub(super) fn strange() -> Failure {
    Failure::Wire(io::Error::new(ErrorKind::InvalidData, "the server's answer is none"))
}

/// A connection to a server that lets us in.
pub(super) struct Connection {
    socket: Socket,
    input: BytesMut,
    output: BytesMut,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Connection {
    /// One to the first server that can be reached, and that takes writes where there are several.
    pub(super) fn open(address: &Address) -> Result<Self, Failure> {
        let mut last = None;
        for host in &address.hosts {
            let found = Self::to(address, host).and_then(|mut connection| {
                let several = address.hosts.len() > 1;
                if several
                    && connection
                        .query("SELECT pg_is_in_recovery()", &[])?
                        .first()
                        .is_some_and(|row| row.has(0) && row.is(0).unwrap_or(true))
                {
                    return Err(Keeping::ServerReadOnly { store: address.to_string() }.into());
                }
                Ok(connection)
            });
            match found {
                Ok(connection) => return Ok(connection),
                Err(failure) => last = Some(failure),
            }
        }
        Err(last.unwrap_or_else(strange))
    }

    fn to(address: &Address, host: &Host) -> Result<Self, Failure> {
        match (&address.tls, address.mode) {
            (Some(tls), mode) if !host.is_socket() => match Self::in_mode(address, host, Some(tls)) {
                // As libpq does it: whoever only prefers TLS goes on without.
                Err(failure) if mode == tls::Mode::Prefer && !is_refusal(&failure) => {
                    Self::in_mode(address, host, None).map_err(|_| failure)
                }
                opened => opened,
            },
            _ => Self::in_mode(address, host, None),
        }
    }

    fn in_mode(address: &Address, host: &Host, tls: Option<&tls::Tls>) -> Result<Self, Failure> {
        let deadline = Instant::now() + address.connect_timeout;
        let mut wire = wire(host, deadline)?;
        let socket = match tls {
            Some(config) if asks_for_tls(&mut wire)? => {
                let failed = |error: rustls::Error| -> Failure {
                    let store = address.to_string();
                    Keeping::ServerTls { store, error: error.to_string() }.into()
                };
                let mut session = ClientConnection::new(config.clone(), tls::name(&host.name)).map_err(failed)?;
                while session.is_handshaking() {
                    if let Err(error) = session.complete_io(&mut wire) {
                        let ours = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).cloned();
                        return Err(ours.map_or(Failure::Wire(error), failed));
                    }
                }
                Socket::Tls(Box::new(StreamOwned::new(session, wire)))
            }
            Some(_) if address.mode != tls::Mode::Prefer => {
                let store = address.to_string();
                return Err(Keeping::ServerTls { store, error: "the server has none".to_owned() }.into());
            }
            _ => Socket::Plain(wire),
        };
        let mut connection = Self { socket, input: BytesMut::new(), output: BytesMut::new() };
        connection.log_in(address, host)?;
        Ok(connection)
    }

    /// Whether the server has closed it, or is about to.
    pub(super) fn is_stale(&mut self) -> bool {
        !self.input.is_empty() || self.socket.is_stale()
    }

    /// Runs one statement with its values, and tells its rows.
    pub(super) fn query(&mut self, sql: &str, values: &[&str]) -> Result<Vec<Row>, Failure> {
        frontend::parse("", sql, [], &mut self.output)?;
        let texts = values.iter().copied();
        let put = |value: &str, output: &mut BytesMut| {
            output.extend_from_slice(value.as_bytes());
            Ok(IsNull::No)
        };
        frontend::bind("", "", [], texts, put, [], &mut self.output).map_err(|_| strange())?;
        frontend::execute("", 0, &mut self.output)?;
        frontend::sync(&mut self.output);
        self.exchange()
    }

    /// Runs statements without values.
    pub(super) fn run(&mut self, sql: &str) -> Result<(), Failure> {
        frontend::query(sql, &mut self.output)?;
        self.exchange().map(drop)
    }

    /// Does something in a transaction. Where it fails, this connection is to be dropped, and the server takes all back.
    pub(super) fn transaction<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        self.run("BEGIN ISOLATION LEVEL READ COMMITTED")?;
        let done = work(self)?;
        self.run("COMMIT")?;
        Ok(done)
    }

    /// Sends what is written, and reads until the server is ready for more.
    fn exchange(&mut self) -> Result<Vec<Row>, Failure> {
        self.socket.begin(Instant::now() + STATEMENT);
        self.send()?;
        let (mut rows, mut failure) = (Vec::new(), None);
        loop {
            match self.receive() {
                Ok(Message::DataRow(body)) => {
                    let bytes = body.buffer_bytes();
                    let columns = body.ranges().map(|range| Ok(range.map(|range| bytes.slice(range))));
                    rows.push(Row(columns.collect()?));
                }
                Ok(Message::ErrorResponse(body)) => failure = Some(Failure::Server(code(&body)?)),
                Ok(Message::ReadyForQuery(_)) => return failure.map_or(Ok(rows), Err),
                Ok(_) => {}
                // A server that stops says so, and closes.
                Err(error) => return Err(failure.unwrap_or(Failure::Wire(error))),
            }
        }
    }

    fn send(&mut self) -> io::Result<()> {
        let sent = self.socket.write_all(&self.output).and_then(|()| self.socket.flush());
        self.output.clear();
        sent
    }

    /// The next message. Notices are for people at a terminal.
    fn receive(&mut self) -> io::Result<Message> {
        loop {
            if let Some(message) = Message::parse(&mut self.input)? {
                match message {
                    Message::NoticeResponse(_) | Message::ParameterStatus(_) | Message::NotificationResponse(_) => {}
                    message => return Ok(message),
                }
                continue;
            }
            let mut bytes = [0; 8192];
            match self.socket.read(&mut bytes) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(_) if self.input.len() > LONGEST => return Err(ErrorKind::InvalidData.into()),
                Ok(count) => self.input.extend_from_slice(&bytes[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The code of an error.
fn code(body: &ErrorResponseBody) -> io::Result<String> {
    let mut fields = body.fields();
    while let Some(field) = fields.next()? {
        if field.type_() == b'C' {
            return Ok(String::from_utf8_lossy(field.value_bytes())
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect());
        }
    }
    Ok(String::new())
}

/// Whether the server was reached, and turned us down: to ask once more without TLS could cost a password.
fn is_refusal(failure: &Failure) -> bool {
    matches!(failure, Failure::Found(Error::Keeping(Keeping::PasswordNeeded { .. })))
        || ["28P01", "3D000"].iter().any(|code| failure.is(code))
}

/// Asks for TLS; whether the server has it. One byte is read and no more: what follows belongs to TLS.
fn asks_for_tls(wire: &mut Wire) -> Result<bool, Failure> {
    let mut request = BytesMut::new();
    frontend::ssl_request(&mut request);
    wire.write_all(&request)?;
    let mut answer = [0];
    wire.read_exact(&mut answer)?;
    match &answer {
        b"S" => Ok(true),
        b"N" => Ok(false),
        _ => Err(strange()),
    }
}

fn wire(host: &Host, deadline: Instant) -> Result<Wire, Failure> {
    #[cfg(unix)]
    if host.is_socket() {
        let path = std::path::Path::new(&host.name).join(format!(".s.PGSQL.{}", host.port));
        return Ok(Wire::unix(&path, deadline)?);
    }
    // Asked on this thread, which takes the time it takes.
    let name = host.address.as_deref().unwrap_or(&host.name);
    let mut last = io::Error::new(ErrorKind::NotFound, "the host's name was not found");
    for address in (name, host.port).to_socket_addrs().into_iter().flatten() {
        match Wire::tcp(&address, deadline) {
            Ok(wire) => return Ok(wire),
            Err(error) => last = error,
        }
    }
    Err(last.into())
}
