//! Copies of the store.

use super::*;

/// Every row of every table, as text.
fn rows(store: &Store) -> Vec<String> {
    let writer = store.lock();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = writer.prepare(sql).expect(sql);
        let rows = statement.query_map([], |row| row.get(0)).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    };
    let tables =
        texts("select table_name from duckdb_tables() where not temporary and schema_name = 'main' order by all");
    assert!(tables.len() > 30, "{tables:?}");
    let of = |table: &String| texts(&format!("select '{table} ' || each::varchar from {table} as each order by all"));
    tables.iter().flat_map(of).collect()
}

#[test]
fn a_copy_is_a_store_with_the_same_rows_that_goes_on() {
    let (folder, store) = store();
    list_pool(&store);
    let tokens = json!({"responseElements": {"authenticationResult": {"expiresIn": 3600}},
                        "requestParameters": {"challengeName": "SOFTWARE_TOKEN_MFA", "clientId": "app"}});
    let lines: Vec<DecodedLine> =
        (0..5_000).map(|second| line(second * 60, "RespondToAuthChallenge", tokens.clone())).collect();
    store.ingest(STREAM, &lines, None).expect("stored");
    let target = folder.path().join("copy.duckdb");
    store.backup(&target).expect("copied");
    assert!(store.backup(&target).is_err(), "nothing is written over");
    // What comes later is not in it.
    let before = rows(&store);
    store.ingest(STREAM, &[line(400_000, "ForgotPassword", json!({}))], None).expect("stored");
    assert_ne!(rows(&store), before);
    let names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("copy"))
        .collect();
    assert_eq!(names, ["copy.duckdb"], "nothing is left over, and no log of its own is needed");

    let copy = Store::open(&target).expect("a store");
    assert_eq!(rows(&copy), before);
    assert_eq!(copy.pseudonym_key(), store.pseudonym_key());
    // Reading the same lines again changes nothing there, either.
    copy.ingest(STREAM, &lines, None).expect("stored");
    assert_eq!(rows(&copy), before);
}

#[test]
fn a_copy_that_cannot_be_written_leaves_nothing() {
    let (folder, store) = store();
    let nowhere = folder.path().join("nothing").join("copy.duckdb");
    let refused = store.backup(&nowhere).expect_err("no such folder").to_string();
    assert!(refused.contains("copy.duckdb") && !refused.contains('\n'), "{refused}");
}
