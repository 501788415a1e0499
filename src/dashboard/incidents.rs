//! Jumps of failure ratios, in words.

use chrono::{DateTime, TimeDelta, Utc};

use super::address;
use super::format::{count, instant, percent, percentage};
use super::pool::Notice;
use crate::country;
use crate::model::PoolKey;
use crate::query::{Place, View};
use crate::snapshot::incidents::Cause;
use crate::snapshot::{Incident, Snapshot};

/// A reason with less of the failures above normal is not the main one.
const MAIN_REASON: f64 = 0.5;

/// A slice that fails no less than this hardly works at all.
const BROKEN: f64 = 0.5;

/// Jumps of failed answers in a view, newest first.
pub fn of_challenges(snapshot: &Snapshot, view: &View) -> Vec<Notice> {
    let is_shown = |place: &Place| match place {
        Place::Pool(key) => view.scope.holds(key),
        Place::Region(_) => false,
    };
    notices(snapshot, |incident| is_shown(&incident.place) && is_within(incident, view.from, view.to), false)
}

/// Jumps of failed text messages in a view, newest first. Of pools: of the Regions that send for them.
pub fn of_text_messages(snapshot: &Snapshot, view: &View) -> Vec<Notice> {
    let scope = &view.scope;
    let sends = |aws_region: &str| {
        let mut pools = snapshot.pools.iter().map(|pool| &pool.key).filter(|key| scope.holds(key));
        pools.any(|key| sender(snapshot, key) == aws_region)
    };
    let is_shown = |place: &Place| match place {
        Place::Pool(_) => false,
        Place::Region(aws_region) => {
            let is_named = scope.pool_id.is_none() && scope.aws_region.as_ref().is_none_or(|named| named == aws_region);
            is_named || sends(aws_region)
        }
    };
    notices(snapshot, |incident| is_shown(&incident.place) && is_within(incident, view.from, view.to), false)
}

/// Jumps of the last seven days, with where to read more.
pub(super) fn of_late(snapshot: &Snapshot) -> Vec<Notice> {
    let from = snapshot.as_of - TimeDelta::days(7);
    notices(snapshot, |incident| is_within(incident, from, snapshot.as_of), true)
}

fn is_within(incident: &Incident, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    incident.begin < to && (incident.end > from || !incident.is_over)
}

/// The Region that sends a pool's text messages.
fn sender<'a>(snapshot: &'a Snapshot, key: &'a PoolKey) -> &'a str {
    let pool = snapshot.pools.iter().find(|pool| pool.key == *key);
    pool.map(|pool| pool.settings.sms_region.as_str()).filter(|region| !region.is_empty()).unwrap_or(&key.aws_region)
}

fn notices(snapshot: &Snapshot, is_shown: impl Fn(&Incident) -> bool, is_linked: bool) -> Vec<Notice> {
    let found = snapshot.incidents.iter().flat_map(|incidents| &incidents.found);
    found
        .filter(|incident| is_shown(incident))
        .filter_map(|incident| {
            let (text, link, link_text) = match &incident.place {
                // A pool that is not listed is gone, or left out on purpose.
                Place::Pool(key) => {
                    let pool = snapshot.pools.iter().find(|pool| pool.key == *key)?;
                    (
                        challenges(incident, &pool.pool_name),
                        format!("/challenges?pool={}", address::of_pool(key)),
                        "Challenges",
                    )
                }
                Place::Region(aws_region) => (text_messages(incident, aws_region), "/sms".to_owned(), "Text messages"),
            };
            let (link, link_text) = if is_linked { (link, link_text.to_owned()) } else { Default::default() };
            Some(Notice { text, link, link_text })
        })
        .collect()
}

fn challenges(incident: &Incident, pool_name: &str) -> String {
    let cause = &incident.cause;
    let slice = &cause.slice;
    let whose = match (&slice.agent, &slice.client) {
        (Some(agent), Some(client)) => format!(" from {agent} in the client {client}"),
        (Some(agent), None) => format!(" from {agent}"),
        (None, Some(client)) => format!(" from the client {client}"),
        (None, None) => String::new(),
    };
    let what = failed_answers(main_reason(cause), slice.factor.as_deref());
    let is_whole = slice.agent.is_none() && slice.client.is_none() && slice.factor.is_none();
    let explained = if is_whole {
        "Across the board: no single app, release or factor explains it.".to_owned()
    } else {
        format!("It explains {} of the failures above normal.", whole_percent(cause.share))
    };
    format!("{what}{whose} in {pool_name}: {}. {explained}", how_much(incident, "answers"))
}

fn text_messages(incident: &Incident, aws_region: &str) -> String {
    let cause = &incident.cause;
    let is_broken = cause.ratio.value().is_some_and(|ratio| ratio >= BROKEN);
    let verb = match (is_broken, incident.is_over) {
        (true, true) => "did",
        (true, false) => "do",
        (false, true) => "often did",
        (false, false) => "often do",
    };
    let (what, explained) = match &cause.slice.country {
        Some(code) => (
            format!("to {} {verb} not arrive", country::name(code).unwrap_or(code)),
            format!("It explains {} of the failures above normal from {aws_region}.", whole_percent(cause.share)),
        ),
        None => (
            format!("from {aws_region} {verb} not arrive"),
            "Across the board: no single country explains it.".to_owned(),
        ),
    };
    let because = main_reason(cause).and_then(undelivered).map(|reason| format!(" Mostly because {reason}."));
    format!("Text messages {what}: {}. {explained}{}", how_much(incident, "messages"), because.unwrap_or_default())
}

fn how_much(incident: &Incident, cases: &str) -> String {
    let Cause { ratio, normal_ratio, .. } = incident.cause;
    let (begin, end) = (incident.begin.format("%Y-%m-%d %H:%M"), instant(incident.end));
    let (share, whole, normal) = (percent(ratio), count(ratio.denominator), percentage(normal_ratio));
    if incident.is_over {
        format!("{share} of {whole} {cases} failed between {begin} and {end}, against {normal} normally")
    } else {
        format!(
            "{share} of {whole} {cases} have failed since {begin} UTC, against {normal} normally, \
             and nothing shows yet that it is over"
        )
    }
}

/// `91 %`: an estimate needs no decimals.
fn whole_percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", share * 100.0)
}

fn main_reason(cause: &Cause) -> Option<&str> {
    cause.reason.as_ref().filter(|(_, share)| *share >= MAIN_REASON).map(|(reason, _)| reason.as_str())
}

/// What an answer failed by, as the beginning of a sentence.
fn failed_answers(reason: Option<&str>, factor: Option<&str>) -> String {
    let kind = match factor {
        Some("totp") => "authenticator-app ",
        Some("sms") => "text-message ",
        Some("email") => "e-mail ",
        Some("passkey") => "passkey ",
        Some("custom") => "custom-challenge ",
        _ => "",
    };
    match reason {
        Some("code_mismatch") => format!("Wrong {kind}codes"),
        Some("code_expired") => format!("Expired {kind}codes"),
        Some("code_replayed") => format!("Reused {kind}codes"),
        Some("session_expired") => format!("Late {kind}answers"),
        Some("session_invalid") => format!("Misplaced {kind}answers (session unknown or used already)"),
        Some("attempts_exceeded") => format!("Too many {kind}attempts"),
        _ => format!("Failed {kind}answers"),
    }
}

/// Why a message was not delivered, as the end of a sentence.
fn undelivered(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "spam" => "they were taken for spam",
        "blocked_destination" => "the destination is blocked",
        "invalid_number" => "the numbers are invalid",
        "invalid_message" => "the text is invalid",
        "carrier_blocked" => "the carrier blocked them",
        "carrier_unreachable" => "the carrier could not be reached",
        "phone_blocked" | "phone_blocklist" => "the phones block them",
        "phone_unreachable" => "the phones could not be reached",
        "opted_out" => "the recipients had opted out",
        "max_price" => "they would have cost more than the price limit",
        "spend_limit" => "the monthly spend limit was reached",
        "ttl_expired" => "they could not be delivered in time",
        "protect_blocked" => "the account's own rules for countries block them",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Ratio;
    use crate::query::{Range, Scope};
    use crate::snapshot::incidents::{Incidents, Slice};
    use crate::snapshot::sample;

    fn incident(place: Place, hours_ago: i64, slice: Slice, reason: &str) -> Incident {
        let end = sample::as_of() - TimeDelta::hours(hours_ago);
        Incident {
            place,
            begin: end - TimeDelta::hours(20),
            end,
            is_over: hours_ago > 0,
            ratio: Ratio::new(84, 225),
            normal_ratio: 0.075,
            cause: Cause {
                slice,
                ratio: Ratio::new(74, 82),
                normal_ratio: 0.071,
                excess: 67.2,
                share: 0.98,
                reason: Some((reason.into(), 0.97)),
            },
        }
    }

    fn snapshot() -> Snapshot {
        let snapshot = sample::snapshot();
        let (pool, region) = (Place::Pool(snapshot.pools[0].key.clone()), Place::Region("us-east-1".into()));
        let gone = Place::Pool(PoolKey { aws_region: "us-east-1".into(), pool_id: "us-east-1_Gone".into() });
        let slice = |agent: &str, client: &str, factor: &str, country: &str| {
            let named = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Slice { agent: named(agent), client: named(client), factor: named(factor), country: named(country) }
        };
        let found = vec![
            incident(region.clone(), 0, slice("", "", "", "BR"), "carrier_unreachable"),
            incident(pool.clone(), 30, slice("NorthwindShop/7.3.0", "", "totp", ""), "code_mismatch"),
            incident(pool.clone(), 60, slice("", "shop <b>", "", ""), "other"),
            incident(pool, 90, Slice::default(), "code_expired"),
            incident(gone, 90, Slice::default(), "code_expired"),
            incident(region, 24 * 20, Slice::default(), "spend_limit"),
        ];
        Snapshot { incidents: Some(Incidents::sample(found, Vec::new())), ..snapshot }
    }

    fn texts(notices: Vec<Notice>) -> String {
        notices.into_iter().map(|notice| notice.text.replace('\u{a0}', " ") + "\n").collect()
    }

    #[test]
    fn jumps_read_as_designed() {
        let snapshot = snapshot();
        let month = View::ending_at(sample::as_of(), Range::Month, Scope::default());
        let all = texts(of_challenges(&snapshot, &month)) + &texts(of_text_messages(&snapshot, &month));
        insta::assert_snapshot!(all);
    }

    #[test]
    fn a_view_shows_what_lies_in_it() {
        let snapshot = snapshot();
        let day = View::ending_at(sample::as_of(), Range::Day, Scope::default());
        assert_eq!((of_challenges(&snapshot, &day).len(), of_text_messages(&snapshot, &day).len()), (0, 1));
        let other = PoolKey { aws_region: "eu-west-1".into(), pool_id: "eu-west-1_Other".into() };
        let other = View::ending_at(sample::as_of(), Range::Month, Scope::of_pool(&other));
        assert_eq!((of_challenges(&snapshot, &other).len(), of_text_messages(&snapshot, &other).len()), (0, 0));
        let late = of_late(&snapshot);
        assert_eq!(late.len(), 4, "a week, and no pool that is not listed");
        assert!(late.iter().all(|notice| !notice.link.is_empty()));
    }
}
