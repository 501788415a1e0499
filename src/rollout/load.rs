//! What the switch adds: answers to challenges, text messages and their price, and work for support.

use serde::{Deserialize, Serialize};

use super::poisson;

/// What load and cost rest on.
#[derive(Clone, Debug, Default)]
pub struct LoadFacts {
    /// Days of the stretch that are on record.
    pub days: f64,
    /// Sign-ins that would be challenged in the busiest minute.
    pub busiest_minute: u64,
    /// Text messages by country.
    pub countries: Vec<CountryFacts>,
    /// Determined answers to MFA challenges, and those of them that failed.
    pub answers: u64,
    /// See `answers`.
    pub failed_answers: u64,
    /// What recovery and administrators did in the stretch.
    pub support: SupportFacts,
    /// Users of the stretch who pass MFA today: those whom `support` is about.
    pub mfa_users: u64,
    /// Users of the stretch who would be challenged and are not today.
    pub new_mfa_users: u64,
    /// US dollars of messages of the last 30 days, by their receipts; `None` where those tell no price.
    pub spent_usd: Option<f64>,
}

/// Sign-ins and messages of a country.
#[derive(Clone, Debug, Default)]
pub struct CountryFacts {
    /// Alpha-2, or `unknown`.
    pub country: String,
    /// Sign-ins of users whom a text message would let in who have no factor today.
    pub new_sign_ins: u64,
    /// Sign-ins of users who pass by text message today.
    pub present_sign_ins: u64,
    /// Messages with a price, of the quarter.
    pub priced_messages: u64,
    /// Their price, millionths of a US dollar.
    pub price_micro_usd: u64,
    /// Messages of the quarter that were delivered.
    pub delivered: u64,
    /// Messages of the quarter that were not.
    pub failed: u64,
}

/// Recovery and administrators' work, as counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct SupportFacts {
    /// Passwords that users reset.
    pub resets: u64,
    /// Factors removed and passwords reset by administrators.
    pub admin_cases: u64,
}

/// What a text message costs, and who says so.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Price {
    /// US dollars a message.
    pub usd: f64,
    /// `receipts` or `table`.
    pub from: String,
}

/// Text messages of a country after the switch.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct CountryLoad {
    /// Alpha-2, or `unknown`.
    pub country: String,
    /// More messages a day than today.
    pub new_messages_per_day: f64,
    /// Messages a day that sign-ins of users who pass by text message take today.
    pub present_messages_per_day: f64,
    /// What one costs; `None` where neither receipts nor the table tell.
    pub price: Option<Price>,
    /// More US dollars a day than today; `None` without a price.
    pub new_usd_per_day: Option<f64>,
}

/// Something a day, and how far it may lie from that.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct PerDay {
    /// Expected.
    pub expected: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What the switch adds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Load {
    /// Answers to MFA challenges a second in the busiest minute, wrong ones included.
    pub peak_answers_per_second: Option<f64>,
    /// What the account may answer a second.
    pub quota_per_second: f64,
    /// Text messages by country, most new ones first.
    pub countries: Vec<CountryLoad>,
    /// More text messages a day than today.
    pub new_messages_per_day: Option<f64>,
    /// More US dollars a month of 30 days, of countries with a price; `None` where none has one.
    pub new_usd_per_month: Option<f64>,
    /// Of the new messages a day, those to countries without a price.
    pub unpriced_messages_per_day: f64,
    /// US dollars of messages of the last 30 days by their receipts; `None` where receipts tell no price.
    pub spent_usd_per_month: Option<f64>,
    /// The spend limit of the account, as configured.
    pub limit_usd_per_month: Option<f64>,
    /// Passwords that the newly challenged reset, at today's rate; `None` without users to tell the rate by.
    pub resets: Option<PerDay>,
    /// Factors removed and passwords reset by administrators for the newly challenged, at today's rate.
    pub admin_cases: Option<PerDay>,
}

/// What nobody can read off records.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What the account may answer a second.
    pub quota_per_second: f64,
    /// US dollars a month.
    pub limit_usd_per_month: Option<f64>,
    /// US dollars a message by country.
    pub prices: Vec<(String, f64)>,
}

/// What the switch adds to what the facts tell of today.
pub fn load(facts: &LoadFacts, given: &Given) -> Load {
    let a_day = |number: u64| (facts.days > 0.0).then(|| number as f64 / facts.days);
    let mut countries: Vec<CountryLoad> = Vec::new();
    for country in &facts.countries {
        let (Some(new), Some(present)) = (a_day(country.new_sign_ins), a_day(country.present_sign_ins)) else { break };
        let price = price(country, &given.prices);
        countries.push(CountryLoad {
            country: country.country.clone(),
            new_messages_per_day: new,
            present_messages_per_day: present,
            new_usd_per_day: price.as_ref().map(|price| price.usd * new),
            price,
        });
    }
    countries.sort_by(|one, other| {
        let most_first = other.new_messages_per_day.total_cmp(&one.new_messages_per_day);
        most_first.then_with(|| one.country.cmp(&other.country))
    });
    let sum = |of: fn(&CountryLoad) -> f64| countries.iter().map(of).sum::<f64>();
    let priced: Vec<f64> = countries.iter().filter_map(|country| country.new_usd_per_day).collect();
    // Whoever gives a wrong answer gives another.
    let tries = match facts.answers.saturating_sub(facts.failed_answers) {
        0 => 1.0,
        right => facts.answers as f64 / right as f64,
    };
    Load {
        peak_answers_per_second: (facts.days > 0.0).then(|| facts.busiest_minute as f64 / 60.0 * tries),
        quota_per_second: given.quota_per_second,
        new_messages_per_day: (facts.days > 0.0).then(|| sum(|country| country.new_messages_per_day)),
        new_usd_per_month: (!priced.is_empty()).then(|| priced.iter().sum::<f64>() * 30.0),
        unpriced_messages_per_day: sum(|country| match country.price {
            Some(_) => 0.0,
            None => country.new_messages_per_day,
        }),
        spent_usd_per_month: facts.spent_usd,
        limit_usd_per_month: given.limit_usd_per_month,
        resets: extrapolated(facts.support.resets, facts),
        admin_cases: extrapolated(facts.support.admin_cases, facts),
        countries,
    }
}

/// What one message costs: by the receipts of the quarter, else as the table says.
fn price(country: &CountryFacts, table: &[(String, f64)]) -> Option<Price> {
    if country.priced_messages > 0 {
        let usd = country.price_micro_usd as f64 / 1e6 / country.priced_messages as f64;
        return Some(Price { usd, from: "receipts".into() });
    }
    let (_, usd) = table.iter().find(|(code, _)| *code == country.country)?;
    Some(Price { usd: *usd, from: "table".into() })
}

/// Events of those who pass MFA today, as they would come from the newly challenged.
fn extrapolated(events: u64, facts: &LoadFacts) -> Option<PerDay> {
    if facts.days <= 0.0 || facts.mfa_users == 0 {
        return None;
    }
    let scale = facts.new_mfa_users as f64 / facts.mfa_users as f64 / facts.days;
    let (low, high) = poisson(events);
    Some(PerDay { expected: events as f64 * scale, low: low * scale, high: high * scale })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> LoadFacts {
        let country = |country: &str, new_sign_ins, priced_messages| CountryFacts {
            country: country.into(),
            new_sign_ins,
            present_sign_ins: 280,
            priced_messages,
            price_micro_usd: priced_messages * 50_000,
            delivered: 0,
            failed: 0,
        };
        LoadFacts {
            days: 28.0,
            busiest_minute: 90,
            countries: vec![country("US", 560, 0), country("DE", 2_800, 10), country("BR", 28, 0)],
            answers: 400,
            failed_answers: 100,
            support: SupportFacts { resets: 10, admin_cases: 0 },
            mfa_users: 100,
            new_mfa_users: 700,
            spent_usd: Some(20.0),
        }
    }

    #[test]
    fn load_is_what_is_worked_out_by_hand() {
        let given =
            Given { quota_per_second: 360.0, limit_usd_per_month: Some(500.0), prices: vec![("US".into(), 0.01)] };
        let load = load(&facts(), &given);
        // 90 a minute, and a third more for the wrong ones.
        assert_eq!(load.peak_answers_per_second, Some(2.0));
        assert_eq!(load.countries.iter().map(|each| &*each.country).collect::<Vec<_>>(), ["DE", "US", "BR"]);
        assert_eq!(load.new_messages_per_day, Some(121.0));
        // 100 a day at 5 cents and 20 at 1 cent.
        assert_eq!(load.new_usd_per_month, Some(156.0));
        assert_eq!(load.unpriced_messages_per_day, 1.0);
        assert_eq!(load.countries[1].price, Some(Price { usd: 0.01, from: "table".into() }));
        // 10 resets of 100 users in 28 days: 2.5 a day of 700.
        let resets = load.resets.expect("a rate");
        assert!((resets.expected - 2.5).abs() < 1e-9 && resets.low < 1.3 && resets.high > 4.5, "{resets:?}");
        let cases = load.admin_cases.expect("a rate");
        assert!(cases.expected == 0.0 && cases.low == 0.0 && cases.high > 0.8, "{cases:?}");
    }

    #[test]
    fn what_is_not_recorded_is_not_told() {
        let nothing = load(&LoadFacts { days: 0.0, ..facts() }, &Given::default());
        assert_eq!(nothing.peak_answers_per_second, None);
        assert_eq!((nothing.new_messages_per_day, nothing.new_usd_per_month), (None, None));
        assert!(nothing.countries.is_empty() && nothing.resets.is_none() && nothing.admin_cases.is_none());
        let no_rate = load(&LoadFacts { mfa_users: 0, ..facts() }, &Given::default());
        assert!(no_rate.resets.is_none() && no_rate.new_usd_per_month.is_some());
    }
}
