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

/// The blocks of SQL in the guide's chapter on several hosts, in their order.
fn guide() -> Vec<String> {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tokens.md")).unwrap();
    let chapter = docs.split("\n## ").find(|chapter| chapter.starts_with("Several hosts\n")).unwrap();
    chapter.split("```sql\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// As an administrator who does what the guide says, and nothing else.
#[test]
fn a_fleet_is_set_up_as_the_guide_says() {
    let server = Server::in_folder("guide", |_| {});
    let [owner, worker, watcher] = &guide()[..] else { panic!("the guide has other blocks of SQL: {:?}", guide()) };
    server.sql("postgres", owner);
    let as_role = |role: &str, words: &[&str]| {
        let home = server.folder.join(role);
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join("secret"), "k-1").unwrap();
        std::fs::set_permissions(home.join("secret"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_osign"));
        command.args(words).current_dir(&home).env_clear().env("HOME", &home);
        command.env("OSIGN_STORE_KEY_FILE", server.folder.join("store.key"));
        command.env("OSIGN_STORE", server.url().replace("osign@", &format!("{role}@"))).output().unwrap()
    };
    let new = |words: &[&str]| {
        let key = server.folder.join("store.key");
        Command::new(env!("CARGO_BIN_EXE_osign")).args(words).arg(key).output().unwrap()
    };
    assert!(new(&["key", "new"]).status.success());
    let add = ["grant", "add", "avito", "--kind", "static", "--secret-file", "secret", "--header", "X-Key: {}"];
    let added = as_role("osign", &add);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    server.sql("grants", worker);
    server.sql("grants", watcher);
    // What the worker may.
    assert_eq!(text(&as_role("worker", &["token", "avito"])).trim(), "k-1");
    assert!(as_role("worker", &["grant", "rename", "avito", "avito-2"]).status.success());
    assert!(text(&as_role("worker", &["grant", "history", "avito-2"])).contains("renamed"));
    // What the watcher may, and may not.
    let check = ["grant", "check", "--format", "prometheus"];
    let metrics = as_role("watcher", &check);
    assert!(metrics.status.success(), "{}", String::from_utf8_lossy(&metrics.stderr));
    assert!(text(&metrics).contains("osign_grant_needs_person{grant=\"avito-2\",provider=\"custom\"} 0\n"));
    assert!(text(&metrics).contains("\nosign_store_quarantined 0\n"));
    for refused in [&["grant", "rename", "avito-2", "x"][..], &["grant", "history", "avito-2"]] {
        let output = as_role("watcher", refused);
        assert_eq!(output.status.code(), Some(12));
        assert!(String::from_utf8_lossy(&output.stderr).contains("too few rights"), "{refused:?}");
    }
    // Of a server that lost commits it tells, though it cannot tell the others.
    server.sql("grants", "UPDATE osign_counters SET commits = 0");
    let metrics = as_role("watcher", &check);
    assert_eq!(metrics.status.code(), Some(10));
    assert!(text(&metrics).contains("\nosign_store_quarantined 1\n"));
}
