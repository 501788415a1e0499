//! PostgreSQL's wire protocol: SQL clients read the marts, and nothing else.
//!
//! A question goes to the same desk as everybody's, in the engine's dialect. What tools ask of every PostgreSQL, its
//! catalogue and its settings, is answered here from the list of marts. Nothing can be written.

mod answer;
mod binary;
mod cancel;
mod catalogue;
mod cell;
mod command;
mod copy;
mod dialect;
mod door;
mod error;
mod expression;
mod extended;
mod parameters;
mod perform;
mod plan;
mod portal;
mod rows;
mod scan;
mod session;
mod settings;
mod startup;
mod statement;
mod text;
mod wire;

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::clock::Clock;
use crate::query::ask::{Ask, Bound, Desk};
use crate::query::{Mart, marts};
use answer::Answer;
use cancel::Switches;
use catalogue::{Catalogue, Relation};

/// Connections at once; each may hold a part of an answer. Further ones are refused.
const MOST_CONNECTIONS: usize = 64;

/// Connections beyond, which are told so.
const MOST_REFUSED: usize = 64;

/// Who may come in, as the web config file says at the moment.
pub trait Door: Clone + Send + Sync + 'static {
    /// Reads the file again if it has changed.
    fn refresh(&self);

    /// Whether one more connection from an address is welcome.
    fn welcomes(&self, address: IpAddr) -> bool;

    /// TLS, where it is spoken: then nothing else is.
    fn tls(&self) -> Option<Arc<ServerConfig>>;

    /// Whether somebody has to say who he is.
    fn has_users(&self) -> bool;

    /// Whether it is the user's password, and he may ask anything.
    fn enter(&self, user: &str, password: &str, address: IpAddr) -> impl Future<Output = Entry> + Send;
}

/// What came of a name and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// He may ask.
    Welcome,
    /// Nobody we know by that password.
    Unknown,
    /// Too many were tried.
    Later,
    /// He is known, and may not ask; why not.
    NotAllowed(String),
}

/// What answers need.
pub struct Office<D> {
    /// Where questions are asked.
    pub desk: Desk,
    /// Tells the instant by which users are judged.
    pub clock: Clock,
    /// Who may come in.
    pub door: D,
    /// Whether somebody from elsewhere may come in where nobody is asked who he is.
    pub admits_strangers: bool,
}

/// What connections share.
struct Shared<D> {
    office: Office<D>,
    catalogue: Catalogue,
    switches: Arc<Switches>,
}

/// Serves until told to stop, then finishes the statements under way.
///
/// # Errors
/// When the listener fails, or the marts cannot be listed.
pub async fn serve<D: Door>(listener: TcpListener, office: Office<D>, stop: CancellationToken) -> io::Result<()> {
    let Some(relations) = stop.run_until_cancelled(relations(&office)).await else { return Ok(()) };
    let catalogue = Catalogue::of(&relations?).map_err(io::Error::other)?;
    let shared = Arc::new(Shared { office, catalogue, switches: Arc::default() });
    let (places, refusals) = (Arc::new(Semaphore::new(MOST_CONNECTIONS)), Arc::new(Semaphore::new(MOST_REFUSED)));
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, for example: others will be given back.
                warn!("a connection was not accepted: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let address = address.ip().to_canonical();
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            connections.spawn(async move {
                startup::meet(stream, address, shared, stop).await;
                drop(place);
            });
        } else if let Ok(place) = Arc::clone(&refusals).try_acquire_owned() {
            connections.spawn(async move {
                startup::turn_away(stream).await;
                drop(place);
            });
        }
    }
    connections.close();
    connections.wait().await;
    Ok(())
}

/// The marts with the types of their columns, which only the engine knows.
async fn relations<D: Door>(office: &Office<D>) -> io::Result<Vec<Relation>> {
    let mut relations = Vec::new();
    for Mart { name, purpose, columns, .. } in marts() {
        let ask = Ask {
            sql: format!("select * from {name} limit 0"),
            parameters: Bound::Positional(Vec::new()),
            as_of: office.clock.now(),
            rows: Some(0),
        };
        let answer = loop {
            match Answer::of_desk(&office.desk, None, ask.clone()).await {
                Ok(answer) => break answer,
                // Others ask.
                Err(failure) if failure.code == "53300" => tokio::time::sleep(Duration::from_secs(1)).await,
                Err(failure) => {
                    return Err(io::Error::other(format!("the mart {name} cannot be read: {}", failure.message)));
                }
            }
        };
        let meaning =
            |name: &str| columns.iter().find(|column| column.name == name).map(|column| column.meaning.clone());
        let columns = answer.columns.iter().map(|column| (column.clone(), meaning(&column.name).unwrap_or_default()));
        relations.push(Relation { name, purpose: purpose.clone(), columns: columns.collect() });
    }
    Ok(relations)
}
