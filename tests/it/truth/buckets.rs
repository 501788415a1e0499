//! The buckets of the delivery times, whatever their bounds are.

use crate::support::exposition::{Samples, Series};

pub const BUCKET: &str = "mfascope_sms_delivery_seconds_bucket";

/// How many were delivered within the bound of this bucket: the fullest bucket that ends no later.
pub fn up_to(series: &Series, samples: &Samples) -> f64 {
    let end = bound(series);
    let place = |series: &Series| ["aws_region", "country"].map(|label| series.labels.get(label).cloned());
    let is_below = |other: &Series| other.name == BUCKET && place(other) == place(series) && bound(other) <= end;
    let below = samples.iter().filter(|(other, _)| is_below(other));
    below.map(|(_, count)| *count).fold(0.0, f64::max)
}

/// Histograms that lack the bucket for everything.
pub fn without_end(shown: &Samples) -> Vec<String> {
    let counts = shown.iter().filter(|(series, _)| series.name == "mfascope_sms_delivery_seconds_count");
    let ends = counts.map(|(series, count)| {
        let mut end = Series { name: BUCKET.into(), labels: series.labels.clone() };
        end.labels.insert("le".into(), "+Inf".into());
        (shown.get(&end) != Some(count)).then(|| format!("{end}: {:?} of {count}", shown.get(&end)))
    });
    ends.flatten().collect()
}

fn bound(series: &Series) -> f64 {
    series.labels["le"].parse().unwrap_or_else(|error| panic!("{series}: {error}"))
}

#[test]
fn a_bucket_counts_what_ends_within_it() {
    let of = |le: &str| Series::new(BUCKET, &[("aws_region", "r"), ("country", "SG"), ("le", le)]);
    let truth = Samples::from([(of("0.250"), 1.0), (of("1.000"), 2.0), (of("300.000"), 3.0)]);
    for (le, expected) in [("0.1", 0.0), ("0.25", 1.0), ("1", 2.0), ("60", 2.0), ("+Inf", 3.0)] {
        assert_eq!(up_to(&of(le), &truth), expected, "up to {le}");
    }
}
