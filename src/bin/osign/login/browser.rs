//! The person's browser.

use std::process::{Command, Stdio};

/// Opens an address. Where that fails the person opens it: it is printed as well.
pub(super) fn open(url: &str) {
    let mut command = if cfg!(windows) {
        // `start` would take & for the end of a command.
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else {
        Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" })
    };
    // A key may stand in our environment, and others may read that of a browser for as long as it runs.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OSIGN_")) {
        command.env_remove(name);
    }
    // Nobody waits for it: some stay for as long as the browser does.
    let started = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    drop(started);
}
