//! The certificate that is served, read again when its files change. A file that cannot be used changes nothing: what
//! was served before goes on being served, and the log says what is wrong. No key and no part of one is ever shown.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{Error as PemError, PemObject as _},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use super::TlsFiles;

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read '{}': {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file holds something else than PEM, or PEM of something else.
    #[error("'{}' holds no {expected} in PEM", .path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// The certificate and the key do not go together, or cannot be used.
    #[error(
        "the certificate '{}' cannot be used with the key '{}': {error}",
        .certificate.display(),
        .key.display()
    )]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        error: rustls::Error,
    },
    /// A defect.
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// TLS with a certificate that follows its files.
#[derive(Debug)]
pub struct Tls {
    config: Arc<ServerConfig>,
    following: JoinHandle<()>,
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.following.abort();
    }
}

/// The certificate of the moment.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

/// What the two files held.
#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Tls {
    /// Reads the files, and goes on looking at them as long as this lives. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`TlsError`].
    pub async fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let setup = |error: rustls::Error| TlsError::Setup(error.to_string());
        let contents = read(&files).await?;
        let first = certified(&files, &contents, &provider)?;
        let current = Arc::new(Current(RwLock::new(Arc::new(first))));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(setup)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            following: tokio::spawn(follow(files, contents, current, provider)),
        })
    }

    /// What makes connections secure.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

/// Looks at the files from time to time. What they hold is compared, for it is short, and a time of change may lie.
async fn follow(
    files: TlsFiles,
    mut seen: Contents,
    current: Arc<Current>,
    provider: Arc<CryptoProvider>,
) {
    let mut unreadable = false;
    loop {
        sleep(files.reload).await;
        let contents = match read(&files).await {
            Ok(contents) => contents,
            // Said once, not every time.
            Err(error) if !unreadable => {
                tracing::error!(%error, "the certificate stays as it was");
                unreadable = true;
                continue;
            }
            Err(_) => continue,
        };
        unreadable = false;
        if contents == seen {
            continue;
        }
        match certified(&files, &contents, &provider) {
            Ok(fresh) => {
                *current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                tracing::info!(file = %files.certificate.display(), "the certificate was read again");
            }
            // As between the writing of one file and that of the other.
            Err(error) => tracing::error!(%error, "the certificate stays as it was"),
        }
        seen = contents;
    }
}

async fn read(files: &TlsFiles) -> Result<Contents, TlsError> {
    let (certificate, key) = (files.certificate.clone(), files.key.clone());
    let reading = spawn_blocking(move || {
        Ok(Contents {
            certificate: read_file(&certificate)?,
            key: read_file(&key)?,
        })
    });
    let lost = |error: tokio::task::JoinError| Err(TlsError::Setup(error.to_string()));
    reading.await.unwrap_or_else(lost)
}

fn read_file(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error| TlsError::File {
        path: path.to_owned(),
        error,
    })
}

fn certified(
    files: &TlsFiles,
    contents: &Contents,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, TlsError> {
    let not_pem = |path: &Path, expected| TlsError::Pem {
        path: path.to_owned(),
        expected,
    };
    let chain: Result<Vec<_>, PemError> =
        CertificateDer::pem_slice_iter(&contents.certificate).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| not_pem(&files.certificate, "certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(&contents.key)
        .map_err(|_| not_pem(&files.key, "private key without a password"))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| TlsError::Unusable {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        error,
    })
}
