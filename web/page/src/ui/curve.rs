//! Lines over a logarithmic axis, each on its own scale, with what was measured as spots.

use yew::prelude::*;

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 170.0;
/// What is left for the words around the lines.
const TOP: f64 = 26.0;
const BOTTOM: f64 = 20.0;
const SIDE: f64 = 8.0;

/// Something measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub x: f64,
    pub y: f64,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Series {
    pub label: AttrValue,
    pub line: Vec<(f64, f64)>,
    pub spots: Vec<Spot>,
    /// How a value is written.
    pub show: fn(f64) -> String,
}

impl PartialEq for Series {
    /// Functions cannot be compared; what they write follows from the label.
    fn eq(&self, other: &Self) -> bool {
        (&self.label, &self.line, &self.spots) == (&other.label, &other.line, &other.spots)
    }
}

impl Series {
    fn most(&self) -> f64 {
        let values = self.line.iter().map(|(_, y)| *y).chain(self.spots.iter().map(|spot| spot.y));
        values.fold(f64::MIN_POSITIVE, f64::max)
    }

    fn at(&self, x: f64) -> f64 {
        self.line.iter().min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs())).map_or(0.0, |(_, y)| *y)
    }
}

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The same in words.
    pub label: AttrValue,
    /// At most two; the first is labelled on the left, the second on the right.
    pub series: Vec<Series>,
    /// Where the horizontal axis says a number.
    pub ticks: Vec<f64>,
    /// What is looked at.
    pub marker: f64,
    pub test: AttrValue,
}

/// The curves.
#[component]
pub fn Curve(props: &Props) -> Html {
    let (first, last) = props.ticks.first().zip(props.ticks.last()).map_or((1.0, 2.0), |(first, last)| (*first, *last));
    let across = |x: f64| SIDE + (x / first).ln() / (last / first).ln() * (WIDTH - 2.0 * SIDE);
    let up = |series: &Series, y: f64| TOP + (1.0 - y / series.most()) * (HEIGHT - TOP - BOTTOM);
    let words: Vec<String> = props
        .series
        .iter()
        .map(|series| format!("{} {}", series.label, (series.show)(series.at(props.marker))))
        .collect();
    let marker = across(props.marker);
    html! {
        <svg class="curve" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={format!("{}: {}", props.label, words.join(", "))} data-test={props.test.clone()}>
            <line class="curve-axis" x1={SIDE.to_string()} x2={(WIDTH - SIDE).to_string()} y1={(HEIGHT - BOTTOM).to_string()} y2={(HEIGHT - BOTTOM).to_string()} />
            { for props.ticks.iter().enumerate().map(|(index, tick)| {
                let anchor = match index { 0 => "start", _ if index + 1 == props.ticks.len() => "end", _ => "middle" };
                html! {
                    <g>
                        <line class="curve-axis" x1={across(*tick).to_string()} x2={across(*tick).to_string()} y1={(HEIGHT - BOTTOM).to_string()} y2={(HEIGHT - BOTTOM + 3.0).to_string()} />
                        <text class="curve-text" x={across(*tick).to_string()} y={(HEIGHT - 5.0).to_string()} text-anchor={anchor}>{ format!("{tick} MB") }</text>
                    </g>
                }
            }) }
            <line class="curve-marker" x1={marker.to_string()} x2={marker.to_string()} y1={TOP.to_string()} y2={(HEIGHT - BOTTOM).to_string()} />
            { for props.series.iter().enumerate().map(|(index, series)| {
                let (x, anchor) = if index == 0 { (SIDE, "start") } else { (WIDTH - SIDE, "end") };
                let points: Vec<String> = series.line.iter().map(|(x, y)| format!("{:.1},{:.1}", across(*x), up(series, *y))).collect();
                html! {
                    <g class={format!("curve-{index}")}>
                        <text class="curve-name" x={x.to_string()} y="12" text-anchor={anchor}>{ format!("{} · ≤ {}", series.label, (series.show)(series.most())) }</text>
                        <polyline class="curve-line" points={points.join(" ")} />
                        { for series.spots.iter().map(|spot| html! {
                            <circle class="curve-spot" cx={across(spot.x).to_string()} cy={up(series, spot.y).to_string()} r="3.5">
                                <title>{ format!("{} MB: {}", spot.x, (series.show)(spot.y)) }</title>
                            </circle>
                        }) }
                        <circle class="curve-here" cx={marker.to_string()} cy={up(series, series.at(props.marker)).to_string()} r="4" />
                    </g>
                }
            }) }
        </svg>
    }
}
