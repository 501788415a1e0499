use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::rollout::{
    Assumption, Circumstance, FactorSet, Hours, PoolSetting, Profile, ProfileUsers, Replayed, SimulationFacts, Target,
    simulate,
};

const LIMITS: Limits = Limits { target: 95.0, max_blocked: 0.5, max_unknown: 1.0, min_coverage: 80.0 };

// As `queries/rollout/user.sql` packs them.
const TOTP: u16 = 1;
const LOOKED_UP: u16 = 64;
const CLIENT: u16 = 256;
const KNOWN: u16 = 512;
const NOTHING_AND_NO_WAY: u16 = LOOKED_UP | KNOWN;
const NOTHING_BUT_A_WAY: u16 = LOOKED_UP | KNOWN | CLIENT;

fn world(users: &[(u16, u64)], days: i64, assumption: Assumption, factors: &str) -> Simulation {
    let to = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let recorded_from = (days > 0).then(|| to - TimeDelta::days(days));
    let hours = Hours { from: to - TimeDelta::days(28), to, recorded_from, recorded_to: Some(to) };
    let kinds = users.iter().map(|(bits, users)| (Profile::of_bits(*bits), *users));
    let facts = SimulationFacts {
        users: kinds
            .clone()
            .map(|(profile, users)| ProfileUsers { profile, users, seen_users: users, sign_ins: users })
            .collect(),
        replayed: kinds
            .map(|(profile, sign_ins)| Replayed { hour: to, profile, circumstance: Circumstance::Usual, sign_ins })
            .collect(),
        ..SimulationFacts::default()
    };
    let pool = PoolSetting {
        aws_region: "us-east-1".into(),
        pool_id: "us-east-1_a".into(),
        pool_name: "customers".into(),
        mfa_configuration: MfaConfiguration::Optional,
        factors: FactorSet::of_words("totp").expect("factors"),
    };
    let factors = FactorSet::of_words(factors).expect("factors");
    simulate(pool, Target { mfa_configuration: MfaConfiguration::On, factors }, assumption, hours, &facts)
}

fn verdicts(simulation: &Simulation) -> (Verdict, Vec<(String, Verdict)>) {
    let Judgement { verdict, criteria, .. } = judge(simulation, LIMITS);
    (verdict, criteria.into_iter().map(|criterion| (criterion.name, criterion.verdict)).collect())
}

fn of(simulation: &Simulation, name: &str) -> Verdict {
    verdicts(simulation).1.into_iter().find(|(each, _)| each == name).expect("a criterion").1
}

#[test]
fn a_ready_pool_passes_and_says_what_the_other_reading_would_be() {
    let ready = world(&[(TOTP | KNOWN, 970), (NOTHING_BUT_A_WAY, 30)], 28, Assumption::Prompted, "totp");
    let Judgement { verdict, criteria, .. } = judge(&ready, LIMITS);
    assert_eq!(verdict, Verdict::Passed, "{criteria:?}");
    let blocked = &criteria.last().expect("a criterion").line;
    assert_eq!(
        blocked,
        "0.0 % of users have no way in, at most 0.5 %; 3.0 % where users without a factor are refused instead of prompted"
    );
    let careful = world(&[(TOTP | KNOWN, 970), (NOTHING_BUT_A_WAY, 30)], 28, Assumption::Refused, "totp");
    assert_eq!(of(&careful, "blocked"), Verdict::Failed);
}

#[test]
fn each_criterion_fails_where_it_does_not_hold() {
    let few = world(&[(TOTP | KNOWN, 900), (NOTHING_BUT_A_WAY, 100)], 28, Assumption::Prompted, "totp");
    assert_eq!(verdicts(&few).0, Verdict::Failed);
    assert_eq!(of(&few, "target"), Verdict::Failed);
    let stuck = world(&[(TOTP | KNOWN, 990), (NOTHING_AND_NO_WAY, 10)], 28, Assumption::Refused, "totp");
    assert_eq!((verdicts(&stuck).0, of(&stuck, "blocked")), (Verdict::Failed, Verdict::Failed));
}

#[test]
fn what_nobody_knows_is_not_decided() {
    // Without history, with a day of it, without evidence, and where the unknown could tip the scale.
    for (world, name) in [
        (world(&[(TOTP | KNOWN, 100)], 0, Assumption::Prompted, "totp"), "history"),
        (world(&[(TOTP | KNOWN, 100)], 1, Assumption::Prompted, "totp"), "history"),
        (world(&[(TOTP | KNOWN, 70), (0, 30)], 28, Assumption::Prompted, "totp"), "coverage"),
        (world(&[(TOTP | KNOWN, 940), (0, 60)], 28, Assumption::Prompted, "totp"), "target"),
        (world(&[(TOTP | KNOWN, 985), (0, 15)], 28, Assumption::Prompted, "totp"), "blocked"),
        (world(&[(TOTP | KNOWN, 985), (0, 15)], 28, Assumption::Prompted, "totp"), "unknown"),
        (world(&[(TOTP | KNOWN, 100)], 28, Assumption::Prompted, ""), "target"),
        (world(&[], 28, Assumption::Prompted, "totp"), "coverage"),
        (world(&[(128, 50)], 28, Assumption::Prompted, "totp"), "blocked"),
    ] {
        assert_eq!(of(&world, name), Verdict::Undecidable, "{name}");
        assert_eq!(verdicts(&world).0, Verdict::Undecidable, "{name}");
    }
}

#[test]
fn the_call_keeps_what_is_set_and_takes_away_what_is_not_wanted() {
    let Judgement { call, .. } = judge(&world(&[], 28, Assumption::Prompted, "totp"), LIMITS);
    assert!(
        call.starts_with("aws cognito-idp get-user-pool-mfa-config --region us-east-1 --user-pool-id us-east-1_a | jq")
    );
    assert!(call.contains("MfaConfiguration: \"ON\"") && call.contains("del(.SmsMfaConfiguration)"), "{call}");
    assert!(
        call.contains("SoftwareTokenMfaConfiguration: {Enabled: true}") && !call.contains("update-user-pool"),
        "{call}"
    );
}

#[test]
fn a_history_that_is_still_being_read_is_as_short_as_it_is() {
    let mut world = world(&[(TOTP | KNOWN, 100)], 28, Assumption::Prompted, "totp");
    world.hours.recorded_to = Some(world.hours.to - TimeDelta::days(25));
    assert_eq!(of(&world, "history"), Verdict::Undecidable);
    assert!(judge(&world, LIMITS).criteria[0].line.starts_with("3.0 days"));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let codes: Vec<u8> = Verdict::ALL.iter().map(|verdict| verdict.exit_code()).collect();
    assert_eq!(codes, [0, 1, 2]);
}
