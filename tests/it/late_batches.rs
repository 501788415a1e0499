//! Records that arrive late, shuffled and twice, while the daemon runs.

use std::collections::{HashMap, HashSet};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::support::app::{Settings, TestApp};
use crate::support::{exposition::Samples, wait};
use crate::truth::{self, Lookup, Pools, declines};
use crate::world::event::{Deed, Event};
use crate::world::lines::{self, Line, STREAMS};
use crate::world::{SEED, SOURCE, World, clock, seeding};

const GROUP: &str = "late-batches";
const BATCHES: usize = 7;

#[test]
fn late_and_shuffled_batches_end_in_the_truth() {
    let world = World::shared();
    let client = world.logs_client();
    let mut rng = StdRng::seed_from_u64(SEED);
    let (early, batches) = split(world, &mut rng);
    let mut delivered = lines::lines(&world.events, &early, SEED, clock());
    wait(async {
        seeding::log_group(&client, GROUP).await;
        seeding::deliver(&client, GROUP, &delivered).await;
    });
    let settings = Settings { log_group: GROUP.into(), ..Settings::new(&world.moto.endpoint) };
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
        wait(seeding::deliver(&client, GROUP, &lines));
        delivered.extend(lines);
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
    let (events, _) = happened(world, &delivered);
    reader.reaches_users(world.directory.region, &truth::rows(&world.directory, &events, Lookup::Off));
}

fn figures(world: &World, delivered: &[Line]) -> Samples {
    let (events, lines) = happened(world, delivered);
    truth::figures(&world.directory, &events, &lines, SOURCE, Lookup::All)
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
/// is held for its pool only to the end of a pull. A flow with an e-mail code stays together: what
/// kind of factor the code is depends on the step before it.
fn split(world: &World, rng: &mut StdRng) -> (Vec<usize>, Vec<Vec<usize>>) {
    let listed = Pools::listed(&world.directory);
    let learned = Pools::learn(&world.directory, &world.events);
    let code = |deed: &Deed| matches!(deed, Deed::Respond { challenge: Some("EMAIL_OTP"), .. });
    let together: HashSet<usize> =
        world.events.iter().filter(|event| code(&event.deed)).map(|event| event.flow).collect();
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
