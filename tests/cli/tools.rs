//! The small commands, the help and what is made of it.

use crate::cli::run::{Folder, osign, run, run_with_input};
use std::collections::HashSet;
use std::process::Command;

#[test]
fn nonces_differ() {
    let text = run(&mut osign(&["nonce", "--count", "1000"])).text();
    let nonces: HashSet<&str> = text.lines().collect();
    assert_eq!(nonces.len(), 1000);
    assert!(nonces.iter().all(|nonce| nonce.len() == 24 && nonce.bytes().all(|b| b.is_ascii_alphanumeric())));
    assert_eq!(run(&mut osign(&["nonce"])).text().len(), 25);
    assert_eq!(run(&mut osign(&["nonce", "--count", "0"])).text(), "");
    assert_eq!(
        run(&mut osign(&["nonce", "--count", "-1"])).failure(2),
        "invalid value '-1' for '--count <N>': -1 is not in 0..=9223372036854775807 (see osign --help)"
    );
}

#[test]
fn the_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(run(&mut osign(&["version"])).text(), format!("osign {version}\n"));
    assert_eq!(run(&mut osign(&["--version"])).text(), format!("osign {version}\n"));
    let json = format!("{{\"name\":\"osign\",\"version\":\"{version}\"}}\n");
    assert_eq!(run(&mut osign(&["version", "--json"])).text(), json);
}

#[test]
fn the_help_documents_exit_codes_and_credentials() {
    let help = run(&mut osign(&["--help"])).text();
    for text in ["Exit codes:", "  70  internal error", "OSIGN_TOKEN_SECRET", "private_key_file", "Examples:"] {
        assert!(help.contains(text), "{text}: {help}");
    }
    assert!(run(&mut osign(&["sign", "--help"])).text().contains("application/x-www-form-urlencoded), as with curl"));
    let explain = run(&mut osign(&["explain", "--help"])).text();
    let says = "Neither of the two secrets nor the private key is printed. Parameters, token and header are";
    assert!(explain.contains(says), "{explain}");
    assert_eq!(
        run(&mut osign(&[])).failure(2),
        "there is no command: write osign sign, explain, token, call, grant, provider, store, key, nonce, version, completions \
         or man (see osign --help)"
    );
}

#[test]
fn no_option_takes_a_secret() {
    // What stands on the command line can be read by other users, in /proc for one.
    for command in ["sign", "explain"] {
        let help = run(&mut osign(&[command, "--help"])).text();
        // A file's name is no secret.
        let is_option = |word: &&str| word.starts_with("--") && !word.ends_with("-file");
        let options = help.split_whitespace().filter(is_option);
        for option in options {
            assert!(!["secret", "token", "consumer", "key", "password"].iter().any(|w| option.contains(w)), "{option}");
        }
    }
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&mut osign(&["completions", shell])).text();
        assert!(script.contains("server-base-string"), "{shell}");
        // Each shell that is there reads its own script without running it.
        if Command::new(shell).arg("--version").output().is_ok_and(|output| output.status.success()) {
            let mut command = Command::new(shell);
            let option = if shell == "fish" { "--no-execute" } else { "-n" };
            let ended = run_with_input(command.arg(option), script.as_bytes());
            assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{shell}");
        }
    }
}

#[test]
fn man_pages() {
    let page = run(&mut osign(&["man"])).text();
    assert!(page.contains(".TH osign 1") && page.contains("Exit codes:"), "{page}");
    let folder = Folder::new();
    let out = folder.path().join("man1");
    run(&mut osign(&["man", "--out", out.to_str().unwrap()])).text();
    let mut names: Vec<String> =
        std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "osign-call.1",
            "osign-completions.1",
            "osign-explain.1",
            "osign-grant-add.1",
            "osign-grant-adopt.1",
            "osign-grant-check.1",
            "osign-grant-exchange.1",
            "osign-grant-export.1",
            "osign-grant-history.1",
            "osign-grant-import.1",
            "osign-grant-list.1",
            "osign-grant-login.1",
            "osign-grant-remove.1",
            "osign-grant-rename.1",
            "osign-grant-renew.1",
            "osign-grant-revoke.1",
            "osign-grant-show.1",
            "osign-grant.1",
            "osign-key-new.1",
            "osign-key.1",
            "osign-man.1",
            "osign-nonce.1",
            "osign-provider-list.1",
            "osign-provider-show.1",
            "osign-provider.1",
            "osign-sign.1",
            "osign-store-backup.1",
            "osign-store-info.1",
            "osign-store-rekey.1",
            "osign-store.1",
            "osign-token.1",
            "osign-version.1",
            "osign.1"
        ]
    );
    if Command::new("man").arg("--version").output().is_err() {
        eprintln!("not rendered: there is no program man");
        return;
    }
    let mut man = Command::new("man");
    man.args(["--warnings", "-l"]).arg(out.join("osign-sign.1"));
    let ended = run(man.env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8").env("MANPAGER", "cat"));
    let text = String::from_utf8(ended.stdout).unwrap();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(text.contains("  {\"id\": 1, \"method\": \"GET\", \"url\": \"https://api.example.com/items\"}"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said() {
    let says = "cannot write the output: No space left on device (os error 28)";
    for arguments in [&["version"][..], &["nonce"], &["man"], &["--help"], &["sign", "--help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        assert_eq!(run(osign(arguments).stdout(full)).failure(5), says, "{arguments:?}");
    }
}
