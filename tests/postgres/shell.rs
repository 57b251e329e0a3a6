//! The command line over a store at a server.

use crate::server::Server;
use std::process::{Command, Output};

/// Runs it with a home of its own. The password is in the URL, and in nothing that it says.
fn osign(server: &Server, words: &[&str]) -> Output {
    let home = server.folder.join("home");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("secret"), "k-1").unwrap();
    std::fs::set_permissions(home.join("secret"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_osign"));
    command.args(words).current_dir(&home).env_clear().env("HOME", &home).env("OSIGN_STORE", server.tcp_url());
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("hunter"), "{words:?}: {said}");
    output
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_grant_is_added_read_and_looked_at() {
    let mut server = Server::start("shell");
    assert_eq!(osign(&server, &["store", "info"]).status.code(), Some(12), "there is no store yet");
    let add = ["grant", "add", "avito", "--kind", "static", "--secret-file", "secret", "--header", "X-Key: {}"];
    let output = osign(&server, &add);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text(&osign(&server, &["token", "avito"])).trim(), "k-1");
    let info = text(&osign(&server, &["store", "info"]));
    assert!(info.contains(&format!("host          127.0.0.1:{}", server.port)), "{info}");
    assert!(info.contains("database      grants") && info.contains("grants        1"), "{info}");
    let info: serde_json::Value = serde_json::from_slice(&osign(&server, &["store", "info", "--json"]).stdout).unwrap();
    assert_eq!((&info["database"], &info["commits"]), (&"grants".into(), &1.into()));
    assert!(osign(&server, &["grant", "check"]).status.success());
    assert!(!osign(&server, &["store", "backup", "copy.db"]).status.success());
    server.kill();
    let output = osign(&server, &["token", "avito"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot be reached"), "{said}");
}
