//! Lines over days, as SVG.
//!
//! The chart library writes presentation attributes only; its one style element is taken out,
//! because the content security policy forbids inline style. The style sheet replaces it and maps
//! the colours below to the theme.

use charts_rs::{Box as Space, Color, LineChart, Series, Symbol};
use chrono::NaiveDate;

use crate::model::Factor;

/// Lines over the same days.
pub(super) struct Chart<'a> {
    pub(super) days: &'a [NaiveDate],
    pub(super) lines: Vec<Line<'a>>,
    /// How values are written, like `{c} %`.
    pub(super) unit: &'a str,
    /// Top of the axis, where it is known.
    pub(super) most: Option<f32>,
    /// [`NARROW`] or [`WIDE`]: texts keep their size where it is shown in about this width.
    pub(super) width: f32,
}

/// One line. `None` leaves a gap.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) values: Vec<Option<f64>>,
    /// One of the colours that the style sheet maps to the theme.
    pub(super) colour: &'static str,
    /// So many of the last values may still change: they are dashed.
    pub(super) provisional: usize,
}

impl Line<'_> {
    /// The part that stays, and the one that may still change: it begins where the other ends.
    fn parts(&self) -> Vec<Series> {
        let certain = self.values.len().saturating_sub(self.provisional);
        let value = |value: &Option<f64>| value.map(|value| value as f32);
        let part = |data: Vec<Option<f32>>, dashes: Option<&str>| {
            let mut series = Series::new(self.name.to_owned(), Vec::<f32>::new());
            series.data = data;
            series.symbol = Some(Symbol::None);
            series.stroke_dash_array = dashes.map(str::to_owned);
            series
        };
        let joint = certain.saturating_sub(1);
        let open = vec![None; joint].into_iter().chain(self.values[joint..].iter().map(value)).collect();
        let settled = self.values[..certain].iter().map(value).collect();
        if self.provisional == 0 {
            vec![part(settled, None)]
        } else {
            vec![part(settled, None), part(open, Some("4,3"))]
        }
    }
}

/// Of a tile, pixels.
pub(super) const NARROW: f32 = 420.0;
/// Of a section.
pub(super) const WIDE: f32 = 640.0;
const HEIGHT: f32 = 150.0;
// Mapped to theme colours by the style sheet, by these values.
pub(super) const ACCENT: &str = "#0b6bcb";
const AXIS: &str = "#6e7079";
const GRID: &str = "#e0e6f2";

/// The colour of a factor.
pub(super) const fn factor(factor: Factor) -> &'static str {
    match factor {
        Factor::Totp => "#2f6fd0",
        Factor::Sms => "#b65c00",
        Factor::Email => "#7a4fc0",
        Factor::Passkey => "#0f7f6e",
        Factor::Custom | Factor::Unknown => "#7b8494",
    }
}

/// Colours of the states, in the order in which they are declared.
pub(super) const STATES: [&str; 5] = ["#17663a", "#3f9a62", "#8a7a1f", "#a3231b", "#7b8494"];

/// The chart; empty when there is nothing to draw.
pub(super) fn svg(chart: Chart<'_>) -> String {
    if chart.lines.iter().all(|line| line.values.iter().all(Option::is_none)) {
        return String::new();
    }
    let parts: Vec<(Series, &str)> =
        chart.lines.iter().flat_map(|line| line.parts().into_iter().map(|part| (part, line.colour))).collect();
    let (series, colours): (Vec<Series>, Vec<&str>) = parts.into_iter().unzip();
    let labels = chart.days.iter().map(|day| day.format("%-d %b").to_string()).collect();
    let mut lines = LineChart::new(series, labels);
    lines.width = chart.width;
    lines.height = HEIGHT;
    // The topmost label needs half a line.
    lines.margin = Space { top: 8.0, ..Space::from(4.0) };
    lines.background_color = Color::transparent();
    lines.legend.show = Some(false);
    lines.series.colors = colours.into_iter().map(Into::into).collect();
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
    lines.svg().map(|svg| with_tips_inside(&without_style(svg), chart.width)).unwrap_or_default()
}

/// What is told beside a point near an edge stands on the inner side of the point.
fn with_tips_inside(svg: &str, width: f32) -> String {
    const NEAR: f32 = 80.0;
    let anchored = |text: &str| {
        let x = text.split_once(" x=\"").and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f32>().ok());
        let anchor = match x {
            Some(x) if text.contains("ct-tip") && x > width - NEAR => "end",
            Some(x) if text.contains("ct-tip") && x < NEAR => "start",
            _ => return text.to_owned(),
        };
        text.replacen("text-anchor=\"middle\"", &format!("text-anchor=\"{anchor}\""), 1)
    };
    svg.split("<text").map(anchored).collect::<Vec<_>>().join("<text")
}

fn without_style(svg: String) -> String {
    match (svg.find("<style>"), svg.find("</style>")) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &svg[..start], &svg[end + "</style>".len()..]),
        _ => svg,
    }
}
