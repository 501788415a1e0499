//! Headline numbers of text messages.

use chrono::{NaiveDate, TimeDelta};

use super::delay::Delay;
use super::delivered;
use crate::dashboard::format::{NO_DATA, count, percent, usd};
use crate::dashboard::tiles::{Line, Tile};
use crate::model::Ratio;
use crate::query::{SmsCounts, SmsDay, SmsFigures, SmsReceipts, SmsRequests, SmsSendErrors, View};

pub(super) fn tiles(figures: &SmsFigures, view: &View, small_denominator: u64) -> Vec<Tile> {
    let days = Days::of(figures, view);
    vec![
        delivery(figures, &days, small_denominator),
        delay(figures, small_denominator),
        price(figures),
        conversion(figures, &days, small_denominator),
        resends(figures, &days, small_denominator),
        send_errors(figures, &days),
    ]
}

/// The days of the lines, and what is known of each.
struct Days<'a> {
    days: Vec<NaiveDate>,
    found: Vec<Option<&'a SmsDay>>,
    /// Before it, absence is no zero.
    first_counted: Option<NaiveDate>,
}

impl<'a> Days<'a> {
    /// Thirty days, or those of a longer view.
    fn of(figures: &'a SmsFigures, view: &View) -> Self {
        let last = (view.to - TimeDelta::seconds(1)).date_naive();
        let first = view.from.date_naive().min(last - TimeDelta::days(29));
        let days: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).collect();
        let found = days.iter().map(|day| figures.days.iter().find(|each| each.day == *day)).collect();
        Self { days, found, first_counted: figures.first_day }
    }

    fn shares(&self, share: impl Fn(&SmsDay) -> Ratio) -> Line<'_> {
        Line::shares(&self.days, self.found.iter().map(|day| day.map(&share)))
    }

    fn events(&self, events: impl Fn(&SmsDay) -> u64) -> Line<'_> {
        let is_counted = |day: &NaiveDate| self.first_counted.is_some_and(|first| *day >= first);
        let known = self.days.iter().zip(&self.found);
        Line::events(&self.days, known.map(|(day, found)| is_counted(day).then(|| found.map_or(0, &events))))
    }
}

/// `name` stands at every point of the line.
fn with_line(tile: Tile, line: &Line<'_>, name: &str, chart_title: &str) -> Tile {
    let chart = line.chart(name);
    Tile { chart_title: chart_title.into(), chart, days: line.table(), ..tile }
}

/// The tile with its figure, what that is of, and the rest.
fn read(tile: Tile, figure: String, figure_of: &str, details: Vec<String>) -> Tile {
    Tile { figure, figure_of: figure_of.into(), details, ..tile }
}

/// The same figure of the stretch before, in words.
fn before(figures: &SmsFigures, words: impl FnOnce(&SmsCounts) -> String) -> String {
    let before = figures.before.as_ref();
    before
        .map_or_else(|| "The stretch before is not on record".to_owned(), |before| format!("Before: {}", words(before)))
}

fn share(ratio: Ratio) -> String {
    format!("{} (n = {})", percent(ratio), count(ratio.denominator))
}

fn unmeasured() -> Vec<String> {
    vec![
        "Not measurable: no receipt was read for messages of this time".into(),
        "SNS delivery status logs, or the events of AWS End User Messaging, tell: see Sources".into(),
    ]
}

/// Messages whose fate was told, if only as unknown.
fn settled(receipts: &[SmsReceipts]) -> u64 {
    receipts.iter().map(|each| each.delivered + each.failed() + each.unknown).sum()
}

fn delivery(figures: &SmsFigures, days: &Days<'_>, small_denominator: u64) -> Tile {
    let ratio = delivered(&figures.now.receipts);
    let unknown: u64 = figures.now.receipts.iter().map(|each| each.unknown).sum();
    let details = if settled(&figures.now.receipts) == 0 {
        unmeasured()
    } else {
        let mut details = vec![format!("{} of {} messages", count(ratio.numerator), count(ratio.denominator))];
        if unknown > 0 {
            details.push(format!("{} more of unknown fate, left out", count(unknown)));
        }
        details.push(before(figures, |before| share(delivered(&before.receipts))));
        let young = delivered(&figures.provisional.receipts).denominator;
        if young > 0 {
            details.push(format!("{} are younger than 72 hours: receipts may still come", count(young)));
        }
        details
    };
    let tile = read(
        Tile::new(
            "sms_delivery",
            "Messages delivered",
            "Text messages that a carrier or phone accepted, of those whose fate is known.",
        ),
        percent(ratio),
        "of messages",
        details,
    );
    let line = days
        .shares(|day| Ratio::new(day.delivered, day.delivered + day.failed))
        .provisional_from(figures.provisional_from.date_naive());
    let tile = Tile {
        is_small: is_small(ratio, small_denominator),
        chart_note: "Dashed: receipts may still come.".into(),
        ..tile
    };
    with_line(tile, &line, "Share", "Share by day")
}

fn delay(figures: &SmsFigures, small_denominator: u64) -> Tile {
    let [half, most] = [0.5, 0.95].map(|share| Delay::of(&figures.now.receipts, share));
    let timed: u64 = figures.now.receipts.iter().flat_map(|each| &each.delays).map(|(_, messages)| messages).sum();
    let details = if timed == 0 {
        unmeasured()
    } else {
        vec![
            format!("95 of 100 within {}", most.words()),
            format!("{} delivered messages tell their delay", count(timed)),
            before(figures, |before| Delay::of(&before.receipts, 0.5).words()),
            "Estimated within buckets of seconds".into(),
        ]
    };
    let tile = read(
        Tile::new(
            "sms_delay",
            "Time to arrive",
            "Until the phone acknowledged a delivered message, or else until the carrier took it.",
        ),
        half.words(),
        "median",
        details,
    );
    Tile { is_small: is_small(Ratio::new(timed, timed), small_denominator), ..tile }
}

fn price(figures: &SmsFigures) -> Tile {
    let total = |receipts: &[SmsReceipts]| receipts.iter().map(|each| each.price_micro_usd).sum::<u64>();
    let (price, messages) = (total(&figures.now.receipts), settled(&figures.now.receipts));
    let or_dash = |price: u64| if price > 0 { usd(price) } else { NO_DATA.to_owned() };
    let details = match (messages, price) {
        (0, _) => unmeasured(),
        (_, 0) => vec!["No receipt of this time tells a price".into()],
        _ => vec![
            format!("{} messages, failed ones too: ${:.4} each", count(messages), price as f64 / 1e6 / messages as f64),
            before(figures, |before| or_dash(total(&before.receipts))),
        ],
    };
    read(
        Tile::new(
            "sms_price",
            "Cost",
            "What the receipts say the messages cost. Receipts without a price add nothing.",
        ),
        or_dash(price),
        "US dollars",
        details,
    )
}

fn is_small(ratio: Ratio, small_denominator: u64) -> bool {
    ratio.denominator > 0 && ratio.is_small(small_denominator)
}

fn sum(requests: &[SmsRequests], member: impl Fn(&SmsRequests) -> u64) -> u64 {
    requests.iter().map(member).sum()
}

fn conversion(figures: &SmsFigures, days: &Days<'_>, small_denominator: u64) -> Tile {
    let of = |requests: &[SmsRequests]| {
        Ratio::new(sum(requests, |each| each.answers), sum(requests, |each| each.app_requests))
    };
    let ratio = of(&figures.now.requests);
    let mut details = vec![
        format!("{} of {} codes that apps asked for", count(ratio.numerator), count(ratio.denominator)),
        before(figures, |before| share(of(&before.requests))),
    ];
    let on_pages = sum(&figures.now.requests, |each| each.on_pages());
    if on_pages > 0 {
        details.push(format!("{} more on hosted pages, whose records show no right answer: left out", count(on_pages)));
    }
    let tile = read(
        Tile::new(
            "sms_conversion",
            "Codes answered",
            "Codes answered correctly in time. It tells whether people use the codes, not whether messages arrive.",
        ),
        percent(ratio),
        "of codes",
        details,
    );
    let line = days.shares(|day| Ratio::new(day.answers, day.app_requests));
    with_line(Tile { is_small: is_small(ratio, small_denominator), ..tile }, &line, "Share", "Share by day")
}

fn resends(figures: &SmsFigures, days: &Days<'_>, small_denominator: u64) -> Tile {
    let of = |requests: &[SmsRequests]| {
        let resends = sum(requests, |each| each.resends);
        Ratio::new(resends, sum(requests, |each| each.requests).saturating_sub(resends))
    };
    let ratio = of(&figures.now.requests);
    let tile = read(
        Tile::new(
            "sms_resends",
            "Codes asked for again",
            "How often users ask for another code, for each one they ask for first. Waiting for messages makes it rise.",
        ),
        percent(ratio),
        "of first codes",
        vec![
            format!("{} again, after {} first codes", count(ratio.numerator), count(ratio.denominator)),
            before(figures, |before| share(of(&before.requests))),
        ],
    );
    let line = days.shares(|day| Ratio::new(day.resends, day.requests.saturating_sub(day.resends)));
    with_line(Tile { is_small: is_small(ratio, small_denominator), ..tile }, &line, "Share", "Share by day")
}

fn send_errors(figures: &SmsFigures, days: &Days<'_>) -> Tile {
    let total = |errors: &[SmsSendErrors]| errors.iter().map(|each| each.errors).sum::<u64>();
    let told: u64 =
        figures.now.send_errors.iter().filter(|each| each.reason == "notification").map(|each| each.errors).sum();
    let errors = total(&figures.now.send_errors);
    let tile = read(
        Tile::new(
            "sms_send_errors",
            "Not even sent",
            "Messages that Cognito could not hand over. Carriers never saw them, so they are in no delivery ratio.",
        ),
        if figures.first_day.is_some() { count(errors) } else { NO_DATA.to_owned() },
        "messages",
        vec![
            format!("{} refused calls, {} lines of Cognito's own log", count(errors.saturating_sub(told)), count(told)),
            before(figures, |before| count(total(&before.send_errors))),
            "Without Cognito's log export a lower bound".into(),
        ],
    );
    with_line(tile, &days.events(|day| day.send_errors), "Not sent", "Messages by day")
}
