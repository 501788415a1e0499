//! A metric family under construction.

use prometheus::proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType};

/// Name, help, type and samples.
pub(super) struct Family {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    metrics: Vec<Metric>,
}

impl Family {
    pub(super) fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::GAUGE, metrics: Vec::new() }
    }

    pub(super) fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::COUNTER, metrics: Vec::new() }
    }

    pub(super) fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: MetricType::HISTOGRAM, metrics: Vec::new() }
    }

    /// Adds a distribution: how many lie in each bucket (upper bound, ascending, the last one infinite), and their sum.
    pub(super) fn observe(&mut self, labels: &[(&str, &str)], buckets: &[(f64, u64)], sum: f64) {
        let mut histogram = Histogram::default();
        let mut cumulative = 0;
        let mut cumulated = Vec::new();
        for (bound, count) in buckets {
            cumulative += count;
            // The encoder writes the infinite bucket itself.
            if bound.is_infinite() {
                continue;
            }
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(cumulative);
            cumulated.push(bucket);
        }
        histogram.set_bucket(cumulated);
        histogram.set_sample_count(cumulative);
        histogram.set_sample_sum(sum);
        let mut metric = Metric::from_label(labels.iter().map(|(name, value)| label(name, value)).collect());
        metric.set_histogram(histogram);
        self.metrics.push(metric);
    }

    /// Adds a sample.
    pub(super) fn set(&mut self, labels: &[(&str, &str)], value: f64) {
        let mut metric = Metric::from_label(labels.iter().map(|(name, value)| label(name, value)).collect());
        if self.kind == MetricType::COUNTER {
            let mut counter = Counter::default();
            counter.set_value(value);
            metric.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            metric.set_gauge(gauge);
        }
        self.metrics.push(metric);
    }

    /// `None` without samples: an absent series says "no data".
    pub(super) fn finish(self) -> Option<MetricFamily> {
        if self.metrics.is_empty() {
            return None;
        }
        let mut family = MetricFamily::default();
        family.set_name(self.name.to_owned());
        family.set_help(self.help.to_owned());
        family.set_field_type(self.kind);
        family.set_metric(self.metrics);
        Some(family)
    }
}

fn label(name: &str, value: &str) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(name.to_owned());
    pair.set_value(value.to_owned());
    pair
}
