use super::*;
use crate::snapshot::sample;

#[test]
fn the_overview_reads_as_designed() {
    let overview = Overview::of(&sample::snapshot(), &Scope::default());
    insta::assert_snapshot!(serde_json::to_string_pretty(&overview).expect("serialises"));
}

#[test]
fn the_pool_page_reads_as_designed() {
    let snapshot = sample::snapshot();
    let page = PoolPage::of(&snapshot, &snapshot.pools[0].key).expect("a listed pool");
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).expect("serialises"));
    let html = pool(&page, Setting::default()).expect("renders");
    assert!(
        html.contains("Customers &#60;b&#62;") && !html.contains("Customers <b>"),
        "the pool's name must be escaped"
    );
    for forbidden in ["<style", "style=", "<script>", "onclick", "https://"] {
        assert!(!html.contains(forbidden), "the page holds {forbidden}");
    }
}

#[test]
fn a_pool_that_was_never_swept_shows_no_zero() {
    let snapshot = sample::snapshot();
    let page = PoolPage::of(&snapshot, &snapshot.pools[1].key).expect("a listed pool");
    let tiles: Vec<&str> = page.tiles.iter().map(|tile| tile.figure.as_str()).collect();
    assert_eq!(tiles, ["—", "—"]);
    assert!(page.funnel.is_empty() && page.timeline.is_empty());
}

#[test]
fn the_page_holds_no_style_script_or_markup_from_outside() {
    let page =
        overview(&sample::snapshot(), &Scope::default(), "", Setting { is_simulated: true, ..Setting::default() })
            .expect("renders");
    assert!(page.contains("Customers &#60;b&#62;"), "the pool's name must be escaped");
    assert!(!page.contains("<b>\n") && !page.contains("Customers <b>"), "markup of a name must not pass");
    for forbidden in ["<style", "style=", "<script>", "onclick", "http://cdn", "https://"] {
        assert!(!page.contains(forbidden), "the page holds {forbidden}");
    }
    assert!(page.contains("Simulated data"));
}

#[test]
fn an_empty_store_says_so_and_shows_no_zero() {
    let empty = Snapshot {
        pools: Vec::new(),
        trends: Vec::new(),
        stories: Vec::new(),
        counters: Vec::new(),
        record_counts: Vec::new(),
        is_ready: false,
        ..sample::snapshot()
    };
    let page = overview(&empty, &Scope::default(), "", Setting::default()).expect("renders");
    assert!(page.contains("Nothing has been read from AWS yet"));
    assert!(!page.contains("Can do MFA"));
}

#[test]
fn assets_are_addressed_by_content() {
    let path = assets::path("style.css");
    let mut parts = path.trim_start_matches("/assets/").split('/');
    let (hash, name) = (parts.next().expect("a hash"), parts.next().expect("a name"));
    assert!(asset(hash, name).is_some_and(|asset| asset.content_type == "text/css"));
    assert!(asset("0000000000000000", name).is_none());
}
