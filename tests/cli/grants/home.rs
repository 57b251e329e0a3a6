//! A home folder of its own, in which a person keeps grants.

use super::service::{self, Answer, CLIENT, SECRET, Service, get};
use crate::cli::run::{Ended, Folder, osign, run, set_mode};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) struct Home {
    pub(crate) folder: Folder,
    pub(crate) redirect_uri: String,
}

impl Home {
    /// With a browser that notes what it is to open, and opens nothing.
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let browser = folder.file(
            "xdg-open",
            "#!/bin/sh\nprintf '%s' \"$1\" >\"$0.new\"\nexport -p >\"$0.env\"\n/bin/mv \"$0.new\" \"$0.url\"\n",
        );
        set_mode(Path::new(&browser), 0o700);
        folder.file("secret", format!("{SECRET}\n"));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, redirect_uri: format!("http://127.0.0.1:{port}/callback") }
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, with this home.
    pub(crate) fn osign(&self, arguments: &[&str]) -> Command {
        let mut command = osign(arguments);
        command.env("HOME", self.folder.path()).env("PATH", self.folder.path()).current_dir(self.folder.path());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.osign(arguments))
    }

    /// Adds a grant of the provider, with these arguments after the usual ones.
    pub(crate) fn add<'a>(&'a self, service: &Service, name: &'a str, more: &[&'a str]) -> Ended {
        self.add_by("custom", service, name, more)
    }

    /// The same by another profile.
    pub(crate) fn add_by<'a>(&'a self, profile: &'a str, service: &Service, name: &'a str, more: &[&'a str]) -> Ended {
        let (authorize, token) = (format!("{}/authorize", service.url), format!("{}/token", service.url));
        let revoke = format!("revoke_url={}/revoke", service.url);
        let mut arguments = vec!["grant", "add", name, "--provider", profile, "--client-id", CLIENT];
        arguments.extend(["--client-secret-file", "secret", "--redirect-uri", &self.redirect_uri]);
        arguments.extend(["--authorize-url", &authorize, "--token-url", &token, "--set", &revoke]);
        arguments.extend(["--api-origin", &service.url, "--allow-insecure-http"]);
        arguments.extend(more);
        self.run(&arguments)
    }

    /// A login under way, and the address that its browser was to open.
    pub(crate) fn begin_login(&self, name: &str) -> (Child, String) {
        let mut command = self.osign(&["grant", "login", name, "--timeout", "30"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let file = self.path("xdg-open.url");
        let end = Instant::now() + Duration::from_secs(30);
        while !file.exists() {
            assert!(Instant::now() < end, "no browser was opened");
            sleep(Duration::from_millis(5));
        }
        let url = fs::read_to_string(&file).unwrap();
        fs::remove_file(&file).unwrap();
        (child, url)
    }

    /// Logs in as a person does who agrees at once. The page that they see.
    pub(crate) fn login(&self, name: &str) -> Answer {
        let (child, url) = self.begin_login(name);
        let page = get(get(&url).header("Location"));
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        page
    }

    /// A provider, and a grant of it named crm that a person has logged in for.
    pub(crate) fn with_grant(settings: &[&str], more: &[&str]) -> (Self, Service) {
        let (home, service) = (Self::new(), Service::start(settings));
        let added = home.add(&service, "crm", more);
        assert_eq!(added.code, 0, "{}", added.stderr);
        home.login("crm");
        (home, service)
    }

    /// The same by a profile of one's own: that of an unknown service, changed.
    pub(crate) fn with_profile(settings: &[&str], change: impl Fn(&str) -> String) -> (Self, Service) {
        let (home, service) = (Self::new(), Service::start(settings));
        let profile = change(include_str!("../../../src/provider/services/custom.toml"));
        home.folder.file("mine.toml", profile.replace("name = \"custom\"", "name = \"mine\""));
        let added = home.add_by("./mine.toml", &service, "crm", &[]);
        assert_eq!(added.code, 0, "{}", added.stderr);
        home.login("crm");
        (home, service)
    }

    /// The token of crm, or the sentence and the code.
    pub(crate) fn token(&self) -> Result<String, (i32, String)> {
        let ended = self.run(&["token", "crm", "--min-validity", "0"]);
        match ended.code {
            0 => Ok(ended.text().trim().to_owned()),
            code => Err((code, ended.failure(code))),
        }
    }

    /// The token of crm as JSON.
    pub(crate) fn token_json(&self) -> serde_json::Value {
        let text = self.run(&["token", "crm", "--min-validity", "0", "--json"]).text();
        serde_json::from_str(&text).unwrap()
    }
}

/// Sends what a browser would, with a language.
pub(crate) fn browse(url: &str, language: &str) -> Answer {
    service::send("GET", url, &[&format!("Accept-Language: {language}")], "")
}
