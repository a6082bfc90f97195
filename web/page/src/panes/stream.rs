//! The live stream: each change of each table as it comes, with what it changed.

use super::consumers::Consumers;
use crate::attribute::{item_to_plain, summary};
use crate::aws::streams::{Reader, Record, Shard};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::diff::{self, Line};
use crate::flow;
use crate::format::{pretty_value, time_of_day};
use crate::task::use_repeat;
use crate::ui::{Empty, Glyph, Icon, IconButton, Status, Tone, input_value};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
use web_sys::{Element, EventTarget};
use yew::prelude::*;

/// The newest records that are kept.
const RING: usize = 2000;
/// The newest records that are drawn; the filter looks at all that are kept.
const DRAWN: usize = 200;
const POLL: Duration = Duration::from_millis(700);

/// What was read so far.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    records: Rc<VecDeque<Record>>,
    shards: Rc<Vec<Shard>>,
    failure: Option<Failure>,
}

/// Reads the streams as long as the view is open and not paused.
#[hook]
fn use_records(app: &App, is_paused: bool) -> UseStateHandle<Seen> {
    let seen = use_state(Seen::default);
    let paused = use_memo((), |()| Cell::new(false));
    paused.set(is_paused);
    let (client, setter) = (app.client.clone(), seen.setter());
    let reader = Rc::new(RefCell::new(Some(Reader::default())));
    let kept = Rc::new(RefCell::new(VecDeque::<Record>::new()));
    use_repeat(stack_identity(app), POLL, move || {
        let (client, seen) = (client.clone(), setter.clone());
        let (reader, kept, paused) = (Rc::clone(&reader), Rc::clone(&kept), Rc::clone(&paused));
        async move {
            if paused.get() {
                return;
            }
            let Some(mut own) = reader.take() else { return };
            let former = own.shards.clone();
            let outcome = own.next(&client).await;
            let shards = Rc::new(own.shards.clone());
            let is_same = *shards == former;
            reader.replace(Some(own));
            let failure = match outcome {
                Ok(records) if records.is_empty() && is_same => return,
                Ok(records) => {
                    keep(&mut kept.borrow_mut(), records);
                    None
                }
                Err(failure) => Some(failure),
            };
            seen.set(Seen { records: Rc::new(kept.borrow().clone()), shards, failure });
        }
    });
    seen
}

/// The stream view.
#[component]
pub fn Stream() -> Html {
    let app = use_app();
    let t = app.text;
    let table = use_state(String::new);
    let is_paused = use_state(|| false);
    let seen = use_records(&app, *is_paused);
    let named = seen.shards.iter().map(|shard| &shard.table).chain(seen.records.iter().map(|record| &record.table));
    let tables: Vec<String> = named.fold(Vec::new(), |mut tables, table| {
        if !tables.contains(table) {
            tables.push(table.clone());
        }
        tables
    });
    let chosen = |record: &&Record| table.is_empty() || record.table == *table;
    let count = seen.records.iter().filter(chosen).count();
    let toggle = {
        let is_paused = is_paused.clone();
        move || is_paused.set(!*is_paused)
    };
    let list = use_node_ref();
    let onkeydown = {
        let (toggle, list) = (toggle.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| {
            // In a record the key opens it; only on the list itself does it stop the stream.
            let own = list.cast::<Element>().map(EventTarget::from);
            let is_list = own.is_some() && event.target() == own;
            if event.key() == " " && is_list {
                event.prevent_default();
                toggle();
            }
        })
    };
    html! {
        <>
            <div class="toolbar toolbar-sticky">
                <select aria-label={t.table} data-test="stream-table" onchange={ { let table = table.clone(); Callback::from(move |event: Event| table.set(input_value(&event))) } }>
                    <option value="" selected={table.is_empty()}>{ t.all_tables }</option>
                    { for tables.iter().map(|name| html! { <option value={name.clone()} selected={*name == *table}>{ name }</option> }) }
                </select>
                <span class="toolbar-text" data-test="stream-count">{ (t.record_count)(count, seen.records.len() == RING) }</span>
                <IconButton
                    glyph={if *is_paused { Glyph::Play } else { Glyph::Pause }}
                    label={if *is_paused { t.resume } else { t.pause }}
                    test="stream-pause"
                    onclick={Callback::from(move |_| toggle())}
                />
            </div>
            if let Some(failure) = &seen.failure {
                <p class="hint">{ flow::describe(t, failure) }</p>
            }
            <Consumers table={(*table).clone()} shards={Rc::clone(&seen.shards)} />
            if count == 0 {
                <Empty glyph={Glyph::Stream} title={t.no_records} text={t.no_records_hint} />
            }
            <div ref={list} role="log" aria-label={t.stream} tabindex="0" {onkeydown}>
                <ol data-test="records">
                    { for seen.records.iter().rev().filter(chosen).take(DRAWN).map(|record| record_row(&app, record)) }
                </ol>
            </div>
        </>
    }
}

/// Changes when another stack, or none, is deployed: its streams are others.
fn stack_identity(app: &App) -> Vec<String> {
    app.deployment.resources.iter().map(|resource| resource.physical_id.clone()).collect()
}

fn keep(ring: &mut VecDeque<Record>, records: Vec<Record>) {
    for record in records {
        let is_known = ring.iter().rev().any(|known| known.sequence == record.sequence && known.table == record.table);
        if !is_known {
            ring.push_back(record);
        }
    }
    let surplus = ring.len().saturating_sub(RING);
    ring.drain(..surplus);
}

fn record_row(app: &App, record: &Record) -> Html {
    let keys = record.keys.as_object().map(|keys| {
        keys.iter().map(|(name, value)| format!("{name}={}", summary(value))).collect::<Vec<_>>().join(" ")
    });
    let tone = match record.event.as_str() {
        "INSERT" => Tone::Good,
        "REMOVE" => Tone::Bad,
        _ => Tone::Calm,
    };
    html! {
        <li class="record" key={format!("{}{}", record.table, record.sequence)} data-test="record">
            <details>
                <summary>
                    <span class="record-turn"><Icon glyph={Glyph::Chevron} /></span>
                    <span class="number">{ time_of_day(record.created * 1000.0) }</span>
                    <Status text={record.event.clone()} {tone} />
                    if record.is_by_ttl {
                        <span class="chip" title={app.text.by_ttl_hint}>{ "TTL" }</span>
                    }
                    <span class="soft">{ &record.table }</span>
                    <code class="record-keys">{ keys.unwrap_or_default() }</code>
                </summary>
                { images(app, record) }
            </details>
        </li>
    }
}

/// Old and new image side by side, and what differs between them.
fn images(app: &App, record: &Record) -> Html {
    let t = app.text;
    let readable = |image: &Option<Value>| {
        image.as_ref().map(|image| pretty_value(&item_to_plain(image).unwrap_or_else(|| image.clone())))
    };
    let (old, new) = (readable(&record.old), readable(&record.new));
    let lines = diff::lines(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
    let side = |is_new: bool| {
        lines.iter().filter_map(move |line| match line {
            Line::Same(text) => Some(html! { <span class="diff-line">{ text }</span> }),
            Line::Added(text) if is_new => Some(html! { <span class="diff-line diff-added">{ text }</span> }),
            Line::Removed(text) if !is_new => Some(html! { <span class="diff-line diff-removed">{ text }</span> }),
            Line::Added(_) | Line::Removed(_) => None,
        })
    };
    let image = |title: &'static str, is_there: bool, is_new: bool, test: &'static str| {
        html! {
            <div class="image">
                <h4 class="section-title">{ title }</h4>
                if is_there {
                    <pre class="diff" data-test={test}>{ for side(is_new) }</pre>
                } else {
                    <p class="hint">{ t.no_image }</p>
                }
            </div>
        }
    };
    html! {
        <div class="images">
            { image(t.old_image, old.is_some(), false, "old-image") }
            { image(t.new_image, new.is_some(), true, "new-image") }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(sequence: usize) -> Record {
        Record {
            table: "t".into(),
            sequence: sequence.to_string(),
            event: "INSERT".into(),
            created: 0.0,
            keys: Value::Null,
            old: None,
            new: None,
            is_by_ttl: false,
        }
    }

    #[test]
    fn the_ring_keeps_the_newest_and_each_once() {
        let mut ring = VecDeque::new();
        keep(&mut ring, (0..RING + 5).map(record).collect());
        keep(&mut ring, vec![record(RING + 4)]);
        assert_eq!(ring.len(), RING);
        assert_eq!(ring.front().map(|record| record.sequence.clone()), Some("5".into()));
    }
}
