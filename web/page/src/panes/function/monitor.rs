//! The sandboxes of a function as they start, work, freeze and are refused, and load to watch them with.

use super::concurrency::ConcurrencyCard;
use super::qualifier::QualifierChoice;
use crate::aws::lambda::{self, Function};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::{duration, page_time, stretch};
use crate::gauges::{self, Activity, Sandbox, Sandboxes};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Failed, Glyph, Icon, input_value};
use yew::platform::spawn_local;
use yew::prelude::*;

/// How often the sandboxes are looked at while they are on show.
const FOLLOW_MILLIS: u32 = 400;
/// The sandboxes that are drawn and listed.
const SHOWN: usize = 200;
const LISTED: usize = 20;
/// The most invocations that are made at once.
const MOST_AT_ONCE: usize = 200;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
    pub event: String,
}

/// The monitor view.
#[component]
pub fn Monitor(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let seen = {
        let (client, name) = (app.client.clone(), props.function.name.clone());
        use_fetch((app.revision, tick), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { gauges::sandboxes(&client, &name).await }
        })
    };
    html! {
        <div class="tool">
            <section class="card" aria-label={t.sandboxes}>
                <div class="card-head"><h3>{ t.sandboxes }</h3></div>
                { match &seen {
                    Fetched::Waiting => html! {},
                    Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
                    Fetched::Here(seen) => picture(&app, seen),
                } }
                <Load name={props.function.name.clone()} event={props.event.clone()} />
            </section>
            if let Some(seen) = seen.here().filter(|seen| !seen.here.is_empty()) {
                { list(&app, seen) }
            }
            <ConcurrencyCard name={props.function.name.clone()} />
        </div>
    }
}

fn class_of(activity: Activity) -> &'static str {
    match activity {
        Activity::Starting => "sandbox sandbox-starting",
        Activity::Busy => "sandbox sandbox-busy",
        Activity::Frozen => "sandbox sandbox-frozen",
    }
}

fn word_for(app: &App, activity: Activity) -> &'static str {
    match activity {
        Activity::Starting => app.text.starting,
        Activity::Busy => app.text.busy,
        Activity::Frozen => app.text.frozen,
    }
}

/// One square for each sandbox, and how many there are of each kind.
fn picture(app: &App, seen: &Sandboxes) -> Html {
    let t = app.text;
    let count = |activity: Activity| seen.here.iter().filter(|sandbox| sandbox.activity == activity).count();
    let legend = |class: &'static str, label: &'static str, count: usize, test: &'static str| {
        html! { <div><dt><span {class} aria-hidden="true" />{ label }</dt><dd data-test={test}>{ count }</dd></div> }
    };
    let state = |activity, test| legend(class_of(activity), word_for(app, activity), count(activity), test);
    html! {
        <>
            <dl class="sandbox-counts">
                { state(Activity::Starting, "sandboxes-starting") }
                { state(Activity::Busy, "sandboxes-busy") }
                { state(Activity::Frozen, "sandboxes-frozen") }
                { legend("sandbox sandbox-throttled", t.throttled_invocations, seen.throttled as usize, "sandboxes-throttled") }
            </dl>
            if seen.here.is_empty() {
                <p class="hint">{ t.no_sandboxes }</p>
            } else {
                <div class="sandboxes" role="img" aria-label={(t.sandbox_count)(seen.here.len())} data-test="sandboxes">
                    { for seen.here.iter().take(SHOWN).enumerate().map(|(index, sandbox)| html! {
                        <span key={index} class={class_of(sandbox.activity)} title={title_of(app, sandbox)} />
                    }) }
                    if seen.here.len() > SHOWN {
                        <span class="soft">{ format!("+{}", seen.here.len() - SHOWN) }</span>
                    }
                </div>
            }
        </>
    }
}

fn title_of(app: &App, sandbox: &Sandbox) -> String {
    format!("{} · {} · {} MB", word_for(app, sandbox.activity), sandbox.version, sandbox.used_mb)
}

/// The same as a table, with what a square cannot say.
fn list(app: &App, seen: &Sandboxes) -> Html {
    let t = app.text;
    let now = app.clock.at(page_time());
    let row = |(index, sandbox): (usize, &Sandbox)| {
        html! {
            <tr key={index} data-test="sandbox">
                <td><span class="sandbox-state"><span class={class_of(sandbox.activity)} aria-hidden="true" />{ word_for(app, sandbox.activity) }</span></td>
                <td class="number">{ stretch((now - sandbox.since).max(0.0)) }</td>
                <td>{ &sandbox.version }</td>
                <td class="number">{ sandbox.invocations }</td>
                <td class="number">{ sandbox.init_millis.map_or_else(|| "–".to_owned(), duration) }</td>
                <td class="number">{ format!("{} / {} MB", sandbox.used_mb, sandbox.memory_mb) }</td>
            </tr>
        }
    };
    html! {
        <div class="grid-frame" tabindex="0" role="group" aria-label={t.sandboxes}>
            <table class="grid">
                <thead><tr>
                    <th scope="col">{ t.status }</th>
                    <th scope="col">{ t.since }</th>
                    <th scope="col">{ t.version }</th>
                    <th scope="col">{ t.invocations }</th>
                    <th scope="col">{ t.init }</th>
                    <th scope="col">{ t.memory_used }</th>
                </tr></thead>
                <tbody>{ for seen.here.iter().take(LISTED).enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct LoadProps {
    name: String,
    event: String,
}

/// Many invocations at once.
#[component]
fn Load(props: &LoadProps) -> Html {
    let app = use_app();
    let t = app.text;
    let count = use_state(|| "10".to_owned());
    let is_running = use_state(|| false);
    let qualifier = use_state(String::new);
    let wanted = count.parse::<usize>().ok().filter(|count| (1..=MOST_AT_ONCE).contains(count));
    let onsubmit = {
        let (app, is_running) = (app.clone(), is_running.clone());
        let (name, event, qualifier) = (props.name.clone(), props.event.clone(), (*qualifier).clone());
        Callback::from(move |submit: SubmitEvent| {
            submit.prevent_default();
            let Some(wanted) = wanted else { return };
            is_running.set(true);
            let left = std::rc::Rc::new(std::cell::Cell::new(wanted));
            for _ in 0..wanted {
                let (app, is_running, left) = (app.clone(), is_running.setter(), left.clone());
                let (name, event, qualifier) = (name.clone(), event.clone(), qualifier.clone());
                spawn_local(async move {
                    invoke_once(&app, &name, &qualifier, &event).await;
                    left.set(left.get() - 1);
                    if left.get() == 0 {
                        is_running.set(false);
                        app.dispatch(Action::Changed);
                    }
                });
            }
        })
    };
    let oninput = {
        let count = count.clone();
        Callback::from(move |event: InputEvent| count.set(input_value(&event)))
    };
    html! {
        <form class="load load-wrap" {onsubmit}>
            <QualifierChoice name={props.name.clone()} value={(*qualifier).clone()} test="load-qualifier" onchange={
                let qualifier = qualifier.clone();
                move |chosen| qualifier.set(chosen)
            } />
            <label class="field field-row">
                <span class="field-label">{ t.at_the_same_time }</span>
                <input type="number" min="1" max={MOST_AT_ONCE.to_string()} data-test="load-count" aria-invalid={wanted.is_none().to_string()} value={(*count).clone()} {oninput} />
            </label>
            <button type="submit" class="button button-primary" data-test="load" disabled={*is_running || wanted.is_none()}>
                <Icon glyph={if *is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.invoke }
            </button>
        </form>
    }
}

/// What is throttled is part of the picture; anything else is told.
async fn invoke_once(app: &App, name: &str, qualifier: &str, event: &str) {
    match lambda::invoke(&app.client, name, qualifier, event).await {
        Err(failure) if !failure.is_throttle() => app.complain(flow::describe(app.text, &failure)),
        _ => {}
    }
}
