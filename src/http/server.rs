//! Connections: how many, how slow, and with TLS or without.

use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::guard;
use crate::gate::Gate;

/// Connections at once; each may hold an answer. Further ones are closed.
const MOST_CONNECTIONS: usize = 512;

/// A greeting, or the head of a request, takes no longer.
const LONGEST_HEAD: Duration = Duration::from_secs(10);

/// Requests that one HTTP/2 connection may have under way.
const MOST_STREAMS: u32 = 64;

/// Serves behind the gate until told to stop, then finishes the requests under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, gate: Gate, stop: CancellationToken) -> io::Result<()> {
    let handle = Handle::new();
    let (ending, until) = (handle.clone(), stop.clone());
    tokio::spawn(async move {
        until.cancelled().await;
        ending.graceful_shutdown(None);
    });
    let service = guard::apply(router, gate.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let door = Door { handle: handle.clone() };
    let server = Server::from_listener(listener).handle(handle);
    if let Some(first) = gate.tls() {
        patient(server.acceptor(Tls { gate, door, first })).serve(service).await
    } else {
        // HTTP/2 without TLS would need a client that knows beforehand.
        patient(server.http1_only().acceptor(door)).serve(service).await
    }
}

fn patient<A>(server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    let mut server = server.first_request_timeout(LONGEST_HEAD);
    server.http_builder().http1().header_read_timeout(LONGEST_HEAD);
    server.http_builder().http2().max_concurrent_streams(MOST_STREAMS);
    server
}

/// Lets connections in while there is room.
#[derive(Clone)]
struct Door {
    handle: Handle<SocketAddr>,
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = TcpStream;
    type Service = S;
    type Future = Ready<io::Result<(TcpStream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let has_room = self.handle.connection_count() <= MOST_CONNECTIONS;
        let entered = if has_room { stream.set_nodelay(true) } else { Err(io::ErrorKind::ConnectionRefused.into()) };
        ready(entered.map(|()| (stream, service)))
    }
}

/// The same with TLS, as the web config file wants it when the connection begins.
#[derive(Clone)]
struct Tls {
    gate: Gate,
    door: Door,
    first: Arc<ServerConfig>,
}

impl<S> Accept<TcpStream, S> for Tls {
    type Stream = <RustlsAcceptor<Door> as Accept<TcpStream, S>>::Stream;
    type Service = <RustlsAcceptor<Door> as Accept<TcpStream, S>>::Service;
    type Future = <RustlsAcceptor<Door> as Accept<TcpStream, S>>::Future;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        self.gate.refresh();
        // It is never switched off while the daemon runs.
        let config = self.gate.tls().unwrap_or_else(|| Arc::clone(&self.first));
        RustlsAcceptor::new(RustlsConfig::from_config(config))
            .handshake_timeout(LONGEST_HEAD)
            .acceptor(self.door.clone())
            .accept(stream, service)
    }
}
