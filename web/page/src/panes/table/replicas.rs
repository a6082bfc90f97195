//! Two replicas of a global table side by side: what each holds, where they differ, and how long changes
//! travel between them.

use crate::attribute::summary;
use crate::aws::REGION;
use crate::aws::dynamodb::{self, Table};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::duration;
use crate::gauges::{self, Replication};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Empty, Failed, Glyph, Status, Tone, input_value};
use serde_json::Value;
use std::collections::BTreeMap;
use yew::platform::spawn_local;
use yew::prelude::*;

const FOLLOW_MILLIS: u32 = 1000;
/// Items of each replica that are looked at.
const LOOKED_AT: usize = 50;
/// The lags that can be chosen, in milliseconds.
const LAGS: [u64; 6] = [0, 500, 2_000, 10_000, 60_000, 600_000];

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

#[derive(PartialEq)]
struct Seen {
    here: Vec<Value>,
    there: Vec<Value>,
    replication: Replication,
}

/// An item as each of the two replicas has it, under the text of its key.
#[derive(Clone, Debug, Default, PartialEq)]
struct Pair {
    here: Option<Value>,
    there: Option<Value>,
}

async fn look(client: Client, table: String, other: String) -> Result<Seen, Failure> {
    Ok(Seen {
        here: dynamodb::sample(&client, &table, LOOKED_AT).await?,
        there: dynamodb::sample(&client.in_region(&other), &table, LOOKED_AT).await?,
        replication: gauges::replication(&client).await?,
    })
}

/// The regions view.
#[component]
pub fn Replicas(props: &Props) -> Html {
    let app = use_app();
    let table = &props.table;
    let chosen = use_state(|| table.regions.first().cloned().unwrap_or_default());
    let tick = use_tick(FOLLOW_MILLIS);
    let seen = {
        let (client, name, other) = (app.client.clone(), table.name.clone(), (*chosen).clone());
        use_fetch((app.revision, tick, other.clone()), move || look(client.clone(), name.clone(), other.clone()))
    };
    let seen = match &seen {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(seen) => seen,
    };
    let onregion = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| chosen.set(input_value(&event)))
    };
    html! {
        <div class="tool">
            { travel(&app, &seen.replication) }
            { items(&app, table, seen, &chosen, onregion) }
        </div>
    }
}

/// How long changes travel, and how many are on their way.
fn travel(app: &App, replication: &Replication) -> Html {
    let t = app.text;
    let onchange = {
        let app = app.clone();
        Callback::from(move |event: Event| {
            let (app, lag) = (app.clone(), input_value(&event).parse().unwrap_or_default());
            spawn_local(async move {
                match gauges::set_replication_lag(&app.client, lag).await {
                    Ok(_) => app.dispatch(Action::Changed),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
            });
        })
    };
    let lag = replication.lag_millis;
    let own = (!LAGS.contains(&lag)).then_some(lag);
    html! {
        <section class="card" aria-label={t.replication}>
            <label class="field field-row">
                <span class="field-label">{ t.replication_lag }</span>
                <select data-test="replication-lag" {onchange}>
                    { for own.into_iter().chain(LAGS).map(|millis| html! {
                        <option value={millis.to_string()} selected={millis == lag}>
                            { if millis == 0 { t.at_once.to_owned() } else { duration(millis as f64) } }
                        </option>
                    }) }
                </select>
            </label>
            <p class="fact-line" role="status" data-test="in-transit">
                if replication.in_transit == 0 {
                    <Status text={t.all_arrived} tone={Tone::Good} />
                } else {
                    <Status text={(t.in_transit)(replication.in_transit)} tone={Tone::Busy} />
                    if app.clock.clock.paused { <span class="hint">{ t.clock_stands }</span> }
                }
            </p>
        </section>
    }
}

fn items(app: &App, table: &Table, seen: &Seen, chosen: &str, onregion: Callback<Event>) -> Html {
    let t = app.text;
    let pairs = pairs(table, &seen.here, &seen.there);
    let is_cut = seen.here.len().max(seen.there.len()) == LOOKED_AT;
    html! {
        <>
            <table class="replicas" data-test="replicas">
                <thead><tr>
                    <th scope="col">{ REGION }</th>
                    <th scope="col">
                        if table.regions.len() > 1 {
                            <select aria-label={t.region} data-test="other-region" onchange={onregion}>
                                { for table.regions.iter().map(|region| html! { <option value={region.clone()} selected={region == chosen}>{ region }</option> }) }
                            </select>
                        } else {
                            { chosen }
                        }
                    </th>
                </tr></thead>
                { for pairs.iter().map(|(key, pair)| rows(app, table, key, pair)) }
            </table>
            if pairs.is_empty() {
                <Empty glyph={Glyph::Globe} title={t.no_items} text={t.no_items_hint} />
            }
            if is_cut { <p class="hint">{ (t.first_items)(LOOKED_AT) }</p> }
        </>
    }
}

/// An item: its key, and below it what each replica has.
fn rows(app: &App, table: &Table, key: &str, pair: &Pair) -> Html {
    let t = app.text;
    let differs = pair.here != pair.there;
    html! {
        <tbody key={key.to_owned()} data-test="replica-item" data-differs={differs.to_string()}>
            <tr>
                <th scope="rowgroup" colspan="2">
                    <span class="fact-line">
                        <code>{ key }</code>
                        if differs { <Status text={t.differs} tone={Tone::Calm} /> }
                    </span>
                </th>
            </tr>
            <tr>
                <td>{ side(app, table, pair.here.as_ref(), pair.there.as_ref()) }</td>
                <td>{ side(app, table, pair.there.as_ref(), pair.here.as_ref()) }</td>
            </tr>
        </tbody>
    }
}

fn side(app: &App, table: &Table, own: Option<&Value>, other: Option<&Value>) -> Html {
    let Some(own) = own.and_then(Value::as_object) else {
        return html! { <span class="soft">{ app.text.not_there }</span> };
    };
    let is_key = |name: &str| table.keys.iter().any(|key| key.name == name);
    html! {
        <dl class="replica">
            { for own.iter().filter(|(name, _)| !is_key(name)).map(|(name, value)| {
                let is_same = other.is_none_or(|other| other.get(name) == Some(value));
                let text = summary(value);
                html! {
                    <div class={classes!((!is_same).then_some("replica-differs"))}>
                        <dt>{ name }</dt>
                        <dd title={text.clone()}>{ text }</dd>
                    </div>
                }
            }) }
        </dl>
    }
}

/// Brings the items of two replicas together by their keys.
fn pairs(table: &Table, here: &[Value], there: &[Value]) -> BTreeMap<String, Pair> {
    let key = |item: &Value| {
        let parts = table.keys.iter().filter_map(|key| item.get(&key.name).map(summary));
        parts.collect::<Vec<_>>().join(" · ")
    };
    let mut pairs = BTreeMap::<String, Pair>::new();
    for item in here {
        pairs.entry(key(item)).or_default().here = Some(item.clone());
    }
    for item in there {
        pairs.entry(key(item)).or_default().there = Some(item.clone());
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::dynamodb::Key;
    use serde_json::json;

    #[test]
    fn items_of_two_replicas_meet_by_their_keys() {
        let keys = vec![Key { name: "id".into(), kind: "S".into(), is_partition: true }];
        let table = Table { keys, ..Table::default() };
        let item = |id: &str, text: &str| json!({"id": {"S": id}, "text": {"S": text}});
        let pairs = pairs(&table, &[item("a", "x"), item("b", "x")], &[item("b", "y")]);
        assert_eq!(pairs["a"], Pair { here: Some(item("a", "x")), there: None });
        assert_eq!(pairs["b"].there, Some(item("b", "y")));
    }
}
