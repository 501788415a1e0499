//! `mfascope serve`

use anyhow::bail;
use tokio_util::sync::CancellationToken;

use super::{ServeArgs, runtime};
use crate::app::{App, Doors};
use crate::clock::Clock;
use crate::config::{Config, WebConfig};
use crate::dashboard::Setting;
use crate::gate::Gate;
use crate::lifecycle;

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let (gate, asks_who, is_encrypted) = match &args.gate.web_config {
        Some(path) => {
            let web = WebConfig::load(path)?;
            (Gate::load(path, config.web.roles.clone())?, web.asks_who(), web.tls_server_config.is_some())
        }
        None => (Gate::open(), false, false),
    };
    let addresses = [
        ("--web.listen-address", Some(args.web.listen)),
        ("--web.metrics-address", args.gate.metrics),
        ("[postgres] listen =", config.postgres.listen),
    ];
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
        let (listen, metrics, is_insecure) = (args.web.listen, args.gate.metrics, args.gate.insecure);
        let doors = Doors { listen, metrics, gate, is_encrypted, is_insecure };
        App::build(config, doors, Clock::system(), Setting::default()).await?.run(stop).await
    })
}
