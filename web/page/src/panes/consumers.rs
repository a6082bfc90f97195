//! The shards of the streams and who reads them.

use crate::aws::lambda::{self, Mapping};
use crate::aws::streams::Shard;
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::control::{self, Span};
use crate::format::{duration, page_time};
use crate::state::Action;
use crate::task::{use_fetch, use_tick};
use crate::ui::{Status, Tone};
use std::rc::Rc;
use yew::prelude::*;

/// How often the consumers are looked at while they are on show.
const FOLLOW_MILLIS: u32 = 1500;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The table to show; empty for all.
    pub table: String,
    pub shards: Rc<Vec<Shard>>,
}

type Readers = (Vec<Mapping>, Vec<Span>);

async fn read(client: Client) -> Result<Readers, Failure> {
    let mappings = lambda::mappings(&client).await?;
    let reads = control::requests(&client).await?.into_iter();
    Ok((mappings, reads.filter(|span| span.operation == "GetRecords").collect()))
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
    let (mappings, reads) = readers.here().cloned().unwrap_or_default();
    let is_of_a_shard = |mapping: &&Mapping| props.shards.iter().any(|shard| shard.stream == mapping.source);
    let consumers: Vec<&Mapping> = mappings.iter().filter(is_of_a_shard).collect();
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
                        <th scope="col">{ t.last_result }</th>
                        <th scope="col">{ t.last_read }</th>
                        <th scope="col">{ t.starting_position }</th>
                        <th scope="col">{ t.batch_size }</th>
                    </tr></thead>
                    <tbody>{ for consumers.into_iter().map(|mapping| consumer_row(&app, mapping, &reads)) }</tbody>
                </table>
            }
        </div>
    }
}

fn shard_row(app: &App, shard: &Shard) -> Html {
    let t = app.text;
    let (text, tone) = if shard.to.is_empty() { (t.shard_open, Tone::Good) } else { (t.shard_closed, Tone::Calm) };
    html! {
        <tr key={format!("{}{}", shard.stream, shard.id)} data-test="shard">
            <td title={shard.id.clone()}>{ &shard.id }</td>
            <td><Status {text} {tone} /></td>
            <td class="number">{ if shard.position.is_empty() { "–" } else { shard.position.as_str() } }</td>
            <td class="number">{ &shard.from }</td>
            <td class="number">{ if shard.to.is_empty() { "–" } else { shard.to.as_str() } }</td>
        </tr>
    }
}

fn consumer_row(app: &App, mapping: &Mapping, reads: &[Span]) -> Html {
    let tone = match mapping.last_result.as_str() {
        "OK" => Tone::Good,
        result if result.contains("PROBLEM") => Tone::Bad,
        _ => Tone::Calm,
    };
    let state_tone = if mapping.state == "Enabled" { Tone::Good } else { Tone::Calm };
    let name = mapping.function.split(':').next().unwrap_or_default();
    let last = last_read(reads, name).map(|at| duration((app.clock.at(page_time()) - at).max(0.0)));
    let group = format!("/aws/lambda/{name}");
    html! {
        <tr key={mapping.id.clone()} data-test="consumer">
            <td>
                <button type="button" class="link" data-test={format!("consumer-{name}")} onclick={app.on(move || Action::FollowLog(group.clone()))}>
                    { &mapping.function }
                </button>
            </td>
            <td><Status text={mapping.state.clone()} tone={state_tone} /></td>
            <td><Status text={mapping.last_result.clone()} {tone} /></td>
            <td class="number">{ last.map_or_else(|| "–".to_owned(), |ago| (app.text.ago)(&ago)) }</td>
            <td>{ &mapping.starting_position }</td>
            <td class="number">{ &mapping.batch_size }</td>
        </tr>
    }
}

/// When a function's role last asked for records. The trace names the session, which is the function's name.
fn last_read(reads: &[Span], function: &str) -> Option<f64> {
    let is_own = |span: &&Span| span.caller.rsplit('/').next() == Some(function);
    reads.iter().rev().find(is_own).map(|span| span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_read_of_a_function_is_found_by_its_session() {
        let span = |caller: &str, start| Span { caller: caller.into(), start, ..Span::default() };
        let reads =
            [span("arn:aws:sts::1:assumed-role/Role/follow", 1.0), span("arn:aws:sts::1:assumed-role/Role/other", 2.0)];
        assert_eq!(last_read(&reads, "follow"), Some(1.0));
        assert_eq!(last_read(&reads, "nobody"), None);
    }
}
