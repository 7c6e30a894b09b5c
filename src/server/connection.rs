//! One connection from its first byte to its last.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use hyper::{Version, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use poem::{
    Addr, Endpoint, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    pin, select,
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{
    Bounds,
    pace::{Due, Pace, Paced, Watched},
};

/// The most requests at once on one connection (HTTP/2).
const STREAMS: u32 = 128;
/// The most header fields of a request.
const FIELDS: usize = 100;

/// What all connections have in common.
pub struct Connections<E> {
    /// Speaks TLS, where it is spoken.
    pub acceptor: Option<TlsAcceptor>,
    /// What answers requests.
    pub endpoint: E,
    /// What a connection may take.
    pub bounds: Bounds,
    /// Where they come in.
    pub local_addr: SocketAddr,
    /// When no further request is to be taken.
    pub ending: CancellationToken,
}

impl<E: Endpoint<Output = Response> + 'static> Connections<E> {
    /// Serves one to its end.
    pub async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        // Answers are written as a whole: nothing is gained by waiting for more.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection went at once");
            return;
        }
        let Some(acceptor) = self.acceptor.clone() else {
            return self.serve_http(stream, peer, Scheme::HTTP).await;
        };
        let shaking = timeout(self.bounds.head, acceptor.accept(stream));
        let shaken = select! {
            shaken = shaking => shaken,
            () = self.ending.cancelled() => return,
        };
        match shaken {
            Ok(Ok(stream)) => self.serve_http(stream, peer, Scheme::HTTPS).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS was not agreed on"),
            Err(_) => tracing::debug!(%peer, "TLS was not agreed on in time"),
        }
    }

    async fn serve_http<S>(self: Arc<Self>, stream: S, peer: SocketAddr, scheme: Scheme)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let pace = Arc::new(Pace::new(Instant::now()));
        let stream = Watched {
            stream,
            pace: Arc::clone(&pace),
        };
        let answering = {
            let (connections, pace) = (Arc::clone(&self), Arc::clone(&pace));
            service_fn(move |request: hyper::Request<Incoming>| {
                let running = pace.begin(request.version() == Version::HTTP_2);
                let local = LocalAddr(Addr::SocketAddr(connections.local_addr));
                let remote = RemoteAddr(Addr::SocketAddr(peer));
                let request = (request, local, remote, scheme.clone());
                let connections = Arc::clone(&connections);
                async move {
                    let response = connections.endpoint.get_response(request.into()).await;
                    let response: hyper::Response<_> = response.into();
                    Ok::<_, Infallible>(response.map(|body| Paced::new(body, running)))
                }
            })
        };
        let builder = self.builder();
        let serving = builder.serve_connection(TokioIo::new(stream), answering);
        pin!(serving);
        let mut ending = false;
        let mut look_at = Instant::now() + self.bounds.head;
        loop {
            select! {
                served = &mut serving => {
                    if let Err(error) = served {
                        tracing::debug!(%peer, %error, "a connection broke off");
                    }
                    return;
                }
                () = self.ending.cancelled(), if !ending => {
                    ending = true;
                    serving.as_mut().graceful_shutdown();
                }
                () = sleep_until(look_at) => match pace.due(Instant::now(), &self.bounds) {
                    Due::Until(until) => look_at = until,
                    Due::Idle if ending => return,
                    Due::Idle => {
                        tracing::debug!(%peer, "idle for too long");
                        ending = true;
                        serving.as_mut().graceful_shutdown();
                        look_at = Instant::now() + self.bounds.head;
                    }
                    Due::Slow(what) => {
                        tracing::info!(%peer, what, "a connection is too slow");
                        return;
                    }
                },
            }
        }
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // The pace has one that tells an idle connection from a head that trickles.
            .header_read_timeout(None)
            .max_buf_size(self.bounds.head_bytes)
            .max_headers(FIELDS);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(self.bounds.head_bytes).unwrap_or(u32::MAX));
        builder
    }
}
