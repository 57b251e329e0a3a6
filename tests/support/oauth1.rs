//! A provider of OAuth 1.0a on the loopback: the three steps, an API, and whatever lie a test wants to hear.
//!
//! It verifies each signature by computing it again in the plainest way ([`plain`]), which shares nothing with osign.

#[path = "../properties/plain/mod.rs"]
mod plain;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use plain::{Pairs, decode, encode, form, normalize};
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// The consumer that it knows.
pub(crate) const CONSUMER_KEY: &str = "consumer-key";
pub(crate) const CONSUMER_SECRET: &str = "consumer-SECRET&+";

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Its protocol parameters, decoded, wherever they travelled.
    pub(crate) protocol: Vec<(String, String)>,
    /// Why its signature is none, if it is none.
    pub(crate) refused: Option<String>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.protocol.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer in place of the honest one.
#[derive(Clone, Debug)]
pub(crate) struct Lie {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    /// `{honest}` in it is the honest body.
    pub(crate) body: String,
}

struct Temporary {
    secret: String,
    callback: String,
    verifier: Option<String>,
}

#[derive(Default)]
struct State {
    temporary: HashMap<String, Temporary>,
    /// Tokens and their secrets.
    tokens: HashMap<String, String>,
    /// By path, until it is taken back.
    lies: HashMap<String, Lie>,
    /// Each nonce works once.
    nonces: HashSet<String>,
    seen: Vec<Seen>,
    /// All that it ever handed out and that nobody else may know.
    secrets: Vec<String>,
    count: u32,
}

/// A running provider. It ends with the test's process.
pub(crate) struct OAuth1Provider {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl OAuth1Provider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, base) = (state.clone(), url.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, base) = (shared.clone(), base.clone());
                // Who hangs up is no error of the provider's.
                thread::spawn(move || serve(stream, &base, &state).ok());
            }
        });
        Self { url, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on whoever comes to a path hears nothing.
    pub(crate) fn hang_up(&self, path: &str) {
        self.lie(path, 0, "", "");
    }

    /// A code that somebody can type stands for one that was shown.
    pub(crate) fn retype(&self, verifier: &str) -> String {
        let mut state = self.state();
        let typed = format!("PIN-{}", state.count);
        for temporary in state.temporary.values_mut().filter(|one| one.verifier.as_deref() == Some(verifier)) {
            temporary.verifier = Some(typed.clone());
        }
        typed
    }

    /// From now on a path is answered like this.
    pub(crate) fn lie(&self, path: &str, status: u16, content_type: &'static str, body: &str) {
        let lie = Lie { status, content_type, body: body.to_owned() };
        self.state().lies.insert(path.to_owned(), lie);
    }

    /// It is honest again.
    pub(crate) fn be_honest(&self) {
        self.state().lies.clear();
    }

    /// What has come since the last time.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.state().seen)
    }

    /// The one request that has come since the last time, whose signature is right.
    #[track_caller]
    pub(crate) fn only(&self) -> Seen {
        let seen = self.take();
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!(seen[0].refused, None, "{seen:?}");
        seen.into_iter().next().unwrap()
    }

    /// A token that somebody made by hand, and its secret.
    pub(crate) fn make_token(&self) -> (String, String) {
        let mut state = self.state();
        let (token, secret) = (state.made("token"), state.made("token-secret"));
        state.tokens.insert(token.clone(), secret.clone());
        (token, secret)
    }

    /// Every secret that it ever handed out, and the consumer's.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut secrets = self.state().secrets.clone();
        secrets.push(CONSUMER_SECRET.to_owned());
        secrets
    }

    /// A person agrees at an address: where the browser is sent then, or the code that is shown.
    pub(crate) fn agree(&self, address: &str) -> String {
        let (head, body) = get(address);
        head.lines().find_map(|line| line.strip_prefix("Location: ").map(str::to_owned)).unwrap_or(body)
    }
}

impl State {
    fn made(&mut self, what: &str) -> String {
        self.count += 1;
        let text = format!("{what}-{}/+{:x}", self.count, self.count * 2_654_435);
        if what.ends_with("secret") || what == "verifier" {
            self.secrets.push(text.clone());
        }
        text
    }

    /// What is wrong with a signature.
    fn verify(&mut self, base: &str, seen: &Seen) -> Result<(), String> {
        let get = |name: &str| seen.parameter(name).ok_or(format!("no {name}"));
        if get("oauth_consumer_key")? != CONSUMER_KEY {
            return Err("the consumer is unknown".to_owned());
        }
        let token = seen.parameter("oauth_token").unwrap_or_default();
        let token_secret = match (self.tokens.get(token), self.temporary.get(token)) {
            _ if token.is_empty() => String::new(),
            (Some(secret), _) => secret.clone(),
            (None, Some(temporary)) => temporary.secret.clone(),
            (None, None) => return Err("the token is unknown".to_owned()),
        };
        let key = format!("{}&{}", encode(CONSUMER_SECRET.as_bytes()), encode(token_secret.as_bytes()));
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        // The header's parameters are none of the query's nor the body's.
        let mut pairs: Pairs = if seen.header("Authorization").is_some() {
            let own = seen.protocol.iter().filter(|(name, _)| name != "realm");
            own.map(|(name, value)| (name.clone().into_bytes(), value.clone().into_bytes())).collect()
        } else {
            Pairs::new()
        };
        pairs.extend(form(query.as_bytes()));
        let content_type = seen.header("Content-Type").unwrap_or_default();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            pairs.extend(form(&seen.body));
        }
        pairs.retain(|(name, _)| name != b"oauth_signature");
        let uri = format!("{base}{path}");
        let base_string = [&seen.method, &uri, &normalize(&pairs)].map(|part| encode(part.as_bytes())).join("&");
        let wanted = match get("oauth_signature_method")? {
            "HMAC-SHA1" => mac::<Hmac<sha1::Sha1>>(&key, &base_string),
            "HMAC-SHA256" => mac::<Hmac<sha2::Sha256>>(&key, &base_string),
            "PLAINTEXT" => key,
            other => return Err(format!("the method {other} is unknown")),
        };
        if get("oauth_signature")? != wanted {
            return Err("the signature is another".to_owned());
        }
        let nonce = format!("{}&{}", get("oauth_nonce")?, get("oauth_timestamp")?);
        if self.nonces.insert(nonce) { Ok(()) } else { Err("the nonce was used".to_owned()) }
    }

    /// Status, a header, and the body that an honest provider answers with.
    fn answer(&mut self, base: &str, seen: &Seen) -> (u16, String, String) {
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        let of_query = |name: &str| {
            let pairs = form(query.as_bytes());
            pairs
                .into_iter()
                .find(|(known, _)| known == name.as_bytes())
                .map(|(_, value)| String::from_utf8(value).unwrap())
        };
        let plain = |status, body: &str| (status, String::new(), body.to_owned());
        if path == "/authorize" {
            let token = of_query("oauth_token").unwrap_or_default();
            let verifier = self.made("verifier");
            let Some(temporary) = self.temporary.get_mut(&token) else { return plain(401, "who?") };
            temporary.verifier = Some(verifier.clone());
            if temporary.callback == "oob" {
                return plain(200, &verifier);
            }
            let mark = if temporary.callback.contains('?') { '&' } else { '?' };
            let (token, verifier) = (encode(token.as_bytes()), encode(verifier.as_bytes()));
            let place = format!("{}{mark}oauth_token={token}&oauth_verifier={verifier}", temporary.callback);
            return (302, format!("Location: {place}\r\n"), String::new());
        }
        if path.starts_with("/open/") {
            return plain(200, "open");
        }
        if let Some(reason) = &seen.refused {
            return plain(
                401,
                &format!("oauth_problem=signature_invalid&oauth_problem_advice={}", encode(reason.as_bytes())),
            );
        }
        let token = seen.parameter("oauth_token").unwrap_or_default().to_owned();
        match path {
            "/initiate" => {
                let (token, secret) = (self.made("temporary"), self.made("temporary-secret"));
                let callback = seen.parameter("oauth_callback").unwrap_or_default().to_owned();
                let body = format!(
                    "oauth_token={}&oauth_token_secret={}&oauth_callback_confirmed=true",
                    encode(token.as_bytes()),
                    encode(secret.as_bytes())
                );
                self.temporary.insert(token, Temporary { secret, callback, verifier: None });
                plain(200, &body)
            }
            "/token" => {
                let verifier = seen.parameter("oauth_verifier");
                match self.temporary.remove(&token) {
                    Some(temporary) if temporary.verifier.as_deref() == verifier && verifier.is_some() => {
                        let (token, secret) = (self.made("token"), self.made("token-secret"));
                        let body = format!(
                            "oauth_token={}&oauth_token_secret={}&user_id=42&screen_name=ann",
                            encode(token.as_bytes()),
                            encode(secret.as_bytes())
                        );
                        self.tokens.insert(token, secret);
                        plain(200, &body)
                    }
                    _ => plain(401, "oauth_problem=verifier_invalid"),
                }
            }
            "/renew" => {
                self.tokens.remove(&token);
                let (token, secret) = (self.made("token"), self.made("token-secret"));
                let body = format!(
                    "oauth_token={}&oauth_token_secret={}",
                    encode(token.as_bytes()),
                    encode(secret.as_bytes())
                );
                self.tokens.insert(token, secret);
                plain(200, &body)
            }
            "/disconnect" => {
                self.tokens.remove(&token);
                plain(200, "")
            }
            _ if path.starts_with("/api/") && (token.is_empty() || self.tokens.contains_key(&token)) => {
                if let Some(place) = of_query("to") {
                    let place = if place.starts_with('/') { format!("{base}{place}") } else { place };
                    return (307, format!("Location: {place}\r\n"), String::new());
                }
                plain(200, &format!("{} {}", seen.method, seen.path))
            }
            _ => plain(404, "nothing is here"),
        }
    }
}

fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn serve(mut stream: TcpStream, base: &str, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.trim_end().split_once(':').unwrap_or_default();
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut seen = Seen { method, path, headers, body: Vec::new(), protocol: Vec::new(), refused: None };
    let length = seen.header("Content-Length").map_or(0, |length| length.parse().unwrap());
    seen.body.resize(length, 0);
    reader.read_exact(&mut seen.body)?;
    seen.protocol = protocol(&seen);
    let mut state = state.lock().unwrap();
    seen.refused = state.verify(base, &seen).err();
    let path = seen.path.split('?').next().unwrap_or_default();
    let (status, header, content_type, body) = match state.lies.get(path).cloned() {
        // Nothing else happens then.
        Some(lie) if !lie.body.contains("{honest}") => (lie.status, String::new(), lie.content_type, lie.body),
        lie => {
            let (status, header, body) = state.answer(base, &seen);
            let honest = (status, header, "application/x-www-form-urlencoded", body);
            lie.map_or(honest.clone(), |lie| {
                (lie.status, honest.1, lie.content_type, lie.body.replace("{honest}", &honest.3))
            })
        }
    };
    if path != "/authorize" {
        state.seen.push(seen);
    }
    drop(state);
    if status == 0 {
        return Ok(());
    }
    let answer = format!(
        "HTTP/1.1 {status} Whatever\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{header}Connection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes())
}

/// Of the header, or of the query and the body.
fn protocol(seen: &Seen) -> Vec<(String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if let Some(parameters) = seen.header("Authorization").and_then(|header| header.strip_prefix("OAuth ")) {
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), text(decode(value.trim_matches('"').as_bytes())))
        };
        return parameters.split(", ").map(pair).collect();
    }
    let query = seen.path.split_once('?').map_or("", |(_, query)| query);
    let pairs = form(query.as_bytes()).into_iter().chain(form(&seen.body));
    let pairs = pairs.filter(|(name, _)| name.starts_with(b"oauth_"));
    pairs.map(|(name, value)| (text(name), text(value))).collect()
}

/// Head and body of an answer.
fn get(url: &str) -> (String, String) {
    let (host, path) = url.strip_prefix("http://").expect("http").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}
