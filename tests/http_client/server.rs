//! Servers that do what a test says, and certificates for them.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A certificate, and its key.
pub(crate) type Certificate = (CertificateDer<'static>, PrivateKeyDer<'static>);

/// A certificate authority, and the PEM file of its certificate.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&key).unwrap();
        let name = format!("ca-{}-{}.pem", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, root.pem()).unwrap();
        Self { issuer: Issuer::new(params, key), file }
    }

    /// The PEM file of its certificate.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// A certificate for a host.
    pub(crate) fn of(&self, host: &str) -> Certificate {
        self.issue(CertificateParams::new([host.to_owned()]).unwrap())
    }

    /// One that has ended.
    pub(crate) fn expired(&self, host: &str) -> Certificate {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
        self.issue(params)
    }

    fn issue(&self, params: CertificateParams) -> Certificate {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A connection, with TLS or without.
pub(crate) trait Stream: Read + Write {
    /// Where what was read is kept for the test.
    fn heard(&self) -> &Mutex<Vec<String>>;
}

struct Heard<S> {
    stream: S,
    heard: Arc<Mutex<Vec<String>>>,
}

impl<S: Read> Read for Heard<S> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        self.stream.read(buf)
    }
}

impl<S: Write> Write for Heard<S> {
    fn write(&mut self, buf: &[u8]) -> Result<usize> {
        self.stream.write(buf)
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.flush()
    }
}

impl<S: Read + Write> Stream for Heard<S> {
    fn heard(&self) -> &Mutex<Vec<String>> {
        &self.heard
    }
}

/// A server on loopback. Its threads end with the process of the tests.
pub(crate) struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// One that does this with each connection, without TLS.
    pub(crate) fn plain(act: impl Fn(&mut dyn Stream) -> Result<()> + Send + Sync + 'static) -> Self {
        Self::start(move |stream, heard| act(&mut Heard { stream, heard }))
    }

    /// The same with TLS.
    pub(crate) fn with_tls(
        (certificate, key): Certificate,
        act: impl Fn(&mut dyn Stream) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = Arc::new(config);
        Self::start(move |stream, heard| {
            let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
            let mut stream = Heard { stream: StreamOwned::new(connection, stream), heard };
            act(&mut stream)?;
            stream.flush()
        })
    }

    /// A proxy that connects whatever it is asked for to a port of this machine.
    pub(crate) fn proxy(target: u16) -> Self {
        Self::start(move |stream, heard| {
            read_request(&mut Heard { stream: stream.try_clone()?, heard })?;
            (&stream).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            let target = TcpStream::connect(("127.0.0.1", target))?;
            let (mut from, mut to) = (stream.try_clone()?, target.try_clone()?);
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                to.shutdown(std::net::Shutdown::Write)
            });
            let (mut from, mut to) = (target, stream);
            std::io::copy(&mut from, &mut to)?;
            to.shutdown(std::net::Shutdown::Both)
        })
    }

    fn start(act: impl Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let server = Self { port, connections: connections.clone(), heard: heard.clone() };
        let act = Arc::new(act);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (act, heard) = (act.clone(), heard.clone());
                // What fails, fails on the other side as well, where the test looks.
                thread::spawn(move || {
                    stream.set_read_timeout(Some(Duration::from_secs(10))).and_then(|()| act(stream, heard))
                });
            }
        });
        server
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Its address, with TLS.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The requests that were read.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Reads a request with its body.
pub(crate) fn read_request(stream: &mut dyn Stream) -> Result<()> {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        text.push(byte[0]);
    }
    let mut text = String::from_utf8(text).map_err(std::io::Error::other)?;
    let length = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    text.push_str(&String::from_utf8_lossy(&body));
    stream.heard().lock().unwrap().push(text);
    Ok(())
}
