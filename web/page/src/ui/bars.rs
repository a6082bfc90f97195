//! Small columns over time: how much there was, and how much of it was not as it should be.

use yew::prelude::*;

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 36.0;
/// What separates two columns.
const GAP: f64 = 2.0;

/// One column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    pub good: f64,
    pub bad: f64,
    /// What a pointer that rests on it is told.
    pub title: String,
}

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The same in words.
    pub label: AttrValue,
    pub columns: Vec<Column>,
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// Columns, the newest on the right.
#[component]
pub fn Bars(props: &Props) -> Html {
    let most = props.columns.iter().map(|column| column.good + column.bad).fold(1.0, f64::max);
    let step = WIDTH / props.columns.len().max(1) as f64;
    let bar = |class: &'static str, place: usize, from: f64, size: f64| {
        // A little is not nothing: it stays visible beside a lot.
        let height = if size > 0.0 { (size / most * HEIGHT).max(1.5) } else { 0.0 };
        let top = HEIGHT - from / most * HEIGHT - height;
        html! {
            <rect {class} x={(step * place as f64).to_string()} y={top.max(0.0).to_string()} width={(step - GAP).to_string()} height={height.to_string()} />
        }
    };
    html! {
        <svg
            class="bars"
            viewBox={format!("0 0 {WIDTH} {HEIGHT}")}
            preserveAspectRatio="none"
            role="img"
            aria-label={props.label.clone()}
            data-test={props.test.clone()}
        >
            { for props.columns.iter().enumerate().map(|(place, column)| html! {
                <g key={place}>
                    <title>{ &column.title }</title>
                    <rect class="bars-ground" x={(step * place as f64).to_string()} y={(HEIGHT - 1.0).to_string()} width={(step - GAP).to_string()} height="1" />
                    { bar("bars-good", place, 0.0, column.good) }
                    { bar("bars-bad", place, column.good, column.bad) }
                </g>
            }) }
        </svg>
    }
}
