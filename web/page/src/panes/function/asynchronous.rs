//! Invocations that nobody waits for: where their records go, and the events that still have to be worked on.

use super::triggers::named;
use crate::aws::lambda::{self, EventInvokeConfig, Function};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::{page_time, stretch};
use crate::gauges::{self, WaitingEvent};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Failed, Glyph, Icon, IconButton, Status, Tone};
use yew::platform::spawn_local;
use yew::prelude::*;

/// How often the events are looked at while they are on show.
const FOLLOW_MILLIS: u32 = 500;
/// The events that are listed.
const LISTED: usize = 20;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
    pub event: String,
}

type Known = (Vec<EventInvokeConfig>, Vec<WaitingEvent>);

async fn read(client: Client, name: String) -> Result<Known, Failure> {
    Ok((lambda::event_invoke_configs(&client, &name).await?, gauges::waiting_events(&client, &name).await?))
}

/// Asynchronous invocations.
#[component]
pub fn Asynchronous(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let known = {
        let (client, name) = (app.client.clone(), props.function.name.clone());
        use_fetch((app.revision, name.clone(), tick), move || read(client.clone(), name.clone()))
    };
    let onclick = {
        let (app, name, event) = (app.clone(), props.function.name.clone(), props.event.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, name, event) = (app.clone(), name.clone(), event.clone());
            spawn_local(async move {
                match lambda::invoke_event(&app.client, &name, "", &event).await {
                    Ok(()) => app.say(app.text.event_accepted),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    html! {
        <section class="card" aria-label={t.asynchronous}>
            <div class="card-head">
                <h3>{ t.asynchronous }</h3>
                <button type="button" class="button button-small" data-test="invoke-event" title={t.invoke_event_hint} {onclick}>
                    <Icon glyph={Glyph::Play} />{ t.invoke_event }
                </button>
            </div>
            { match &known {
                Fetched::Waiting => html! {},
                Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
                Fetched::Here(known) => html! { <>{ rules(&app, &known.0) }{ events(&app, &known.1) }</> },
            } }
        </section>
    }
}

fn rules(app: &App, configs: &[EventInvokeConfig]) -> Html {
    let t = app.text;
    if configs.is_empty() {
        return html! { <p class="hint" data-test="event-invoke-config">{ t.no_event_invoke_config }</p> };
    }
    let destination = |label: &'static str, arn: &String, test: &'static str| {
        html! {
            if !arn.is_empty() {
                <dt>{ label }</dt>
                <dd data-test={test}>{ named(app, arn) }</dd>
            }
        }
    };
    html! {
        { for configs.iter().map(|config| html! {
            <dl key={config.qualifier.clone()} class="facts facts-card" data-test="event-invoke-config">
                <dt>{ t.version_or_alias }</dt><dd>{ &config.qualifier }</dd>
                <dt>{ t.retries }</dt><dd>{ config.retries }</dd>
                <dt>{ t.max_age }</dt><dd>{ stretch(config.max_age as f64 * 1000.0) }</dd>
                { destination(t.on_success, &config.on_success, "on-success") }
                { destination(t.on_failure, &config.on_failure, "on-failure") }
            </dl>
        }) }
    }
}

fn events(app: &App, events: &[WaitingEvent]) -> Html {
    let t = app.text;
    if events.is_empty() {
        return html! { <p class="hint" data-test="no-events">{ t.no_waiting_events }</p> };
    }
    html! {
        <div class="grid-frame" tabindex="0" role="group" aria-label={t.waiting_events}>
            <table class="grid">
                <thead><tr>
                    <th scope="col">{ t.request_id }</th>
                    <th scope="col">{ t.failures }</th>
                    <th scope="col">{ t.next_attempt }</th>
                    <th scope="col"><span class="sr-only">{ t.advance_to }</span></th>
                </tr></thead>
                <tbody>{ for events.iter().take(LISTED).map(|event| row(app, event)) }</tbody>
            </table>
        </div>
    }
}

fn row(app: &App, event: &WaitingEvent) -> Html {
    let t = app.text;
    let left = event.due - app.clock.at(page_time());
    html! {
        <tr key={event.request_id.clone()} data-test="waiting-event">
            <td title={event.request_id.clone()}><code>{ event.request_id.get(..8).unwrap_or(&event.request_id) }</code></td>
            <td class="number">{ event.failures }</td>
            <td class="number">
                if left > 0.0 { { (t.in_time)(&stretch(left)) } } else { <Status text={t.under_way} tone={Tone::Busy} /> }
            </td>
            <td>
                if left > 0.0 {
                    <IconButton glyph={Glyph::Clock} label={t.advance_to} test="advance-to" onclick={flow::advance_clock_to(app, event.due)} />
                }
            </td>
        </tr>
    }
}
