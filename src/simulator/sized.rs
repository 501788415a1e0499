//! Large accounts with a short history, for benches.

use super::agent::release;
use super::demo::{client, customers};
use super::scenario::{Enrolment, MfaMode, PoolPlan, REGION_US, Scenario, Surface};

/// Sign-ins of a user per day: a million users leave some 200,000 records in two days.
const SIGN_INS_PER_DAY: f64 = 0.014;

impl Scenario {
    /// A million users and two days of history.
    pub fn million() -> Self {
        Self::sized(1_000_000, 2)
    }

    /// So many users in two pools of one Region, with every kind of MFA state among them: three
    /// quarters where MFA is optional, one quarter where it is required and texts are implied.
    pub fn sized(users: u32, history_days: u32) -> Self {
        let required = users / 4;
        Self {
            seed: 1_000_003,
            start: None,
            history_days,
            future_days: 2,
            campaign_days_ago: 1.0,
            pools: vec![shoppers(users - required), subscribers(required)],
            outage: None,
            bad_release: None,
            pumping: None,
            weakening: None,
            phone_changes: None,
            spend_limit: None,
        }
    }
}

impl Scenario {
    /// So many users who sign in so often a day: sixty thousand users, 35 days and two a day leave ten million
    /// records, which [`Bulk`](super::Bulk) tells at 200,000 a second.
    pub fn busy(users: u32, history_days: u32, sign_ins_per_user_day: f64) -> Self {
        let mut scenario = Self::sized(users, history_days);
        for pool in &mut scenario.pools {
            pool.sign_ins_per_day = sign_ins_per_user_day;
        }
        scenario
    }
}

fn shoppers(users: u32) -> PoolPlan {
    PoolPlan {
        id: "us-east-1_LargeShop1",
        name: "Shoppers",
        users,
        sign_ins_per_day: SIGN_INS_PER_DAY,
        enrolment: Enrolment { initial: 0.22, per_day: 0.002, campaign: 0.006, per_day_after: 0.004, totp_share: 0.55 },
        federated: 0.01,
        exports_logs: false,
        replicas: &[],
        ..customers()
    }
}

fn subscribers(users: u32) -> PoolPlan {
    PoolPlan {
        id: "us-east-1_LargeSubs2",
        name: "Subscribers",
        region: REGION_US,
        users,
        mfa: MfaMode::On,
        email_days_ago: Some(1.0),
        passkeys: false,
        sign_ins_per_day: SIGN_INS_PER_DAY,
        enrolment: Enrolment { initial: 0.35, per_day: 0.002, campaign: 0.006, per_day_after: 0.004, totp_share: 0.55 },
        federated: 0.01,
        exports_logs: false,
        replicas: &[],
        clients: vec![
            client(
                "5l8a2r6g1e9subs3app4native",
                "subscriber-app",
                Surface::Srp,
                &[
                    release("NorthwindPlay/2.0.1 okhttp/4.12.0", 60.0),
                    release("NorthwindPlay/2.1.0 okhttp/4.12.0", 0.8),
                ],
                3,
                70,
            ),
            client("9l4a1r7g3e2subs8web6portal", "subscriber-web", Surface::ManagedLogin, &[], 3, 30),
        ],
        ..customers()
    }
}
