//! Where the server is, and as whom: a URL as libpq reads it (PostgreSQL's documentation, "Connection URIs"), the `PG…`
//! variables, and the password file.

use super::passfile;
use super::tls::{self, Mode, Tls};
use crate::error::{Error, Keeping};
use crate::grant::Kept;
use crate::percent;
use crate::store::any::bad_url;
use std::env;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What is waited for a server, where nobody says: libpq would wait for ever.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const PORT: u16 = 5432;
/// Where Debian's server has its socket, and where others have.
#[cfg(unix)]
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// One of the servers of a store.
#[derive(Clone)]
pub(super) struct Host {
    /// A name, an address, or the folder of a socket.
    pub(super) name: String,
    /// What is connected to instead of what the name says.
    pub(super) address: Option<String>,
    pub(super) port: u16,
    pub(super) password: Option<Kept>,
}

impl Host {
    /// Whether it is the folder of a socket of this machine.
    pub(super) fn is_socket(&self) -> bool {
        self.name.starts_with('/') && self.address.is_none()
    }
}

/// Where a store is.
#[derive(Clone)]
pub(super) struct Address {
    /// They are tried one after the other, until one takes writes.
    pub(super) hosts: Vec<Host>,
    pub(super) database: String,
    pub(super) user: String,
    pub(super) application: String,
    pub(super) options: Option<String>,
    pub(super) connect_timeout: Duration,
    pub(super) mode: Mode,
    pub(super) tls: Option<Tls>,
    /// A password file that others may read, and that was left alone for it.
    pub(super) open_passfile: Option<PathBuf>,
}

impl fmt::Display for Address {
    /// Without user and password, as messages name the store.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgresql://{}/{}", self.servers(), self.database)
    }
}

impl Address {
    /// Of a URL.
    ///
    /// # Errors
    /// [`Keeping::BadStoreUrl`], [`Keeping::BadStoreParameter`]; files for TLS that cannot be used.
    pub(super) fn read(url: &str) -> Result<Self, Error> {
        let rest = ["postgresql://", "postgres://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let rest = rest.ok_or_else(bad_url)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let mut said = Said::default();
        said.put("user", decoded(user)?);
        said.put("password", decoded(password)?);
        said.put("dbname", decoded(database)?);
        let (names, ports) = split_hosts(hosts)?;
        said.put("host", names);
        said.put("port", ports);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| bad(pair))?;
            let name = decoded(name)?;
            if !KNOWN.iter().any(|(known, _)| *known == name) {
                return Err(bad(&name));
            }
            said.put(&name, decoded(value)?);
        }
        Self::of(&said)
    }

    fn of(said: &Said) -> Result<Self, Error> {
        let user = said.get("user").or_else(system_user).ok_or_else(|| bad("user"))?;
        let database = said.get("dbname").unwrap_or_else(|| user.clone());
        let mode = Mode::read(said.get("sslmode").as_deref()).ok_or_else(|| bad("sslmode"))?;
        // A store is written to, so that no other server is of use; "any" asks for less, and gets this as well.
        if !matches!(said.get("target_session_attrs").as_deref(), None | Some("any" | "read-write" | "primary")) {
            return Err(bad("target_session_attrs"));
        }
        // There is none here, so that whoever demands it must not be led to believe in it.
        if said.get("channel_binding").as_deref() == Some("require") {
            return Err(bad("channel_binding"));
        }
        let connect_timeout = match said.get("connect_timeout") {
            None => CONNECT_TIMEOUT,
            Some(text) => match text.parse() {
                Ok(0) => CONNECT_TIMEOUT,
                Ok(seconds) => Duration::from_secs(seconds),
                Err(_) => return Err(bad("connect_timeout")),
            },
        };
        let mut hosts = hosts(said)?;
        let password = said.secret("password");
        let mut open_passfile = None;
        if password.is_none()
            && let Some(file) = said.get("passfile").map(PathBuf::from).or_else(passfile::usual)
        {
            match passfile::read(&file) {
                passfile::Found::Lines(lines) => {
                    for host in &mut hosts {
                        host.password = passfile::password(&lines, &host.name, host.port, &database, &user);
                    }
                }
                passfile::Found::OpenToOthers => open_passfile = Some(file),
                passfile::Found::Nothing => {}
            }
        }
        for host in &mut hosts {
            host.password = password.clone().or(host.password.take());
        }
        let file = |name| said.get(name).map(PathBuf::from);
        let needs_tls = mode != Mode::Disable && hosts.iter().any(|host| !host.is_socket());
        let tls = match needs_tls {
            true => Some(tls::read(mode, file("sslrootcert").as_deref(), file("sslcert"), file("sslkey"))?),
            false => None,
        };
        let application = said.get("application_name").unwrap_or_else(|| "osign".to_owned());
        let options = said.get("options");
        Ok(Self { hosts, database, user, application, options, connect_timeout, mode, tls, open_passfile })
    }

    /// The servers, as people read them.
    pub(super) fn servers(&self) -> String {
        let one = |host: &Host| {
            let name = if host.is_socket() { percent::encode(host.name.as_bytes()) } else { host.name.clone() };
            let name = if name.contains(':') { format!("[{name}]") } else { name };
            if host.port == PORT { name } else { format!("{name}:{}", host.port) }
        };
        self.hosts.iter().map(one).collect::<Vec<_>>().join(",")
    }
}

/// The parameters that are known, and the variables that stand for them.
const KNOWN: [(&str, &str); 16] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("options", "PGOPTIONS"),
    ("application_name", "PGAPPNAME"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("channel_binding", "PGCHANNELBINDING"),
];

/// What a URL says; where it is silent, the environment does.
#[derive(Default)]
struct Said(Vec<(String, Kept)>);

impl Said {
    fn put(&mut self, name: &str, value: String) {
        if !value.is_empty() {
            self.0.retain(|(other, _)| other != name);
            self.0.push((name.to_owned(), Kept::new(&value)));
        }
    }

    fn secret(&self, name: &str) -> Option<Kept> {
        let in_url = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        in_url.or_else(|| {
            let (_, variable) = KNOWN.iter().find(|(known, _)| *known == name)?;
            env::var(variable).ok().filter(|value| !value.is_empty()).map(|value| Kept::new(&value))
        })
    }

    fn get(&self, name: &str) -> Option<String> {
        self.secret(name).map(|value| value.expose().to_owned())
    }
}

/// The names and the ports of a list of hosts, each as a list.
fn split_hosts(hosts: &str) -> Result<(String, String), Error> {
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[') {
            Some(host) => host.split_once(']').ok_or_else(bad_url)?,
            None => host.find(':').map_or((host, ""), |colon| host.split_at(colon)),
        };
        names.push(decoded(name)?);
        ports.push(port.strip_prefix(':').unwrap_or(port).to_owned());
    }
    let is_silent = |list: &[String]| list.iter().all(String::is_empty);
    let joined = |list: &[String]| if is_silent(list) { String::new() } else { list.join(",") };
    Ok((joined(&names), joined(&ports)))
}

fn hosts(said: &Said) -> Result<Vec<Host>, Error> {
    let list = |name| said.get(name).map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>());
    let (names, addresses) = (list("host"), list("hostaddr"));
    let ports = list("port").unwrap_or_default();
    let count = names.as_ref().or(addresses.as_ref()).map_or(1, Vec::len);
    if addresses.as_ref().is_some_and(|addresses| addresses.len() != count) {
        return Err(bad("hostaddr"));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(bad("port"));
    }
    (0..count)
        .map(|index| {
            let at = |list: &Option<Vec<String>>| list.as_ref()?.get(index).filter(|text| !text.is_empty()).cloned();
            let address = at(&addresses);
            let name = at(&names).or_else(|| address.clone()).unwrap_or_else(usual_host);
            let port = match ports.get(index).or(ports.first().filter(|_| ports.len() == 1)) {
                Some(text) if !text.is_empty() => text.parse().map_err(|_| bad("port"))?,
                _ => PORT,
            };
            Ok(Host { name, address, port, password: None })
        })
        .collect()
}

#[cfg(unix)]
fn usual_host() -> String {
    let there = SOCKETS.iter().find(|folder| std::path::Path::new(folder).join(format!(".s.PGSQL.{PORT}")).exists());
    there.map_or_else(|| "localhost".to_owned(), |folder| (*folder).to_owned())
}

#[cfg(not(unix))]
fn usual_host() -> String {
    "localhost".to_owned()
}

fn system_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

fn decoded(text: &str) -> Result<String, Error> {
    let decoded = String::from_utf8(percent::decode(text.as_bytes())).ok();
    // What ends a text in the protocol is in none.
    decoded.filter(|text| !text.contains('\0')).ok_or_else(bad_url)
}

fn bad(name: &str) -> Error {
    // Only a name that is one is shown: what stands there otherwise may be part of a password.
    let is_name = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    Keeping::BadStoreParameter { name: if is_name { name.to_owned() } else { "?".to_owned() } }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        Address::read(url).map_or_else(|error| error.word().to_owned(), |address| address.to_string())
    }

    #[test]
    fn urls_are_read_as_libpq_reads_them() {
        for (url, as_shown) in [
            ("postgresql://u:hunter2@db1/grants?sslmode=disable", "postgresql://db1/grants"),
            ("postgres://u@db1:6432/grants?sslmode=disable", "postgresql://db1:6432/grants"),
            ("postgresql://u@[::1]:6432/grants?sslmode=disable", "postgresql://[::1]:6432/grants"),
            ("postgresql://u@a:1,b:2/g?sslmode=disable", "postgresql://a:1,b:2/g"),
            ("postgresql://u@%2Frun%2Fpg/g", "postgresql://%2Frun%2Fpg/g"),
            ("postgresql:///g?host=/run/pg&user=u&port=7", "postgresql://%2Frun%2Fpg:7/g"),
            ("postgresql://u@db1/g?sslmode=perhaps", "bad-store-parameter"),
            ("postgresql://u@db1/g?sslcrl=x", "bad-store-parameter"),
            ("postgresql://u@db1:port/g?sslmode=disable", "bad-store-parameter"),
            ("postgresql://u@a:1,b:2,c:3/g?port=1,2&sslmode=disable", "bad-store-parameter"),
            ("postgresql://u@db1/g?target_session_attrs=standby", "bad-store-parameter"),
            ("mysql://u@db1/g", "bad-store-url"),
        ] {
            assert_eq!(shown(url), as_shown, "{url}");
        }
    }

    #[test]
    fn a_password_is_percent_decoded_and_shown_nowhere() {
        let address = Address::read("postgresql://u:hun%40ter2@db1/g?sslmode=disable").unwrap();
        assert_eq!(address.hosts[0].password.as_ref().unwrap().expose(), "hun@ter2");
        assert!(!address.to_string().contains("ter2"));
        let error = Address::read("postgresql://u@db1/g?hunter2").err().unwrap();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
