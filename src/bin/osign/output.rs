//! Stdout for what may hold secrets: a PLAINTEXT signature is made of them.

use std::io::{self, IsTerminal, Write};
use zeroize::Zeroizing;

/// Stdout behind a buffer that never grows, and is wiped when dropped.
pub(crate) type Stdout = Wiped<Unbuffered>;

/// Opens stdout.
pub(crate) fn stdout() -> io::Result<Stdout> {
    Ok(Wiped::new(unbuffered()?))
}

/// Stdout itself: the standard library keeps what it has not written yet in a buffer that is never wiped.
#[cfg(unix)]
type Unbuffered = std::fs::File;

#[cfg(unix)]
fn unbuffered() -> io::Result<Unbuffered> {
    use std::os::fd::AsFd;
    io::stdout().as_fd().try_clone_to_owned().map(Unbuffered::from)
}

/// Where a console wants another encoding than UTF-8, the standard library's stdout knows.
#[cfg(not(unix))]
type Unbuffered = io::StdoutLock<'static>;

#[cfg(not(unix))]
fn unbuffered() -> io::Result<Unbuffered> {
    Ok(io::stdout().lock())
}

/// Whether a person reads stdout as it comes.
pub(crate) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// A buffer of a fixed size before a writer. What does not fit passes it by.
pub(crate) struct Wiped<W: Write> {
    /// Never grows: that would leave a copy behind.
    buffer: Zeroizing<Vec<u8>>,
    inner: W,
}

impl<W: Write> Wiped<W> {
    const CAPACITY: usize = 1 << 16;

    fn new(inner: W) -> Self {
        Self { buffer: Zeroizing::new(Vec::with_capacity(Self::CAPACITY)), inner }
    }

    fn write_buffer(&mut self) -> io::Result<()> {
        let written = self.inner.write_all(&self.buffer);
        // What could not be written is given up with the run.
        self.buffer.clear();
        written
    }
}

impl<W: Write> Write for Wiped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > Self::CAPACITY - self.buffer.len() {
            self.write_buffer()?;
        }
        if bytes.len() > Self::CAPACITY {
            return self.inner.write(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_buffer()?;
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_keeps_order_and_place() {
        let mut written = Wiped::new(Vec::new());
        let place = written.buffer.as_ptr();
        let mut expected = Vec::new();
        for (letter, len) in
            [(b'a', 10), (b'b', (1 << 16) - 10), (b'c', 1), (b'd', 200_000), (b'e', 1 << 16), (b'f', 3)]
        {
            let piece = vec![letter; len];
            written.write_all(&piece).unwrap();
            expected.extend(piece);
        }
        written.flush().unwrap();
        assert!(written.inner == expected);
        assert_eq!((written.buffer.as_ptr(), written.buffer.capacity()), (place, 1 << 16));
    }
}
