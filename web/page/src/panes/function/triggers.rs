//! What makes a function run: who may invoke it, the streams that are read for it, and the events that wait.

use super::asynchronous::Asynchronous;
use crate::aws::cloudformation::StackResource;
use crate::aws::lambda::{self, Function, Mapping, Trigger};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::gauges::{self, Consumer};
use crate::panes::consumers::{lag_of, short_shard, state_of};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Failed, Status, Tone};
use yew::platform::spawn_local;
use yew::prelude::*;

/// How often the mappings are looked at while they are on show.
const FOLLOW_MILLIS: u32 = 1000;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
    pub event: String,
}

type Known = (Vec<Trigger>, Vec<Mapping>, Vec<Consumer>);

async fn read(client: Client, name: String) -> Result<Known, Failure> {
    let triggers = lambda::triggers(&client, &name).await?;
    let mut mappings = lambda::mappings(&client).await?;
    // A mapping may name a version or an alias behind the name.
    mappings.retain(|mapping| mapping.function.split(':').next() == Some(name.as_str()));
    let consumers = if mappings.is_empty() { Vec::new() } else { gauges::consumers(&client).await? };
    Ok((triggers, mappings, consumers))
}

/// The triggers view.
#[component]
pub fn Triggers(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let known = {
        let (client, name) = (app.client.clone(), props.function.name.clone());
        use_fetch((app.revision, name.clone(), tick), move || read(client.clone(), name.clone()))
    };
    let body = match &known {
        Fetched::Waiting => html! {},
        Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(known) => {
            let (triggers, mappings, consumers) = &**known;
            html! {
                <>
                    if triggers.is_empty() && mappings.is_empty() {
                        <p class="hint" data-test="no-triggers">{ t.no_triggers }</p>
                    } else {
                        { callers(&app, triggers) }
                    }
                    { for mappings.iter().map(|mapping| card(&app, mapping, consumers)) }
                </>
            }
        }
    };
    html! {
        <div class="tool">
            { body }
            <Asynchronous function={props.function.clone()} event={props.event.clone()} />
        </div>
    }
}

/// An ARN without what all of an account have in common; the whole of it is its title.
fn short_arn(arn: &str) -> String {
    let mut parts = arn.splitn(6, ':').skip(2);
    match (parts.next(), parts.nth(2)) {
        (Some(service), Some(resource)) => format!("{service} {resource}"),
        _ => arn.to_owned(),
    }
}

/// What an ARN names: a resource of the stack by its logical ID, anything else by the ARN without what all share.
pub fn named(app: &App, arn: &str) -> Html {
    let name = arn.rsplit([':', '/']).next().unwrap_or_default();
    let is_named = |resource: &&StackResource| !name.is_empty() && resource.physical_id == name;
    let text = match app.deployment.resources.iter().find(is_named) {
        Some(resource) => resource.logical_id.clone(),
        None => short_arn(arn),
    };
    html! { <code title={arn.to_owned()}>{ text }</code> }
}

fn callers(app: &App, triggers: &[Trigger]) -> Html {
    let t = app.text;
    if triggers.is_empty() {
        return html! {};
    }
    html! {
        <section class="card" aria-label={t.may_invoke}>
            <div class="card-head"><h3>{ t.may_invoke }</h3></div>
            <ul class="section">
                { for triggers.iter().enumerate().map(|(index, trigger)| html! {
                    <li key={index} class="trigger" data-test="trigger">
                        <strong>{ &trigger.principal }</strong>
                        if !trigger.source.is_empty() {
                            { named(app, &trigger.source) }
                        }
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn card(app: &App, mapping: &Mapping, consumers: &[Consumer]) -> Html {
    let t = app.text;
    let is_off = mapping.state.starts_with("Disabl");
    let onclick = {
        let (app, id) = (app.clone(), mapping.id.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, id) = (app.clone(), id.clone());
            spawn_local(async move {
                if let Err(failure) = lambda::enable(&app.client, &id, is_off).await {
                    app.complain(flow::describe(app.text, &failure));
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    let mut places = consumers.iter().filter(|consumer| consumer.mapping == mapping.id).peekable();
    let has_places = places.peek().is_some();
    html! {
        <section key={mapping.id.clone()} class="card" aria-label={t.event_source} data-test="mapping">
            <div class="card-head">
                <h3>{ t.event_source }</h3>
                { state_of(mapping) }
                <button type="button" class="button button-small" data-test="toggle-mapping" {onclick}>
                    { if is_off { t.switch_on } else { t.switch_off } }
                </button>
            </div>
            <code class="trigger-source" title={mapping.source.clone()}>{ short_arn(&mapping.source) }</code>
            <p class="hint" data-test="mapping-options">
                { (t.mapping_options)(mapping.batch_size, mapping.window, mapping.retries, mapping.filters) }
            </p>
            if has_places {
                <div class="grid-frame" tabindex="0" role="group" aria-label={t.event_source}>
                    <table class="grid">
                        <thead><tr>
                            <th scope="col">{ t.shard }</th>
                            <th scope="col">{ t.lag }</th>
                            <th scope="col">{ t.position }</th>
                        </tr></thead>
                        <tbody>{ for places.map(|place| html! {
                            <tr key={place.shard.clone()} data-test="mapping-shard">
                                <td title={place.shard.clone()}>{ short_shard(&place.shard) }</td>
                                <td>{ lag_of(app, place) }</td>
                                <td class="number">{ if place.position.is_empty() { &mapping.starting_position } else { &place.position } }</td>
                            </tr>
                        }) }</tbody>
                    </table>
                </div>
            } else if is_off {
                <Status text={t.switched_off} tone={Tone::Calm} />
            }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_shown_by_its_service_and_resource() {
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";
        assert_eq!(short_arn(arn), "dynamodb table/orders/stream/2026-01-01T00:00:00.000");
        assert_eq!(short_arn("arn:aws:s3:::uploads"), "s3 uploads");
        assert_eq!(short_arn("123456789012"), "123456789012");
    }
}
