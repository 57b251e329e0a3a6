//! Where the credentials come from: environment, file, prompt; never the command line.

mod file;

use crate::args::SignerOptions;
use crate::failure::Failure;
use crate::secrets;
use crate::setting::Settings;
use osign::Error;
use osign::oauth1::{SignatureMethod, Signer};
use osign::setting::Value;
use std::env;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Whether to ask for what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Where there is a terminal.
    Allowed,
    /// Never: stdin carries the requests.
    Never,
}

/// What to warn of on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Warn {
    /// Files that others can read or change, and white space around secrets.
    All,
    /// Files alone; the rest is said elsewhere.
    Files,
}

/// A value and where it comes from, in the words of an error.
struct Found<T = String> {
    value: T,
    source: String,
}

/// PEM text, or the file that holds it, which is read when it is needed: by the RSA methods.
enum PrivateKey {
    Text(String),
    File(PathBuf),
}

/// What was found, each from the first place that had it. No `Debug`: it holds secrets.
#[derive(Default)]
struct Credentials {
    consumer_key: Option<Found>,
    consumer_secret: Option<Found>,
    token: Option<Found>,
    token_secret: Option<Found>,
    private_key: Option<Found<PrivateKey>>,
    signature_method: Option<Found>,
    realm: Option<Found>,
}

/// The text that was found, or none.
fn text(found: &Option<Found>) -> &str {
    found.as_ref().map_or("", |found| &found.value)
}

/// What the core made of a value. If it is unusable, then so are the credentials, and not the request: the error names
/// where it comes from.
fn taken<T, R>(found: &Option<Found<T>>, result: Result<R, Error>) -> Result<R, Failure> {
    result.map_err(|error| match found {
        Some(found) => Failure::credentials(format!("{}: {}", found.source, error)),
        None => error.into(),
    })
}

/// The signer that options, `--set`, environment, file and prompt make together, and its realm.
pub(crate) fn signer(
    options: &SignerOptions,
    settings: &Settings<'_>,
    prompt: Prompt,
    warn: Warn,
) -> Result<(Signer, String), Failure> {
    let mut credentials = Credentials::from_environment()?;
    let file = options.credentials.clone().or_else(|| path_variable("OSIGN_CREDENTIALS"));
    if let Some(file) = file {
        credentials.fill(file::read(&file)?);
    }
    let method = match (&options.method, &credentials.signature_method) {
        (Some(name), _) => SignatureMethod::from_name(name)?,
        (None, found @ Some(name)) => taken(found, SignatureMethod::from_name(&name.value))?,
        (None, None) => SignatureMethod::default(),
    };
    credentials.complete(method, prompt)?;
    if warn == Warn::All && !method.is_rsa() {
        credentials.warn_of_whitespace();
    }
    let mut signer = credentials.signer(method)?;
    let realm = options.realm.as_deref().unwrap_or(text(&credentials.realm));
    let set = signer.set_realm(realm);
    if options.realm.is_some() {
        set?
    } else {
        taken(&credentials.realm, set)?
    }
    signer.set_clock_offset(options.clock_offset);
    signer.set_send_version(!options.no_version);
    signer.set_body_hash(options.body_hash);
    signer.set("url_form", Value::Text(&options.url_form))?;
    settings.set_signer(&mut signer)?;
    Ok((signer, realm.to_owned()))
}

/// What a credentials file says, as settings of a grant of OAuth 1.0a by their names. A file without a token has none.
pub(crate) fn settings(file: &Path) -> Result<Vec<(&'static str, Zeroizing<String>)>, Failure> {
    let Credentials { consumer_key, consumer_secret, token, token_secret, private_key, signature_method, realm } =
        file::read(file)?;
    let private_key = private_key.map(|found| match found.value {
        PrivateKey::Text(pem) => Ok(pem),
        PrivateKey::File(file) => file::read_text(&file, file::PRIVATE_KEY),
    });
    let text = |found: Option<Found>| found.map(|found| found.value);
    let of = [
        ("consumer_key", text(consumer_key)),
        ("consumer_secret", text(consumer_secret)),
        ("token", Some(text(token).unwrap_or_default())),
        ("token_secret", text(token_secret)),
        ("private_key", private_key.transpose()?),
        ("signature_method", text(signature_method)),
        ("realm", text(realm)),
    ];
    Ok(of.into_iter().filter_map(|(name, value)| Some((name, Zeroizing::new(value?)))).collect())
}

/// The text of a private key's file; says so when others can read or change it, too.
pub(crate) fn private_key(file: &Path) -> Result<Zeroizing<String>, Failure> {
    file::read_text(file, file::PRIVATE_KEY).map(Zeroizing::new)
}

impl Credentials {
    fn from_environment() -> Result<Self, Failure> {
        Ok(Self {
            consumer_key: variable("OSIGN_CONSUMER_KEY")?,
            consumer_secret: variable("OSIGN_CONSUMER_SECRET")?,
            token: variable("OSIGN_TOKEN")?,
            token_secret: variable("OSIGN_TOKEN_SECRET")?,
            private_key: path_variable(KEY_VARIABLE)
                .map(|file| Found { value: PrivateKey::File(file), source: KEY_VARIABLE.to_owned() }),
            signature_method: variable("OSIGN_SIGNATURE_METHOD")?,
            realm: variable("OSIGN_REALM")?,
        })
    }

    /// Takes from `later` what is still missing.
    fn fill(&mut self, later: Self) {
        let Self { consumer_key, consumer_secret, token, token_secret, private_key, signature_method, realm } = later;
        for (have, later) in [
            (&mut self.consumer_key, consumer_key),
            (&mut self.consumer_secret, consumer_secret),
            (&mut self.token, token),
            (&mut self.token_secret, token_secret),
            (&mut self.signature_method, signature_method),
            (&mut self.realm, realm),
        ] {
            *have = have.take().or(later);
        }
        self.private_key = self.private_key.take().or(private_key);
    }

    /// Asks for what signing cannot do without, or says where to put it.
    fn complete(&mut self, method: SignatureMethod, prompt: Prompt) -> Result<(), Failure> {
        let can_ask = prompt == Prompt::Allowed && io::stdin().is_terminal() && io::stderr().is_terminal();
        if self.consumer_key.is_none() {
            let key = missing(can_ask, "consumer key", "OSIGN_CONSUMER_KEY", "consumer_key", ask)?;
            // Without it the other answers would be for nothing.
            if key.value.is_empty() {
                return Err(Failure::credentials("the consumer key is empty; enter the one that the service gave you"));
            }
            self.consumer_key = Some(key);
            if self.token.is_none() && can_ask {
                self.token = Some(answer("Token (empty for none)", ask)?);
            }
        }
        if method.is_rsa() {
            // The secrets take no part (RFC 5849 §3.4.3).
            if self.private_key.is_none() {
                return Err(Failure::credentials(format!(
                    "{method} needs a private key: set OSIGN_PRIVATE_KEY_FILE, or private_key_file in the credentials file"
                )));
            }
            return Ok(());
        }
        if self.consumer_secret.is_none() {
            let place = ("OSIGN_CONSUMER_SECRET", "consumer_secret");
            self.consumer_secret = Some(missing(can_ask, "consumer secret", place.0, place.1, ask_secret)?);
        }
        if !text(&self.token).is_empty() && self.token_secret.is_none() {
            let place = ("OSIGN_TOKEN_SECRET", "token_secret");
            self.token_secret = Some(missing(can_ask, "token secret", place.0, place.1, ask_secret)?);
        }
        Ok(())
    }

    fn warn_of_whitespace(&self) {
        for (what, found, part_of) in [
            ("consumer key", &self.consumer_key, "is sent"),
            ("consumer secret", &self.consumer_secret, "takes part in the key"),
            ("token", &self.token, "is sent"),
            ("token secret", &self.token_secret, "takes part in the key"),
        ] {
            // What cannot be sent at all is refused a moment later.
            let is_sent = part_of == "is sent";
            if text(found).trim() != text(found) && !(is_sent && text(found).contains(char::is_control)) {
                crate::report(&format!(
                    "warning: the {what} begins or ends with white space or a line break, which {part_of}; remove it if it \
                     was pasted by accident"
                ));
            }
        }
    }

    fn signer(&self, method: SignatureMethod) -> Result<Signer, Failure> {
        let Self { consumer_key, consumer_secret, token, token_secret, .. } = self;
        let mut signer = taken(consumer_key, Signer::new(text(consumer_key), text(consumer_secret)))?;
        // A token secret without a token takes part in the key all the same (§3.4.2).
        taken(token, signer.set_token(text(token), text(token_secret)))?;
        if let Some(found) = self.private_key.as_ref().filter(|_| method.is_rsa()) {
            let set = match &found.value {
                PrivateKey::Text(pem) => signer.set_private_key(pem),
                PrivateKey::File(file) => signer.set_private_key(&file::read_text(file, file::PRIVATE_KEY)?),
            };
            taken(&self.private_key, set)?;
        }
        signer.set_signature_method(method);
        Ok(signer)
    }
}

const KEY_VARIABLE: &str = "OSIGN_PRIVATE_KEY_FILE";

fn variable(name: &str) -> Result<Option<Found>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(Found { value, source: name.to_owned() })),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::credentials(format!("the environment variable {name} is not UTF-8; write it in UTF-8")))
        }
    }
}

/// A path; an empty one is none.
fn path_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn missing(
    can_ask: bool,
    what: &str,
    variable: &str,
    key: &str,
    ask: fn(&str) -> Result<String, Failure>,
) -> Result<Found, Failure> {
    if can_ask {
        let mut prompt = what.to_owned();
        prompt[..1].make_ascii_uppercase();
        return answer(&prompt, ask);
    }
    Err(Failure::credentials(format!(
        "there is no {what}: set {variable}, or {key} in a file that --credentials names{}",
        if key.ends_with("secret") { " (it may be empty)" } else { "" }
    )))
}

fn answer(prompt: &str, ask: fn(&str) -> Result<String, Failure>) -> Result<Found, Failure> {
    Ok(Found { value: ask(prompt)?, source: "the answer at the prompt".to_owned() })
}

fn ask(prompt: &str) -> Result<String, Failure> {
    let failed = |error| Failure::io("cannot ask on the terminal", &error);
    let mut stderr = io::stderr().lock();
    write!(stderr, "{prompt}: ").and_then(|()| stderr.flush()).map_err(failed)?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line).map_err(failed)? == 0 {
        return Err(Failure::credentials("the terminal was closed before the question was answered"));
    }
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

fn ask_secret(prompt: &str) -> Result<String, Failure> {
    secrets::prompt_hidden(prompt).map(|mut answer| std::mem::take(&mut *answer))
}
