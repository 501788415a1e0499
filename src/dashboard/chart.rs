//! Lines over days, as SVG.
//!
//! The chart library writes presentation attributes only; its one style element is taken out,
//! because the content security policy forbids inline style. The style sheet replaces it and maps
//! the colours below to the theme.

use charts_rs::{Box as Space, Color, LineChart, Series, Symbol};
use chrono::NaiveDate;

/// Lines over the same days.
pub(super) struct Chart<'a> {
    pub(super) days: &'a [NaiveDate],
    pub(super) lines: Vec<Line<'a>>,
    /// How values are written, like `{c} %`.
    pub(super) unit: &'a str,
    /// Top of the axis, where it is known.
    pub(super) most: Option<f32>,
}

/// One line. `None` leaves a gap.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<Option<f64>>,
    /// One of the colours that the style sheet maps to the theme.
    pub(super) colour: &'static str,
}

const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 150.0;
// Mapped to theme colours by the style sheet, by these values.
pub(super) const ACCENT: &str = "#0b6bcb";
const AXIS: &str = "#6e7079";
const GRID: &str = "#e0e6f2";

/// Colours of the states, in the order in which they are declared.
pub(super) const STATES: [&str; 5] = ["#17663a", "#3f9a62", "#8a7a1f", "#a3231b", "#7b8494"];

/// The chart; empty when there is nothing to draw.
pub(super) fn svg(chart: Chart<'_>) -> String {
    if chart.lines.iter().all(|line| line.values.iter().all(Option::is_none)) {
        return String::new();
    }
    let series = chart.lines.iter().map(|line| {
        let mut series = Series::new(line.name.to_owned(), Vec::<f32>::new());
        series.data = line.values.iter().map(|value| value.map(|value| value as f32)).collect();
        series.symbol = Some(Symbol::None);
        series
    });
    let labels = chart.days.iter().map(|day| day.format("%-d %b").to_string()).collect();
    let mut lines = LineChart::new(series.collect(), labels);
    lines.width = WIDTH;
    lines.height = HEIGHT;
    // The topmost label needs half a line.
    lines.margin = Space { top: 8.0, ..Space::from(4.0) };
    lines.background_color = Color::transparent();
    lines.legend.show = Some(false);
    lines.series.colors = chart.lines.iter().map(|line| line.colour.into()).collect();
    lines.grid.stroke_color = GRID.into();
    lines.x_axis.font.color = AXIS.into();
    lines.x_axis.font.size = 11.0;
    lines.x_axis.stroke_color = AXIS.into();
    lines.tooltip.show = true;
    if let Some(axis) = lines.y_axis_configs.first_mut() {
        axis.formatter = Some(chart.unit.to_owned());
        axis.font.color = AXIS.into();
        axis.font.size = 11.0;
        // Quarters of a known whole; otherwise the library rounds the top.
        axis.split_number = if chart.most.is_some() { 4 } else { 3 };
        axis.min = Some(0.0);
        axis.max = chart.most;
    }
    lines.svg().map(without_style).unwrap_or_default()
}

fn without_style(svg: String) -> String {
    match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &svg[..start], &svg[end + "</style>".len()..]),
        _ => svg,
    }
}
