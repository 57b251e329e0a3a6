//! Other processes of the tests: this program, once more, in a role that the environment names.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The variable that tells a child of the tests what to do.
pub(crate) const ROLE: &str = "OSIGN_TEST_ROLE";

/// How long an end takes at most, on a machine with other work on it.
const END: Duration = Duration::from_secs(120);

/// Another process that uses the store.
pub(crate) struct Other {
    pub(crate) process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Other {
    /// Starts one in a role.
    pub(crate) fn start(mut command: Command, role: &str) -> Self {
        command.env(ROLE, role).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("this program starts");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { process, input, output }
    }

    /// Waits until it says this.
    pub(crate) fn wait_for(&mut self, said: &str) {
        assert!(self.lines().any(|line| line == said), "the other process ends without saying {said}");
    }

    /// What it says until it ends.
    pub(crate) fn lines(&mut self) -> impl Iterator<Item = String> {
        (&mut self.output).lines().map_while(Result::ok)
    }

    /// Lets it go on.
    pub(crate) fn go_on(&mut self) {
        let _ = self.input.as_mut().map(|input| input.write_all(b"\n"));
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Lets it come to its end, which must be a good one, and soon.
    pub(crate) fn end(&mut self) {
        drop(self.input.take());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < END, "the other process does not come to its end");
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success());
    }
}

/// Says something to the process that started this one.
pub(crate) fn say(said: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "\n{said}").and_then(|()| output.flush()).unwrap();
}

/// Waits for it to let this one go on.
pub(crate) fn listen() {
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
}
