//! The tool of a DAX cluster: what its caches find while they are used, and the same reads from a table
//! and through the cluster, with what each costs.

use crate::attribute::summary;
use crate::aws::dynamodb::{self, Table};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::units;
use crate::gauges::{self, Cluster};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Bars, Column, Copy, Empty, Failed, Field, Glyph, Icon, Status, Tone, input_value};
use serde_json::Value;
use std::collections::VecDeque;
use yew::platform::spawn_local;
use yew::prelude::*;

const FOLLOW_MILLIS: u32 = 1000;
/// The looks at the figures that are drawn: one minute.
const LOOKS: usize = 60;
/// Items of a table that can be chosen for a comparison.
const CHOICE: usize = 25;
const MOST_READS: u32 = 1000;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: AttrValue,
}

/// A cluster.
#[component]
pub fn ClusterTool(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let cluster = {
        let (client, name) = (app.client.clone(), props.name.to_string());
        use_fetch((app.revision, tick), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { gauges::cluster(&client, &name).await }
        })
    };
    let looks = use_looks(tick, cluster.here().and_then(Option::as_ref));
    let cluster = match &cluster {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(cluster) => match &**cluster {
            Some(cluster) => cluster,
            None => return html! { <Empty glyph={Glyph::Bolt} title={t.not_deployed} text={t.not_deployed_hint} /> },
        },
    };
    let item = |cluster: &Cluster| (cluster.item_hits, cluster.item_misses);
    let query = |cluster: &Cluster| (cluster.query_hits, cluster.query_misses);
    html! {
        <div class="tool">
            <div class="beside">
                { cache(&app, t.item_cache, "item", cluster.items, item(cluster), &columns(&app, &looks, item)) }
                { cache(&app, t.query_cache, "query", cluster.queries, query(cluster), &columns(&app, &looks, query)) }
            </div>
            <p class="fact-copy">
                <code>{ &cluster.address }</code>
                <Copy text={cluster.address.clone()} test="copy-cluster-address" />
            </p>
            <Comparison name={props.name.clone()} address={cluster.address.clone()} />
        </div>
    }
}

/// The figures of the last minute, one for each look.
#[hook]
fn use_looks(tick: u32, cluster: Option<&Cluster>) -> UseStateHandle<VecDeque<Cluster>> {
    let looks = use_state(VecDeque::<Cluster>::new);
    let cluster = cluster.cloned();
    let handle = looks.clone();
    use_effect_with(tick, move |_| {
        if let Some(cluster) = cluster {
            let mut next = (*handle).clone();
            next.push_back(cluster);
            // Differences are drawn: they need one look more.
            let surplus = next.len().saturating_sub(LOOKS + 1);
            next.drain(..surplus);
            handle.set(next);
        }
    });
    looks
}

/// What came between each look and the one before it.
fn columns(app: &App, looks: &VecDeque<Cluster>, of: impl Fn(&Cluster) -> (u64, u64)) -> Vec<Column> {
    let t = app.text;
    let pairs = looks.iter().zip(looks.iter().skip(1));
    let found: Vec<Column> = pairs
        .map(|(before, after)| {
            let ((hits, misses), (more_hits, more_misses)) = (of(before), of(after));
            // A cluster that was made anew counts from zero.
            let (hits, misses) = (more_hits.saturating_sub(hits), more_misses.saturating_sub(misses));
            Column { good: hits as f64, bad: misses as f64, title: (t.hits_and_misses)(hits, misses) }
        })
        .collect();
    let empty = LOOKS.saturating_sub(found.len());
    std::iter::repeat_n(Column::default(), empty).chain(found).collect()
}

fn cache(
    app: &App,
    title: &'static str,
    test: &str,
    kept: u64,
    (hits, misses): (u64, u64),
    columns: &[Column],
) -> Html {
    let t = app.text;
    html! {
        <section class="card" aria-label={title}>
            <div class="card-head">
                <h3>{ title }</h3>
                <span class="chip" title={t.cached_hint} data-test={format!("{test}-cached")}>{ (t.cached)(kept) }</span>
            </div>
            <dl class="figures">
                <div><dt>{ t.hits }</dt><dd class="figure-good" data-test={format!("{test}-hits")}>{ hits }</dd></div>
                <div><dt>{ t.misses }</dt><dd class="figure-bad" data-test={format!("{test}-misses")}>{ misses }</dd></div>
            </dl>
            <Bars label={t.last_minute} columns={columns.to_vec()} />
            <p class="soft bars-note">{ t.last_minute }</p>
        </section>
    }
}

/// What reads one way gave.
#[derive(Clone, Debug, Default, PartialEq)]
struct Way {
    units: f64,
    items: Vec<Value>,
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outcome {
    count: u32,
    table: Way,
    cluster: Way,
    hits: u64,
    misses: u64,
}

/// What is read.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    operation: &'static str,
    table: Table,
    key: Value,
    count: u32,
}

/// The tables that can be read, or the items of one of them.
async fn tables(client: Client) -> Result<Vec<String>, Failure> {
    dynamodb::tables(&client).await
}

async fn table_with_keys(client: Client, name: String) -> Result<Option<(Table, Vec<Value>)>, Failure> {
    if name.is_empty() {
        return Ok(None);
    }
    let table = dynamodb::table(&client, &name).await?;
    let items = dynamodb::sample(&client, &name, CHOICE).await?;
    let mut keys: Vec<Value> = items.iter().map(|item| dynamodb::key_of(&table, item)).collect();
    keys.sort_by_key(key_text);
    Ok(Some((table, keys)))
}

fn key_text(key: &Value) -> String {
    key.as_object().map(|key| key.values().map(summary).collect::<Vec<_>>().join(" · ")).unwrap_or_default()
}

async fn compare(client: &Client, name: &str, address: &str, asked: &Asked) -> Result<Outcome, Failure> {
    let before = gauges::cluster(client, name).await?.unwrap_or_default();
    let mut outcome = Outcome { count: asked.count, ..Outcome::default() };
    for endpoint in [None, Some(address)] {
        let way = if endpoint.is_none() { &mut outcome.table } else { &mut outcome.cluster };
        for _ in 0..asked.count {
            let (items, cost) = dynamodb::read_at(client, endpoint, asked.operation, &asked.table, &asked.key).await?;
            way.units += cost.units;
            way.items = items;
        }
    }
    let after = gauges::cluster(client, name).await?.unwrap_or_default();
    let of = |cluster: &Cluster| match asked.operation {
        "GetItem" => (cluster.item_hits, cluster.item_misses),
        _ => (cluster.query_hits, cluster.query_misses),
    };
    outcome.hits = of(&after).0.saturating_sub(of(&before).0);
    outcome.misses = of(&after).1.saturating_sub(of(&before).1);
    Ok(outcome)
}

#[derive(PartialEq, Properties)]
struct ComparisonProps {
    name: AttrValue,
    address: String,
}

/// The same reads, from the table and through the cluster.
#[component]
fn Comparison(props: &ComparisonProps) -> Html {
    let app = use_app();
    let t = app.text;
    let table = use_state(String::new);
    let key = use_state(String::new);
    let operation = use_state(|| "GetItem");
    let count = use_state(|| "20".to_owned());
    let is_running = use_state(|| false);
    let outcome = use_state(|| None::<Outcome>);
    let names = {
        let client = app.client.clone();
        use_fetch(app.revision, move || tables(client.clone()))
    };
    let names = names.here().cloned().unwrap_or_default();
    let chosen = names.iter().find(|name| **name == *table).or(names.first()).cloned().unwrap_or_default();
    let found = {
        let (client, chosen) = (app.client.clone(), chosen.clone());
        use_fetch((app.revision, chosen.clone()), move || table_with_keys(client.clone(), chosen.clone()))
    };
    let (found_table, keys) = found.here().cloned().flatten().unwrap_or_default();
    let chosen_key = keys.iter().find(|known| key_text(known) == *key).or(keys.first());
    let asked = chosen_key.map(|key| Asked {
        operation: *operation,
        table: found_table.clone(),
        key: key.clone(),
        count: count.parse().unwrap_or(1).clamp(1, MOST_READS),
    });
    let onsubmit = {
        let (app, name, address) = (app.clone(), props.name.clone(), props.address.clone());
        let (asked, outcome, is_running) = (asked.clone(), outcome.clone(), is_running.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(asked) = asked.clone() else { return };
            is_running.set(true);
            let (app, name, address) = (app.clone(), name.clone(), address.clone());
            let (outcome, is_running) = (outcome.setter(), is_running.setter());
            spawn_local(async move {
                match compare(&app.client, &name, &address, &asked).await {
                    Ok(found) => outcome.set(Some(found)),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
                is_running.set(false);
                app.dispatch(Action::Changed);
            });
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |event: Event| state.set(input_value(&event)))
    };
    let onoperation = {
        let operation = operation.clone();
        Callback::from(move |event: Event| {
            operation.set(if input_value(&event) == "Query" { "Query" } else { "GetItem" });
        })
    };
    html! {
        <section class="section" aria-label={t.compare_reads}>
            <h3 class="section-title">{ t.compare_reads }</h3>
            <form class="card" {onsubmit}>
                <label class="field field-row">
                    <span class="field-label">{ t.table }</span>
                    <select data-test="compare-table" onchange={set(&table)}>
                        { for names.iter().map(|name| html! { <option value={name.clone()} selected={*name == chosen}>{ name }</option> }) }
                    </select>
                </label>
                <label class="field field-row">
                    <span class="field-label">{ t.key }</span>
                    <select data-test="compare-key" onchange={set(&key)} disabled={keys.is_empty()}>
                        { for keys.iter().map(|known| html! {
                            <option key={key_text(known)} value={key_text(known)} selected={Some(known) == chosen_key}>{ key_text(known) }</option>
                        }) }
                    </select>
                </label>
                <div class="field-pair">
                    <label class="field">
                        <span class="field-label">{ t.operation }</span>
                        <select data-test="compare-operation" onchange={onoperation}>
                            { for ["GetItem", "Query"].map(|name| html! { <option value={name} selected={name == *operation}>{ name }</option> }) }
                        </select>
                    </label>
                    <Field label={t.times} kind="number" test="compare-count" value={(*count).clone()} oninput={ { let count = count.clone(); Callback::from(move |text| count.set(text)) } } />
                </div>
                if keys.is_empty() { <p class="hint">{ t.nothing_to_read }</p> }
                <div class="actions">
                    <button type="submit" class="button button-primary" data-test="compare" disabled={asked.is_none() || *is_running}>
                        <Icon glyph={if *is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.read_both_ways }
                    </button>
                </div>
            </form>
            if let Some(outcome) = &*outcome {
                { compared(&app, outcome) }
            }
        </section>
    }
}

fn compared(app: &App, outcome: &Outcome) -> Html {
    let t = app.text;
    let way = |title: &'static str, test: &'static str, way: &Way, note: String| {
        html! {
            <div class="card" data-test={format!("compared-{test}")}>
                <h3>{ title }</h3>
                <p class="figure" data-test={format!("compared-{test}-units")}>{ format!("{} RCU", units(way.units)) }</p>
                <p class="soft">{ note }</p>
            </div>
        }
    };
    html! {
        <div role="status" class="section">
            <div class="beside">
                { way(t.from_table, "table", &outcome.table, (t.read_times)(outcome.count)) }
                { way(t.through_cluster, "cluster", &outcome.cluster, (t.hits_and_misses)(outcome.hits, outcome.misses)) }
            </div>
            if outcome.table.items != outcome.cluster.items {
                <p class="fact-line" data-test="compared-stale">
                    <Status text={t.differs} tone={Tone::Calm} />
                    <span class="hint">{ t.stale_hint }</span>
                </p>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_is_told_by_its_values() {
        assert_eq!(key_text(&json!({"id": {"S": "p1"}, "n": {"N": "2"}})), "p1 · 2");
    }
}
