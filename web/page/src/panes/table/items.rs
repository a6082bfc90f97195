//! The items of a table: a search, what it found, and the editor of one of them.

use super::builder::Builder;
use super::grid::{Grid, calls};
use super::item::{Editing, ItemEditor};
use crate::aws::dynamodb::{self, Page, Read, Table};
use crate::context::{App, use_app};
use crate::flow;
use crate::search::Search;
use crate::state::Action;
use crate::task::{Fetched, use_fetch};
use crate::ui::{Empty, Failed, Glyph, Icon, IconButton};
use serde_json::Value;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

/// What was asked, and how often: the same search can be run again.
#[derive(Clone, PartialEq)]
struct Sent {
    read: Read,
    run: u32,
}

/// The items view.
#[component]
pub fn Items(props: &Props) -> Html {
    let app = use_app();
    let table = &props.table;
    let search = use_state(|| Search::default().in_index(table, ""));
    let sent = use_state(|| Sent { read: Search::default().read(table, None), run: 0 });
    let editing = use_state(|| Editing::Nothing);
    let first = {
        let (client, read) = (app.client.clone(), sent.read.clone());
        use_fetch((app.revision, (*sent).clone()), move || {
            let (client, read) = (client.clone(), read.clone());
            async move { dynamodb::read(&client, &read).await }
        })
    };
    let more = use_more(&first);
    let is_written = use_state(|| false);
    let edit = {
        let (editing, is_written) = (editing.clone(), is_written.clone());
        Callback::from(move |what| {
            is_written.set(false);
            editing.set(what);
        })
    };
    // What was typed must not go because another item is opened.
    let open = {
        let (app, edit, is_busy) = (app.clone(), edit.clone(), *is_written && *editing != Editing::Nothing);
        Callback::from(move |what| if is_busy { app.complain(app.text.item_is_open) } else { edit.emit(what) })
    };
    let run = {
        let (search, sent, table) = (search.clone(), sent.clone(), table.clone());
        Callback::from(move |()| sent.set(Sent { read: search.read(&table, None), run: sent.run + 1 }))
    };
    let onchange = {
        let search = search.clone();
        Callback::from(move |changed| search.set(changed))
    };
    html! {
        <div class="tool">
            <Builder table={table.clone()} search={(*search).clone()} {onchange} onrun={run} />
            if *editing != Editing::Nothing {
                <ItemEditor
                    table={table.clone()}
                    editing={(*editing).clone()}
                    onedit={edit}
                    ondraft={Callback::from(move |()| is_written.set(true))}
                />
            }
            { match &first {
                Fetched::Waiting => html! {},
                Fetched::Failed(failure) => html! {
                    <>
                        { toolbar(&app, None, &open) }
                        <Failed failure={failure.clone()} />
                    </>
                },
                Fetched::Here(page) => found(&app, table, &sent.read, page, &more, &open),
            } }
        </div>
    }
}

/// The pages after the first; they go when the first is read again.
#[hook]
fn use_more(first: &Fetched<Page>) -> UseStateHandle<Vec<Page>> {
    let more = use_state(Vec::<Page>::new);
    let identity = match first {
        Fetched::Here(page) => Rc::as_ptr(page) as usize,
        _ => 0,
    };
    let setter = more.setter();
    use_effect_with(identity, move |_| setter.set(Vec::new()));
    more
}

fn found(
    app: &App,
    table: &Table,
    read: &Read,
    first: &Page,
    more: &UseStateHandle<Vec<Page>>,
    edit: &Callback<Editing>,
) -> Html {
    let t = app.text;
    let pages: Vec<&Page> = std::iter::once(first).chain(more.iter()).collect();
    let items: Vec<Value> = pages.iter().flat_map(|page| page.items.iter().cloned()).collect();
    let next = pages.last().and_then(|page| page.next.clone());
    let onopen = opener(app, table, edit);
    html! {
        <>
            { toolbar(app, Some((items.len(), next.is_some())), edit) }
            if !items.is_empty() {
                <Grid table={table.clone()} items={Rc::new(items)} {onopen} />
            } else if next.is_some() || table.item_count > 0 {
                <Empty glyph={Glyph::Table} title={t.nothing_found} text={t.nothing_found_hint} />
            } else {
                <Empty glyph={Glyph::Table} title={t.no_items} text={t.no_items_hint} />
            }
            if let Some(next) = next {
                { load_more(app, read, next, more) }
            }
            { calls(t, read.operation, &pages) }
        </>
    }
}

fn toolbar(app: &App, found: Option<(usize, bool)>, edit: &Callback<Editing>) -> Html {
    let t = app.text;
    html! {
        <div class="toolbar">
            <span class="toolbar-text" data-test="item-count" role="status">
                if let Some((count, has_more)) = found { { (t.item_count)(count, has_more) } }
            </span>
            <IconButton glyph={Glyph::Refresh} label={t.refresh} test="refresh-items" onclick={app.on(|| Action::Changed)} />
            <button type="button" class="button button-small" data-test="new-item" onclick={edit.reform(|_| Editing::New(None))}>
                <Icon glyph={Glyph::Plus} />{ t.new_item }
            </button>
        </div>
    }
}

/// Opens the whole item: what a search found may be a part of it.
fn opener(app: &App, table: &Table, edit: &Callback<Editing>) -> Callback<Value> {
    let (app, table, edit) = (app.clone(), table.clone(), edit.clone());
    Callback::from(move |key: Value| {
        let (app, table, edit) = (app.clone(), table.clone(), edit.clone());
        spawn_local(async move {
            match dynamodb::get(&app.client, &table.name, &key).await {
                Ok(Some(item)) => edit.emit(Editing::Item(Rc::new(item))),
                Ok(None) => {
                    app.complain(app.text.item_gone);
                    app.dispatch(Action::Changed);
                }
                Err(failure) => app.complain(flow::describe(app.text, &failure)),
            }
        });
    })
}

fn load_more(app: &App, read: &Read, next: Value, more: &UseStateHandle<Vec<Page>>) -> Html {
    let onclick = {
        let (app, more) = (app.clone(), more.clone());
        let mut read = read.clone();
        read.body["ExclusiveStartKey"] = next;
        Callback::from(move |_: MouseEvent| {
            let (app, read, more) = (app.clone(), read.clone(), more.clone());
            spawn_local(async move {
                match dynamodb::read(&app.client, &read).await {
                    Ok(page) => more.set(more.iter().cloned().chain([page]).collect()),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
            });
        })
    };
    html! {
        <button type="button" class="button button-wide" data-test="more-items" {onclick}>{ app.text.more_items }</button>
    }
}
