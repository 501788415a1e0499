//! The demo's dashboard tells the story that its simulated AWS plays.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

use crate::support::app::PATIENCE;
use crate::support::child::Helper;
use crate::support::{poll_every, wait};

/// 35 days of history on a busy machine with two cores.
pub const HISTORY: Duration = Duration::from_secs(900);

/// The demo of this test run, in which time moves on.
pub struct Demo {
    _process: Helper,
    /// Host and port.
    pub address: String,
}

impl Demo {
    pub fn shared() -> &'static Self {
        static DEMO: LazyLock<Demo> = LazyLock::new(|| {
            let command = [env!("CARGO_BIN_EXE_mfascope"), "demo", "--web.listen-address", "127.0.0.1:0"];
            let process = Helper::start(&command, &[]);
            let address = process.line(PATIENCE, |line| {
                let (_, rest) = line.split_once("http://")?;
                Some(rest.trim_end_matches('/').to_owned())
            });
            Demo { address: address.expect("the demo says where it is"), _process: process }
        });
        &DEMO
    }
}

#[test]
fn planted_jumps_are_told_under_their_own_names() {
    let address = format!("http://{}", Demo::shared().address);
    let notices = |path: &str| -> Option<Vec<String>> {
        let url = format!("{address}/api/v1/{path}");
        let page: Value = wait(async { reqwest::get(url).await?.json().await }).ok()?;
        let texts = page["notices"].as_array()?.iter().filter_map(|notice| notice["text"].as_str());
        let is_jump = |text: &&str| text.contains(" normally") || text.contains("pumping");
        Some(texts.filter(is_jump).map(str::to_owned).collect())
    };
    let told = poll_every(Duration::from_secs(1), HISTORY, || {
        let answers = notices("challenges?range=30d")?;
        let messages = notices("sms?range=30d")?;
        (!answers.is_empty() && !messages.is_empty()).then_some((answers, messages))
    });
    let (answers, messages) = told.expect("jumps are found");

    let release = "Wrong authenticator-app codes from NorthwindShop/7.3.0 in Customers: ";
    assert!(answers.len() == 1 && answers[0].starts_with(release), "{answers:#?}");
    let outage = "Text messages to Brazil did not arrive: ";
    let quota = "Text messages from eu-west-1 did not arrive: ";
    let pumping = "SMS pumping is likely: ";
    // The quota ran out at the end of the last full month, which may be too long ago.
    assert!(messages.iter().any(|text| text.starts_with(outage)), "{messages:#?}");
    let is_planted = |text: &&String| [outage, quota, pumping].iter().any(|begin| text.starts_with(begin));
    let others = messages.iter().filter(|text| !is_planted(text));
    assert_eq!(others.count(), 0, "{messages:#?}");
    let overview = notices("overview").expect("the overview");
    assert!(overview.iter().any(|text| text.starts_with(outage)), "{overview:#?}");
    assert!(overview.iter().any(|text| text.starts_with(pumping) && text.contains("Nigeria")), "{overview:#?}");
}
