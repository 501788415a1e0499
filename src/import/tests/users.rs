//! Users and pools as the AWS CLI prints them.

use super::*;
use crate::model::{ListedUser, Pool, UserStatus};

pub(super) const POOL: &str = "eu-central-1_Imported1";

/// A file of the pool, so many minutes ago.
pub(super) struct File {
    pub(super) name: &'static str,
    pool: Option<&'static str>,
    minutes_ago: i64,
    bytes: Vec<u8>,
}

pub(super) fn file(name: &'static str, minutes_ago: i64, bytes: Vec<u8>) -> File {
    File { name, pool: Some(POOL), minutes_ago, bytes }
}

pub(super) fn import<'a>(world: &World, files: impl IntoIterator<Item = &'a File>) -> Report {
    let files: Vec<&File> = files.into_iter().collect();
    world.run(files.iter().map(|file| parcel(file)))
}

fn parcel(file: &File) -> Parcel<'_> {
    Parcel {
        name: file.name.to_owned(),
        file_id: None,
        aws_region: None,
        pool: file.pool.and_then(pool_key),
        changed_at: Some(now() - TimeDelta::minutes(file.minutes_ago)),
        content: Box::new(file.bytes.as_slice()),
    }
}

fn sub(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// As `list-users` prints it.
pub(super) fn user(number: u32) -> Value {
    json!({
        "Username": format!("user-{number}"),
        "Attributes": [
            {"Name": "email", "Value": format!("user-{number}@example.com")},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "phone_number", "Value": "+4915112345678"},
            {"Name": "phone_number_verified", "Value": "false"},
            {"Name": "sub", "Value": sub(number)},
        ],
        "UserCreateDate": "2026-11-01T10:00:00.123000+01:00",
        "UserLastModifiedDate": "2026-11-02T10:00:00.123000+01:00",
        "Enabled": true,
        "UserStatus": "CONFIRMED",
    })
}

pub(super) fn page(range: std::ops::Range<u32>, token: Option<&str>) -> Value {
    let mut page = json!({"Users": range.map(user).collect::<Vec<_>>()});
    if let Some(token) = token {
        page["PaginationToken"] = json!(token);
    }
    page
}

/// As `admin-get-user` prints it.
fn looked_up(number: u32, list: &[&str]) -> Value {
    json!({
        "Username": format!("user-{number}"),
        "UserAttributes": [{"Name": "sub", "Value": sub(number)}],
        "UserCreateDate": 1_793_000_000.123,
        "Enabled": true,
        "UserStatus": "CONFIRMED",
        "PreferredMfaSetting": list.first(),
        "UserMFASettingList": list,
    })
}

pub(super) fn described() -> Value {
    json!({"UserPool": {
        "Id": POOL, "Name": "Customers", "MfaConfiguration": "OPTIONAL", "UserPoolTier": "ESSENTIALS",
        "SmsConfiguration": {"SnsCallerArn": "arn", "SnsRegion": "eu-west-1"},
        "AccountRecoverySetting": {"RecoveryMechanisms": [
            {"Priority": 2, "Name": "verified_phone_number"}, {"Priority": 1, "Name": "verified_email"},
        ]},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false},
        "LambdaConfig": {}, "EstimatedNumberOfUsers": 3,
    }})
}

pub(super) fn configured() -> Value {
    json!({
        "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": "arn", "SnsRegion": "eu-west-1"}},
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "MfaConfiguration": "OPTIONAL",
    })
}

fn pretty(value: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("JSON")
}

/// Everything that users and pools are made of.
pub(super) fn contents(world: &World) -> Vec<String> {
    let tables = ["listed_user", "listing", "pool", "pool_observation", "swept_user", "sweep", "sub_pool", "event"];
    tables.iter().flat_map(|table| rows(&world.store, table)).chain(answers(world)).collect()
}

fn answers(world: &World) -> Vec<String> {
    let newest = "select concat_ws(' ', pool_id, sub, looked_up_at, listed, listed_preferred, tells_passkeys)
        from user_evidence where looked_up_at is not null order by all";
    world.store.read().expect("a reader").texts(newest).expect("rows")
}

pub(super) fn listed(world: &World) -> Vec<String> {
    world.store.read().expect("a reader").texts("select sub::varchar from listed_user order by 1").expect("rows")
}

pub(super) fn subs(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(sub).collect()
}

#[test]
fn every_shape_of_a_listing_gives_the_same_users() {
    let whole = page(0..30, None);
    let mut sorted = json!({"NextToken": "", "Users": whole["Users"]});
    sorted["Zone"] = json!({"Users": [1]});
    let (first, last) = (page(0..17, Some("more")), page(17..30, None));
    let shapes: [(&'static str, Vec<u8>); 7] = [
        ("CLI", pretty(&whole)),
        ("one line", text(&whole)),
        ("gzip", packed(&pretty(&whole))),
        ("token first", pretty(&sorted)),
        ("pages in one file", [pretty(&first), pretty(&last)].concat()),
        ("pages as lines", lines(&[last.clone(), first.clone()])),
        ("pages in a list", text(&json!([first, last]))),
    ];
    let of_shape = |bytes: Vec<u8>| {
        let world = World::new();
        let report = import(
            &world,
            [&file("a", 5, bytes), &file("b", 5, pretty(&described())), &file("c", 5, text(&configured()))],
        );
        (report, contents(&world))
    };
    let (_, expected) = of_shape(shapes[0].1.clone());
    assert_eq!(expected.iter().filter(|row| row.starts_with("listed_user ")).count(), 30);
    assert!(
        expected.iter().all(|row| !row.contains("user-1") && !row.contains("+49")),
        "names and numbers are dropped"
    );
    assert!(
        expected[0].contains("'country': DE") && expected[0].contains("2026-11-01 09:00:00.123"),
        "{}",
        expected[0]
    );
    for (name, bytes) in shapes {
        let (report, rows) = of_shape(bytes);
        assert_eq!((report.users, report.pools, report.malformed), (30, 1, 0), "{name}: {report:?}");
        assert_eq!((report.notes.as_slice(), report.unreadable.as_slice()), (&[][..], &[][..]), "{name}");
        assert_eq!(rows, expected, "{name}");
    }
}

#[test]
fn a_listing_is_stored_whole_or_not_at_all() {
    let world = World::new();
    let settings = [file("p", 60, text(&described())), file("m", 60, text(&configured()))];
    import(&world, &settings);
    let whole = file("whole", 50, text(&page(0..5, None)));
    import(&world, [&whole]);
    assert_eq!(listed(&world), subs(0..5));
    let before = contents(&world);
    let cut = text(&page(3..9, None));
    let cases = [
        (vec![file("first", 5, text(&page(0..3, Some("more"))))], "its last page is missing"),
        (vec![file("next", 5, text(&json!({"Users": [user(1)], "NextToken": "x"})))], "its last page is missing"),
        (
            vec![file("last", 5, text(&page(0..3, None))), file("cut", 5, cut[..cut.len() / 2].to_vec())],
            "a file of it could not be read in full",
        ),
        (
            vec![file("IAM", 5, text(&json!({"Users": [{"UserName": "root", "Arn": "arn"}]})))],
            "a file of it could not be read in full",
        ),
        (
            vec![file("lines", 5, [lines(&[page(0..3, None)]), cut[..cut.len() / 2].to_vec()].concat())],
            "a file of it could not be read in full",
        ),
        (vec![file("old", 51, text(&page(0..3, None)))], "is older than the one that is stored"),
    ];
    for (files, note) in cases {
        let report = import(&world, &files);
        assert_eq!(report.users, 0, "{}: {report:?}", files[0].name);
        let [line] = report.notes.as_slice() else { panic!("{}: {report:?}", files[0].name) };
        assert!(line.contains(POOL) && line.contains(note), "{line}");
        assert_eq!(contents(&world), before, "{}", files[0].name);
    }
    assert_eq!(import(&world, [&whole]).users, 5, "again");
    assert_eq!(contents(&world), before);
    // A newer one takes its place; whoever is in two files is as the newer one says.
    let mut disabled = user(2);
    disabled["Enabled"] = json!(false);
    let (older, newer) = (text(&page(1..4, Some("more"))), text(&json!({"Users": [disabled]})));
    assert_eq!(import(&world, [&file("newer", 4, newer), &file("older", 5, older)]).users, 3);
    assert_eq!(listed(&world), subs(1..4));
    let enabled = "select sub::varchar from listed_user where enabled order by 1";
    assert_eq!(world.store.read().expect("a reader").texts(enabled).expect("rows"), [sub(1), sub(3)]);
    assert_eq!(import(&world, [&file("nobody", 1, text(&json!({"Users": []})))]).users, 0);
    assert_eq!(listed(&world), Vec::<String>::new(), "a pool may have no users");
}

#[test]
fn a_pool_that_nobody_tells_is_told() {
    let world = World::new();
    let bytes = [text(&page(0..2, None)), text(&looked_up(1, &[])), text(&configured())];
    let words = ["users", "users", "settings"];
    for (bytes, word) in bytes.into_iter().zip(words) {
        let homeless = File { name: "dump.json", pool: None, minutes_ago: 1, bytes };
        let report = import(&world, [&homeless]);
        let [unreadable] = report.unreadable.as_slice() else { panic!("{report:?}") };
        assert_eq!(unreadable.reason, format!("it holds {word} of a pool that neither --pool nor the path names"));
    }
    assert_eq!(contents(&world), Vec::<String>::new());
    // One that names itself needs nobody.
    let report = import(&world, [&File { name: "pool.json", pool: None, minutes_ago: 1, bytes: text(&described()) }]);
    assert_eq!((report.pools, report.unreadable.len()), (1, 0));
}

#[test]
fn what_is_missing_of_a_pool_is_told() {
    let world = World::new();
    let report = import(&world, [&file("users", 9, text(&page(0..2, None)))]);
    assert!(report.notes[0].starts_with(&format!("the settings of pool {POOL} are missing")), "{report:?}");
    assert_eq!((report.users, listed(&world)), (2, subs(0..2)), "kept all the same");
    let report = import(&world, [&file("pool", 8, text(&described()))]);
    assert!(report.notes[0].contains("get-user-pool-mfa-config") && report.notes.len() == 1, "{report:?}");
    let settings = "select concat_ws(' ', pool_name, mfa_configuration, tier, allows_totp, allows_sms, recovery, sms_route, sms_region, devices, device_skips_mfa) from pool";
    let pool = |world: &World| world.store.read().expect("a reader").texts(settings).expect("rows");
    let tail = "verified_email,verified_phone_number sns eu-west-1 always true";
    assert_eq!(pool(&world), [format!("Customers OPTIONAL ESSENTIALS false false {tail}")]);
    let report = import(&world, [&file("mfa", 7, text(&configured()))]);
    assert_eq!((report.notes.len(), report.pools), (0, 1), "{report:?}");
    assert_eq!(pool(&world), [format!("Customers OPTIONAL ESSENTIALS true true {tail}")]);
    // Older ones change nothing, newer ones do.
    let off = json!({"MfaConfiguration": "OFF"});
    import(&world, [&file("old", 30, text(&off))]);
    assert_eq!(pool(&world), [format!("Customers OPTIONAL ESSENTIALS true true {tail}")]);
    import(&world, [&file("new", 2, text(&off))]);
    assert_eq!(pool(&world), [format!("Customers OFF ESSENTIALS false false {tail}")]);
    let enabled = World::new();
    let mut described = described();
    described["UserPool"]["EnabledMfas"] = json!(["SMS_MFA"]);
    assert_eq!(import(&enabled, [&file("pool", 8, text(&described))]).notes, Vec::<String>::new());
    assert_eq!(pool(&enabled), [format!("Customers OPTIONAL ESSENTIALS false true {tail}")]);
}

#[test]
fn a_pool_that_a_source_lists_keeps_its_listing() {
    let ours = World::of_config("[source.cognito]\n");
    let key = pool_key(POOL).expect("an id");
    let pool = Pool { pool_name: "Ours".into(), ..Pool::unknown(key.clone()) };
    let age = std::time::Duration::from_secs(7_776_000);
    ours.store.list_pools("history", &[pool], age, now()).expect("listed");
    let mut sweep = ours.store.begin_sweep("history", &key, now()).expect("begun");
    let one = ListedUser {
        status: UserStatus::Confirmed,
        enabled: true,
        ..ListedUser::of_attributes([("sub", sub(9).as_str())], |_| None).expect("a sub")
    };
    ours.store.sweep_users(&mut sweep, &[one], None).expect("stored");
    ours.store.publish_sweep(&sweep, now()).expect("complete");
    let files = [
        file("users", 1, text(&page(0..2, None))),
        file("pool", 1, text(&described())),
        file("mfa", 1, text(&configured())),
        file("look-up", 1, text(&looked_up(9, &["SMS_MFA"]))),
    ];
    let report = import(&ours, &files);
    let line = format!("pool {POOL} is listed by source history: its users and settings are not taken from files");
    assert_eq!((report.notes.as_slice(), report.users, report.pools), (&[line][..], 0, 0));
    assert_eq!((listed(&ours), report.lookups), (vec![sub(9)], 1));
    assert_eq!(answers(&ours).len(), 1);
    // Another Region, or another pool than those that are named, is nobody's.
    for elsewhere in ["[source.cognito]\nuser_pools = [\"eu-central-1_Other1\"]\n", ""] {
        let world = World::of_config(elsewhere);
        assert_eq!(import(&world, &files).users, 2, "{elsewhere}");
    }
}

#[test]
fn a_source_that_begins_to_list_a_pool_takes_it_over() {
    let world = World::new();
    let files = [
        file("users", 9, text(&page(0..2, None))),
        file("pool", 9, text(&described())),
        file("mfa", 9, text(&configured())),
    ];
    import(&world, &files);
    let age = std::time::Duration::from_secs(7_776_000);
    let other = pool_key("eu-west-1_Other1").expect("an id");
    world.store.list_pools("history", &[Pool::unknown(other)], age, now()).expect("listed");
    assert_eq!((rows(&world.store, "pool").len(), listed(&world).len()), (2, 2), "it is nobody else's business");
    let key = pool_key(POOL).expect("an id");
    world.store.list_pools("other", &[Pool::unknown(key.clone())], age, now()).expect("listed");
    let pools = "select source || ' ' || pool_name from pool order by 1";
    let pools = world.store.read().expect("a reader").texts(pools).expect("rows");
    assert_eq!(pools, ["history eu-west-1_Other1", "other eu-central-1_Imported1"]);
    assert_eq!((rows(&world.store, "told_pool").len(), rows(&world.store, "listing").len()), (0, 0));
    world.store.list_pools("other", &[], age, now()).expect("listed");
    assert_eq!(listed(&world).len(), 0, "gone like any other");
}

#[test]
fn names_are_kept_where_the_config_says_so() {
    let names = "select distinct coalesce(username, '') from listed_user order by 1";
    let mut hostile = user(2);
    hostile["Username"] = json!(format!("\u{1b}[31m{}", "x".repeat(1000)));
    let files = [file("users", 1, text(&json!({"Users": [user(1), hostile]})))];
    let dropped = World::new();
    import(&dropped, &files);
    assert_eq!(dropped.store.read().expect("a reader").texts(names).expect("rows"), [""]);
    let kept = World::of_config("[privacy]\nusernames = \"keep\"\n");
    import(&kept, &files);
    let kept = kept.store.read().expect("a reader").texts(names).expect("rows");
    assert_eq!((kept[1].as_str(), kept[0].len(), kept[0].contains('\u{1b}')), ("user-1", 128, false));
}

#[test]
fn hostile_values_spoil_nothing() {
    let world = World::new();
    let long = "9".repeat(100_000);
    let mut odd = user(1);
    odd["UserStatus"] = json!("<script>");
    odd["UserCreateDate"] = json!(1e300);
    odd["Attributes"][2]["Value"] = json!(format!("+{long}"));
    let mut pool = described();
    pool["UserPool"]["Name"] = json!(format!("\u{7}{long}"));
    pool["UserPool"]["UserPoolTier"] = json!("=cmd()");
    pool["UserPool"]["SmsConfiguration"]["SnsRegion"] = json!("../../etc");
    pool["UserPool"]["SmsConfigurationFailure"] = json!(long);
    pool["UserPool"]["AccountRecoverySetting"]["RecoveryMechanisms"] =
        json!(vec![json!({"Priority": 1, "Name": "a,b"}); 5]);
    let users = text(&json!({"Users": [odd]}));
    let far = File { minutes_ago: -60 * 24 * 365 * 50, ..file("users", 0, users) };
    let report = import(&world, [&far, &file("pool", 1, text(&pool))]);
    assert_eq!((report.users, report.pools), (1, 1), "{report:?}");
    let row = &rows(&world.store, "listed_user")[0];
    assert!(
        row.contains("UNKNOWN") && row.contains("'created_at': NULL") && row.contains("'has_phone': true"),
        "{row}"
    );
    let row = &rows(&world.store, "pool")[0];
    assert!(
        !row.contains("cmd") && !row.contains("etc") && row.len() < 1_000 && row.contains("'recovery': ''"),
        "{row}"
    );
    // A time to come is now: what comes later is not older.
    assert!(rows(&world.store, "listing")[0].contains("2026-11-27 12:00:00"));
    let mut elsewhere = described();
    for id in ["eu-central-1_'; drop", "nowhere", ""] {
        elsewhere["UserPool"]["Id"] = json!(id);
        assert_eq!(import(&world, [&file("pool", 1, text(&elsewhere))]).malformed, 1, "{id}");
    }
}

#[test]
fn records_of_the_same_import_find_the_pools_of_users() {
    let world = World::new();
    let homeless: Vec<Value> = (0..6)
        .map(|number| {
            let mut record = record(number);
            record["requestParameters"].as_object_mut().expect("an object").retain(|name, _| name == "authFlow");
            record
        })
        .collect();
    let mut run = world.importer.begin("history");
    let settings = [file("pool", 1, text(&described())), file("mfa", 1, text(&configured()))];
    let users = file("users", 1, text(&page(0..4, None)));
    let trail = file("trail", 1, lines(&homeless));
    for files in [vec![&trail], vec![&users], settings.iter().collect()] {
        world.importer.read(&mut run, files.into_iter().map(parcel), |_| {}).expect("stored");
        assert_eq!(rows(&world.store, "event").len(), 0, "nobody knows yet");
    }
    world.importer.end(run).expect("stored");
    let pools = "select pool_id || ' ' || count(*) from event group by pool_id order by 1";
    let pools = world.store.read().expect("a reader").texts(pools).expect("rows");
    assert_eq!(pools, [format!("{POOL} 4"), "unknown 2".to_owned()]);
}

#[test]
fn an_import_that_is_killed_leaves_nothing() {
    let world = World::new();
    let whole = [file("one", 5, text(&page(0..3, Some("more")))), file("two", 5, text(&page(3..5, None)))];
    let mut killed = world.importer.begin("history");
    world.importer.read(&mut killed, whole.iter().map(parcel), |_| {}).expect("stored");
    killed.store_users(&world.store, now()).expect("stored");
    assert_eq!((listed(&world).len(), rows(&world.store, "swept_user").len()), (0, 5));
    // Two imports of one pool at once: the one that began last is right, the other changes nothing.
    let mut next = world.importer.begin("history");
    let other = [file("all", 4, text(&page(0..9, None)))];
    world.importer.read(&mut next, other.iter().map(parcel), |_| {}).expect("stored");
    next.store_users(&world.store, now()).expect("stored");
    let report = world.importer.end(killed).expect("ended");
    assert!(report.notes[0].contains("another import has begun one") && report.users == 0, "{report:?}");
    assert_eq!(world.importer.end(next).expect("ended").users, 9);
    let mut killed = world.importer.begin("history");
    world.importer.read(&mut killed, whole.iter().map(parcel), |_| {}).expect("stored");
    killed.store_users(&world.store, now()).expect("stored");
    world.importer.forget_killed().expect("forgotten");
    assert_eq!(
        (listed(&world).len(), rows(&world.store, "swept_user").len(), rows(&world.store, "sweep").len()),
        (9, 0, 0)
    );
}

#[test]
fn imports_of_several_requests_are_kept_apart() {
    let world = World::new();
    let mut runs = Runs::default();
    assert!(runs.is_idle(now()));
    runs.put(Uuid::from_u128(1), world.importer.begin("history"), now());
    assert!(!runs.is_idle(now()) && runs.take(Uuid::from_u128(2)).is_none());
    assert!(runs.take(Uuid::from_u128(1)).is_some() && runs.take(Uuid::from_u128(1)).is_none());
    for id in 0..40 {
        runs.put(Uuid::from_u128(id), world.importer.begin("history"), now());
    }
    assert!(runs.take(Uuid::from_u128(0)).is_none() && runs.take(Uuid::from_u128(39)).is_some());
    assert!(runs.is_idle(now() + TimeDelta::hours(2)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// However files are ordered and spread over requests, an import gives the same.
    #[test]
    fn any_order_of_files_gives_the_same(order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(), cut in 0..7_usize) {
        let mut gone = user(2);
        gone["UserStatus"] = json!("RESET_REQUIRED");
        let files = [
            file("one", 9, text(&page(0..5, Some("more")))),
            file("two", 8, text(&json!({"Users": [gone, user(7)]}))),
            file("pool", 7, text(&described())),
            file("mfa", 6, text(&configured())),
            file("off", 8, text(&json!({"MfaConfiguration": "OFF"}))),
            file("look-ups", 5, lines(&[looked_up(1, &["SMS_MFA"]), looked_up(2, &[]), looked_up(1, &["SOFTWARE_TOKEN_MFA"])])),
            file("trail", 4, lines(&records(0..20))),
        ];
        let run = |order: &[usize], cut: usize| {
            let world = World::new();
            let mut run = world.importer.begin("history");
            for some in [&order[..cut], &order[cut..]] {
                let parcels = some.iter().map(|number| parcel(&files[*number]));
                world.importer.read(&mut run, parcels, |_| {}).expect("stored");
            }
            world.importer.end(run).expect("stored");
            contents(&world)
        };
        prop_assert_eq!(run(&order, cut), run(&[0, 1, 2, 3, 4, 5, 6], 7));
    }
}
