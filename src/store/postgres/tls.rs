//! TLS as libpq has it (PostgreSQL's documentation, "SSL Support"), by rustls.

use super::folder::user_folder;
use crate::error::{Error, Keeping};
use crate::store::place::shown;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is asked of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    /// TLS where the server has it.
    Prefer,
    /// TLS, with whomever; where there are roots, with one of theirs.
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    pub(super) fn read(text: Option<&str>) -> Option<Self> {
        Some(match text {
            Some("disable") => Self::Disable,
            // Whoever lets TLS happen loses nothing where it is tried first.
            None | Some("allow" | "prefer") => Self::Prefer,
            Some("require") => Self::Require,
            Some("verify-ca") => Self::VerifyCa,
            Some("verify-full") => Self::VerifyFull,
            Some(_) => return None,
        })
    }
}

/// How TLS is spoken with the servers of a store.
pub(super) type Tls = Arc<ClientConfig>;

/// Reads the certificates that are named, or that lie where libpq looks for them.
///
/// # Errors
/// [`Keeping::BadTlsFile`].
pub(super) fn read(
    mode: Mode,
    roots: Option<&Path>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
) -> Result<Tls, Error> {
    let usual = |name| user_folder().map(|folder| folder.join(name)).filter(|file| file.is_file());
    let roots = roots.map(Path::to_owned).or_else(|| usual("root.crt"));
    let verifies = match (mode, &roots) {
        (Mode::Disable | Mode::Prefer, _) | (Mode::Require, None) => false,
        (Mode::Require, Some(_)) | (Mode::VerifyCa | Mode::VerifyFull, _) => true,
    };
    let roots = match (verifies, roots) {
        (false, _) => None,
        (true, Some(file)) if file.as_os_str() == "system" => Some(Roots::of(system_roots(), &file)?),
        (true, Some(file)) => Some(Roots::of(certificates(&file)?, &file)?),
        (true, None) => return Err(Keeping::NoRootCertificate.into()),
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier { roots, checks_name: mode == Mode::VerifyFull, provider: provider.clone() };
    let unusable = |file: &Path| bad_file(file, "it does not go with its key, or is of a kind that is not known");
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| unusable(Path::new("")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match certificate.or_else(|| usual("postgresql.crt")) {
        None => config.with_no_client_auth(),
        Some(file) => {
            let key = key.or_else(|| usual("postgresql.key")).unwrap_or_else(|| file.with_extension("key"));
            config.with_client_auth_cert(certificates(&file)?, private_key(&key)?).map_err(|_| unusable(&file))?
        }
    };
    Ok(Arc::new(config))
}

/// The name that a certificate must be for. Where nobody asks, a name that is none will do.
pub(super) fn name(host: &str) -> ServerName<'static> {
    ServerName::try_from(host.to_owned()).unwrap_or_else(|_| ServerName::from(std::net::Ipv4Addr::UNSPECIFIED))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let all = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    all.ok().filter(|all| !all.is_empty()).ok_or_else(|| bad_file(file, "there is no certificate in it"))
}

fn system_roots() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let found = fs::metadata(file).map_err(|_| bad_file(file, "it cannot be read"))?;
    if is_open(&found) {
        return Err(bad_file(file, "other users may read it: chmod 600"));
    }
    PrivateKeyDer::from_pem_file(file).map_err(|_| bad_file(file, "there is no key in it, or one with a passphrase"))
}

/// As libpq judges it: the owner's alone, or root's and a group's.
#[cfg(unix)]
fn is_open(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let others = if found.uid() == 0 { 0o037 } else { 0o077 };
    found.mode() & others != 0
}

#[cfg(not(unix))]
fn is_open(_: &fs::Metadata) -> bool {
    false
}

fn bad_file(file: &Path, why: &'static str) -> Error {
    Keeping::BadTlsFile { path: shown(file), why }.into()
}

/// Who may sign for servers. A certificate that stands there itself needs nobody's word.
#[derive(Debug)]
struct Roots {
    anchors: RootCertStore,
    certificates: Vec<CertificateDer<'static>>,
}

impl Roots {
    fn of(certificates: Vec<CertificateDer<'static>>, file: &Path) -> Result<Self, Error> {
        let mut anchors = RootCertStore::empty();
        let (good, _) = anchors.add_parsable_certificates(certificates.iter().cloned());
        if good == 0 {
            return Err(bad_file(file, "there is no certificate in it"));
        }
        Ok(Self { anchors, certificates })
    }
}

#[derive(Debug)]
struct Verifier {
    roots: Option<Roots>,
    checks_name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let parsed = ParsedCertificate::try_from(end_entity)?;
        if !roots.certificates.iter().any(|known| known.as_ref() == end_entity.as_ref()) {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&parsed, &roots.anchors, intermediates, now, algorithms)?;
        }
        if self.checks_name {
            verify_server_name(&parsed, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
