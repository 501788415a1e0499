//! Files of earlier versions.

use super::*;
use crate::query::Questions;

/// A file as an earlier version left it: its migrations, and some rows.
fn file(migrations: &[&str], rows: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("old.duckdb");
    #[expect(clippy::disallowed_methods, reason = "a file as an earlier version left it")]
    let old = duckdb::Connection::open(&path).expect("a file");
    for migration in migrations {
        old.execute_batch(catalogue::sql(migration).expect("a migration")).expect("its tables");
    }
    old.execute_batch("create table schema_version (version integer not null)").expect("a table");
    old.execute("insert into schema_version values (?)", [migrations.len()]).expect("a version");
    old.execute_batch(rows).expect("its rows");
    (folder, path)
}

fn text(store: &Store, sql: &str) -> String {
    store.lock().query_row(sql, [], |row| row.get(0)).expect("one row")
}

#[test]
fn a_store_of_the_first_schema_keeps_its_evidence() {
    let (_folder, path) = file(
        &["schema/0001_first_light"],
        "insert into factor_evidence values
             ('us-east-1_a', uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c', 'totp', timestamp '2026-09-01', timestamp '2026-08-01', true, timestamp '2026-08-01'),
             ('us-east-1_a', uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c', 'email', timestamp '2026-09-02', timestamp '2026-09-03', false, timestamp '2026-08-02')",
    );
    let store = Store::open(&path).expect("brought up to date");
    assert_eq!(
        text(
            &store,
            "select string_agg(concat_ws(' ', factor, proven_at::date, on_at::date, off_at::date), ', ' order by factor) from public.user_factors"
        ),
        "email 2026-09-02 2026-09-03, totp 2026-09-01 2026-08-01"
    );
    assert_eq!(text(&store, "select proven_at::date::varchar from email_proof"), "2026-09-02");
}

/// Counts of three hours, one of them yesterday's, behind one counter; e-mail codes of two hours; a stream
/// read up to ten past two, of which the line of the first second is remembered.
const ROWS_OF_THE_SECOND_SCHEMA: &str = "
    insert into hourly_count values
        (timestamp '2026-09-20 23:00', 'challenge_responses', 'us-east-1', 'us-east-1_a', 'sms', '', '', '', 2),
        (timestamp '2026-09-21 12:00', 'challenge_responses', 'us-east-1', 'us-east-1_a', 'sms', '', '', '', 3),
        (timestamp '2026-09-21 14:00', 'challenge_responses', 'us-east-1', 'us-east-1_a', 'sms', '', '', '', 4);
    insert into counter values ('challenge_responses', 'us-east-1', 'us-east-1_a', 'sms', '', '', '', 9, 9);
    insert into email_proof values
        (timestamp '2026-09-21 11:00', 'us-east-1_a', uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c', timestamp '2026-09-21 11:05', timestamp '2026-09-21 11:50'),
        (timestamp '2026-09-21 12:00', 'us-east-1_a', uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c', timestamp '2026-09-21 12:10', timestamp '2026-09-21 12:10');
    insert into watermark values ('test', 'cloudtrail', timestamp '2026-09-21 14:10', timestamp '2026-09-21 14:09', true);
    insert into seen_line values ('test', 'cloudtrail', uuid '00000000-0000-0001-0000-000000000001', timestamp '2026-09-21 14:13:21');";

#[test]
fn a_store_of_the_second_schema_keeps_its_counts_its_proofs_and_its_place() {
    let (_folder, path) = file(&["schema/0001_first_light", "schema/0002_who_has_mfa"], ROWS_OF_THE_SECOND_SCHEMA);
    let store = Store::open(&path).expect("brought up to date");
    let answers = || -> Vec<i64> {
        let days = named_params! {"from": day(-1), "to": day(1)};
        let reader = store.read().expect("a reader");
        reader.rows("dashboard/daily_count", days, |row| row.get("answers")).expect("readable")
    };
    assert_eq!(answers(), [2, 7], "by day");
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/sms = 9"]);
    let hours = "select string_agg(events, ' ' order by hour) from hourly_count";
    assert_eq!(text(&store, hours), "2 3 4");
    let proofs = "select string_agg(strftime(proven_at, '%H:%M'), ' ' order by proven_at) from email_proof";
    assert_eq!(text(&store, proofs), "11:05 11:50 12:10");
    let marks = || Questions::of(&store).expect("a reader").stream_marks().expect("readable");
    let read_through = Some(instant(-200));
    let old = marks();
    assert_eq!(old.len(), 1);
    assert!(old[0].is_of(STREAM.source, STREAM.stream, STREAM.log_group), "{old:?}");
    assert_eq!((old[0].read_through, old[0].data_through), (read_through, Some(instant(-260))));
    assert!(old[0].is_caught_up);

    // The overlap brings a line that is known and one that is not.
    list_pool(&store);
    store.ingest(STREAM, &[respond(1, "SMS_MFA"), respond(2, "SMS_MFA")], None).expect("stored");
    assert_eq!(counters(&store), ["challenge_responses/us-east-1_a/sms = 10"]);
    assert_eq!(answers(), [2, 8]);
    let new = marks();
    assert_eq!(new.len(), 1, "the old mark is the group's: {new:?}");
    assert_eq!((new[0].log_group.as_str(), new[0].read_through), (STREAM.log_group, read_through));
    // Once the window after it is read, the old line is forgotten like any other.
    let (read_through, forget_before) = (instant(100), instant(2));
    store.ingest(STREAM, &[], Some(Mark { read_through, forget_before, is_caught_up: true })).expect("stored");
    assert_eq!(text(&store, "select string_agg(log_group, ' ') from seen_line"), STREAM.log_group);
}

/// A reset that was completed, one that was refused, and a sign-in.
const ROWS_OF_THE_THIRD_SCHEMA: &str = "
    insert into event_kind by name
    select
        kind.*, uuid() as content, 'us-east-1' as aws_region, 'api' as vocabulary, 'us-east-1_a' as pool_id,
        'record' as pool_evidence, false as direction_unknown
    from (
        values
            (1, 'ConfirmForgotPassword', 'self_reset_completed', 'success'),
            (2, 'AdminResetUserPassword', 'admin_reset', 'failure'),
            (3, 'InitiateAuth', null, 'success')
    ) as kind (kind_id, event_name, recovery_kind, outcome);
    insert into occurrence by name
    select uuid() as event_id, timestamp '2026-09-21 12:00' + to_minutes(kind_id::integer) as event_time, kind_id
    from event_kind;";

#[test]
fn a_store_of_the_third_schema_knows_the_passwords_that_were_reset() {
    let migrations = ["schema/0001_first_light", "schema/0002_who_has_mfa", "schema/0003_what_users_go_through"];
    let (_folder, path) = file(&migrations, ROWS_OF_THE_THIRD_SCHEMA);
    let store = Store::open(&path).expect("brought up to date");
    let calls =
        "select string_agg(concat_ws(' ', strftime(called_at, '%H:%M'), kind, outcome), ', ' order by called_at)
        from password_call";
    assert_eq!(text(&store, calls), "12:01 self_reset_completed success, 12:02 admin_reset failure");
}

/// What the eighth schema kept apart: a user who was seen, with two factors; one who was only looked up.
const ROWS_OF_THE_EIGHTH_SCHEMA: &str = "
    insert into user_activity by name select
        'us-east-1_a' as pool_id, uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c' as sub,
        timestamp '2026-09-21 12:00' as last_seen_at, timestamp '2026-09-20 11:00' as last_sign_in_at;
    insert into factor_evidence by name select
        'us-east-1_a' as pool_id, uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c' as sub, 'sms' as factor,
        timestamp '2026-09-01' as first_seen_at, timestamp '2026-09-02' as proven_at, timestamp '2026-09-03' as off_at;
    insert into factor_evidence by name select
        'us-east-1_a' as pool_id, uuid '87a42a58-6051-7076-79e2-fe9208b6ae3c' as sub, 'passkey' as factor,
        timestamp '2026-09-04' as on_at, timestamp '2026-09-05' as preferred_at, timestamp '2026-09-06' as unpreferred_at;
    insert into lookup by name select
        'us-east-1_a' as pool_id, uuid '87a42a58-6051-7076-79e2-fe9208b6ae3d' as sub,
        timestamp '2026-09-22' as looked_up_at, true as totp, false as sms, true as email, false as passkey,
        true as other, 'totp' as preferred, true as tells_passkeys;";

#[test]
fn a_store_of_the_eighth_schema_keeps_what_is_known_of_users() {
    let migrations = [
        "schema/0001_first_light",
        "schema/0002_who_has_mfa",
        "schema/0003_what_users_go_through",
        "schema/0004_passwords",
        "schema/0005_ask_anything",
        "schema/0006_history",
        "schema/0007_users_from_files",
        "schema/0008_decisions",
    ];
    let (_folder, path) = file(&migrations, ROWS_OF_THE_EIGHTH_SCHEMA);
    let store = Store::open(&path).expect("brought up to date");
    let factors = "select string_agg(
            concat_ws(' ', factor, first_seen_at::date, proven_at::date, on_at::date, off_at::date, preferred_at::date, unpreferred_at::date),
            ', ' order by factor
        ) from public.user_factors";
    assert_eq!(text(&store, factors), "passkey 2026-09-04 2026-09-05 2026-09-06, sms 2026-09-01 2026-09-02 2026-09-03");
    let seen = "select strftime(last_seen_at, '%d %H:%M ') || strftime(last_sign_in_at, '%d %H:%M')
        from user_evidence where looked_up_at is null";
    assert_eq!(text(&store, seen), "21 12:00 20 11:00");
    let looked_up = "select concat_ws(' ', looked_up_at::date, listed, listed_preferred, tells_passkeys)
        from user_evidence where last_seen_at is null";
    assert_eq!(text(&store, looked_up), "2026-09-22 21 totp true");
}
