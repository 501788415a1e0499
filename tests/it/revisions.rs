//! What was settled is settled anew by a late record: counters are held, and a fresh daemon shows the truth.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::support::app::{Settings, TestApp};
use crate::support::exposition::Samples;
use crate::support::wait;
use crate::truth::{self, Log, Lookup, declines};
use crate::world::event::{Deed, Event, Failure, Reply, Who};
use crate::world::failures::REJECTED;
use crate::world::lines::{self, Line, Matter};
use crate::world::receipts::{self, Heard};
use crate::world::scribe::Scribe;
use crate::world::{SEED, SOURCE, World, clock, seeding};

const GROUP: &str = "revisions";
const ACCOUNT: &str = "345678901234";

/// Seconds, whether the record comes late, and what it is.
type Step = (i64, bool, What);

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Asked,
    Wrong,
    Right,
}

use What::{Asked, Right, Wrong};

const STORIES: [&[Step]; 6] = [
    // The late one makes one of two.
    &[(0, false, Wrong), (1_200, false, Wrong), (600, true, Wrong)],
    &[(0, false, Wrong), (1_200, false, Right), (600, true, Wrong)],
    // It was no failure.
    &[(0, false, Wrong), (300, true, Right)],
    &[(0, false, Wrong), (300, false, Wrong), (200, true, Right)],
    // It was answered, or superseded.
    &[(0, false, Asked), (60, true, Right)],
    &[(0, false, Asked), (60, true, Asked)],
];

#[test]
fn what_is_settled_anew_never_falls_and_is_right_for_a_newcomer() {
    let world = World::shared();
    let client = world.logs_client();
    let mut rng = StdRng::seed_from_u64(SEED);
    let (events, is_late) = events(world);
    let of = |late: bool| -> Vec<usize> { (0..events.len()).filter(|index| is_late[*index] == late).collect() };
    let [early_receipts, late_receipts] = receipts::revised(&mut rng, clock());
    let mut lines = settled(&events, &of(false));
    let mut receipts = early_receipts;
    wait(async {
        seeding::log_group(&client, GROUP).await;
        seeding::deliver(&client, GROUP, &lines).await;
        receipts::create(&client, ACCOUNT).await;
        receipts::deliver(&client, ACCOUNT, &receipts).await;
    });
    let settings = Settings {
        log_group: GROUP.into(),
        receipts: Some(ACCOUNT),
        ..Settings::without_lookups(&world.moto.endpoint)
    };
    let mut app = TestApp::start(&settings);
    app.reaches(&figures(world, &events, &lines, &receipts));
    let before = app.metrics().expect("the daemon answers");
    let late = lines::late(&events, &of(true), 0, &mut rng, clock());
    let late_receipts = receipts::late(&late_receipts, &mut rng, clock());
    wait(async {
        seeding::deliver(&client, GROUP, &late).await;
        receipts::deliver(&client, ACCOUNT, &late_receipts).await;
    });
    lines.extend(late);
    receipts.extend(late_receipts);
    let truth = figures(world, &events, &lines, &receipts);
    assert!(!declines(&before, &truth).is_empty(), "nothing would have to be held");
    app.wait_until("the truth, or more of what is held", || {
        app.metrics().is_some_and(|shown| declines(&truth, &shown).is_empty())
    });
    holds(&app, &before, &truth);
    app.kill9();
    app.restart();
    app.waits_for_pull();
    holds(&app, &before, &truth);
    TestApp::start(&settings).reaches(&truth);
}

/// Neither less than before nor less than is true.
#[track_caller]
fn holds(app: &TestApp, before: &Samples, truth: &Samples) {
    app.waits_for_pull();
    let shown = app.metrics().expect("the daemon answers");
    let down = [declines(before, &shown), declines(truth, &shown)].concat();
    assert!(down.is_empty(), "counters went down:\n{}", down.join("\n"));
}

/// Users that no listing knows, through a client that one does.
fn events(world: &World) -> (Vec<Event>, Vec<bool>) {
    let mut scribe = Scribe::new(SEED + 3, clock());
    let mut is_late = Vec::new();
    let pool = &world.directory.pools[0];
    for story in STORIES {
        let sub = scribe.new_sub();
        let mut person = scribe.person(world.directory.region, &sub, &pool.clients[0], None);
        let start: DateTime<Utc> = scribe.now() - TimeDelta::hours(5);
        let mut flow = scribe.begin_on(&mut person, start);
        for (seconds, late, what) in story {
            flow.move_to(start + TimeDelta::seconds(*seconds));
            let who = Who { sub: Some(sub.clone()), client: Some(pool.clients[0].clone()), pool: None };
            let (deed, failure) = deed(*what);
            flow.exactly(who, deed, failure);
            is_late.push(*late);
        }
    }
    (scribe.events, is_late)
}

fn deed(what: What) -> (Deed, Option<Failure>) {
    let respond = |reply| Deed::Respond { admin: false, challenge: Some("SOFTWARE_TOKEN_MFA"), reply };
    match what {
        Asked => {
            let reply = Reply::Challenge("SOFTWARE_TOKEN_MFA");
            (Deed::Initiate { admin: false, flow: Some("USER_PASSWORD_AUTH"), reply }, None)
        }
        Wrong => (respond(Reply::Nothing), Some(REJECTED[0])),
        Right => (respond(Reply::Tokens), None),
    }
}

/// The lines of the trail alone: nothing else is in this group.
fn settled(events: &[Event], chosen: &[usize]) -> Vec<Line> {
    let mut lines = lines::lines(events, chosen, SEED, clock());
    lines.retain(|line| matches!(line.matter, Matter::Record(_)));
    lines
}

/// What has no line yet has not happened.
fn figures(world: &World, events: &[Event], lines: &[Line], receipts: &[Line<Heard>]) -> Samples {
    let index = |line: &Line| match line.matter {
        Matter::Record(index) => Some(index),
        _ => None,
    };
    let present: HashSet<usize> = lines.iter().filter_map(index).collect();
    let mut happened = events.to_vec();
    let mut place = 0;
    happened.retain(|_| {
        place += 1;
        present.contains(&(place - 1))
    });
    let mut figures =
        truth::figures(&world.directory, &Log { events: &happened, lines: &[], receipts }, SOURCE, Lookup::Off);
    records(&mut figures, lines);
    figures
}

/// A line whose record has been seen is a duplicate.
fn records(figures: &mut Samples, lines: &[Line]) {
    let mut seen = HashSet::new();
    for line in lines {
        let outcome = if seen.insert(&line.text) { "stored" } else { "duplicate" };
        let labels = [("source", SOURCE), ("stream", "cloudtrail"), ("outcome", outcome)];
        let series = crate::support::exposition::Series::new("mfascope_records_total", &labels);
        *figures.entry(series).or_insert(0.0) += 1.0;
    }
}
