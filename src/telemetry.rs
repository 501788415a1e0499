//! The daemon's own log: one line an event on standard error.

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// Shape of a log line.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Format {
    /// `level=info message=… key=value`
    #[default]
    Logfmt,
    /// One JSON object a line.
    Json,
}

/// Least severe level that is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warn,
    Error,
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::DEBUG,
            Level::Info => Self::INFO,
            Level::Warn => Self::WARN,
            Level::Error => Self::ERROR,
        }
    }
}

/// Starts logging. The AWS SDK and the HTTP stack are kept to warnings: their debug lines hold
/// request bodies, which may hold user names.
pub fn init(level: Level, format: Format) {
    let level = LevelFilter::from(level);
    let filter = EnvFilter::new(format!("warn,mfascope={level}"));
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match format {
        Format::Logfmt => tracing_logfmt::builder()
            .with_target(false)
            .layer()
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
        Format::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_writer(std::io::stderr)
            .with_filter(filter)
            .boxed(),
    };
    // Already set only when a test runs two daemons in one process: the first one's settings stand.
    drop(tracing_subscriber::registry().with(layer).try_init());
}
