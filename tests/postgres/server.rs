//! A server of its own for a test: of Debian's package, run by a user who may do nothing else.

use osign::store::{Options, Postgres};
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The variables that tell a child of the tests where the store is.
const URL: &str = "OSIGN_TEST_URL";
const FOLDER: &str = "OSIGN_TEST_FOLDER";
/// How long a lock lasts in the tests, in milliseconds.
const LEASE: &str = "OSIGN_TEST_LEASE";

/// A server, which ends with this.
pub(crate) struct Server {
    /// Of the server's files and sockets.
    pub(crate) folder: PathBuf,
    /// Of its data.
    pub(crate) data: PathBuf,
    pub(crate) port: u16,
    pub(crate) lease: Duration,
    pub(crate) process: Option<Child>,
}

impl Server {
    /// One with an empty database `grants` and the role `osign`.
    pub(crate) fn start(name: &str) -> Self {
        Self::start_with(name, "")
    }

    /// The same with settings of its own.
    pub(crate) fn start_with(name: &str, settings: &str) -> Self {
        let server = Self::prepared(name, settings, |_| {});
        server.sql("postgres", "CREATE ROLE osign LOGIN PASSWORD 'hunter2'; CREATE DATABASE grants OWNER osign");
        server
    }

    /// One whose folder is prepared first, so as to be a disk of its own.
    pub(crate) fn in_folder(name: &str, prepare: impl FnOnce(&Path)) -> Self {
        Self::prepared(name, "", prepare)
    }

    fn prepared(name: &str, settings: &str, prepare: impl FnOnce(&Path)) -> Self {
        let folder = folder(name);
        prepare(&folder);
        let data = folder.join("data");
        done(as_nobody(&folder, "cp").arg("-a").arg(new_cluster()).arg(&data));
        let mut server = Self { folder, data, port: free_port(), lease: Duration::from_secs(75), process: None };
        server.configure(&format!("max_wal_size = 64MB\nmin_wal_size = 32MB\n{settings}\n"));
        server.run();
        server
    }

    /// A copy of another one's data, made by the server's own tool, that follows it.
    pub(crate) fn standby_of(primary: &Self, name: &str) -> Self {
        let folder = folder(name);
        let data = folder.join("data");
        let mut copy = as_nobody(&folder, "pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-U", "postgres", "-R", "-X", "stream", "-c", "fast", "-p"]);
        done(copy.arg(primary.port.to_string()).arg("-D").arg(&data));
        let mut server = Self { folder, data, port: free_port(), lease: primary.lease, process: None };
        server.run();
        server
    }

    /// Adds lines to its settings, for the next start.
    pub(crate) fn configure(&self, lines: &str) {
        let file = self.data.join("postgresql.conf");
        let before = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{before}\n{lines}")).unwrap();
    }

    /// Starts it, and waits until it lets people in.
    pub(crate) fn run(&mut self) {
        let mut command = as_nobody(&self.folder, "postgres");
        // The second one is of tests that make a network.
        command.arg("-D").arg(&self.data).args(["-c", &format!("listen_addresses=127.0.0.1,{}.1", network()), "-c"]);
        command.arg(format!("unix_socket_directories={}", self.folder.display()));
        command.args(["-p", &self.port.to_string()]).stdin(Stdio::null());
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("log")).unwrap();
        command.stderr(log.try_clone().unwrap()).stdout(log);
        self.process = Some(command.spawn().expect("the server starts"));
        self.wait_until_ready();
    }

    pub(crate) fn wait_until_ready(&self) {
        let begun = Instant::now();
        while !self.psql("postgres", "SELECT 1").status.success() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(60), "the server does not start:\n{}", log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// kill -9 of the server and of all that it started.
    pub(crate) fn kill(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", process.id())).unwrap_or_default();
        process.kill().unwrap();
        for child in children.split_whitespace() {
            let _ = Command::new("kill").args(["-9", child]).stderr(Stdio::null()).status();
        }
        process.wait().unwrap();
        // A server does not start while something of the one before still has its memory.
        while children.split_whitespace().any(is_alive) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The URL of a database, by the socket.
    pub(crate) fn url(&self) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgresql://osign@{socket}:{}/grants", self.port)
    }

    /// The same by TCP.
    pub(crate) fn tcp_url(&self) -> String {
        format!("postgresql://osign:hunter2@127.0.0.1:{}/grants?sslmode=disable", self.port)
    }

    pub(crate) fn options(&self) -> Options {
        options(&self.folder, self.lease)
    }

    /// A store is made in it.
    pub(crate) fn with_store(name: &str) -> Self {
        let server = Self::start(name);
        Postgres::create(&server.url(), &server.options()).unwrap();
        server
    }

    pub(crate) fn open(&self) -> Postgres {
        Postgres::open(&self.url(), &self.options()).unwrap()
    }

    /// Runs SQL as whoever may do anything.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let output = self.psql(database, sql);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The same, whatever comes of it.
    pub(crate) fn try_sql(&self, database: &str, sql: &str) {
        let _ = self.psql(database, sql);
    }

    /// Runs a file of SQL.
    pub(crate) fn run_file(&self, database: &str, file: &Path) {
        done(self.client(database).arg("-f").arg(file));
    }

    fn psql(&self, database: &str, sql: &str) -> Output {
        let mut command = self.client(database);
        for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
            command.args(["-c", statement]);
        }
        command.stdin(Stdio::null()).output().expect("psql runs")
    }

    fn client(&self, database: &str) -> Command {
        let mut command = as_nobody(&self.folder, "psql");
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"]);
        command.arg(&self.folder).args(["-p", &self.port.to_string()]);
        command
    }

    /// This program, once more, told by the environment where the store is. It runs the test `child` alone.
    pub(crate) fn command(&self) -> Command {
        command_for(&self.url(), &self.folder, self.lease)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = Command::new("umount").args(["-l"]).arg(&self.folder).stderr(Stdio::null()).status();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn options(folder: &Path, lease: Duration) -> Options {
    let mut options = Options::default();
    options.anchors = Some(folder.join("host/anchors"));
    options.beside = Some(folder.join("host/beside"));
    options.lease = Some(lease);
    options
}

/// This program, once more, as a client of a store.
pub(crate) fn command_for(url: &str, folder: &Path, lease: Duration) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(URL, url).env(FOLDER, folder);
    command.env(LEASE, lease.as_millis().to_string());
    command
}

/// The folder of the process that started this one.
pub(crate) fn folder_of_environment() -> PathBuf {
    PathBuf::from(std::env::var_os(FOLDER).expect("a child is told its folder"))
}

/// The store of the process that started this one.
pub(crate) fn of_environment() -> Postgres {
    let folder = folder_of_environment();
    let lease = Duration::from_millis(std::env::var(LEASE).unwrap().parse().unwrap());
    Postgres::open(&std::env::var(URL).expect("a child is told its store"), &options(&folder, lease)).unwrap()
}

/// A program of the server, by a user who may do nothing else: it does not run as root.
pub(crate) fn as_nobody(folder: &Path, program: &str) -> Command {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("postgres").exists()).max();
    let newest = newest.expect("PostgreSQL's server is installed (apt install postgresql)");
    let found =
        [&newest, Path::new("/usr/sbin"), Path::new("/usr/bin"), Path::new("/bin")].map(|bin| bin.join(program));
    let path = found.iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{program} is not installed"));
    let mut command = Command::new(path);
    let owner = fs::metadata(folder).unwrap();
    command.current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command
}

/// A folder with a short name, since a socket's path has 107 bytes at most; of whoever runs the server.
pub(crate) fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("osign-{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        let users = fs::read_to_string("/etc/passwd").unwrap();
        let ids = users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let is_it = fields.next() == Some("postgres");
            let mut number = || fields.next().and_then(|text| text.parse::<u32>().ok());
            let _password = number();
            is_it.then(|| (number(), number()))
        });
        let (user, group) = ids.expect("the package made the user postgres");
        chown(&folder, user, group).unwrap();
    }
    folder
}

/// The data of a server that nobody has used, made once, since that takes seconds: all servers are copies of it. It is left in the
/// folder of temporary files, which run.sh removes.
fn new_cluster() -> &'static Path {
    static CLUSTER: OnceLock<PathBuf> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let folder = folder("cluster");
        let data = folder.join("data");
        let mut initdb = as_nobody(&folder, "initdb");
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync", "-D"]);
        done(initdb.arg(&data));
        data
    })
}

/// The first three numbers of the addresses of a network of this run.
pub(crate) fn network() -> String {
    format!("10.99.{}", std::process::id() % 250)
}

/// Who owns a folder that [`folder`] made.
pub(crate) fn folder_of_nobody(folder: &Path) -> (u32, u32) {
    let owner = fs::metadata(folder).unwrap();
    (owner.uid(), owner.gid())
}

fn is_alive(process: &str) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) fn done(command: &mut Command) {
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {} {said}", String::from_utf8_lossy(&output.stdout));
}
