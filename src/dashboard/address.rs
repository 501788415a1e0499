//! Views as addresses: what is chosen stands in the address, so that every view can be kept and sent.

use chrono::SecondsFormat;
use form_urlencoded::Serializer;

use crate::model::PoolKey;
use crate::query::{Range, View};

/// `us-east-1/us-east-1_AbC`, as an address names a pool.
pub(super) fn of_pool(key: &PoolKey) -> String {
    format!("{}/{}", key.aws_region, key.pool_id)
}

/// `pool=…&range=7d`: the view that follows the clock where it does.
pub(super) fn of_view(view: &View) -> String {
    match view.range {
        Some(range) => with_range(view, range),
        None => of_instant(view),
    }
}

/// The same scope of another stretch.
pub(super) fn with_range(view: &View, range: Range) -> String {
    scope(view).append_pair("range", range.as_str()).finish()
}

/// `pool=…&from=…&to=…`: exactly these hours.
pub(super) fn of_instant(view: &View) -> String {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    scope(view).append_pair("from", &instant(view.from)).append_pair("to", &instant(view.to)).finish()
}

fn scope(view: &View) -> Serializer<'static, String> {
    let scope = &view.scope;
    let pool = scope.pool();
    let region = scope.aws_region.clone().filter(|_| pool.is_none());
    let mut address = Serializer::new(String::new());
    for (name, value) in [
        ("region", region),
        ("pool", pool.as_ref().map(of_pool)),
        ("client", scope.client_id.clone()),
        ("factor", scope.factor.clone()),
        ("country", scope.country.clone()),
    ] {
        if let Some(value) = value {
            address.append_pair(name, &value);
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Scope;

    #[test]
    fn a_view_reads_back_from_its_address() {
        let now = "2026-03-04T10:20:30Z".parse().expect("an instant");
        let pool = PoolKey { aws_region: "eu-west-1".into(), pool_id: "eu-west-1_Ab".into() };
        let scope = Scope { client_id: Some("a&b=c".into()), ..Scope::of_pool(&pool) };
        let view = View::ending_at(now, Range::Week, scope);
        assert_eq!(of_view(&view), "pool=eu-west-1%2Feu-west-1_Ab&client=a%26b%3Dc&range=7d");
        assert_eq!(
            of_instant(&View { scope: Scope { aws_region: Some("eu-west-1".into()), ..Scope::default() }, ..view }),
            "region=eu-west-1&from=2026-02-25T11%3A00%3A00Z&to=2026-03-04T11%3A00%3A00Z"
        );
    }
}
