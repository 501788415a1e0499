//! Listings that lack users, or are none, and settings that are less than they look.

use super::users::{POOL, configured, contents, described, file, import, listed, page, subs, user};
use super::*;

/// Without a letter that any text has.
fn spoilt(bytes: &[u8], word: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    let (before, after) = text.split_once(word).expect("it is there");
    [before.as_bytes(), b"\xff", after.as_bytes()].concat()
}

#[test]
fn a_listing_with_a_user_who_cannot_be_read_is_not_stored() {
    let world = World::new();
    import(&world, [&file("whole", 50, text(&page(0..5, None)))]);
    let of_users = |world: &World| -> Vec<String> {
        contents(world).into_iter().filter(|row| !row.starts_with("event ") && !row.starts_with("sub_pool ")).collect()
    };
    let before = of_users(&world);
    let whole = text(&page(3..9, None));
    let first = text(&page(0..3, Some("more")));
    let cases = [
        vec![file("no text", 5, spoilt(&whole, "user-4"))],
        vec![
            file("of a list", 5, text(&page(0..3, None))),
            file("b", 5, spoilt(&text(&json!([page(3..9, Some("x"))])), "user-4")),
        ],
        vec![file("of lines", 5, [lines(&[page(0..3, None)]), spoilt(&first, "user-1")].concat())],
        vec![file("no JSON", 5, [lines(&[record(1)]), lines(&[page(0..3, None)]), b"-- ".to_vec(), first].concat())],
    ];
    for files in cases {
        let report = import(&world, &files);
        let [line, _] = report.notes.as_slice() else { panic!("{}: {report:?}", files[0].name) };
        assert!(line.contains("a file of it could not be read in full") && report.users == 0, "{line}");
        assert!(report.malformed == 1, "{}: {report:?}", files[0].name);
        assert_eq!(of_users(&world), before, "{}", files[0].name);
    }
}

#[test]
fn listings_of_several_days_are_not_one() {
    let world = World::new();
    let files = [file("old", 90, text(&page(0..5, None))), file("new", 5, text(&page(2..6, None)))];
    let report = import(&world, &files);
    assert_eq!((report.users, listed(&world).len()), (0, 0), "who is gone since is in the older one");
    let line = format!("the files of pool {POOL} hold 2 last pages, so several listings: import one alone");
    assert_eq!(report.notes[0], line);
    assert_eq!(import(&world, &files[1..]).users, 4);
}

#[test]
fn users_of_a_group_are_no_listing() {
    for (name, is_refused) in [
        ("list-users-in-group.json", true),
        ("eu-central-1_Imported1.users_in_group_admins.json.gz", true),
        ("dump/UsersInGroup/page-1.json", false),
        ("users.json", false),
    ] {
        let world = World::new();
        let report = import(&world, [&file(name, 5, text(&page(0..3, None)))]);
        assert_eq!((report.unreadable.len() == 1, report.users == 0), (is_refused, is_refused), "{name}: {report:?}");
        if let [unreadable] = report.unreadable.as_slice() {
            let reason = "its name says that it holds the users of a group, which are not all of the pool";
            assert_eq!(unreadable.reason, reason);
        }
    }
    // What else may be called so.
    let trail = file("users-in-group.log", 5, lines(&records(0..3)));
    assert_eq!(import(&World::new(), [&trail]).stored, 3);
}

#[test]
fn a_listing_that_has_lost_most_users_is_told() {
    let world = World::new();
    import(&world, [&file("whole", 50, text(&page(0..9, None)))]);
    let told = |report: &Report| report.notes.iter().filter(|line| line.contains("is a page missing?")).count();
    let half = import(&world, [&file("half", 20, text(&page(0..4, None)))]);
    assert_eq!((half.users, told(&half)), (4, 0));
    let last = import(&world, [&file("last page", 10, text(&json!({"Users": [user(8)]})))]);
    assert_eq!((last.users, told(&last)), (1, 1), "{last:?}");
    assert_eq!(listed(&world), subs(8..9));
}

#[test]
fn a_pool_alone_is_a_description_and_allows_what_it_did() {
    let world = World::new();
    import(&world, [&file("mfa", 9, text(&configured()))]);
    let report = import(&world, [&file("pool", 5, text(&described()["UserPool"]))]);
    assert_eq!((report.pools, report.malformed), (1, 0), "{report:?}");
    let of_pool = "select concat_ws(' ', pool_name, tier, allows_totp, allows_sms) from pool";
    let pool = || world.store.read().expect("a reader").texts(of_pool).expect("rows");
    assert_eq!(pool(), ["Customers ESSENTIALS true true"]);
    let entry = json!({"Id": POOL, "Name": "Other", "LambdaConfig": {}, "CreationDate": 1_793_000_000.5});
    assert_eq!(import(&world, [&file("list-user-pools", 4, text(&entry))]).malformed, 1);
    assert_eq!(pool(), ["Customers ESSENTIALS true true"]);
}
