use proptest::prelude::*;

use super::*;
use crate::model::{Factor, Outcome, Reason, RecoveryKind, SignIn, SmsPurpose, Step};

const MINUTE: i64 = 60_000_000;
/// Everything is settled.
const LATER: i64 = i64::MAX / 2;

/// A record of one user and app client, `minute` minutes after the beginning.
fn record(minute: i64) -> Record<'static> {
    Record {
        event_id: minute as u128,
        at_us: minute * MINUTE,
        aws_region: "us-east-1",
        pool_id: "us-east-1_a",
        client_id: Some("app"),
        sub: Some(7),
        is_api: true,
        step: None,
        factor: None,
        outcome: Outcome::Success,
        reason: None,
        sign_in: None,
        recovery_kind: None,
        issued_challenge: None,
        sms_purpose: None,
        is_resend: false,
        code_accepted: None,
        send_error: None,
        agent: "",
        is_new: true,
    }
}

fn wrong(minute: i64) -> Record<'static> {
    let mismatch = Some(Reason::CodeMismatch);
    Record { outcome: Outcome::Failure, reason: mismatch, ..right(minute) }
}

fn right(minute: i64) -> Record<'static> {
    Record { step: Some(Step::MfaAnswer), factor: Some(Factor::Totp), ..record(minute) }
}

fn step(minute: i64, step: Step) -> Record<'static> {
    Record { step: Some(step), ..record(minute) }
}

fn issued(minute: i64, challenge: &'static str) -> Record<'static> {
    Record { issued_challenge: Some(challenge), ..record(minute) }
}

fn asked(minute: i64) -> Record<'static> {
    Record { sms_purpose: Some(SmsPurpose::Mfa), ..record(minute) }
}

fn accepted(minute: i64) -> Record<'static> {
    Record { code_accepted: Some(SmsPurpose::Mfa), ..record(minute) }
}

fn tell<'a>(records: &[Record<'a>]) -> Told<'a> {
    told(records, &Setting::default(), LATER, LATER)
}

/// How often a series is counted in all.
fn total(told: &Told<'_>, series: &str) -> i64 {
    told.counts.0.iter().filter(|(count, _)| count.series == series).map(|(_, amount)| amount).sum()
}

#[test]
fn a_typo_before_the_right_code_is_one_session_without_failure() {
    let told = tell(&[wrong(0), right(1)]);
    assert_eq!(["sessions", "session_failures", "first_try_sessions"].map(|series| total(&told, series)), [1, 0, 0]);
    assert_eq!(["challenge_responses", "challenge_failures"].map(|series| total(&told, series)), [2, 1]);
    assert_eq!(["session_answers", "session_seconds"].map(|series| total(&told, series)), [2, 60]);
}

#[test]
fn a_session_ends_with_a_success_or_a_quarter_of_an_hour() {
    let sessions = |records: &[Record<'static>]| {
        let told = tell(records);
        (total(&told, "sessions"), total(&told, "session_failures"))
    };
    assert_eq!(sessions(&[wrong(0), wrong(15)]), (1, 1));
    assert_eq!(sessions(&[wrong(0), wrong(16)]), (2, 2));
    assert_eq!(sessions(&[right(0), wrong(1)]), (2, 1));
    let undetermined = Record { outcome: Outcome::Undetermined, ..right(1) };
    assert_eq!(sessions(&[wrong(0), undetermined]), (0, 0), "how it ended is not known");
    let elsewhere = Record { client_id: Some("web"), ..right(1) };
    assert_eq!(sessions(&[wrong(0), elsewhere]), (2, 1), "two app clients");
    assert_eq!(sessions(&[Record { sub: None, ..wrong(0) }]), (0, 0), "nobody has no session");
}

#[test]
fn a_failed_session_is_told_once_it_is_old_enough() {
    let mut records = [wrong(0)];
    let young = told(&records, &Setting::default(), 14 * MINUTE, 14 * MINUTE);
    assert_eq!(total(&young, "sessions"), 0);
    records[0].is_new = false;
    let old = told(&records, &Setting::default(), 14 * MINUTE, 15 * MINUTE);
    assert_eq!(total(&old, "session_failures"), 1);
    assert_eq!(total(&old, "challenge_responses"), 0, "its answer was counted when it came");
    let failed: Vec<_> = old.sessions.into_changes();
    assert_eq!(failed.iter().map(|(session, change)| (session.ended_us, *change)).collect::<Vec<_>>(), [(0, 1)]);
}

#[test]
fn an_email_code_is_a_second_factor_after_a_password_only() {
    let email = |records: &[Record<'static>]| {
        let told = tell(records);
        (total(&told, "challenge_responses"), told.email_proofs.into_changes().len())
    };
    let answer = step(10, Step::EmailAnswer);
    assert_eq!(email(&[step(1, Step::Password), answer.clone()]), (1, 1));
    assert_eq!(email(std::slice::from_ref(&answer)), (0, 0));
    assert_eq!(email(&[step(1, Step::Password), step(2, Step::Choice), answer.clone()]), (0, 0));
    assert_eq!(email(&[step(2, Step::Choice), step(3, Step::Password), answer.clone()]), (1, 1));
    assert_eq!(email(&[step(10, Step::Password), answer]), (1, 1), "the same second is not after");
    assert_eq!(email(&[step(0, Step::Password), step(16, Step::EmailAnswer)]), (0, 0), "too long ago");
}

#[test]
fn a_challenge_nobody_answered_in_time_was_abandoned() {
    let fate = |records: &[Record<'static>]| {
        let told = tell(records);
        (total(&told, "issued"), total(&told, "abandoned"))
    };
    assert_eq!(fate(&[issued(0, "SMS_MFA")]), (1, 1));
    assert_eq!(fate(&[issued(0, "SMS_MFA"), wrong(15)]), (1, 0), "an answer, however wrong");
    assert_eq!(fate(&[issued(0, "SMS_MFA"), wrong(16)]), (1, 1));
    assert_eq!(fate(&[issued(0, "SMS_MFA"), issued(1, "SMS_MFA"), right(2)]), (2, 0), "followed by a newer one");
    assert_eq!(fate(&[issued(0, "MFA_SETUP")]), (0, 0), "plumbing");
}

#[test]
fn a_setting_holds_for_the_records_from_its_instant_on() {
    let mut setting = Setting::default();
    setting.note_validity("app", 0, 3 * MINUTE);
    setting.note_validity("app", 60 * MINUTE, 10 * MINUTE);
    let abandoned = |at| total(&told(&[issued(at, "SMS_MFA"), right(at + 4)], &setting, LATER, LATER), "abandoned");
    assert_eq!([abandoned(0), abandoned(59), abandoned(60)], [1, 1, 0]);
    let first = retold(&[issued(0, "SMS_MFA"), right(4)], &Setting::default(), &setting, LATER);
    assert_eq!((total(&first, "abandoned"), total(&first, "issued")), (1, 0), "only what is judged anew changes");
}

#[test]
fn a_sign_in_passes_mfa_with_an_answer_or_set_up_shortly_before() {
    let passes = |records: &[Record<'static>]| total(&tell(records), "mfa_sign_ins");
    let tokens = |record: Record<'static>| Record { sign_in: Some(SignIn::Api), ..record };
    assert_eq!(passes(&[tokens(right(0))]), 1);
    assert_eq!(passes(&[right(0), tokens(record(15))]), 1);
    assert_eq!(passes(&[right(0), tokens(record(16))]), 0);
    assert_eq!(passes(&[wrong(0), tokens(record(1))]), 0);
    assert_eq!(passes(&[step(0, Step::MfaSetup), tokens(record(1))]), 1);
}

#[test]
fn a_completion_within_the_hour_is_the_last_request() {
    let reset = |minute, kind| Record { recovery_kind: Some(kind), ..record(minute) };
    let [ask, done] = [RecoveryKind::SelfResetRequested, RecoveryKind::SelfResetCompleted];
    let completions = |records: &[Record<'static>]| total(&tell(records), "recovery_completions");
    assert_eq!(completions(&[reset(0, ask), reset(60, done)]), 1);
    assert_eq!(completions(&[reset(0, ask), reset(61, done)]), 0);
    assert_eq!(completions(&[reset(0, ask), reset(1, ask), reset(2, done), reset(3, done)]), 1);
    let refused = Record { outcome: Outcome::Failure, ..reset(1, done) };
    assert_eq!(completions(&[reset(0, ask), refused]), 0);
}

/// Which of the requests, in the order of time, were converted.
fn converted(records: &[Record<'static>]) -> Vec<bool> {
    let mut requests: Vec<_> = tell(records).code_requests.into_changes();
    requests.sort_by_key(|(request, _)| request.at_us);
    requests.iter().map(|(request, _)| request.is_converted).collect()
}

#[test]
fn each_right_answer_is_the_latest_waiting_request() {
    assert_eq!(converted(&[asked(0), accepted(15)]), [true]);
    assert_eq!(converted(&[asked(0), accepted(16)]), [false], "too late");
    assert_eq!(converted(&[asked(0), asked(1), accepted(2)]), [false, true], "sent again");
    assert_eq!(converted(&[asked(0), asked(1), accepted(2), accepted(3)]), [true, true]);
    assert_eq!(converted(&[asked(0), accepted(1), accepted(2)]), [true]);
    let nobody = |record: Record<'static>| Record { sub: None, ..record };
    assert_eq!(converted(&[nobody(asked(0)), nobody(accepted(1))]), [false], "nobody converts");
}

#[test]
fn a_request_soon_after_another_is_one_again() {
    let resends = |records: &[Record<'static>]| {
        tell(records).code_requests.into_changes().iter().filter(|(request, _)| request.is_resend).count()
    };
    assert_eq!(resends(&[asked(0), asked(15)]), 1);
    assert_eq!(resends(&[asked(0), asked(16)]), 0);
    assert_eq!(resends(&[asked(0), accepted(1), asked(2)]), 0, "answered in between");
    assert_eq!(resends(&[Record { is_resend: true, ..asked(0) }]), 1);
}

/// What changes, as lines in a fixed order.
fn sorted(told: Told<'_>) -> Vec<String> {
    fn lines<T: std::fmt::Debug + Eq + Hash>(changes: Changes<T>) -> Vec<String> {
        changes.into_changes().iter().map(|change| format!("{change:?}")).collect()
    }
    let kinds = [lines(told.counts), lines(told.email_proofs), lines(told.sessions), lines(told.code_requests)];
    let mut changes = kinds.concat();
    changes.sort();
    changes
}

fn any_record() -> impl Strategy<Value = Record<'static>> {
    let part = prop_oneof![
        Just(right(0)),
        Just(wrong(0)),
        Just(step(0, Step::Password)),
        Just(step(0, Step::EmailAnswer)),
        Just(issued(0, "SMS_MFA")),
        Just(asked(0)),
        Just(accepted(0)),
    ];
    (part, 0_i64..40, prop_oneof![Just(Some(1)), Just(Some(2)), Just(None)]).prop_map(|(part, minute, sub)| Record {
        at_us: minute * MINUTE,
        sub,
        ..part
    })
}

proptest! {
    #[test]
    fn in_parts_and_in_any_order_the_same_is_told(
        records in proptest::collection::vec(any_record(), 0..40).prop_shuffle(),
        cut in 0_usize..40,
    ) {
        let mut records: Vec<_> =
            records.into_iter().enumerate().map(|(id, record)| Record { event_id: id as u128, ..record }).collect();
        let whole = tell(&records).counts;
        let cut = cut.min(records.len());
        let mut parts = tell(&records[..cut]).counts;
        records[..cut].iter_mut().for_each(|record| record.is_new = false);
        for (count, amount) in tell(&records).counts.0 {
            parts.add(count, amount);
        }
        let sorted = |counts| sorted(Told { counts, ..Told::default() });
        prop_assert_eq!(sorted(whole), sorted(parts));
    }

    #[test]
    fn no_answer_converts_two(records in proptest::collection::vec(any_record(), 0..40)) {
        let answers = records.iter().filter(|record| record.code_accepted.is_some()).count();
        let told = tell(&records).code_requests.into_changes();
        let converted: i64 = told.iter().filter(|(request, _)| request.is_converted).map(|(_, count)| count).sum();
        prop_assert!(converted <= answers as i64);
    }

    #[test]
    fn what_is_over_needs_no_telling(
        records in proptest::collection::vec((any_record(), 0_i64..100, any::<bool>(), any::<bool>()), 0..40),
        (before, now) in (0_i64..3_000, 0_i64..600),
    ) {
        let spread = records.into_iter().enumerate().map(|(id, (record, half_hours, for_sign_up, is_new))| Record {
            event_id: id as u128,
            at_us: record.at_us + half_hours * 30 * MINUTE,
            sms_purpose: record.sms_purpose.map(|purpose| if for_sign_up { SmsPurpose::SignUp } else { purpose }),
            code_accepted: record.code_accepted.map(|purpose| if for_sign_up { SmsPurpose::SignUp } else { purpose }),
            is_new,
            ..record
        });
        let records: Vec<_> = spread.collect();
        let (setting, before_us, now_us) = (Setting::default(), before * MINUTE, (before + now) * MINUTE);
        let mut whole = Told::default();
        for user in by_user(&in_order(&records)) {
            let known: Vec<_> = user.iter().copied().filter(|record| !record.is_new).collect();
            whole.tell(&known, &setting, before_us, -1);
            whole.tell(user, &setting, now_us, 1);
            user.iter().filter(|record| record.is_new).for_each(|record| counts::alone(record, &mut whole.counts));
        }
        prop_assert_eq!(sorted(told(&records, &setting, before_us, now_us)), sorted(whole));
    }
}
