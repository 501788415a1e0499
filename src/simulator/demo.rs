//! The scenario behind `mfascope demo`.

use super::agent::release;
use super::scenario::{
    BadRelease, ClientPlan, Enrolment, Habit, Lapse, MfaMode, PhoneChanges, PoolPlan, REGION_EU, REGION_US, Release,
    Scenario, SmsOutage, SmsPumping, SmsRoute, SpendLimit, Surface, Weakening,
};

const CUSTOMERS: &str = "us-east-1_DemoCust1";
const ANDROID: &str = "5k2q8mnd0vr1android7shop3a";
const BAD_RELEASE_AGENT: &str = "NorthwindShop/7.3.0 (Android 15; Pixel 8) okhttp/4.12.0";

impl Scenario {
    /// About 20,000 users in four pools and two Regions, 35 days of history, and an episode of every kind.
    pub fn demo() -> Self {
        Self {
            seed: 20_632,
            start: None,
            history_days: 35,
            future_days: 30,
            campaign_days_ago: 14.0,
            pools: vec![customers(), partners(), workforce(), couriers()],
            outage: Some(SmsOutage { country: "BR", days_ago: 5.0, hours: 30.0 }),
            bad_release: Some(BadRelease { client_id: ANDROID, agent: BAD_RELEASE_AGENT, days_ago: 11.0, hours: 36.0 }),
            pumping: Some(SmsPumping { pool_id: CUSTOMERS, country: "NG", days_ago: 3.1, hours: 6.0, sign_ups: 420 }),
            weakening: Some(Weakening { pool_id: CUSTOMERS, days_ago: 6.5, hours: 2.5, users: 9, share: 0.012 }),
            phone_changes: Some(PhoneChanges { share: 0.006, pool_id: CUSTOMERS, hijacked: 6 }),
            spend_limit: Some(SpendLimit { region: REGION_EU, hour: 7, hours: 8.0 }),
        }
    }

    /// The demo's story with a fraction of its users, for tests that need a fast whole.
    pub fn small(users_per_pool: u32) -> Self {
        let mut scenario = Self::demo();
        for pool in &mut scenario.pools {
            pool.users = users_per_pool;
        }
        if let Some(pumping) = &mut scenario.pumping {
            pumping.sign_ups = (users_per_pool / 33).max(6);
        }
        if let Some(weakening) = &mut scenario.weakening {
            weakening.users = 3;
        }
        scenario
    }
}

pub(super) fn client(
    id: &'static str,
    name: &'static str,
    surface: Surface,
    releases: &[Release],
    session_minutes: u32,
    weight: u32,
) -> ClientPlan {
    ClientPlan { id, name, surface, releases: releases.to_vec(), session_minutes, weight }
}

pub(super) fn customers() -> PoolPlan {
    PoolPlan {
        id: CUSTOMERS,
        name: "Customers",
        region: REGION_US,
        tier: "ESSENTIALS",
        users: 14_000,
        mfa: MfaMode::Optional,
        switched_on_days_ago: None,
        lapse: None,
        totp: true,
        sms: true,
        email_days_ago: None,
        passkeys: true,
        self_sign_up: true,
        sign_ins_per_day: 0.055,
        habit: Habit::Leisure,
        enrolment: Enrolment { initial: 0.14, per_day: 0.003, campaign: 0.13, per_day_after: 0.005, totp_share: 0.52 },
        federated: 0.02,
        sms_route: SmsRoute::Sns,
        exports_logs: true,
        sms_failure: None,
        replicas: &["us-west-2"],
        clients: vec![
            client(
                "3n9h7c1b4s5iosapp8shop2b6d",
                "ios-app",
                Surface::Srp,
                &[
                    release("NorthwindShop/7.2.4 CFNetwork/1568.200.51 Darwin/24.1.0", 60.0),
                    release("NorthwindShop/7.2.5 CFNetwork/1568.300.101 Darwin/24.2.0", 23.0),
                    release("NorthwindShop/7.3.1 CFNetwork/1568.300.101 Darwin/24.2.0", 8.0),
                ],
                3,
                32,
            ),
            client(
                ANDROID,
                "android-app",
                Surface::Srp,
                &[
                    release("NorthwindShop/7.2.3 (Android 15; Pixel 8) okhttp/4.12.0", 60.0),
                    release("NorthwindShop/7.2.4 (Android 15; Pixel 8) okhttp/4.12.0", 26.0),
                    // 7.3.0 is the bad one and was called back.
                    release("NorthwindShop/7.3.1 (Android 15; Pixel 8) okhttp/4.12.0", 9.5),
                    release("NorthwindShop/7.3.2 (Android 15; Pixel 8) okhttp/4.12.0", 2.5),
                ],
                3,
                34,
            ),
            client("1w6e4b9shop2managed7login5", "web-shop", Surface::ManagedLogin, &[], 3, 26),
            client(
                "7d3t5v8kiosk1password2flow",
                "store-kiosk",
                Surface::Password,
                &[release("kiosk/2.9 aws-sdk-js/3.717.0", 60.0), release("kiosk/2.10 aws-sdk-js/3.726.1", 12.0)],
                5,
                8,
            ),
        ],
        countries: vec![
            ("US", 34),
            ("BR", 14),
            ("CA", 6),
            ("MX", 6),
            ("GB", 6),
            ("IN", 5),
            ("AR", 3),
            ("CO", 3),
            ("JP", 3),
            ("AU", 3),
            ("KR", 2),
            ("SG", 2),
            ("ZA", 2),
            ("NG", 2),
            ("TR", 2),
            ("RU", 1),
            ("KZ", 1),
            ("DE", 2),
            ("FR", 2),
            ("ES", 1),
        ],
    }
}

fn partners() -> PoolPlan {
    PoolPlan {
        id: "eu-west-1_DemoPart2",
        name: "Partners EU",
        region: REGION_EU,
        tier: "ESSENTIALS",
        users: 4_500,
        mfa: MfaMode::Optional,
        switched_on_days_ago: Some(9.0),
        lapse: None,
        totp: true,
        sms: true,
        email_days_ago: Some(13.0),
        passkeys: false,
        self_sign_up: false,
        sign_ins_per_day: 0.10,
        habit: Habit::Office,
        enrolment: Enrolment { initial: 0.22, per_day: 0.004, campaign: 0.18, per_day_after: 0.010, totp_share: 0.60 },
        federated: 0.05,
        sms_route: SmsRoute::Sns,
        exports_logs: false,
        sms_failure: None,
        replicas: &[],
        clients: vec![
            client("6p2o9r4t8partner1hosted3ui", "partner-portal", Surface::HostedUi, &[], 3, 45),
            client(
                "2a7p5i1b3partner9backend4c",
                "partner-backend",
                Surface::Admin,
                &[
                    release("aws-sdk-java/2.29.43 md/io#sync ua/2.1 os/Linux", 60.0),
                    release("aws-sdk-java/2.30.1 md/io#sync ua/2.1 os/Linux", 6.0),
                ],
                10,
                25,
            ),
            client(
                "4s8r6p2partner7srp1client5",
                "partner-mobile",
                Surface::Srp,
                &[
                    release("PartnerHub/3.0.4 CFNetwork/1568.300.101 Darwin/24.2.0", 60.0),
                    release("PartnerHub/3.1.0 CFNetwork/1568.300.101 Darwin/24.2.0", 20.0),
                ],
                5,
                30,
            ),
        ],
        countries: vec![
            ("DE", 22),
            ("FR", 15),
            ("GB", 14),
            ("ES", 10),
            ("IT", 10),
            ("NL", 8),
            ("PL", 7),
            ("PT", 4),
            ("SE", 4),
            ("CH", 4),
            ("TR", 2),
        ],
    }
}

fn workforce() -> PoolPlan {
    PoolPlan {
        id: "us-east-1_DemoWork3",
        name: "Workforce",
        region: REGION_US,
        tier: "PLUS",
        users: 1_500,
        mfa: MfaMode::On,
        switched_on_days_ago: None,
        lapse: Some(Lapse { days_ago: 20.3, hours: 1.4 }),
        totp: true,
        sms: false,
        email_days_ago: None,
        passkeys: false,
        self_sign_up: false,
        sign_ins_per_day: 0.40,
        habit: Habit::Office,
        enrolment: Enrolment { initial: 0.975, per_day: 0.001, campaign: 0.01, per_day_after: 0.001, totp_share: 1.0 },
        federated: 0.03,
        sms_route: SmsRoute::Sns,
        exports_logs: true,
        // Nobody is texted here, so nothing in the story contradicts it.
        sms_failure: Some("SNSSandbox"),
        replicas: &[],
        clients: vec![
            client("8i1n3t5r7anet9hosted2ui4wf", "intranet", Surface::HostedUi, &[], 3, 20),
            client(
                "9v2p4n6gateway8client1wf35",
                "vpn-gateway",
                Surface::Srp,
                &[
                    release("nw-vpn/5.4.1 aws-sdk-go-v2/1.32.7 os/linux", 60.0),
                    release("nw-vpn/5.5.0 aws-sdk-go-v2/1.33.0 os/linux", 15.0),
                ],
                3,
                80,
            ),
        ],
        countries: vec![("US", 60), ("CA", 12), ("IN", 14), ("GB", 8), ("DE", 6)],
    }
}

/// The one pool whose text messages go through End User Messaging.
fn couriers() -> PoolPlan {
    PoolPlan {
        id: "us-east-1_DemoCour4",
        name: "Couriers",
        region: REGION_US,
        tier: "LITE",
        users: 600,
        mfa: MfaMode::Optional,
        switched_on_days_ago: None,
        lapse: None,
        totp: true,
        sms: true,
        email_days_ago: None,
        passkeys: false,
        self_sign_up: false,
        sign_ins_per_day: 0.35,
        habit: Habit::Office,
        enrolment: Enrolment { initial: 0.5, per_day: 0.003, campaign: 0.08, per_day_after: 0.004, totp_share: 0.15 },
        federated: 0.0,
        sms_route: SmsRoute::EndUserMessaging,
        exports_logs: false,
        sms_failure: None,
        replicas: &[],
        clients: vec![client(
            "2c6o8u4r1courier9app5field",
            "courier-app",
            Surface::Srp,
            &[
                release("NorthwindCourier/1.8.2 (Android 14; TC58) okhttp/4.12.0", 60.0),
                release("NorthwindCourier/1.9.0 (Android 14; TC58) okhttp/4.12.0", 18.0),
                release("NorthwindCourier/1.9.1 (Android 14; TC58) okhttp/4.12.0", 5.0),
            ],
            5,
            100,
        )],
        countries: vec![("US", 62), ("CA", 20), ("MX", 18)],
    }
}
