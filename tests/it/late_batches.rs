//! Records that arrive late, shuffled and twice, while the daemon runs.

use std::collections::{HashMap, HashSet};

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use crate::support::app::{Settings, TestApp};
use crate::support::{exposition::Samples, wait};
use crate::truth::{self, Log, Lookup, Pools, declines};
use crate::world::event::{Deed, Event};
use crate::world::lines::{self, Line, STREAMS};
use crate::world::receipts::{self, Heard};
use crate::world::{SEED, SOURCE, World, clock, seeding};

const GROUP: &str = "late-batches";
/// Its receipts are in groups of their own.
const ACCOUNT: &str = "210987654321";
const BATCHES: usize = 7;

/// What has been delivered so far.
struct Delivered {
    lines: Vec<Line>,
    receipts: Vec<Line<Heard>>,
}

#[test]
fn late_and_shuffled_batches_end_in_the_truth() {
    let world = World::shared();
    let client = world.logs_client();
    let mut rng = StdRng::seed_from_u64(SEED);
    let (early, batches) = split(world, &mut rng);
    let (receipts, mut late_receipts) = split_receipts(world, &mut rng);
    let mut delivered = Delivered { lines: lines::lines(&world.events, &early, SEED, clock()), receipts };
    wait(async {
        seeding::log_group(&client, GROUP).await;
        seeding::deliver(&client, GROUP, &delivered.lines).await;
        receipts::create(&client, ACCOUNT).await;
        receipts::deliver(&client, ACCOUNT, &delivered.receipts).await;
    });
    let settings = Settings { log_group: GROUP.into(), receipts: Some(ACCOUNT), ..Settings::new(&world.moto.endpoint) };
    let app = TestApp::start(&settings);
    // What only records tell must not depend on their order either.
    let reader = TestApp::start(&Settings { lookup: Lookup::Off.word(), ..settings });
    app.reaches(&figures(world, &delivered));
    let mut last = Samples::new();
    for (number, batch) in batches.iter().enumerate() {
        let mut batch = batch.clone();
        // Some that are long known come again.
        batch.extend((0..20).map(|_| early[rng.random_range(0..early.len())]));
        batch.shuffle(&mut rng);
        let lines = lines::late(&world.events, &batch, number % STREAMS.len(), &mut rng, clock());
        let mut texts = late_receipts.pop().expect("as many batches of receipts as of records");
        texts.extend(delivered.receipts.sample(&mut rng, 10).cloned());
        let receipts = receipts::late(&texts, &mut rng, clock());
        wait(async {
            seeding::deliver(&client, GROUP, &lines).await;
            receipts::deliver(&client, ACCOUNT, &receipts).await;
        });
        delivered.lines.extend(lines);
        delivered.receipts.extend(receipts);
        // Every other batch arrives on the heels of the one before.
        if number % 2 == 0 {
            app.waits_for_pull();
        }
        let shown = app.metrics().expect("the daemon answers");
        let down = declines(&last, &shown);
        assert!(down.is_empty(), "counters went down:\n{}", down.join("\n"));
        last = shown;
    }
    let truth = figures(world, &delivered);
    app.reaches(&truth);
    app.stays(&truth);
    let (events, _) = happened(world, &delivered.lines);
    reader.reaches_users(world.directory.region, &truth::rows(&world.directory, &events, Lookup::Off));
}

fn figures(world: &World, delivered: &Delivered) -> Samples {
    let (events, lines) = happened(world, &delivered.lines);
    let log = Log { events: &events, lines: &lines, receipts: &delivered.receipts };
    truth::figures(&world.directory, &log, SOURCE, Lookup::All)
}

/// Events that nobody has delivered yet have not happened.
fn happened(world: &World, delivered: &[Line]) -> (Vec<Event>, Vec<Line>) {
    let present: HashSet<usize> = delivered
        .iter()
        .filter_map(|line| match line.matter {
            lines::Matter::Record(index) => Some(index),
            _ => None,
        })
        .collect();
    let mut renumbered = HashMap::new();
    let mut events = Vec::new();
    for (index, event) in world.events.iter().enumerate().filter(|(index, _)| present.contains(index)) {
        renumbered.insert(index, events.len());
        events.push(event.clone());
    }
    let mut lines = delivered.to_vec();
    for line in &mut lines {
        if let lines::Matter::Record(index) = &mut line.matter {
            *index = renumbered[index];
        }
    }
    (events, lines)
}

/// What is there at the start, and what comes later. Whatever teaches a pool comes early: a record
/// is held for its pool only to the end of a pull. A flow with a challenge stays together: what kind of
/// factor a code is depends on the step before it, and a late answer makes one session of two.
fn split(world: &World, rng: &mut StdRng) -> (Vec<usize>, Vec<Vec<usize>>) {
    let listed = Pools::listed(&world.directory);
    let learned = Pools::learn(&world.directory, &world.events);
    let challenge = |deed: &Deed| matches!(deed, Deed::Respond { .. } | Deed::Page(_)) || deed.issues().is_some();
    let together: HashSet<usize> =
        world.events.iter().filter(|event| challenge(&event.deed)).map(|event| event.flow).collect();
    let subs: HashSet<&String> =
        world.directory.pools.iter().flat_map(|pool| &pool.users).map(|user| &user.sub).collect();
    let clients: HashSet<&String> = world.directory.pools.iter().flat_map(|pool| &pool.clients).collect();
    let mut early = Vec::new();
    let mut batches = vec![Vec::new(); BATCHES];
    for (index, event) in world.events.iter().enumerate() {
        let teaches = event.who.sub.as_ref().is_some_and(|sub| !subs.contains(sub))
            || event.who.client.as_ref().is_some_and(|client| !clients.contains(client));
        let draw = if together.contains(&event.flow) { event.flow * 11 } else { rng.random_range(0..BATCHES * 3) };
        match draw % (BATCHES * 3) {
            batch if batch < BATCHES && !teaches && listed.of(event) == learned.of(event) => batches[batch].push(index),
            _ => early.push(index),
        }
    }
    (early, batches)
}

/// The same for receipts: the last word on a message may come first.
fn split_receipts(world: &World, rng: &mut StdRng) -> (Vec<Line<Heard>>, Vec<Vec<Line<Heard>>>) {
    let mut early = Vec::new();
    let mut batches = vec![Vec::new(); BATCHES];
    for line in &world.receipts {
        match rng.random_range(0..BATCHES * 3) {
            batch if batch < BATCHES => batches[batch].push(line.clone()),
            _ => early.push(line.clone()),
        }
    }
    (early, batches)
}
