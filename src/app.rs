//! The composition root: opens the store, connects the sources, spawns the tasks, serves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use prometheus::Registry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::collect::{Collector, keep_current, keep_headlines, run_source};
use crate::config::{Config, Span};
use crate::dashboard::Setting;
use crate::gate::Gate;
use crate::http::{self, FirstPage, Scrapes, Site};
use crate::instrument::Instruments;
use crate::lifecycle::{self, Whereabouts};
use crate::postgres::{self, Office};
use crate::query::ask::{Desk, Limits};
use crate::snapshot::Gallery;
use crate::store::Store;

/// Where to listen, and who may ask.
pub struct Doors {
    /// Pages, and metrics where they have no address of their own.
    pub listen: SocketAddr,
    /// Metrics alone.
    pub metrics: Option<SocketAddr>,
    /// Who may ask.
    pub gate: Gate,
    /// Whether connections are encrypted.
    pub is_encrypted: bool,
    /// Whether others than this machine are let in where nobody is asked who he is.
    pub is_insecure: bool,
}

impl Doors {
    /// One address where nobody is asked who he is.
    pub fn open(listen: SocketAddr) -> Self {
        Self { listen, metrics: None, gate: Gate::open(), is_encrypted: false, is_insecure: false }
    }
}

/// A daemon that is put together and has its ports.
pub struct App {
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    postgres_listener: Option<TcpListener>,
    gate: Gate,
    is_encrypted: bool,
    is_insecure: bool,
    site: Site,
    collector: Collector,
    config: Arc<Config>,
    store: Store,
    clock: Clock,
}

/// The daemon's tasks, each with its name.
type Tasks = JoinSet<(&'static str, anyhow::Result<()>)>;

/// How long requests and pulls under way may take to end.
const LONGEST_DRAIN: Duration = Duration::from_secs(8);

/// How often raw events past their retention are dropped.
const HOUSEKEEPING: Span = Span::days(1);

impl App {
    /// Opens the store and the ports. Nothing is pulled yet.
    ///
    /// # Errors
    /// One line: the store or a port cannot be used.
    pub async fn build(config: Config, doors: Doors, clock: Clock, setting: Setting) -> anyhow::Result<Self> {
        let Doors { listen, metrics, gate, is_encrypted, is_insecure } = doors;
        let listener = bind(listen, "--web.listen-address").await?;
        let metrics_listener = match metrics {
            Some(address) => Some(bind(address, "--web.metrics-address").await?),
            None => None,
        };
        let postgres_listener = match config.postgres.listen {
            Some(address) => Some(bind(address, "[postgres] listen").await?),
            None => None,
        };
        let path = config.store.path.clone();
        let store = tokio::task::spawn_blocking(move || Store::open(&path)).await??;
        let process = Registry::new();
        #[cfg(target_os = "linux")]
        process.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        let instruments = Instruments::register(&process)?;
        let gallery = Gallery::default();
        let config = Arc::new(config);
        let collector = Collector::new(store.clone(), clock.clone(), gallery.clone(), instruments, Arc::clone(&config));
        let turns = Arc::new(Semaphore::new(http::LISTS_AT_ONCE));
        let site = Site {
            gallery,
            process,
            setting,
            store: store.clone(),
            clock: clock.clone(),
            first_page: FirstPage::default(),
            scrapes: Scrapes::default(),
            turns,
            desk: Desk::new(store.clone(), Limits::from(&config.query)),
            config: Arc::clone(&config),
            importer: collector.importer(),
            imports: Arc::default(),
        };
        Ok(Self {
            listener,
            metrics_listener,
            postgres_listener,
            gate,
            is_encrypted,
            is_insecure,
            site,
            collector,
            config,
            store,
            clock,
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Its store.
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Where this machine's own programs reach it.
    fn url(&self) -> std::io::Result<String> {
        let mut address = self.address()?;
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        Ok(format!("{}://{address}", if self.is_encrypted { "https" } else { "http" }))
    }

    /// Pulls and serves until `stop`, then finishes what is under way.
    ///
    /// # Errors
    /// When a task ends before it was told to: a dead task is a dead process.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        info!(address = %self.address()?, version = env!("CARGO_PKG_VERSION"), "listening");
        if let Some(listener) = &self.metrics_listener {
            info!(address = %listener.local_addr()?, "listening for scrapes");
        }
        if let Some(listener) = &self.postgres_listener {
            info!(address = %listener.local_addr()?, "listening for clients of PostgreSQL");
        }
        let _whereabouts = Whereabouts::tell(&self.config.store.path, &self.url()?)
            .with_context(|| format!("cannot write beside the store {}", self.config.store.path.display()))?;
        // What an existing store knows is shown at once, marked as old.
        self.collector.publish().await?;
        let mut tasks = self.spawn(&stop);
        lifecycle::tell_supervisor(&stop);
        tokio::select! {
            result = until_all_end(&mut tasks, &stop) => result?,
            () = async { stop.cancelled().await; tokio::time::sleep(LONGEST_DRAIN).await } => {
                warn!("a request or a pull did not end in time and is cut off");
                tasks.abort_all();
            }
        }
        info!("stopped");
        Ok(())
    }

    fn spawn(self, stop: &CancellationToken) -> Tasks {
        let mut tasks = JoinSet::new();
        let mut serve = |listener, router| {
            let (gate, until) = (self.gate.clone(), stop.clone());
            tasks.spawn(async move { ("http", http::serve(listener, router, gate, until).await.map_err(Into::into)) });
        };
        if let Some(listener) = self.metrics_listener {
            serve(listener, http::metrics_router(self.site.clone()));
        }
        // A client may leave an answer half read: that must keep nobody else's question waiting.
        let desk = Desk::new(self.store.clone(), Limits::from(&self.config.query));
        serve(self.listener, http::router(self.site));
        if let Some(listener) = self.postgres_listener {
            let admits_strangers = self.is_insecure;
            let office = Office { desk, clock: self.clock.clone(), door: self.gate, admits_strangers };
            let until = stop.clone();
            tasks
                .spawn(async move { ("postgres", postgres::serve(listener, office, until).await.map_err(Into::into)) });
        }
        let (collector, until) = (self.collector.clone(), stop.clone());
        tasks.spawn(async move {
            keep_current(collector, until).await;
            ("picture", Ok(()))
        });
        let (collector, until) = (self.collector.clone(), stop.clone());
        tasks.spawn(async move {
            keep_headlines(collector, until).await;
            ("headlines", Ok(()))
        });
        for source in &self.config.sources {
            let (collector, config, until) = (self.collector.clone(), source.clone(), stop.clone());
            tasks.spawn(async move {
                let connected = tokio::select! {
                    connected = collector.connect(&config) => connected,
                    () = until.cancelled() => return ("source", Ok(())),
                };
                run_source(collector, connected, until).await;
                ("source", Ok(()))
            });
        }
        let (store, clock, retention, until) = (self.store, self.clock, self.config.store.retention, stop.clone());
        tasks.spawn(async move { ("housekeeping", housekeep(store, clock, retention, until).await) });
        tasks
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; choose another {flag}"))
}

/// Ends when every task has; a task that ends before it was told to is an error.
async fn until_all_end(tasks: &mut Tasks, stop: &CancellationToken) -> anyhow::Result<()> {
    while let Some(ended) = tasks.join_next().await {
        let (name, result) = ended.context("a task died")?;
        result.with_context(|| format!("the {name} task failed"))?;
        if !stop.is_cancelled() {
            bail!("the {name} task ended by itself");
        }
    }
    Ok(())
}

async fn housekeep(store: Store, clock: Clock, retention: Span, stop: CancellationToken) -> anyhow::Result<()> {
    while stop.run_until_cancelled(tokio::time::sleep(HOUSEKEEPING.as_duration())).await.is_some() {
        let (store, before) = (store.clone(), clock.now() - retention.as_delta());
        tokio::task::spawn_blocking(move || store.retain(before)).await??;
    }
    Ok(())
}
