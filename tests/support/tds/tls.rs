//! The server's end of TLS as TDS 7.4 has it: the handshake travels inside PRELOGIN packets, and after it
//! the packets travel inside TLS (MS-TDS 3.3.5.1). Certificates are made when a test asks for them.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
        version::TLS12,
    },
    server::TlsStream,
};

use super::packets::{FIRST_SIZE, HEADER, kind, packets};

/// A server's certificate, and the authority that a client must trust to accept it.
#[derive(Clone)]
pub struct Identity {
    acceptor: TlsAcceptor,
    authority: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// A certificate for this host, by an authority of its own.
    ///
    /// # Panics
    /// When no certificate can be made for such a name.
    pub fn new(host: &str) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut authority.distinguished_name;
        name.push(DnType::CommonName, "Authority of a test");
        let key = KeyPair::generate().unwrap();
        let pem = authority.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(authority, key);

        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate = server.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // A server speaks at most TLS 1.2 inside PRELOGIN packets.
        let config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_protocol_versions(&[&TLS12])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority: pem,
        }
    }

    /// The authority's certificate, for the file that a client trusts.
    pub fn authority_pem(&self) -> &str {
        &self.authority
    }

    pub async fn accept<S>(&self, stream: S) -> io::Result<TlsStream<Handshake<S>>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut stream = self.acceptor.accept(Handshake::new(stream)).await?;
        stream.get_mut().0.over = true;
        Ok(stream)
    }
}

/// A stream whose bytes travel inside PRELOGIN packets until the handshake is over.
#[derive(Debug)]
pub struct Handshake<S> {
    stream: S,
    over: bool,
    /// The header of the packet that is being read, as far as it has come.
    header: Vec<u8>,
    /// What is still to come of that packet's payload.
    left: usize,
    /// Payload that has not been put into a packet yet.
    written: Vec<u8>,
    /// Packets that have not been sent yet.
    sending: Vec<u8>,
}

impl<S> Handshake<S> {
    const fn new(stream: S) -> Self {
        Self {
            stream,
            over: false,
            header: Vec::new(),
            left: 0,
            written: Vec::new(),
            sending: Vec::new(),
        }
    }
}

/// At most this much of what a stream has.
fn poll_some<S: AsyncRead + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
    most: usize,
) -> Poll<io::Result<Vec<u8>>> {
    let mut space = vec![0; most];
    let mut buffer = ReadBuf::new(&mut space);
    ready!(Pin::new(stream).poll_read(cx, &mut buffer))?;
    Poll::Ready(Ok(buffer.filled().to_vec()))
}

impl<S: AsyncRead + Unpin> AsyncRead for Handshake<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.over {
            return Pin::new(&mut this.stream).poll_read(cx, buffer);
        }
        while this.left == 0 {
            let missing = HEADER - this.header.len();
            let some = ready!(poll_some(&mut this.stream, cx, missing))?;
            if some.is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.header.extend_from_slice(&some);
            if let [kind, _, high, low, _, _, _, _] = this.header[..] {
                if kind != self::kind::PRELOGIN {
                    return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
                }
                this.left = usize::from(u16::from_be_bytes([high, low])).saturating_sub(HEADER);
                this.header.clear();
            }
        }
        let most = this.left.min(buffer.remaining());
        let some = ready!(poll_some(&mut this.stream, cx, most))?;
        this.left -= some.len();
        buffer.put_slice(&some);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Handshake<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.over {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        }
        this.written.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.written.is_empty() {
            let payload = std::mem::take(&mut this.written);
            let packets = packets(kind::PRELOGIN, &payload, FIRST_SIZE);
            this.sending.extend_from_slice(&packets);
        }
        while !this.sending.is_empty() {
            let sent = ready!(Pin::new(&mut this.stream).poll_write(cx, &this.sending))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            this.sending.drain(..sent);
        }
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
