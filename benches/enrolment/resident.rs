//! The daemon in the bench's own process, on a clock of the bench's.

use std::path::Path;

use mfascope::app::{App, Doors};
use mfascope::clock::Clock;
use mfascope::config::Config;
use mfascope::dashboard::Setting;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::daemon::{Settings, sum};

/// A running daemon.
pub struct Resident {
    url: String,
    client: reqwest::Client,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Resident {
    pub async fn start(folder: &Path, settings: &Settings, clock: Clock) -> anyhow::Result<Self> {
        let mut config = Config::parse(&settings.text(folder), "bench")?;
        for source in &mut config.sources {
            source.is_simulated = true;
        }
        let app = App::build(
            config,
            Doors::open(([127, 0, 0, 1], 0).into()),
            clock,
            Setting { is_simulated: true, ..Setting::default() },
        )
        .await?;
        let url = format!("http://{}/metrics", app.address()?);
        let stop = CancellationToken::new();
        let running = tokio::spawn(app.run(stop.clone()));
        Ok(Self { url, client: reqwest::Client::new(), stop, running })
    }

    /// Sum of a metric's series; nothing when there is none.
    pub async fn sum(&self, name: &str) -> Option<f64> {
        let text = self.client.get(&self.url).send().await.ok()?.text().await.ok()?;
        sum(&text, name)
    }

    /// Ends it.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.running.await?
    }
}
