//! The bytes of a connection: TCP, a socket of this machine, TLS over TCP; each with a time by which a call is over.

use rustls::{ClientConnection, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// Bytes in the clear.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    /// Nothing is waited for beyond this.
    deadline: Instant,
}

#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Wire {
    pub(super) fn tcp(address: &SocketAddr, deadline: Instant) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(address, left(deadline)?)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: Stream::Tcp(stream), deadline })
    }

    #[cfg(unix)]
    pub(super) fn unix(path: &std::path::Path, deadline: Instant) -> io::Result<Self> {
        Ok(Self { stream: Stream::Unix(UnixStream::connect(path)?), deadline })
    }

    fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        match &self.stream {
            Stream::Tcp(stream) => stream.set_nonblocking(on),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_nonblocking(on),
        }
    }

    fn read_now(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Tcp(stream) => stream.read(bytes),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.read(bytes),
        }
    }
}

impl Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = Some(left(self.deadline)?);
        match &mut self.stream {
            Stream::Tcp(stream) => stream.set_read_timeout(left),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_read_timeout(left),
        }?;
        self.read_now(bytes).map_err(late)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = Some(left(self.deadline)?);
        match &mut self.stream {
            Stream::Tcp(stream) => stream.set_write_timeout(left).and_then(|()| stream.write(bytes)),
            #[cfg(unix)]
            Stream::Unix(stream) => stream.set_write_timeout(left).and_then(|()| stream.write(bytes)),
        }
        .map_err(late)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time that is left.
fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

/// Unix says "would block" where a time-out ended.
fn late(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { ErrorKind::TimedOut.into() } else { error }
}

/// The bytes of a connection. Dropping it says goodbye to nobody, so that a child of `fork()` may drop its parent's.
#[derive(Debug)]
pub(super) enum Socket {
    Plain(Wire),
    Tls(Box<StreamOwned<ClientConnection, Wire>>),
}

impl Socket {
    /// Begins a call, which is over by then.
    pub(super) fn begin(&mut self, deadline: Instant) {
        self.wire().deadline = deadline;
    }

    fn wire(&mut self) -> &mut Wire {
        match self {
            Self::Plain(wire) => wire,
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    /// Whether the server has said something while nobody asked: mostly that it closes the connection.
    pub(super) fn is_stale(&mut self) -> bool {
        let wire = self.wire();
        let found = wire.set_nonblocking(true).and_then(|()| wire.read_now(&mut [0]));
        let is_quiet = matches!(found, Err(error) if error.kind() == ErrorKind::WouldBlock);
        !is_quiet || wire.set_nonblocking(false).is_err()
    }
}

impl Read for Socket {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.read(bytes),
            Self::Tls(stream) => stream.read(bytes),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(wire) => wire.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
