//! The shards of the streams and who reads them, how far, and how much is left to each.

use crate::aws::lambda::{self, Mapping};
use crate::aws::streams::Shard;
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::format::{page_time, stretch};
use crate::gauges::{self, Consumer};
use crate::state::Action;
use crate::task::{use_fetch, use_tick};
use crate::ui::{Status, Tone};
use std::rc::Rc;
use yew::prelude::*;

/// How often the consumers are looked at while they are on show.
const FOLLOW_MILLIS: u32 = 1000;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The table to show; empty for all.
    pub table: String,
    pub shards: Rc<Vec<Shard>>,
}

type Readers = (Vec<Mapping>, Vec<Consumer>);

async fn read(client: Client) -> Result<Readers, Failure> {
    Ok((lambda::mappings(&client).await?, gauges::consumers(&client).await?))
}

/// Shards and consumers, folded until somebody wants them.
#[component]
pub fn Consumers(props: &Props) -> Html {
    let t = use_app().text;
    let is_open = use_state(|| false);
    let shards: Vec<Shard> =
        props.shards.iter().filter(|shard| props.table.is_empty() || shard.table == props.table).cloned().collect();
    if shards.is_empty() {
        return html! {};
    }
    let onclick = {
        let is_open = is_open.clone();
        Callback::from(move |event: MouseEvent| {
            // The state opens it, so that nothing is fetched for what nobody sees.
            event.prevent_default();
            is_open.set(!*is_open);
        })
    };
    html! {
        <details class="fold" open={*is_open}>
            <summary data-test="stream-shards" {onclick}>{ (t.shards_and_consumers)(shards.len()) }</summary>
            if *is_open {
                <Opened shards={shards} />
            }
        </details>
    }
}

#[derive(PartialEq, Properties)]
struct OpenedProps {
    shards: Vec<Shard>,
}

#[component]
fn Opened(props: &OpenedProps) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let readers = {
        let client = app.client.clone();
        use_fetch((app.revision, tick), move || read(client.clone()))
    };
    let (mappings, consumers) = readers.here().cloned().unwrap_or_default();
    let is_shown = |consumer: &&Consumer| {
        props.shards.iter().any(|shard| shard.stream == consumer.stream && shard.id == consumer.shard)
    };
    let consumers: Vec<&Consumer> = consumers.iter().filter(is_shown).collect();
    html! {
        <div class="stream-facts">
            <table class="grid" data-test="shards">
                <thead><tr>
                    <th scope="col">{ t.shard }</th>
                    <th scope="col">{ t.status }</th>
                    <th scope="col">{ t.read_here }</th>
                    <th scope="col">{ t.first_sequence }</th>
                    <th scope="col">{ t.last_sequence }</th>
                </tr></thead>
                <tbody>{ for props.shards.iter().map(|shard| shard_row(&app, shard)) }</tbody>
            </table>
            if consumers.is_empty() {
                <p class="hint">{ t.no_consumers }</p>
            } else {
                <table class="grid" data-test="consumers">
                    <thead><tr>
                        <th scope="col">{ t.consumer }</th>
                        <th scope="col">{ t.status }</th>
                        <th scope="col">{ t.lag }</th>
                        <th scope="col">{ t.position }</th>
                        <th scope="col">{ t.last_read }</th>
                        <th scope="col">{ t.shard }</th>
                    </tr></thead>
                    <tbody>{ for consumers.into_iter().map(|consumer| consumer_row(&app, consumer, &mappings)) }</tbody>
                </table>
            }
        </div>
    }
}

/// `shardId-…-0f62e8c1`: the end tells shards apart.
pub(super) fn short_shard(id: &str) -> String {
    id.rsplit_once('-').map_or_else(|| id.to_owned(), |(_, end)| format!("…{end}"))
}

fn shard_row(app: &App, shard: &Shard) -> Html {
    let t = app.text;
    let (text, tone) = if shard.to.is_empty() { (t.shard_open, Tone::Good) } else { (t.shard_closed, Tone::Calm) };
    html! {
        <tr key={format!("{}{}", shard.stream, shard.id)} data-test="shard">
            <td title={shard.id.clone()}>{ short_shard(&shard.id) }</td>
            <td><Status {text} {tone} /></td>
            <td class="number">{ if shard.position.is_empty() { "–" } else { shard.position.as_str() } }</td>
            <td class="number">{ &shard.from }</td>
            <td class="number">{ if shard.to.is_empty() { "–" } else { shard.to.as_str() } }</td>
        </tr>
    }
}

fn consumer_row(app: &App, consumer: &Consumer, mappings: &[Mapping]) -> Html {
    let t = app.text;
    let mapping = mappings.iter().find(|mapping| mapping.id == consumer.mapping);
    let last = consumer.read_at.map(|at| stretch(app.clock.at(page_time()) - at));
    let position = match (consumer.position.as_str(), mapping) {
        ("", Some(mapping)) => mapping.starting_position.clone(),
        ("", None) => "–".to_owned(),
        (position, _) => position.to_owned(),
    };
    html! {
        <tr key={format!("{}{}{}", consumer.mapping, consumer.name, consumer.shard)} data-test="consumer">
            <td title={consumer.name.clone()}>{ name_of(app, consumer, mapping) }</td>
            <td>{ mapping.map(state_of) }</td>
            <td>{ lag_of(app, consumer) }</td>
            <td class="number" data-test="consumer-position">{ position }</td>
            <td class="number">{ last.map_or_else(|| "–".to_owned(), |ago| (t.ago)(&ago)) }</td>
            <td title={consumer.shard.clone()}>{ short_shard(&consumer.shard) }</td>
        </tr>
    }
}

/// A function leads to its log; anybody else is a name.
fn name_of(app: &App, consumer: &Consumer, mapping: Option<&Mapping>) -> Html {
    let Some(mapping) = mapping else {
        let name = consumer.name.rsplit(':').next().unwrap_or_default();
        return html! { if name == "root" { { app.text.root_reader } } else { { name.to_owned() } } };
    };
    let group = format!("/aws/lambda/{}", consumer.name);
    html! {
        <button type="button" class="link" data-test={format!("consumer-{}", consumer.name)} onclick={app.on(move || Action::FollowLog(group.clone()))}>
            { &mapping.function }
        </button>
    }
}

/// What came of the last batch says more than that the mapping is enabled.
pub(super) fn state_of(mapping: &Mapping) -> Html {
    let tone = match mapping.last_result.as_str() {
        "OK" => Tone::Good,
        result if result.contains("PROBLEM") => Tone::Bad,
        _ => Tone::Calm,
    };
    let text = if mapping.state == "Enabled" { &mapping.last_result } else { &mapping.state };
    html! { <Status text={text.clone()} {tone} /> }
}

pub(super) fn lag_of(app: &App, consumer: &Consumer) -> Html {
    let t = app.text;
    match consumer.records {
        None => html! { "–" },
        Some(0) => html! { <Status text={t.up_to_date} tone={Tone::Good} test="consumer-lag" /> },
        Some(count) => {
            let text = (t.behind)(count, &stretch(consumer.lag_millis));
            html! { <Status {text} tone={Tone::Busy} test="consumer-lag" /> }
        }
    }
}
