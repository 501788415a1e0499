//! The Prometheus text format, as far as a scrape needs it.

use std::collections::BTreeMap;
use std::fmt;

/// A metric name with its labels, sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub name: String,
    pub labels: BTreeMap<String, String>,
}

impl Series {
    pub fn new(name: &str, labels: &[(&str, &str)]) -> Self {
        let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Self { name: name.to_owned(), labels }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<String> = self.labels.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
        write!(out, "{}{{{}}}", self.name, labels.join(","))
    }
}

pub type Samples = BTreeMap<Series, f64>;

/// Panics on anything that is not the text format, or on a series given twice.
pub fn parse(text: &str) -> Samples {
    let mut samples = Samples::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, value) = sample(line).unwrap_or_else(|| panic!("not a sample: {line}"));
        assert!(samples.insert(series, value).is_none(), "given twice: {line}");
    }
    samples
}

fn sample(line: &str) -> Option<(Series, f64)> {
    let split = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(split);
    let mut labels = BTreeMap::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while !rest.starts_with('}') {
            let (key, after) = rest.split_once("=\"")?;
            let (value, after) = quoted(after)?;
            labels.insert(key.trim_start_matches(',').to_owned(), value);
            rest = after;
        }
        rest = &rest[1..];
    }
    let value = rest.split_whitespace().next()?.parse().ok()?;
    Some((Series { name: name.to_owned(), labels }, value))
}

/// A label value up to its closing quote, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[index + 1..])),
            '\\' => value.push(match characters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
    None
}

#[test]
fn labels_with_every_escape_are_read() {
    let samples = parse("# HELP a b\na_total{x=\"1,}\\\"\\\\\\n\",y=\"\"} 2.5 1700000000000\nplain 1e3\n");
    assert_eq!(samples[&Series::new("a_total", &[("x", "1,}\"\\\n"), ("y", "")])], 2.5);
    assert_eq!(samples[&Series::new("plain", &[])], 1000.0);
}
