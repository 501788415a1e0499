//! `mfascope check`: the doctor.

use std::process::ExitCode;

use prometheus::Registry;

use super::{CheckArgs, fail, runtime};
use crate::clock::Clock;
use crate::config::{Config, Source};
use crate::instrument::Instruments;
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
    let instruments = Instruments::register(&Registry::new())?;
    runtime()?.block_on(async {
        let mut all_well = true;
        for source in &config.sources {
            all_well &= check_source(source, &instruments).await;
        }
        Ok(all_well)
    })
}

async fn check_source(source: &Source, instruments: &Instruments) -> bool {
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
    for (missing, consequence) in blind_spots(source) {
        println!("note  {missing}: {consequence}");
    }
    all_well
}

/// What this source cannot tell, and what to switch on.
fn blind_spots(source: &Source) -> Vec<(&'static str, &'static str)> {
    let mut spots = Vec::new();
    if source.cloudtrail.is_none() {
        spots.push((
            "no [source.cloudtrail]",
            "challenges, sign-ins and recovery are not measurable; send a trail to a CloudWatch Logs group (cloudtrail:UpdateTrail) and name the group",
        ));
    }
    if source.cognito.is_none() {
        spots.push((
            "no [source.cognito]",
            "enrolment is not measurable, and records of app clients cannot be given a pool",
        ));
    }
    if source.sms.is_none() {
        spots.push((
            "no [source.sms]",
            "SMS delivery is not measurable; switch on SNS delivery status logging (sns:SetSMSAttributes DeliveryStatusIAMRole) and name the log groups",
        ));
    }
    spots
}
