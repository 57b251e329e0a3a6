//! Input: lines from stdin, and what UTF-8 may begin with.

use std::io::{self, BufRead, BufReader, Read};

/// Line after line, of any length.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        // So large that stdin reads past its own buffer, which lives to the end and would keep what it read.
        Self { reader: BufReader::with_capacity(1 << 16, reader), line: Vec::new() }
    }

    /// The next line without its line feed; none at the end.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let read = self.reader.read_until(b'\n', &mut self.line)?;
        Ok((read > 0).then(|| self.line.strip_suffix(b"\n").unwrap_or(&self.line)))
    }

    /// Whether the next line has yet to arrive.
    pub(crate) fn is_drained(&self) -> bool {
        self.reader.buffer().is_empty()
    }
}

/// The text without the mark that UTF-8 may begin with.
pub(crate) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_any_length() {
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
            let mut lines = Lines::new(&text[..]);
            let mut found = Vec::new();
            while let Some(line) = lines.next_line().unwrap() {
                found.push(line.to_vec());
            }
            assert!(found == expected, "{} bytes", text.len());
            assert!(lines.is_drained() && lines.next_line().unwrap().is_none());
        }
    }

    #[test]
    fn a_line_that_is_here_keeps_the_next_from_being_waited_for() {
        let mut lines = Lines::new(&b"a\nb\n"[..]);
        assert_eq!(lines.next_line().unwrap(), Some(&b"a"[..]));
        assert!(!lines.is_drained());
        assert_eq!(lines.next_line().unwrap(), Some(&b"b"[..]));
        assert!(lines.is_drained());
    }
}
