//! The two exposition formats.

/// What a scraper may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Prometheus text 0.0.4.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

const OPEN_METRICS: &str = "application/openmetrics-text";

impl Format {
    /// The format for an `Accept` header: OpenMetrics where it is named and not refused.
    pub fn accepted(accept: Option<&str>) -> Self {
        let names_it = accept.unwrap_or_default().split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next() == Some(OPEN_METRICS) && !parts.any(|part| part == "q=0")
        });
        if names_it { Self::OpenMetrics } else { Self::Text }
    }

    /// The `Content-Type` of the answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => prometheus::TEXT_FORMAT,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The text format turned into OpenMetrics: a counter's family is named without `_total`, and the
/// end is marked. Samples read the same in both.
pub(super) fn open_metrics(text: &str) -> String {
    let mut counters = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# TYPE ").and_then(|rest| rest.strip_suffix("_total counter")) {
            counters.push(name);
        }
    }
    let mut open = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        let family = match (words.next(), words.next(), words.next()) {
            (Some("#"), Some(keyword), Some(name)) => Some((keyword, name, words.next().unwrap_or_default())),
            _ => None,
        };
        match family {
            Some((keyword, name, rest)) => {
                let base = name.strip_suffix("_total").filter(|base| counters.contains(base)).unwrap_or(name);
                open.push_str(&format!("# {keyword} {base} {}", rest.replace('"', "\\\"")));
            }
            None => open.push_str(line),
        }
        open.push('\n');
    }
    open.push_str("# EOF\n");
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_metrics_is_chosen_only_when_asked_for() {
        let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
        assert_eq!(Format::accepted(Some(prometheus)), Format::OpenMetrics);
        for accept in [None, Some("*/*"), Some("text/plain"), Some("application/openmetrics-text;q=0")] {
            assert_eq!(Format::accepted(accept), Format::Text, "{accept:?}");
        }
    }

    #[test]
    fn counters_lose_their_suffix_and_the_end_is_marked() {
        let text = "# HELP a_total Says \"a\".\n# TYPE a_total counter\na_total{x=\"1\"} 2\n# TYPE b gauge\nb 1\n";
        let open = "# HELP a Says \\\"a\\\".\n# TYPE a counter\na_total{x=\"1\"} 2\n# TYPE b gauge\nb 1\n# EOF\n";
        assert_eq!(open_metrics(text), open);
    }
}
