//! How a connection begins: encryption, who it is, and whether he may ask.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use pgwire::messages::response::SslResponse;
use pgwire::messages::startup::{Authentication, NegotiateProtocolVersion, Startup};
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage, SslNegotiationMetaMessage};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::error::{Failure, Trouble};
use super::session::{Caller, Session};
use super::wire::Wire;
use super::{Door, Entry, Shared};

/// A greeting takes no longer, the password included.
const LONGEST: Duration = Duration::from_secs(20);

/// Telling that there is no room takes no longer.
const LONGEST_REFUSAL: Duration = Duration::from_secs(2);

/// The protocol that is spoken.
const PROTOCOL_3_0: i32 = 3 << 16;

/// What clients name it in their TLS handshake.
const TLS_PROTOCOL: &[u8] = b"postgresql";

/// The first byte of a TLS handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// Serves one connection.
pub(super) async fn meet<D: Door>(stream: TcpStream, address: IpAddr, shared: Arc<Shared<D>>, stop: CancellationToken) {
    stream.set_nodelay(true).unwrap_or_default();
    let door = shared.office.door.clone();
    door.refresh();
    if !door.welcomes(address) {
        return Wire::new(stream).close(later()).await;
    }
    let tls = door.tls().map(for_clients);
    let until = tokio::time::Instant::now() + LONGEST;
    let Ok(Some((mut wire, first))) = tokio::time::timeout_at(until, hello(stream, tls.clone())).await else { return };
    match (first, tls) {
        (First::Tls(tls), _) => {
            let Ok(stream) = wire.into_stream() else { return };
            let handshake = tokio::time::timeout_at(until, TlsAcceptor::from(tls).accept(stream));
            let Ok(Ok(stream)) = handshake.await else { return };
            let mut wire = Wire::new(stream);
            match tokio::time::timeout_at(until, wire.receive()).await {
                Ok(Ok(Some(PgWireFrontendMessage::Startup(startup)))) => {
                    enter(wire, startup, address, shared, stop, until).await;
                }
                Ok(Ok(Some(PgWireFrontendMessage::CancelRequest(asked)))) => {
                    shared.switches.press(asked.pid, &asked.secret_key);
                }
                Ok(Err(Trouble::Told(failure))) => wire.close(failure).await,
                _ => {}
            }
        }
        (First::Startup(_), Some(_)) => {
            wire.close(Failure::fatal("28000", "connections are encrypted here: sslmode=require")).await;
        }
        (First::Startup(startup), None) => enter(wire, startup, address, shared, stop, until).await,
        (First::Cancel(asked), _) => shared.switches.press(asked.pid, &asked.secret_key),
    }
}

/// There is no room.
pub(super) async fn turn_away(stream: TcpStream) {
    let telling = async {
        // Clients understand it only where they expect it.
        if let Some((mut wire, _)) = hello(stream, None).await {
            wire.close(Failure::fatal("53300", "too many connections; try again in a moment")).await;
        }
    };
    timeout(LONGEST_REFUSAL, telling).await.unwrap_or_default();
}

fn later() -> Failure {
    Failure::fatal("53300", "too many attempts; try again in a moment")
}

/// The web's certificate under this protocol's name.
fn for_clients(web: Arc<ServerConfig>) -> Arc<ServerConfig> {
    let mut config = ServerConfig::clone(&web);
    config.alpn_protocols = vec![TLS_PROTOCOL.to_vec()];
    Arc::new(config)
}

/// What a client wants first.
enum First {
    Tls(Arc<ServerConfig>),
    Startup(Startup),
    Cancel(pgwire::messages::cancel::CancelRequest),
}

/// Answers questions about encryption until the client begins.
async fn hello(stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> Option<(Wire<TcpStream>, First)> {
    let mut first = [0];
    stream.peek(&mut first).await.ok()?;
    let mut wire = Wire::new(stream);
    if first[0] == TLS_HANDSHAKE {
        return tls.map(|tls| (wire, First::Tls(tls)));
    }
    // A client asks for each kind of encryption once.
    for _ in 0..3 {
        let answer = match wire.receive().await {
            Ok(Some(PgWireFrontendMessage::SslNegotiation(SslNegotiationMetaMessage::PostgresSsl(_)))) => {
                if let Some(tls) = tls {
                    wire.put(&PgWireBackendMessage::SslResponse(SslResponse::Accept)).ok()?;
                    wire.flush().await.ok()?;
                    return Some((wire, First::Tls(tls)));
                }
                SslResponse::Refuse
            }
            Ok(Some(PgWireFrontendMessage::SslNegotiation(_))) => SslResponse::Refuse,
            Ok(Some(PgWireFrontendMessage::Startup(startup))) => return Some((wire, First::Startup(startup))),
            Ok(Some(PgWireFrontendMessage::CancelRequest(asked))) => return Some((wire, First::Cancel(asked))),
            Err(Trouble::Told(failure)) => {
                wire.close(failure).await;
                return None;
            }
            _ => return None,
        };
        wire.put(&PgWireBackendMessage::SslResponse(answer)).ok()?;
        wire.flush().await.ok()?;
    }
    None
}

/// Lets the client in, and serves it.
async fn enter<D: Door, S: AsyncRead + AsyncWrite + Unpin + Send>(
    mut wire: Wire<S>,
    startup: Startup,
    address: IpAddr,
    shared: Arc<Shared<D>>,
    stop: CancellationToken,
    until: tokio::time::Instant,
) {
    let introduced = tokio::time::timeout_at(until, introduce(&mut wire, &startup, address, &shared));
    match introduced.await {
        Ok(Ok(())) => {}
        Ok(Err(Trouble::Told(failure))) => return wire.close(failure).await,
        Ok(Err(Trouble::Gone)) => return,
        Err(_) => return wire.close(Failure::fatal("08P01", "the greeting took too long")).await,
    }
    wire.open();
    let named = |name: &str| startup.parameters.get(name).cloned();
    let user = named("user").unwrap_or_default();
    let database = named("database").unwrap_or_else(|| user.clone());
    // Without users a name is only what somebody calls himself.
    let logged = if shared.office.door.has_users() { user.clone() } else { String::new() };
    info!(user = logged, "a SQL client has connected");
    let caller = Caller { user, logged, database, wishes: startup.parameters };
    Session::new(wire, caller, &shared).run(stop).await;
}

/// Who it is, and whether he may ask.
async fn introduce<D: Door, S: AsyncRead + AsyncWrite + Unpin + Send>(
    wire: &mut Wire<S>,
    startup: &Startup,
    address: IpAddr,
    shared: &Shared<D>,
) -> Result<(), Trouble> {
    let is_secure = shared.office.door.tls().is_some();
    let unknown: Vec<String> = startup.parameters.keys().filter(|name| name.starts_with("_pq_.")).cloned().collect();
    if startup.protocol_number_minor > 0 || !unknown.is_empty() {
        let offer = NegotiateProtocolVersion::new(PROTOCOL_3_0, unknown);
        wire.put(&PgWireBackendMessage::NegotiateProtocolVersion(offer))?;
    }
    let user = startup.parameters.get("user").cloned().unwrap_or_default();
    if user.is_empty() {
        return Err(Failure::fatal("28000", "no user name was given").into());
    }
    if startup.parameters.get("replication").is_some_and(|wish| !matches!(wish.as_str(), "false" | "off" | "no" | "0"))
    {
        return Err(Failure::fatal("0A000", "replication is not offered").into());
    }
    let office = &shared.office;
    if !office.door.has_users() {
        if address.is_loopback() || office.admits_strangers {
            return Ok(());
        }
        let message =
            "nobody is asked who he is here, so only this machine may connect: give the web config file users";
        return Err(Failure::fatal("28000", message).into());
    }
    if !is_secure && !address.is_loopback() {
        let message = "a password would travel in clear: give the web config file tls_server_config, or connect from \
                       the daemon's own machine";
        return Err(Failure::fatal("28000", message).into());
    }
    wire.expect_password();
    wire.put(&PgWireBackendMessage::Authentication(Authentication::CleartextPassword))?;
    wire.flush().await?;
    let Some(PgWireFrontendMessage::PasswordMessageFamily(answer)) = wire.receive().await? else {
        return Err(Trouble::Gone);
    };
    let password = answer.into_password().map_err(|_| Failure::protocol("a password was expected"))?.password;
    match office.door.enter(&user, &password, address).await {
        Entry::Welcome => Ok(()),
        Entry::Unknown => {
            Err(Failure::fatal("28P01", format!("password authentication failed for user \"{user}\"")).into())
        }
        Entry::Later => Err(later().into()),
        Entry::NotAllowed(why) => Err(Failure::fatal("42501", why).into()),
    }
}
