//! Views by address, the questions behind their figures, and reports of them.

use serde_json::Value;

use crate::support::app::{Settings, TestApp};
use crate::support::wait;
use crate::truth::Lookup;
use crate::world::World;

/// A daemon that has read everything.
fn settled() -> TestApp {
    let world = World::shared();
    let app = TestApp::start(&Settings::without_lookups(&world.moto.endpoint));
    app.reaches(&world.truth(Lookup::Off));
    app
}

#[track_caller]
fn text(app: &TestApp, path: &str, expected: u16) -> String {
    let answer = app.get(path).expect("the daemon answers");
    let status = answer.status();
    let text = wait(answer.text()).expect("a text");
    assert_eq!(status, expected, "{path}: {text}");
    text
}

#[track_caller]
fn json(app: &TestApp, path: &str) -> Value {
    let text = text(app, path, 200);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
}

fn tile<'a>(page: &'a Value, key: &str) -> &'a Value {
    let tiles = page["tiles"].as_array().expect("tiles");
    tiles.iter().find(|tile| tile["key"] == key).unwrap_or_else(|| panic!("no tile {key} in {page}"))
}

/// The two numbers of `12 of 3,456 answers`.
fn parts(detail: &Value) -> (u64, u64) {
    let text = detail.as_str().expect("a detail").replace(',', "");
    let numbers: Vec<u64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
    (numbers[0], numbers[1])
}

#[test]
fn a_figure_is_what_the_question_behind_it_is_answered() {
    let app = settled();
    let page = json(&app, "/api/v1/challenges?range=400d");
    let failed = tile(&page, "failed_answers");
    let link = failed["proof"]["query"].as_str().expect("a link");
    let asked = link.trim_start_matches("/queries/").replacen('?', "&", 1);
    let answer = json(&app, &format!("/api/v1/query?name={asked}"));
    let events = |series: &str| {
        let rows = answer["rows"].as_array().expect("rows");
        rows.iter().find(|row| row[0] == series).and_then(|row| row[1].as_u64()).unwrap_or(0)
    };
    let (failures, answers) = parts(&failed["details"][0]);
    assert!(failures > 0 && answers > failures, "{failed}");
    assert_eq!((events("challenge_failures"), events("challenge_responses")), (failures, answers));
    // The page of the question shows the same, and its SQL.
    let shown = text(&app, link, 200);
    assert!(shown.contains("from counted(timestamp"), "no SQL on {link}");
    assert!(shown.contains(&format!("<td class=\"value\">{answers}</td>")), "{answers} is not on {link}");
}

#[test]
fn a_view_of_own_dates_is_the_same_as_its_range() {
    let app = settled();
    let of_range = json(&app, "/api/v1/challenges?range=400d");
    let (from, to) = (&of_range["filters"]["from"], &of_range["filters"]["to"]);
    let path = format!("/api/v1/challenges?from={}&to={}", from.as_str().expect("from"), to.as_str().expect("to"));
    let of_dates = json(&app, &path);
    assert_eq!(of_dates["filters"], of_range["filters"]);
    // Between the two pages the daemon reads on, and sessions are settled through a later minute.
    let details = |page: &Value| -> Vec<Value> {
        let details = tile(page, "failed_sessions")["details"].as_array().expect("details").clone();
        details
            .into_iter()
            .filter(|line| !line.as_str().is_some_and(|line| line.starts_with("Settled through")))
            .collect()
    };
    let shown = details(&of_range);
    assert!(!shown.is_empty(), "{of_range}");
    assert_eq!(details(&of_dates), shown);
}

#[test]
fn the_parts_of_a_figure_add_up() {
    let app = settled();
    let whole = parts(&tile(&json(&app, "/api/v1/challenges?range=400d"), "failed_answers")["details"][0]);
    let mut sum = (0, 0);
    for factor in ["totp", "sms", "email", "passkey", "custom", "unknown"] {
        let page = json(&app, &format!("/api/v1/challenges?range=400d&factor={factor}"));
        let (failures, answers) = parts(&tile(&page, "failed_answers")["details"][0]);
        sum = (sum.0 + failures, sum.1 + answers);
    }
    assert_eq!(sum, whole);
}

#[test]
fn a_view_that_cannot_be_is_refused_with_what_is_wrong() {
    let app = settled();
    for (query, said) in [
        ("range=8d", "range=\"8d\" is not one of 24h"),
        ("pool=us-east-1", "is no listed pool"),
        ("region=mars-1", "region=\"mars-1\" has no listed pool"),
        ("factor=pigeon", "factor=\"pigeon\" is not one of"),
        ("country=usa", "write two capitals like BR"),
        ("client=a%27b", "is not an app client's id"),
        ("from=2026-01-01", "from and to belong together"),
        ("from=2026-01-02&to=2026-01-01", "is not after from"),
        ("from=yesterday&to=2026-01-01", "is no instant"),
        ("from=0001-01-01&to=9999-01-01", "is no instant"),
        ("from=2010-01-01&to=2026-01-01", "more than five years"),
    ] {
        let line = text(&app, &format!("/api/v1/sms?{query}"), 400);
        assert!(line.contains(said) && line.lines().count() == 1, "{query}: {line}");
        for page in ["/challenges", "/queries/challenge_total"] {
            let page = text(&app, &format!("{page}?{query}"), 400);
            assert!(
                page.contains("<html") && page.replace("&#34;", "\"").replace("&#39;", "'").contains(said),
                "{query}: {page}"
            );
        }
    }
    assert!(text(&app, "/api/v1/query?name=nothing", 400).contains("is no saved question"));
    for nothing in ["/queries/nothing", "/nothing", "/pools/us-east-1/us-east-1_Nobody00"] {
        assert!(text(&app, nothing, 404).contains("There is no page at this address."), "{nothing}");
    }
    assert_eq!(text(&app, "/api/v1/nothing", 404), "not found\n");
    assert!(text(&app, "/api/v1/query?name=pool&format=xml", 400).contains("is not json or csv"));
}

#[test]
fn an_answer_leaves_as_a_spreadsheet_without_formulas() {
    let app = settled();
    let csv = text(&app, "/api/v1/query?name=other_message&range=400d&format=csv", 200);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().expect("a head").get(0), Some("origin"));
    let cells: Vec<String> =
        reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.len() > 6, "{csv}");
    for cell in cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} is a formula");
    }
}

#[test]
fn a_report_is_one_file_that_needs_nothing_else() {
    let app = settled();
    for (path, name) in [("/", "overview"), ("/challenges?range=30d", "challenges"), ("/sources", "sources")] {
        let sign = if path.contains('?') { '&' } else { '?' };
        let answer = app.get(&format!("{path}{sign}download=report")).expect("the daemon answers");
        let file = answer.headers()["content-disposition"].to_str().expect("a header in ASCII").to_owned();
        assert!(file.starts_with(&format!("attachment; filename=\"mfascope-{name}-")), "{file}");
        let report = wait(answer.text()).expect("a text");
        assert!(report.contains("<style>") && report.contains("As of"), "{path}");
        for outside in ["<link", "<script", "src=", "url("] {
            assert!(!report.contains(outside), "the report of {path} holds {outside}");
        }
    }
}
