//! SMS pumping: what was found, in words that explain themselves.

use chrono::TimeDelta;

use super::pool_name;
use crate::dashboard::figures::{Cell, Table, figures as figure, words};
use crate::dashboard::format::{count, country, instant, percent, usd};
use crate::dashboard::pool::Notice;
use crate::query::{LEAST_NEW_SHARE, LEAST_REQUESTS, SmsFigures, View};
use crate::snapshot::Snapshot;
use crate::snapshot::pumping::{COLLAPSED, FAR_ABOVE, LEAST_WEEKS, Pumping};

/// A sentence or two about text messages that were most probably pumped.
pub fn pumping_notice(pumping: &Pumping, snapshot: &Snapshot) -> Notice {
    let until = if pumping.is_going_on { "until now".to_owned() } else { format!("until {}", instant(pumping.end)) };
    let whose = if pumping.is_new_country { "in the pool as a whole" } else { "for that country" };
    let cost = pumping.price_micro_usd.map_or_else(
        || "No receipt tells what it cost.".to_owned(),
        |price| format!("Messages to it cost {} in that time.", usd(price)),
    );
    Notice {
        text: format!(
            "SMS pumping is likely: from {} {until}, users of {} with numbers of {} asked for {} codes (usual in these hours of the week: {}). Of the codes from apps {} were answered (usual {whose}: {}), and {} of all were for users made within a day. {cost} mfascope blocks nothing.",
            instant(pumping.begin),
            pool_name(snapshot, &pumping.key),
            country(&pumping.country),
            count(pumping.requests),
            usual(pumping),
            percent(pumping.answered),
            percent(pumping.usually_answered),
            percent(pumping.by_new_users),
        ),
        link: "/sms#pumping".into(),
        link_text: "How this is told, and what to do".into(),
    }
}

fn usual(pumping: &Pumping) -> String {
    count(pumping.usual_requests.round() as u64)
}

pub(super) fn table(found: &[Pumping], figures: &SmsFigures, view: &View, snapshot: &Snapshot) -> Table {
    let row = |pumping: &Pumping| {
        let end = Cell::instant(Some(pumping.end));
        let pool =
            Cell::named(pool_name(snapshot, &pumping.key), &pumping.key.pool_id).sub(pumping.key.aws_region.clone());
        let usually = if pumping.is_new_country { "usually, whole pool" } else { "usually" };
        let answered = format!("{} {usually}", percent(pumping.usually_answered));
        vec![
            Cell::country(&pumping.country),
            pool,
            Cell::instant(Some(pumping.begin)),
            if pumping.is_going_on { end.sub("going on").class("bad") } else { end },
            Cell::count(pumping.requests).sub(format!("{} usually, of {} weeks", usual(pumping), pumping.weeks)),
            Cell::share(pumping.answered, 0).sub(answered),
            Cell::share(pumping.by_new_users, 0),
            Cell::usd(pumping.price_micro_usd.map(|price| price as f64 / 1e6)),
        ]
    };
    Table {
        key: "pumping",
        title: "SMS pumping".into(),
        explanation: format!(
            "Evidence: inferred from behaviour; cost: carrier receipts. Somebody has codes sent to numbers on which he earns. Told when, in 24 hours of a pool and country, at least {LEAST_REQUESTS} codes are asked for and at least {FAR_ABOVE} times as many as in the same hours of the {LEAST_WEEKS} to 4 weeks before, the share answered is less than {:.0} % of the usual share, and at least {:.0} % are for users made in the 24 hours before.",
            COLLAPSED * 100.0,
            LEAST_NEW_SHARE * 100.0,
        ),
        columns: vec![
            words("country", "To"),
            words("pool_id", "Pool"),
            words("begin", "From"),
            words("end", "Until"),
            figure("requests", "Codes"),
            figure("answered", "Answered"),
            figure("new_users", "For new users"),
            figure("price_usd", "Cost"),
        ],
        rows: found.iter().map(row).collect(),
        nothing: nothing(figures, view),
        note: if found.is_empty() {
            String::new()
        } else {
            "What helps: AWS WAF with a challenge on sign-up, countries you do not serve blocked by a protect configuration (sms-voice:UpdateProtectConfigurationCountryRuleSet), a lower spend limit, e-mail instead of text messages for confirming new accounts. The cost is that of every message to the country from the Region that sends the pool's.".into()
        },
    }
}

fn nothing(figures: &SmsFigures, view: &View) -> String {
    let weeks = TimeDelta::weeks(LEAST_WEEKS as i64) + TimeDelta::days(1);
    let begin = figures.first_day.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    match begin {
        Some(begin) if view.to - begin >= weeks => "No sign of it in this time.".into(),
        Some(begin) => format!(
            "Not measurable yet: it takes {LEAST_WEEKS} weeks of history to know what is usual, and here it begins on {}.",
            begin.format("%Y-%m-%d"),
        ),
        None => "Not measurable: no record has been read yet.".into(),
    }
}
