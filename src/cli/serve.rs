//! `mfascope serve`

use anyhow::bail;
use tokio_util::sync::CancellationToken;

use super::{ServeArgs, runtime};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard::Setting;
use crate::lifecycle;

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let config = Config::load(&args.config)?;
    let listen = args.web.listen;
    if !listen.ip().is_loopback() && !args.insecure {
        bail!(
            "--web.listen-address {listen} is reachable from other machines and nothing asks for a password; listen on 127.0.0.1 behind a proxy, or add --web.insecure"
        );
    }
    args.log.init();
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        lifecycle::watch_signals(stop.clone())?;
        App::build(config, listen, Clock::system(), Setting::default()).await?.run(stop).await
    })
}
