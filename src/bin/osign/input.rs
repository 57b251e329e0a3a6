//! Input that may hold secrets, such as a password in a form: read into memory that is wiped.

use memchr::memchr;
use std::fs::File;
use std::io::{self, Read};
use std::mem::take;
use zeroize::Zeroizing;

/// Bytes that are wiped when dropped.
pub(crate) type Bytes = Zeroizing<Vec<u8>>;

/// Stdin itself: the standard library reads ahead into a buffer that is never wiped.
#[cfg(unix)]
pub(crate) fn stdin() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

/// Where a console has another encoding than UTF-8, the standard library's stdin knows.
#[cfg(not(unix))]
pub(crate) fn stdin() -> io::Result<io::StdinLock<'static>> {
    Ok(io::stdin().lock())
}

/// All of a file.
pub(crate) fn read_file(file: &mut File) -> io::Result<Bytes> {
    let size = file.metadata()?.len();
    read_to_end(file, usize::try_from(size).unwrap_or(usize::MAX))
}

/// The text without the mark that UTF-8 may begin with.
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// All that is left to read, which is `expected` bytes as far as anyone knows.
pub(crate) fn read_to_end(reader: &mut impl Read, expected: usize) -> io::Result<Bytes> {
    // One byte more, to see the end without growing.
    let mut room = Room::new(expected.max(4095).saturating_add(1))?;
    while room.fill(reader)? > 0 {}
    room.bytes.truncate(room.filled);
    Ok(room.bytes)
}

/// Line after line, of any length.
pub(crate) struct Lines<R> {
    reader: R,
    room: Room,
    /// Where the next line begins.
    start: usize,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> io::Result<Self> {
        Ok(Self { reader, room: Room::new(1 << 16)?, start: 0 })
    }

    /// The next line without its line feed; none at the end.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        let mut searched = self.start;
        loop {
            let unread = &self.room.bytes[searched..self.room.filled];
            let end = match memchr(b'\n', unread) {
                Some(at) => searched + at,
                None => {
                    self.room.forget(self.start);
                    self.start = 0;
                    searched = self.room.filled;
                    if self.room.fill(&mut self.reader)? > 0 {
                        continue;
                    }
                    self.room.filled
                }
            };
            let line = self.start..end;
            self.start = (end + 1).min(self.room.filled);
            // After the last line feed there is a line only if something stands there.
            let is_end = line.is_empty() && end == self.room.filled;
            return Ok((!is_end).then(|| &self.room.bytes[line]));
        }
    }

    /// Whether the next line has yet to arrive.
    pub(crate) fn is_drained(&self) -> bool {
        self.start == self.room.filled
    }
}

/// Bytes with room for more at their end.
struct Room {
    bytes: Bytes,
    filled: usize,
}

impl Room {
    /// Asks for memory first: a file may claim any size.
    fn new(size: usize) -> io::Result<Self> {
        let mut bytes = Bytes::default();
        bytes.try_reserve_exact(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
        bytes.resize(size, 0);
        Ok(Self { bytes, filled: 0 })
    }

    /// Reads once, and tells how much; 0 at the end.
    fn fill(&mut self, reader: &mut impl Read) -> io::Result<usize> {
        if self.filled == self.bytes.len() {
            // A vector that grew by itself would leave a copy behind; this one is wiped.
            let mut larger = Self::new(self.filled.saturating_mul(2))?;
            larger.bytes[..self.filled].copy_from_slice(&self.bytes);
            self.bytes = take(&mut larger.bytes);
        }
        loop {
            match reader.read(&mut self.bytes[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    self.filled += read;
                    return Ok(read);
                }
            }
        }
    }

    /// Drops the first bytes.
    fn forget(&mut self, count: usize) {
        // Nothing is moved for a line that grows beyond the room.
        if count > 0 {
            self.bytes.copy_within(count..self.filled, 0);
            self.filled -= count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, and is interrupted in between.
    struct Slow<'a> {
        bytes: &'a [u8],
        step: usize,
        interrupted: bool,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(io::ErrorKind::Interrupted.into());
            }
            assert!(!out.is_empty(), "no room to read into");
            let (now, later) = self.bytes.split_at(self.step.min(self.bytes.len()).min(out.len()));
            out[..now.len()].copy_from_slice(now);
            self.bytes = later;
            Ok(now.len())
        }
    }

    fn slow(bytes: &[u8], step: usize) -> Slow<'_> {
        Slow { bytes, step, interrupted: false }
    }

    #[test]
    fn lines_of_any_length_in_pieces_of_any_size() {
        let long = vec![b'x'; 200_000];
        let texts: [Vec<u8>; 8] = [
            b"".to_vec(),
            b"\n".to_vec(),
            b"\n\n".to_vec(),
            b"a".to_vec(),
            b"a\n".to_vec(),
            b"a\r\n\nbc\nlast".to_vec(),
            [&long[..], b"\nb\n", &long, b"\n"].concat(),
            [b"a\n", &long[..]].concat(),
        ];
        for text in &texts {
            let mut expected: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
            if expected.last().is_some_and(|last| last.is_empty()) {
                expected.pop();
            }
            for step in [1, 7, 65_536, usize::MAX] {
                let mut lines = Lines::new(slow(text, step)).unwrap();
                let mut found = Vec::new();
                while let Some(line) = lines.next_line().unwrap() {
                    found.push(line.to_vec());
                }
                assert!(found == expected, "{} bytes in steps of {step}", text.len());
                assert!(lines.is_drained() && lines.next_line().unwrap().is_none());
            }
        }
    }

    #[test]
    fn a_line_that_is_here_keeps_the_next_from_being_waited_for() {
        let mut lines = Lines::new(slow(b"a\nb\n", 4)).unwrap();
        assert_eq!(lines.next_line().unwrap(), Some(&b"a"[..]));
        assert!(!lines.is_drained());
        assert_eq!(lines.next_line().unwrap(), Some(&b"b"[..]));
        assert!(lines.is_drained());
    }

    #[test]
    fn the_rest_whatever_was_expected() {
        let text: Vec<u8> = (0..100_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        for expected in [0, 1, 99_999, 100_000, 200_000] {
            assert!(*read_to_end(&mut slow(&text, 4096), expected).unwrap() == text, "{expected}");
        }
        assert!(read_to_end(&mut slow(b"", 1), 0).unwrap().is_empty());
        // A file may claim more than there is memory for.
        for claimed in [usize::MAX, isize::MAX.unsigned_abs()] {
            assert_eq!(read_to_end(&mut slow(b"a", 1), claimed).unwrap_err().kind(), io::ErrorKind::OutOfMemory);
        }
    }
}
