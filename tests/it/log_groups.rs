//! The log groups of a stream: each is read at its own pace, and a back-fill survives any death.

use chrono::TimeDelta;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use uuid::Uuid;

use crate::support::app::TestApp;
use crate::support::front::{Front, Manners, Refusal};
use crate::support::wait;
use crate::support::{app::Settings, aws};
use crate::truth::{self, Log, Lookup};
use crate::world::lines::{Line, STREAMS};
use crate::world::phones::COUNTRIES;
use crate::world::receipts::{Heard, Receipt, What, Word};
use crate::world::small::Small;
use crate::world::{SEED, SOURCE, World, clock, seeding};

const BUSY: &str = "busy-texts";
const BUSY_LINES: usize = 12_000;
/// Not there at first.
const LATE: &str = "late-texts";
const LATE_LINES: usize = 300;
const PAGE_LINES: usize = 400;

#[test]
fn a_missing_group_holds_no_other_back_and_kills_lose_and_double_nothing() {
    let small = Small::shared();
    let client = aws::logs_client(&World::shared().moto.endpoint, small.directory.region);
    let mut rng = StdRng::seed_from_u64(SEED + 6);
    let mut lines = texts(&mut rng, small.directory.region, BUSY_LINES, Word::Delivered);
    // The same report in another line.
    lines.extend_from_within(..50);
    wait(async {
        seeding::log_group(&client, BUSY).await;
        seeding::deliver(&client, BUSY, &lines).await;
    });
    let manners = Manners { page: Some(PAGE_LINES), pause: std::time::Duration::from_millis(40), ..Manners::default() };
    let front = Front::start(&World::shared().moto.endpoint, manners.clone());
    let mut app = TestApp::prepare(&Settings { lookup: Lookup::Off.word(), ..Small::settings(&front.endpoint) });
    app.write_config(&format!("{}\n[source.sms]\nlog_groups = {:?}\n", app.config(), [BUSY, LATE]));
    app.restart();
    app.wait_until("a line names the missing group", || app.log().contains(LATE));
    assert!(front.pages() < BUSY_LINES / PAGE_LINES, "it was asked for only after the long history was read");
    for pages in [15, 30, 60] {
        let before = front.pages();
        app.wait_until("some pages", || front.pages() > before + pages);
        app.kill9();
        app.restart();
    }
    let figures = |lines: &[Line<Heard>]| {
        truth::figures(&small.directory, &Log { events: &[], lines: &[], receipts: lines }, SOURCE, Lookup::Off)
    };
    app.reaches(&figures(&lines));
    assert_eq!(app.source_up("sms"), Some(0.0), "a group is missing");

    // What is delivered with the times of days ago must be there before anybody reads.
    let refused = vec![("FilterLogEvents", Refusal::DeniedJson)];
    front.change(Manners { refused, ..Manners::default() });
    let late = texts(&mut rng, small.directory.region, LATE_LINES, Word::Failed("opted_out"));
    wait(async {
        seeding::log_group(&client, LATE).await;
        seeding::deliver(&client, LATE, &late).await;
    });
    front.change(manners);
    lines.extend(late);
    let truth = figures(&lines);
    app.reaches(&truth);
    app.wait_until("both groups are read", || app.source_up("sms") == Some(1.0));
    app.stays(&truth);
}

/// Delivery records of SNS from the last five days.
fn texts(rng: &mut StdRng, region: &'static str, count: usize, word: Word) -> Vec<Line<Heard>> {
    let now = clock();
    let is_delivered = word == Word::Delivered;
    let mut text = |number: usize| {
        let country = COUNTRIES.choose(rng).expect("there are countries");
        let sent = now - TimeDelta::seconds(rng.random_range(5_400..5 * 86_400));
        let message = Uuid::from_u128(rng.random()).to_string();
        let record = json!({
            "notification": {"messageId": message, "timestamp": sent.format("%Y-%m-%d %H:%M:%S%.3f").to_string()},
            "delivery": {
                "destination": country.phone(number),
                "mcc": country.mcc,
                "priceInUSD": 0.0075,
                "dwellTimeMs": 700,
                "providerResponse": if is_delivered { "Delivered" } else { "Phone number is opted out" },
            },
            "status": if is_delivered { "SUCCESS" } else { "FAILURE" },
        });
        let receipt = Receipt {
            message,
            region,
            country: country.code,
            reported: sent,
            word,
            delay_ms: is_delivered.then_some(700),
            price_micro_usd: Some(7_500),
        };
        Line {
            matter: Heard { group: 0, what: What::Receipt(receipt) },
            stream: number % STREAMS.len(),
            delivered: sent + TimeDelta::seconds(20),
            text: record.to_string(),
        }
    };
    (0..count).map(&mut text).collect()
}
