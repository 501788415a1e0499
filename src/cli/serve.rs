//! `mfascope serve`

use anyhow::bail;
use tokio_util::sync::CancellationToken;

use super::{ServeArgs, runtime};
use crate::app::{App, Doors};
use crate::clock::Clock;
use crate::config::{Config, WebConfig};
use crate::dashboard::Setting;
use crate::http::Gate;
use crate::lifecycle;

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let (gate, asks_who) = match &args.gate.web_config {
        Some(path) => (Gate::load(path, config.web.roles.clone())?, WebConfig::load(path)?.asks_who()),
        None => (Gate::open(), false),
    };
    let addresses = [("--web.listen-address", Some(args.web.listen)), ("--web.metrics-address", args.gate.metrics)];
    for (flag, address) in addresses {
        if let Some(address) = address.filter(|address| !address.ip().is_loopback())
            && !asks_who
            && !args.gate.insecure
        {
            bail!(
                "{flag} {address} is reachable from other machines and nobody is asked who he is; name users in a --web.config.file, listen on 127.0.0.1, or add --web.insecure"
            );
        }
    }
    args.log.init();
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        lifecycle::watch_signals(stop.clone())?;
        for stray in gate.strays() {
            tracing::warn!("{stray}");
        }
        let doors = Doors { listen: args.web.listen, metrics: args.gate.metrics, gate };
        App::build(config, doors, Clock::system(), Setting::default()).await?.run(stop).await
    })
}
