//! `mfascope check`: the doctor.

use std::process::ExitCode;

use prometheus::Registry;

use super::{CheckArgs, fail, runtime};
use crate::clock::Clock;
use crate::config::{Config, Source};
use crate::gate::Gate;
use crate::instrument::Instruments;
use crate::snapshot::blind_spots::{self, PoolRoute};
use crate::source::Aws;

pub(super) fn run(args: &CheckArgs) -> ExitCode {
    args.log.init();
    match try_run(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

/// Whether everything needed is there.
fn try_run(args: &CheckArgs) -> anyhow::Result<bool> {
    let config = Config::load(&args.config)?;
    println!("ok    config {}", args.config.display());
    if let Some(path) = &args.web_config {
        let gate = Gate::load(path, config.web.roles.clone())?;
        println!("ok    web config {}", path.display());
        for stray in gate.strays() {
            println!("note  {stray}");
        }
    }
    let instruments = Instruments::register(&Registry::new())?;
    runtime()?.block_on(async {
        let mut all_well = true;
        for source in &config.sources {
            all_well &= check_source(&config, source, &instruments).await;
        }
        Ok(all_well)
    })
}

async fn check_source(config: &Config, source: &Source, instruments: &Instruments) -> bool {
    println!("\nsource {} ({})", source.name, source.region);
    let aws = Aws::connect(source, instruments).await;
    let check = aws.check(source, Clock::system().now()).await;
    let mut all_well = true;
    match &check.identity {
        Ok(identity) => println!("ok    credentials: account {}, {}", identity.account_id, identity.arn),
        Err(error) => {
            println!("FAIL  {error}");
            all_well = false;
        }
    }
    for permission in &check.permissions {
        match &permission.result {
            Ok(()) => println!("ok    {} on {}", permission.action, permission.on),
            Err(error) => {
                println!("FAIL  {error}");
                all_well = false;
            }
        }
    }
    let pools: Vec<PoolRoute> = check.pools.iter().map(|pool| PoolRoute::of(&source.name, pool)).collect();
    for spot in blind_spots::find(config, &pools, None).iter().filter(|spot| spot.source == source.name) {
        println!("note  {}: {}. {}", spot.missing, spot.consequence, spot.remedy);
    }
    all_well
}
