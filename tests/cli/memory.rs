//! What is left in the process's memory when it ends: no secret, whatever way it came in.
//!
//! The kernel stops a traced process once more at its end, when its memory is still there to be read.

#![cfg(target_os = "linux")]

use crate::cli::grants::home::Home;
use crate::cli::grants::service;
use crate::cli::run::Folder;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};

/// It stands in a credentials file, a form, a server's text: what others can read in `/proc` anyway, the command line and
/// the environment, does not hold it.
const SECRET: &str = "hunter2-PASSWORD";

#[allow(unsafe_code, reason = "the standard library has no ptrace(2)")]
mod trace {
    use std::ptr::null_mut;

    fn request(request: libc::c_uint, process: libc::pid_t, data: libc::c_int) {
        // SAFETY: of these requests none reads or writes memory of ours.
        let result = unsafe { libc::ptrace(request, process, null_mut::<libc::c_void>(), libc::c_long::from(data)) };
        assert_eq!(result, 0, "ptrace: {}", std::io::Error::last_os_error());
    }

    fn wait(process: libc::pid_t) -> libc::c_int {
        let mut status = 0;
        // SAFETY: the status is written to where it may be.
        assert_eq!(unsafe { libc::waitpid(process, &mut status, 0) }, process);
        status
    }

    /// Begins to trace a process.
    pub(super) fn seize(process: libc::pid_t) {
        request(libc::PTRACE_SEIZE, process, libc::PTRACE_O_TRACEEXIT);
    }

    /// Lets it run to where it ends.
    pub(super) fn to_its_end(process: libc::pid_t) {
        loop {
            let status = wait(process);
            assert!(libc::WIFSTOPPED(status), "it ended without a stop: {status:x}");
            match status >> 16 {
                libc::PTRACE_EVENT_EXIT => return,
                0 => request(libc::PTRACE_CONT, process, libc::WSTOPSIG(status)),
                _ => request(libc::PTRACE_CONT, process, 0),
            }
        }
    }

    /// Lets it end.
    pub(super) fn release(process: libc::pid_t) {
        request(libc::PTRACE_DETACH, process, 0);
    }
}

/// A run that stands at its end.
struct Stopped {
    child: Child,
    process: i32,
}

/// Runs osign with this on its stdin, up to its end. Its output goes to the file `out` of the folder.
fn run_to_its_end(folder: &Folder, arguments: &[&str], input: &str) -> Stopped {
    let out = File::create(folder.path().join("out")).unwrap();
    // The shell waits for a line, so that osign does not end before it is traced.
    let mut child = Command::new("/bin/sh")
        .env_clear()
        .args(["-c", "read -r line; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_osign")])
        .args(arguments)
        .stdin(Stdio::piped())
        .stderr(out.try_clone().unwrap())
        .stdout(out)
        .spawn()
        .unwrap();
    let process = i32::try_from(child.id()).unwrap();
    trace::seize(process);
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "go\n{input}").unwrap();
    drop(stdin);
    trace::to_its_end(process);
    Stopped { child, process }
}

impl Stopped {
    /// Where the text stands in its memory.
    fn places_of(&self, text: &str) -> Vec<String> {
        let memory = File::open(format!("/proc/{}/mem", self.process)).unwrap();
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.process)).unwrap();
        let mut places = Vec::new();
        for map in maps.lines().filter(|map| map.contains(" rw")) {
            let (start, end) = map.split_once(' ').unwrap().0.split_once('-').unwrap();
            let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
            memory.read_exact_at(&mut bytes, start).unwrap();
            let found = memchr::memmem::find_iter(&bytes, text.as_bytes());
            places.extend(found.map(|at| format!("{at:#x} of {map}")));
        }
        places
    }

    /// Lets it end; its exit code.
    fn end(mut self) -> i32 {
        trace::release(self.process);
        self.child.wait().unwrap().code().unwrap()
    }
}

/// The process ends with this code, and has the text no longer.
#[track_caller]
fn check(folder: &Folder, arguments: &[&str], input: &str, text: &str, code: i32) {
    let stopped = run_to_its_end(folder, arguments, input);
    let places = stopped.places_of(text);
    let ended = stopped.end();
    let out = fs::read_to_string(folder.path().join("out")).unwrap();
    assert_eq!(ended, code, "{arguments:?}: {out}");
    assert!(places.is_empty(), "{arguments:?}: in {} places: {places:#?}", places.len());
}

#[test]
fn what_is_looked_for_is_found() {
    let folder = Folder::new();
    let stopped = run_to_its_end(&folder, &["nonce", "--count", "hunter2-ARGUMENT"], "");
    assert!(!stopped.places_of("hunter2-ARGUMENT").is_empty());
    assert_eq!(stopped.end(), 2);
}

/// Each way to have the answer.
const SIGN: [&[&str]; 6] = [
    &["sign"],
    &["sign", "--json"],
    &["sign", "--curl"],
    &["sign", "--transmission", "query"],
    &["explain"],
    &["explain", "--json"],
];

#[test]
fn credentials_are_wiped() {
    let folder = Folder::new();
    let json = format!("{{\"consumer_key\": \"k\", \"consumer_secret\": \"{SECRET}\\u0021\"}}");
    let toml = format!("consumer_key = \"k\"\nconsumer_secret = \"{SECRET}\\u0021\"\n");
    for file in [folder.file("c.json", &json), folder.file("c.toml", &toml), folder.file("c", &toml)] {
        for arguments in SIGN {
            for method in ["HMAC-SHA256", "PLAINTEXT"] {
                let more = ["GET", "https://h.example/", "--method", method, "--credentials", &file];
                check(&folder, &[arguments, &more].concat(), "", SECRET, 0);
            }
        }
        let line = "{\"method\": \"GET\", \"url\": \"https://h.example/\"}\n".repeat(3);
        check(&folder, &["sign", "--batch", "--method", "PLAINTEXT", "--credentials", &file], &line, SECRET, 0);
    }
    // What cannot be read is not kept either.
    for (name, text) in [("b.json", json + "}"), ("b.toml", toml + "=")] {
        let file = folder.file(name, text);
        check(&folder, &["sign", "GET", "http://h/", "--credentials", &file], "", SECRET, 4);
    }
}

#[test]
fn the_text_of_a_private_key_is_wiped() {
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/oauth1/keys/oauthlib-rsa-1024.pem");
    let pem = fs::read_to_string(keys).unwrap();
    let middle = pem.lines().nth(pem.lines().count() / 2).unwrap();
    let folder = Folder::new();
    let json = serde_json::json!({ "consumer_key": "k", "private_key": pem }).to_string();
    let toml = format!("consumer_key = 'k'\nprivate_key = {}\n", serde_json::json!(pem));
    let named = "consumer_key = 'k'\nprivate_key_file = 'key.pem'\n";
    folder.file("key.pem", &pem);
    for file in [folder.file("c.json", json), folder.file("c.toml", toml), folder.file("n.toml", named)] {
        for arguments in SIGN {
            let more = ["GET", "https://h.example/", "--method", "RSA-SHA256", "--credentials", &file];
            check(&folder, &[arguments, &more].concat(), "", middle, 0);
        }
    }
}

#[test]
fn bodies_and_batches_are_wiped() {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", "consumer_key = 'k'\nconsumer_secret = 's'\n");
    let form = format!("user=a&password={SECRET}!&b=+{}", " ".repeat(3000));
    let file = folder.file("form", &form);
    for arguments in SIGN {
        for name in [file.as_str(), "-"] {
            let more = ["POST", "https://h.example/", "--credentials", &credentials, "--data-file", name];
            check(&folder, &[arguments, &more].concat(), &form, SECRET, 0);
            let more = [&more[..], &["--transmission", "body"]].concat();
            if !arguments.contains(&"--transmission") {
                check(&folder, &[arguments, &more].concat(), &form, SECRET, 0);
            }
        }
    }
    let request = |more: &str| format!("{{\"method\": \"POST\", \"url\": \"https://h.example/\", {more}}}\n");
    let batch = |credentials, input: &str, code| {
        check(&folder, &["sign", "--batch", "--credentials", credentials], input, SECRET, code);
    };
    let lines = [
        request(&format!("\"body\": \"password={SECRET}\\u0021\", \"content_type\": \"text/plain\"")),
        request(&format!(
            "\"body\": \"password={SECRET}\\u0021\", \"content_type\": \"application/x-www-form-urlencoded\""
        )),
        request(&format!("\"parameters\": {{\"x_auth_password\": \"{SECRET}\\u0021\"}}")),
        request(&format!("\"id\": \"{SECRET}\\u0021\"")),
        request("\"id\": 1"),
    ];
    for line in &lines {
        batch(&credentials, line, 0);
    }
    batch(&credentials, &lines.concat().repeat(10), 0);
    for line in
        [format!("{{\"url\": \"{SECRET}\\u0021"), request(&format!("\"{SECRET}\\u0021\": 1")), SECRET.to_owned()]
    {
        batch(&credentials, &line, 1);
    }
}

#[test]
fn a_server_s_base_string_is_wiped() {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", "consumer_key = 'k'\nconsumer_secret = 's'\n");
    let theirs = format!("POST&https%3A%2F%2Fh.example%2F&oauth_nonce%3Dn%26password%3D{SECRET}%2521%26user%3Da\n");
    let file = format!("@{}", folder.file("server.txt", &theirs));
    let form = folder.file("form", format!("user=a&password={SECRET}"));
    for json in [&[][..], &["--json"]] {
        for text in [file.as_str(), "@-"] {
            let request =
                ["explain", "POST", "https://h.example/", "--data-file", &form, "--credentials", &credentials];
            let arguments = [&request, &["--server-base-string", text][..], json].concat();
            check(&folder, &arguments, &theirs, SECRET, 6);
        }
    }
}

#[test]
fn grants_are_wiped() {
    let (home, service) = Home::with_grant(&["access_lifetime=2"], &[]);
    let store = format!("sqlite:{}", home.path(".local/share/osign/grants.sqlite").display());
    let key_file = home.path(".local/share/osign/store.key");
    let key = fs::read_to_string(&key_file).unwrap();
    let key = key.trim().strip_prefix("osign-key-1:").unwrap();
    let place = ["--store", &store, "--key-file", key_file.to_str().unwrap()];
    let url = format!("{}/api/me", service.url);
    let run = |arguments: &[&str]| {
        for _ in 0..2 {
            // The token that is there, then a refresh, which brings others.
            for secret in [service::SECRET, key].map(str::to_owned).into_iter().chain(service.issued()) {
                check(&home.folder, &[arguments, &place[..]].concat(), "", &secret, 0);
            }
            std::thread::sleep(std::time::Duration::from_millis(2100));
        }
    };
    run(&["token", "crm", "--min-validity", "0"]);
    run(&["call", "crm", "GET", &url]);
}

#[test]
fn passphrases_are_wiped() {
    const PASSPHRASE: &str = "correct horse battery";
    let home = Home::new();
    home.folder.file("pass", PASSPHRASE);
    let add = ["grant", "add", "crm", "--kind", "static", "--secret-file", "secret", "--passphrase-file", "pass"];
    assert_eq!(home.run(&add).code, 0);
    let store = format!("sqlite:{}", home.path(".local/share/osign/grants.sqlite").display());
    let pass = home.path("pass");
    for (file, input) in [(pass.to_str().unwrap(), ""), ("-", PASSPHRASE)] {
        let arguments = ["token", "crm", "--store", &store, "--passphrase-file", file];
        for secret in [PASSPHRASE, service::SECRET] {
            check(&home.folder, &arguments, input, secret, 0);
        }
    }
}
