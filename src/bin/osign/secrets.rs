//! Secrets that a person hands over: from a file, stdin or a prompt; never from the command line.

use crate::failure::{self, Failure};
use crate::{input, request, shown};
#[cfg(unix)]
use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use zeroize::Zeroizing;

/// The text in a file, or stdin for `-`, without the line break at its end. Warns where others can read the file.
pub(crate) fn read(file: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let text = text_in(file, what)?;
    warn_if_open_to_others(file);
    Ok(text)
}

/// The same where there may be none, so that the file is empty.
pub(crate) fn read_or_empty(file: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let text = line_in(file, what)?;
    warn_if_open_to_others(file);
    Ok(text)
}

/// The same as [`read`] without a word of who can read it.
pub(crate) fn text_in(file: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let text = line_in(file, what)?;
    if text.is_empty() {
        return Err(Failure::credentials(format!("{what} in {} is empty", shown::path(file))));
    }
    Ok(text)
}

fn line_in(file: &Path, what: &str) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(request::read_file(file)?);
    let text = std::str::from_utf8(input::without_mark(&bytes))
        .map_err(|_| Failure::credentials(format!("{what} in {} is not UTF-8", shown::path(file))))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.contains(char::is_control) {
        return Err(Failure::credentials(format!("{what} in {} is more than a line of text", shown::path(file))));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// Asks for it on the terminal; or says which option names a file.
pub(crate) fn ask(what: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::of(
            failure::CONFIGURATION,
            format!("there is no {what}: {option} FILE names a file that holds it"),
        ));
    }
    let mut prompt = what.to_owned();
    prompt[..1].make_ascii_uppercase();
    let answer = prompt_hidden(&prompt)?;
    if answer.is_empty() { Err(Failure::credentials(format!("the {what} is empty"))) } else { Ok(answer) }
}

/// Asks for one that nobody knows yet: a slip of the finger would lock everybody out.
pub(crate) fn ask_new(what: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
    let first = ask(what, option)?;
    if *ask(&format!("the same {what} again"), option)? == *first {
        return Ok(first);
    }
    Err(Failure::credentials(format!("the {what} was not the same the second time")))
}

/// Asks on the terminal, which shows nothing of the answer.
pub(crate) fn prompt_hidden(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let answer = interrupt::after(|| rpassword::prompt_password(format!("{prompt}: ")));
    answer.map(Zeroizing::new).map_err(|error| Failure::io("cannot ask on the terminal", &error))
}

/// Ctrl-C at a prompt ends the process once the terminal is as it was before: else it would stay without an echo.
#[cfg(unix)]
mod interrupt {
    use signal_hook::consts::SIGINT;
    use signal_hook::{flag, low_level};
    use std::io::{self, ErrorKind};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, LazyLock};

    /// Whether the signal ends the process at once, as it does while nobody is asked.
    static AT_ONCE: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
        let at_once = Arc::new(AtomicBool::new(true));
        // Where it cannot be had all is as it was.
        let _ = flag::register_conditional_default(SIGINT, at_once.clone());
        at_once
    });

    pub(super) fn after<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        AT_ONCE.store(false, Ordering::Relaxed);
        let answer = ask();
        AT_ONCE.store(true, Ordering::Relaxed);
        if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Interrupted) {
            low_level::emulate_default_handler(SIGINT)?;
        }
        answer
    }
}

/// The console of Windows is put in order by whoever asks.
#[cfg(not(unix))]
mod interrupt {
    pub(super) fn after<T>(ask: impl FnOnce() -> T) -> T {
        ask()
    }
}

#[cfg(unix)]
fn warn_if_open_to_others(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |metadata: fs::Metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0;
    if fs::metadata(file).is_ok_and(is_open) {
        let file = shown::path(file);
        crate::report(&format!("warning: others can read or change {file}; run chmod 600 on it, or remove it now"));
    }
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_: &Path) {}
