//! A person at a terminal: the pseudo-terminal of Debian's `script`.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Runs a line of the shell there, and types the answers to these prompts. What the screen shows and the exit code, or nothing
/// without `script`.
pub(crate) fn at_a_terminal(
    line: &str,
    set_up: impl FnOnce(&mut Command),
    answers: &[(&str, &str)],
) -> Option<(String, i32)> {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("not run: there is no program script");
        return None;
    }
    let mut command = Command::new("timeout");
    command.args(["30", "script", "--quiet", "--return", "--command", line, "/dev/null"]).env("SHELL", "/bin/sh");
    set_up(&mut command);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut screen = Vec::new();
    for (prompt, answer) in answers {
        while !screen.ends_with(prompt.as_bytes()) {
            let mut byte = [0];
            let read = stdout.read(&mut byte).unwrap();
            assert_eq!(read, 1, "it ended before {prompt:?}: {}", String::from_utf8_lossy(&screen));
            screen.push(byte[0]);
        }
        // The echo is turned off before the prompt is written, or right after it.
        sleep(Duration::from_millis(200));
        stdin.write_all(answer.as_bytes()).unwrap();
    }
    stdout.read_to_end(&mut screen).unwrap();
    let code = child.wait().unwrap().code().unwrap();
    Some((String::from_utf8(screen).unwrap(), code))
}
