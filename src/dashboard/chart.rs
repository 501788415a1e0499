//! Lines over days, as SVG.
//!
//! The chart library writes presentation attributes only; its one style element is taken out,
//! because the content security policy forbids inline style. The style sheet replaces it and maps
//! the colours below to the theme.

use charts_rs::{Box as Space, Color, LineChart, Series, Symbol};
use chrono::NaiveDate;

/// One line. `None` leaves a gap.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) days: &'a [NaiveDate],
    pub(super) values: &'a [Option<f64>],
    /// How values are written, like `{c} %`.
    pub(super) unit: &'a str,
    /// Top of the axis, where it is known.
    pub(super) most: Option<f32>,
}

const WIDTH: f32 = 420.0;
const HEIGHT: f32 = 150.0;
// Mapped to theme colours by the style sheet, by these values.
const LINE: &str = "#0b6bcb";
const AXIS: &str = "#6e7079";
const GRID: &str = "#e0e6f2";

/// The chart; empty when there is nothing to draw.
pub(super) fn svg(line: Line<'_>) -> String {
    if line.values.iter().all(Option::is_none) {
        return String::new();
    }
    let mut series = Series::new(line.name.to_owned(), Vec::<f32>::new());
    series.data = line.values.iter().map(|value| value.map(|value| value as f32)).collect();
    series.symbol = Some(Symbol::None);
    let labels = line.days.iter().map(|day| day.format("%-d %b").to_string()).collect();
    let mut chart = LineChart::new(vec![series], labels);
    chart.width = WIDTH;
    chart.height = HEIGHT;
    chart.margin = Space::from(4.0);
    chart.background_color = Color::transparent();
    chart.legend.show = Some(false);
    chart.series.colors = vec![LINE.into()];
    chart.grid.stroke_color = GRID.into();
    chart.x_axis.font.color = AXIS.into();
    chart.x_axis.font.size = 11.0;
    chart.x_axis.stroke_color = AXIS.into();
    chart.tooltip.show = true;
    if let Some(axis) = chart.y_axis_configs.first_mut() {
        axis.formatter = Some(line.unit.to_owned());
        axis.font.color = AXIS.into();
        axis.font.size = 11.0;
        // Quarters of a known whole; otherwise the library rounds the top.
        axis.split_number = if line.most.is_some() { 4 } else { 3 };
        axis.min = Some(0.0);
        axis.max = line.most;
    }
    chart.svg().map(without_style).unwrap_or_default()
}

fn without_style(svg: String) -> String {
    match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &svg[..start], &svg[end + "</style>".len()..]),
        _ => svg,
    }
}
