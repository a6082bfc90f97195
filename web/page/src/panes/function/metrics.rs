//! What CloudWatch knows of a function: its last minutes as columns, and as a table.

use crate::aws::monitoring::{self, Minute};
use crate::context::{App, use_app};
use crate::format::{duration, page_time, time_of_day, units};
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Bars, Column, Failed};
use yew::prelude::*;

/// How often they are asked for while they are on show.
const FOLLOW_MILLIS: u32 = 3000;
/// The minutes that are shown.
const MINUTES: usize = 30;

/// A picture: its name, what is as it should be, what is not, how values are written.
struct Picture {
    name: &'static str,
    good: fn(&Minute) -> f64,
    bad: fn(&Minute) -> f64,
    show: Written,
}

/// CloudWatch's own names.
const PICTURES: [Picture; 5] = [
    Picture {
        name: "Invocations, Errors",
        good: |minute| value(minute, "Invocations") - value(minute, "Errors"),
        bad: |minute| value(minute, "Errors"),
        show: units,
    },
    Picture { name: "Duration p99", good: |minute| value(minute, "Duration p99"), bad: |_| 0.0, show: duration },
    Picture {
        name: "ConcurrentExecutions",
        good: |minute| value(minute, "ConcurrentExecutions"),
        bad: |_| 0.0,
        show: units,
    },
    Picture { name: "Throttles", good: |_| 0.0, bad: |minute| value(minute, "Throttles"), show: units },
    Picture { name: "IteratorAge", good: |minute| value(minute, "IteratorAge"), bad: |_| 0.0, show: duration },
];

/// How a measurement is written.
type Written = fn(f64) -> String;

/// The columns of the table.
const COLUMNS: [(&str, Written); 7] = [
    ("Invocations", units),
    ("Errors", units),
    ("Throttles", units),
    ("Duration p50", duration),
    ("Duration p99", duration),
    ("ConcurrentExecutions", units),
    ("IteratorAge", duration),
];

fn value(minute: &Minute, name: &str) -> f64 {
    minute.get(name).unwrap_or_default()
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: String,
}

/// The metrics of a function.
#[component]
pub fn Metrics(props: &Props) -> Html {
    let app = use_app();
    let tick = use_tick(FOLLOW_MILLIS);
    let seen = {
        let (client, name, now) = (app.client.clone(), props.name.clone(), app.clock.at(page_time()));
        use_fetch((app.revision, tick), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { monitoring::minutes(&client, &name, now, MINUTES).await }
        })
    };
    html! {
        <section class="card" aria-label={app.text.metrics} data-test="metrics">
            <div class="card-head"><h3>{ app.text.metrics }</h3></div>
            { match &seen {
                Fetched::Waiting => html! {},
                Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
                Fetched::Here(minutes) => shown(&app, minutes),
            } }
        </section>
    }
}

fn shown(app: &App, minutes: &[Minute]) -> Html {
    let is_still = minutes.iter().all(|minute| COLUMNS.iter().all(|(name, _)| minute.get(name).is_none()));
    if is_still {
        return html! { <p class="hint">{ app.text.no_metrics }</p> };
    }
    html! {
        <>
            <div class="metrics">{ for PICTURES.iter().map(|picture| drawn(picture, minutes)) }</div>
            { table(app, minutes) }
        </>
    }
}

fn drawn(picture: &Picture, minutes: &[Minute]) -> Html {
    let columns: Vec<Column> = minutes
        .iter()
        .map(|minute| {
            let (good, bad) = ((picture.good)(minute), (picture.bad)(minute));
            let title = format!("{} {}", time_of_day(minute.start), (picture.show)(good + bad));
            Column { good, bad, title }
        })
        .collect();
    let most = columns.iter().map(|column| column.good + column.bad).fold(0.0, f64::max);
    let label = format!("{} ≤ {}", picture.name, (picture.show)(most));
    html! {
        <figure class="metric">
            <figcaption class="field-label">{ &label }</figcaption>
            <Bars {label} {columns} />
        </figure>
    }
}

/// The same as a table, newest first, without the minutes in which nothing happened.
fn table(app: &App, minutes: &[Minute]) -> Html {
    let happened = minutes.iter().rev().filter(|minute| COLUMNS.iter().any(|(name, _)| minute.get(name).is_some()));
    html! {
        <div class="grid-frame" tabindex="0" role="group" aria-label={app.text.metrics}>
            <table class="grid">
                <thead><tr>
                    <th scope="col">{ app.text.since }</th>
                    { for COLUMNS.iter().map(|(name, _)| html! { <th scope="col">{ *name }</th> }) }
                </tr></thead>
                <tbody>{ for happened.map(|minute| html! {
                    <tr key={minute.start.to_string()} data-test="metrics-minute">
                        <td class="number">{ time_of_day(minute.start) }</td>
                        { for COLUMNS.iter().map(|(name, show)| html! {
                            <td class="number">{ minute.get(name).map_or_else(|| "–".to_owned(), *show) }</td>
                        }) }
                    </tr>
                }) }</tbody>
            </table>
        </div>
    }
}
