//! A store that a passphrase opens, and the way from a key to a passphrase and back.

use super::home::Home;
use super::service::Service;
use crate::cli::run::{run, run_with_input, set_mode};

const PASSPHRASE: [&str; 2] = ["--passphrase-file", "pass"];

fn home() -> Home {
    let home = Home::new();
    home.folder.file("pass", "correct horse battery\n");
    home
}

/// Adds a static key, with these arguments.
fn add(home: &Home, more: &[&str]) -> crate::cli::run::Ended {
    home.run(&[&["grant", "add", "crm", "--kind", "static", "--secret-file", "secret"], more].concat())
}

fn token(home: &Home, more: &[&str]) -> Result<String, (i32, String)> {
    let ended = home.run(&[&["token", "crm"], more].concat());
    if ended.code == 0 { Ok(ended.text()) } else { Err((ended.code, ended.failure_of_any())) }
}

const FOREIGN: &str = "the grant crm is sealed with another key or passphrase than the one that was given";

#[test]
fn a_store_is_made_and_used_with_a_passphrase() {
    let (home, service) = (home(), Service::start(&[]));
    let added = home.add(&service, "crm", &PASSPHRASE);
    let store = home.path(".local/share/osign/grants.sqlite");
    let made = format!(
        "osign: made the store {}; back it up by osign store backup, and keep the passphrase elsewhere: without it nobody \
         opens the store\n",
        store.display()
    );
    assert_eq!((added.code, added.stderr), (0, made));
    assert!(!home.path(".local/share/osign/store.key").exists());
    let key = home.path(".local/share/osign/store.key");
    let says = format!(
        "there is no key file {}; put back the one that the store was made with, or say --passphrase where a passphrase opens \
         the store",
        key.display()
    );
    assert_eq!(token(&home, &[]), Err((12, says)));
    let says = "nobody has logged in for the grant crm yet: osign grant login crm";
    assert_eq!(token(&home, &PASSPHRASE), Err((10, says.to_owned())));
    let mut command = home.osign(&["token", "crm"]);
    assert_eq!(run(command.env("OSIGN_STORE_PASSPHRASE_FILE", "pass")).failure(10), says);
    let mut command = home.osign(&["token", "crm", "--passphrase-file", "-"]);
    assert_eq!(run_with_input(&mut command, b"correct horse battery\n").failure(10), says);
    home.folder.file("wrong", "another horse battery\n");
    assert_eq!(token(&home, &["--passphrase-file", "wrong"]), Err((12, FOREIGN.to_owned())));
    // What needs no key needs no passphrase.
    home.run(&["grant", "list"]).text();
}

#[test]
fn a_passphrase_that_cannot_be_used() {
    let home = home();
    home.folder.file("short", "short\n");
    home.folder.file("empty", "\n");
    home.folder.file("open", "correct horse battery\n");
    set_mode(&home.path("open"), 0o644);
    for (more, says) in [
        (&["--passphrase-file", "short"][..], "the passphrase is shorter than 12 characters"),
        (&["--passphrase-file", "empty"], "the passphrase in empty is empty"),
        (&["--passphrase-file", "none"], "there is no passphrase file none"),
        (&["--passphrase-file", "."], ". is a folder, and no passphrase file"),
        (
            &["--passphrase-file", "open"],
            "other users may read or change the passphrase file open (its mode is 644); make it yours alone: chmod 600 open",
        ),
        (&["--passphrase"], "there is no passphrase: --passphrase-file FILE names a file that holds it"),
    ] {
        assert_eq!(add(&home, more).failure(12), says);
        assert!(!home.path(".local").exists(), "something was made");
    }
    let says = "the argument '--passphrase-file <FILE>' cannot be used with '--key-file <FILE>' (see osign --help)";
    assert_eq!(add(&home, &["--passphrase-file", "pass", "--key-file", "key"]).failure(2), says);
    let mut command = home.osign(&["token", "crm"]);
    command.env("OSIGN_STORE_PASSPHRASE_FILE", "pass").env("OSIGN_STORE_KEY_FILE", "key");
    add(&home, &PASSPHRASE);
    let says =
        "more than one of OSIGN_STORE_KEY_FILE, OSIGN_STORE_PASSPHRASE_FILE and OSIGN_STORE_KEY is set; leave one";
    assert_eq!(run(&mut command).failure(12), says);
}

#[test]
fn from_a_key_to_a_passphrase_and_back() {
    let home = home();
    home.run(&["key", "new", "old.key"]).text();
    home.run(&["key", "new", "new.key"]).text();
    assert_eq!(add(&home, &["--key-file", "old.key"]).code, 0);
    let rekey = |more: &[&str]| home.run(&[&["store", "rekey"], more].concat());
    let rest = "; use it from now on, and keep what opened the store before for old backups\n";
    let first = ["--new-passphrase-file", "pass", "--key-file", "old.key"];
    assert_eq!(rekey(&first).text(), format!("sealed 1 grants with the new passphrase{rest}"));
    assert_eq!(token(&home, &["--key-file", "old.key"]), Err((12, FOREIGN.to_owned())));
    let key = token(&home, &PASSPHRASE).unwrap();
    // As where it was interrupted: it goes on.
    assert_eq!(rekey(&first).text(), format!("sealed 0 grants with the new passphrase{rest}"));
    let back = rekey(&[&["new.key"][..], &PASSPHRASE].concat());
    assert_eq!(back.text(), format!("sealed 1 grants with the key in new.key{rest}"));
    assert_eq!(token(&home, &["--key-file", "new.key"]).unwrap(), key);
    // From one passphrase to another; while that lasts, the older one opens the rest.
    home.folder.file("next", "yet another passphrase");
    rekey(&["--new-passphrase-file", "pass", "--key-file", "new.key"]).text();
    let mut command = home.osign(&["token", "crm", "--passphrase-file", "next"]);
    assert_eq!(run(command.env("OSIGN_STORE_OLD_PASSPHRASE_FILE", "pass")).text(), key);
    rekey(&[&["--new-passphrase-file", "next"][..], &PASSPHRASE].concat()).text();
    assert_eq!(token(&home, &["--passphrase-file", "next"]).unwrap(), key);
    home.folder.file("short", "short");
    let failure = rekey(&["--new-passphrase-file", "short", "--passphrase-file", "next"]).failure(12);
    assert_eq!(failure, "the passphrase is shorter than 12 characters");
    let failure = rekey(&PASSPHRASE).failure(2);
    assert!(failure.starts_with("the following required arguments were not provided: <FILE>"), "{failure}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_passphrase_is_asked_for_at_a_terminal() {
    use crate::cli::terminal::at_a_terminal;
    let home = home();
    let at = |arguments: &str, answers: &[(&str, &str)]| {
        let line = format!("'{}' {arguments}", env!("CARGO_BIN_EXE_osign"));
        at_a_terminal(
            &line,
            |command| {
                command.env("HOME", home.folder.path()).current_dir(home.folder.path()).env_remove("XDG_DATA_HOME");
            },
            answers,
        )
    };
    let add = "grant add crm --kind static --secret-file secret --passphrase";
    let two = |second| [("Passphrase: ", "correct horse battery\n"), ("The same passphrase again: ", second)];
    let Some((screen, code)) = at(add, &two("correct horse buttery\n")) else { return };
    assert!(code == 12 && screen.ends_with("the passphrase was not the same the second time\r\n"), "{screen}");
    assert!(!home.path(".local").exists());
    let (screen, code) = at(add, &two("correct horse battery\n")).unwrap();
    assert!(code == 0 && !screen.contains("horse"), "{screen}");
    let one = [("Passphrase: ", "correct horse battery\n")];
    let (screen, code) = at("token crm --passphrase", &one).unwrap();
    assert!(code == 0 && screen.ends_with("demo-SECRET-of-the-client\r\n") && !screen.contains("horse"), "{screen}");
    // Somebody thinks better of it: the terminal is as it was before.
    let line = "token crm --passphrase; stty -a | grep -o -- '-*echo ' | tr -d '\\n'; stty -a | grep -o -- '-*icanon'";
    let (screen, _) = at(line, &[("Passphrase: ", "corr\u{3}")]).unwrap();
    assert!(screen.ends_with("\necho icanon\r\n"), "{screen:?}");
    assert!(!screen.contains("corr"), "{screen:?}");
}
