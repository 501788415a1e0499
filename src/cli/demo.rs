//! `mfascope demo`: the ordinary daemon on a simulated AWS.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use chrono::{Days, NaiveDate};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{DemoArgs, runtime};
use crate::app::{App, Doors};
use crate::clock::Clock;
use crate::config::{
    Campaign, Cloudtrail, Cognito, CognitoLogs, Collect, Config, Dashboard, LookupPolicy, Postgres, Privacy, Query,
    Rollout, Sms, Source, Span, Store, Web,
};
use crate::dashboard::Setting;
use crate::lifecycle;
use crate::simulator::{Quotas, Scenario, Simulator};
use crate::store::{self, StoreError};

/// By when the story's people want everybody enrolled.
const WANTED_WITHIN: Days = Days::new(60);

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    args.log.init();
    // The demo's store is thrown away with its folder.
    let folder =
        tempfile::Builder::new().prefix("mfascope-demo-").tempdir().context("cannot create a temporary folder")?;
    runtime()?.block_on(async {
        let stop = CancellationToken::new();
        lifecycle::watch_signals(stop.clone())?;
        let clock = Clock::system();
        let scenario = Scenario::demo();
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot start the simulated AWS")?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let config = config(&scenario, &endpoint, folder.path().join("demo.duckdb"), clock.now().date_naive());
        let now = clock.clone();
        let aws = Arc::new(Simulator::new(scenario, Quotas::unlimited(), Arc::new(move || now.now())));
        let serving = tokio::spawn(Arc::clone(&aws).serve(listener, stop.clone().cancelled_owned()));

        let app = App::build(
            config,
            Doors::open(args.web.listen),
            clock,
            Setting { is_simulated: true, ..Setting::default() },
        )
        .await?;
        println!(
            "Simulated AWS, 35 days of history. The dashboard fills within a minute:\n\n    http://{}/\n",
            app.address()?
        );
        // Reading the history takes longer than this, and nobody need wait for it.
        let store = app.store();
        let counting = tokio::task::spawn_blocking(move || count_the_past(&aws, &store));
        tokio::try_join!(app.run(stop), async { Ok(counting.await??) })?;
        serving.await??;
        Ok(())
    })
}

/// Writes the head counts of the days before today, as if the daemon had been there all along: nothing else tells how
/// fast people enrol.
fn count_the_past(aws: &Simulator, store: &store::Store) -> Result<(), StoreError> {
    aws.head_counts().iter().try_for_each(|(day, populations)| store.note_enrolment(*day, populations))
}

fn config(scenario: &Scenario, endpoint: &str, store: PathBuf, today: NaiveDate) -> Config {
    let sources = scenario
        .sources()
        .into_iter()
        .map(|source| Source {
            name: source.name,
            region: source.region,
            profile: None,
            role_arn: None,
            external_id: None,
            endpoint_url: Some(endpoint.to_owned()),
            is_simulated: true,
            cloudtrail: source.cloudtrail_log_group.map(|log_group| Cloudtrail { log_group }),
            cognito: Some(Cognito {
                // Nobody else uses this quota.
                requests_per_second: NonZeroU32::MIN.saturating_add(999),
                lookup: LookupPolicy::Active,
                ..Cognito::default()
            }),
            sms: Some(Sms { log_groups: source.sms_log_groups, success_sample_percent: 100 }),
            cognito_logs: Some(CognitoLogs { log_groups: source.cognito_log_groups })
                .filter(|logs| !logs.log_groups.is_empty()),
        })
        .collect();
    Config {
        query: Query::default(),
        rollout: rollout(scenario, today),
        postgres: Postgres::default(),
        store: Store { path: store, ..Store::default() },
        collect: Collect { interval: Span::seconds(15), backfill: Span::days(35), ..Collect::default() },
        privacy: Privacy::default(),
        dashboard: Dashboard::default(),
        web: Web::default(),
        sources,
    }
}

/// What the story's people did about enrolment, and until when they want it done.
fn rollout(scenario: &Scenario, today: NaiveDate) -> Rollout {
    let begun = Days::new(scenario.campaign_days_ago as u64);
    let campaign = |day| Campaign { day, name: "Banner in the apps".into() };
    Rollout {
        campaigns: today.checked_sub_days(begun).map(campaign).into_iter().collect(),
        wanted_by: today.checked_add_days(WANTED_WITHIN),
        ..Rollout::default()
    }
}
