//! `[rollout]`: what a decision about MFA rests on that no record tells.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

/// `[rollout]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rollout {
    /// Days of sign-ins that are replayed.
    pub days: u64,
    /// Active users who pass MFA, per cent: the aim of the forecast.
    pub target_percent: f64,
    /// The day on which it is wanted.
    pub wanted_by: Option<NaiveDate>,
    /// Users a day whom a wave may stop or hold up.
    pub support_limit_per_day: u64,
    /// Answers to challenges that the account may take a second: the quota of `RespondToAuthChallenge`.
    pub answers_per_second: f64,
    /// The account's SNS spend limit, US dollars a month.
    pub sms_limit_usd_per_month: Option<f64>,
    /// Prices of text messages where no receipt tells one.
    pub sms_prices: Option<SmsPrices>,
    /// Days on which something was done about enrolment.
    #[serde(rename = "campaign")]
    pub campaigns: Vec<Campaign>,
    /// Questions over the marts that answer a column of subs, by name.
    pub cohorts: BTreeMap<String, String>,
}

impl Default for Rollout {
    fn default() -> Self {
        Self {
            days: 28,
            target_percent: 95.0,
            wanted_by: None,
            support_limit_per_day: 100,
            // Three times the default of the category UserAuthentication.
            answers_per_second: 360.0,
            sms_limit_usd_per_month: None,
            sms_prices: None,
            campaigns: Vec::new(),
            cohorts: BTreeMap::new(),
        }
    }
}

/// Something that was done about enrolment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// UTC day on which it began.
    pub day: NaiveDate,
    /// What it was.
    pub name: String,
}

/// `[rollout.sms_prices]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsPrices {
    /// Of the prices. Receipts are in US dollars, so these have to be, too.
    pub currency: String,
    /// The day the prices are of.
    pub as_of: NaiveDate,
    /// US dollars a message, by country.
    pub usd: BTreeMap<String, f64>,
}

impl Rollout {
    pub(super) fn validate(&self) -> Result<(), String> {
        if !(1..=400).contains(&self.days) {
            return Err(format!("[rollout] days = {}: must be 1 to 400", self.days));
        }
        if !(self.target_percent > 0.0 && self.target_percent <= 100.0) {
            return Err(format!("[rollout] target_percent = {}: must be above 0, at most 100", self.target_percent));
        }
        if self.support_limit_per_day == 0 {
            return Err("[rollout] support_limit_per_day: at least 1".into());
        }
        let is_amount = |amount: f64| amount.is_finite() && amount > 0.0;
        if !is_amount(self.answers_per_second) {
            return Err("[rollout] answers_per_second: must be above 0".into());
        }
        if self.sms_limit_usd_per_month.is_some_and(|limit| !is_amount(limit)) {
            return Err("[rollout] sms_limit_usd_per_month: must be above 0".into());
        }
        if let Some(campaign) = self.campaigns.iter().find(|campaign| campaign.name.trim().is_empty()) {
            return Err(format!("[[rollout.campaign]] of {}: name: must not be empty", campaign.day));
        }
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if let Some(name) = self.cohorts.keys().find(|name| !is_name(name)) {
            return Err(format!("[rollout.cohorts] {name:?}: names are of letters, digits and _"));
        }
        self.sms_prices.as_ref().map_or(Ok(()), SmsPrices::validate)
    }
}

impl SmsPrices {
    fn validate(&self) -> Result<(), String> {
        if self.currency != "USD" {
            return Err(format!(
                "[rollout.sms_prices] currency = {:?}: receipts are in USD; convert the prices",
                self.currency
            ));
        }
        let is_country = |code: &str| matches!(code.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z']);
        for (country, usd) in &self.usd {
            if !is_country(country) {
                return Err(format!(
                    "[rollout.sms_prices.usd] {country:?}: write the country as two capitals, like BR"
                ));
            }
            if !(usd.is_finite() && *usd >= 0.0) {
                return Err(format!("[rollout.sms_prices.usd] {country} = {usd}: must not be below 0"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn parsed(section: &str) -> Result<Config, String> {
        let text = format!("{section}\n[[source]]\nname = \"a\"\nregion = \"us-east-1\"\n");
        Config::parse(&text, "mfascope.toml").map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_given_is_taken() {
        let config = parsed(
            "[rollout]\ndays = 14\nwanted_by = \"2027-03-01\"\ncampaign = [{ day = \"2026-10-01\", name = \"Banner\" }]\n\
             [rollout.cohorts]\nstaff = \"select sub from users\"\n\
             [rollout.sms_prices]\ncurrency = \"USD\"\nas_of = \"2026-05-01\"\nusd = { DE = 0.07 }",
        )
        .expect("valid")
        .rollout;
        assert_eq!((config.days, config.campaigns.len(), config.cohorts.len()), (14, 1, 1));
        assert_eq!(config.sms_prices.expect("prices").usd["DE"], 0.07);
        assert_eq!(parsed("").expect("valid").rollout.days, 28);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (section, words) in [
            ("[rollout]\ndays = 0", "[rollout] days = 0"),
            ("[rollout]\ntarget_percent = 101", "target_percent = 101"),
            ("[rollout]\ntarget_percent = nan", "target_percent"),
            ("[rollout]\nsupport_limit_per_day = 0", "support_limit_per_day"),
            ("[rollout]\nanswers_per_second = -1.0", "answers_per_second"),
            ("[rollout]\nsms_limit_usd_per_month = 0.0", "sms_limit_usd_per_month"),
            ("[rollout]\nwanted_by = \"soon\"", "wanted_by"),
            ("[rollout]\ncampaign = [{ day = \"2026-10-01\", name = \" \" }]", "2026-10-01"),
            ("[rollout.cohorts]\n\"a b\" = \"select 1\"", "\"a b\""),
            ("[rollout.sms_prices]\ncurrency = \"EUR\"\nas_of = \"2026-05-01\"\nusd = {}", "currency = \"EUR\""),
            ("[rollout.sms_prices]\ncurrency = \"USD\"\nas_of = \"2026-05-01\"\nusd = { de = 1.0 }", "\"de\""),
            ("[rollout.sms_prices]\ncurrency = \"USD\"\nas_of = \"2026-05-01\"\nusd = { DE = -1.0 }", "DE = -1"),
        ] {
            let message = parsed(section).expect_err(section);
            assert!(message.lines().count() == 1 && message.contains(words), "{words:?} is not in: {message}");
        }
    }
}
